"""What people write into `case.toml`: groups, priors, hypotheses, each used or refused by name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from forensics.errors import ForensicsError, WeighError
from forensics.job.run import run
from forensics.job.settings import RunSettings

CREWS = RunSettings(by="crew")


def add(out: Path, text: str) -> None:
    toml = out / "case" / "case.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + text, encoding="utf-8")


def unit_a(out: Path) -> dict[str, Any]:
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = next(unit for unit in summary["units"] if unit["unit"] == "A")
    return found


@pytest.fixture(scope="module")
def finished(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("finished")
    run([small / "posts.csv", small / "photos"], out, CREWS)
    return out


@pytest.fixture
def out(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "out"))


def again(small: Path, out: Path) -> None:
    run([small / "posts.csv", small / "photos"], out, CREWS)


@pytest.mark.slow
def test_clues_grouped_by_hand_count_once(small: Path, out: Path) -> None:
    before = unit_a(out)
    names = [clue["id"] for clue in before["clues"] if clue["group"]]
    assert len(before["groups"]) > 1
    add(out, f'\n[[groups]]\nid = "one camera"\nclues = {json.dumps(names)}\nreason = "lent"\n')
    again(small, out)
    assert len(unit_a(out)["groups"]) == 1


def test_a_group_of_clues_that_are_not_there_is_refused(small: Path, out: Path) -> None:
    add(out, '\n[[groups]]\nid = "x"\nclues = ["nothing:A:1"]\nreason = "r"\n')
    with pytest.raises(WeighError, match="nothing:A:1"):
        again(small, out)


@pytest.mark.slow
def test_a_prior_stated_by_hand_is_used_and_printed(small: Path, out: Path) -> None:
    row = next(row for row in unit_a(out)["rows"] if row["kind"] == "imitation")
    add(
        out,
        f'\n[[priors]]\nhypothesis = "{row["id"]}"\nprior_ppm = 300000\nreason = "Seen before."\n',
    )
    again(small, out)
    after = next(one for one in unit_a(out)["rows"] if one["id"] == row["id"])
    assert after["stated_ppm"] > row["stated_ppm"]
    assert "Seen before." in after["prior_reason"]


@pytest.mark.slow
def test_hypotheses_by_hand_replace_the_proposed_ones(small: Path, out: Path) -> None:
    add(
        out,
        '\n[[hypotheses]]\nid = "H1"\nstatement = "Worked in Jiangsu."\nrung = "province"\n'
        'prior_ppm = 300000\nprior_reason = "Named beforehand."\nkind = "place"\n'
        'areas = ["CN-JS"]\n',
    )
    again(small, out)
    places = [row["id"] for row in unit_a(out)["rows"] if row["kind"] == "place"]
    assert places == ["H1"]


@pytest.mark.parametrize(
    "text",
    [
        "\n[[hypotheses]]\nid = 7\n",
        "\n[[hypotheses]\n",
        '\n[[priors]]\nhypothesis = "H1"\nprior_ppm = 2.5\nreason = "r"\n',
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(small: Path, out: Path, text: str) -> None:
    add(out, text)
    with pytest.raises(ForensicsError, match=r"case\.toml"):
        again(small, out)
