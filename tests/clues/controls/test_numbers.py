"""The three numbers of a clue, with controls and without, for each rule of who carries it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from forensics.clues import labels, placenames, text_codes
from forensics.clues.controls.numbers import Numbers, numbers_of, span_text
from forensics.clues.evidence import Evidence
from forensics.engine import PostTable
from forensics.model import AreaLikelihood, Finding

Write = Callable[..., PostTable]
Compare = Callable[..., Evidence]
NAMES = [f"{letter}olf" for letter in "abcdefghijkl"]
AFTER_LABELS_S = 1_672_531_200


def of_kind(evidence: Evidence, findings: list[Finding], kind: str) -> Numbers:
    wanted = {clue.id for one in findings for clue in one.clues if clue.kind == kind}
    return next(one for one in numbers_of(evidence, findings) if one.clue in wanted)


def plain_texts(names: list[str], n: int = 8) -> dict[str, list[str]]:
    words = ["market", "river", "school", "garden", "winter", "report", "engine", "ticket"]
    return {name: [f"{name} writes of {words[k % 8]}" for k in range(n)] for name in names}


def test_labels_count_accounts_with_a_label_on_both_sides(
    write_texts: Write, compare: Compare
) -> None:
    case = write_texts(plain_texts(NAMES), labels=dict.fromkeys(NAMES[:10], "江苏"))
    others = [f"{a}{b}cont" for a in "mnopqrst" for b in "uvwxyz"]
    shown: Mapping[str, str] = {
        name: ("江苏" if number % 8 == 0 else "北京") for number, name in enumerate(others)
    }
    evidence = compare(case, write_texts(plain_texts(others), labels=shown))
    found = of_kind(evidence, labels.find(evidence), "label")
    assert found.accounts is not None
    assert (found.accounts.k, found.accounts.n) == (10, 12)
    assert found.mine is not None
    assert (found.mine.k, found.mine.n) == (10, 10)
    assert found.others is not None
    assert (found.others.k, found.others.n) == (6, 48)
    assert found.ratio is not None
    assert found.ratio.milli == 8_000
    assert "with such a label" in found.says["control"]
    assert found.dates[0][1] == AFTER_LABELS_S * 1_000_000
    assert found.dated == 10


def test_a_code_in_a_shared_text_tells_who_came_first(write_texts: Write, compare: Compare) -> None:
    texts: dict[str, list[str | tuple[int, str]]] = {**plain_texts(NAMES[:6])}
    for round_, word in enumerate(["red", "blue", "green", "white", "black"]):
        for place, name in enumerate(NAMES[:4]):
            at = AFTER_LABELS_S + 90_000 * (round_ + 1) + 1_800 * place
            texts[name].append((at, f"{word} desk, call our office +86 515 8812 3456 now"))
    evidence = compare(write_texts(texts), write_texts(plain_texts(["mona", "nils", "otto"])))
    found = of_kind(evidence, text_codes.find(evidence), "phone")
    assert found.contents == 5
    assert found.posts == 20
    assert found.lead is not None
    assert (found.lead.account, found.lead.before, found.lead.pairs) == ("aolf", 15, 15)
    assert found.lead.median_lead_s == 3600
    assert found.others is not None
    assert (found.others.k, found.others.n) == (0, 3)
    assert found.ratio is not None
    assert found.ratio.milli is None
    assert "precedes the others in 15 of 15 pairs" in found.says["first"]


def test_a_name_of_a_place_counts_in_own_texts_only(write_texts: Write, compare: Compare) -> None:
    texts = plain_texts(NAMES)
    for name in NAMES[:5]:
        texts[name].append(f"{name} walks through Berlin")
    others = plain_texts(["mona", "nils", "otto", "pete"])
    others["mona"].append("mona flies home to Berlin")
    evidence = compare(write_texts(texts), write_texts(others))
    found = of_kind(evidence, placenames.find(evidence), "place_name")
    assert found.mine is not None
    assert found.mine.k + (4 - found.mine.n) >= 1
    assert found.others is not None
    assert (found.others.k, found.others.n) == (1, 4)
    assert found.lead is None
    assert found.dated == 5


def test_without_controls_that_is_said_and_the_rest_is_counted(
    write_texts: Write, compare: Compare
) -> None:
    case = write_texts(plain_texts(NAMES), labels=dict.fromkeys(NAMES[:10], "江苏"))
    evidence = compare(case, None)
    found = of_kind(evidence, labels.find(evidence), "label")
    assert found.accounts is not None
    assert found.accounts.words() == ".83 [.52, .98]"
    assert (found.mine, found.others, found.ratio) == (None, None, None)
    assert found.says["control"].startswith("No comparable accounts were given")


def test_controls_that_cannot_show_it_are_no_zero(write_texts: Write, compare: Compare) -> None:
    case = write_texts(plain_texts(NAMES), labels=dict.fromkeys(NAMES[:10], "江苏"))
    evidence = compare(case, write_texts(plain_texts(["mona", "nils", "otto"])))
    found = of_kind(evidence, labels.find(evidence), "label")
    assert found.others is None
    assert "not known" in found.says["control"]


def test_clusters_that_say_the_same_are_counted(write_texts: Write, compare: Compare) -> None:
    case = write_texts(plain_texts(NAMES), labels=dict.fromkeys(NAMES[:8], "江苏"))
    evidence = compare(case, None)
    units = {"one": tuple(NAMES[:4]), "two": tuple(NAMES[4:8]), "three": tuple(NAMES[8:])}
    evidence = replace(evidence, units=units)
    found = of_kind(evidence, labels.find(evidence), "label")
    assert (found.clusters, found.clusters_of) == (2, 3)
    assert "2 of 3 clusters" in found.says["carriers"]


def test_other_kinds_are_not_compared(write_texts: Write, compare: Compare) -> None:
    case = write_texts(plain_texts(NAMES), labels=dict.fromkeys(NAMES[:8], "江苏"))
    evidence = compare(case, write_texts(plain_texts(["mona", "nils", "otto"])))
    finding = next(one for one in labels.find(evidence) if one.clues)
    clue = replace(
        finding.clues[0], kind="calendar", id="calendar:x", likelihood=AreaLikelihood(("CN",), 1)
    )
    (found,) = numbers_of(evidence, [replace(finding, clues=(clue,))])
    assert found.says["control"].startswith("Not compared")
    assert found.dated == 8


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59, "59 s"), (60, "1.0 min"), (5_400, "1.5 h"), (-7_200, "-2.0 h"),
     (100_000, "27.8 h"), (200_000, "2.3 days")],
)  # fmt: skip
def test_spans(seconds: int, text: str) -> None:
    assert span_text(seconds) == text
