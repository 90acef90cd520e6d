"""The library of people: what it is fitted to, what it must not hold, and strict reading."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from forensics.errors import ReferenceDataError
from forensics.reference import templates
from forensics.reference.templates import (
    HEADER,
    STEP,
    WEEK,
    common_template,
    fitted,
    library,
    library_from,
    profiles,
    quantised,
    read_library,
)


def office_week() -> np.ndarray:
    """A person active Monday to Friday, 09-17."""
    week = np.zeros((7, 96))
    week[:5, 36:68] = 1.0
    return week.reshape(1, WEEK)


def test_the_bundled_library() -> None:
    lib = library()
    assert lib.people == 506
    assert lib.scores.shape == (WEEK, 506)
    assert np.array_equal(lib.scores, np.rint(lib.scores))
    assert not np.any(lib.scores % STEP)
    # Every component is a probability over the week (up to rounding of 1 %).
    assert np.allclose(np.exp(lib.scores / 1000).mean(axis=0), 1.0, atol=0.01)


def test_the_common_curves_stand_beside_the_people() -> None:
    lib = library()
    assert lib.common.shape == (WEEK, 3)
    assert np.exp(lib.log_weights).sum() == pytest.approx(1.0)
    assert np.exp(lib.log_weights[-3:]) == pytest.approx([0.01] * 3)
    # Each is flatter than the one before.
    spread = lib.common.max(axis=0) - lib.common.min(axis=0)
    assert spread[0] > spread[1] > spread[2] > 0


def test_the_library_looks_like_people() -> None:
    week = np.exp(library().scores / 1000).mean(axis=1).reshape(7, 24, 4).mean(axis=2)
    assert week[:5, 14].mean() > 2 * week[:5, 4].mean()
    assert week[:5].mean() > week[5:].mean()


def test_the_files_hold_no_times_and_no_names() -> None:
    about = json.loads(HEADER.read_text(encoding="utf-8"))
    packed = HEADER.with_name(about["file"])
    assert packed.stat().st_size + HEADER.stat().st_size < 1_000_000
    assert about["fitted_on"]["accounts"] == 506
    assert "programs" in about["not_represented"]
    raw = gzip.decompress(packed.read_bytes())
    assert len(raw) == (506 + about["common_curves"]) * WEEK * 2
    assert packed.read_bytes()[4:8] == b"\0\0\0\0", "gzip must carry no time"


def test_people_stand_in_the_order_of_their_numbers() -> None:
    counts = np.vstack([office_week() * k for k in (1.0, 7.0, 3.0)])
    forward = quantised(profiles(counts))
    backward = quantised(profiles(counts[::-1]))
    assert np.array_equal(forward, backward)


def test_the_common_template_caps_the_busy() -> None:
    night = np.roll(office_week(), 48)
    once = common_template(np.vstack([office_week() * 10, night * 10]))
    busy = common_template(np.vstack([office_week() * 10, night * 10_000]))
    assert once.sum() == pytest.approx(1.0)
    # 320 and 320,000 hours weigh as at most 200 each.
    assert np.abs(once - busy).max() < 1e-9


def test_a_profile_keeps_its_hours_and_leans_on_the_template() -> None:
    weeks = profiles(np.vstack([office_week() * 5, np.roll(office_week() * 5, 40)]))
    assert weeks.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert weeks.min() > 0.02 / WEEK
    assert weeks[0, 40] > 3 * weeks[0, 20]
    rare = profiles(np.vstack([office_week() / 64, np.roll(office_week() * 50, 40)]))
    assert rare[0, 40] < weeks[0, 40]


def test_a_person_without_events_is_the_template() -> None:
    counts = np.vstack([office_week() * 5, np.zeros((1, WEEK))])
    weeks = profiles(counts)
    assert np.isfinite(weeks).all()
    assert np.corrcoef(weeks[1], common_template(counts))[0, 1] > 0.999


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    about = json.loads(HEADER.read_text(encoding="utf-8"))
    (tmp_path / about["file"]).write_bytes(HEADER.with_name(about["file"]).read_bytes())
    target = tmp_path / HEADER.name
    target.write_text(json.dumps(about), encoding="utf-8")
    return target


def test_a_copy_reads_the_same(copy: Path) -> None:
    assert np.array_equal(read_library(copy).scores, library().scores)
    assert read_library(copy).version == library().version


@pytest.mark.parametrize(
    "defect", ["no header", "no weeks", "not gzip", "cut", "changed", "people"]
)
def test_broken_libraries_are_refused(copy: Path, defect: str) -> None:
    about = json.loads(copy.read_text(encoding="utf-8"))
    packed = copy.with_name(about["file"])
    if defect == "no header":
        copy.unlink()
    elif defect == "no weeks":
        packed.unlink()
    elif defect == "not gzip":
        packed.write_bytes(b"hello")
    elif defect == "cut":
        packed.write_bytes(packed.read_bytes()[:1000])
    elif defect == "changed":
        packed.write_bytes(gzip.compress(b"\0" * (509 * WEEK * 2)))
    else:
        copy.write_text(json.dumps({**about, "people": 505}), encoding="utf-8")
    with pytest.raises(ReferenceDataError):
        read_library(copy)


@pytest.mark.shared
def test_fitting_again_gives_the_same_bytes(shared_data: Path, root: Path, tmp_path: Path) -> None:
    source = shared_data / "commits_dev.parquet"
    code = (
        "import sys; from pathlib import Path\n"
        "sys.path[:0] = [sys.argv[2], sys.argv[2] + '/tools']\n"
        "import fit_templates as f; f.OUT = Path(sys.argv[3]) / 'hours_library.json'\n"
        "sys.argv = ['x', sys.argv[1]]; f.main()"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(source), str(root), str(tmp_path)],
        check=True,
        capture_output=True,
    )
    about = json.loads(HEADER.read_text(encoding="utf-8"))
    assert (tmp_path / HEADER.name).read_bytes() == HEADER.read_bytes()
    again = (tmp_path / about["file"]).read_bytes()
    assert gzip.decompress(again) == gzip.decompress(HEADER.with_name(about["file"]).read_bytes())


def test_a_library_can_be_made_of_few(tmp_path: Path) -> None:
    counts = np.vstack([office_week(), office_week()])
    lib = library_from(quantised(profiles(counts)), "two")
    assert lib.people == 2
    assert lib.common.shape == (WEEK, 0)
    assert np.exp(lib.log_weights) == pytest.approx([0.5, 0.5])
    both = library_from(fitted(counts), "two and their common curves", 3)
    assert both.people == 2
    assert np.array_equal(both.scores, lib.scores)
    assert lib.version == "two"
    assert templates.WEEK == 672
