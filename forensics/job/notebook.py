"""A case in a notebook: its links, its weights and where it points, as tables that draw themselves.

    import forensics
    case = forensics.open_case("reports/x/case")
    case.weigh()                         # shown as a table in a notebook
    case.posterior("admin1").plot()      # needs pip install 'gnomon-forensics[plot]'
    case.links().groups

Everything is read from the tables of the case: nothing is computed, and nothing is written. Weights
are in decibans and probabilities between 0 and 1 here, because people read them; the tables of the
case hold integers. Text from posts is escaped wherever it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forensics.case import Case
from forensics.errors import UsageError
from forensics.job.together import PLACES, SAME_PLACE
from forensics.show.phrases import visible

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

LEVELS = ("country", "admin1", "admin2", "zone")
BARS = 12
"""Bars drawn for one unit; the frame has all rows."""
NODES = 60
"""Accounts drawn in one picture of links; the frame has all of them."""


def safe_html(frame: pd.DataFrame) -> str:
    """A frame as an HTML table: escaped, with hidden characters spelled out, at most 60 rows."""
    shown = frame.copy()
    for name in shown.select_dtypes(exclude="number").columns:
        shown[name] = shown[name].map(lambda cell: "" if cell is None else visible(str(cell)))
    return str(shown.to_html(escape=True, max_rows=60, index=False))


@dataclass(frozen=True)
class Shown:
    """A data frame that a notebook shows as a table."""

    frame: pd.DataFrame
    """The table. Change a copy: `frame.copy()`."""

    def _repr_html_(self) -> str:
        """HTML for a notebook: escaped, and with nothing hidden in foreign text."""
        return safe_html(self.frame)

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.frame)


@dataclass(frozen=True)
class Links(Shown):
    """Ties between accounts, one row each: a, b, kind, n, decibans and what they share."""

    groups: pd.DataFrame = field(kw_only=True)
    """Groups of accounts with their members."""
    same_place: pd.DataFrame = field(kw_only=True)
    """Pairs that were compared by place."""

    def plot(self) -> Figure:
        """The accounts with most ties on a circle, a line for each tie, by group.

        Raises:
            UsageError: matplotlib is not installed.
        """
        return _links_figure(self.frame, self.groups)


@dataclass(frozen=True)
class Weights(Shown):
    """One row for each unit, group of clues and hypothesis, in decibans."""

    def table(self, unit: str = "") -> pd.DataFrame:
        """Hypotheses in rows, groups in columns, decibans in cells, with their sum.

        Raises:
            UsageError: no such unit, or several and none named.
        """
        rows = self.frame[self.frame["unit"] == _one_of(self.frame, unit)]
        wide = rows.pivot_table(
            index="hypothesis", columns="group", values="decibans", aggfunc="sum", sort=False
        )
        wide["sum"] = wide.sum(axis=1)
        return wide

    def plot(self, unit: str = "") -> Figure:
        """The table as a picture: blue for, red against.

        Raises:
            UsageError: matplotlib is not installed, or the unit is not clear.
        """
        return _weights_figure(self.table(unit))


@dataclass(frozen=True)
class Posterior(Shown):
    """Areas of one level with their probabilities: aimed (the headline), random, and the prior."""

    def plot(self, unit: str = "") -> Figure:
        """A bar for each of the first areas, with its prior and the answer at random beside it.

        Raises:
            UsageError: matplotlib is not installed, or the unit is not clear.
        """
        rows = self.frame[self.frame["unit"] == _one_of(self.frame, unit)]
        return _posterior_figure(rows.head(BARS))


@dataclass(frozen=True)
class NotebookCase:
    """A case, opened to look at."""

    case: Case

    def links(self) -> Links:
        """What ties accounts to each other; empty where nothing was looked for.

        Raises:
            CaseError: a table cannot be read.
        """
        return links(self.case)

    def weigh(self) -> Weights:
        """The weights as last worked out.

        Raises:
            UsageError: the case was not weighed yet.
        """
        return weights(self.case)

    def posterior(self, level: str = "admin1") -> Posterior:
        """Where the clues point, over the areas of a level: country, admin1, admin2 or zone.

        Raises:
            UsageError: the case was not weighed yet, or there is no such level.
        """
        return posterior(self.case, level)


def open_case(path: str | Path) -> NotebookCase:
    """A case folder, opened to look at: nothing is written.

    Raises:
        CaseError: it is no case, or it is damaged.
    """
    return NotebookCase(Case.open(Path(path)))


def links(case: Case) -> Links:
    """Ties between the accounts of a case, its groups, and who fits one place with whom."""
    edges = _frame(case, "edges.jsonl", needed=False)
    for name in ("mdb", "low_mdb", "high_mdb"):
        _to_decibans(edges, name)
    pairs = _frame(case, SAME_PLACE, needed=False)
    for name in ("random_mdb", "aimed_mdb", "city_mdb"):
        _to_decibans(pairs, name)
    return Links(edges, groups=_frame(case, "groups.jsonl", needed=False), same_place=pairs)


def weights(case: Case) -> Weights:
    """The weights of a case, one row for each unit, group and hypothesis.

    Raises:
        UsageError: the case was not weighed yet.
    """
    frame = _frame(case, "weights.jsonl")
    for name in ("mdb", "low_mdb", "high_mdb"):
        _to_decibans(frame, name)
    return Weights(frame)


def posterior(case: Case, level: str = "admin1") -> Posterior:
    """Areas of one level with their probabilities, the highest first in each unit.

    Raises:
        UsageError: the case was not weighed yet, or there is no such level.
    """
    if level not in LEVELS:
        raise UsageError(f"no level {level!r:.40}", todo=f"one of: {', '.join(LEVELS)}")
    frame = _frame(case, PLACES)
    frame = frame[frame["level"] == level].reset_index(drop=True) if len(frame) else frame
    for name in ("aimed_ppm", "random_ppm", "prior_ppm"):
        if name in frame:
            frame[name.removesuffix("_ppm")] = frame.pop(name) / 1_000_000
    return Posterior(frame)


def _frame(case: Case, table: str, *, needed: bool = True) -> pd.DataFrame:
    """A table of the case as a data frame; an empty one where it is missing and may be."""
    import pandas as pd

    if not (case.tables / table).is_file():
        if needed:
            raise UsageError(
                "is not weighed yet", where=str(case.root), todo=f"gnomon weigh {case.root}"
            )
        return pd.DataFrame()
    rows: Sequence[Mapping[str, Any]] = list(case.read_table(table))
    return pd.DataFrame(rows)


def _to_decibans(frame: pd.DataFrame, name: str) -> None:
    """Give a column of milli-decibans its readable name and unit."""
    if name in frame:
        frame[name.replace("mdb", "decibans")] = frame.pop(name) / 1000


def _one_of(frame: pd.DataFrame, unit: str) -> str:
    """The unit that is meant; an empty name is enough where there is only one."""
    names = list(dict.fromkeys(frame["unit"])) if len(frame) else []
    if unit in names:
        return unit
    if not unit and len(names) == 1:
        return str(names[0])
    raise UsageError(
        f"no unit {unit!r:.60}" if unit else "there is not just one unit",
        todo=f"one of: {', '.join(map(repr, names[:8])) or 'none'}",
    )


def new_figure(width: float, height: float) -> tuple[Figure, Any]:
    """An empty figure and its axes, apart from any window or state of the process.

    Raises:
        UsageError: matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure as New
    except ImportError:
        raise UsageError(
            "drawing needs matplotlib", todo="pip install 'gnomon-forensics[plot]'"
        ) from None
    figure = New(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


def plain(text: object) -> str:
    """Foreign text as a label: nothing hidden, and no formula for the drawing to read."""
    return visible(str(text), 40).replace("$", "\\$")


def _posterior_figure(rows: pd.DataFrame) -> Figure:
    figure, axes = new_figure(7, 0.9 + 0.35 * max(len(rows), 1))
    rows = rows.iloc[::-1]
    at = list(range(len(rows)))
    axes.barh(at, rows["aimed"], color="#1d4f7c", label="planting allowed for")
    axes.plot(rows["random"], at, "o", color="#b8860b", label="chance failures only")
    axes.plot(rows["prior"], at, "|", color="black", label="prior")
    axes.set_yticks(at, [plain(name) for name in rows["name"]])
    axes.set_xlim(0, 1)
    axes.set_xlabel("probability")
    axes.legend(loc="lower right")
    return figure


def _weights_figure(wide: pd.DataFrame) -> Figure:
    cells = wide.drop(columns="sum")
    figure, axes = new_figure(2.5 + 0.9 * cells.shape[1], 1.2 + 0.4 * len(cells))
    most = max(float(cells.abs().to_numpy().max()), 1.0)
    axes.imshow(cells, cmap="RdBu", vmin=-most, vmax=most, aspect="auto")
    axes.set_xticks(range(cells.shape[1]), [plain(name) for name in cells.columns])
    axes.set_yticks(range(len(cells)), [plain(name) for name in cells.index])
    for row, values in enumerate(cells.to_numpy().tolist()):
        for column, value in enumerate(values):
            axes.text(column, row, f"{value:+.0f}", ha="center", va="center")
    axes.set_title("decibans for (+) and against (-)")
    return figure


def _links_figure(edges: pd.DataFrame, groups: pd.DataFrame) -> Figure:
    import math

    figure, axes = new_figure(7, 7)
    axes.set_axis_off()
    if not len(edges):
        axes.set_title("no links")
        return figure
    ends = [str(name) for column in ("a", "b") for name in edges[column]]
    counted = sorted(set(ends), key=lambda name: (-ends.count(name), name))[:NODES]
    home = _homes(groups)
    order = sorted(counted, key=lambda name: (home.get(name, "~"), name))
    turn = 2 * math.pi / len(order)
    spot = {
        name: (math.cos(turn * number), math.sin(turn * number))
        for number, name in enumerate(order)
    }
    drawn = {tuple(sorted(pair)) for pair in zip(edges["a"], edges["b"], strict=True)}
    for one, other in sorted(drawn):
        if one in spot and other in spot:
            axes.plot(*zip(spot[one], spot[other], strict=True), color="#1d4f7c", alpha=0.2)
    colours = _colours(sorted(set(home.values())))
    for name, (x, y) in spot.items():
        axes.plot([x], [y], "o", color=colours(home.get(name, "")))
        axes.text(1.06 * x, 1.06 * y, plain(name), ha="left" if x > 0 else "right", va="center")
    axes.margins(0.25)
    axes.set_title(f"{len(order)} of {len(set(ends))} accounts, {len(edges)} ties")
    return figure


def _homes(groups: pd.DataFrame) -> dict[str, str]:
    """Account -> its group."""
    if not len(groups) or "members" not in groups:
        return {}
    return {str(name): str(row["group"]) for _, row in groups.iterrows() for name in row["members"]}


def _colours(names: Sequence[str]) -> Callable[[str], str]:
    """A colour for each group; grey for accounts in none."""
    palette = ("#1d4f7c", "#b8860b", "#9b2d1f", "#2f6b3a", "#6a4c93", "#444444")
    known = {name: palette[number % len(palette)] for number, name in enumerate(names)}
    return lambda name: known.get(name, "#bbbbbb")
