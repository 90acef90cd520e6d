"""Labels: which offset or zone each account truly has, read by the house's readers."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from forensics import clock
from forensics.errors import ClockError, ReadError
from forensics.read.columns import SYNONYMS, normal
from forensics.read.database import connected, ident
from forensics.read.options import Table, column_list
from forensics.read.registry import detect, unknown
from forensics.read.unpack import unpack
from forensics.reference.zones import candidate_offsets

OFFSET_COLUMNS = (
    "offset_min", "utc_offset_min", "offset_minutes", "true_offset_min", "declared_offset_min",
    "modal_offset", "modal_offset_min",
)  # fmt: skip
ZONE_COLUMNS = (
    "zone", "tz_name", "time_zone", "timezone", "iana_zone", "zone_class", "tz", "zone_name",
)  # fmt: skip
GROUP_COLUMNS = ("group", "fold", "cluster")
ONE_ZONE_PERCENT = 90
"""Share of an account's rows that must agree on one zone, or on two offsets an hour apart."""
UNUSABLE: Mapping[str, str] = {
    "empty": "the label is empty",
    "unknown_zone": "no time zone has that name",
    "no_number": "the offset is no whole number of minutes",
    "no_candidate": "no place has that offset",
    "contradiction": "the labels of the account contradict each other",
}
_BAD_ROWS = """CREATE OR REPLACE TEMP TABLE bad_rows
    (row BIGINT, field VARCHAR, reason VARCHAR, raw VARCHAR)"""


@dataclass(frozen=True, slots=True)
class Label:
    """What is true of one account: exactly one of offset and zone is set."""

    offset_min: int | None
    """Minutes east: the most frequent offset where rows carry one each."""
    zone: str | None
    """IANA zone."""
    group: str = ""
    """Whom the account belongs with; empty where no column says it."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a file."""

    name: str
    sha256: str
    column: str
    """Column the labels were read from."""
    numbers: bool
    """Whether the labels are offsets."""
    rows: int
    by_account: Mapping[str, Label]
    """Usable labels, in order of account."""
    unusable: Mapping[str, int]
    """Key of UNUSABLE -> accounts."""


def read_labels(path: Path, scratch: Path, *, column: str | None = None) -> Labels:
    """The labels in a CSV, JSON or Parquet file.

    One row an account, or one row a post: then the most frequent label of an account counts. The
    label is an offset in minutes east of UTC or an IANA zone, which is told by the values.

    Args:
        path: The file.
        scratch: Folder for temporary files.
        column: Column of the labels; found by its name where it is None.

    Raises:
        ReadError: no such file, no column of accounts or labels, or labels that are of no use.
    """
    if path.is_dir():
        raise ReadError("is a folder", where=str(path), todo="name the file of labels in it")
    if not path.is_file():
        raise ReadError("there is no such file", where=str(path), todo="check it")
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    scratch.mkdir(parents=True, exist_ok=True)
    name, counts, groups = _counted(path, scratch, column)
    rows = sum(sum(values.values()) for values in counts.values())
    if not counts:
        raise ReadError("holds no labelled rows", where=path.name, todo="give one row an account")
    spoken = Counter(value for values in counts.values() for value in values if value)
    as_number = _are_numbers(spoken, path.name, name)
    found: dict[str, Label] = {}
    unusable: Counter[str] = Counter()
    for account in sorted(counts):
        label = _label(counts[account], as_number=as_number)
        if isinstance(label, str):
            unusable[label] += 1
        else:
            found[account] = Label(label.offset_min, label.zone, groups.get(account, ""))
    if not found:
        worst, number = max(sorted(unusable.items()), key=lambda item: item[1])
        raise ReadError(
            f"no label in {name!r} can be used: {UNUSABLE[worst]} ({number:,} accounts)",
            where=path.name,
            todo="give offsets in minutes or IANA zones, or name another column with --label",
        )
    return Labels(path.name, sha256, name, as_number, rows, found, dict(sorted(unusable.items())))


def _counted(
    path: Path, scratch: Path, column: str | None
) -> tuple[str, dict[str, dict[str, int]], dict[str, str]]:
    """(label column, account -> label as text -> rows, account -> group)."""
    import duckdb

    plain = unpack(path, path.name, scratch)
    reader = detect(plain.path, plain.head)
    if reader is None:
        raise unknown(plain.head, path.name)
    with connected(memory_limit_mb=1500, threads=1, scratch=scratch / "spill") as con:
        con.execute(_BAD_ROWS)
        try:
            table = reader.opens(con, plain.path, path.name, scratch)
            account, label, group = _columns(table, column, path.name)
            wanted = {"account": account, "label": label}
            if group is not None:
                wanted["team"] = group
            names = ", ".join(
                f"trim(CAST({ident(alias)} AS VARCHAR)) AS {ident(alias)}" for alias in wanted
            )
            keys = ", ".join(ident(alias) for alias in wanted)
            fetched = con.execute(
                f"SELECT {keys}, count(*) AS n FROM (SELECT {names} FROM ({table.select(wanted)}))"
                f" WHERE account <> '' GROUP BY {keys} ORDER BY {keys}"
            ).fetchall()
        except duckdb.Error as error:
            first = next(iter(str(error).splitlines()), type(error).__name__)[:160]
            raise ReadError(
                f"the file is damaged ({first})", where=path.name, todo="export it again"
            ) from None
    counts: dict[str, dict[str, int]] = {}
    teams: dict[str, Counter[str]] = {}
    for who, value, *rest in fetched:
        per = counts.setdefault(str(who), {})
        key = "" if value is None else str(value)
        per[key] = per.get(key, 0) + int(rest[-1])
        if len(rest) > 1 and rest[0]:
            teams.setdefault(str(who), Counter())[str(rest[0])] += int(rest[-1])
    groups = {who: max(sorted(t.items()), key=lambda one: one[1])[0] for who, t in teams.items()}
    return label, counts, groups


def _columns(table: Table, column: str | None, where: str) -> tuple[str, str, str | None]:
    """The columns of account, label and group."""
    names = list(table.columns)
    account = _first(names, SYNONYMS["account"])
    if account is None:
        raise ReadError(
            f"no column names accounts; there are {column_list(names)}",
            where=where,
            todo="call it account",
        )
    if column is not None and column not in names:
        raise ReadError(
            f"no column is called {column!r}; there are {column_list(names)}",
            where=where,
            todo="check --label",
        )
    label = column or _first(names, (*OFFSET_COLUMNS, *ZONE_COLUMNS))
    if label is None:
        raise ReadError(
            f"no column holds labels; there are {column_list(names)}",
            where=where,
            todo="call it offset_min or zone, or name it with --label",
        )
    return account, label, _first(names, GROUP_COLUMNS)


def _first(names: Sequence[str], wanted: Iterable[str]) -> str | None:
    """The first wanted name that is there, whatever its case."""
    by_normal = {normal(name): name for name in reversed(names)}
    return next((by_normal[one] for one in wanted if one in by_normal), None)


def _number(text: str) -> int | None:
    """Whole minutes, written as `480` or `480.0`."""
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value) if abs(value) < 1e9 and value == int(value) else None


def _are_numbers(spoken: Counter[str], where: str, column: str) -> bool:
    """Whether the labels are offsets; hours and seconds in their place are refused.

    Raises:
        ReadError: offsets in hours or seconds.
    """
    numbers = [_number(text) for text in spoken]
    values = [value for value in numbers if value is not None]
    if len(values) * 2 <= len(numbers):
        return False
    top = max(abs(value) for value in values)
    if 0 < top <= 14:
        raise ReadError(
            f"the offsets in {column!r} look like hours (largest {top})",
            where=where,
            todo="give minutes east of UTC",
        )
    if top >= 3600 and all(value % 900 == 0 for value in values):
        raise ReadError(
            f"the offsets in {column!r} look like seconds (largest {top:,})",
            where=where,
            todo="give minutes east of UTC",
        )
    return True


def _label(values: Mapping[str, int], *, as_number: bool) -> Label | str:
    """The label of one account, or a key of UNUSABLE."""
    filled = {text: n for text, n in values.items() if text}
    if not filled:
        return "empty"
    best = max(sorted(filled.items()), key=lambda item: item[1])[0]
    total = sum(filled.values())
    if not as_number:
        try:
            clock.zone(best)
        except ClockError:
            return "unknown_zone"
        return (
            Label(None, best)
            if filled[best] * 100 >= ONE_ZONE_PERCENT * total
            else ("contradiction")
        )
    offset = _number(best)
    if offset is None:
        return "no_number"
    if offset not in candidate_offsets():
        return "no_candidate"
    near = max(
        sum(n for text, n in filled.items() if _number(text) in {offset, offset + other})
        for other in (-60, 60)
    )
    return Label(offset, None) if near * 100 >= ONE_ZONE_PERCENT * total else "contradiction"
