"""`gnomon show`: a tree in 80 columns, inert, with its text as it stands; JSON; wrong use."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from forensics.case import Case
from forensics.errors import UsageError
from forensics.job.walk import Change, Changes, Excerpt, Line, Node
from forensics.verbs import show_text
from forensics.verbs.show import show
from forensics.verbs.show_text import WIDTH, changes_text, tree_text
from forensics.verbs.width import columns_of

HOSTILE = (
    "\x1b]0;owned\x07\x1b[31m\u202egnp.\u2066\u200b\x9b two  spaces [bold]x[/bold] 微博网页版" * 4
)


@pytest.fixture
def call():
    app = typer.Typer()
    app.command()(show)

    def run(*arguments: object):
        return CliRunner().invoke(app, [str(one) for one in arguments])

    return run


@pytest.fixture
def case(tmp_path: Path) -> Path:
    made = Case.create(
        tmp_path / "case", question="Where?", settings={}, who="me", now=lambda: "2024"
    )
    (tmp_path / "in").write_bytes(b"bytes")
    made.add_file(tmp_path / "in", "in.txt", note=HOSTILE)
    return made.root


def hostile_tree(depth: int) -> Node:
    lines = (Line(HOSTILE, HOSTILE, mine=True, byte=12, size=9000), Line("2", "plain  text"))
    tree = Node("row", f"{'a' * 64}:3", HOSTILE, ((HOSTILE, HOSTILE),), Excerpt("bytes", "", lines))
    for number in range(depth):
        tree = Node("clue", f"clue {number}", HOSTILE, (("unit", "A"),), None, (tree, tree))
    return tree


@pytest.mark.parametrize("depth", [0, 3, 6])
def test_hostile_text_is_inert_and_fits(depth: int) -> None:
    text = tree_text(hostile_tree(depth))
    for line in text.split("\n"):
        assert columns_of(line) <= WIDTH, line
        assert all(unicodedata.category(char)[0] != "C" for char in line)
    assert "<U+001B>" in text
    assert "<U+202E>" in text
    assert "[bold]" in text


def test_text_of_a_file_keeps_its_spaces() -> None:
    assert "2 | plain  text" in tree_text(hostile_tree(0))


def test_what_was_cut_is_counted() -> None:
    line = Line("1", "x" * 5000, mine=True, byte=0, size=9000)
    tree = Node("row", f"{'a' * 64}:1", excerpt=Excerpt("bytes", "", (line,)))
    assert "(9,000 bytes in all)" in " ".join(tree_text(tree).split())


def test_a_line_of_the_record(case: Path, call) -> None:
    done = call(case, "line 2")
    assert done.exit_code == 0
    assert "kind: ingest" in done.stdout
    assert "file in.txt" in done.stdout or "file " in done.stdout
    assert all(char.isprintable() or char == "\n" for char in done.stdout)


def test_json_is_one_object_in_ascii(case: Path, call) -> None:
    done = call(case, "in.txt", "--json")
    assert done.stdout.isascii()
    found = json.loads(done.stdout)
    assert (found["kind"], found["says"]) == ("original", "in.txt")
    assert [value for name, value in found["facts"] if name == "note (claimed)"] == [HOSTILE]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("CASE",), "say what to show"),
        (("CASE", "C1", "--since", "1"), "say what to show"),
        (("CASE", "C1"), "nothing called 'C1'"),
        (("CASE", "--since", "1"), "there is no seal"),
        (("nowhere", "C1"), "is no folder"),
    ],
)
def test_wrong_use_is_one_line(case: Path, call, arguments: tuple[str, ...], said: str) -> None:
    done = call(*(case if one == "CASE" else one for one in arguments))
    assert isinstance(done.exception, UsageError)
    assert said in done.exception.line()
    assert "\n" not in done.exception.line()


def test_changes_are_listed_by_section_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show_text, "SHOWN", 2)
    listed = tuple(Change("clue", "new", f"c{n}", HOSTILE) for n in range(4))
    text = changes_text(Changes("seals/0001.dsse.json", HOSTILE, 3, 7, listed, ("nothing",)))
    assert all(columns_of(line) <= WIDTH for line in text.split("\n"))
    assert all(unicodedata.category(char)[0] != "C" for char in text.replace("\n", ""))
    assert "and 2 more: --json lists them" in text
    assert "7 lines were added" in " ".join(text.split())
    assert changes_text(Changes("s", "w", 3, 0, ())).endswith("Nothing has changed.")
