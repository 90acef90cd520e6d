"""The statement about changes over time, as observations. It carries no clue of its own.

Method and measured figures: docs/methods/segments.md.
"""

from __future__ import annotations

from forensics import clock
from forensics.clues.segments.answer import LawChange, Segment, SegmentsAnswer
from forensics.clues.segments.split import (
    LEAST_GAIN,
    LEAST_HOURS,
    LEAST_SHIFT_MIN,
    MOST_P,
    Split,
)
from forensics.model import Finding, Json, Observation
from forensics.reference.templates import library
from forensics.version import __version__

FINDER = "segments"
MANY_CAUSES = (
    "Travel, a hand-over, a new shift and a new habit move the day alike; the date is found, not "
    "its cause."
)
SMALL = "Moves of less than 2.4 h are not told from habits that drift; most of 3 h are missed."
MEMBERS = "Several accounts: members that come and go move the day of the whole as well."


def finding(answer: SegmentsAnswer) -> Finding:
    """The answer as a finding with one observation per date."""
    limits = [MANY_CAUSES, SMALL]
    if len(answer.activity.hours) > 1:
        limits.append(MEMBERS)
    return Finding(
        finder=FINDER,
        unit=answer.activity.unit,
        status=answer.status,
        statement=statement_of(answer),
        observations=tuple(
            _observation(answer, index, split) for index, split in enumerate(answer.splits)
        ),
        limits=tuple(limits),
        details=details_of(answer),
    )


def day_text(day: int) -> str:
    """`2016-03-27` of a day counted from 1970."""
    return clock.utc_text(day * 86_400_000_000)[:10]


def split_text(split: Split) -> str:
    """One date in words."""
    return (
        f"{day_text(split.day)} ({day_text(split.low_day)} to {day_text(split.high_day)}): "
        f"{abs(split.later_min) / 60:.1f} h {'later' if split.later_min > 0 else 'earlier'}"
    )


def statement_of(answer: SegmentsAnswer) -> str:
    """The answer in one sentence or two."""
    if answer.status == "insufficient":
        return "Changes over time cannot be told. " + " ".join(answer.reasons)
    if not answer.splits:
        return "No date at which the day of the activity moved by 2.4 h or more."
    dates = "; ".join(split_text(split) for split in answer.splits)
    return (
        f"The day of the activity moved, in UTC: {dates}. Ask about each stretch by itself: one "
        "answer for all of them mixes different days."
    )


def _observation(answer: SegmentsAnswer, index: int, split: Split) -> Observation:
    activity = answer.activity
    return Observation(
        id=f"{FINDER}:{activity.unit}:split{index + 1}",
        about=activity.unit,
        statement="The day moved on " + split_text(split) + " in UTC.",
        value=split.day,
        interval=(split.low_day, split.high_day),
        unit="days from 1970",
        rows=activity.rows,
        rows_total=activity.n_posts,
        method="segments",
        version=f"gnomon {__version__}; {clock.ZONE_DATABASE}; {library().version}",
        settings={
            "least_hours": LEAST_HOURS,
            "least_shift_min": LEAST_SHIFT_MIN,
            "least_gain_ppm": round(LEAST_GAIN * 1_000_000),
            "most_p_ppm": round(MOST_P * 1_000_000),
        },
    )


def details_of(answer: SegmentsAnswer) -> dict[str, Json]:
    """All numbers, for the record and for `--json`."""
    splits: list[Json] = [
        {
            "day": day_text(split.day),
            "low_day": day_text(split.low_day),
            "high_day": day_text(split.high_day),
            "later_min": split.later_min,
            "gain_ppm": split.gain_ppm,
            "p_ppm": split.p_ppm,
            "law_changes": [_law_details(law) for law in laws],
        }
        for split, laws in zip(answer.splits, answer.laws, strict=True)
    ]
    return {
        "reasons": list(answer.reasons),
        "splits": splits,
        "segments": [_segment_details(segment) for segment in answer.segments],
    }


def _segment_details(segment: Segment) -> Json:
    return {
        "start": day_text(segment.first_day),
        "end": day_text(segment.last_day),
        "n_posts": segment.posts,
        "n_active_hours": segment.hours,
        "set80_min": list(segment.set80_min),
    }


def _law_details(law: LawChange) -> Json:
    return {"day": day_text(law.day), "jump_min": law.jump_min, "zones": list(law.zones)}
