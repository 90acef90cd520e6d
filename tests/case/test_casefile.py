"""case.toml: written so that any reader gets the same back, read strictly."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.case import casefile
from forensics.case.canonical import MAX_INT, clean, clean_text
from forensics.errors import CaseError
from forensics.model import Hypothesis

any_text = st.text(alphabet=st.characters(codec=None, exclude_categories=()))
keys = st.text(alphabet=st.characters(codec="ascii"))
scalars = st.booleans() | st.integers(-MAX_INT, MAX_INT) | any_text
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.dictionaries(keys, st.none() | inner),
    max_leaves=10,
)


@given(any_text, st.dictionaries(keys, st.none() | values))
def test_another_reader_gets_the_same_back(question, settings):
    found = tomllib.loads(casefile.render(question, settings))
    assert found["question"] == clean_text(question)
    assert found["settings"] == casefile.without_nulls(clean(settings))


@given(any_text, st.dictionaries(keys, st.none() | values))
def test_it_is_read_back(tmp_path_factory, question, settings):
    path = tmp_path_factory.mktemp("case") / "case.toml"
    path.write_bytes(casefile.render(question, settings).encode())
    found = casefile.load(path)
    assert found.question == clean_text(question)
    assert found.settings == casefile.without_nulls(clean(settings))
    assert found.hypotheses == ()


def test_the_sections_in_the_guide_work_once_their_marks_are_taken_away(tmp_path):
    text = casefile.render("Where?", {})
    guide = text[text.index("# [[hypotheses]]") :]
    code = [
        line.removeprefix("# ")
        for line in guide.splitlines()
        if line.startswith("# [[") or " = " in line
    ]
    path = tmp_path / "case.toml"
    path.write_text(text + "\n".join(code), encoding="utf-8")
    found = casefile.load(path)
    assert found.hypotheses == (
        Hypothesis(
            id="H1",
            statement="The operators worked in the city of Yancheng.",
            rung="city",
            prior_ppm=200_000,
            prior_reason="Named by the platform before we looked.",
            kind="place",
            areas=("CN-JS.3209",),
        ),
    )
    assert found.priors[0]["prior_ppm"] == 100_000
    assert found.groups[0]["clues"] == ["image_position:A:1", "image_clock:A:1"]
    assert set(found.assumptions[0]) == {"statement", "because"}
    assert found.judgements[0]["weights"] == {
        "H1": {"mdb": 5_000, "low_mdb": 2_000, "high_mdb": 7_000}
    }
    assert found.clues[0]["grade"] == "C2"
    assert found.periods[0]["last"] == "2022-06-30"


def test_a_null_inside_a_list_cannot_be_written():
    with pytest.raises(CaseError, match="null inside a list"):
        casefile.render("Where?", {"a": [None]})


HYPOTHESIS = {
    "id": '"H1"', "statement": '"S"', "rung": '"city"', "prior_ppm": "1", "prior_reason": '"R"',
}  # fmt: skip


def hypothesis(**changes: str) -> str:
    rows = {**HYPOTHESIS, **changes}
    return "[[hypotheses]]\n" + "\n".join(f"{key} = {value}" for key, value in rows.items())


JUDGEMENT = {
    "id": '"j"', "unit": '"A"', "statement": '"S"', "reason": '"R"', "category": '"contextual"',
    "set_by": '"operator"', "role": '"operator_present"', "planted_chance_ppm": "200000",
    "weights": "{ H1 = { mdb = 5000, low_mdb = 2000, high_mdb = 7000 } }",
}  # fmt: skip


def judgement(**changes: str) -> str:
    rows = {**JUDGEMENT, **changes}
    return "[[judgements]]\n" + "\n".join(f"{key} = {value}" for key, value in rows.items())


def weighed(ends: str) -> str:
    return judgement(weights=f"{{ H1 = {{ {ends} }} }}")


BROKEN = {
    "judgement without reason": (judgement().replace('reason = "R"', ""), "has no reason"),
    "judgement in no category": (judgement(category='"social"'), "category is none of technical"),
    "judgement that moves nothing": (judgement(role='"content_subject"'), "role is none of"),
    "judgement set by nobody": (judgement(set_by='"me"'), "set_by is none of platform"),
    "planting certain": (judgement(planted_chance_ppm="900001"), "is not an integer from 1 to 900"),
    "planting impossible": (judgement(planted_chance_ppm="0"), "is not an integer from 1 to 900"),
    "judgement of nothing": (judgement(weights="{}"), "weights is not a table of hypotheses"),
    "judgement as a number": (judgement(weights="5"), "weights is not a table of hypotheses"),
    "judgement without ends": (weighed("mdb = 1"), "'H1' needs mdb, low_mdb and high_mdb"),
    "judgement as float": (weighed("mdb = 1.5, low_mdb = 1, high_mdb = 2"), "1.5 is a float"),
    "judgement as true": (weighed("mdb = true, low_mdb = 0, high_mdb = 2"), "in whole milli-deci"),
    "judgement beyond judging": (weighed("mdb = 60001, low_mdb = 0, high_mdb = 60001"), "in whole"),
    "judgement outside": (weighed("mdb = 3, low_mdb = 0, high_mdb = 2"), "not between its ends"),
    "judgement grouped by text": (judgement(group='"g"'), "group is not a list of texts"),
    "judgement graded badly": (judgement(grade='"G1"'), "grade is 'G1'; write a letter A to F"),
    "judgement for no day": (judgement(valid_from='"2024-02-30"'), "write a day as"),
    "judgement without a name": (judgement(id='" "'), "id is ' '; write a name"),
    "remark on access": ('[[clues]]\nid = "c"\nreason = "R"\naccess = "secret"', "none of open"),
    "remark without reason": ('[[clues]]\nid = "c"\ngrade = "B2"', "clues 1 has no reason"),
    "period without end": ('[[periods]]\nfirst = "2024-01-01"\nreason = "R"', "has no last"),
    "period by week": (
        '[[periods]]\nfirst = "2024-W01"\nlast = "2024-02-01"\nreason = "R"',
        "write a day as",
    ),
    "not TOML": ("a =", "is not TOML"),
    "not UTF-8": (b"a = '\xff'", "is not TOML"),
    "key twice": ("a = 1\na = 2", "is not TOML"),
    "a number of 5,000 digits": ("a = " + "9" * 5_000, "is not TOML"),
    "brackets in brackets": ("a = " + "[" * 5_000, "is not TOML"),
    "float": ("[settings]\nx = 0.5", "0.5 is a float; write an integer"),
    "date": ("[settings]\nx = 2020-01-01", "date is not allowed"),
    "unknown section": ("[[hypothesis]]", "unknown section 'hypothesis'; check the spelling"),
    "section is no list": ("[hypotheses]", "hypotheses is not a list of tables"),
    "section of texts": ("groups = ['a']", "groups is not a list of tables"),
    "key missing": ("[[assumptions]]\nstatement = 'x'", "assumptions 1 has no because"),
    "key unknown": (hypothesis(prior="2"), "hypotheses 1 has an unknown key 'prior'"),
    "prior too large": (hypothesis(prior_ppm="1000000"), "prior_ppm is not an integer from 1"),
    "prior zero": (hypothesis(prior_ppm="0"), "prior_ppm is not an integer from 1"),
    "prior is true": (hypothesis(prior_ppm="true"), "prior_ppm is not an integer from 1"),
    "rung unknown": (hypothesis(rung='"town"'), "rung is none of zone, country"),
    "kind unknown": (hypothesis(kind='"bot"'), "kind is none of place, audience"),
    "areas as text": (hypothesis(areas='"CN"'), "areas is not a list of texts"),
    "areas of numbers": (hypothesis(areas="[1]"), "areas is not a list of texts"),
    "text as number": (hypothesis(statement="1"), "statement is not text"),
}


@pytest.mark.parametrize(("text", "what"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_misspelt_is_named(tmp_path, text, what):
    path = tmp_path / "case.toml"
    if isinstance(text, str):
        head = "" if "[settings]" in text else "\n[settings]\n"
        place = (text + head) if not text.startswith("[") else (head + text)
        text = ('question = "Q"\n' + place).encode()
    path.write_bytes(text)
    with pytest.raises(CaseError) as caught:
        casefile.load(path)
    assert what in caught.value.line()
    assert caught.value.where == str(path)
    assert "\n" not in caught.value.line()


@pytest.mark.parametrize("text", ["", "question = 'Q'", "question = 1\n[settings]", "[settings]"])
def test_question_and_settings_are_needed(tmp_path, text):
    path = tmp_path / "case.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError, match="question or settings are missing"):
        casefile.load(path)


def test_not_there(tmp_path):
    with pytest.raises(CaseError, match="does not exist"):
        casefile.load(tmp_path / "case.toml")
