"""Where two values, two tables of JSON lines or two Parquet tables differ first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from forensics.case import canonical
from forensics.case.record import raw_lines
from forensics.errors import CaseError
from forensics.model import Json

SHOWN = 70
"""Characters of a value that are shown."""
NAMING = ("id", "unit", "clue", "what", "group", "hypothesis", "a", "b", "kind", "level", "code",
          "original", "name")  # fmt: skip
"""Members that tell which row is meant, in the order in which they are named."""
PARTS_NAMED = 3
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """How two tables differ."""

    rows: int
    """Rows that differ."""
    of: int
    """Rows of the longer table."""
    first: str
    """The first difference: row, member, both values."""


def first_in(then: object, now: object, path: str = "") -> str:
    """The first member at which two JSON values differ, with both; empty if they are equal."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for name in sorted({*then, *now}):
            inner = f"{path}.{name}" if path else str(name)
            found = first_in(then.get(name, _MISSING), now.get(name, _MISSING), inner)
            if found:
                return found
        return ""
    if isinstance(then, list) and isinstance(now, list):
        for place, (one, other) in enumerate(zip_longest(then, now, fillvalue=_MISSING)):
            if found := first_in(one, other, f"{path}[{place}]"):
                return found
        return ""
    if type(then) is type(now) and then == now:
        return ""
    return f"{path or 'value'}: {_short(then)} in the case, {_short(now)} worked out again"


def in_lines(then: Path, now: Path, ignored: frozenset[str] = frozenset()) -> Difference | None:
    """How two tables of JSON lines differ, or None.

    Args:
        then: The table of the case.
        now: The one made again.
        ignored: Members that may differ, such as texts that name versions.
    """
    different, count, first = 0, 0, ""
    for number, (one, other) in enumerate(zip_longest(_lines(then), _lines(now)), start=1):
        count = number
        if one == other:
            continue
        said = _row(one, other, ignored)
        if said:
            different += 1
            first = first or f"row {number}{said}"
    return Difference(different, count, first) if different else None


def _lines(path: Path) -> Iterator[bytes]:
    return (line.data for line in raw_lines(path))


def _row(one: bytes | None, other: bytes | None, ignored: frozenset[str]) -> str:
    """What differs between two lines; empty if only members that may differ do."""
    if one is None or other is None:
        row = _loaded(other if one is None else one)
        where = "only worked out again" if one is None else "only in the case"
        return f"{_named(row)} is {where}"
    then, now = _loaded(one), _loaded(other)
    if isinstance(then, dict) and isinstance(now, dict):
        then, now = ({k: v for k, v in row.items() if k not in ignored} for row in (then, now))
    found = first_in(then, now)
    return f"{_named(then)}: {found}" if found else ""


def _loaded(line: bytes | None) -> Json:
    """The value of a line; its bytes as text where somebody broke it."""
    try:
        return canonical.loads(line or b"")
    except canonical.NotCanonical:
        return (line or b"").decode("utf-8", "replace")


def _named(row: object) -> str:
    """Which row it is, by the members that name it."""
    if not isinstance(row, Mapping):
        return ""
    told = [str(row[name])[:SHOWN] for name in NAMING if isinstance(row.get(name), str)]
    return f" ({', '.join(told[:PARTS_NAMED])})" if told else ""


def _short(value: object) -> str:
    if value is _MISSING:
        return "not there"
    text = canonical.dumps(value).decode() if not isinstance(value, str) else repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def in_parquet(then: Path, now: Path, key: tuple[str, ...]) -> Difference | None:
    """How two Parquet tables differ in their rows, or None; the first in the order of the key.

    Raises:
        CaseError: one of them cannot be read.
    """
    import duckdb

    try:
        return _in_parquet(then, now, key)
    except duckdb.Error as error:
        first = str(error).splitlines()[0][:200]
        raise CaseError(f"cannot be read as Parquet ({first})", where=str(then)) from None


def _in_parquet(then: Path, now: Path, key: tuple[str, ...]) -> Difference | None:
    import duckdb

    from forensics.read.database import ident, literal

    # What does not fit into the memory goes beside the table made again, which is temporary.
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "1GB",
        "temp_directory": str(now.parent / ".compare"),
    }
    with duckdb.connect(config=config) as con:
        sides = [f"read_parquet({literal(str(path))})" for path in (then, now)]
        names = [[row[0] for row in con.execute(f"DESCRIBE FROM {s}").fetchall()] for s in sides]
        if names[0] != names[1]:
            return Difference(1, 1, first_in(names[0], names[1], "columns"))
        order = ", ".join(ident(column) for column in key)
        gone, new = (
            f"(SELECT * FROM {one} EXCEPT ALL SELECT * FROM {other})"
            for one, other in (sides, sides[::-1])
        )
        found: list[dict[str, Any] | None] = []
        counts = []
        for side in (gone, new):
            counts.append(_count(con, side))
            cursor = con.execute(f"SELECT * FROM {side} ORDER BY {order} LIMIT 1")
            row = cursor.fetchone()
            found.append(None if row is None else dict(zip(names[0], row, strict=True)))
        if not any(counts):
            return None
        total = max(_count(con, side) for side in sides)
    return Difference(max(counts), total, _first_of(found[0], found[1], key))


def _count(con: Any, side: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {side}").fetchone()[0])


def _first_of(
    then: Mapping[str, Any] | None, now: Mapping[str, Any] | None, key: tuple[str, ...]
) -> str:
    """The first row that differs: with both values where it stands in both tables."""
    known = then or now or {}
    named = ", ".join(f"{name} {str(known.get(name))[:SHOWN]}" for name in key)
    if then is None or now is None:
        return f"{named}: only {'worked out again' if then is None else 'in the case'}"
    if any(then.get(name) != now.get(name) for name in key):
        other = ", ".join(f"{name} {str(now.get(name))[:SHOWN]}" for name in key)
        return f"{named}: only in the case; {other}: only worked out again"
    return f"{named}: {first_in(then, now)}"
