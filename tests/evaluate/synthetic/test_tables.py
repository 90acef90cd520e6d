from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from forensics.clues.activity import activities
from forensics.clues.hours.answer import answers
from forensics.engine import PostTable
from forensics.evaluate.synthetic.habits import Habits, sample
from forensics.evaluate.synthetic.localtime import day_number
from forensics.evaluate.synthetic.people import office_unit
from forensics.evaluate.synthetic.profiles import office, softened, week_of
from forensics.evaluate.synthetic.tables import (
    activities_of,
    activity_of,
    write_csv,
    write_ndjson,
)
from forensics.evaluate.synthetic.unit import SyntheticUnit, account, doubled, kept, moved
from forensics.read import ReadOptions, SourceFile, read_posts
from forensics.reference.templates import library

YEAR = (day_number("2021-01-04"), day_number("2021-12-31"))


@pytest.fixture(scope="module")
def unit() -> SyntheticUnit:
    made = office_unit(
        np.random.default_rng(4),
        zone="Asia/Shanghai",
        window=YEAR,
        accounts=2,
        posts=150,
        edge_sd_min=20.0,
    )
    first = made.accounts[0]
    stamped = type(first)(
        first.name, first.t_s, first.kind, first.client, first.language, stamped_min=-210
    )
    return SyntheticUnit(made.name, (stamped, made.accounts[1]), made.truth)


@pytest.mark.parametrize("write", [write_ndjson, write_csv])
def test_what_is_written_is_read_as_the_same_activity(
    unit: SyntheticUnit, write, tmp_path: Path
) -> None:
    """The straight way gives the counts that the readers and the engine give."""
    path = tmp_path / "posts.txt"
    write(unit, path)
    again = tmp_path / "again.txt"
    write(unit, again)
    assert path.read_bytes() == again.read_bytes()
    reading = read_posts(
        [SourceFile("0" * 64, path.name, path)],
        ReadOptions(by="cluster"),
        tmp_path,
        lambda _stage, _done, _total: None,
    )
    (source,) = reading.sources
    assert source.rows_read == source.rows_present == unit.n_posts
    with PostTable.build(reading.posts, tmp_path) as posts:
        for by in ("account", "unit"):
            straight = activities_of(unit) if by == "account" else (activity_of(unit),)
            for read, made in zip(activities(posts, posts.units(by)), straight, strict=True):
                assert read.unit == made.unit
                assert read.accounts == made.accounts
                assert (read.q == made.q).all()
                assert (read.n == made.n).all()
                pairs = zip(read.hours, made.hours, strict=True)
                assert all((one == other).all() for one, other in pairs)
                assert dict(read.clocks) == dict(made.clocks)
        assert posts.kinds() == {"original": 300}


def test_a_stamped_clock_writes_its_offset(unit: SyntheticUnit, tmp_path: Path) -> None:
    write_csv(unit, tmp_path / "posts.csv")
    lines = (tmp_path / "posts.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1].split(",")[1].endswith("-03:30")
    assert lines[-1].split(",")[1].endswith("Z")


def set80(unit: SyntheticUnit) -> tuple[set[int], int]:
    (answer,) = answers([activity_of(unit)], library())
    return set(answer.set80[0]), answer.best_min


@pytest.fixture(scope="module")
def person() -> SyntheticUnit:
    habits = Habits("Asia/Shanghai", week_of(softened(office(), 40.0)), threads=0.2)
    times = sample(np.random.default_rng(9), habits, *YEAR, 300)
    return SyntheticUnit("one", (account("one", times),), {})


def test_moving_all_posts_moves_the_answer(person: SyntheticUnit) -> None:
    """Later posts are those of a place further west: the offset falls by as much.

    Offsets that are no candidates (such as +8:30 less three hours) drop out of the comparison.
    """
    from forensics.clues.hours.model import score_units

    def likelihood(unit: SyntheticUnit) -> dict[int, float]:
        (activity,) = activities_of(unit)
        (scores,) = score_units([activity.hours[0]], library())
        still = np.ptp(scores.classes.offsets_min, axis=1) == 0
        return dict(zip(scores.modal_min[still], scores.log_likelihood[still], strict=True))

    base, later = likelihood(person), likelihood(moved(person, 180))
    both = [(offset, offset - 180) for offset in base if offset - 180 in later]
    assert len(both) > 15
    apart = [base[first] - later[second] for first, second in both if 240 <= first <= 600]
    assert np.ptp(apart) < 0.02
    wide, best = set80(person)
    assert 480 in wide
    moved_set, moved_best = set80(moved(person, 180))
    assert 300 in moved_set
    assert abs(moved_best - (best - 180)) <= 60


def test_doubling_all_posts_changes_nothing(person: SyntheticUnit) -> None:
    assert set80(doubled(person)) == set80(person)


def test_a_gap_in_the_collection_does_not_narrow_the_answer(person: SyntheticUnit) -> None:
    part = kept(person, lambda t_s: t_s // 86_400 % 3 != 0)
    assert 0 < part.n_posts < person.n_posts
    assert len(set80(part)[0]) >= len(set80(person)[0]) - 1
