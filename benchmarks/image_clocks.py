"""Zones of camera clocks in labelled images against the zones of their coordinates.

Usage: python benchmarks/image_clocks.py [FOLDER]     (also the last table of benchmarks/images.py)

FOLDER holds files and a `truth.jsonl` (see benchmarks/images.py). Counted are distinct images with
a written time and a satellite time; of those with a small residual, how many stand at the offset
that the zone database gives for the place and the day.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
DEFAULT = ROOT.parent / "shared" / "data" / "images"
SMALL_S = 120


@dataclass(frozen=True, slots=True)
class Row:
    """One image with both times."""

    path: str
    residual_s: int
    strength: str
    agrees: bool | None
    """None where the image has no coordinates, or none near a place."""
    lead: str


def rows(folder: Path) -> Iterator[Row]:
    """Images with both times, each content once."""
    from forensics.clock import offset_s
    from forensics.clues.image_readings import clock_claims, clock_lead, coordinate_zones
    from forensics.read.images import read_image
    from forensics.reference.places import load_gazetteer

    places = load_gazetteer()
    seen: set[str] = set()
    for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        if not label["media"] or label["sha256"] in seen:
            continue
        seen.add(label["sha256"])
        image, _ = read_image(folder / label["path"], label["sha256"], label["path"])
        claims = () if image is None else clock_claims(image)
        claim = next((item for item in claims if item.how == "satellite"), None)
        if image is None or claim is None:
            continue
        zones = coordinate_zones(image.positions[0], places) if image.positions else ()
        there = {offset_s(name, claim.utc_s) // 60 for name in zones}
        agrees = bool(there & set(claim.equal_min)) if there else None
        lead = clock_lead(image, claim, places) or ""
        yield Row(label["path"], claim.residual_s, claim.strength, agrees, lead)


def print_clocks(folder: Path) -> None:
    """The table: with both times, small residual, with a zone, agreeing, told as a lead."""
    found = list(rows(folder))
    groups = {
        "with both times": found,
        f"residual up to {SMALL_S} s": [row for row in found if abs(row.residual_s) <= SMALL_S],
        "strong (same day as well)": [row for row in found if row.strength == "strong"],
        "weak": [row for row in found if row.strength == "weak"],
        "stale": [row for row in found if row.strength == "stale"],
    }
    print(f"\n{'clock of the camera':<28}{'images':>8}{'zone there':>12}{'agree':>8}{'leads':>8}")
    for name, members in groups.items():
        known = [row for row in members if row.agrees is not None]
        agree, leads = (
            sum(bool(row.agrees) for row in known),
            sum(bool(row.lead) for row in members),
        )
        print(f"{name:<28}{len(members):>8}{len(known):>12}{agree:>8}{leads:>8}")
    for row in found:
        if row.lead:
            print(f"lead: {row.path}: {row.lead}")


if __name__ == "__main__":
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    if not (given / "truth.jsonl").is_file():
        print(f"no truth.jsonl in {given.name}: nothing to measure")
    else:
        print_clocks(given)
