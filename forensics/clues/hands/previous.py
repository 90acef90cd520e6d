"""What earlier owners of accounts did, analysed apart: it moves no hypothesis about the present."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from forensics.clock import offset_text
from forensics.clues.activity import Activity
from forensics.clues.hands.answer import HandsAnswer, since_last_hand_over
from forensics.clues.hours.answer import HoursAnswer
from forensics.clues.moments import Moments
from forensics.clues.quarters import thin
from forensics.model import Finding, Json

FINDER = "previous_owner"
SHOWN = 8
NO_CLUE = (
    "These posts belong to whoever held the account before; they are shown and move no hypothesis "
    "about the present owner."
)


def previous_activities(owners: Sequence[HandsAnswer], whole: Activity) -> Iterator[Activity]:
    """The posts of each account before its last change of hands; accounts without one are left."""
    for owner in owners:
        before = since_last_hand_over(owner)[1]
        if before is not None and len(before):
            yield _activity(before, whole)


def _activity(before: Moments, whole: Activity) -> Activity:
    quarters, counts = np.unique(before.t_s // 900, return_counts=True)
    q = quarters.astype(np.int64)
    return Activity(
        unit=before.accounts[0],
        accounts=before.accounts[:1],
        hours=(thin(q),),
        q=q,
        n=counts.astype(np.int64),
        clocks=whole.clocks,
        rows=before.examples(),
    )


def finding(unit: str, earlier: Sequence[HoursAnswer]) -> Finding:
    """The hours of earlier owners, account by account; only asked where there are any."""
    said = [_text(one) for one in earlier[:SHOWN]]
    more = len(earlier) - len(said)
    tail = f" {more} more stand in the details." if more > 0 else ""
    rows: list[Json] = [
        {
            "account": one.activity.unit,
            "status": one.status,
            "n_active_hours": one.activity.n_active_hours,
            "first_us": int(one.activity.q[0]) * 900_000_000,
            "last_us": int(one.activity.q[-1]) * 900_000_000,
            "set80": list(one.headline),
        }
        for one in earlier
    ]
    return Finding(
        finder=FINDER,
        unit=unit,
        status="found" if any(one.status == "found" for one in earlier) else "insufficient",
        statement=" ".join(said) + tail,
        limits=(NO_CLUE,),
        details={"accounts": rows},
    )


def _text(one: HoursAnswer) -> str:
    hours = one.activity.n_active_hours
    if one.status != "found":
        return f"Before its change of hands, {one.activity.unit} has {hours} hours: no zone."
    offsets = ", ".join(offset_text(offset) for offset in one.headline)
    return (
        f"Before its change of hands, {one.activity.unit} has {hours} active hours that fit "
        f"{offsets} (80 % set), if ordinary hours were kept."
    )
