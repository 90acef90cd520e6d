"""Who uploaded the pictures: account numbers inside file names of Weibo's image servers.

A picture keeps its first uploader's number wherever it goes, also off the platform. That names an
account to look at next, no place and no poster, so nothing is weighed. See docs/methods/labels.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forensics.ids.weibo_images import LINK_RE2, uploader_of_file, uploaders_in_text
from forensics.model import Finding, Json, Observation, RowRef
from forensics.version import __version__

if TYPE_CHECKING:
    from forensics.clues.evidence import Evidence

METHOD = "uploaders"
LISTED = 50
NAMED = 5
EXAMPLES = 10
LIMITS = (
    "The number names who uploaded a picture first, not who posts it: a repost keeps it.",
    "Default covers carry the number of another account, and a made-up file name carries one too.",
)


@dataclass
class _Uploader:
    """Where the pictures of one uploader were seen."""

    accounts: set[str] = field(default_factory=set)
    rows: set[RowRef] = field(default_factory=set)
    seen: int = 0


def find(evidence: Evidence) -> list[Finding]:
    """One finding per unit: the uploaders of its pictures, or that no picture names one."""
    by_account: dict[str, dict[int, _Uploader]] = defaultdict(lambda: defaultdict(_Uploader))
    for account, number, row in _seen(evidence):
        one = by_account[account][number]
        one.accounts.add(account)
        one.seen += 1
        if row is not None:
            one.rows.add(row)
    return [_finding(unit, accounts, by_account) for unit, accounts in evidence.units.items()]


def _seen(evidence: Evidence) -> Iterable[tuple[str, int, RowRef | None]]:
    """(Account, uploader, row) of every picture name: in texts, as media of posts, as files."""
    if evidence.posts is not None:
        for hit in evidence.posts.texts(LINK_RE2):
            for number in uploaders_in_text(hit.text):
                yield hit.account, number, RowRef(hit.original, hit.row)
        for name, accounts in evidence.posts.media().items():
            uploader = uploader_of_file(name)
            if uploader is not None:
                yield from ((account, uploader, None) for account in accounts)
    for image in evidence.images:
        uploader = uploader_of_file(image.name)
        if uploader is not None:
            row = RowRef(image.original, 0)
            yield from ((account, uploader, row) for account in image.accounts)


def _finding(
    unit: str, accounts: Sequence[str], by_account: Mapping[str, Mapping[int, _Uploader]]
) -> Finding:
    """The uploaders of one unit."""
    found: dict[int, _Uploader] = {}
    for account in accounts:
        for number, one in by_account.get(account, {}).items():
            whole = found.setdefault(number, _Uploader())
            whole.accounts |= one.accounts
            whole.rows |= one.rows
            whole.seen += one.seen
    if not found:
        text = "No picture of the unit is named by Weibo's image servers."
        return Finding(METHOD, unit, "nothing_found", text)
    order = sorted(found, key=lambda number: (-len(found[number].accounts), number))
    carriers = {account for one in found.values() for account in one.accounts}
    parts = [
        f"{number} ({len(found[number].accounts):,} account{_s(len(found[number].accounts))})"
        for number in order[:NAMED]
    ]
    more = f" and {len(order) - NAMED:,} more" if len(order) > NAMED else ""
    text = (
        f"Pictures of {len(carriers):,} of {len(accounts):,} account{_s(len(accounts))} were first "
        f"uploaded to Weibo by {len(order):,} account number{_s(len(order))}: {', '.join(parts)}"
        f"{more}. These are accounts to look at; an uploader need not be the poster."
    )
    listed: list[Json] = [
        {
            "uploader": number,
            "accounts": len(found[number].accounts),
            "seen": found[number].seen,
        }
        for number in order[:LISTED]
    ]
    rows = sorted(
        {row for one in found.values() for row in one.rows}, key=lambda row: (row.original, row.row)
    )
    value: dict[str, Json] = {"uploaders": len(order), "listed": listed}
    observation = Observation(
        id=f"{METHOD}:{unit}:weibo",
        about=unit,
        statement=text,
        value=value,
        interval=None,
        unit="accounts",
        rows=tuple(rows[:EXAMPLES]),
        rows_total=sum(one.seen for one in found.values()),
        method=METHOD,
        version=f"gnomon {__version__}",
    )
    return Finding(METHOD, unit, "found", text, (observation,), (), LIMITS, value)


def _s(n: int) -> str:
    return "" if n == 1 else "s"
