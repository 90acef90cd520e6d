"""What a person may conclude: every rule refuses what it should, and lets the honest one pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from forensics.errors import WeighError
from forensics.model import Hypothesis
from forensics.weigh import assess
from forensics.weigh.gate import QUESTIONS, RESPONSIBILITY, read_ethics, two_categories
from forensics.weigh.stated import Wish, choose, state
from forensics.words import TERMS, term_index

ANSWERS = dict.fromkeys(QUESTIONS, "A sentence that answers it.")


@pytest.fixture(scope="module")
def strong(world: Any, make: Any) -> Any:
    """The made-up case with a filing that a register confirmed: the province is carried."""
    filing = make.clue(
        "f",
        make.area("CN-JS.3209"),
        "filing",
        set_by="third_party",
        planted_chance_ppm=10_000,
        category="contextual",
    )
    clues = [*(clue for clue in make.five() if clue.id != "m"), filing]
    return assess("u", clues, None, world, accounts=3, posts=100)


@pytest.fixture(scope="module")
def allowed(strong: Any) -> str:
    """The strongest term the province carries."""
    return TERMS[term_index(choose(strong, "province").lowest.assessed_ppm)]


@pytest.fixture(scope="module")
def wish(allowed: str) -> Wish:
    return Wish(
        unit="u",
        rung="province",
        term=allowed,
        confidence="moderate",
        reasons=("Two sources agree.",),
        would_change=("A label elsewhere.",),
    )


def test_an_honest_conclusion_passes_and_keeps_what_was_said(strong, wish, world) -> None:
    made = state(strong, replace(wish, dissent=("B. doubts the label.",)), world)
    assert made.statement.startswith(f"It is {wish.term} (")
    assert "Jiangsu (CN-JS) [G" in made.statement
    assert made.probability_ppm == choose(strong, "province").lowest.assessed_ppm
    assert made.reasons[0] == "Two sources agree."
    assert made.would_change[0] == "A label elsewhere."
    assert made.against[-1] == "Dissent: B. doubts the label."
    assert set(strong.conclusion.does_not_say) <= set(made.does_not_say)


REFUSED = {
    "a stronger word": ({"term": "almost certain"}, "W[34]"),
    "no such word": ({"term": "surely"}, "no term"),
    "a weaker word without a reason": (
        {"term": "roughly even chance"},
        "W3: the numbers allow.*--because",
    ),
    "no reason": ({"reasons": (" ",)}, "--reason"),
    "nothing would change it": ({"would_change": ()}, "--would-change"),
    "no such confidence": ({"confidence": "total"}, "Confidence is one of"),
    "both scales in one sentence": (
        {"statement": "It is {term}, with high confidence, that they sat in Jiangsu [G1]."},
        "W1",
    ),
    "likelihood in a reason": (
        {"reasons": ("It is likely, with moderate confidence.",)},
        "W1",
    ),
    "no clue": ({"statement": "It is {term} that they worked in Jiangsu (CN-JS)."}, "W7"),
    "a clue that is not there": (
        {"statement": "It is {term} that they worked in Jiangsu (CN-JS) [G99]."},
        "W7: no such clue",
    ),
    "unhedged": ({"statement": "The operators are in Jiangsu (CN-JS) [G1]."}, "W5.*W3"),
    "a city in a claim about a province": (
        {"statement": "It is {term} that they worked in Jiangsu (CN-JS), in Yancheng [G1]."},
        "W9: Yancheng",
    ),
    "a pin": (
        {"statement": "It is {term} that they worked in Jiangsu (CN-JS), 33.3575, 120.1573 [G1]."},
        "W9: coordinates",
    ),
    "a link without its kind": (
        {"statement": "It is {term} that they worked in Jiangsu (CN-JS), tied to police [G1]."},
        "W6",
    ),
    "the platform's attribution": (
        {"statement": "It is {term} that they worked in Jiangsu (CN-JS), as Meta confirmed [G1]."},
        "W12",
    ),
    "responsibility of a place": ({"responsibility": "ordered"}, "W10"),
    "an unknown responsibility": ({"responsibility": "state-backed"}, "W10"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(strong, wish, world, name) -> None:
    changes, words = REFUSED[name]
    filled = {
        key: value.format(term=wish.term) if isinstance(value, str) else value
        for key, value in changes.items()
    }
    with pytest.raises(WeighError, match=words):
        state(strong, replace(wish, **filled), world)


def test_a_weaker_word_passes_with_its_reason(strong, wish, world) -> None:
    weaker = replace(wish, term="roughly even chance", because="The label is one day old.")
    assert state(strong, weaker, world).likelihood == "roughly even chance"


def test_high_confidence_needs_more_than_conflicting_clues(world, make) -> None:
    result = assess("u", make.five(), None, world, accounts=3, posts=100)
    assert result.conclusion.confidence == "low"
    claim = choose(result, "country")
    word = TERMS[term_index(claim.lowest.assessed_ppm)]
    wish = Wish("u", "country", word, "high", ("r",), ("c",))
    with pytest.raises(WeighError, match="cannot be high"):
        state(result, wish, world)


def test_one_category_alone_wants_an_answer(world, make) -> None:
    technical = [
        make.clue(f"c{n}", make.area("CN-JS"), group=(f"k{n}",), planted_chance_ppm=1_000,
                  set_by="platform", category="technical")
        for n in range(3)
    ]  # fmt: skip
    result = assess("u", technical, None, world, accounts=3, posts=100)
    claim = choose(result, "country")
    assert claim.lowest.assessed_ppm >= 800_000
    assert not two_categories(result, claim.leader)
    word = TERMS[min(term_index(claim.lowest.assessed_ppm), 5)]
    wish = Wish("u", "country", word, "low", ("r",), ("c",))
    with pytest.raises(WeighError, match="one category"):
        state(result, wish, world)
    state(result, replace(wish, because="Three registers agree."), world)


def test_choosing_what_was_not_tested_says_what_was(strong) -> None:
    with pytest.raises(WeighError, match=r"tested: province .*--hypothesis"):
        choose(strong, "organisation")
    with pytest.raises(WeighError, match="'H9' was tested"):
        choose(strong, "province", "H9")


def test_a_city_can_be_stated_only_by_its_own_row(strong, world) -> None:
    city = choose(strong, "city", "H_CN-JS.3209")
    assert city.rows == ("H_CN-JS.3209",)
    province = choose(strong, "province")
    assert city.lowest.assessed_ppm <= province.lowest.assessed_ppm


def _with_bureau(make, world, category: str) -> Any:
    bureau = Hypothesis(
        id="H_bureau", statement="Worked for the bureau of the prefecture.", rung="organisation",
        prior_ppm=198_000, prior_reason="Named beforehand.", areas=("CN-JS.3209",),
    )  # fmt: skip
    city = Hypothesis(
        id="H_city", statement="Worked in Yancheng.", rung="city", prior_ppm=200_000,
        prior_reason="Named beforehand.", areas=("CN-JS.3209",),
    )  # fmt: skip
    other = Hypothesis(
        id="H_CN", statement="Worked in China.", rung="country", prior_ppm=200_000,
        prior_reason="Named beforehand.", areas=("CN",),
    )  # fmt: skip
    clues = [
        make.clue("f", make.area("CN-JS.3209"), "filing", group=("a",), set_by="third_party",
                  planted_chance_ppm=1_000, category="contextual"),
        make.clue("l", make.area("CN-JS.3209"), group=("b",), set_by="platform",
                  planted_chance_ppm=1_000, category=category),
    ]  # fmt: skip
    return assess("u", clues, [city, bureau, other], world, accounts=3, posts=100)


def test_an_organisation_needs_the_gate_and_two_categories(world, make) -> None:
    one, two = _with_bureau(make, world, "contextual"), _with_bureau(make, world, "technical")
    claim = choose(two, "organisation")
    word = TERMS[min(term_index(claim.lowest.assessed_ppm), 5)]
    assert term_index(claim.lowest.assessed_ppm) > 3
    ethics = read_ethics(ANSWERS, "x")
    wish = Wish("u", "organisation", word, "low", ("r",), ("c",), because="b", ethics=ethics)
    with pytest.raises(WeighError, match="W10: above roughly even"):
        state(one, wish, world)
    with pytest.raises(WeighError, match="W10: an organisation is named only"):
        state(two, replace(wish, ethics=None), world)
    made = state(two, replace(wish, responsibility="encouraged"), world)
    assert made.rung == "organisation"


def test_persons_are_never_named(strong, wish, world) -> None:
    with pytest.raises(WeighError, match="no claim at rung 'person'"):
        state(strong, replace(wish, rung="person"), world)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("answer", [None, "", "yes", "            ", 7])
def test_every_question_of_the_gate_wants_a_sentence(question, answer) -> None:
    answers = {key: value for key, value in ({**ANSWERS, question: answer}).items() if value != ""}
    with pytest.raises(WeighError, match=f"{question} is not answered"):
        read_ethics(answers, "gate.toml")


def test_an_unknown_question_is_a_misspelt_one() -> None:
    with pytest.raises(WeighError, match="unknown question 'harm'"):
        read_ethics({**ANSWERS, "harm": "x"}, "gate.toml")


def test_responsibility_starts_with_not_assessed() -> None:
    assert RESPONSIBILITY[0] == "not_assessed"


def test_a_unit_whose_pieces_disagree_is_refused_a_place(
    strong: Any, wish: Wish, world: Any
) -> None:
    torn = replace(strong, divided="Pieces of it keep different calendars.")
    with pytest.raises(WeighError, match="not one: Pieces of it keep"):
        state(torn, wish, world)
