"""Places written about: found, not found, shared texts removed, too few accounts, no controls."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forensics.clues.controls.finding import MOST_MDB, find
from forensics.clues.evidence import Evidence
from forensics.engine import PostTable
from forensics.model import AreaLikelihood, Finding

Write = Callable[..., PostTable]
Compare = Callable[..., Evidence]
CITIES = ("Berlin", "Lagos", "Lima", "Osaka", "Chicago", "Madrid", "Vienna")
WORDS = ["market", "river", "school", "garden", "winter", "report", "engine", "ticket"]


def person(side: str, number: int) -> str:
    """A name of letters only: digits do not make a text one's own."""
    return f"{side}{chr(97 + number // 26)}{chr(97 + number % 26)}x"


def ordinary(name: str, number: int) -> list[str]:
    """Eight texts of an account, one of which names a city."""
    texts = [f"{name} writes of {WORDS[(number + k) % 8]} and {WORDS[k]} {name}" for k in range(7)]
    return [*texts, f"{name} saw a {WORDS[number % 8]} in {CITIES[number % 7]} {name}"]


@pytest.fixture
def controls(write_texts: Write) -> PostTable:
    return write_texts({person("c", n): ordinary(person("c", n), n) for n in range(80)})


def asked(evidence: Evidence) -> Finding:
    (found,) = find(evidence)
    return found


def test_a_place_written_about_is_found_and_weighs_little(
    write_texts: Write, compare: Compare, controls: PostTable
) -> None:
    texts = {person("a", n): ordinary(person("a", n), n) for n in range(16)}
    for name in list(texts)[:10]:
        texts[name].append(f"{name} is in Yancheng again {name}")
    found = asked(compare(write_texts(texts), controls))
    assert found.status == "found"
    (clue,) = found.clues
    assert (clue.kind, clue.role) == ("over_representation", "content_subject")
    assert clue.group == ("topic:all accounts",)
    assert clue.planted_chance_ppm == 200_000
    assert isinstance(clue.likelihood, AreaLikelihood)
    assert clue.likelihood.areas == ("CN-JS.3209",)
    assert clue.likelihood.most_mdb == MOST_MDB == 5_000
    assert clue.accounts == tuple(list(texts)[:10])
    assert "10 of 16 accounts" in clue.statement
    assert "0 of 64 controls" in clue.statement
    assert found.details["places_searched"] == 8
    assert "residence" in found.limits[0]


def test_ordinary_accounts_raise_no_alarm(
    write_texts: Write, compare: Compare, controls: PostTable
) -> None:
    texts = {person("a", n): ordinary(person("a", n), n) for n in range(16)}
    found = asked(compare(write_texts(texts), controls))
    assert (found.status, found.clues) == ("nothing_found", ())
    assert "Nearest:" in found.statement


@pytest.mark.parametrize("varied", ["{0}", "{0} https://x.example/{1}", "@{1} {0} !!"])
def test_a_shared_text_raises_no_alarm(
    write_texts: Write, compare: Compare, controls: PostTable, varied: str
) -> None:
    texts = {person("a", n): ordinary(person("a", n), n) for n in range(16)}
    shared = "Great news from Yancheng about the new railway line opening in Yancheng"
    for name, mine in texts.items():
        mine.append(varied.format(shared, name))
    found = asked(compare(write_texts(texts), controls))
    assert found.status == "nothing_found"
    assert found.details["shared_texts_removed"] == 1


def test_what_a_control_copied_is_nobodys_own(
    write_texts: Write, compare: Compare, controls: PostTable
) -> None:
    texts = {person("a", n): ordinary(person("a", n), n) for n in range(12)}
    copied = {person("c", n): ordinary(person("c", n), n) for n in range(48)}
    for number, name in enumerate(texts):
        said = f"some {WORDS[number % 8]} {WORDS[number // 8]} letters from Yancheng today"
        texts[name].append(said)
        for twin in range(4):
            copied[person("c", 4 * number + twin)].append(said)
    found = asked(compare(write_texts(texts), write_texts(copied)))
    assert found.status == "nothing_found"
    assert found.details["shared_texts_removed"] == 12


def test_a_place_named_beforehand_is_not_paid_for_by_searching(
    write_texts: Write, compare: Compare, controls: PostTable
) -> None:
    texts = {person("a", n): ordinary(person("a", n), n) for n in range(16)}
    for name in list(texts)[:3]:
        texts[name].append(f"{name} is in Yancheng again {name}")
    table = write_texts(texts)
    asked_for = asked(compare(table, controls, named_areas=("CN-JS", "XX-unknown")))
    first = asked_for.details["places"][0]
    searched = next(  # the same place among all others
        one for one in asked_for.details["places"] if one["key"] == "CN-JS.3209"
    )
    assert (first["named_beforehand"], first["areas"]) == (True, ["CN-JS"])
    assert first["accounts"] == searched["accounts"] == 3
    assert first["p_ppm"] <= searched["p_ppm"]
    assert first["p_ppm"] <= 50_000
    (clue,) = asked_for.clues
    assert "named beforehand" in clue.statement


def test_too_few_accounts_and_no_controls_are_insufficient(
    write_texts: Write, compare: Compare, controls: PostTable
) -> None:
    texts = {person("a", n): [*ordinary(person("a", n), n), "now in Yancheng"] for n in range(9)}
    few = asked(compare(write_texts(texts), controls))
    assert (few.status, few.clues) == ("insufficient", ())
    assert "fewer than 10" in few.statement
    none = asked(compare(write_texts(texts), None))
    assert (none.status, none.clues) == ("insufficient", ())
    assert "not known" in none.statement
