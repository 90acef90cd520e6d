"""What stands where the database would, so that a reader can be tried a million times."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from forensics.read.options import Table

_COUNT = re.compile(r"SELECT count\(\*\) FROM read_csv\('([^']*)', delim='(.)'")
_ASKED = re.compile(r"\s*(SELECT|WITH)\b")
_SIGN = re.compile(r"""['"()\[\]{},]|\b(?:SELECT|FROM)\b""")


class Stand:
    """Stands where the database would: takes rows and looks at them, answers questions with 0.

    Only the number of records in a clean copy is counted, with the `csv` of the standard library,
    so that the census is held against another reading of the same bytes.
    """

    def __init__(self) -> None:
        self.numbers: dict[str, list[int]] = {}
        self.good = 0
        self._batch: Mapping[str, Any] = {}
        self._answer: list[tuple[object, ...]] = []

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Stand:
        """Look at rows that are given, answer what is asked."""
        if sql.startswith("INSERT INTO") and sql.endswith("SELECT * FROM batch"):
            self._take(sql.split()[2])
        elif sql.startswith("INSERT INTO bad_rows SELECT unnest"):
            self.numbers.setdefault("bad_rows", []).extend(values[0])
        elif sql.startswith("CREATE OR REPLACE TEMP TABLE records"):
            self.numbers.pop("records", None)
        counted = _COUNT.match(sql)
        if counted is not None:
            self._answer = [(records_in(Path(counted[1]), counted[2]),)]
        else:
            self._answer = [(0,) * _width(sql)] if _ASKED.match(sql) else []
        return self

    def register(self, _name: str, batch: Mapping[str, Any]) -> None:
        """Rows that the next statement takes."""
        self._batch = batch

    def unregister(self, _name: str) -> None:
        """They were taken."""

    def fetchall(self) -> list[tuple[object, ...]]:
        """The answer to the last question."""
        return self._answer

    def _take(self, table: str) -> None:
        """Rows of a table: numbered, and of text that a database can hold."""
        numbers = self.numbers.setdefault(table, [])
        for name, column in self._batch.items():
            if name == "row":
                numbers.extend(column.tolist())
                continue
            for value in column:
                if value is not None and "\0" in value.encode().decode():
                    raise AssertionError("NUL for the database")

    def checked(self, table: Table) -> None:
        """Every record is a row or a refusal, once, with a number of its own."""
        given = [number for numbers in self.numbers.values() for number in numbers]
        if len(set(given)) != len(given):
            raise AssertionError("two records of one number")
        if not set(given) <= set(range(1, table.rows_present + 1)):
            raise AssertionError("a number beyond the records there are")


def records_in(path: Path, delimiter: str) -> int:
    """Records of a clean copy; of another file nothing is known, so that a copy is made."""
    if path.name != "clean":
        return -1
    with path.open(encoding="utf-8", newline="") as file:
        if delimiter not in ",\t;|":
            return sum(1 for _ in file)
        return sum(1 for _ in csv.reader(file, delimiter=delimiter, strict=True))


def _width(sql: str) -> int:
    """Columns that a SELECT gives back, also one behind WITH."""
    depth, columns, quote = 0, 0, ""
    for match in _SIGN.finditer(sql):
        sign = match[0]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif depth == 0 and sign == "SELECT":
            columns = 1
        elif depth == 0 and columns and sign == ",":
            columns += 1
        elif depth == 0 and columns and sign == "FROM":
            break
    return columns
