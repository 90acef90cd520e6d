"""How the page is made: markup in one place, escaping never off, colours that can be told apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from forensics.show.figures import NUMBERED_TOP
from forensics.show.page import report_page
from forensics.show.view import ReportView, SourceView

SHOW = Path(report_page.__code__.co_filename).parent


def modules() -> list[Path]:
    return sorted(SHOW.glob("*.py"))


def test_markup_is_made_in_one_place_only() -> None:
    makers = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Markup":
                makers.add(path.name)
    assert makers == {"figures.py"}


def test_templates_never_switch_escaping_off() -> None:
    for path in sorted((SHOW / "templates").iterdir()):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe|autoescape|style=|\bon\w+=|src=", text), path.name
    for name in ("report.css", "report.js"):
        text = (SHOW / "static" / name).read_text(encoding="utf-8")
        assert not re.search(r"\{\{|\{%|\{#", text), "it is included as a template"
        assert "</" not in text


def test_scripts_write_text_only() -> None:
    banned = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function"
        r"|setAttribute\(\"on"
    )
    for name in ("report.js", "map.js"):
        assert not re.search(banned, (SHOW / "static" / name).read_text(encoding="utf-8"))


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(over: str, under: str, hundredths: int) -> str:
    pairs = [(int(over[n : n + 2], 16), int(under[n : n + 2], 16)) for n in (1, 3, 5)]
    return "#" + "".join(
        f"{(a * hundredths + b * (100 - hundredths)) // 100:02x}" for a, b in pairs
    )


@pytest.mark.parametrize("name", ["report.css", "map.css"])
def test_contrast_of_every_colour_scheme(name: str) -> None:
    css = (SHOW / "static" / name).read_text(encoding="utf-8")
    schemes = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    assert len(schemes) >= 2
    for scheme in schemes:
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", scheme))
        grounds = [colours["page"]] + [colours[k] for k in ("lead", "raised") if k in colours]
        for ground in grounds:
            for text in ("text", "muted", "accent", "bad"):
                assert contrast(colours[text], ground) >= 4.5, (name, text, ground)
        for mark in ("data", "mark", "claim"):
            if mark in colours:
                assert contrast(colours[mark], colours["page"]) >= 3, (name, mark)
        if name == "report.css":  # numbers in cells, on the darkest shade they can have
            cell = mixed(colours["data"], colours["page"], NUMBERED_TOP)
            assert contrast(colours["text"], cell) >= 4.5


def test_print_rules_hold_no_grid_and_no_flex() -> None:
    css = (SHOW / "static" / "report.css").read_text(encoding="utf-8")
    screen = re.sub(r"@media screen[^{]*\{(?:[^{}]*\{[^}]*\})*\s*\}", "", css)
    assert "@media print" in screen
    assert not re.search(r"display: (?:inline-)?(?:grid|flex)|float:", screen)


def test_sources_without_reader_are_printed(view: ReportView, dom: Callable) -> None:
    odd = SourceView("0" * 64, "strange.bin", 7, "", "", 0, 0, 1, "No times were read.")
    text = dom(report_page(replace(view, sources=(odd,)))).text()
    assert "no reader" in text
