"""The question about one shadow, as Python asks it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import forensics
from forensics.errors import ClueError, ForensicsError, UsageError
from forensics.job.ask.about_sun import SunResult, ask_sun, find_points, one_shadow
from forensics.reference.places import load_gazetteer

SHADOW = {"height": 1.7, "shadow": 1.33, "time": "2024-05-09T06:30Z", "azimuth": 255}


@pytest.fixture(scope="module")
def found() -> SunResult:
    return forensics.sun(**SHADOW, places=["Yancheng", "55.75, 37.6"])


def test_tables(found: SunResult) -> None:
    countries, places = found.countries, found.places
    assert countries.iloc[0]["code"] == "CN"
    assert countries["people"].sum() == pytest.approx(1)
    assert list(countries.columns) == ["code", "name", "people", "land", "least_sigma"]
    assert found.zones.iloc[0]["code"] == "Asia/Shanghai"
    assert len(places) == 1000
    assert places["share"].is_monotonic_decreasing
    circles = found.circles()
    assert len(circles) == 361
    assert [one.verdict for one in found.tested] == ["fits", "ruled out"]


def test_the_globe_and_the_notebook(found: SunResult) -> None:
    lat, lon, likelihood = found.world(1.0)
    y, x = np.unravel_index(likelihood.argmax(), likelihood.shape)
    assert abs(lat[y] - 33) < 3
    assert abs(lon[x] - 120) < 3
    html = found._repr_html_()
    assert "<td>China</td>" in html
    assert "ruled out" in repr(found)


def test_a_name_from_a_file_is_no_markup(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(
        '[[shadows]]\nscene = "<img src=x>"\nelevation = 30\ndate = "2024-05-09"\n',
        encoding="utf-8",
    )
    result = forensics.sun(file=path)
    assert "<img" not in result._repr_html_()
    assert result.circles().empty


def test_zones_given_and_from_posts(tmp_path: Path) -> None:
    local = {"elevation": 52, "local_time": "2024-05-09T14:30"}
    plain = forensics.sun(**local)
    known = forensics.sun(**local, zone="Asia/Shanghai")
    share = [one.zones.set_index("code")["people"]["Asia/Shanghai"] for one in (plain, known)]
    assert share[0] < 0.3
    assert share[1] > 0.6
    assert "UTC+8" in known.zone_note
    rng = np.random.default_rng(3)
    days = rng.integers(19_000, 19_300, 1500)
    hours = np.concatenate([rng.uniform(9, 18, 1200), rng.uniform(19, 23, 300)]) - 8
    path = tmp_path / "posts.csv"
    rows = [f"a,{int(t)}" for t in (days * 24 + hours) * 3600]
    path.write_text("\n".join(["account,epoch", *rows]), encoding="utf-8")
    asked = ask_sun(one_shadow(local), posts=[path])[0]
    assert asked.zones.set_index("code")["people"]["Asia/Shanghai"] > 1.5 * share[0]
    assert "hours of the posts" in asked.zone_note


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"height": 1.7},
        {"elevation": 30},
        {"elevation": 30, "time": "2024-05-09T06:30"},
        {"elevation": 30, "time": "image"},
        {"elevation": 30, "unknown": "both", "zone": "Asia/Nowhere"},
        {"elevation": 30, "unknown": "both", "zone": "Asia/Tokyo", "posts": ["x.csv"]},
        {"elevation": 30, "unknown": "both", "places": ["Nowhere at all"]},
        {"elevation": 30, "unknown": "both", "places": ["95, 20"]},
    ],
)
def test_questions_that_make_no_sense(words: dict) -> None:
    with pytest.raises(ForensicsError):
        forensics.sun(**words)


def test_a_file_of_several_scenes_is_for_the_command(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    row = '[[shadows]]\nscene = "%s"\nelevation = 30\ndate = "2024-05-09"\n'
    path.write_text(row % "one" + row % "two", encoding="utf-8")
    with pytest.raises(UsageError, match="2 scenes"):
        forensics.sun(file=path)
    with pytest.raises(ClueError, match="unknown key"):
        forensics.sun(hight=2)


def test_names_of_places_stay_ambiguous() -> None:
    hits = find_points("Springfield", load_gazetteer())
    assert 2 <= len(hits) <= 5
    assert find_points("33.3575,120.1573", load_gazetteer())[0][1:] == (33.3575, 120.1573)
