"""Fit the library of people and write it to forensics/reference/data/hours_library.*.

Input is the labelled development set of commits (`commits_dev.parquet`: account, epoch_seconds,
offset_min as the author's own machine wrote it). Only smoothed weeks leave this script: no
times, no names, no order of the input.

    python tools/fit_templates.py ../shared/data/commits_dev.parquet
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from forensics.clues.quarters import week_bins
from forensics.reference import templates

OUT = templates.HEADER


def thinned_counts(
    times_s: NDArray[np.int64], offsets_min: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(672) local active hours of the week of one person, from UTC seconds in rising order."""
    hour = times_s // 3600
    first = np.ones(len(hour), dtype=bool)
    first[1:] = hour[1:] != hour[:-1]
    local = times_s[first] // 900 + offsets_min[first] // 15
    return np.bincount(week_bins(local), minlength=templates.WEEK).astype(np.float64)


def read_people(path: Path) -> list[tuple[NDArray[np.int64], NDArray[np.int64], str]]:
    """(UTC seconds, offsets in minutes, group) per account, in the order of the account names."""
    import duckdb

    table = duckdb.connect().execute(
        'SELECT account, epoch_seconds, offset_min, "group" FROM read_parquet(?)'
        " ORDER BY account, epoch_seconds, offset_min",
        [str(path)],
    )
    columns = {name: np.asarray(column) for name, column in table.fetchnumpy().items()}
    names = columns["account"].astype(str)
    edges = np.flatnonzero(np.r_[True, names[1:] != names[:-1], True])
    return [
        (
            columns["epoch_seconds"][low:high].astype(np.int64),
            columns["offset_min"][low:high].astype(np.int64),
            str(columns["group"][low]),
        )
        for low, high in pairwise(edges)
    ]


def main() -> None:
    """Fit, quantise, write the packed weeks and their header."""
    source = Path(sys.argv[1])
    members = read_people(source)
    counts = np.stack([thinned_counts(times, offsets) for times, offsets, _ in members])
    weeks = templates.fitted(counts)
    steps = np.diff(weeks, axis=1, prepend=np.zeros((len(weeks), 1), dtype=np.int16))
    raw = steps.astype("<i2").tobytes()
    packed = OUT.with_name("hours_library.i2.gz")
    packed.write_bytes(gzip.compress(raw, 9, mtime=0))
    header = {
        "name": "hours-library",
        "version": "2",
        "file": packed.name,
        "sha256_uncompressed": hashlib.sha256(raw).hexdigest(),
        "people": len(members),
        "common_curves": len(templates.FLATTENED),
        "bins": templates.WEEK,
        "unit": "thousandths of a nat above a uniform week",
        "layout": "rows of people in the order of their numbers, then the common curves, 672 "
        "little-endian int16 each, as differences along the week; bin 0 is Monday 00:00 local time",
        "made_by": "tools/fit_templates.py",
        "fitted_on": {
            "what": "author times of commits in public repositories, with the UTC offset the "
            "author's own machine wrote; people with one zone class and at least 100 commits",
            "file": source.name,
            "sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
            "accounts": len(members),
            "events": int(sum(len(times) for times, _, _ in members)),
            "active_hours": int(counts.sum()),
            "work_groups": len({group for _, _, group in members}),
        },
        "settings": {
            "own_day_percent": round(templates.OWN_DAY * 100),
            "uniform_percent": round(templates.UNIFORM * 100),
            "template_sd_min": round(templates.TEMPLATE_SD * 15),
            "template_cap_hours": round(templates.TEMPLATE_CAP),
            "profile_sd_min": round(templates.PROFILE_SD * 15),
            "profile_cap_hours": round(templates.PROFILE_CAP),
            "profile_pseudo_hours": round(templates.PROFILE_PSEUDO),
            "common_flattened_percent": [round(share * 100) for share in templates.FLATTENED],
            "common_weight_percent_each": round(templates.COMMON_WEIGHT * 100),
        },
        "not_represented": "people who do not write programs; Africa, Arab states, South-East "
        "Asia, Latin America beyond Brazil; anybody at UTC+5:45 or UTC+6:30",
    }
    OUT.write_text(json.dumps(header, indent=2) + "\n", encoding="utf-8")
    print(f"{packed.name}: {packed.stat().st_size:,} bytes, {len(members)} people")


if __name__ == "__main__":
    main()
