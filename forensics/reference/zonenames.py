"""Names of time zones as profiles write them -> a zone of the zone database, or a bare offset.

Twitter showed the names of Ruby on Rails (`Pacific Time (US & Canada)`, `Beijing`), mail and office
programs those of Windows (`China Standard Time`); newer exports write the database's own. The table
stands in `data/codes/zone_names.tsv`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from forensics import clock
from forensics.errors import ReferenceDataError
from forensics.reference.pack import DATA

TABLE = "codes/zone_names.tsv"
_BESIDE = re.compile(r"^\((?:GMT|UTC)\s*([+-]\d{1,2}:?\d{2})?\)\s*", re.IGNORECASE)
_OFFSET = re.compile(r"^(?:GMT|UTC)?\s*([+-−])\s*(\d{1,2})(?::?([0-5]\d))?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ZoneName:
    """What the name of a zone stands for."""

    written: str
    zone: str | None
    """Name in the zone database; None if only an offset is known, or nothing."""
    offset_min: int | None
    """Minutes east, where the words give no more than that."""
    country: str
    """ISO 3166-1 alpha-2 of the zone; empty if it has none."""

    @property
    def known(self) -> bool:
        """True if it says anything."""
        return self.zone is not None or self.offset_min is not None


@cache
def zone_names() -> Mapping[str, str]:
    """Name in lower case -> zone of the database.

    Raises:
        ReferenceDataError: the table is missing or damaged.
    """
    try:
        lines = (DATA / TABLE).read_text(encoding="utf-8").splitlines()
        rows = [line.split("\t") for line in lines if line and line[0] != "#"][1:]
        return {name.casefold(): zone for name, zone, _ in rows}
    except (OSError, ValueError) as error:
        raise ReferenceDataError(
            f"cannot read the table of zone names ({error})",
            where=TABLE,
            todo="reinstall the package",
        ) from error


@cache
def _own_names() -> Mapping[str, str]:
    """Names of the zone database in lower case."""
    return {name.casefold(): name for name in clock.all_zones()}


@cache
def _countries() -> Mapping[str, str]:
    """Zone -> the one country it belongs to."""
    found: dict[str, list[str]] = {}
    for code, names in clock.zones_by_country().items():
        for name in names:
            found.setdefault(name, []).append(code)
    return {name: codes[0] for name, codes in found.items() if len(codes) == 1}


def read_zone_name(text: str) -> ZoneName:
    """The zone that a profile names; nothing known for words that name none.

    Args:
        text: Such as `Pacific Time (US & Canada)`, `Asia/Shanghai`, `China Standard Time`,
            `(GMT+08:00) Beijing`, `UTC+8`.
    """
    written = " ".join(text.split())[:120]
    plain = _BESIDE.sub("", written)
    found = zone_names().get(plain.casefold()) or _own_names().get(plain.casefold())
    if found is None and (match := _OFFSET.match(plain)):
        sign, hours, minutes = match.groups()
        total = int(hours) * 60 + int(minutes or 0)
        if total <= 14 * 60:
            return ZoneName(written, None, total if sign == "+" else -total, "")
    return ZoneName(written, found, None, _countries().get(found or "", ""))
