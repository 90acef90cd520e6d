"""Against what another program reads from real files: no wrong value, and little is missed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.shared

FLOORS = {
    "lat": 18, "lon": 18, "altitude_m": 10, "gps_utc": 13, "taken_local": 79,
    "taken_offset_min": 4, "make": 81, "model": 81, "body_serial": 26, "lens_serial": 2,
    "software": 61, "xmp_document_id": 10, "xmp_original_document_id": 5, "icc_description": 23,
    "thumbnail_bytes": 65,
}  # fmt: skip
"""Values that must be read right; all that the reference has is 18, 18, 10, 13, 79, 4, 81, 81, 28,
2, 61, 10, 5, 23 and 68."""


@pytest.fixture(scope="module")
def bench(root: Path):
    sys.path.insert(0, str(root))
    try:
        from benchmarks import images
    finally:
        sys.path.remove(str(root))
    return images


@pytest.fixture(scope="module")
def labelled(shared_data: Path) -> Path:
    folder = shared_data / "images"
    if not (folder / "truth.jsonl").is_file():
        pytest.skip("labelled images are not here")
    return folder


def test_no_value_is_wrong_and_few_are_missed(bench, labelled):
    scores = bench.measure(labelled)
    assert {name: score.wrong for name, score in scores.items() if score.wrong} == {}
    below = {name: score.right for name, score in scores.items() if score.right < FLOORS[name]}
    assert below == {}


CLAIM_FLOORS = {
    "digitised": 75, "modified": 80, "subseconds": 13, "video date": 2, "GPS error": 2,
    "GPS direction": 9, "lens model": 6, "owner (hash)": 4, "artist (hash)": 8, "unique id": 5,
    "Apple run time": 3, "Apple content id": 1, "XMP instance id": 8, "XMP history ids": 3,
    "IPTC city": 6, "IPTC country": 7, "IPTC instructions": 5, "C2PA present": 2,
}  # fmt: skip


def test_no_further_claim_is_wrong_and_few_are_missed(bench, labelled):
    scores = bench.measure_claims(labelled)
    assert {name: score.wrong for name, score in scores.items() if score.wrong} == {}
    below = {name: scores[name].right for name, floor in CLAIM_FLOORS.items()
             if scores[name].right < floor}  # fmt: skip
    assert below == {}


def test_files_that_are_no_images_are_refused_or_ignored(labelled):
    import json

    from forensics.read.images import read_image

    for line in (labelled / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["media"] or row["path"].endswith(".psd"):
            continue
        image, refusals = read_image(labelled / row["path"], row["sha256"], row["path"])
        assert refusals, row["path"]
        assert image is None or refusals[0].reason == "unsupported_container"


@pytest.mark.parametrize(
    ("name", "offset_min", "residual_s"),
    [
        ("exiftool/Ricoh2.jpg", 60, 84),
        ("exif-samples/jpg/gps/DSCN0010.jpg", 120, 92),
        ("exif-samples/jpg/gps/DSCN0025.jpg", 120, 92),
        ("exiftool/Google.jpg", 120, 101),
    ],
)
def test_clocks_of_known_pictures(name, offset_min, residual_s, labelled):
    from forensics.read.images import read_image

    image, _ = read_image(labelled / name, "s", name)
    assert image.clock_offset_min == offset_min
    assert abs(image.clock_residual_s - residual_s) <= 5


def test_clocks_stand_where_the_coordinates_say_or_are_told_as_leads(root, labelled):
    sys.path.insert(0, str(root))
    try:
        from benchmarks.image_clocks import rows
    finally:
        sys.path.remove(str(root))
    found = {row.path: row for row in rows(labelled)}
    small = [row for row in found.values() if abs(row.residual_s) <= 120]
    assert len(small) >= 11
    # A clock without summer time in Madrid is the one that stands elsewhere, and it is said.
    assert [row.path for row in small if not row.agrees] == ["exiftool/Ricoh2.jpg"]
    assert found["exiftool/Ricoh2.jpg"].lead.startswith("The camera's clock stands at UTC+1")
    assert found["exiftool/Google.jpg"].strength == "strong"
    shifted = [row for path, row in found.items() if "/gps/DSCN00" in path]
    assert len(shifted) == 5
    assert all(row.agrees and row.strength == "weak" for row in shifted)
