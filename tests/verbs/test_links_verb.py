"""`gnomon links`: edges and groups of a case in the terminal, as JSON, and as a graph."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import pytest
from typer.testing import CliRunner

from forensics.verbs.main import app

DAYS = range(1, 13)


def words(seed: int) -> str:
    """Eight words that no other seed gives."""
    return " ".join(f"w{seed * 7919 + i * 104729:x}" for i in range(8))


CREW = tuple(f"ann{i:02d}" for i in range(16))
TOGETHER = {name for i, name in enumerate(CREW) if i % 3 == 0}
"""Those who post in the same minute, as two more sets of five do. All sixteen share their texts,
but without controls a text that a fifth of all accounts post ties nobody."""
ROWS = ["account,time,text"] + [
    f"{name},2024-03-{day:02d}T{8 + i % 3:02d}:{day:02d}:00Z,{words(day)}"
    for day in DAYS
    for i, name in enumerate(CREW)
]
OTHERS = [
    f"lone{i:02d},2024-03-{day:02d}T{i % 24:02d}:{i * 7 % 60:02d}:00Z,{words(1000 * i + day)}"
    for i in range(1, 41)
    for day in DAYS
]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("links")
    (folder / "posts.csv").write_text("\n".join([*ROWS, *OTHERS]) + "\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["run", str(folder / "posts.csv"), "--out", str(folder / "x")])
    assert done.exit_code == 0, done.output
    return folder / "x" / "case"


def test_text_fits_the_terminal(case: Path) -> None:
    done = CliRunner().invoke(app, ["links", str(case)])
    assert done.exit_code == 0, done.output
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "3 groups of 16 among 56 accounts" in done.stdout
    assert "made-up accounts with ties at random" in " ".join(done.stdout.split())


def test_json_and_graph(case: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.graphml"
    done = CliRunner().invoke(app, ["links", str(case), "--json", "--graph", str(path)])
    told = json.loads(done.stdout)
    assert set(told["groups"][0]["members"]) == TOGETHER
    assert nx.read_graphml(path, force_multigraph=True).number_of_edges() == len(told["edges"])


@pytest.mark.parametrize("name", ["x.dot", "x"])
def test_another_format_is_wrong_use(case: Path, tmp_path: Path, name: str) -> None:
    done = CliRunner().invoke(app, ["links", str(case), "--graph", str(tmp_path / name)])
    assert done.exit_code != 0
    assert not (tmp_path / name).exists()
