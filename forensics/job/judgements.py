"""What people judged by hand in `case.toml`: clues no finder gives, remarks on others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from forensics.case import CaseFile
from forensics.errors import WeighError
from forensics.model import Clue, Finding, Observation, RowLikelihood
from forensics.version import __version__
from forensics.weigh import Period

FINDER = "judgements"
METHOD = "judged"
LIMITS = (
    "A judgement is one person's number; the test without judged weights shows what stands.",
    "It moves the hypotheses it names, not the map.",
)


def judged(edited: CaseFile, units: Collection[str]) -> list[Finding]:
    """A finding for each unit that somebody judged something about, in the order of the units.

    Raises:
        WeighError: a judgement is about a unit that is not there, or two have one id.
    """
    rows: Sequence[Any] = edited.judgements
    names = [row["id"] for row in rows]
    for row in rows:
        if row["unit"] not in units:
            raise WeighError(
                f"judgement {row['id']!r:.60} is about no unit: {row['unit']!r:.60}",
                where="case.toml",
                todo=f"name one of: {', '.join(sorted(units)[:8])}",
            )
        if names.count(row["id"]) > 1:
            raise WeighError(f"two judgements are called {row['id']!r:.60}", where="case.toml")
    return [
        _finding(unit, mine)
        for unit in units
        if (mine := [row for row in rows if row["unit"] == unit])
    ]


def _finding(unit: str, rows: Sequence[Mapping[str, Any]]) -> Finding:
    told = "one clue was" if len(rows) == 1 else f"{len(rows):,} clues were"
    return Finding(
        finder=FINDER,
        unit=unit,
        status="found",
        statement=f"By hand, {told} weighed that no finder gives.",
        observations=tuple(_observation(unit, row) for row in rows),
        clues=tuple(_clue(unit, row) for row in rows),
        limits=LIMITS,
        details={"judgements": len(rows)},
    )


def _name(unit: str, row: Mapping[str, Any]) -> str:
    return f"judgement:{unit}:{row['id']}"


def _observation(unit: str, row: Mapping[str, Any]) -> Observation:
    return Observation(
        id=_name(unit, row),
        about=unit,
        statement=f"Judged because: {row['reason']}",
        value={name: ends["mdb"] for name, ends in sorted(row["weights"].items())},
        interval=None,
        unit="mdb",
        rows=(),
        rows_total=0,
        method=METHOD,
        version=f"gnomon {__version__}",
    )


def _clue(unit: str, row: Mapping[str, Any]) -> Clue:
    weights = {
        name: (ends["mdb"], ends["low_mdb"], ends["high_mdb"])
        for name, ends in sorted(row["weights"].items())
    }
    return Clue(
        id=_name(unit, row),
        kind="judgement",
        unit=unit,
        statement=row["statement"],
        observations=(_name(unit, row),),
        group=tuple(row.get("group", ())),
        role=row["role"],
        set_by=row["set_by"],
        category=row["category"],
        grade=row.get("grade", "F6"),
        planted_chance_ppm=row["planted_chance_ppm"],
        likelihood=RowLikelihood(weights),
        accounts=tuple(row.get("accounts", ())),
        valid_from=row.get("valid_from"),
        valid_to=row.get("valid_to"),
        access=row.get("access", "open"),
    )


def remarked(findings: Sequence[Finding], edited: CaseFile) -> list[Finding]:
    """The findings, their clues with the grades and the access that people stated.

    Raises:
        WeighError: a remark is about a clue that no finder gave.
    """
    remarks: Mapping[str, Any] = {str(row["id"]): row for row in edited.clues}
    known = {clue.id for finding in findings for clue in finding.clues}
    if odd := sorted(set(remarks) - known):
        raise WeighError(
            f"clues names a clue that is not there: {odd[0]!r:.80}",
            where="case.toml",
            todo="take an id of tables/clues.jsonl",
        )
    if not remarks:
        return list(findings)
    return [
        replace(finding, clues=tuple(_marked(clue, remarks) for clue in finding.clues))
        for finding in findings
    ]


def _marked(clue: Clue, remarks: Mapping[str, Any]) -> Clue:
    row = remarks.get(clue.id, {})
    return replace(clue, grade=row.get("grade", clue.grade), access=row.get("access", clue.access))


def confirmed(edited: CaseFile) -> dict[str, tuple[str, ...]]:
    """Clue -> clues that are said to confirm it."""
    rows: Sequence[Any] = edited.clues
    return {row["id"]: tuple(row.get("confirmed_by", ())) for row in rows}


def asked(edited: CaseFile, unit: str) -> Period | None:
    """The period that somebody stated for a unit, its own before the general one; else None."""
    rows: Sequence[Any] = edited.periods
    for row in sorted(rows, key=lambda row: "unit" not in row):
        if row.get("unit", unit) == unit:
            return Period(row["first"], row["last"], stated=True)
    return None
