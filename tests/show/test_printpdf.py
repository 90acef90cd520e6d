"""The report as PDF: its text, its tags, its bytes, and that it fetches nothing."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from forensics.errors import ShowError
from forensics.show import printpdf
from forensics.show.page import report_page
from forensics.show.printpdf import missing_glyphs, pdf_bytes, require_pdf
from forensics.show.view import Boundaries, ReportView

SHELL = '<!DOCTYPE html><html lang="en"><head><title>t</title></head><body>{}</body></html>'


@pytest.fixture(scope="module")
def weasyprint() -> Any:
    try:
        import weasyprint as found
    except (ImportError, OSError) as error:  # OSError: the package is there, Pango is not
        pytest.skip(f"no PDF can be made here: {error}")
    return found


@pytest.fixture(scope="module")
def page(view: ReportView, boundaries: Boundaries) -> str:
    return report_page(view, boundaries)


@pytest.fixture(scope="module")
def pdf(weasyprint: Any, page: str, view: ReportView) -> bytes:
    data, warnings = pdf_bytes(page, label="Gnomon report", digest=view.digest)
    assert not [text for text in warnings if "U+6C5F" in text], "Han as characters"
    return data


@pytest.fixture(scope="module")
def sheets(pdf: bytes, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Text of each page."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext here: the printed text was not checked")
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.slow
def test_text_holds_every_clue_title_and_hash(
    sheets: list[str], page: str, view: ReportView
) -> None:
    plain = squeezed("".join(re.sub(r"Gnomon report, digest.*", "", sheet) for sheet in sheets))
    for unit in view.units:
        for item in unit.clues:
            assert item.number in plain
            assert squeezed(item.clue.statement) in plain
        for test in unit.assessment.tests:
            assert squeezed(test.label) in plain
        for says in (
            *unit.assessment.conclusion.does_not_say,
            unit.assessment.conclusion.statement,
        ):
            assert squeezed(says) in plain
    hashes = set(
        re.findall(r"[0-9a-f]{64}", re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL))
    )
    assert len(hashes) >= 3
    for sha256 in hashes:
        assert sha256 in plain, "no hash is cut"
    titles = re.findall(r'<p class="lead">(.*?)</p>|<caption>(.*?)</caption>', page, re.DOTALL)
    assert len(titles) > 10
    for pair in titles:
        title = unescape(re.sub(r"<[^>]+>", "", "".join(pair)))
        assert squeezed(title) in plain, title
    for review in view.reviews:
        assert squeezed(review.reason) in plain


@pytest.mark.slow
def test_each_sheet_bears_digest_and_number(sheets: list[str], view: ReportView) -> None:
    assert len(sheets) > 3
    for number, sheet in enumerate(sheets, start=1):
        assert view.digest in sheet
        assert f"{number} of {len(sheets)}" in sheet
        assert len(squeezed(sheet)) > 200, f"sheet {number} is all but empty"


@pytest.mark.slow
def test_tagged_titled_and_with_bookmarks(pdf: bytes, view: ReportView) -> None:
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert reader.metadata.title == view.question
    names = [item.title for item in reader.outline if not isinstance(item, list)]
    assert names == [view.question]
    inner = next(item for item in reader.outline if isinstance(item, list))
    flat = [item.title for item in inner if not isinstance(item, list)]
    for heading in ("Is it whole?", "Conclusions", "Record", "Glossary"):
        assert heading in flat


@pytest.mark.slow
def test_nothing_in_it_leads_outside(pdf: bytes) -> None:
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    for sheet in reader.pages:
        for note in sheet.get("/Annots", ()):
            action = note.get_object().get("/A", {})
            assert action.get("/S") in {None, "/GoTo"}, "links lead into the page only"
    assert "/OpenAction" not in reader.trailer["/Root"]
    assert b"/JavaScript" not in pdf
    assert b"/EmbeddedFile" not in pdf


def test_same_page_same_bytes(weasyprint: Any) -> None:
    text = SHELL.format("<h1>A</h1><p>盐城 and text</p>")
    one, two = (pdf_bytes(text, label="x", digest="ab" * 32)[0] for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    "body",
    [
        '<img alt="" src="file:///etc/hostname">',
        '<img alt="" src="http://127.0.0.1:9/x.png">',
        '<img alt="" src="data:text/plain,x">',
        '<img alt="" src="data:image/svg+xml,<svg/>">',
        "<style>@import url(http://127.0.0.1:9/x.css);</style>",
        "<style>@font-face{font-family:x;src:url(file:///etc/hostname)} p{font-family:x}</style>",
        "<p><style>p{background:url(http://127.0.0.1:9/x.png)}</style>a</p>",
        '<object data="http://127.0.0.1:9/x">a</object>',
    ],
)
def test_everything_that_loads_is_refused(weasyprint: Any, body: str) -> None:
    with pytest.raises(ShowError, match="something to load"):
        pdf_bytes(SHELL.format(body), label="x", digest="ab" * 32)


@pytest.mark.slow
def test_hostile_report_is_only_text(
    weasyprint: Any, hostile_view: ReportView, tmp_path: Path
) -> None:
    from dataclasses import replace

    first = hostile_view.units[0]
    short = replace(first, hours=(), times=None, findings=(), clues=first.clues[:1])
    small = replace(
        hostile_view, units=(short,), accounts=(), record=(), images=(), glossary=(), sources=()
    )
    data, _ = pdf_bytes(report_page(small), label="Gnomon report", digest=small.digest)
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
    reader = pypdf.PdfReader(io.BytesIO(data))
    text = squeezed("".join(sheet.extract_text() for sheet in reader.pages[:2]))
    assert "canarybird" in text
    assert "<img" in text, "markup of others is shown as text"
    assert b"/JavaScript" not in data
    assert b"/URI" not in data


def test_missing_extra_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printpdf, "find_spec", lambda _name: None)
    with pytest.raises(ShowError) as caught:
        require_pdf()
    assert "\n" not in str(caught.value)
    assert "gnomon-forensics[pdf]" in str(caught.value)


def test_missing_fonts_are_named() -> None:
    (line,) = missing_glyphs({0x76D0, 0x57CE})
    assert "2 characters (U+57CE, U+76D0)" in line
    assert "Noto Sans CJK" in line
    assert not list(missing_glyphs(set()))
