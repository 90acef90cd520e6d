"""What changed in a case since a seal, and how its conclusions moved.

A seal names a line of the record. What was added after it stands in the record; what was found and
concluded then stands in the table that the last weighing before it left (`job/moments.py`), so
nothing has to be worked out again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from forensics.case import Case, canonical
from forensics.case.files import sha256_of
from forensics.case.record import raw_lines
from forensics.case.refs import files_in
from forensics.case.seals import FOLDER, NAME, RECORD, Seal, read_seals
from forensics.errors import CaseError, UsageError
from forensics.job.moments import latest
from forensics.job.walk.down import percent
from forensics.model import Entry

Sort = Literal["new", "removed", "changed", "moved"]
Moment = Sequence[Mapping[str, Any]]
ACTS: Mapping[str, str] = {
    "note": "note",
    "assume": "assumption",
    "object": "objection",
    "review": "review",
    "conclude": "conclusion of a person",
    "network": "network",
    "export": "export",
    "report": "report",
    "seal": "seal",
}
"""Kinds of lines that are listed one by one, with what they are called."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was."""

    section: str
    """original, case.toml, clue, note, conclusion ..."""
    sort: Sort
    id: str
    says: str
    """May hold text from the case: not safe to print as it is."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything since a seal."""

    seal: str
    """File of the seal."""
    who: str
    """Signer, as claimed; whose key it is `gnomon verify` tells."""
    lines: int
    """Lines of the record that it covers."""
    added: int
    """Lines added since."""
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    """What could not be compared."""


def changes(case: Case | str | Path, seal: str | int) -> Changes:
    """What changed since a seal.

    Args:
        case: A case, or its folder. Nothing in it is changed.
        seal: Its number, or its file name.

    Raises:
        CaseError: no case; or the record is not the one that was sealed.
        UsageError: there is no such seal.
    """
    opened = case if isinstance(case, Case) else Case.open(Path(case))
    name, found = _seal(opened, str(seal))
    _must_lead_here(opened, name, found)
    entries = tuple(opened.entries())
    then, now = latest(entries[: found.lines]), latest(entries)
    notes = [] if then else ["nothing was weighed yet when it was sealed"]
    before, after = _moment(opened, then), _moment(opened, now)
    listed = [
        *_originals(opened, entries[found.lines :]),
        *_files(opened, found),
        *_written(before, after),
        *_clues(before, after),
        *_acts(entries[found.lines :], name),
        *_conclusions(before, after),
        *_shares(before, after, "hypothesis", lambda row: (row["unit"], row["id"], "stated_ppm")),
        *_shares(before, after, "area", lambda row: (row["unit"], row["code"], "aimed_ppm")),
    ]
    return Changes(
        seal=name,
        who=found.who,
        lines=found.lines,
        added=len(entries) - found.lines,
        changes=tuple(listed),
        notes=tuple(notes),
    )


def _seal(case: Case, text: str) -> tuple[str, Seal]:
    """The seal of that number or name."""
    seals = read_seals(case.root)
    for name, seal in seals.items():
        number = NAME.fullmatch(name.removeprefix(f"{FOLDER}/"))
        by_number = text.isdecimal() and number is not None and int(number[1]) == int(text)
        if text in {name, name.removeprefix(f"{FOLDER}/")} or by_number:
            if isinstance(seal, Seal):
                return name, seal
            raise CaseError(seal, where=name, todo="run gnomon verify")
    known = ", ".join(name.removeprefix(f"{FOLDER}/") for name in seals) or "none"
    raise UsageError(f"there is no seal {text!r:.40}", where="--since", todo=f"there are: {known}")


def _must_lead_here(case: Case, name: str, seal: Seal) -> None:
    """Nothing, if the line that was sealed still stands in its place.

    Raises:
        CaseError: it does not: the record was cut or rewritten.
    """
    for line in raw_lines(case.root / RECORD):
        if line.number == seal.lines:
            if line.sha256 == seal.head:
                return
            break
    raise CaseError(
        f"the record is not the one that was sealed: line {seal.lines} is another or is gone",
        where=name,
        todo="run gnomon verify",
    )


def _moment(case: Case, table: str) -> Moment:
    return list(case.read_table(table)) if table and (case.tables / table).is_file() else []


def _originals(case: Case, entries: Sequence[Entry]) -> Iterator[Change]:
    """Files that came in, and files that are gone."""
    for entry in entries:
        if entry.kind == "ingest":
            said = f"{entry.body['name_as_received']}, {entry.body['size']:,} bytes"
            yield Change("original", "new", str(entry.body["sha256"]), said)
    for one in case.originals():
        try:
            case.path_of(one.sha256)
        except CaseError:
            yield Change("original", "removed", one.sha256, f"{one.name_as_received} is gone")


def _files(case: Case, seal: Seal) -> Iterator[Change]:
    """Files that were sealed and have other bytes now, the record left out."""
    for name, sha256 in sorted(seal.subjects.items()):
        if name == RECORD:
            continue
        path = case.root / name
        if not path.is_file():
            yield Change("file", "removed", name, "is gone")
        elif (now := sha256_of(path)[0]) != sha256:
            yield Change("file", "changed", name, f"{sha256[:12]}… then, {now[:12]}… now")


def _written(before: Moment, after: Moment) -> Iterator[Change]:
    """Entries of `case.toml` as the weighings used them."""
    then, now = (
        {canonical.dumps(row): row for row in rows if row["what"] == "written"}
        for rows in (before, after)
    )
    for sort, rows, others in (("removed", then, now), ("new", now, then)):
        for key, row in rows.items():
            if key not in others:
                said = canonical.dumps(row["row"]).decode()
                yield Change(f"case.toml {row['section']}", _sort(sort), _name(row["row"]), said)


def _sort(text: str) -> Sort:
    return "removed" if text == "removed" else "new"


def _name(row: Mapping[str, Any]) -> str:
    """What an entry of `case.toml` is called."""
    return str(row.get("id", row.get("hypothesis", row.get("unit", ""))))


def _clues(before: Moment, after: Moment) -> Iterator[Change]:
    then, now = (
        {str(row["id"]): row for row in rows if row["what"] == "clue"} for rows in (before, after)
    )
    for name in [*then, *(name for name in now if name not in then)]:
        if name not in now:
            yield Change("clue", "removed", name, str(then[name]["statement"]))
        elif name not in then:
            yield Change("clue", "new", name, str(now[name]["statement"]))
        elif then[name]["sha256"] != now[name]["sha256"]:
            said = str(now[name]["statement"])
            if said != then[name]["statement"]:
                said = f"{then[name]['statement']} -> {said}"
            yield Change("clue", "changed", name, said)


def _acts(entries: Sequence[Entry], seal: str) -> Iterator[Change]:
    """What people and the program wrote into the record since; the line of the seal left out."""
    for entry in entries:
        own = any(ref is not None and ref.path == seal for ref in files_in(entry.body))
        if entry.kind in ACTS and not own:
            body = entry.body
            said = next(
                (str(body[name]) for name in ("statement", "text", "reason") if body.get(name)), ""
            )
            extra = [str(body[name]) for name in ("verdict", "scope", "topic") if body.get(name)]
            text = f"{entry.who}: {', '.join(extra)}{': ' if extra and said else ''}{said}"
            yield Change(ACTS[entry.kind], "new", f"line {entry.seq + 1}", text)


def _conclusions(before: Moment, after: Moment) -> Iterator[Change]:
    """What the program concluded then and now."""
    then, now = (
        {str(row["unit"]): row for row in rows if row["what"] == "conclusion"}
        for rows in (before, after)
    )
    for unit in [*then, *(unit for unit in now if unit not in then)]:
        if unit not in now:
            yield Change("conclusion", "removed", unit, str(then[unit]["statement"]))
        elif unit not in then:
            yield Change("conclusion", "new", unit, str(now[unit]["statement"]))
        elif then[unit] != now[unit]:
            old, new = (percent(one[unit]["probability_ppm"]) for one in (then, now))
            said = f"{old} -> {new}: {then[unit]['statement']} -> {now[unit]['statement']}"
            yield Change("conclusion", "moved", unit, said)


def _shares(
    before: Moment, after: Moment, what: str, key: Callable[[Mapping[str, Any]], tuple[str, ...]]
) -> Iterator[Change]:
    """Probabilities that moved, of what was kept of either weighing."""
    sides = []
    for rows in (before, after):
        mine = [row for row in rows if row["what"] == what]
        sides.append({key(row)[:2]: int(row[key(row)[2]]) for row in mine})
    then, now = sides
    if not then:
        return
    for unit, name in dict.fromkeys((*then, *now)):
        old, new = then.get((unit, name)), now.get((unit, name))
        if _kept(old) != _kept(new):
            said = f"{_kept(old)} -> {_kept(new)}"
            yield Change(f"posterior, {what}", "moved", f"{unit}/{name}", said)


def _kept(ppm: int | None) -> str:
    return "not among the first" if ppm is None else percent(ppm)
