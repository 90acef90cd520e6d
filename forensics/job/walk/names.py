"""What an id means: every name that the report prints, and a few that are easier to type."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from forensics.errors import UsageError
from forensics.job.walk.tables import Tables

Kind = Literal[
    "conclusion", "line", "hypothesis", "weight", "group", "clue", "observation", "row", "original",
    "finding",
]  # fmt: skip
_ROW = re.compile(r"(.+?)\s*(?::|\s+row\s+|#)\s*([0-9]{1,15})", re.DOTALL)
_LINE = re.compile(r"(?:line|conclusion)[ :]\s*([0-9]{1,9})")
_HEX = re.compile(r"[0-9a-f]{6,64}")
NEAR = 5
"""Names that are suggested."""
NAMES_WEIGHED = 20_000
"""Names that are compared for nearness."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is meant."""

    kind: Kind
    id: str
    """Of a clue, an observation, a hypothesis, a group; SHA-256 of a file; number of a line."""
    unit: str = ""
    group: str = ""
    row: int = 0


def find(tables: Tables, text: str) -> Target:
    """The one thing that an id means.

    Raises:
        UsageError: nothing, or several things; names what is near, or how to tell them apart.
    """
    found = list(dict.fromkeys(_meant(tables, text.strip())))
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(_full(one) for one in found[:NEAR])
        raise UsageError(f"{text!r:.80} may mean several things", todo=f"say which: {shown}")
    near = _near(tables, text)
    todo = f"near it: {', '.join(near)}" if near else "the report prints ids: C1, G1, a file, a row"
    raise UsageError(f"the case has nothing called {text!r:.80}", todo=todo)


def _full(target: Target) -> str:
    """The id that means nothing else."""
    if target.kind in {"group", "hypothesis"}:
        return f"{target.unit}/{target.id}"
    return f"{target.id}:{target.row}" if target.kind == "row" else target.id


def _meant(tables: Tables, text: str) -> Iterator[Target]:
    """Everything that a text may mean; the first door that opens shuts the later ones."""
    for door in (_line, _of_weighing, _clue, _observation, _finding, _files):
        found = list(door(tables, text))
        if found:
            yield from found
            return


def _line(tables: Tables, text: str) -> Iterator[Target]:
    """`line 13`, `conclusion:13`: a line of the record."""
    found = _LINE.fullmatch(text)
    if found and 1 <= int(found[1]) <= len(tables.entries):
        yield Target("line", found[1])


def _of_weighing(tables: Tables, text: str) -> Iterator[Target]:
    """A unit, `G2`, `H_x`, `G2/H_x`, each with its unit before it where several have it."""
    whole = text.removeprefix("conclusion:")
    if whole in tables.conclusions:
        yield Target("conclusion", whole, whole)
        return
    for unit in tables.units:
        rest = text.removeprefix(f"{unit}/")
        mine = [row for row in tables.weights if row["unit"] == unit]
        groups, rows = ({str(row[name]) for row in mine} for name in ("group", "hypothesis"))
        group, _, hypothesis = rest.partition("/")
        if rest in groups:
            yield Target("group", rest, unit, rest)
        elif rest in rows:
            yield Target("hypothesis", rest, unit)
        elif group in groups and hypothesis in rows:
            yield Target("weight", hypothesis, unit, group)


def _clue(tables: Tables, text: str) -> Iterator[Target]:
    """`C3`, or the id of a clue."""
    for row in tables.numbers:
        if text in {row["number"], row["clue"]}:
            yield Target("clue", str(row["clue"]), str(row["unit"]), str(row["group"]))


def _observation(tables: Tables, text: str) -> Iterator[Target]:
    if text in tables.with_ids("observations.jsonl", {text}):
        yield Target("observation", text)


def _finding(tables: Tables, text: str) -> Iterator[Target]:
    """`finder:unit`, as in `hours:A`."""
    finder, colon, unit = text.partition(":")
    if not colon:
        return
    for row in tables.rows("findings.jsonl", [b'"finder":"' + finder.encode()]):
        if (row["finder"], row["unit"]) == (finder, unit):
            yield Target("finding", text, unit)
            return


def _files(tables: Tables, text: str) -> Iterator[Target]:
    """A file by name or the beginning of its hash; with `:17` behind it, a row of it."""
    for sha256 in _hashes(tables, text):
        yield Target("original", sha256)
    found = _ROW.fullmatch(text)
    if found:
        for sha256 in _hashes(tables, found[1]):
            yield Target("row", sha256, row=int(found[2]))


def _hashes(tables: Tables, text: str) -> Iterator[str]:
    """Files with that name, or whose hash begins so."""
    begins = _HEX.fullmatch(text.lower()) is not None
    for sha256, items in tables.originals.items():
        names = {one.name_as_received for one in items}
        if text in names or (begins and sha256.startswith(text.lower())):
            yield sha256
    for sha256, member in tables.members.items():
        if text == member["name"] or (begins and sha256.startswith(text.lower())):
            yield sha256
    if begins:
        return
    ends = [
        sha256
        for sha256, items in tables.originals.items()
        if any(one.name_as_received.endswith(f"/{text}") for one in items)
    ]
    ends += [sha for sha, one in tables.members.items() if str(one["name"]).endswith(f"/{text}")]
    yield from ends


def _near(tables: Tables, text: str) -> list[str]:
    """Names like the one that was given."""
    known: dict[str, None] = {}
    for row in tables.numbers:
        known |= {str(row["number"]): None, str(row["clue"]): None}
    for row in tables.weights[:NAMES_WEIGHED]:
        known |= {str(row["group"]): None, str(row["hypothesis"]): None}
    known |= dict.fromkeys(tables.units)
    known |= {tables.name_of(sha256): None for sha256 in (*tables.originals, *tables.members)}
    for row in tables.rows("observations.jsonl"):
        if len(known) >= NAMES_WEIGHED:
            break
        known[str(row["id"])] = None
    by_case = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(text.casefold(), by_case, n=NEAR, cutoff=0.5)
    return [by_case[name] for name in near]
