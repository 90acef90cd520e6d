"""Text in the pictures of a case: order, cap, equal pixels, tables, and what the report says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image as Drawing

from forensics.case import Case, verify
from forensics.case.inputs import find_files
from forensics.clues import Evidence
from forensics.errors import ReadError
from forensics.job.image_texts import reading_order, text_notes
from forensics.job.intake import read_evidence
from forensics.job.run import receive, run, silent
from forensics.job.settings import RunSettings
from forensics.model import Image
from forensics.pixels import Picture, recognise


def now() -> str:
    return "2024-05-01T00:00:00Z"


POSTS = (
    "account,time,text,media\n"
    "a1,2024-03-01T02:10:00Z,hello,sign.png\n"
    "a2,2024-03-02T03:20:00Z,again,copy.webp\n"
    "a2,2024-03-03T04:20:00Z,once more,other.png\n"
)


def looked(name: str, *, pixels: str | None = None, quality: int = 100) -> Picture:
    return Picture(
        name, 8, 8, pixels or name, "0" * 64, "0" * 64, None, "0" * 16, "0" * 16, quality
    )


def image(name: str, **values: dict[str, str]) -> Image:
    return Image(original=name, name=f"{name}.jpg", format="jpeg", **values)  # type: ignore[arg-type]


def test_screenshots_and_documents_come_first_and_equal_pixels_once() -> None:
    images = [
        image("photo", camera={"make": "Acme"}),
        image("plain"),
        image("posted", camera={"make": "Acme"}),
        image("changed", marks={"thumbnail": "differs"}, camera={"make": "Acme"}),
        image("flat"),
        image("screen", marks={"screenshot": "name"}),
        image("twin"),
    ]
    looks = [looked(one.original) for one in images[:4]]
    looks += [looked("flat", quality=20), looked("screen", pixels="s"), looked("twin", pixels="s")]
    order = reading_order(images, looks, {"posted.jpg": ("a1",)})
    assert [(one.originals, one.why) for one in order] == [
        (("screen", "twin"), "screenshot"),
        (("flat",), "document"),
        (("changed",), "changed"),
        (("posted",), "posted"),
        (("plain",), "no camera"),
        (("photo",), "photograph"),
    ]
    assert reading_order(images[::-1], looks[::-1], {"posted.jpg": ("a1",)}) == order


@pytest.fixture
def given(stand_in_ocr: Callable[..., Path], tmp_path: Path) -> Path:
    """Posts and three pictures, two of them equal in their pixels."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "posts.csv").write_text(POSTS, encoding="utf-8")
    stand_in_ocr(folder / "sign.png", "苏ICP备12345678号\nTel 0515-88123456")
    with Drawing.open(folder / "sign.png") as sign:
        sign.save(folder / "copy.webp", lossless=True)
    stand_in_ocr(folder / "other.png", "abort", tone=90)
    return folder


def evidence_of(given: Path, out: Path, **settings: bool | int) -> tuple[Case, Evidence]:
    """The evidence of a case of these files, without looking for clues."""
    told = RunSettings(**settings)  # type: ignore[arg-type]
    case = Case.open_or_create(out, question="?", settings=told.as_json(), who="", now=now)
    receive(case, find_files([given]), silent)
    return case, read_evidence(case, told, silent)


def rows(case: Path, table: str) -> list[dict[str, object]]:
    text = (case / "tables" / table).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.slow
def test_lines_reach_the_tables_and_the_evidence(given: Path, tmp_path: Path) -> None:
    case, evidence = evidence_of(given, tmp_path / "case", ocr=True)
    carriers = {one.original: one.accounts for one in evidence.images}
    read = [(carriers[one.original], one.line, one.text) for one in evidence.image_texts]
    assert sorted(read) == [
        (("a1",), 1, "苏ICP备12345678号"),
        (("a1",), 2, "Tel 0515-88123456"),
        (("a2",), 1, "苏ICP备12345678号"),
        (("a2",), 2, "Tel 0515-88123456"),
    ]
    assert evidence.image_texts[0].box_permille == (50, 100, 450, 180)
    search = evidence.text_search
    assert search is not None
    assert (search.pictures, search.refused, sorted(search.lines.values())) == (2, 1, [2, 2])
    assert text_notes(search) == ()
    (refused,) = rows(case.root, "image_text_refusals.jsonl")
    assert refused["reason"] == "damaged"
    assert not verify(case.root).misfits
    record = (case.root / "record.jsonl").read_bytes()
    _, again = evidence_of(given, tmp_path / "case", ocr=True)
    assert (again.image_texts, again.text_search) == (evidence.image_texts, search)
    assert (case.root / "record.jsonl").read_bytes() == record, "nothing is read twice"


@pytest.mark.slow
def test_what_the_limit_leaves_is_said(given: Path, tmp_path: Path) -> None:
    _, evidence = evidence_of(given, tmp_path / "case", ocr=True, ocr_limit=1)
    assert len({one.original for one in evidence.image_texts}) == 2, "files of one picture"
    (said,) = text_notes(evidence.text_search)
    assert "1 of 2 different pictures" in said


@pytest.mark.slow
def test_nobody_who_does_not_ask_gets_text(given: Path, tmp_path: Path) -> None:
    case, evidence = evidence_of(given, tmp_path / "case")
    assert (evidence.image_texts, evidence.text_search) == ((), None)
    assert not list((case.root / "tables").glob("image_text*"))


@pytest.mark.slow
def test_the_report_shows_lines_and_what_was_left(given: Path, tmp_path: Path) -> None:
    done = run([given], tmp_path / "out", RunSettings(ocr=True, ocr_limit=1), now=now)
    page = done.report.read_text(encoding="utf-8")
    assert "Text was looked for in 2 of 3 image files" in page
    assert "Tel 0515-••••••••" in page
    assert "the rest may hold text" in page
    assert [line for line in done.warnings if "--ocr-limit" in line]


def test_a_missing_extra_is_said_before_anything_is_written(
    given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognise, "PACKAGES", ("nosuchpackage",))
    with pytest.raises(ReadError, match=r"install gnomon-forensics\[ocr\]"):
        run([given], tmp_path / "out", RunSettings(ocr=True))
    assert not (tmp_path / "out").exists()
