"""One question without a case: tables for notebooks, with the numbers of the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import forensics
from forensics.errors import ForensicsError, ReadError, UsageError
from forensics.job.ask import ask_hours, hours, images
from forensics.verbs.main import app


def test_the_table_holds_the_numbers_of_the_command_line(small: Path) -> None:
    table = hours([small / "posts.csv"], by="crew")
    printed = CliRunner().invoke(app, ["hours", str(small / "posts.csv"), "--by", "crew", "--json"])
    units = json.loads(printed.stdout)["units"]
    assert sorted(set(table["unit"])) == [unit["unit"] for unit in units]
    for unit in units:
        rows = table[table["unit"] == unit["unit"]]
        assert rows["offset_min"].tolist() == [one["offset_min"] for one in unit["offsets"]]
        assert rows["p_uniform"].round(6).tolist() == [one["p_uniform"] for one in unit["offsets"]]
        inside = rows[rows["in80_population"]]["offset_min"].tolist()
        assert inside == unit["set80_population"]
        assert rows["p_population"].sum() == pytest.approx(1)


def test_a_pool_is_one_unit_and_a_name_must_be_there(small: Path) -> None:
    assert set(hours([small / "posts.csv"], by=None)["unit"]) == {"all accounts"}
    with (
        pytest.raises(UsageError, match="nobody"),
        ask_hours([small / "posts.csv"], only="nobody"),
    ):
        pass


def test_images_as_a_table(small: Path, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("no image", encoding="utf-8")
    table = images([small / "photos", tmp_path / "note.txt"]).set_index("path")
    desk = table.loc[str(small / "photos" / "desk_by_the_window.jpg")]
    assert (round(desk["lat"], 2), round(desk["lon"], 2)) == (33.36, 120.2)
    assert desk["clock_offset_min"] == 480
    assert table.loc[str(tmp_path / "note.txt")]["refused"]


def test_the_public_names_are_there_and_no_others() -> None:
    assert all(getattr(forensics, name) is not None for name in forensics.__all__)
    with pytest.raises(AttributeError):
        _ = forensics.nothing_of_the_kind  # type: ignore[attr-defined]
    with pytest.raises(ReadError):
        forensics.run(["nothing.csv"], "nowhere")
    assert issubclass(ReadError, ForensicsError)
