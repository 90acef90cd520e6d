"""Lists in TOML: what is none is told in one line, however it is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from forensics.errors import UsageError
from forensics.job.tomltables import read_tables

BROKEN = {
    "no TOML": ("[[row]", "is no TOML"),
    "a number of thousands of digits": (f"[[row]]\na = {'9' * 5000}\n", "is no TOML"),
    "brackets in brackets": (f"[[row]]\na = {'[' * 5000}\n", "is no TOML"),
    "something beside": ("[[row]]\na = 1\n[other]\n", "holds no"),
    "one table": ("[row]\na = 1\n", "holds no"),
    "nothing": ("", "holds no"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_lists_are_one_clear_line(name: str, tmp_path: Path) -> None:
    text, said = BROKEN[name]
    path = tmp_path / "list.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=said):
        read_tables(path, "row")


def test_rows_come_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "list.toml"
    path.write_text('[[row]]\na = "x"\n[[row]]\na = "y"\n', "utf-8")
    assert [dict(row) for row in read_tables(path, "row")] == [{"a": "x"}, {"a": "y"}]
