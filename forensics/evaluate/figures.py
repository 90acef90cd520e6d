"""Two pictures of an evaluation: reliability, and risk against coverage. PNG, drawn by Pillow.

Drawn at twice the size and scaled down, with the font that Pillow carries: no system font, no
clock, so equal figures give equal bytes with one version of Pillow.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forensics.evaluate import metrics
from forensics.evaluate.evaluation import Evaluation

if TYPE_CHECKING:
    from PIL import ImageFont

SCALE = 2
WIDTH, HEIGHT = 1360, 720
PAPER, INK, MUTED, GRID, FAINT = "#ffffff", "#1f2933", "#5f6c7b", "#e3e8ee", "#f4f6f8"
UNIFORM, POPULATION, IDEAL = "#b45309", "#1d4e89", "#9aa5b1"
FEWEST_IN_BIN = 5
TITLE_PX, TEXT_PX, SMALL_PX = 25, 17, 15

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Panel:
    """A square plot with both axes in per cent, or with a shorter y axis."""

    left: int
    top: int
    width: int
    height: int
    y_top: float = 1.0
    """Value at the upper edge."""

    def at(self, x: float, y: float) -> Point:
        """Pixel of a point with 0 <= x <= 1."""
        return (
            (self.left + x * self.width) * SCALE,
            (self.top + self.height * (1 - min(y, self.y_top) / self.y_top)) * SCALE,
        )


class Sheet:
    """A page that is drawn on at twice its size."""

    def __init__(self) -> None:
        from PIL import Image, ImageDraw, ImageFont

        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), PAPER)
        self.draw = ImageDraw.Draw(self.image)
        self._load = ImageFont.load_default
        self._fonts: dict[int, ImageFont.FreeTypeFont | ImageFont.ImageFont] = {}

    def text(
        self, x: float, y: float, words: str, *, px: int = TEXT_PX, ink: str = INK, to: str = "ls"
    ) -> None:
        """Words at a point; `to` is Pillow's anchor (`ls` = left end of the base line)."""
        self.draw.text((x * SCALE, y * SCALE), words, fill=ink, font=self._font(px), anchor=to)

    def length(self, words: str, px: int = TEXT_PX) -> float:
        """Width of words."""
        return float(self.draw.textlength(words, font=self._font(px))) / SCALE

    def _font(self, px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
        if px not in self._fonts:
            self._fonts[px] = self._load(size=px * SCALE)
        return self._fonts[px]

    def line(self, points: Sequence[Point], ink: str, width: float = 2.0) -> None:
        """A line through pixels."""
        self.draw.line(list(points), fill=ink, width=round(width * SCALE), joint="curve")

    def dashes(self, start: Point, end: Point, ink: str) -> None:
        """A dashed straight line between two pixels."""
        length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
        step = 9.0 * SCALE
        for number in range(int(length // step) + 1):
            if number % 2:
                continue
            a, b = number * step / length, min(1.0, (number + 1) * step / length)
            ends = [
                (start[0] + (end[0] - start[0]) * at, start[1] + (end[1] - start[1]) * at)
                for at in (a, b)
            ]
            self.line(ends, ink, 1.5)

    def dot(self, point: Point, radius: float, ink: str) -> None:
        """A filled circle with a white rim."""
        for grown, colour in ((radius + 1.5, PAPER), (radius, ink)):
            reach = grown * SCALE
            self.draw.ellipse(
                (point[0] - reach, point[1] - reach, point[0] + reach, point[1] + reach),
                fill=colour,
            )

    def png(self) -> bytes:
        """The page as PNG at its own size."""
        from PIL import Image

        small = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        small.save(out, "PNG", optimize=False, compress_level=9)
        return out.getvalue()


def _axes(sheet: Sheet, panel: Panel, x_title: str, y_title: str, y_ticks: Sequence[float]) -> None:
    """Grid, frame, tick labels and axis titles."""
    sheet.draw.rectangle((*panel.at(0, panel.y_top), *panel.at(1, 0)), fill=FAINT)
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        sheet.line([panel.at(tick, 0), panel.at(tick, panel.y_top)], GRID, 1)
        x = panel.left + tick * panel.width
        sheet.text(
            x, panel.top + panel.height + 24, f"{tick * 100:.0f} %", px=SMALL_PX, ink=MUTED, to="ms"
        )
    for tick in y_ticks:
        sheet.line([panel.at(0, tick), panel.at(1, tick)], GRID, 1)
        y = panel.at(0, tick)[1] / SCALE
        sheet.text(panel.left - 12, y, f"{tick * 100:.0f} %", px=SMALL_PX, ink=MUTED, to="rm")
    sheet.line([panel.at(0, panel.y_top), panel.at(0, 0), panel.at(1, 0)], MUTED, 1.5)
    middle = panel.left + panel.width / 2
    sheet.text(middle, panel.top + panel.height + 56, x_title, to="ms")
    sheet.text(panel.left - 56, panel.top - 20, y_title)


def _head(sheet: Sheet, title: str, evaluation: Evaluation) -> None:
    """Title, what it is drawn from, and the two colours."""
    sheet.text(56, 50, title, px=TITLE_PX)
    name = evaluation.labels.name
    shown = "".join(c for c in name if c.isprintable() and ord(c) < 0x250)[:60]
    answered = int(evaluation.answered.sum())
    about = f"{shown}: {len(evaluation.rows):,} accounts, {answered:,} with an answer"
    draw = evaluation.settings["draw"]
    about += f"; {draw} posts drawn of each" if draw else ""
    folds = evaluation.settings["folds"]
    about += f"; {folds} folds" if folds else ""
    sheet.text(56, 80, about, px=SMALL_PX, ink=MUTED)
    x = float(WIDTH - 56)
    for words, ink in (("population prior", POPULATION), ("uniform prior", UNIFORM)):
        sheet.text(x, 80, words, px=SMALL_PX, ink=INK, to="rs")
        x -= sheet.length(words, SMALL_PX) + 16
        sheet.dot((x * SCALE, 75 * SCALE), 6, ink)
        x -= 28


def reliability_png(evaluation: Evaluation) -> bytes:
    """Reliability of the best offset (left) and coverage of sets of every size (right)."""
    sheet = Sheet()
    _head(sheet, "Is it right as often as it says?", evaluation)
    left = Panel(112, 160, 500, 440)
    right = Panel(800, 160, 500, 440)
    ticks = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    _axes(sheet, left, "probability given to the best offset", "how often it was exact", ticks)
    _axes(sheet, right, "mass of the set", "how often the set held the truth", ticks)
    for panel in (left, right):
        sheet.dashes(panel.at(0, 0), panel.at(1, 1), IDEAL)
    inks = (UNIFORM, POPULATION)
    for scored, ink, aside in zip(evaluation.scored, inks, (-2.0, 2.0), strict=True):
        _bins(sheet, left, metrics.reliability(scored), ink, aside)
        masses = np.linspace(0, 1, 201)
        held = metrics.set_coverage(scored, masses)
        sheet.line(
            [right.at(float(m), float(h)) for m, h in zip(masses, held, strict=True)], ink, 2.5
        )
        stated = float(scored.held80.mean())
        sheet.dot(right.at(0.8, stated), 6, ink)
    sheet.text(
        left.left, 690,
        "dots: five or more accounts of like probability, larger for more; bars: 95 %",
        px=SMALL_PX, ink=MUTED,
    )  # fmt: skip
    sheet.text(
        right.left, 690,
        "lines: sets of exactly that mass; dots: the 80 % sets as given",
        px=SMALL_PX, ink=MUTED,
    )  # fmt: skip
    return sheet.png()


def _bins(sheet: Sheet, panel: Panel, bins: Sequence[metrics.Bin], ink: str, aside: float) -> None:
    """One series of the reliability diagram; bins of a few accounts would only show chance."""
    bins = [one for one in bins if one.n >= FEWEST_IN_BIN]
    points = []
    for one in bins:
        x, y = panel.at(one.predicted, one.observed.mean)
        x += aside * SCALE
        low, high = (panel.at(0, v)[1] for v in (one.observed.low, one.observed.high))
        sheet.line([(x, low), (x, high)], ink, 1.5)
        points.append((x, y))
    if len(points) > 1:
        sheet.line(points, ink, 1.5)
    most = max((one.n for one in bins), default=1)
    for one, point in zip(bins, points, strict=True):
        sheet.dot(point, 4 + 6 * (one.n / most) ** 0.5, ink)


def risk_coverage_png(evaluation: Evaluation) -> bytes:
    """Share of wrong answers against share of accounts answered: off by over 1 h, and not exact."""
    sheet = Sheet()
    _head(sheet, "How wrong, if only the surest accounts are answered?", evaluation)
    curves = [metrics.risk_coverage(scored) for scored in evaluation.scored]
    wide = any(float(curve.wrong_1h.max(initial=0.0)) > 0.5 for curve in curves)
    panels = (Panel(112, 160, 500, 440, 1.0 if wide else 0.5), Panel(800, 160, 500, 440))
    whole = (0, 0.2, 0.4, 0.6, 0.8, 1.0)
    ticks = (whole if wide else (0, 0.1, 0.2, 0.3, 0.4, 0.5), whole)
    words = ("answers off by more than 1 h", "answers not exact")
    for panel, title, marks in zip(panels, words, ticks, strict=True):
        _axes(sheet, panel, "share of accounts answered, the surest first", title, marks)
    for curve, ink in zip(curves, (UNIFORM, POPULATION), strict=True):
        for panel, risk in zip(panels, (curve.wrong_1h, curve.wrong_exact), strict=True):
            # The first few accounts alone make a line of no meaning.
            shown = curve.coverage >= min(0.02, curve.coverage.max(initial=1.0))
            where = zip(curve.coverage[shown], risk[shown], strict=True)
            sheet.line([panel.at(float(x), float(y)) for x, y in where], ink, 2.5)
    for prior in (0, 1):
        for percent in (60, 100):
            _, found = evaluation.at_coverage(prior, percent)
            for panel, name in zip(panels, ("within_1h", "exact"), strict=True):
                _risk_dot(sheet, panel, percent / 100, found[name], 2.0 * (2 * prior - 1))
    sheet.text(
        112, 690, "dots and bars: 60 % and all of the accounts, with 95 % intervals over accounts",
        px=SMALL_PX, ink=MUTED,
    )  # fmt: skip
    return sheet.png()


def _risk_dot(sheet: Sheet, panel: Panel, x: float, right: metrics.Interval, aside: float) -> None:
    """A dot with its interval; `right` is a share of right answers, `aside` parts the priors."""
    ink = UNIFORM if aside < 0 else POPULATION
    across, middle = panel.at(x, 1 - right.mean)
    across += aside * SCALE
    ends = [(across, panel.at(0, 1 - value)[1]) for value in (right.low, right.high)]
    sheet.line(ends, ink, 1.5)
    sheet.dot((across, middle), 6, ink)
