"""Tables of the Python API that draw themselves: hours, shifts and images, with a plot each.

    import forensics
    forensics.hours("posts.csv", by="crew").plot("A")
    forensics.shifts("posts.csv").plot()
    forensics.images("photos").plot()

Each is a `pandas.DataFrame` and works like one. What pandas makes of it (a selection, a copy) is a
plain frame again, and so is `pandas.DataFrame(table)`, with the `plot` of pandas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from forensics.errors import UsageError
from forensics.job.notebook import new_figure, plain, safe_html
from forensics.show.phrases import plural

if TYPE_CHECKING:
    from matplotlib.figure import Figure

UNITS = 40
"""Units drawn in one picture; the frame has all of them."""
NAMED = 30
"""Up to so many positions carry the name of their file."""
COUNTRIES = 12
"""Countries drawn for a shadow."""
FIRST, SECOND = "#1d4f7c", "#b8860b"
"""Colours of the two priors, told apart by their marks too."""


class Table(pd.DataFrame):
    """A data frame that a notebook shows with nothing hidden in foreign text."""

    @property
    def _constructor(self) -> Any:
        return pd.DataFrame

    def _repr_html_(self) -> str:
        """HTML for a notebook: escaped, at most 60 rows."""
        return safe_html(pd.DataFrame(self))


class HoursTable(Table):
    """Time zones of units: one row a unit and offset."""

    def plot(self, unit: str = "") -> Figure:  # type: ignore[override]
        """Probability by offset under both priors for one unit; of several, a map of them all.

        The unit may be left out: then all are drawn, darker for more probable (by population).

        Raises:
            UsageError: matplotlib is not installed, or there is no such unit.
        """
        frame = pd.DataFrame(self)
        names = _units(frame, unit)
        if len(names) != 1:
            return _offset_map(frame, names)
        return _offset_bars(frame[frame["unit"] == names[0]])


class ShiftsTable(Table):
    """Stretches of work: one row a unit, set of weekdays and stretch."""

    def plot(self, unit: str = "") -> Figure:  # type: ignore[override]
        """A bar from start to end of each stretch, with the 90 % intervals of both edges.

        Raises:
            UsageError: matplotlib is not installed, or there is no such unit.
        """
        frame = pd.DataFrame(self)
        chosen = frame[frame["unit"].isin(_units(frame, unit))] if len(frame) else frame
        return _stretches(chosen[chosen["start_min"].notna()] if len(chosen) else chosen)


class ImagesTable(Table):
    """What images say: one row an image, and one for each file that is none."""

    def plot(self) -> Figure:  # type: ignore[override]
        """The positions that images name, each with its radius, over the outlines of countries.

        Raises:
            UsageError: matplotlib is not installed.
        """
        frame = pd.DataFrame(self)
        return _positions(frame[frame["lat"].notna()] if len(frame) else frame, len(frame))


def sun_figure(name: str, countries: pd.DataFrame) -> Figure:
    """The likeliest countries of a shadow: shares of people as bars, of land as dots.

    Raises:
        UsageError: matplotlib is not installed.
    """
    rows = countries.head(COUNTRIES).iloc[::-1]
    figure, axes = new_figure(7, 1.2 + 0.3 * max(len(rows), 1))
    at = list(range(len(rows)))
    axes.barh(at, rows["people"], color=FIRST, label="by people")
    axes.plot(rows["land"].astype(float), at, "o", color=SECOND, label="by land")
    axes.set_yticks(at, [plain(text) for text in rows["name"]])
    axes.set_xlim(left=0)
    axes.set_xlabel("share of what the shadow leaves possible")
    axes.set_title(plain(name))
    axes.legend(loc="lower right")
    return figure


def _units(frame: pd.DataFrame, unit: str) -> list[str]:
    """The units to draw: the one that is named, or all of them.

    Raises:
        UsageError: there is no such unit.
    """
    names = [str(name) for name in dict.fromkeys(frame["unit"])] if len(frame) else []
    if unit and unit not in names:
        raise UsageError(
            f"no unit {unit!r:.60}", todo=f"one of: {', '.join(map(repr, names[:8])) or 'none'}"
        )
    return [unit] if unit else names


def _offset_bars(rows: pd.DataFrame) -> Figure:
    figure, axes = new_figure(7, 3.2)
    hours = rows["offset_min"] / 60
    axes.bar(hours, rows["p_population"], width=0.4, color=FIRST, label="by population")
    axes.plot(hours, rows["p_uniform"], "o", color=SECOND, ms=4, label="all offsets alike")
    inside = rows[rows["in80_population"]]
    axes.plot(inside["offset_min"] / 60, [0] * len(inside), "^", color="black", clip_on=False,
              label="in the 80 % set by population")  # fmt: skip
    first = rows.iloc[0]
    axes.set_title(f"{plain(first['unit'])}: {first['status']}, {first['posts']:,} posts")
    axes.set_xlabel("offset from UTC in hours, if ordinary hours are kept")
    axes.set_ylabel("probability")
    axes.set_ylim(bottom=0)
    axes.legend(loc="upper left")
    return figure


def _offset_map(frame: pd.DataFrame, names: list[str]) -> Figure:
    shown = names[:UNITS]
    figure, axes = new_figure(8, 1.2 + 0.25 * max(len(shown), 1))
    axes.set_title(f"{len(shown)} of {len(names)} units")
    if not shown:
        return figure
    chosen = frame[frame["unit"].isin(shown)]
    wide = chosen.pivot_table(
        index="unit", columns="offset_min", values="p_population", sort=False, fill_value=0.0
    ).sort_index(axis=1)
    picture = axes.imshow(wide, cmap="Blues", vmin=0, aspect="auto")
    offsets = [int(name) for name in wide.columns]
    whole = [place for place, offset in enumerate(offsets) if offset % 180 == 0]
    axes.set_xticks(whole, [f"{offsets[place] // 60:+d}" for place in whole])
    axes.set_yticks(range(len(wide)), [plain(name) for name in wide.index])
    axes.set_xlabel("offset from UTC in hours")
    figure.colorbar(picture, ax=axes, label="probability, by population")
    return figure


def _stretches(rows: pd.DataFrame) -> Figure:
    rows = rows.head(UNITS)
    figure, axes = new_figure(8, 1.2 + 0.35 * max(len(rows), 1))
    labels = []
    for at, (_, row) in enumerate(rows.iterrows()):
        start, end = float(row["start_min"]) / 60, float(row["end_min"]) / 60
        end += 24 if end < start else 0
        firm = row["status"] == "found"
        axes.barh(at, end - start, left=start, color=FIRST if firm else "#bbbbbb")
        for low, high in _edges(row, start, end):
            axes.plot([low, high], [at, at], "k|-")
        days = "".join("MTWTFSS"[int(day)] for day in row["weekdays"])
        labels.append(f"{plain(row['unit'])} {days}" + ("" if firm else " (no shift)"))
    axes.set_yticks(range(len(rows)), labels)
    axes.invert_yaxis()
    axes.set_xlabel("local hour of the zone in the table; past 24 is the next day")
    axes.set_title(
        plural(len(rows), "stretch", "stretches") if len(rows) else "no stretch of work stands out"
    )
    return figure


def _edges(row: Mapping[str, Any] | pd.Series, start: float, end: float) -> Iterator[Any]:
    """Both 90 % intervals, moved by whole days to where their edge is drawn."""
    for name, at in (("start", start), ("end", end)):
        low, high = float(row[f"{name}_low_min"]) / 60, float(row[f"{name}_high_min"]) / 60
        middle = float(row[f"{name}_min"]) / 60
        yield at - (middle - low) % 24, at + (high - middle) % 24


def _positions(rows: pd.DataFrame, total: int) -> Figure:
    from forensics.show.outline import Shapes, boundaries_for

    figure, axes = new_figure(7, 5)
    axes.set_title(f"{len(rows)} of {total} images name a position")
    if not len(rows):
        return figure
    for outline in Shapes(boundaries_for(())).countries.values():
        for part in getattr(outline, "geoms", [outline]):
            axes.fill(*part.exterior.xy, color="#e9e5d8", ec="#b9b3a2", lw=0.5)
    axes.plot(rows["lon"], rows["lat"], "o", mfc="none", mec=FIRST)
    pad = max(2.0, *(0.3 * (rows[name].max() - rows[name].min()) for name in ("lon", "lat")))
    axes.set_xlim(rows["lon"].min() - pad, rows["lon"].max() + pad)
    axes.set_ylim(rows["lat"].min() - pad, rows["lat"].max() + pad)
    for _, row in rows.head(NAMED).iterrows():
        text = f" {plain(str(row['path']).rpartition('/')[2])} ± {int(row['radius_m']):,} m"
        axes.annotate(text, (row["lon"], row["lat"]), annotation_clip=True, fontsize=8)
    axes.set_xlabel("longitude; outlines: Natural Earth, no opinion on the status of borders")
    axes.set_ylabel("latitude")
    return figure
