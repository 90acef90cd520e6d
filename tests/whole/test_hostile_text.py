"""Hostile text in every field, from files to report: shown as text, run by nobody, never lost."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from forensics.job.run import RunResult, run
from forensics.job.settings import RunSettings

AT = "2025-01-01T00:00:00Z"
MARKS = "<script>alert(1)</script><img src=x onerror=alert(1)>"
EVIL = f"\x1b[31mred\x1b]0;title\x07\x9b31m{MARKS}\u202egpj.exe\u2066{{{{7*7}}}}{{% x %}}"
FORMULA = "=cmd|'/c calc'!A0"
COLUMNS = ("account", "time", "text", "client", "language", "label", "unit", "urls", "media")
SQL = "x'); DROP TABLE posts;--"
POSTS = 48


def values(number: int) -> list[str]:
    when = f"2018-10-{1 + number % 28:02d}T{number % 24:02d}:{number:02d}:07Z"
    rest = [f"{FORMULA}{EVIL}{number}", EVIL, SQL, EVIL, f"u{EVIL}", f"javascript:{MARKS}", EVIL]
    return [f"{FORMULA}{number % 3}{EVIL}", when, *rest]


@pytest.fixture(scope="session")
def hostile_inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of exports and an image in which every text is an attack."""
    folder = tmp_path_factory.mktemp("hostile")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(values(number) for number in range(POSTS))
    (folder / "posts.csv").write_text(out.getvalue(), encoding="utf-8")
    lines = [
        json.dumps({"id": EVIL, **dict(zip(COLUMNS, values(n), strict=True)), EVIL: EVIL, SQL: 1})
        for n in range(POSTS)
    ]
    (folder / "lines.ndjson").write_text("\n".join(lines), encoding="utf-8")
    with sqlite3.connect(folder / "posts.db") as file:
        file.execute('CREATE TABLE "p""; DROP TABLE x;--" (account TEXT, time TEXT, "<b>""" TEXT)')
        rows = [(f"d{EVIL}", values(n)[1], EVIL) for n in range(POSTS)]
        file.executemany('INSERT INTO "p""; DROP TABLE x;--" VALUES(?, ?, ?)', rows)
    file.close()
    fields = Image.Exif()
    for tag in (0x010E, 0x010F, 0x0110, 0x0131, 0x013B):
        fields[tag] = f"{MARKS}\x1b[31m{FORMULA}"
    Image.new("RGB", (32, 32), (200, 100, 50)).save(folder / "a.jpg", exif=fields)
    Image.new("RGB", (32, 32), (20, 10, 50)).save(
        folder / "\x1b[31m<img src=x onerror=alert(1)>\u202e.jpg"
    )
    return folder


@pytest.fixture(scope="session")
def finished(hostile_inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    settings = RunSettings(question=f"Where? {EVIL}", by="unit")
    return run([hostile_inputs], tmp_path_factory.mktemp("out") / "x", settings, who=EVIL,
               now=lambda: AT)  # fmt: skip


def pages(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.html")):
        yield path.name, path.read_text(encoding="utf-8")


def test_pages_hold_the_marks_as_text_only(finished: RunResult) -> None:
    folder = finished.report.parent
    found = dict(pages(folder))
    assert {"report.html", "map.html"} <= set(found)
    assert "&lt;img src=x onerror=alert(1)&gt;" in found["report.html"]
    assert "{{7*7}}{% x %}" in found["report.html"], "templates are text"
    for name, page in found.items():
        assert "<img src=x" not in page, name
        assert "<script>alert" not in page, name
        assert not re.search(r"""(href|src)\s*=\s*["']?\s*javascript:""", page), name
        assert not [one for one in "\x1b\x07\x9b\u202e\u2066" if one in page], name
        assert "Content-Security-Policy" in page, name


def test_every_row_is_counted(finished: RunResult) -> None:
    files = json.loads((finished.report.parent / "summary.json").read_text())["sources"]
    posts = [one for one in files if one.get("rows_present")]
    assert sum(one["rows_present"] for one in posts) == 3 * POSTS
    assert all(one["rows_present"] == one["rows_read"] + one["rows_refused"] for one in posts)


@pytest.mark.parametrize("verb", ["read", "hours", "shifts", "image"])
def test_looking_prints_no_steering_code(verb: str, drive, hostile_inputs: Path) -> None:
    drive(verb, hostile_inputs)
    drive(verb, hostile_inputs, "--json")


@pytest.mark.parametrize("verb", ["weigh", "links", "verify", "report"])
def test_the_verbs_of_a_case_print_no_steering_code(verb: str, drive, finished: RunResult) -> None:
    drive(verb, finished.case, "--json")
    if verb != "report":
        drive(verb, finished.case)


@pytest.mark.parametrize("words", [("places", EVIL), ("id", EVIL, SQL), ("note", EVIL)])
def test_hostile_words_of_the_command_line(words: tuple[str, ...], drive, finished) -> None:
    verb, *rest = words
    drive(verb, *((finished.case, *rest) if verb == "note" else rest))
