"""Compares the time column with the clocks inside the post ids: does it say what it seems to say?

Twitter/X ids issued since November 2010 hold the platform's own clock in UTC, and those of some
other platforms do (`idrules`). A column that differs from it by one whole multiple of 15 minutes
was written in another zone than it claims. Two kinds of ids prove less: those that are made by
whoever makes the time, or out of it (Bluesky, Mastodon), only stand in a note; those that hold the
start of the upload (TikTok, Douyin, Instagram) lie before the time by as much as it took, so only a
time before the upload, or one and the same long wait on nearly all posts, denies the column.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forensics.clock import offset_text
from forensics.errors import ReadError
from forensics.read.database import integers
from forensics.read.idrules import TWITTER, IdRule

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NEAR_S = 36 * 3600
"""Ids whose clock lies further from the column than this are no Twitter ids, or no post ids."""
QUARTER_S = 900
ENOUGH_IDS = 20
"""Ids that must agree before an offset is inferred from them."""
NEARLY_ALL_PPM = 990_000
MOST_PPM = 500_000


@dataclass(frozen=True, slots=True)
class IdClocks:
    """What the ids of a file say about its time column."""

    compared: int = 0
    """Posts whose id holds a clock."""
    agree: int = 0
    """Of those, posts whose column says the same as the id, to the column's precision."""
    constants: tuple[tuple[int, int], ...] = ()
    """Differences in minutes (column less id), other than 0, and how many posts show each; the
    commonest first. Only whole multiples of 15 minutes up to 14 hours."""
    used: bool = False
    """True if the ids are taken as ids of that platform at all."""
    rule: IdRule = TWITTER
    """How their clock is read."""
    before: int = 0
    """Posts whose time lies before the id's clock by more than the rule allows."""

    @property
    def common(self) -> tuple[int, int]:
        """The commonest difference in minutes and its count, 0 included."""
        first = self.constants[0] if self.constants else (0, 0)
        return first if first[1] > self.agree else (0, self.agree)

    def share_ppm(self, count: int) -> int:
        """A count as parts per million of the posts compared."""
        return count * 1_000_000 // self.compared if self.compared else 0


def compare(
    con: DuckDBPyConnection,
    time: str,
    keep: str,
    precision_s: int,
    *,
    rule: IdRule = TWITTER,
    sure: bool,
) -> IdClocks:
    """Compare times of `rows` with the ids beside them.

    Args:
        con: Connection that holds `rows`, with the ids' clocks as `id_us`.
        time: Column to compare: `t_us`, or `local_us` for times without a zone.
        keep: SQL condition on the rows to look at.
        precision_s: Precision of the column as a whole, in seconds.
        rule: How the clocks were read, and how far they may stand off.
        sure: The format or the column's name says whose ids they are.
    """
    early, late = max(rule.early_s, precision_s), max(rule.late_s, precision_s)
    gaps = f"""SELECT {gap_s(time, f"greatest(precision_s, {precision_s})")} AS gap_s FROM rows
        WHERE id_us IS NOT NULL AND {keep}"""
    compared, near, before = integers(
        con,
        f"""SELECT count(*), count(*) FILTER (abs(gap_s) <= {NEAR_S}),
            count(*) FILTER (gap_s < -{early}) FROM ({gaps})""",
    )
    if not compared or not (sure or near * 2 >= compared):
        return IdClocks()
    counted = con.execute(
        f"""SELECT quarter, count(*) AS n FROM ({_quarters(gaps, "gap_s", early, late)})
        GROUP BY quarter ORDER BY n DESC, quarter LIMIT 5"""
    ).fetchall()
    agree = sum(int(n) for quarter, n in counted if quarter == 0)
    constants = tuple((int(quarter) * 15, int(n)) for quarter, n in counted if quarter)
    return IdClocks(compared, agree, constants, used=True, rule=rule, before=before)


def _quarters(gaps: str, columns: str, early: int, late: int) -> str:
    """SQL: the whole quarter-hour of each gap that is one, give or take what the rule allows."""
    lowest = 450 if early == late else min(early, 450)
    return f"""SELECT * FROM (SELECT {columns},
            CAST(floor((gap_s + {lowest}) / {QUARTER_S}.0) AS BIGINT) AS quarter FROM ({gaps}))
        WHERE gap_s - quarter * {QUARTER_S} BETWEEN -{early} AND {late} AND abs(quarter) <= 56"""


def gap_s(time: str, precision_s: str) -> str:
    """SQL: column time less id time, both cut to the column's precision, in whole seconds."""
    cut = f"(id_us // 1000000) // {precision_s} * {precision_s}"
    return f"({time} // 1000000 // {precision_s} * {precision_s} - {cut})"


@dataclass(frozen=True, slots=True)
class Followed:
    """Zones whose clock, with its changes, is that of a column."""

    zone: str
    """The most populous of them; stands for all."""
    zones: tuple[str, ...]
    """All zones with that clock on the dates of the posts, in order."""
    agree: int
    """Posts whose column is in that clock, by their ids."""
    compared: int
    others: tuple[str, ...] = ()
    """Zones with other clocks, one for each, that nearly all posts fit too; the best first."""

    def words(self) -> str:
        """`as America/New_York (and 20 zones with the same clock) had it on 60 of 60 posts`."""
        more = len(self.zones) - 1
        same = f" (and {more} zones with the same clock on these dates)" if more else ""
        text = f"as {self.zone}{same} had it on {self.agree:,} of {self.compared:,} posts"
        return text + (f"; nearly as well: {', '.join(self.others[:3])}" if self.others else "")


def followed(
    con: DuckDBPyConnection, keep: str, precision_s: int, clocks: IdClocks
) -> Followed | None:
    """The zones whose clock changes explain a column with more than one difference; else None.

    The wall clock of the column (`local_us`) less the clock of the id is the offset of the moment.
    A zone fits if it had that offset at that moment on 99 of 100 posts.

    Args:
        con: Connection that holds `rows`.
        keep: SQL condition on the rows that were compared.
        precision_s: Precision of the column as a whole, in seconds.
        clocks: Result of `compare` on the same rows.
    """
    if not clocks.used or clocks.compared < ENOUGH_IDS or clocks.rule.strength != "clock":
        return None
    if clocks.share_ppm(max(clocks.common[1], clocks.agree)) >= NEARLY_ALL_PPM:
        return None
    import numpy as np

    from forensics.reference.people import most_populous
    from forensics.reference.zones import zone_classes

    early, late = max(clocks.rule.early_s, precision_s), max(clocks.rule.late_s, precision_s)
    gaps = f"""SELECT id_us // {QUARTER_S * 1_000_000} AS q,
            {gap_s("local_us", f"greatest(precision_s, {precision_s})")} AS gap_s
        FROM rows WHERE id_us IS NOT NULL AND {keep}"""
    counted = con.execute(
        f"""SELECT q, quarter, count(*) AS n FROM ({_quarters(gaps, "q, gap_s", early, late)})
        GROUP BY q, quarter"""
    ).fetchnumpy()
    q, quarter, n = (np.asarray(counted[name], dtype=np.int64) for name in ("q", "quarter", "n"))
    if not len(q):
        return None
    classes = zone_classes(int(q.min()) * QUARTER_S, (int(q.max()) + 1) * QUARTER_S)
    used, segments = np.unique(classes.segments_of(q), return_inverse=True)
    classes = classes.merged(used)
    agree = (classes.offsets_min[:, segments] == quarter * 15) @ n
    order = [
        int(index)
        for index in np.argsort(-agree, kind="stable")
        if clocks.share_ppm(int(agree[index])) >= NEARLY_ALL_PPM
    ]
    if not order:
        return None
    names = classes.names[order[0]]
    others = tuple(most_populous(classes.names[index]) for index in order[1:])
    return Followed(most_populous(names), names, int(agree[order[0]]), clocks.compared, others)


def check(
    clocks: IdClocks, *, claim: str, field: str, where: str, zones: Followed | None = None
) -> None:
    """Stop where the ids contradict a zone that the file or the user states.

    Args:
        clocks: Result of `compare`.
        claim: Who states the zone, such as "the offset written in it".
        field: Time column, for the message.
        where: File name, for the message.
        zones: Zones whose clock the column follows, if any.

    Raises:
        ReadError: fewer than half of the ids agree with the column.
    """
    if clocks.compared < 2 or clocks.rule.strength == "claim":
        return
    minutes, count = clocks.common
    if clocks.rule.strength == "start":
        _check_start(clocks, claim=claim, field=field, where=where)
        return
    if clocks.share_ppm(clocks.agree) >= MOST_PPM:
        return
    shown = f"{count:,} of {clocks.compared:,}"
    if zones is not None:
        what = f"{field} is not what it states, though {claim}: by the ids, it is {zones.words()}"
        todo = (
            f"the column seems to be written in {zones.zone}: export it without an offset and "
            f"give --assume-zone {zones.zone} --because TEXT, or give --map id=- to read it "
            "without this check"
        )
    elif clocks.share_ppm(count) >= MOST_PPM:
        what = (
            f"{field} is {offset_text(minutes).replace('UTC', '')} h from the clocks inside the "
            f"ids on {shown} posts, though {claim}"
        )
        todo = (
            f"the column seems to be written in {offset_text(minutes)}: find out whose clock wrote "
            "it, correct the export, or give --map id=- to read it without this check"
        )
    else:
        what = (
            f"{field} disagrees with the clocks inside the ids on "
            f"{clocks.compared - clocks.agree:,} of {clocks.compared:,} posts, by no constant"
        )
        todo = (
            "it may be the time of collection: map another time column, or give --map id=- to "
            "read it without this check"
        )
    raise ReadError(what, where=where, todo=todo)


def _check_start(clocks: IdClocks, *, claim: str, field: str, where: str) -> None:
    """The same for ids that hold the start of the upload, which lies before the time."""
    minutes, count = clocks.common
    shown = f"of {clocks.compared:,} posts"
    if clocks.share_ppm(clocks.before) >= MOST_PPM:
        what = f"{field} lies before the upload that the ids hold on {clocks.before:,} {shown}"
    elif minutes and count >= ENOUGH_IDS and clocks.share_ppm(count) >= NEARLY_ALL_PPM:
        what = (
            f"{field} is {offset_text(minutes).replace('UTC', '')} h from the uploads that the ids "
            f"hold on {count:,} {shown}"
        )
    else:
        return
    raise ReadError(
        f"{what}, though {claim}",
        where=where,
        todo="find out whose clock wrote it, correct the export, or give --map id=- to read it "
        "without this check",
    )


def agreement(clocks: IdClocks, agree: int) -> str:
    """How many ids agree, for the clock statement."""
    shown = f"{agree:,} of {clocks.compared:,} {clocks.rule.named}"
    if clocks.rule.strength == "start":
        return f"{shown} hold an upload in the {clocks.rule.late_s // 60} minutes before"
    return f"{shown} agree"


def disagreement(clocks: IdClocks, field: str, zones: str) -> Iterator[str]:
    """What is said where some ids do not agree with the column.

    Args:
        clocks: Result of `compare`.
        field: Time column.
        zones: What follows the differences, such as the zone that they show.
    """
    apart = clocks.compared - clocks.agree
    if not clocks.used or not apart:
        return
    rule = clocks.rule
    if rule.strength == "start":
        late = apart - clocks.before
        if late:
            yield (
                f"{late:,} of {clocks.compared:,} posts appeared more than "
                f"{rule.late_s // 60} minutes after the upload that their id holds: drafts, "
                "schedules"
            )
        if clocks.before:
            yield (
                f"WARNING: on {clocks.before:,} of {clocks.compared:,} posts {field} lies before "
                "the upload that their id holds, which cannot be"
            )
    elif rule.strength == "claim":
        minutes, count = clocks.common
        one = minutes and count >= ENOUGH_IDS and clocks.share_ppm(count) >= NEARLY_ALL_PPM
        shown = f" ({describe_offsets(clocks)})" if clocks.constants else ""
        yield (
            f"{'WARNING: ' if one else ''}{apart:,} of {clocks.compared:,} {field} differ from the "
            f"clock in the {rule.named} by more than {rule.late_s // 60} minutes{shown}"
        )
    else:
        yield (
            f"WARNING: {apart:,} of {clocks.compared:,} {rule.named} disagree with "
            f"{field} ({describe_offsets(clocks)}{zones})"
        )


def inferred_offset_min(clocks: IdClocks) -> int | None:
    """Offset east that the ids show for a column without one; None if they show none.

    Nearly all ids must show the same difference. A column written in a zone with clock changes
    shows two and is not inferred: one constant would be wrong for half of it.
    """
    minutes, count = clocks.common
    if clocks.rule.strength != "clock" or count < ENOUGH_IDS:
        return None
    if clocks.share_ppm(count) < NEARLY_ALL_PPM:
        return None
    return minutes


def describe_offsets(clocks: IdClocks) -> str:
    """The differences the ids show, for a note: `UTC-8 on 120 posts, UTC-7 on 80 posts`."""
    pairs = [*clocks.constants] + ([(0, clocks.agree)] if clocks.agree else [])
    pairs.sort(key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{offset_text(minutes)} on {count:,} posts" for minutes, count in pairs[:3])
