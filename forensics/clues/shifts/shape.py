"""From pieces to words: blocks of work, breaks inside and between them. Positions only.

Everything is in quarter-hours from the cut; `answer` measures the edges and turns them into times.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from forensics.clues.shifts.pieces import Pieces

ON_SHARE = 0.3
"""A piece belongs to work from this part of the way from the quiet to the usual level."""
LONGEST_GAP = 22
"""A gap of up to 5.5 hours between two blocks is a break; a longer one parts two shifts."""
PARTS = 0.5
"""A dip to less than this part of the work on both its sides parts two blocks."""
LEAST_DIP = 0.05
"""A dip shallower than this part of its flanks is no break."""
ROOM = 8
"""Quarter-hours of neighbourhood that an edge should have on either side."""
SHORT_PIECE = 3
"""Pieces of up to 45 minutes are slots where they hold most of the events."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the day with the pieces that border it."""

    first: int
    end: int
    before: int
    """First quarter-hour of what lies before it."""
    after: int
    """One past the last quarter-hour of what lies after it."""
    depth: float = 0.0
    """For a break: 1 is nothing at all, 0 is no dip."""
    first_end: int = 0
    """How far into the stretch its first edge may be looked for."""
    last_first: int = 0
    """How far back from its end its last edge may be looked for."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the pieces of a day look like."""

    blocks: tuple[Span, ...]
    breaks: tuple[Span, ...]
    on: float
    """Mean level inside the blocks, events per quarter-hour."""
    off: float
    """Mean level outside."""
    slots: bool
    """Most events stand in pieces of up to 45 minutes: slots of a schedule, no shift."""

    def with_break(self, span: Span) -> Shape:
        """The same with one more break."""
        breaks = tuple(sorted((*self.breaks, span), key=lambda one: one.first))
        return replace(self, breaks=breaks)


def shape_of(pieces: Pieces) -> Shape:
    """Blocks and breaks of a day."""
    spans = pieces.spans
    if len(spans) == 1:
        return Shape((), (), float(pieces.levels[0]), float(pieces.levels[0]), slots=False)
    quiet = min((level for first, end, level in spans if end - first >= 4), default=0.0)
    order = np.sort(pieces.levels)
    usual = float(order[np.searchsorted(np.cumsum(order), order.sum() / 2)])
    threshold = quiet + ON_SHARE * (usual - quiet)
    on = _part([level > threshold + 1e-12 for _, _, level in spans], spans)
    blocks = _blocks(spans, on)
    breaks = _gaps(spans, on, blocks) + _dips(spans, on)
    inside = np.zeros(len(pieces.levels), dtype=bool)
    for block in blocks:
        inside[block.first : block.end] = True
    events = sum(level * (end - first) for first, end, level in spans)
    short = sum(
        level * (end - first)
        for (first, end, level), work in zip(spans, on, strict=True)
        if work and end - first <= SHORT_PIECE
    )
    return Shape(
        blocks=tuple(blocks),
        breaks=tuple(sorted(breaks, key=lambda one: one.first)),
        on=float(pieces.levels[inside].mean()) if inside.any() else 0.0,
        off=float(pieces.levels[~inside].mean()) if not inside.all() else 0.0,
        slots=short > 0.5 * max(events, 1e-9),
    )


Spans = tuple[tuple[int, int, float], ...]


def _part(on: list[bool], spans: Spans) -> list[bool]:
    """Work with the deepest dips taken out: half of both sides missing parts two blocks."""
    out = list(on)
    for number in range(1, len(spans) - 1):
        left = max((spans[i][2] for i in range(number) if on[i]), default=0.0)
        right = max((spans[i][2] for i in range(number + 1, len(spans)) if on[i]), default=0.0)
        if on[number] and spans[number][2] < PARTS * min(left, right):
            out[number] = False
    return out


def _span(spans: Spans, on: list[bool], low: int, high: int, depth: float = 0.0) -> Span:
    """The stretch from piece `low` to piece `high`, and how far its neighbourhood reaches.

    An edge that is a ramp gets a short piece of its own; it must not be taken for the level.
    """
    first, end = spans[low][0], spans[high][1]
    before = _reach(spans, on, low, -1)
    after = _reach(spans, on, high, 1)
    return Span(
        first=first,
        end=end,
        before=before,
        after=after,
        depth=depth,
        first_end=min(end, max(spans[low][1], first + ROOM)),
        last_first=max(first, min(spans[high][0], end - ROOM)),
    )


def _reach(spans: Spans, on: list[bool], piece: int, step: int) -> int:
    """Where the stretch next to a piece ends: further pieces of its kind, until there is room."""
    here = piece + step
    if not 0 <= here < len(spans):
        return spans[0][0] if step < 0 else spans[-1][1]
    border = [(first if step < 0 else end) for first, end, _ in spans]
    kind = on[here]
    while (
        abs(border[here] - border[piece]) < ROOM
        and 0 <= here + step < len(spans)
        and on[here + step] == kind
    ):
        here += step
    return border[here]


def _blocks(spans: Spans, on: list[bool]) -> list[Span]:
    """Runs of pieces that belong to work."""
    found, start = [], -1
    for number, work in enumerate([*on, False]):
        if work and start < 0:
            start = number
        elif not work and start >= 0:
            found.append(_span(spans, on, start, number - 1))
            start = -1
    return found


def _gaps(spans: Spans, on: list[bool], blocks: list[Span]) -> list[Span]:
    """Breaks between two blocks."""
    found = []
    firsts = [first for first, _, _ in spans]
    ends = [end for _, end, _ in spans]
    for left, right in pairwise(blocks):
        if right.first - left.end <= LONGEST_GAP:
            low, high = firsts.index(left.end), ends.index(right.first)
            found.append(_span(spans, on, low, high, _depth(spans, low, high)))
    return found


def _dips(spans: Spans, on: list[bool]) -> list[Span]:
    """Breaks inside a block: pieces lower than both neighbours, all of them at work."""
    found = []
    for number in range(1, len(spans) - 1):
        left, here, right = (spans[number + step][2] for step in (-1, 0, 1))
        if on[number - 1] and on[number] and on[number + 1] and here < min(left, right):
            depth = _depth(spans, number, number)
            if depth >= LEAST_DIP:
                found.append(_span(spans, on, number, number, depth))
    return found


def _depth(spans: Spans, low: int, high: int) -> float:
    """How much of the flanks' mean level is missing in the pieces from `low` to `high`."""
    flanks = (spans[low - 1][2] + spans[high + 1][2]) / 2
    length = sum(spans[i][1] - spans[i][0] for i in range(low, high + 1))
    inside = sum(spans[i][2] * (spans[i][1] - spans[i][0]) for i in range(low, high + 1)) / length
    return 1.0 - inside / flanks if flanks > 0 else 0.0
