"""Notes and opinions of a STIX bundle: clues, what people wrote, agreement and dissent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from forensics.export.handed import Handed, inert, kept
from forensics.export.stixparts import CONFIDENCE, sdo
from forensics.show.people import StatedView

OPINIONS = {
    "confirmed": "agree",
    "agree": "agree",
    "agrees": "agree",
    "disputed": "disagree",
    "disagree": "disagree",
    "disagrees": "disagree",
    "rejected": "strongly-disagree",
}
"""Verdict of a review, first word -> one of the five words of STIX; anything else is neutral."""
UnitId = Callable[[Handed, str], str]


def notes_and_opinions(handed: Handed, unit_id: UnitId) -> list[dict[str, Any]]:
    """One note for each clue and each text of people; opinions from reviews and dissent."""
    units = {unit.assessment.unit for unit in handed.seen.units}
    everything = [unit_id(handed, unit.assessment.unit) for unit in handed.seen.units]
    found = [*_clues(handed, unit_id)]
    if everything:
        found += _people(handed, unit_id, units, everything)
        found += _reviews(handed, everything)
    return found


def _clues(handed: Handed, unit_id: UnitId) -> Iterator[dict[str, Any]]:
    for unit in handed.seen.units:
        for item in unit.clues:
            clue = item.clue
            about = kept(
                {
                    "Role": clue.role,
                    "Could be set by": clue.set_by,
                    "Grade": clue.grade,
                    "Group": item.group or "not weighed",
                    "Planted chance, per million": clue.planted_chance_ppm,
                    "From": clue.valid_from,
                    "To": clue.valid_to,
                }
            )
            yield sdo(
                handed,
                "note",
                ("clue", clue.unit, clue.id),
                abstract=f"Clue {item.number}: {clue.kind}",
                content="\n".join(
                    [inert(clue.statement), *(f"{key}: {value}" for key, value in about.items())]
                ),
                object_refs=[unit_id(handed, unit.assessment.unit)],
            )


def _people(
    handed: Handed, unit_id: UnitId, units: set[str], everything: list[str]
) -> Iterator[dict[str, Any]]:
    """Dissent becomes an opinion, agreement of a second reader too; the rest becomes notes."""
    people = handed.seen.people
    answers = [one for _, given in people.deception for one in given]
    for one in (*people.notes, *answers):
        refs = [unit_id(handed, one.about)] if one.about in units else everything
        authors = [inert(one.who)] if one.who else []
        if one.topic == "dissent":
            yield sdo(
                handed, "opinion", ("dissent", one.line), opinion="disagree",
                explanation=inert(one.text), authors=authors, object_refs=refs,
            )  # fmt: skip
            continue
        yield sdo(
            handed, "note", ("said", one.line), abstract=inert(f"{one.topic} (record line "
            f"{one.line})"), content=inert(one.text), authors=authors, object_refs=refs,
        )  # fmt: skip
    for stated in people.concluded:
        if stated.unit in units:
            yield from _stated(handed, unit_id(handed, stated.unit), stated)


def _stated(handed: Handed, me: str, stated: StatedView) -> Iterator[dict[str, Any]]:
    """A conclusion that a person recorded, with who agreed and who did not."""
    note = sdo(
        handed,
        "note",
        ("stated", stated.line),
        abstract=inert(f"Conclusion of a person about {stated.unit}, rung {stated.rung}"),
        content=inert(f"{stated.statement} {stated.likelihood}; {stated.confidence} confidence."),
        authors=[inert(stated.who)] if stated.who else [],
        object_refs=[me],
        confidence=CONFIDENCE.get(stated.confidence),
    )
    yield note
    if stated.agreed:
        yield sdo(
            handed, "opinion", ("agreed", stated.line), opinion="agree",
            authors=[inert(stated.agreed)], object_refs=[note["id"]],
        )  # fmt: skip
    for number, text in enumerate(stated.dissent):
        yield sdo(
            handed, "opinion", ("dissent", stated.line, number), opinion="disagree",
            explanation=inert(text), object_refs=[note["id"]],
        )  # fmt: skip


def _reviews(handed: Handed, everything: list[str]) -> Iterator[dict[str, Any]]:
    for number, review in enumerate(handed.seen.reviews):
        first = review.verdict.lower().split()[:1]
        yield sdo(
            handed,
            "opinion",
            ("review", number),
            opinion=OPINIONS.get(first[0] if first else "", "neutral"),
            explanation=inert(f"{review.verdict}: {review.scope}. {review.reason}"),
            authors=[inert(review.who)] if review.who else [],
            object_refs=everything,
        )
