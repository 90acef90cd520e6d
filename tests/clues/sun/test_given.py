"""Shadows as a user writes them: good rows, and every broken one refused by name."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from forensics.clues.sun.given import parse_shadows, read_shadow
from forensics.errors import ClueError

GOOD = {
    "image": "a.jpg",
    "measured_by": "analyst 2",
    "height": 1.7,
    "shadow": 2.4,
    "time": "2024-05-09T06:30Z",
    "clock": "camera",
}


def row(**changes: object) -> dict[str, object]:
    return {key: value for key, value in {**GOOD, **changes}.items() if value is not None}


def test_a_row_becomes_integers() -> None:
    (one,) = parse_shadows([row(azimuth=255, time_error="30min")], with_images=True)
    assert one.elevation_mdeg == pytest.approx(35_311 - 23, abs=3), "refraction taken off"
    assert one.azimuth_mdeg == 255_000
    assert one.to_us - one.from_us == 3_600_000_000
    assert one.scene == "a.jpg"
    assert one.sight.sighting().elevation_mdeg == one.elevation_mdeg
    assert json.loads(json.dumps(one.as_json())) == one.as_json()
    assert not any(isinstance(value, float) for value in one.as_json().values())


def test_a_shadow_points_away_from_the_sun() -> None:
    one = read_shadow(row(shadow_direction=75), with_images=True)
    assert one.azimuth_mdeg == 255_000
    north = read_shadow(row(shadow_direction=180), with_images=True)
    assert north.azimuth_mdeg == 0


def test_dates_and_times_of_toml_are_read() -> None:
    moment = datetime(2024, 5, 9, 14, 30, tzinfo=UTC)
    assert read_shadow(row(time=moment), with_images=True).days == 1
    day = read_shadow(row(time=None, clock=None, date=date(2024, 5, 9)), with_images=True)
    assert day.local
    assert day.to_us - day.from_us == 86_400_000_000


def test_a_time_may_come_from_the_picture() -> None:
    one = read_shadow(row(time="image", clock=None, time_error="10min"), with_images=True)
    assert one.from_image
    assert (one.from_us, one.to_us) == (-600_000_000, 600_000_000)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"image": None}, "lacks 'image'"),
        ({"measured_by": None}, "lacks 'measured_by'"),
        ({"image": " "}, "image: is empty"),
        ({"what": 3}, "what: is empty or no text"),
        ({"what": "x" * 300}, "longer than"),
        ({"hight": 3}, "unknown key 'hight'"),
        ({"shadow": None}, "belong together"),
        ({"height": "1.7"}, "height: is no number"),
        ({"height": True}, "height: is no number"),
        ({"elevation": 30}, "exclude"),
        ({"height": None, "shadow": None}, "neither height nor direction"),
        ({"azimuth": 10, "shadow_direction": 190}, "exclude"),
        ({"ratio_error": "lots"}, "share"),
        ({"ratio_error": 5}, "ratio"),
        ({"clock": None}, "lacks 'clock'"),
        ({"time": None}, "nothing says when"),
        ({"time": 5}, "time: is no text"),
        ({"time": "image", "date": "2024-05-09"}, "exclude"),
        ({"time_error": "a bit"}, "duration"),
        ({"unknown": "all"}, "unknown is one of"),
        ({"same_clock": "yes"}, "true nor false"),
        ({"refraction": 1}, "true nor false"),
    ],
)
def test_broken_rows_are_refused(changes: dict[str, object], what: str) -> None:
    with pytest.raises(ClueError, match=what) as caught:
        parse_shadows([GOOD, row(**changes)], with_images=True)
    assert "1 of 2 rows refused: shadows 2:" in caught.value.line()


def test_all_bad_rows_are_named_and_the_rest_is_counted() -> None:
    with pytest.raises(ClueError) as caught:
        parse_shadows([row(height=-1)] * 7, with_images=True)
    line = caught.value.line()
    assert "7 of 7 rows refused" in line
    assert "shadows 5:" in line
    assert "shadows 6:" not in line
    assert "and 2 more" in line
    for rows in ([], [GOOD] * 1001):
        with pytest.raises(ClueError, match="1 to 1000"):
            parse_shadows(rows, with_images=True)
