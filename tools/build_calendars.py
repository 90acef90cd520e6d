"""Build `forensics/reference/data/calendars.jsonl` from a pinned holiday package and our tables.

    pip install holidays==0.109        # anywhere but the project's environment: it pins dateutil
    python tools/build_calendars.py

The package is needed only here. Two of its traps are handled: its sets are filled lazily and may
hold stray days of neighbouring years, so a year is read with both neighbours loaded and then
filtered; make-up working days stand in `weekend_workdays`, not in the category `workday`.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import re
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import calendar_tables as tables

DATA = Path(__file__).resolve().parents[1] / "forensics" / "reference" / "data"
VERSION = "0.109"
WHEEL_SHA256 = "7d39c910167116d41fa6aae18d5e72b4541700cdd37743d799c83db3419201b0"
FIRST, LAST = 2005, 2027
REMARK = re.compile(r"\s*\((observed, estimated|observed|estimated|in lieu|non-working)\)")
SUBSTITUTED = "substituted from"


def number(day: date) -> int:
    """A day as YYYYMMDD."""
    return day.year * 10_000 + day.month * 100 + day.day


def packaged(package: Any, country: str, category: str | None) -> Any:
    """The package's holidays of a country, one year beyond the span loaded on both sides."""
    known = package.country_holidays(country).supported_languages
    english = "en_US" if "en_US" in known else None
    chosen = {"categories": (category,)} if category else {}
    years = range(FIRST - 1, LAST + 2)
    return package.country_holidays(country, years=years, language=english, **chosen)


def in_span(days: Any) -> list[tuple[date, str]]:
    """Days of the span with their names, in order: strays of other years are dropped."""
    return sorted((day, str(name)) for day, name in days.items() if FIRST <= day.year <= LAST)


class Country:
    """What is collected about one country."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.off: dict[str, dict[str, list[int]]] = {k: defaultdict(list) for k in "HTP"}
        self.estimated: set[int] = set()
        self.seen: set[int] = set()

    def add(self, kind: str, day: date, name: str) -> None:
        """One day off; the first kind that claims a day keeps it."""
        if number(day) in self.seen:
            return
        self.seen.add(number(day))
        if "estimated" in name:
            self.estimated.add(number(day))
        self.off[kind][REMARK.sub("", name)].append(number(day))

    def collect(self, package: Any) -> list[int]:
        """Read all categories that count; gives the make-up working days."""
        whole = packaged(package, self.code, None)
        partly = tables.PARTLY.get(self.code, ())
        for day, name in in_span(whole):
            if SUBSTITUTED in name:
                self.add("T", day, "Transferred day off")
            elif any(part in name for part in partly):
                self.add("P", day, name)
            else:
                self.add("H", day, name)
        for kind, more in (
            ("H", tables.ALSO_HOLIDAYS),
            ("T", tables.ALSO_BRIDGES),
            ("P", tables.ALSO_PARTLY),
        ):
            if self.code in more:
                for day, name in in_span(packaged(package, self.code, more[self.code][0])):
                    self.add(kind, day, name)
        self.customary()
        return sorted(number(d) for d in whole.weekend_workdays if FIRST <= d.year <= LAST)

    def customary(self) -> None:
        """Days off by custom that no law names."""
        for year in range(FIRST, LAST + 1):
            if self.code == "US":
                first = date(year, 11, 1)
                thanksgiving = first + timedelta(days=(3 - first.weekday()) % 7 + 21)
                self.add("T", thanksgiving + timedelta(days=1), "Day after Thanksgiving")
                self.add("P", date(year, 12, 24), "Christmas Eve")
            if self.code == "DE":
                self.add("T", date(year, 12, 24), "Christmas Eve")
                self.add("T", date(year, 12, 31), "New Year's Eve")
            if self.code == "JP":
                for day in (29, 30):
                    self.add("P", date(year, 12, day), "Year-end closure")
                for day in (13, 14, 15):
                    self.add("P", date(year, 8, day), "Obon")

    def line(self, package: Any) -> dict[str, Any]:
        """The country's line of the file."""
        make_up = self.collect(package)
        code = self.code
        weekends = tables.WEEKENDS.get(code, (tables.SATURDAY_SUNDAY,))
        added = (tables.ALSO_HOLIDAYS, tables.ALSO_BRIDGES, tables.ALSO_PARTLY)
        remarks = [more[code][1] for more in added if code in more]
        if code in tables.SUBNATIONAL:
            remarks.append("holidays of states or provinces are left out")
        return {
            "country": code,
            "name": tables.NAMES[code],
            "source": f"{tables.PACKAGE} (MIT)",
            "checked": tables.CHECKED.get(code, ""),
            "doubtful": tables.DOUBTFUL.get(code, ""),
            "remarks": remarks,
            "weekends": [list(row) for row in weekends],
            "off": {kind: dict(sorted(days.items())) for kind, days in self.off.items() if days},
            "make_up": make_up,
            "estimated": sorted(self.estimated),
            "unknown": [list(row) for row in tables.UNKNOWN.get(code, ())],
        }


def main() -> None:
    """Write the calendars and their manifest."""
    package = importlib.import_module("holidays")
    if package.__version__ != VERSION:
        raise SystemExit(f"holidays {VERSION} is needed, not {package.__version__}")
    rows = [Country(code).line(package) for code in sorted(tables.NAMES)]
    text = "".join(
        json.dumps(row, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"
        for row in rows
    )
    (DATA / "calendars.jsonl").write_bytes(text.encode())
    manifest = {
        "schema": 1,
        "file": "calendars.jsonl",
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "bytes": len(text.encode()),
        "countries": len(rows),
        "first_year": FIRST,
        "last_year": LAST,
        "days_off": sum(len(d) for r in rows for k in r["off"].values() for d in k.values()),
        "make_up_days": sum(len(r["make_up"]) for r in rows),
        "made_by": "tools/build_calendars.py",
        "frozen": "2026-11-21",
        "package": "holidays",
        "package_version": VERSION,
        "package_sha256": WHEEL_SHA256,
        "package_url": "https://github.com/vacanza/holidays",
        "licence": "MIT",
        "licence_file": "LICENSES/holidays-MIT.txt",
        "changes": "national holidays of 2005-2027 under English names, with make-up days;"
        " weekends by date, gaps and local practice from tools/calendar_tables.py",
    }
    (DATA / "calendars.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
    print(json.dumps({k: manifest[k] for k in ("bytes", "countries", "days_off", "make_up_days")}))


if __name__ == "__main__":
    main()
