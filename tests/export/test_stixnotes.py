"""What people wrote becomes notes and opinions of a STIX bundle."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from forensics.export import stix, stixnotes
from forensics.export.handed import Handed
from forensics.show.people import StatedView

WORDS = {"strongly-disagree", "disagree", "neutral", "agree", "strongly-agree"}


def _with(handed: Handed, **fields: Any) -> Handed:
    return replace(handed, view=replace(handed.seen, **fields))


def test_each_clue_has_its_note(handed: Handed) -> None:
    found = stixnotes.notes_and_opinions(handed, stix.unit_id)
    clues = [item for unit in handed.seen.units for item in unit.clues]
    notes = [one for one in found if one["type"] == "note"]
    assert clues
    assert len(notes) >= len(clues)
    assert {f"Clue {item.number}: {item.clue.kind}" for item in clues} <= {
        note["abstract"] for note in notes
    }
    assert found == stixnotes.notes_and_opinions(handed, stix.unit_id)


def test_dissent_and_agreement_are_opinions(handed: Handed) -> None:
    said = StatedView(**_stated("A"))
    people = replace(handed.seen.people, concluded=(said, StatedView(**_stated("nobody"))))
    found = stixnotes.notes_and_opinions(_with(handed, people=people), stix.unit_id)
    opinions = [one for one in found if one["type"] == "opinion"]
    assert [one["opinion"] for one in opinions] == ["agree", "disagree"]
    note = next(one for one in found if one["id"] == opinions[0]["object_refs"][0])
    assert note["confidence"] == 50
    assert note["authors"] == ["‹b›Ann‹/b›"]
    assert opinions[1]["explanation"] == "No ‹script›alert(1)‹/script›⟨U+202E⟩"


def _stated(unit: str) -> dict[str, Any]:
    import dataclasses

    values: dict[str, Any] = {}
    for field in dataclasses.fields(StatedView):
        values[field.name] = "" if "str" in str(field.type) else 0
        if "tuple" in str(field.type):
            values[field.name] = ()
    return values | {
        "line": 40, "unit": unit, "statement": "It was there.", "likelihood": "likely",
        "confidence": "moderate", "who": "<b>Ann</b>", "agreed": "Ben",
        "dissent": ("No <script>alert(1)</script>\u202e",),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "opinion"),
    [("confirmed", "agree"), ("Rejected in part", "strongly-disagree"), ("hm", "neutral")],
)
def test_a_review_is_an_opinion_about_all_units(handed: Handed, verdict: str, opinion: str) -> None:
    from types import SimpleNamespace

    review = SimpleNamespace(verdict=verdict, scope="all", reason="<i>", who="")
    found = stixnotes.notes_and_opinions(_with(handed, reviews=(review,)), stix.unit_id)
    (one,) = [item for item in found if item["type"] == "opinion"]
    assert one["opinion"] == opinion
    assert "authors" not in one
    assert "<" not in one["explanation"]
    assert len(one["object_refs"]) == len(handed.seen.units)


def test_words_of_stix_only() -> None:
    assert set(stixnotes.OPINIONS.values()) <= WORDS
