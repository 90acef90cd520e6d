"""What of a case may stand in a redacted copy, and the proof that it stands so in the sealed case.

Lists name what stays (`case/parts.py`); all else goes. A cell of text that stays and happens to
hold the name of an account is left out too, and counted. What was worked out of a row instead of
taken from it, such as a number in place of an account, stands under `derived`: nothing proves it.

With the secret of a sealed case each row gets a line of proof: for each part the salt if it is
shown, its commitment if not. See `case/merkle.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forensics.case import Case, canonical, merkle
from forensics.case.files import explained, no_glob, sha256_of
from forensics.case.growing import parts_in, whole_name
from forensics.case.parts import KEPT, KEPT_TOGETHER, RECORD, body_may_stay, flat, parts_of
from forensics.case.refs import TableRef, tables_in
from forensics.case.rowparts import in_parts, rows_of
from forensics.errors import ExportError, UsageError
from forensics.model import Entry, Json
from forensics.read import POSTS
from forensics.show.phrases import visible

COUNTED = ("accounts", "clues", "observations")
"""Columns of lists that are replaced by their length, as `<name>_count` under `derived`."""


@dataclass
class Outgoing:
    """One table on its way out."""

    name: str
    """As the record names it."""
    secret: bytes | None
    without: frozenset[int] | None
    """Rows to leave out whole, counted from 0; None for none of them stays."""
    tree: merkle.Tree = field(default_factory=merkle.Tree)
    cells: int = 0
    """Parts shut because the name of an account stands in them."""

    def line(
        self, parts: Sequence[bytes], shown: Sequence[bool], derived: dict[str, Json]
    ) -> tuple[bytes, bytes]:
        """What stays of the next row, and its proof; each with its newline."""
        number, row = self.tree.rows, dict[str, Json]()
        gone = self.without is None or number in self.without
        for data, open_ in zip(parts, shown, strict=True):
            row |= json.loads(data) if open_ and not gone else {}
        if derived and not gone:
            row["derived"] = derived
        said = self._proof(number, parts, shown, gone=gone)
        return canonical.dumps(row) + b"\n", canonical.dumps(said) + b"\n"

    def _proof(
        self, number: int, parts: Sequence[bytes], shown: Sequence[bool], *, gone: bool
    ) -> list[Json]:
        if self.secret is None:
            self.tree.add(merkle.leaf([]))  # counts only: nothing is proved without a secret
            return []
        said: list[Json] = []
        found = []
        for part, (data, open_) in enumerate(zip(parts, shown, strict=True)):
            salt = merkle.salt(self.secret, self.name, number, part)
            found.append(merkle.commitment(salt, data))
            said.append(f"salt:{salt.hex()}" if open_ else f"hash:{found[-1].hex()}")
        leaf = merkle.leaf(found)
        self.tree.add(leaf)
        return [f"leaf:{leaf.hex()}"] if gone else said


class Redaction:
    """Writes what stays of a case, and keeps count of what went."""

    def __init__(
        self, case: Case, *, secret: bytes | None = None, without: Sequence[str] = ()
    ) -> None:
        """Prepare a copy.

        Args:
            case: The case.
            secret: Of a sealed case; None writes no proofs.
            without: Tables (`posts`) and rows of them (`clues:3`, counted from 1) to leave out.

        Raises:
            UsageError: no such table.
        """
        self.case = case
        self.notes: list[dict[str, Any]] = []
        """One for each table written: where it is from, and what it no longer has."""
        self.roots: dict[str, str] = {}
        """Table -> root over its rows, as far as there is a secret."""
        self._secret = secret
        self._names = _accounts(case)
        self._units: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._tables = {
            one.name: one for entry in case.entries() for one in tables_in(entry.body) if one
        }
        self._without = _left_out(without, self._tables)

    def write(self, scratch: Path) -> Iterator[tuple[str, Path]]:
        """Write every table of which something stays; gives names inside the copy, and files."""
        for folder in ("tables", "proofs"):
            with explained(scratch):
                (scratch / folder).mkdir()
        for name in sorted(self._tables):
            stem = name.rpartition(".")[0]
            whole = name in self._without and self._without[name] is None
            if (stem in KEPT or stem in KEPT_TOGETHER) and not whole:
                yield from self._table(self._tables[name], stem, scratch)

    def record_lines(self, lines: int, scratch: Path) -> Iterator[tuple[str, Path]]:
        """The first lines of the record: what they made, without who wrote them and their words."""
        out = Outgoing(RECORD, self._secret, frozenset())
        parts = parts_of(RECORD)
        rows = (
            out.line([canonical.dumps(part) for part in split], self._line_shown(entry, split),
                     {"left_out": _gone(entry)})
            for entry in self.case.entries()
            if entry.seq < lines
            for split in [in_parts(flat(entry), parts)]
        )  # fmt: skip
        yield from self._written(out, rows, scratch, "record_lines.jsonl", "proofs/record.jsonl")

    def _line_shown(self, entry: Entry, split: Sequence[Mapping[str, Json]]) -> list[bool]:
        body = body_may_stay(entry) and not any(self._deep(value) for value in split[1].values())
        return [True, body, False]

    def _table(self, table: TableRef, stem: str, scratch: Path) -> Iterator[tuple[str, Path]]:
        out = Outgoing(table.name, self._secret, self._without.get(table.name, frozenset()))
        source = self.case.tables / table.name
        work = self._large if table.name.endswith(".parquet") else self._small
        names = f"tables/{stem}.jsonl", f"proofs/{stem}.jsonl"
        yield from self._written(out, work(table, out), scratch, *names)
        sha256, size = sha256_of(source)
        self.notes.append({
            "path": names[0], "from": f"tables/{table.name}", "from_sha256": sha256,
            "from_size": size, "rows": out.tree.rows, "cells_left_out": out.cells,
            "rows_left_out": len(out.without or ()),
            "columns_kept": sorted({*KEPT.get(stem, ()), *KEPT_TOGETHER.get(stem, ())}),
        })  # fmt: skip

    def _written(
        self, out: Outgoing, rows: Iterator[tuple[bytes, bytes]], scratch: Path, *names: str
    ) -> Iterator[tuple[str, Path]]:
        first, second = (scratch / name for name in names)
        with explained(first), first.open("wb") as table, second.open("wb") as proofs:
            for line, proof in rows:
                table.write(line)
                proofs.write(proof)
        yield names[0], first
        if self._secret is not None:
            self.roots[out.name] = out.tree.root()
            yield names[1], second

    def _small(self, table: TableRef, out: Outgoing) -> Iterator[tuple[bytes, bytes]]:
        parts = parts_of(table.name)
        for data in rows_of(self.case.root, table, parts):
            split = [json.loads(one) for one in data]
            derived: dict[str, Json] = {
                f"{name}_count": len(split[-1][name])
                for name in COUNTED
                if isinstance(split[-1].get(name), list)
            }
            shown = [not self._named(value) for part in split[:-1] for value in _only(part)]
            for (column,), open_, part in zip(parts, shown, split, strict=False):
                if column == "unit" and not open_:
                    derived["unit"] = self._unit(str(part["unit"]))
                elif not open_:
                    out.cells += 1
            yield out.line(data, [*shown, False], derived)

    def _large(self, table: TableRef, out: Outgoing) -> Iterator[tuple[bytes, bytes]]:
        numbered = whole_name(table.name) == POSTS
        if numbered and not self._numbers:
            names = sorted(accounts_in(self.case), key=str.encode)
            self._numbers = {account: place for place, account in enumerate(names, start=1)}
        for data in rows_of(self.case.root, table, parts_of(table.name)):
            derived: dict[str, Json] = {}
            if numbered:  # accounts become numbers, the same in every part
                derived = {"account_number": self._numbers[json.loads(data[-1])["account"]]}
            yield out.line(data, [*(True for _ in data[:-1]), False], derived)

    def _unit(self, unit: str) -> str:
        """A number in place of a unit that bears the name of an account."""
        return self._units.setdefault(unit, f"unit {len(self._units) + 1}")

    def names(self, text: str) -> bool:
        """True if the name of an account stands in a text."""
        return self._named(text)

    def _named(self, value: Json) -> bool:
        """True if the name of an account stands anywhere in a value."""
        if isinstance(value, str):
            lower = value.casefold()
            return any(name in lower for name in self._names)
        if isinstance(value, list):
            return any(self._named(item) for item in value)
        return isinstance(value, dict)  # no column that stays holds one

    def _deep(self, value: Json) -> bool:
        """The same for the body of a line, which may hold objects."""
        if isinstance(value, dict):
            return any(self._named(key) or self._deep(item) for key, item in value.items())
        if isinstance(value, list):
            return any(self._deep(item) for item in value)
        return self._named(value)


def _only(part: Mapping[str, Json]) -> list[Json]:
    """The one value of a part with one column, or None where the row has no such column."""
    return list(part.values()) or [None]


def _gone(entry: Entry) -> list[Json]:
    """Names of what a line does not show, so that a reader sees that there was something."""
    stays = body_may_stay(entry)
    shown = set(in_parts(flat(entry), parts_of(RECORD))[1]) if stays else set()
    names = sorted(name for name in entry.body if f"body.{name}" not in shown)
    return [*names, "who"]


def _left_out(
    without: Sequence[str], tables: Mapping[str, TableRef]
) -> dict[str, frozenset[int] | None]:
    """Table -> rows to leave out, counted from 0, or None for all of it."""
    names = {name.rpartition(".")[0]: name for name in tables}
    found: dict[str, frozenset[int] | None] = {}
    for text in without:
        stem, _, row = text.partition(":")
        stem = stem.removesuffix(".jsonl").removesuffix(".parquet")
        number = int(row) if row.isascii() and row.isdigit() else 0
        if stem not in names or (":" in text and not 0 < number <= tables[names[stem]].rows):
            raise UsageError(
                f"no table or row {text!r:.60}", where="--without",
                todo="TABLE or TABLE:ROW, such as posts or clues:3",
            )  # fmt: skip
        rows = found.get(names[stem], frozenset())
        whole = not row or rows is None
        found[names[stem]] = None if whole else (rows or frozenset()) | {number - 1}
    return found


def accounts_in(case: Case) -> list[str]:
    """Names of all accounts with posts, in any order.

    Raises:
        ExportError: the table of posts cannot be read.
    """
    parts = parts_in(case.tables, POSTS)
    if not parts:
        return []
    import duckdb

    try:
        with duckdb.connect(config={"threads": 2}) as connection:
            rows = connection.execute(
                "SELECT DISTINCT account FROM read_parquet(?)", [[no_glob(path) for path in parts]]
            ).fetchall()
    except duckdb.Error as error:
        first = str(error).splitlines()[0][:160]
        raise ExportError(f"cannot be read ({first})", where=str(parts[0])) from None
    return [str(row[0]) for row in rows]


def _accounts(case: Case) -> tuple[str, ...]:
    """Names of all accounts with posts, folded, longest first."""
    raw = accounts_in(case)
    shown = [visible(name) for name in raw]  # as statements spell hidden characters
    names = {name.casefold().strip() for name in (*raw, *shown)} - {""}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))
