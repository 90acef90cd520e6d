"""Labels of platforms and declared zones: how much is read, and how steady labels are.

    python benchmarks/labels.py FOLDER

FOLDER holds `weibo_ip_region_sample.csv.gz`, `ira_accounts_declared_zone_dev.csv.gz` and
`twitter_airline_declared_tz.csv.gz`. Intervals are 95 %, by resampling accounts with a fixed seed.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from forensics import clock
from forensics.clues.labels.tally import apart
from forensics.reference.places import load_gazetteer
from forensics.reference.regions import read_label
from forensics.reference.zonenames import read_zone_name

BOT = "罗伯特"
"""Stands in every label of one joke bot, which writes words instead of places."""
RESAMPLED = 2_000


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a gzip CSV file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def share(hits: list[bool], seed: int = 7) -> str:
    """Share with its interval, such as `.987 [.975, .997] of 372`."""
    values = np.array(hits, dtype=float)
    drawn = np.random.default_rng(seed).choice(values, (RESAMPLED, len(values)))
    low, high = np.quantile(drawn.mean(axis=1), [0.025, 0.975])
    return f"{values.mean():.3f} [{low:.3f}, {high:.3f}] of {len(values):,}"


def weibo(path: Path) -> None:
    """Labels of a public sample of Weibo posts and comments."""
    places = load_gazetteer()
    rows = [row for row in rows_of(path) if BOT not in row["ip_region"]]
    labels = Counter(row["ip_region"] for row in rows)
    read = {label: read_label(label) for label in labels}
    unread = sorted(label for label in labels if label and not read[label].areas)
    print(f"Weibo: {len(rows):,} rows without the bot, {len(labels) - ('' in labels)} labels")
    print(f"  not read: {unread or 'none'}; empty rows: {labels['']}")
    of_account: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if read[row["ip_region"]].areas:
            of_account[row["account"]].append("|".join(read[row["ip_region"]].areas))
    several = {name: areas for name, areas in of_account.items() if len(areas) > 1}
    steady = [
        not any(apart(one, other, places) for one in areas for other in areas)
        for _, areas in sorted(several.items())
    ]
    print(f"  accounts with two labels or more that keep one area: {share(steady)}")


def zones(path: Path) -> None:
    """Names of zones in profiles, and the offset that the platform wrote beside them."""
    rows = [row for row in rows_of(path) if row["tz_name"]]
    names = {row["tz_name"] for row in rows}
    known = {name: read_zone_name(name).zone for name in names}
    print(f"{path.name}: {len(rows):,} rows with a zone, {len(names)} names")
    print(f"  not known: {sorted(name for name in names if known[name] is None) or 'none'}")
    agree = [
        clock.offset_s(zone, int(row["epoch_seconds"])) == int(float(offset)) * 60
        for row in rows
        if (offset := row.get("declared_offset_min")) and (zone := known[row["tz_name"]])
    ]
    if agree:
        print(f"  offset beside it is that of the zone on that day: {share(agree)}")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    weibo(folder / "weibo_ip_region_sample.csv.gz")
    zones(folder / "ira_accounts_declared_zone_dev.csv.gz")
    zones(folder / "twitter_airline_declared_tz.csv.gz")


if __name__ == "__main__":
    main()
