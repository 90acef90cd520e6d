"""Drawings that stand alone: styles as attributes, nothing to load, nothing that could run."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import defusedxml.ElementTree
import pytest

from forensics.errors import ShowError
from forensics.show.figures import week_panel
from forensics.show.page import report_page
from forensics.show.printsvg import alone, broken, in_page, styled
from forensics.show.view import Boundaries, ReportView

NS = "{http://www.w3.org/2000/svg}"


def panel(title: str = "Hours", zone: str = "UTC") -> str:
    counts = [number % 30 for number in range(168)]
    return week_panel(
        "w1", title=title, zone=zone, counts=counts, scale=29, missing=[0], audience=[9, 10]
    )


def by_class(svg: str, name: str) -> list[Element]:
    """Elements that had the class before, as they are styled now."""
    plain = list(defusedxml.ElementTree.fromstring(svg).iter())
    now = list(styled(svg).iter())
    assert len(plain) == len(now), "nothing was added or taken away"
    return [new for old, new in zip(plain, now, strict=True) if old.get("class") == name]


def test_rules_of_the_sheet_become_attributes() -> None:
    svg = panel()
    (waking,) = by_class(svg, "waking")
    assert waking.get("fill") == "none"
    assert waking.get("stroke") == "#6b5310", "the colour of print, not that of the screen"
    assert waking.get("stroke-dasharray") == "4 3"
    texts = by_class(svg, "axis")
    assert texts
    for text in texts:
        assert text.get("font-size") == "9"
        assert "Noto Sans CJK SC" in str(text.get("font-family"))


def test_a_class_that_is_excluded_keeps_its_own_fill() -> None:
    cells = styled(panel()).findall("g/rect")
    fills = {cell.get("fill") for cell in cells}
    assert fills == {"url(#w1-h)", "#1d4f7c"}, "hatched where nothing was collected, else the data"


def test_no_variable_class_or_style_is_left(view: ReportView, boundaries: Boundaries) -> None:
    page = in_page(report_page(view, boundaries))
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawings) >= 8
    for drawing in drawings:
        assert "var(" not in drawing
        assert "class=" not in drawing
        assert "style=" not in drawing
        assert drawing.count("<title") == 1, "notes for a pointer are gone, the title stays"


def test_letters_stand_above_their_outline(view: ReportView, boundaries: Boundaries) -> None:
    """Programs that do not know `paint-order` would draw the outline over the letters."""
    page = in_page(report_page(view, boundaries))
    names = re.findall(r"(<text [^>]*>)China \d+ %</text>(<text [^>]*>)China", page)
    assert names
    for below, above in names:
        assert "stroke=" in below
        assert "aria-hidden" in below
        assert "stroke" not in above
    assert "paint-order" not in page.partition("<body>")[2]


HOSTILE = (
    "</svg><script>alert(1)</script>",
    "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
    '" onload="alert(1)',
    "${7*7} {{7*7}}",
    "\u202egnp.exe\u200b",
    "bad \x00\x0b\ufffe\ud800 end",
    "javascript:alert(1) https://example.org/x",
    "x" * 1_000_000,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text(text: str) -> None:
    svg = alone(panel(text, text), title=text, note=text)
    root = defusedxml.ElementTree.fromstring(svg.encode())
    assert len(svg) < 100_000
    for element in root.iter():
        assert element.tag.removeprefix(NS) in {
            *("svg", "g", "defs", "pattern", "path", "rect", "circle", "text", "title", "desc"),
        }
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert "href" not in name
            assert "url(" not in value or re.fullmatch(r"url\(#[\w-]+\)", value)


def test_a_file_is_whole_and_says_what_it_is() -> None:
    svg = alone(
        panel(), title="Hours of 盐城 in a title that needs more than one line " * 3, note="n"
    )
    root = defusedxml.ElementTree.fromstring(svg.encode())
    assert root.get("width") == "160mm"
    left, top, width, height = map(float, str(root.get("viewBox")).split())
    assert (left, top) == (0, 0)
    assert root.find(f"{NS}title") is not None
    assert root.find(f"{NS}desc") is not None
    bold = [el for el in root.iter(f"{NS}text") if el.get("font-weight") == "bold"]
    assert len(bold) >= 3
    assert float(str(root.get("height")).removesuffix("mm")) == pytest.approx(
        160 * height / width, abs=0.01
    )


@pytest.mark.parametrize(
    "svg", ["<svg", "<p/>", "<svg/>", '<!DOCTYPE svg [<!ENTITY a "b">]><svg/>']
)
def test_what_is_no_drawing_is_refused(svg: str) -> None:
    with pytest.raises(ShowError):
        styled(svg)


@pytest.mark.parametrize(
    ("text", "limit", "lines"),
    [
        ("", 10, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("盐城盐城", 4, ["盐城", "盐城"]),
        ("longerthanthat ab", 5, ["longerthanthat", "ab"]),
    ],
)
def test_lines(text: str, limit: int, lines: list[str]) -> None:
    assert broken(text, limit) == lines
