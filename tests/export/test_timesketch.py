"""The timeline: one instant in two columns, in order, whatever the text holds."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

from forensics.errors import ExportError
from forensics.export import timesketch
from forensics.export.handed import Handed, iso_us


def test_both_times_agree_and_ascend(fresh: Handed, tmp_path: Path) -> None:
    (path,) = timesketch.write(fresh, tmp_path / "out" / "line.csv")
    again = timesketch.write(fresh, tmp_path / "again.csv")[0]
    assert path.read_bytes() == again.read_bytes()
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    before = 0
    for row in rows:
        moment = datetime.fromisoformat(row["datetime"])
        stamp = int(row["timestamp"])
        assert iso_us(stamp) == moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        assert moment.utcoffset() is not None
        assert stamp >= before
        before = stamp
        assert row["timestamp_desc"].endswith(" clock")
        assert row["message"]
        assert row["message"][0] not in "=+-@"
    hostile = [row for row in rows if "known-needle-7731" in row["message"]]
    assert len(hostile) == 12


@pytest.mark.parametrize("name", ["line.txt", "line", "line.csv.gz"])
def test_another_name_is_one_line(fresh: Handed, tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError, match=r"\.csv") as caught:
        timesketch.write(fresh, tmp_path / name)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / name).exists()


def test_without_posts_there_is_no_timeline(fresh: Handed, tmp_path: Path) -> None:
    (fresh.case.tables / "posts.parquet").unlink()
    with pytest.raises(ExportError, match="no posts"):
        timesketch.write(fresh, tmp_path / "line.csv")


def test_clocks_come_from_closed_lists(fresh: Handed) -> None:
    writers = timesketch.clock_writers(fresh)
    assert set(writers) <= {item.sha256 for item in fresh.case.originals()}
    assert all(writer.isalpha() for writer in writers.values())
