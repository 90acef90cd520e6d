"""Declared absences: found when somebody was away, not when nobody was, and never guessed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from forensics.clues.absence.answer import AbsenceAnswer, answer
from forensics.clues.absence.events import Event, parse_events
from forensics.clues.absence.finding import finding
from forensics.errors import ClueError
from forensics.evaluate.synthetic.habits import Habits, sample
from forensics.evaluate.synthetic.profiles import office, week_of
from forensics.evaluate.synthetic.tables import activity_of
from forensics.evaluate.synthetic.unit import SyntheticUnit, account

FIRST, LAST = 17_000, 18_460
LEAVES = ((17_100, 17_113), (17_420, 17_430), (17_700, 17_713), (18_100, 18_110))


def asked(
    seed: int, away: tuple[tuple[int, int], ...], declared: tuple[tuple[int, int], ...], **more: Any
) -> AbsenceAnswer:
    habits = Habits("Asia/Tokyo", week_of(office()), absences=away, noise=0.01)
    times = sample(np.random.default_rng(seed), habits, FIRST, LAST, 3000)
    activity = activity_of(SyntheticUnit("u", (account("a", times),), {}))
    events = [Event(a, b, f"leave {a}", "leave", "a letter") for a, b in declared]
    settings: dict[str, Any] = {"registered": True, **more}
    return answer(activity, "Asia/Tokyo", events, **settings)


def test_declared_leaves_are_found() -> None:
    told = asked(1, LEAVES, LEAVES)
    assert told.status == "found"
    assert told.ratio < 0.3
    assert told.p <= 0.02
    assert not told.exploratory
    assert told.p >= told.floor


def test_leaves_of_another_person_are_not() -> None:
    found = [asked(seed, (), LEAVES).status for seed in range(6)]
    assert found.count("found") <= 1
    shifted = tuple((a + 91, b + 91) for a, b in LEAVES)
    assert asked(2, LEAVES, shifted).status == "nothing_found"


def test_a_list_made_afterwards_or_too_short_is_exploratory() -> None:
    assert asked(1, LEAVES, LEAVES, registered=False).exploratory
    assert "Exploratory" in finding(asked(1, LEAVES, LEAVES, registered=False)).statement
    assert asked(1, LEAVES, LEAVES[:2]).exploratory


def test_every_list_tried_costs() -> None:
    one, ten = asked(1, LEAVES, LEAVES), asked(1, LEAVES, LEAVES, lists_tried=10)
    assert ten.p == pytest.approx(min(1.0, 10 * one.p))


def test_gaps_of_the_collection_are_no_silence() -> None:
    """Where the collection holds nothing at all, absences are set aside."""
    days = np.arange(FIRST - 1, LAST + 2)
    gap = np.concatenate([np.arange(a, b + 1) for a, b in LEAVES])
    told = asked(1, tuple((a, b) for a, b in LEAVES), LEAVES, covered=days[~np.isin(days, gap)])
    assert not any(one.used and one.active == 0 for one in told.absences)
    assert told.status != "found"


def test_too_little_is_said() -> None:
    empty = asked(1, (), ())
    assert empty.status == "insufficient"
    outside = asked(1, (), ((10, 20), (30, 40), (50, 60)))
    assert outside.status == "insufficient"
    assert finding(outside).observations == ()


def test_the_finding_holds_no_clue_and_no_float() -> None:
    told = finding(asked(1, LEAVES, LEAVES))
    assert told.clues == ()
    text = json.dumps(told.details)
    json.loads(text, parse_float=lambda one: pytest.fail(f"a float: {one}"))
    assert told == finding(asked(1, LEAVES, LEAVES))


ROW: dict[str, object] = {
    "name": "New Year",
    "start": "2024-02-10",
    "end": "2024-02-17",
    "kind": "holiday",
    "source": "the state's notice",
}


def test_events_are_read_in_order_of_their_days() -> None:
    later = ROW | {"start": date(2024, 10, 1), "end": date(2024, 10, 7), "areas": ["CN", "CN-JS"]}
    first, second = parse_events([later, ROW])
    assert (first.start_day, first.days) == (19_763, 8)
    assert second.area_codes == ("CN", "CN-JS")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"start": "2024-02-30"}, "no date"),
        ({"start": datetime(2024, 2, 1, tzinfo=UTC)}, "no date"),
        ({"start": 20_000}, "no date"),
        ({"end": "2024-02-09"}, "before it starts"),
        ({"end": "2024-12-31"}, "more than 92 days"),
        ({"kind": "party"}, "unknown kind"),
        ({"name": " "}, "empty"),
        ({"source": 3}, "no text"),
        ({"name": "x" * 300}, "longer"),
        ({"areas": "CN"}, "no list"),
        ({"areas": ["china"]}, "no area code"),
        ({"colour": "red"}, "unknown key"),
    ],
)
def test_broken_events_are_refused_in_one_line(change: dict[str, object], says: str) -> None:
    with pytest.raises(ClueError, match=says) as caught:
        parse_events([ROW | change])
    assert "\n" not in str(caught.value)
    assert "events 1" in str(caught.value)


def test_missing_and_doubled_events_are_refused() -> None:
    with pytest.raises(ClueError, match="lacks 'source'"):
        parse_events([{key: value for key, value in ROW.items() if key != "source"}])
    with pytest.raises(ClueError, match="twice"):
        parse_events([ROW, dict(ROW)])
