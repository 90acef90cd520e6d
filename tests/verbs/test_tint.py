"""Shades of heat maps: for terminals only, and nothing but colour."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.verbs.console import print_picture
from forensics.verbs.tint import LIFTED, SHADES, dark_background, tinted, wants_colour

CODE = re.compile("\x1b\\[[0-9;]*m")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_colour_is_for_terminals_that_want_it(environ: dict[str, str], wanted: bool) -> None:
    assert wants_colour(Terminal(), environ) is wanted
    assert not wants_colour(io.StringIO(), environ)


@given(st.text(alphabet="▁▂▃▄▅▆▇█· Mon░é"), st.booleans())
def test_only_colour_is_added(line: str, dark: bool) -> None:
    shaded = tinted(line, dark=dark)
    assert CODE.sub("", shaded) == line
    assert len(CODE.findall(shaded)) == 2 * len(re.findall(r"([▁-█])\1*", line))


def test_more_posts_are_further_from_the_background() -> None:
    assert list(SHADES) == list(LIFTED) == list("▁▂▃▄▅▆▇█")
    assert tinted("·▁██", dark=False) == "·\x1b[38;5;153m▁\x1b[39m\x1b[38;5;21m██\x1b[39m"
    assert tinted("█") == "\x1b[38;5;159m█\x1b[39m"
    assert dark_background({})
    assert dark_background({"COLORFGBG": "15;0"})
    assert not dark_background({"COLORFGBG": "0;15"})


def test_a_pipe_gets_plain_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    print_picture(["Mon  ▂█"])
    assert capsys.readouterr().out == "Mon  ▂█\n"


def test_a_terminal_gets_shades(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stdout", screen)
    print_picture(["Mon  ▂█"])
    assert CODE.sub("", screen.getvalue()) == "Mon  ▂█\n"
    assert len(CODE.findall(screen.getvalue())) == 4
