"""`gnomon places`: 80 columns, safe to print, JSON lines, and the network only by name."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from forensics.case import Case
from forensics.verbs.main import app


def _call(*words: object):
    return CliRunner().invoke(app, ["places", *map(str, words)])


def test_lines_fit_and_nothing_hostile_is_printed() -> None:
    done = _call("\x1b[31m\u202e联系电话 +86 515 8812 3456 in Paris, Texas " + "x" * 300)
    assert done.exit_code == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "Yancheng (盐城市), Jiangsu, China" in done.stdout
    assert "8812" not in done.stdout


def test_json_gives_one_object_a_finding() -> None:
    rows = [json.loads(line) for line in _call("024-8812 3456 电话", "--json").stdout.splitlines()]
    assert [row["kind"] for row in rows] == ["phone"]
    assert len(rows[0]["areas"]) == 4


def test_a_refused_candidate_is_shown_with_its_reason() -> None:
    assert "refused  short plus codes" in _call("8QC7+9W").stdout


def test_nothing_found_is_said() -> None:
    done = _call("hello there")
    assert done.exit_code == 0
    assert "nothing in it names a place" in done.stderr


def test_asking_a_service_needs_a_case_and_leaves_a_trace(tmp_path) -> None:
    assert "needs a case" in str(_call("x y", "--allow-network", "nominatim").exception)
    made = Case.create(
        tmp_path / "case", question="?", settings={}, who="t", now=lambda: "2026-01-01T00:00:00Z"
    )
    dead = ("--base-url", "http://127.0.0.1:1", "--case", made.root)
    done = _call("Yancheng", "--allow-network", "nominatim", *dead)
    assert "no answer" in str(done.exception)
    assert "leaves this machine: http://127.0.0.1:1/search?q=Yancheng" in done.stderr
    acts = [e.body["act"] for e in Case.open(made.root).entries() if e.kind == "network"]
    assert acts == ["ask", "failed"]
