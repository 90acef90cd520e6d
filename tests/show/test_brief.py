"""The brief: whole in every language, numbers beside words, two pages, nothing that could run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from forensics import words
from forensics.errors import ShowError, UsageError
from forensics.show import brief as brief_module
from forensics.show.brief import brief_page, write_brief
from forensics.show.briefstrings import FOLDER, check, languages, strings
from forensics.show.people import PeopleView
from forensics.show.view import Boundaries, ReportView
from forensics.weigh.assessment import CredibleSet
from forensics.weigh.conclude import DOES_NOT_SAY
from forensics.weigh.groups import KIND_LABELS
from forensics.weigh.wanting import KINDS, Further

EXAMPLE = Path(__file__).resolve().parents[2] / "reports" / "example" / "summary.json"
LANGUAGES = languages()


def example_sentences() -> Iterator[str]:
    """Everything the program said by itself about the example case."""
    for unit in json.loads(EXAMPLE.read_text(encoding="utf-8"))["units"]:
        said = unit["conclusion"]
        yield said["statement"]
        for key in ("reasons", "against", "would_change", "does_not_say"):
            yield from said[key]
        for test in unit["tests"]:
            yield test["label"]


def text_of(page: str) -> str:
    body = re.sub(
        r"<(style|script|svg)\b.*?</\1>", " ", page.partition("<body")[2], flags=re.DOTALL
    )
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


# --- the files of strings -------------------------------------------------------------------------


def test_english_and_chinese_are_there() -> None:
    assert {"en", "zh"} <= set(LANGUAGES)


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_language_has_all_keys_and_blanks(code: str) -> None:
    told = strings(code)
    assert set(told.tables["terms"]) == set(words.TERMS)
    assert set(told.tables["confidences"]) == set(words.CONFIDENCES)
    assert len(set(told.tables["terms"].values())) == len(words.TERMS), "no two terms are one word"


@pytest.mark.parametrize("code", LANGUAGES)
def test_all_that_the_program_says_is_said_in_each_language(code: str) -> None:
    told = strings(code)
    sentences = [*DOES_NOT_SAY, *KIND_LABELS.values(), *example_sentences()]
    assert len(sentences) > 60
    missing = [text for text in sentences if told.say(text).foreign]
    assert not missing


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize(
    "form",
    [
        "To carry it, one of these that names it: {kind} (78 %), {kind} (70 %), 6 more.",
        "No further clue carries it alone; two that name it do: {kind} with {kind} (60 %).",
        (
            "Neither one nor two of the 5 kinds of clues that do not name it yet would carry it; "
            "{kind} would bring it to 40 %. A city needs a second reviewer, too."
        ),
        (
            "To carry it, one of these that names it: {kind} (78 %). It needs clues of two "
            "categories that part it from others in the same place; none so far is technical."
        ),
    ],
)
def test_further_clues_are_named_in_each_language(kind: Further, form: str) -> None:
    text = "City, Yancheng (CN-JS.3209): 29 % in the lowest test (all clues). " + form.format(
        kind=kind.name
    )
    got = strings("zh").say(text)
    assert not got.foreign
    assert kind.name not in got.words
    assert "29 %" in got.words
    assert ("40 %" in got.words) is ("40 %" in text)
    assert ("78 %" in got.words) is ("78 %" in text)


def test_what_people_wrote_is_not_changed() -> None:
    for text in ("I disagree.", "likely a fake", "It held outside the period."):
        assert strings("zh").say(text).words == text
        assert strings("zh").say(text).foreign


@pytest.mark.parametrize(
    "unit", ["likely", "hours", "{term}", "Jiangsu (CN-JS)", "a [G1] b", "{0.x}"]
)
def test_names_of_units_are_left_alone(unit: str) -> None:
    text = (
        f"It is likely (55 to 80 %) that the operators of “{unit}” worked in Jiangsu (CN-JS) [G1]."
    )
    got = strings("zh").say(text)
    assert not got.foreign
    assert f"“{unit}”" in got.words
    assert "江苏省 (CN-JS)" in got.words
    assert "55–80 %" in got.words


def broken(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    told = tomllib.loads((FOLDER / "zh.toml").read_text(encoding="utf-8"))
    change(told)
    return told


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda told: told["page"].pop("sure"), "[page] 'sure' is missing"),
        (lambda told: told["page"].update(sure=""), "[page] 'sure' is missing"),
        (lambda told: told["page"].update(sur="x"), "[page] 'sur' is not known"),
        (lambda told: told["terms"].pop("likely"), "[terms] 'likely' is missing"),
        (lambda told: told.pop("said"), "[said]"),
        (lambda told: told["meta"].pop("lang"), "[meta] lang is missing"),
        (lambda told: told["page"].update(lowest="最低"), "[page] 'lowest' has other blanks"),
        (lambda told: told["page"].update(lowest="{test.x}"), "[page] 'lowest' has other blanks"),
    ],
)
def test_a_file_that_is_not_whole_is_refused(
    change: Callable[[dict[str, Any]], object], message: str
) -> None:
    first = tomllib.loads((FOLDER / "en.toml").read_text(encoding="utf-8"))
    with pytest.raises(ShowError, match=re.escape(message)) as caught:
        check(broken(change), first, "strings/xx.toml")
    assert "strings/xx.toml" in str(caught.value)


@pytest.mark.parametrize("code", ["xx", "", "../en", "en.toml", "EN"])
def test_unknown_language(code: str) -> None:
    with pytest.raises(UsageError, match="one of: en, zh"):
        strings(code)


def test_one_more_file_is_one_more_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from forensics.show import briefstrings

    for path in FOLDER.glob("*.toml"):
        shutil.copy(path, tmp_path)
    text = (FOLDER / "en.toml").read_text(encoding="utf-8")
    (tmp_path / "xx.toml").write_text(text.replace("How sure", "Wie sicher"), encoding="utf-8")
    monkeypatch.setattr(briefstrings, "FOLDER", tmp_path)
    assert strings.__wrapped__("xx").page("sure") == "Wie sicher", "past the cache of languages"


# --- the page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", LANGUAGES)
def test_number_stands_beside_every_term(
    view: ReportView, boundaries: Boundaries, code: str
) -> None:
    page = brief_page(view, boundaries, code)
    told = strings(code)
    conclusion = view.units[0].assessment.conclusion
    assert conclusion.likelihood is not None
    assert conclusion.probability_ppm is not None
    figure = text_of(
        page.partition('<p class="figure">')[2].partition("</p>")[0].join(["<body>", ""])
    )
    assert words.probability_text(conclusion.probability_ppm) in figure
    assert told.word("terms", conclusion.likelihood) in figure
    assert words.term_range(conclusion.likelihood) in figure
    confidence = told.page("confidence", confidence=told.word("confidences", "moderate"))
    assert confidence in text_of(page)
    for term in told.tables["terms"].values():
        assert term not in confidence, "likelihood and confidence never share a sentence"
    assert f'<html lang="{told.lang}">' in page


def test_what_it_must_answer(view: ReportView, boundaries: Boundaries) -> None:
    text = text_of(brief_page(view, boundaries, "en"))
    conclusion = view.units[0].assessment.conclusion
    for wanted in (
        conclusion.statement, *conclusion.would_change, *conclusion.does_not_say,
        *conclusion.against, view.digest, view.units[0].clues[0].clue.statement,
        "platform label", "about 15 times as common",
    ):  # fmt: skip
        assert " ".join(wanted.split()) in text
    for review in view.reviews:
        assert review.reason in text


def test_dissent_is_printed_in_full(view: ReportView) -> None:
    from forensics.show.people import NoteView

    long = "The hours were typed by a scheduler. " * 12
    note = NoteView(3, "second reader", "objection", long.strip(), "crew A", "")
    page = brief_page(replace(view, people=PeopleView(notes=(note,))), None, "zh")
    assert long.strip() in text_of(page)
    assert "second reader持异议" in text_of(page)


def test_a_statement_stronger_than_its_number_is_refused(
    view: ReportView, with_unit: Callable[..., ReportView]
) -> None:
    a = view.units[0].assessment
    bold = replace(a.conclusion, statement="It is almost certain that they worked in Jiangsu [G1].",
                   probability_ppm=600_000)  # fmt: skip
    odd = with_unit(view, assessment=replace(a, conclusion=bold))
    with pytest.raises(ShowError, match="more than its numbers"):
        brief_page(odd, None, "en")


def test_same_view_same_bytes(view: ReportView, boundaries: Boundaries) -> None:
    assert brief_page(view, boundaries, "zh") == brief_page(view, boundaries, "zh")


def test_the_map_speaks_the_language_of_the_brief(
    view: ReportView, boundaries: Boundaries, with_unit: Callable[..., ReportView]
) -> None:
    a = view.units[0].assessment
    assert a.places is not None
    sets = (CredibleSet("admin1", 500_000, ("CN-JS",), 1, 900_000),)
    shown = with_unit(view, assessment=replace(a, places=replace(a.places, credible=sets)))
    english, chinese = (brief_page(shown, boundaries, code) for code in ("en", "zh"))
    for key in ("map_scale", "map_lines"):
        assert strings("en").page(key) in english
        assert strings("zh").page(key) in chinese
        assert strings("en").page(key) not in chinese


@pytest.mark.parametrize("code", LANGUAGES)
def test_hostile_text_is_text(
    hostile_view: ReportView, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brief_module, "check_words", lambda _assessment: ())
    short = replace(hostile_view, units=hostile_view.units[:2])
    page = brief_page(short, None, code)
    assert "<img" not in page
    assert "<script" not in page
    assert page.count("canarybird") > 3


def test_without_the_extra_html_alone_is_written(
    view: ReportView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brief_module, "find_spec", lambda _name: None)
    got = write_brief(view, None, tmp_path, "zh")
    assert [path.name for path in got.files] == ["brief.zh.html"]
    assert "extra 'pdf'" in got.warnings[0]


@pytest.mark.slow
def test_two_pages_and_an_annex(view: ReportView, boundaries: Boundaries, tmp_path: Path) -> None:
    try:
        import weasyprint  # noqa: F401 - it loads Pango when it is imported
    except (ImportError, OSError) as error:
        pytest.skip(f"no PDF can be made here: {error}")
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext here: the printed text was not checked")
    got = write_brief(view, boundaries, tmp_path, "zh")
    done = subprocess.run(["pdftotext", str(got.files[1]), "-"], capture_output=True, check=True)
    sheets = done.stdout.decode().split("\f")[:-1]
    first = next(n for n, sheet in enumerate(sheets) if strings("zh").page("annex") in sheet)
    assert first == 2, "the annex begins on the third page"
    for sheet in sheets:
        assert view.digest in sheet
    assert "江苏" in "".join(sheets), "Han as characters"
