"""What only an extra can read is taken over where the extra is missing, and that is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from forensics.job.again import reading, rerun
from forensics.job.run import run
from forensics.job.settings import RunSettings
from forensics.verbs.demo import AT, demo_files


@pytest.mark.slow
def test_text_in_pictures_without_the_engine(
    tmp_path: Path, stand_in_ocr: Callable[[Path, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = tmp_path / "files"
    files.mkdir()
    stand_in_ocr(files / "sign.png", "Yancheng Road 17")
    lines = (demo_files() / "western.csv").read_bytes().splitlines(keepends=True)
    (files / "posts.csv").write_bytes(b"".join(lines[:20]))
    made = run([files], tmp_path / "out", RunSettings(ocr=True), who="me", now=lambda: AT)
    assert b"Yancheng Road" in (made.case / "tables" / "image_texts.jsonl").read_bytes()
    monkeypatch.setattr(reading, "missing_packages", lambda: ("an engine",))
    found = rerun(made.case)
    skipped = {part.name: part.detail for part in found.of("not repeated")}
    assert skipped == {"text in pictures": "needs an engine; taken over as the case has it"}
    assert found.ok, found.of("differs")
    equal = {part.name for part in found.of("equal")}
    assert {"tables/posts.parquet", "tables/clues.jsonl", "../report.html"} <= equal
    assert "tables/image_texts.jsonl" not in equal
