"""A drawing of the report that stands alone: every style an attribute, nothing to load.

On the page, drawings take their colours from the page's style sheet. Outside it (in the PDF, in a
file of its own, in a word processor) there is no such sheet, and all shapes would be black. So the
rules of `report.css` are applied here, in the colours of print. Programs differ in what they
read of style elements in an SVG file; all of them read attributes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

import defusedxml.ElementTree

from forensics.errors import ShowError
from forensics.show.page import static_text
from forensics.show.phrases import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FONTS = (
    "'Liberation Sans', 'Noto Sans', Arial, 'Noto Sans CJK SC', 'Noto Sans SC', 'Microsoft YaHei', "
    "'PingFang SC', sans-serif"
)
"""Latin first, then faces with Han characters; the last is whatever the machine has."""
PRESENTATION = frozenset(
    [
        *("fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity"),
        *("stroke-linejoin", "paint-order", "opacity", "font-weight"),
    ]
)
WIDTH_MM = 160
"""Width of a figure in a file of its own: a column of A4."""
_RULE = re.compile(r"^([^\s@{}][^{}\n]*)\{([^{}\n]*)\}", re.MULTILINE)
_VARIABLE = re.compile(r"--([a-z]+): ([^;]+);")
_USED = re.compile(r"var\(--([a-z]+)\)")
_FONT = re.compile(r"(?:(\d{3}|bold|normal) )?([\d.]+)px(?:/[\d.]+)? .+")
_SIMPLE = re.compile(r"([a-z][a-z0-9]*)?((?:\.[\w-]+)*)(?::not\(\.([\w-]+)\))?")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DRAWING = re.compile(r'<svg role="img".*?</svg>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Part:
    """One compound of a selector, with how it is joined to the one before."""

    joined: str
    """`` for the first, ` ` for inside, `+` for next to."""
    tag: str
    classes: frozenset[str]
    without: str


@dataclass(frozen=True, slots=True)
class _Rule:
    """A selector with what it sets."""

    parts: tuple[_Part, ...]
    weight: tuple[int, int]
    sets: tuple[tuple[str, str], ...]


def in_page(page: str) -> str:
    """The page with the styles of each of its drawings written into them."""
    return _DRAWING.sub(lambda found: _text(_untold(styled(found[0]))), page)


def alone(svg: str, *, title: str, note: str) -> str:
    """A drawing as a whole SVG file: its title above it, a line below it, on white.

    Args:
        svg: A drawing of the page.
        title: Printed above; broken into lines.
        note: Printed below in small type, such as the digest of the case.

    Raises:
        ShowError: the drawing is not one of ours.
    """
    inner = styled(svg)
    _, _, width, height = (float(part) for part in inner.get("viewBox", "").split())
    lines = broken(visible(title, 400), int(width / 6.1))
    top, bottom = 10 + 15 * len(lines), 20
    whole = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
    tall = height + top + bottom
    whole.set("width", f"{WIDTH_MM}mm")
    whole.set("height", f"{WIDTH_MM * tall / width:.2f}mm")
    whole.set("viewBox", f"0 0 {width:g} {tall:g}")
    for key in ("title", "desc"):
        found = inner.find(key)
        if found is not None:
            inner.remove(found)
            found.attrib.clear()
            whole.append(found)
    SubElement(whole, "rect", {"width": f"{width:g}", "height": f"{tall:g}", "fill": "#ffffff"})
    for number, line in enumerate(lines, start=1):
        whole.append(_words(line, 15 * number, font_size="11.5", font_weight="bold"))
    group = SubElement(whole, "g", {"transform": f"translate(0 {top})"})
    group.extend(list(inner))
    whole.append(_words(visible(note, 200), tall - 6, font_size="7.5", fill="#4a4a4a"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_text(whole)}\n'


def _untold(root: Element) -> Element:
    """The drawing without the notes that a pointer would show: paper has no pointer."""
    for parent in root.iter():
        for child in list(parent) if parent is not root else ():
            if child.tag == "title":
                parent.remove(child)
    return root


def styled(svg: str) -> Element:
    """The drawing with the rules of the style sheet as attributes, in the colours of print.

    Raises:
        ShowError: the drawing is not one of ours.
    """
    try:
        root: Element = defusedxml.ElementTree.fromstring(_NOT_XML.sub("\ufffd", svg))
    except (defusedxml.ElementTree.ParseError, defusedxml.DefusedXmlException) as error:
        raise ShowError("a drawing is not well-formed", where=svg[:60]) from error
    if root.tag != "svg" or not root.get("viewBox"):
        raise ShowError("a drawing has no view box", where=svg[:60])
    _dress(root, [], None)
    _halo(root)
    return root


def _halo(root: Element) -> None:
    """Outlines of letters drawn as letters of their own, below: few programs know `paint-order`.

    Where it is not known, the outline would cover the letter.
    """
    for parent in list(root.iter()):
        for place, child in reversed(list(enumerate(parent))):
            if child.attrib.pop("paint-order", ""):
                below = Element(child.tag, {**child.attrib, "aria-hidden": "true"})
                below.set("fill", child.get("stroke", "#ffffff"))
                below.text = child.text
                for name in [key for key in child.attrib if key.startswith("stroke")]:
                    del child.attrib[name]
                parent.insert(place, below)


def broken(text: str, limit: int) -> list[str]:
    """The text in lines of about that many Latin characters; wide characters count twice."""
    lines: list[str] = [""]
    used = 0
    for word in re.findall(r"\s+|[\u2e80-\uffef]|[^\s\u2e80-\uffef]+", text):
        wide = 2 if word[0] >= "\u2e80" else len(word)
        if used + wide > limit and used and not word.isspace():
            lines[-1] = lines[-1].rstrip()
            lines.append("")
            used = 0
        if used or not word.isspace():
            lines[-1] += word
            used += wide
    return lines


def _words(line: str, y: float, **style: str) -> Element:
    """A line of text as an element; underscores in the names of attributes are hyphens."""
    found = Element("text", {"x": "4", "y": f"{y:g}", "font-family": FONTS})
    for name, value in style.items():
        found.set(name.replace("_", "-"), value)
    found.text = _NOT_XML.sub("\ufffd", line)
    return found


def _text(element: Element) -> str:
    """The element as text, without the classes it no longer needs."""
    for one in element.iter():
        one.attrib.pop("class", None)
    return tostring(element, encoding="unicode")


def _dress(element: Element, above: Sequence[Element], before: Element | None) -> None:
    """Set the attributes of an element and of all it holds."""
    matching = [rule for rule in _rules() if _fits(rule.parts, element, above, before)]
    for rule in sorted(matching, key=lambda one: one.weight):
        for name, value in rule.sets:
            element.set(name, value)
    last: Element | None = None
    for child in element:
        _dress(child, [*above, element], last)
        last = child


def _fits(
    parts: Sequence[_Part], element: Element, above: Sequence[Element], before: Element | None
) -> bool:
    """True if a selector names this element."""
    last = parts[-1]
    classes = frozenset(element.get("class", "").split())
    if (last.tag and last.tag != element.tag) or not last.classes <= classes:
        return False
    if last.without and last.without in classes:
        return False
    if not last.joined:
        return True
    if last.joined == "+":
        return before is not None and _fits(parts[:-1], before, above, None)
    return any(_fits(parts[:-1], one, above[:number], None) for number, one in enumerate(above))


@cache
def _rules() -> tuple[_Rule, ...]:
    """The rules of the report that style shapes, with the colours of print put in."""
    sheet = static_text("report.css")
    colours = dict(_VARIABLE.findall(sheet[: sheet.index("}")]))
    colours |= dict(_VARIABLE.findall(sheet[sheet.rindex("@media print") :]))
    return tuple(_read(sheet, colours))


def _read(sheet: str, colours: dict[str, str]) -> Iterator[_Rule]:
    """The top-level rules of a sheet that set anything a shape can have."""
    for selectors, body in _RULE.findall(sheet):
        sets = tuple(_settings(_USED.sub(lambda name: colours.get(name[1], "#000000"), body)))
        for selector in selectors.split(",") if sets else ():
            parts = _selector(selector.strip())
            if parts and any(part.classes for part in parts):
                classes = sum(len(part.classes) + bool(part.without) for part in parts)
                yield _Rule(parts, (classes, sum(bool(part.tag) for part in parts)), sets)


def _settings(body: str) -> Iterator[tuple[str, str]]:
    """Attributes for the declarations of a rule."""
    for declaration in body.split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name in PRESENTATION:
            yield name, value.removesuffix("px")
        found = _FONT.fullmatch(value) if name == "font" else None
        if found:
            yield "font-size", found[2]
            yield "font-family", FONTS
            if found[1]:
                yield "font-weight", found[1]


def _selector(text: str) -> tuple[_Part, ...]:
    """The compounds of a selector; none if it is of a kind that no drawing needs."""
    parts: list[_Part] = []
    joined = ""
    for word in text.split():
        if word == "+":
            joined = "+"
            continue
        found = _SIMPLE.fullmatch(word)
        if found is None:
            return ()
        classes = frozenset(found[2].split(".")) - {""}
        parts.append(_Part(joined if parts else "", found[1] or "", classes, found[3] or ""))
        joined = " "
    return tuple(parts)
