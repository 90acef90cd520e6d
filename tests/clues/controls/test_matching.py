"""Controls are comparable, stand in one set each, and are drawn the same way every time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forensics.clues.controls.matching import PER_ACCOUNT, matched
from forensics.clues.evidence import Evidence
from forensics.engine import POOL, PostTable

Write = Callable[..., PostTable]
Compare = Callable[..., Evidence]
YEAR_S = 31_536_000
SOUP = "boil water then add salt onions garlic and slow butter"
FOOT = "penalty keeper striker offside referee stadium derby league"


def test_four_each_and_nobody_twice(write_texts: Write, compare: Compare) -> None:
    case = write_texts({f"a{n}": [SOUP] * 8 for n in range(5)})
    controls = write_texts({f"c{n:02}": [SOUP] * (6 + n % 5) for n in range(30)})
    found = matched(compare(case, controls), POOL)
    assert found is not None
    assert [len(one.controls) for one in found.sets] == [PER_ACCOUNT] * 5
    assert len(set(found.controls)) == 20
    again = matched(compare(case, controls), POOL)
    assert again == found


def test_scarce_controls_are_shared_out(write_texts: Write, compare: Compare) -> None:
    case = write_texts({f"a{n}": [SOUP] * 8 for n in range(5)})
    controls = write_texts({f"c{n}": [SOUP] * 8 for n in range(6)})
    found = matched(compare(case, controls), POOL)
    assert found is not None
    assert sorted(len(one.controls) for one in found.sets) == [1, 1, 1, 1, 2]


@pytest.mark.parametrize(
    ("how", "n"),
    [({"language": "de"}, 8), ({"start_s": 1_672_531_200 + YEAR_S}, 8), ({}, 64), ({}, 1)],
    ids=["language", "quarter", "too active", "too idle"],
)
def test_who_is_not_comparable_is_no_control(
    write_texts: Write, compare: Compare, how: dict[str, object], n: int
) -> None:
    case = write_texts({f"a{n}": [SOUP] * 8 for n in range(3)})
    other = write_texts({f"c{k}": [SOUP] * n for k in range(9)}, **how)
    found = matched(compare(case, other), POOL)
    assert found is not None
    assert found.controls == ()
    assert len(found.sets) == 3


def test_without_languages_the_script_is_matched(write_texts: Write, compare: Compare) -> None:
    case = write_texts({f"a{n}": ["江苏的天气很好"] * 8 for n in range(3)}, language=None)
    mixed = {f"h{n}": ["今天我们去看电影"] * 8 for n in range(12)}
    mixed |= {f"l{n}": [SOUP] * 8 for n in range(12)}
    found = matched(compare(case, write_texts(mixed, language=None)), POOL)
    assert found is not None
    assert found.by == "script"
    assert len(found.controls) == 12
    assert {name[0] for name in found.controls} == {"h"}


def test_the_topic_chooses_among_the_comparable(write_texts: Write, compare: Compare) -> None:
    case = write_texts(
        {"a": [f"{SOUP} {word}" for word in ["one", "two", "six", "ten", "red", "old"]]}
    )
    mixed = {f"s{n}": [f"{SOUP} {n}"] * 6 for n in range(4)}
    mixed |= {f"f{n:02}": [f"{FOOT} {n}"] * 6 for n in range(16)}
    found = matched(compare(case, write_texts(mixed)), POOL)
    assert found is not None
    assert found.topics
    assert found.controls == ("s0", "s1", "s2", "s3")


def test_naming_the_same_place_makes_no_topic(write_texts: Write, compare: Compare) -> None:
    words = ["one", "two", "six", "ten", "red", "old"]
    case = write_texts({"a": [f"{SOUP} {word} in Berlin" for word in words]})
    mixed = {f"b{n}": [f"{FOOT} {word} in Berlin" for word in words] for n in range(8)}
    mixed |= {f"s{n}": [f"{SOUP} {word}" for word in words] for n in range(4)}
    found = matched(compare(case, write_texts(mixed)), POOL)
    assert found is not None
    assert found.controls == ("s0", "s1", "s2", "s3")


def test_assessed_accounts_are_refused_as_controls(write_texts: Write, compare: Compare) -> None:
    case = write_texts({"Ann": [SOUP] * 8, "ben": [SOUP] * 8})
    others = {"@ann": [SOUP] * 8, "ben": [SOUP] * 8, "cy": [SOUP] * 8}
    evidence = compare(case, write_texts(others))
    assert evidence.controls is not None
    assert evidence.controls.in_both == ("@ann", "ben")
    assert evidence.controls.accounts == ("cy",)
    found = matched(evidence, POOL)
    assert found is not None
    assert found.controls == ("cy",)
