"""Decibans, terms and the linter."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics import words
from forensics.errors import WeighError
from forensics.words import LintContext, lint


@pytest.mark.parametrize(
    ("ratio", "mdb"),
    [(1, 0), (2, 3_010), (0.5, -3_010), (10, 10_000), (0.1, -10_000), (1_000, 30_000), (1.0001, 0)],
)
def test_ratio_becomes_millidecibans_rounded_towards_zero(ratio: float, mdb: int) -> None:
    assert words.mdb_of_ratio(ratio) == mdb


@pytest.mark.parametrize("ratio", [0, -1, math.inf, math.nan])
def test_a_ratio_that_is_none_is_refused(ratio: float) -> None:
    with pytest.raises(WeighError, match="likelihood ratio"):
        words.mdb_of_ratio(ratio)


@given(st.integers(-300_000, 300_000))
def test_millidecibans_survive_the_way_to_a_ratio_and_back(mdb: int) -> None:
    assert words.mdb_of_ratio(words.ratio_of_mdb(mdb)) == mdb


@pytest.mark.parametrize(("db", "percent"), [(10, 90.9), (13, 95.2), (20, 99.0), (33, 99.95)])
def test_decibans_against_one_rival_at_even_priors(db: int, percent: float) -> None:
    shares = words.shares_ppm([db * 1_000, 0], [500_000, 500_000])
    assert shares[0] / 10_000 == pytest.approx(percent, abs=0.05)


def test_shares_of_the_wireframe() -> None:
    shares = words.shares_ppm([18_000, -9_000, 4_000], [1, 1, 1])
    assert [words.probability_text(ppm) for ppm in shares] == ["96 %", "<1 %", "4 %"]


def test_shares_do_not_overflow_and_a_closed_row_gets_nothing() -> None:
    assert words.shares_ppm([9_000_000, -9_000_000, 0], [1, 1, 0]) == (1_000_000, 0, 0)


def test_shares_want_an_open_row() -> None:
    with pytest.raises(WeighError, match="open"):
        words.shares_ppm([0, 0], [0, 0])


@given(
    st.lists(st.tuples(st.integers(-90_000, 90_000), st.integers(1, 10**6)), min_size=1, max_size=9)
)
def test_shares_sum_to_one(rows: list[tuple[int, int]]) -> None:
    shares = words.shares_ppm([mdb for mdb, _ in rows], [prior for _, prior in rows])
    assert abs(sum(shares) - words.MILLION) <= len(rows)


def test_odds_and_probability() -> None:
    assert words.odds(500_000) == 1
    assert words.odds(1_000_000) == math.inf
    assert words.ppm_of_odds(math.inf) == 1_000_000
    assert words.ppm_of_odds(10) == 909_091
    assert words.ppm_of_odds(words.odds(700_000)) == 700_000


@pytest.mark.parametrize(
    ("ppm", "text"),
    [
        (0, "<1 %"),
        (9_999, "<1 %"),
        (10_000, "1 %"),
        (705_200, "71 %"),
        (700_000, "70 %"),
        (990_000, "99 %"),
        (990_001, ">99 %"),
        (1_000_000, ">99 %"),
    ],
)
def test_probability_is_never_printed_as_0_or_100(ppm: int, text: str) -> None:
    assert words.probability_text(ppm) == text


@pytest.mark.parametrize(
    ("ppm", "term"),
    [
        (0, "almost no chance"),
        (49_999, "almost no chance"),
        (50_000, "very unlikely"),
        (200_000, "unlikely"),
        (199_999, "very unlikely"),
        (449_999, "unlikely"),
        (450_000, "roughly even chance"),
        (500_000, "roughly even chance"),
        (550_000, "roughly even chance"),
        (550_001, "likely"),
        (800_000, "likely"),
        (800_001, "very likely"),
        (950_000, "very likely"),
        (950_001, "almost certain"),
        (1_000_000, "almost certain"),
    ],
)
def test_an_edge_belongs_to_the_weaker_term(ppm: int, term: str) -> None:
    assert words.term(ppm) == term


@given(st.integers(0, 1_000_000))
def test_terms_are_the_same_seen_from_both_sides(ppm: int) -> None:
    assert words.term_index(ppm) + words.term_index(1_000_000 - ppm) == 2 * words.EVEN


def test_ranges_of_terms() -> None:
    ranges = [words.term_range(term) for term in words.TERMS]
    assert ranges[0] == "1 to 5 %"
    assert ranges[4] == "55 to 80 %"
    assert ranges[6] == "95 to 99 %"


def test_almost_certain_needs_one_leader_in_all_tests() -> None:
    assert words.strongest_term(970_000, leader_changes=False) == "almost certain"
    assert words.strongest_term(970_000, leader_changes=True) == "very likely"
    assert words.strongest_term(600_000, leader_changes=True) == "likely"


@pytest.mark.parametrize(
    ("mdb", "text"),
    [
        (9_000, "+9 dB ▲"),
        (-3_400, "-3 dB ▼"),
        (0, "0 dB ·"),
        (500, "0 dB ·"),
        (-500, "0 dB ·"),
        (501, "+1 dB ▲"),
        (6_989, "+7 dB ▲"),
        (-1_500, "-1 dB ▼"),
    ],
)
def test_sign_and_triangle_stand_beside_the_number(mdb: int, text: str) -> None:
    assert words.decibans_text(mdb) == text


def test_confidence_has_its_own_sentence() -> None:
    assert words.confidence_text("moderate") == "Confidence: moderate."


def test_sentences_are_split_at_full_stops_before_capitals() -> None:
    text = "It is likely that A worked at UTC+3 [C1]. Confidence: low. See 3.5 dB there."
    assert words.split_sentences(text) == (
        "It is likely that A worked at UTC+3 [C1].",
        "Confidence: low.",
        "See 3.5 dB there.",
    )
    assert words.split_sentences("") == ()


NUMBERS = LintContext(lowest_ppm=610_000, ids=frozenset({"C1", "C4", "G1", "A1"}))
STRONG = LintContext(lowest_ppm=970_000, reason="one source only")
NAMES = LintContext(
    lowest_ppm=700_000, names={"likely co": None, "Mexico City (MX-CMX)": "province", "A": None}
)
NOTE = LintContext(conclusion=False)

REFUSED = [
    ("W1", "It is very likely, with high confidence, that A worked in X [C1].", STRONG),
    ("W1", "We are confident that it is likely that A worked in X [C1].", STRONG),
    ("W2", "It is likely that A worked in X, and improbable that it moved [C1].", STRONG),
    ("W2", "It is likely that A worked in X, with a remote chance of Y [C1].", STRONG),
    ("W3", "It is very likely that A worked in X [C1].", NUMBERS),
    ("W3", "It is almost certain that A worked in X [C1].", NUMBERS),
    ("W3", "It is very unlikely that A worked elsewhere [C1].", NUMBERS),
    ("W3", "It is highly probable that A worked in X [C1].", NUMBERS),
    ("W3", "It is probably X [C1].", LintContext(lowest_ppm=380_000)),
    ("W3", "There is a roughly even chance of X [C1].", LintContext(lowest_ppm=380_000)),
    ("W3", "It is unlikely that A worked elsewhere [C1].", LintContext(lowest_ppm=500_000)),
    ("W3", "It is likely that A worked in X [C1].", LintContext()),
    (
        "W4",
        "It is almost certain that A worked in X [C1].",
        LintContext(lowest_ppm=970_000, leader_changes=True),
    ),
    (
        "W4",
        "It is almost certainly X [C1].",
        LintContext(lowest_ppm=970_000, leader_changes=True),
    ),
    ("W5", "The network is run from X [C1].", NUMBERS),
    ("W5", "The data prove that A worked in X [C1].", NUMBERS),
    ("W5", "It is likely that A worked in X; the bureau is there [C1].", NUMBERS),
    ("W5", "It is likely, and now confirmed, that A worked in X [C1].", NUMBERS),
    ("W5", "A certainly worked in X [C1].", NUMBERS),
    ("W6", "Accounts linked to the bureau posted it [C1].", NUMBERS),
    ("W6", "Accounts tied to the bureau by a shared image posted it.", NUMBERS),
    ("W6", "Accounts associated with the bureau posted it.", NOTE),
    ("W7", "It is likely that A worked in X.", NUMBERS),
    ("W7", "It is likely that A worked in X [C9].", NUMBERS),
    ("W7", "It is likely that A worked in X [see page].", NUMBERS),
    ("W11", "It is likely that A worked in that city and at the bureau [C1].", NUMBERS),
    ("W11", "It is likely that A worked in a province of that country [C1].", NUMBERS),
    ("W11", "It is likely that A worked in Mexico City (MX-CMX), a zone of UTC-6 [C1].", NAMES),
    ("W12", "As X confirmed, A worked there [C1].", NUMBERS),
    ("W12", "Meta attributed the network to X [C1].", NUMBERS),
    ("W12", "Meta states that A worked there [C1].", NUMBERS),
    ("W12", "As the company has stated, A worked there [C1].", NOTE),
]


@pytest.mark.parametrize(("rule", "sentence", "context"), REFUSED)
def test_linter_refuses(rule: str, sentence: str, context: LintContext) -> None:
    found = lint([sentence], context)
    assert rule in {item.rule for item in found if item.severity == "refused"}


PASSES = [
    ("It is likely that A worked in X [C1].", NUMBERS),
    ("It is likely (55 to 80 %) that A worked in X [C1, C4].", NUMBERS),
    ("It is unlikely that A worked elsewhere [C1].", NUMBERS),
    ("It is probable that A worked in X [C1].", NUMBERS),
    ("Confidence: moderate.", NUMBERS),
    ("It is likely that A worked in the zone UTC+3 [A1].", NUMBERS),
    (
        "The avatar shares image I3 with the hub, to which it may be linked by an image [C4].",
        NUMBERS,
    ),
    ("If A had worked in X, gaps like these would be eight times as common [C1].", NUMBERS),
    ("X states that A worked there (B2) [C1].", NUMBERS),
    ("It is very likely that A worked in X [C1].", STRONG),
    ("It is almost certain that A worked in X [C1].", STRONG),
    ("No place can be named: the leading row (Jiangsu) holds 40 % at best [G1].", NUMBERS),
    ("Nothing can be said about where A worked: no clue was found.", LintContext()),
    ("It is likely that likely co worked in Mexico City (MX-CMX) [C1].", NAMES),
    ("It is likely that A worked through a remote desktop [C1].", NUMBERS),
    ("The times do not prove where A worked [C1].", NUMBERS),
    ("It is unlikely that A worked in X [C1].", LintContext(lowest_ppm=380_000)),
    ("The account is new and was sold twice.", NOTE),
    ("As we stated above, it is likely that A worked in X [C1].", NUMBERS),
]


@pytest.mark.parametrize(("sentence", "context"), PASSES)
def test_linter_passes(sentence: str, context: LintContext) -> None:
    assert lint([sentence], context) == ()


def test_two_sentences_keep_the_two_scales_apart() -> None:
    both = ["It is likely that A worked in X [C1].", "Confidence: moderate."]
    assert lint(both, NUMBERS) == ()


def test_rows_of_the_lexicon_are_compared_over_the_whole_text() -> None:
    text = ["It is likely that A worked in X [C1].", "It is improbable that B did [C4]."]
    assert {item.rule for item in lint(text, NUMBERS)} == {"W2"}


def test_a_name_is_blanked_only_as_a_whole_word() -> None:
    context = LintContext(lowest_ppm=610_000, names={"l": None})
    found = lint(["It is very likely that l worked in X [C1]."], context)
    assert [item.rule for item in found] == ["W3"]


def test_a_weaker_term_wants_a_reason_and_takes_one() -> None:
    sentence = ["It is likely that A worked in X [C1]."]
    found = lint(sentence, LintContext(lowest_ppm=960_000))
    assert [(item.rule, item.severity) for item in found] == [("W3", "reason_wanted")]
    assert lint(sentence, LintContext(lowest_ppm=960_000, reason="one data source")) == ()


@given(st.integers(0, 1_000_000))
def test_the_term_of_the_lowest_test_is_always_allowed(ppm: int) -> None:
    found = words.check_term(words.term(ppm), ppm)
    assert found is None


@given(st.integers(550_001, 1_000_000), st.booleans())
def test_the_strongest_term_passes_the_linter(ppm: int, changes: bool) -> None:
    word = words.strongest_term(ppm, leader_changes=changes)
    assert words.check_term(word, ppm, leader_changes=changes) is None
