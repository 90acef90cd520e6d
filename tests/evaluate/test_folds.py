from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from forensics.errors import UsageError
from forensics.evaluate import evaluate
from forensics.evaluate.folds import FEWEST_PEOPLE, fold_of
from forensics.evaluate.labels import Label
from forensics.evaluate.synthetic.localtime import day_number, to_local
from forensics.evaluate.synthetic.people import library_people
from forensics.evaluate.synthetic.unit import SyntheticUnit
from forensics.reference.templates import library

ZONES = ("Asia/Tokyo", "Europe/Berlin", "America/New_York") * 12


@pytest.fixture(scope="module")
def unit() -> SyntheticUnit:
    window = (day_number("2021-01-04"), day_number("2021-12-31"))
    return library_people(np.random.default_rng(5), library(), zones=ZONES, window=window, posts=90)


def written(unit: SyntheticUnit, path: Path, *, with_group: bool = True) -> Path:
    """Posts with the offset of each, as a device would write it."""
    zones = unit.truth["zones"]
    assert isinstance(zones, dict)
    lines = ["account,epoch_seconds,offset_min,group"]
    for number, account in enumerate(unit.accounts):
        offsets = (to_local(account.t_s, str(zones[account.name])) - account.t_s) // 60
        team = f"g{number % 9}" if with_group else ""
        pairs = zip(account.t_s.tolist(), offsets.tolist(), strict=True)
        lines += [f"{account.name},{t},{offset},{team}" for t, offset in pairs]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_groups_stay_together_and_folds_are_even() -> None:
    labels = {f"a{n}": Label(480, None, f"g{n % 7}") for n in range(70)}
    labels |= {f"b{n}": Label(480, None) for n in range(30)}
    folds = fold_of(labels, 5)
    for team in range(7):
        assert len({folds[f"a{n}"] for n in range(70) if n % 7 == team}) == 1
    sizes = np.bincount(list(folds.values()), minlength=5)
    assert sizes.sum() == 100
    assert np.ptp(sizes) <= 1
    assert fold_of(dict(reversed(labels.items())), 5) == folds


def test_the_set_itself_makes_the_libraries(unit: SyntheticUnit, tmp_path: Path) -> None:
    path = written(unit, tmp_path / "posts.csv")
    folded, bundled = evaluate(path, folds=3), evaluate(path)
    assert len(folded.rows) == len(bundled.rows) == 36
    assert [row.account for row in folded.rows] == sorted(row.account for row in folded.rows)
    assert (folded.scored[0].p != bundled.scored[0].p).any()
    assert folded.figures(0)["within_1h"].mean > 0.5
    assert folded.as_json()["settings"]["folds"] == 3


def test_offsets_of_every_row_tell_local_time(unit: SyntheticUnit, tmp_path: Path) -> None:
    """A wrong offset in the rows of others changes the library, and with it the score."""
    path = written(unit, tmp_path / "posts.csv")
    right = evaluate(path, folds=3)
    lines = path.read_text(encoding="utf-8").splitlines()
    wrong = [lines[0]]
    for line in lines[1:]:
        name, t, offset, team = line.split(",")
        wrong.append(f"{name},{t},{(int(offset) + 1140 + 360) % 1440 - 660},{team}")
    path.write_text("\n".join(wrong) + "\n", encoding="utf-8")
    moved = evaluate(path, folds=3)
    # All labels moved alike: the libraries move with them, and the score stays about the same.
    assert moved.figures(0)["within_1h"].mean == pytest.approx(
        right.figures(0)["within_1h"].mean, abs=0.15
    )
    assert evaluate(path).figures(0)["within_1h"].mean < 0.4


def test_folds_that_leave_too_few_people_are_refused(unit: SyntheticUnit, tmp_path: Path) -> None:
    small = SyntheticUnit(unit.name, unit.accounts[: FEWEST_PEOPLE + 3], unit.truth)
    path = written(small, tmp_path / "posts.csv", with_group=False)
    with pytest.raises(UsageError, match="people remain outside fold"):
        evaluate(path, folds=5)
    for folds in (1, -2):
        with pytest.raises(UsageError, match="leaves nobody out"):
            evaluate(path, folds=folds)
