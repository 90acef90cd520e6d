"""The tables of a case, looked into for single rows without reading all of them as values."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any

from forensics.case import Case, canonical
from forensics.case.record import raw_lines
from forensics.errors import UsageError
from forensics.job.batches import members_read
from forensics.job.report_numbers import REPORT_NUMBERS
from forensics.model import Entry, Original

Row = dict[str, Any]


class Tables:
    """One case, open to look into."""

    def __init__(self, case: Case) -> None:
        """Wrap a case that was opened for reading."""
        self.case = case

    def rows(self, name: str, holding: Collection[bytes] = ()) -> Iterator[Row]:
        """The rows of a table of JSON lines; only those whose bytes hold one of these, if given.

        A table that is not there has no rows. Looking at the bytes first keeps large tables fast.
        """
        path = self.case.tables / name
        if not path.is_file():
            return
        for line in raw_lines(path):
            if not holding or any(part in line.data for part in holding):
                row = canonical.loads(line.data)
                if isinstance(row, dict):
                    yield row

    def with_ids(self, name: str, ids: Collection[str]) -> dict[str, Row]:
        """The rows of a table whose `id` is one of these, by id."""
        wanted = [b'"id":' + json.dumps(one, ensure_ascii=False).encode() for one in ids]
        found = self.rows(name, wanted) if wanted else iter(())
        return {str(row["id"]): row for row in found if row.get("id") in ids}

    @cached_property
    def numbers(self) -> tuple[Row, ...]:
        """Number, unit, clue and group of every clue, in the order of the report."""
        return tuple(self.rows(REPORT_NUMBERS))

    @cached_property
    def conclusions(self) -> dict[str, Row]:
        """Unit -> the conclusion of the program."""
        return {str(row["unit"]): row for row in self.rows("conclusions.jsonl")}

    @cached_property
    def weights(self) -> tuple[Row, ...]:
        """All weights."""
        return tuple(self.rows("weights.jsonl"))

    @cached_property
    def tests(self) -> tuple[Row, ...]:
        """All standing tests."""
        return tuple(self.rows("tests.jsonl"))

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The lines of the record."""
        return tuple(self.case.entries())

    @cached_property
    def originals(self) -> dict[str, list[Original]]:
        """SHA-256 -> what was received under it: once for each name."""
        found: dict[str, list[Original]] = {}
        for one in self.case.originals():
            found.setdefault(one.sha256, []).append(one)
        return found

    @cached_property
    def members(self) -> dict[str, Row]:
        """SHA-256 of a member of an archive -> parent, name, size."""
        # The record may be somebody's trap: what it names must be a file that was received.
        found = members_read(self.case)
        return {str(one["sha256"]): one for one in found if one["parent"] in self.originals}

    @cached_property
    def sources(self) -> dict[str, Row]:
        """SHA-256 -> what became of a file of posts, controls included."""
        names = ("controls_sources.jsonl", "sources.jsonl")
        return {str(row["original"]): row for name in names for row in self.rows(name)}

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Units in the order of the report."""
        return tuple(self.conclusions)

    def name_of(self, sha256: str) -> str:
        """The name under which a file was received; its hash if the case has no such file."""
        if sha256 in self.originals:
            return self.originals[sha256][0].name_as_received
        return str(self.members[sha256]["name"]) if sha256 in self.members else sha256

    def leader(self, unit: str) -> str:
        """The row that leads with all groups; empty if nothing was weighed."""
        found = (t for t in self.tests if t["unit"] == unit and t["id"] == "all")
        return str(next(found, {}).get("leader", ""))

    def clues_in(self, unit: str, group: str) -> tuple[str, ...]:
        """Ids of the clues of a group."""
        return tuple(
            str(row["clue"])
            for row in self.numbers
            if row["unit"] == unit and row["group"] == group
        )

    def must_be_weighed(self) -> None:
        """Nothing, if there are numbers to walk.

        Raises:
            UsageError: the case was not weighed yet.
        """
        if not self.conclusions:
            raise UsageError(
                "is not weighed yet", where=str(self.case.root), todo="gnomon weigh CASE"
            )
