"""The brief: two pages for those who decide, and a methods annex, in one of several languages.

It prints what the report prints, less of it and in plainer words. Nothing is computed: how many
times as common a clue is, is its weight in decibans said in another way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from markupsafe import Markup

from forensics import words
from forensics.errors import ShowError
from forensics.model import Observation
from forensics.show.briefstrings import Strings, strings
from forensics.show.context import page_context
from forensics.show.figures import sealed, text_node
from forensics.show.outline import LINES_SAY, SCALE_SAYS, Shapes
from forensics.show.page import templates, write_text
from forensics.show.pieces import Column, UnitContext
from forensics.show.seal import seal
from forensics.show.view import Boundaries, ReportView, UnitView
from forensics.weigh.conclude import check_words

FULL = 2
"""Units on the first two pages; the others are rows of a table."""
LISTED = 5
"""Clue groups and counter-arguments of a unit; what lies beyond is counted."""
OTHERS = 20
CLUES = 40
_DISSENT = frozenset({"dissent", "objection", "object"})


@dataclass(frozen=True, slots=True)
class Resting:
    """One clue group in plain words."""

    id: str
    label: str
    mdb: int
    times: str


@dataclass(frozen=True, slots=True)
class BriefUnit:
    """One unit of the brief."""

    context: UnitContext
    resting: tuple[Resting, ...]
    resting_more: int
    map: Markup | None
    map_title: str


@dataclass(frozen=True, slots=True)
class Brief:
    """What was written."""

    files: tuple[Path, ...]
    warnings: tuple[str, ...]


def write_brief(view: ReportView, boundaries: Boundaries | None, out: Path, code: str) -> Brief:
    """The brief as HTML, and as PDF where the extra is there.

    Raises:
        UsageError: there are no strings for the language.
        ShowError: it cannot be made or written.
    """
    page = brief_page(view, boundaries, code)
    stem = "brief" if code == "en" else f"brief.{code}"
    path = write_text(out / f"{stem}.html", page)
    if find_spec("weasyprint") is None:
        return Brief((path,), ("the brief was written as HTML only: PDF needs the extra 'pdf'",))
    from forensics.show.printpdf import write_pdf

    pdf = out / f"{stem}.pdf"
    label = f"Gnomon: {strings(code).page('kicker')}"
    heard = write_pdf(page, pdf, label=label, digest=view.digest, sheet="brief-print.css")
    return Brief((path, pdf), heard)


def brief_page(view: ReportView, boundaries: Boundaries | None, code: str) -> str:
    """The brief as one HTML page: same view and language, same characters.

    Raises:
        UsageError: there are no strings for the language.
        ShowError: its statements say more than the numbers, or it cannot be sealed.
    """
    told = strings(code)
    for unit in view.units:
        _must_fit(unit)
    shapes = Shapes(boundaries) if boundaries is not None else None
    context = page_context(_named(view, told), shapes)
    page = (
        templates()
        .get_template("brief.html")
        .render(
            **context,
            s=told,
            said=told.say,
            units_=[_unit(unit, told) for unit in context["full"][:FULL]],
            rest=view.units[FULL : FULL + OTHERS],
            rest_more=max(0, len(view.units) - FULL - OTHERS),
            listed=LISTED,
            dissent=list(_dissent(view)),
            scale=[(told.word("terms", term), words.term_range(term)) for term in words.TERMS],
            clues=list(_clues(view, told))[:CLUES],
            clues_more=max(0, sum(len(unit.clues) for unit in view.units) - CLUES),
            refused=sum(item.n for item in view.refusals),
            rows=sum(source.rows_present for source in view.sources),
        )
    )
    return seal(page, scripts=frozenset())


def _must_fit(unit: UnitView) -> None:
    """Nothing, if the words of a statement fit its numbers.

    Which clues exist was checked when it was concluded (W7). A statement that claims nothing need
    not be hedged (W5), but any term in it still needs its number.

    Raises:
        ShowError: it says more than its numbers.
    """
    claims = unit.assessment.conclusion.likelihood is not None
    passed = {"W7"} if claims else {"W5", "W7"}
    for item in check_words(unit.assessment):
        if item.severity == "refused" and item.rule not in passed:
            raise ShowError(
                f"a statement says more than its numbers ({item.message})",
                where=unit.assessment.unit[:60],
                todo="write the conclusion again: gnomon conclude",
            )


def _named(view: ReportView, told: Strings) -> ReportView:
    """The view with areas called as the language calls them."""
    return replace(view, units=tuple(_with_names(unit, told) for unit in view.units))


def _with_names(unit: UnitView, told: Strings) -> UnitView:
    places = unit.assessment.places
    if places is None:
        return unit
    countries, provinces = (
        tuple(replace(area, name=told.place(area.name, area.code)) for area in level)
        for level in (places.countries, places.provinces)
    )
    named = replace(places, countries=countries, provinces=provinces)
    return replace(unit, assessment=replace(unit.assessment, places=named))


def _unit(unit: UnitContext, told: Strings) -> BriefUnit:
    """A unit with its first clue groups in plain words and one map."""
    shown = unit.resting[:LISTED]
    drawn, title = _map(unit, told)
    return BriefUnit(
        unit,
        tuple(Resting(g.id, told.label(g.label), g.mdb, _times(g, told)) for g in shown),
        len(unit.resting) - len(shown),
        drawn,
        title,
    )


def _times(group: Column, told: Strings) -> str:
    """A weight as a number of times."""
    ratio = words.ratio_of_mdb(abs(group.mdb))
    if ratio < 1.25:
        return told.page("times_even")
    n = f"{ratio:.1f}".removesuffix(".0") if ratio < 3 else f"{ratio:,.0f}"
    return told.page("times_more" if group.mdb > 0 else "times_less", n=n)


def _map(unit: UnitContext, told: Strings) -> tuple[Markup | None, str]:
    """The map that fits the claim, titled in the language of the brief."""
    if not unit.maps:
        return None, ""
    fine = unit.assessment.conclusion.rung in {"province", "city"} and len(unit.maps) > 1
    key = "map_provinces" if fine else "map_countries"
    title = told.page("map", title=told.page(key))
    svg = str(unit.maps[1 if fine else 0].svg)
    for tag, text in (("title", title), ("desc", told.page("map_says"))):
        before, opening, rest = svg.partition(f"<{tag} ")
        opened, _, after = rest.partition(">")
        tail = after.partition(f"</{tag}>")[2]
        svg = f"{before}{opening}{opened}>{text_node(text)}</{tag}>{tail}"
    for said, key in ((SCALE_SAYS, "map_scale"), (LINES_SAY, "map_lines")):
        svg = svg.replace(f"{said}</text>", f"{text_node(told.page(key))}</text>")
    return sealed(svg), title


def _dissent(view: ReportView) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(Who, what they wrote) of everybody who disagreed, in full."""
    for stated in view.people.concluded:
        if stated.dissent:
            yield stated.who, stated.dissent
    for note in view.people.notes:
        if note.topic in _DISSENT:
            yield note.who, (note.text,)


def _clues(view: ReportView, told: Strings) -> Iterator[tuple[str, ...]]:
    """(Number, statement, methods, who could set it, rows) of each clue."""
    for unit in view.units:
        for item in unit.clues:
            yield (
                item.number,
                item.clue.statement,
                told.list_mark.join(_methods(item.observations)),
                told.word("set_by", item.clue.set_by),
                f"{sum(seen.rows_total for seen in item.observations):,}",
            )


def _methods(observations: Sequence[Observation]) -> list[str]:
    """Methods with their versions, each once."""
    return list(dict.fromkeys(f"{seen.method}, {seen.version}" for seen in observations))
