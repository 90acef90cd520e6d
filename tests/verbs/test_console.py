"""What the verbs share: safe text, mappings, and progress that never reaches stdout."""

from __future__ import annotations

import io
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.errors import UsageError
from forensics.verbs.console import ascii_json, mapping, printable, progress_on_stderr


class Terminal(io.StringIO):
    """A stderr that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_shows_stage_count_rate_and_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    with progress_on_stderr() as progress:
        for done in range(4):
            progress("read", done, 3)
        progress("weigh", 1, None)
    drawn = terminal.getvalue()
    assert "read" in drawn
    assert "3/3" in drawn
    assert "weigh" in drawn
    assert capsys.readouterr().out == ""


def test_a_log_gets_no_bars(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_on_stderr() as progress:
        progress("read", 1, 2)
    assert capsys.readouterr() == ("", "")


@given(st.text())
def test_nothing_that_steers_a_terminal_gets_through(text: str) -> None:
    shown = printable(text)
    odd = {char for char in shown if not char.isprintable()}
    assert all(char.isspace() for char in odd)
    assert not set(shown) & set("\x1b\x07\u202e\u200b\u2028\n\r")


def test_ordinary_text_is_left_alone() -> None:
    assert printable("盐城市 · Москва · naïve 🙂") == "盐城市 · Москва · naïve 🙂"
    assert printable("\x1b[31mred") == "<U+001B>[31mred"


def test_columns_by_hand() -> None:
    assert mapping(["account=user,time=when", "zone==Asia/Tokyo"]) == {
        "account": "user",
        "time": "when",
        "zone": "=Asia/Tokyo",
    }
    for bad in ("account", "=user", "account="):
        with pytest.raises(UsageError, match="--map"):
            mapping([bad])


@given(st.recursive(st.text(), lambda inner: st.dictionaries(st.text(), inner)))
def test_json_in_ascii_says_the_same(value: object) -> None:
    text = ascii_json(json.dumps(value, ensure_ascii=False, indent=1))
    assert json.loads(text) == value
    assert not [one for one in text if one != "\n" and not " " <= one <= "~"]
