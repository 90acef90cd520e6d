"""Tables of facts about codes: plain CSV, one fact a row, each with its source.

Every file `data/codes/tables/*.csv` is read, so that a new table needs no code. Lines above the one
that names the columns are remarks and begin with `#`. Columns:

- `text`: the word, the start of a code, or a pattern in which `#` is a digit and `@` a capital
  Latin letter.
- `match`: `word` (that and nothing else), `prefix` (and anything behind it) or `pattern`.
- `kind`: one of `CONTEXT_KINDS` (words that are context and never proof) or of `LOOKUP_KINDS`
  (what a reader looks up).
- `areas`: codes such as `CN`, `RU-SPE` or `CN-JS.3209`, separated by `|`; all of them are meant.
- `requires`: words of which one has to stand beside it, separated by `|`; may be empty.
- `note`: what had to be given up; may be empty.
- `source`: where the fact is from. Never empty.

A `=` in `requires` or `source` repeats what the row above says there.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from forensics.errors import ReferenceDataError
from forensics.reference.folding import fold, lower
from forensics.reference.pack import DATA
from forensics.reference.places import load_areas

Match = Literal["word", "prefix", "pattern"]
CONTEXT_KINDS: Mapping[str, str] = {
    "currency": "currency",
    "payment": "means of payment",
    "masthead": "newspaper or channel",
    "hotline": "hotline",
    "organisation": "organisation",
    "service": "everyday service",
}
"""Kinds of words that are context, with their names for a reader."""
LOOKUP_KINDS = frozenset(
    {
        "contact", "dialling", "postal", "plate_ru", "plate_ua", "plate_ir", "plate_vn", "tax_ru",
        "tax_in", "resident_ir",
    }
)  # fmt: skip
"""Kinds that readers look up: contact words, starts of numbers, postal codes."""
COLUMNS = ("text", "match", "kind", "areas", "requires", "note", "source")
TABLES = DATA / "codes" / "tables"
MAX_TEXT = 60


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of a table."""

    text: str
    """Folded, in lower case unless it is a pattern."""
    match: Match
    kind: str
    areas: tuple[str, ...]
    requires: tuple[str, ...]
    """Folded, in lower case."""
    note: str
    source: str


def read_table(path: Path) -> Iterator[Fact]:
    """The rows of one table, checked one by one.

    Raises:
        ReferenceDataError: a row is wrong; the message names file, line and what to do.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ReferenceDataError(f"cannot read the table ({error})", where=path.name) from error
    numbered = [(n, line) for n, line in enumerate(lines, 1) if line.strip()]
    while numbered and numbered[0][1].startswith("#"):
        del numbered[0]
    if not numbered or tuple(numbered[0][1].split(",")) != COLUMNS:
        raise ReferenceDataError(
            "the first line below the remarks has to name the columns",
            where=path.name,
            todo=f"write: {','.join(COLUMNS)}",
        )
    seen: dict[tuple[str, ...], int] = {}
    above = {"requires": "", "source": ""}
    for number, line in numbered[1:]:
        fields = next(csv.reader([line]))
        where = f"{path.name}, line {number}"
        if len(fields) != len(COLUMNS):
            raise ReferenceDataError(
                f"{len(fields)} fields instead of {len(COLUMNS)}",
                where=where,
                todo='put a field with a comma between double quotes: "a, b"',
            )
        row = dict(zip(COLUMNS, (field.strip() for field in fields), strict=True))
        row |= {column: above[column] for column in above if row[column] == "="}
        above = {column: row[column] for column in above}
        fact = _fact(row, where)
        key = (fact.kind, fact.text, fact.match, *fact.requires)
        if key in seen:
            raise ReferenceDataError(
                f"{fact.text!r} stands on line {seen[key]} already",
                where=where,
                todo="name all its areas in one row, separated by |",
            )
        seen[key] = number
        yield fact


def _fact(row: Mapping[str, str], where: str) -> Fact:
    """One row, or the reason why it is none."""

    def wrong(what: str, todo: str) -> ReferenceDataError:
        return ReferenceDataError(what, where=where, todo=todo)

    text, match, kind = fold(row["text"]), row["match"], row["kind"]
    if not text or len(text) > MAX_TEXT:
        raise wrong("the text is empty or too long", f"write 1 to {MAX_TEXT} characters")
    if match not in {"word", "prefix", "pattern"}:
        raise wrong(f"unknown match {match!r}", "write word, prefix or pattern")
    if kind not in CONTEXT_KINDS and kind not in LOOKUP_KINDS:
        known = ", ".join([*CONTEXT_KINDS, *sorted(LOOKUP_KINDS)])
        raise wrong(f"unknown kind {kind!r}", f"write one of: {known}")
    if kind != "postal" and (match == "pattern") != any(sign in text for sign in "#@"):
        raise wrong(
            f"{text!r} does not fit match {match!r}", "a pattern, and only it, holds # or @"
        )
    if kind == "postal" and (match != "pattern" or not row["requires"]):
        raise wrong(
            "a postal code without a word beside it is any number", "give a pattern and requires"
        )
    if not row["source"]:
        raise wrong("no source", "say where the fact is from")
    areas = tuple(row["areas"].split("|")) if row["areas"] else ()
    unknown = [area for area in areas if area not in load_areas()]
    if not areas or unknown:
        raise wrong(
            f"unknown area {'|'.join(unknown)!r}", "use codes such as CN, CN-JS, CN-JS.3209"
        )
    return Fact(
        text=text if match == "pattern" else lower(text),
        match=match,  # type: ignore[arg-type]  # checked above
        kind=kind,
        areas=tuple(sorted(set(areas))),
        requires=tuple(lower(fold(cue)) for cue in row["requires"].split("|") if cue.strip()),
        note=row["note"],
        source=row["source"],
    )


@cache
def load_facts() -> tuple[Fact, ...]:
    """All rows of all tables, by file name and line.

    Raises:
        ReferenceDataError: a row is wrong, or two files say different things of one text.
    """
    facts: list[Fact] = []
    seen: dict[tuple[str, ...], str] = {}
    for path in sorted(TABLES.glob("*.csv")):
        for fact in read_table(path):
            key = (fact.kind, fact.text, fact.match, *fact.requires)
            if key in seen:
                raise ReferenceDataError(
                    f"{fact.text!r} stands in {seen[key]} too", where=path.name, todo="keep one row"
                )
            seen[key] = path.name
            facts.append(fact)
    return tuple(facts)


@cache
def facts_of(kind: str) -> tuple[Fact, ...]:
    """The rows of one kind."""
    return tuple(fact for fact in load_facts() if fact.kind == kind)


@cache
def _by_text(kind: str) -> Mapping[tuple[Match, str], Fact]:
    return {(fact.match, fact.text): fact for fact in facts_of(kind)}


def look_up(kind: str, code: str) -> Fact | None:
    """The row that fits a code: the whole word, else the longest prefix; None if there is none.

    Args:
        kind: One of `LOOKUP_KINDS`.
        code: Folded.
    """
    table, code = _by_text(kind), lower(code)
    found = table.get(("word", code))
    for length in range(len(code), 0, -1):
        if found is not None:
            return found
        found = table.get(("prefix", code[:length]))
    return found
