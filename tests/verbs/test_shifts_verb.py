"""`gnomon shifts` in the terminal and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from forensics.verbs.shifts import shifts

FIRST_DAY = 17_897


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office, a person without a shift, and one with three posts."""
    rng = np.random.default_rng(1)
    path = tmp_path_factory.mktemp("posts") / "posts.csv"
    days = np.arange(FIRST_DAY, FIRST_DAY + 182)
    work = days[(days + 3) % 7 < 5]
    hours = rng.choice(np.array([9, 10, 11, 13, 14, 15, 16, 17]), 600) + rng.uniform(0, 1, 600)
    office = (rng.choice(work, 600) * 24 + hours) * 3600 - 28_800
    soft = (rng.choice(days, 400) * 24 + rng.normal(15, 4, 400)) * 3600 - 28_800
    lines = ["account,epoch"]
    lines += [f"office,{int(t)}" for t in office]
    lines += [f"person,{int(t)}" for t in soft]
    lines += [f"few,{FIRST_DAY * 86_400 + i}" for i in range(3)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(*words: object) -> str:
    app = typer.Typer()
    app.command()(shifts)
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.stdout


OPTIONS = ("--map", "account=account,time=epoch")


def test_one_unit_is_drawn(posts: Path) -> None:
    text = run(posts, *OPTIONS, "--account", "office", "--zone", "Asia/Shanghai")
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "Mon-Fri 100 %" in text
    assert "██████" in text
    assert "lunch" in text
    assert "move with it" in text
    assert "--zone ZONE gives them" not in text


def test_the_zone_is_a_guess_unless_given(posts: Path) -> None:
    text = run(posts, *OPTIONS, "--account", "office")
    assert "--zone ZONE gives them" in " ".join(text.split())


def test_many_units_are_a_table(posts: Path) -> None:
    text = run(posts, *OPTIONS, "--zone", "Asia/Shanghai", "--by", "account")
    assert "few:" in text or "few " in text
    assert "insufficient" in text or "Too little" in text


def test_table_of_four_units(posts: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.csv"
    extra = "".join(f"other{i},{FIRST_DAY * 86_400}\n" for i in range(3))
    more.write_text(posts.read_text(encoding="utf-8") + extra, encoding="utf-8")
    text = run(more, *OPTIONS, "--zone", "Asia/Shanghai")
    assert "1 of 6 units keep a shift, 1 keep none, 4 are insufficient." in text
    assert "off Sat, Sun" in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_json_holds_whole_numbers_of_every_unit(posts: Path) -> None:
    def whole(text: str) -> None:
        raise AssertionError(text)

    found = json.loads(run(posts, *OPTIONS, "--zone", "Asia/Tokyo", "--json"), parse_float=whole)
    assert [unit["unit"] for unit in found["units"]] == ["few", "office", "person"]
    assert [unit["shift"]["status"] for unit in found["units"]] == [
        "insufficient", "found", "nothing_found",
    ]  # fmt: skip
    assert found["meta"]["settings"]["zone"] == "Asia/Tokyo"
    office = found["units"][1]
    start = office["shift"]["sets"][0]["blocks"][0]["start_min"]
    assert abs(start[0] - 600) <= 15, "09:00 in Shanghai is 10:00 in Tokyo"
    assert office["rota"]["week"]["rest"] == [5, 6]


def test_wrong_use(posts: Path) -> None:
    app = typer.Typer()
    app.command()(shifts)
    wrong = CliRunner().invoke(app, [str(posts), "--pool", "--by", "x"])
    assert wrong.exception is not None
    assert "exclude each other" in str(wrong.exception)
