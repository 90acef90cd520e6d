"""Who of a group posted first what several of its members posted, and whether it came from outside.

A content is a text in one spelling or an address that 2 to 200 accounts of the case posted. Who
leads is asked as for a clue: `forensics.clues.controls.first` shuffles the members of each content.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forensics.clues.controls.first import Lead, Posting, lead
from forensics.links.content.shares import Shares
from forensics.model import Json, RowRef

EXAMPLES = 5
MOST_POSTINGS = 20_000
"""First postings of members that are looked at, those of the most shared contents before others."""
NO_POSTS = "Not known: no text or address could be read for these accounts."
NOTHING_SHARED = (
    "Not known: no text or address was posted by two of these accounts and by 200 at most."
)


@dataclass(frozen=True, slots=True)
class Example:
    """The first posting of one content that members share."""

    content: str
    """A name that is safe to print."""
    account: str
    """Who posted it first among the members."""
    t_us: int
    members: int
    """Members that posted it."""
    place: int
    """Line of the table of posts."""
    row: RowRef | None = None


@dataclass(frozen=True, slots=True)
class First:
    """Who posted first, for one group."""

    contents: int
    """Contents that two members or more posted."""
    outside: int
    """Contents among them that somebody else had posted before the first member."""
    together: int
    """Contents whose first time several members share: they count for none."""
    by: tuple[tuple[str, int], ...]
    """(Member, contents it posted first), most first; members without any are left out."""
    lead: Lead | None
    """The member that precedes the others most clearly; None with too few pairs."""
    examples: tuple[Example, ...]
    """Of the contents that most members posted."""
    left: int = 0
    """Contents left out because they are too many."""

    def as_json(self) -> dict[str, Json]:
        """The same as a row."""
        return {
            "contents": self.contents,
            "outside": self.outside,
            "together": self.together,
            "by": [{"account": name, "contents": n} for name, n in self.by],
            "lead": None if self.lead is None else self.lead.as_json(),
            "left": self.left,
            "examples": [
                {
                    "content": one.content,
                    "account": one.account,
                    "t_us": one.t_us,
                    "members": one.members,
                    "rows": [] if one.row is None else [[one.row.original, one.row.row]],
                }
                for one in self.examples
            ],
        }


def first_of(shares: Shares, members: Sequence[str]) -> First | None:
    """Who of some accounts posted first; None where no two of them share a content."""
    index = {name: at for at, name in enumerate(shares.names)}
    mine = np.zeros(_accounts(shares), dtype=bool)
    mine[[index[name] for name in members if name in index]] = True
    lines = shares.lines
    if not len(lines) or not mine.any():
        return None
    key = np.r_[True, lines.key[1:] != lines.key[:-1]]
    content = np.cumsum(key) - 1
    inside = mine[lines.account]
    number = np.bincount(content[inside], minlength=int(content[-1]) + 1)
    several = np.flatnonzero(number > 1)
    if not len(several):
        return None
    order = several[np.argsort(-number[several], kind="stable")]
    kept = order[np.cumsum(number[order]) <= MOST_POSTINGS]
    kept = kept if len(kept) else order[:1]
    ends = np.append(np.flatnonzero(key), len(lines))
    return _told(shares, inside, [(int(ends[one]), int(ends[one + 1])) for one in kept], order)


def _accounts(shares: Shares) -> int:
    """Numbers of accounts, those of controls too."""
    return max(len(shares.names), int(shares.lines.account.max(initial=-1)) + 1)


def _told(
    shares: Shares,
    inside: np.ndarray[tuple[int], np.dtype[np.bool_]],
    spans: Sequence[tuple[int, int]],
    order: np.ndarray[tuple[int], np.dtype[np.intp]],
) -> First:
    """Count over contents, each given as (first line, line after the last)."""
    lines = shares.lines
    outside = together = 0
    by: Counter[str] = Counter()
    postings: list[Posting] = []
    examples: list[Example] = []
    for begin, end in spans:
        here = np.arange(begin, end)
        ours, others = here[inside[begin:end]], here[~inside[begin:end]]
        times = lines.t_us[ours]
        start = int(times.min())
        at_once = np.flatnonzero(times == start)
        line = int(ours[at_once[0]])
        name = shares.names[int(lines.account[line])]
        outside += bool(len(others) and int(lines.t_us[others].min()) < start)
        together += len(at_once) > 1
        by[name] += len(at_once) == 1
        label = f"{int(lines.key[line]):016x}"
        postings += [
            Posting(label, shares.names[int(lines.account[one])], int(lines.t_us[one]))
            for one in ours
        ]
        if len(examples) < EXAMPLES:
            examples.append(Example(label, name, start, len(ours), int(lines.place[line])))
    ranked = sorted(((name, n) for name, n in by.items() if n), key=lambda one: (-one[1], one[0]))
    return First(
        contents=len(spans),
        outside=outside,
        together=together,
        by=tuple(ranked),
        lead=lead(postings),
        examples=tuple(examples),
        left=len(order) - len(spans),
    )
