"""Pages against those that come out again: what differs is named where it stands."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from forensics.case import FileRef
from forensics.job.again.pages import page_again

SUMMARY = {"digest": "1", "units": [{"conclusion": {"probability_ppm": 5}}]}


def ref(path: Path) -> FileRef:
    data = path.read_bytes()
    return FileRef(f"../{path.name}", hashlib.sha256(data).hexdigest(), len(data))


@pytest.mark.parametrize(
    ("name", "then", "now", "said"),
    [
        ("report.html", "a" * 99 + "5 %" + "b" * 99, "a" * 99 + "9 %" + "b" * 99, "byte 99:"),
        ("report.html", "a" * 99, "a" * 90, "byte 90:"),
        ("summary.json", json.dumps(SUMMARY), json.dumps(SUMMARY | {"digest": "2"}), "digest: '1'"),
        (
            "summary.json",
            json.dumps(SUMMARY),
            json.dumps(SUMMARY).replace("5}", "6}").replace('"1"', '"2"'),
            "units[0].conclusion.probability_ppm: 5 in the case, 6 worked out again",
        ),
        ("summary.json", json.dumps(SUMMARY), json.dumps(SUMMARY, indent=1), "only spaces"),
        ("summary.json", "[not closed", json.dumps(SUMMARY), "not there in the case"),
    ],
)
def test_the_place_and_both_texts(
    tmp_path: Path, name: str, then: str, now: str, said: str
) -> None:
    (tmp_path / "now").mkdir()
    (tmp_path / name).write_text(then)
    (tmp_path / "now" / name).write_text(now)
    part = page_again(tmp_path / name, tmp_path / "now" / name, (3, ref(tmp_path / name)))
    assert part.verdict == "differs"
    assert part.line == 3
    assert said in part.detail
    same = page_again(tmp_path / name, tmp_path / name, (3, ref(tmp_path / name)))
    assert same.verdict == "equal"


def test_a_page_that_is_not_the_recorded_one(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("a")
    (tmp_path / "other.html").write_text("b")
    named = ref(tmp_path / "report.html")
    part = page_again(tmp_path / "gone.html", tmp_path / "other.html", (3, named))
    assert part.verdict == "differs"
    assert "nor is the file there" in part.detail
