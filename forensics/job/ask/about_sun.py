"""One question without a case: where does the sun stand like that? Nothing is kept."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forensics.clock import offset_text
from forensics.clues.hours.finding import zone_likelihood
from forensics.clues.sun.answer import SunAnswer, Tested
from forensics.clues.sun.given import Measured, read_shadow
from forensics.clues.sun.likelihood import local_offset_s
from forensics.clues.sun.scenes import scene_without_images
from forensics.clues.sun.shadow import circle
from forensics.errors import UsageError
from forensics.job.ask.about_hours import ask_hours
from forensics.job.shadows import read_shadows
from forensics.reference.places import Gazetteer, load_gazetteer
from forensics.weigh.places import LN_PER_MDB, Ground

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

OTHER_CLOCK_LOG = math.log(1e-4)
"""For places that do not keep the clock of a zone that is given."""
NAMESAKES = 5
"""Places of one name that are tested, the most populous first."""


@dataclass(frozen=True, eq=False)
class SunResult:
    """The answer about one scene, and the points that were asked about."""

    answer: SunAnswer
    rows: tuple[Measured, ...]
    tested: tuple[Tested, ...] = ()
    zone_note: str = ""
    """What was taken as known about the zone; empty if nothing was."""

    @property
    def name(self) -> str:
        """Name of the scene."""
        return self.answer.scene.name

    @property
    def countries(self) -> pd.DataFrame:
        """One row a country: code, name, people, land (shares, 0 to 1), least_sigma."""
        return self._shares("country")

    @property
    def zones(self) -> pd.DataFrame:
        """One row a time zone, as `countries`."""
        return self._shares("zone")

    @property
    def places(self) -> pd.DataFrame:
        """The 1,000 likeliest places: name, country, lat, lon, population, share, sigma."""
        import pandas as pd

        places = self.answer.gazetteer
        return pd.DataFrame(
            {
                "name": str(places.name[one.index]),
                "country": str(places.country[one.index]),
                "lat": float(places.lat[one.index]),
                "lon": float(places.lon[one.index]),
                "population": int(places.population[one.index]),
                "share": one.share,
                "sigma": one.sigma,
            }
            for one in self.answer.candidates(1000)
        )

    def circles(self) -> pd.DataFrame:
        """Circles of equal height at the middle of each interval in UTC: shot, lat, lon."""
        import pandas as pd

        parts = [
            pd.DataFrame({"shot": number, "lat": lat, "lon": lon})
            for number, lat, lon in circles_of(self.answer)
        ]
        return pd.concat(parts) if parts else pd.DataFrame(columns=["shot", "lat", "lon"])

    def map(self, path: str | Path) -> Path:
        """The path, after the map was written there: one page, nothing to load."""
        from forensics.job.sunview import sun_view
        from forensics.show.sunmap import write_sun_map

        view = sun_view(self.answer, self.tested, self.zone_note)
        return write_sun_map(view, Path(path))

    def plot(self) -> Figure:
        """The likeliest countries as bars; `map` draws the region itself.

        Raises:
            UsageError: matplotlib is not installed.
        """
        from forensics.job.frames import sun_figure

        return sun_figure(self.name, self.countries)

    def world(self, step: float = 0.1) -> tuple[Any, Any, Any]:
        """(latitudes, longitudes, likelihood) over the globe, sea included, as numpy arrays.

        Raises:
            ClueError: a time is not one of UTC on a known date.
        """
        from forensics.clues.sun.world import axes, world

        lat, lon = axes(step)
        return lat, lon, world(self.answer.scene.likelihood, step)

    def _shares(self, level: Any) -> pd.DataFrame:
        import pandas as pd

        rows = self.answer.shares(level)
        return pd.DataFrame(
            {
                "code": one.code,
                "name": one.name,
                "people": one.people,
                "land": one.land,
                "least_sigma": one.least_sigma,
            }
            for one in rows
        )

    def _repr_html_(self) -> str:
        """The likeliest countries as a table, for notebooks."""
        from html import escape

        rows = "".join(
            f"<tr><td>{escape(one.name)}</td><td>{one.people:.1%}</td>"
            f"<td>{one.land or 0:.1%}</td></tr>"
            for one in self.answer.shares("country")[:10]
        )
        out = f"{self.answer.land_ruled_out:.0%} of the land is ruled out."
        return (
            f"<p>{escape(self.name)}: {out}</p>"
            "<table><tr><th>country</th><th>by people</th><th>by land</th></tr>" + rows + "</table>"
        )

    def __repr__(self) -> str:
        """One line."""
        return f"<SunResult {self.name}: {self.answer.land_ruled_out:.0%} of land ruled out>"


def circles_of(answer: SunAnswer) -> list[tuple[int, Any, Any]]:
    """(shot number, latitudes, longitudes) of the circle of every height that has a time in UTC."""
    out: list[tuple[int, Any, Any]] = []
    for number, shot in enumerate(answer.scene.shots):
        when = shot.when
        if not when.placed:
            continue
        out += [
            (number, *circle(when.middle_s, one.elevation))
            for one in shot.sights
            if one.elevation is not None
        ]
    return out


def ask_sun(
    shadows: Sequence[Measured],
    *,
    places: Sequence[str] = (),
    zone: str | None = None,
    posts: Sequence[str | Path] = (),
) -> list[SunResult]:
    """The answer about every scene among measured shadows.

    Args:
        shadows: What was measured.
        places: Names of places, or `lat,lon`, to test.
        zone: IANA zone whose clock the place is taken to keep.
        posts: Exports of posts whose hours speak for zones, all accounts together.

    Raises:
        ClueError: the rows of a scene do not fit together.
        ClockError: there is no such zone.
        UsageError: no place has this name, or both a zone and posts are given.
    """
    if zone and posts:
        raise UsageError("a zone and posts that speak for zones exclude each other")
    gazetteer = load_gazetteer()
    prior = Ground.of(gazetteer).prior
    points = [point for text in places for point in find_points(text, gazetteer)]
    from_posts = _zones_of_posts(posts) if posts else None
    by_name: dict[str, list[Measured]] = {}
    for row in shadows:
        by_name.setdefault(row.scene, []).append(row)
    out = []
    for name, rows in by_name.items():
        scene = scene_without_images(name, rows)
        zones, note = from_posts, "the hours of the posts speak for zones" if posts else ""
        if zone:
            when = scene.shots[0].when
            zones, note = _zones_like(zone, int(when.middle_s), gazetteer)
        answer = SunAnswer(scene, gazetteer, prior, zones)
        tested = tuple(answer.test(*point) for point in points)
        out.append(SunResult(answer, tuple(rows), tested, note))
    return out


def _zones_like(zone: str, at_s: int, gazetteer: Gazetteer) -> tuple[dict[str, float], str]:
    """Log likelihood of all zones if the place keeps the clock of one, and that in words."""
    offset = local_offset_s(zone, at_s)
    table = {
        name: 0.0 if local_offset_s(name, at_s) == offset else OTHER_CLOCK_LOG
        for name in gazetteer.partition("zone")[0]
    }
    return table, f"taken as given: the clock of {zone}, {offset_text(offset // 60)}"


def _zones_of_posts(posts: Sequence[str | Path]) -> dict[str, float]:
    """Log likelihood of zones from the hours of posts."""
    with ask_hours(posts, by=None) as asked:
        found = next(iter(asked.times()))
    table = zone_likelihood(found.hours).mdb
    if not table:
        raise UsageError("the hours of these posts say nothing about zones", where=str(posts[0]))
    return {name: mdb * LN_PER_MDB for name, mdb in table.items()}


def find_points(text: str, gazetteer: Gazetteer) -> list[tuple[str, float, float]]:
    """(name, latitude, longitude) of `lat,lon`, or of the most populous places of a name.

    Raises:
        UsageError: there is no such place, or the numbers are no position.
    """
    parts = text.replace(" ", "").split(",")
    try:
        lat, lon = (float(part) for part in parts)
    except ValueError:
        pass
    else:
        if not (abs(lat) <= 90 and abs(lon) <= 180):
            raise UsageError(f"{text[:40]!r} is no position", todo="latitude first")
        return [(f"{lat:.4f}, {lon:.4f}", lat, lon)]
    wanted = text.strip().casefold()
    hits = [
        i
        for i in range(len(gazetteer))
        if wanted in {str(gazetteer.name[i]).casefold(), str(gazetteer.name_local[i]).casefold()}
    ]
    if not hits:
        raise UsageError(
            f"no place is called {text[:40]!r}", todo="give its latitude and longitude"
        )
    hits.sort(key=lambda i: (-int(gazetteer.population[i]), i))
    return [
        (
            f"{gazetteer.name[i]}, {gazetteer.country[i]}",
            float(gazetteer.lat[i]),
            float(gazetteer.lon[i]),
        )
        for i in hits[:NAMESAKES]
    ]


def sun(
    *,
    file: str | Path | None = None,
    places: Sequence[str] = (),
    zone: str | None = None,
    posts: Sequence[str | Path] = (),
    **words: Any,
) -> SunResult:
    """Where the sun stands as it was seen: shares by country, zone, place, and what is ruled out.

    Args:
        file: TOML file with several shadows of one scene, in place of the words below.
        places: Names of places, or `lat,lon`, to test.
        zone: IANA zone whose clock the place is taken to keep.
        posts: Exports of posts whose hours speak for zones.
        **words: One shadow, as a row of such a file: `height` and `shadow` (lengths in one unit)
            or `elevation`; `azimuth` or `shadow_direction`; `time` (with offset), `local_time` or
            `date`, and `unknown`, `time_error`; errors. See docs/methods/sun.md.

    Raises:
        ClueError: a value is impossible, or nothing says when.
        UsageError: the file holds several scenes, or no place has such a name.
    """
    if (file is None) == (not words):
        raise UsageError("give either a file or one shadow", where="sun")
    rows = read_shadows(Path(file), with_images=False) if file else one_shadow(words)
    found = ask_sun(rows, places=places, zone=zone, posts=posts)
    if len(found) != 1:
        raise UsageError(f"the file holds {len(found)} scenes", todo="call it with one scene each")
    return found[0]


def one_shadow(words: Mapping[str, object]) -> tuple[Measured, ...]:
    """A single shadow; whose clock gave the time needs no saying where one asks for oneself."""
    row = {key: value for key, value in words.items() if value is not None}
    return (read_shadow({"clock": "as given", **row}, with_images=False),)
