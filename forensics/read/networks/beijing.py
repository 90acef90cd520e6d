"""Times that a crawler wrote without the offset it was given: Beijing time, if the ids agree.

Weibo's own interfaces write `+0800`. The crawlers drop it (their source code does; none converts),
so that a time without an offset is Beijing time. That is stated as the zone of such rows, in a
column of its own, and tested: the mids of Weibo hold a second clock. Where most of them deny it the
statement is withdrawn, and the rows are refused until the user says whose clock it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from forensics.clock import offset_text, read_written
from forensics.ids import clock_us
from forensics.read.options import Table

NEAR_US = 300_000_000
"""Five minutes: more than a slow connection, less than any zone."""

ZONE = "Asia/Shanghai"
ZONE_COLUMN = "zone_of_format"
_EAST_US = 8 * 3_600_000_000
_QUARTER_US = 900_000_000
ENOUGH = 20
"""Mids that are needed to withdraw the statement."""


@dataclass(slots=True)
class Beijing:
    """What the times of a file look like, and what the mids beside them say."""

    naive: int = 0
    compared: int = 0
    agree: int = 0
    offsets: Counter[int] = field(default_factory=Counter)
    """Minutes by which times that do not agree stand off UTC -> rows."""

    def zone(self, written: str | None, mid: str | None) -> str | None:
        """The zone of one time: Beijing's where it carries no offset; it is counted."""
        found = read_written(written) if written else None
        if found is None or found.offset_min is not None:
            return None
        self.naive += 1
        id_us = clock_us("weibo_mid", mid) if mid else None
        if id_us is not None:
            self.compared += 1
            off_us = found.local_us - id_us
            if abs(off_us - _EAST_US) <= NEAR_US:
                self.agree += 1
            else:
                quarters = (off_us + _QUARTER_US // 2) // _QUARTER_US
                self.offsets[quarters * 15] += 1
        return ZONE

    def settle(self, table: Table) -> Table:
        """The table with the statement kept or withdrawn, and with the note that says so."""
        if not self.naive:
            return table
        if self.compared >= ENOUGH and self.agree * 2 < self.compared:
            minutes, count = self.offsets.most_common(1)[0]
            preferred = {role: at for role, at in table.preferred.items() if role != "zone"}
            shown = offset_text(minutes) if abs(minutes) <= 14 * 60 else "no zone at all"
            note = (
                f"WARNING: only {self.agree:,} of {self.compared:,} mids agree with Beijing time; "
                f"{count:,} show {shown}. The zone was not taken for granted"
            )
            return replace(table, preferred=preferred, notes=(*table.notes, note))
        proof = f"; {self.agree:,} of {self.compared:,} mids agree" if self.compared else ""
        note = f"{self.naive:,} times carry no offset and were read as Beijing time{proof}"
        return replace(table, notes=(*table.notes, note))


def with_zone(table: Table) -> Table:
    """A table of text columns with the zone as one more column, for files of a fixed format."""
    inside = table.select

    def select(wanted: Mapping[str, str]) -> str:
        zones = [alias for alias, column in wanted.items() if column == ZONE_COLUMN]
        rest = {alias: column for alias, column in wanted.items() if column != ZONE_COLUMN}
        added = "".join(f", '{ZONE}' AS \"{alias}\"" for alias in zones)
        return f"SELECT *{added} FROM ({inside(rest)})"

    return replace(
        table,
        columns={**table.columns, ZONE_COLUMN: "VARCHAR"},
        select=select,
        in_order=None,
        preferred={**table.preferred, "zone": ZONE_COLUMN},
    )
