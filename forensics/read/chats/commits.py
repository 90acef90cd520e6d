"""What a commit says, whatever it was read from: columns of a post, and notes about the whole.

The author time of a commit is written by the **author's device**, whole seconds, with that device's
offset; the committer time by the machine that committed. Nobody checks either, both are easily
forged, and the author's survives rebasing. Where another committer's time lies within 2 s of the
author's, one machine wrote both: the offset is then that machine's, and a note counts such commits.
Offset +0000 is typical of build servers and web platforms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from forensics.read.chats.shared import MONTHS, iso, unix_s

COLUMNS = (
    "author", "time", "id", "subject", "client", "committer", "committed", "kind", "parents",
)  # fmt: skip
PREFERRED = {
    "account": "author", "time": "time", "id": "id", "text": "subject", "client": "client",
    "kind": "kind",
}  # fmt: skip
CLOCK_NOTE = (
    "author time, set by the author's device and not checked by anyone; the committer's stands in "
    "the column committed"
)
SAME_S = 2
MAX_SUBJECT = 10_000
MAX_NAMES = 50_000
"""Names whose addresses are counted."""
_WORDS = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}:\d{2}:\d{2}) (\d{4})(?: ([+-]\d{4}))?",
    re.ASCII,
)
_RAW = re.compile(r"(\d{1,11}) ([+-])(\d{2})(\d{2})", re.ASCII)
_BOT = re.compile(
    r"(?:^|[\s_-])(?:ro)?bot$|\[bot\]$|^(?:dependabot|renovate|github-actions|greenkeeper)",
    re.IGNORECASE,
)
"""Names by which programs mark themselves; a person may use such a name too."""


@dataclass(slots=True)
class Seen:
    """What was met on the way, for the notes."""

    commits: int = 0
    other: int = 0
    foreign: int = 0
    late: int = 0
    merges: int = 0
    bots: int = 0
    timed: int = 0
    utc: int = 0
    addresses: dict[str, set[str]] = field(default_factory=dict)
    """Name -> addresses beside it, two at most."""

    def notes(self) -> tuple[str, ...]:
        """Sentences for the source list."""
        found = []
        if self.other:
            found.append(
                f"{self.other:,} of {self.commits:,} commits were committed by somebody else"
            )
        if self.foreign:
            found.append(
                f"WARNING: on {self.foreign:,} of them both times lie within {SAME_S} s: the "
                "offset may be the committing machine's, not the author's"
            )
        if self.late:
            found.append(
                f"{self.late:,} commits were committed more than a day from their author time"
            )
        if self.merges:
            found.append(f"{self.merges:,} commits are merges (--by parents sets them apart)")
        if self.bots:
            found.append(f"{self.bots:,} commits bear the name of a program (a bot) as author")
        if self.utc:
            found.append(
                f"the offset is +0000 on {self.utc:,} of {self.timed:,} commits: a machine set to "
                "UTC (build servers and web platforms are), or a place where that is the time"
            )
        several = sum(len(two) > 1 for two in self.addresses.values())
        if several:
            found.append(
                f"{several:,} names stand beside more than one address: one person with several, "
                "or persons of one name; addresses are not taken"
            )
        return tuple(found)


def values(commit: Mapping[str, str], seen: Seen) -> dict[str, str | None]:
    """The columns of one commit.

    Args:
        commit: author, address (of the author), time, committer, committed, id, subject, parents
            (their number), as far as they are known.
        seen: Counts for the notes.
    """
    author, committer = commit.get("author", "").strip(), commit.get("committer", "").strip()
    time, committed = git_time(commit.get("time")), git_time(commit.get("committed"))
    other = bool(committer) and committer != author
    bot = _BOT.search(author) is not None
    _count(commit, seen, author=author, other=other, bot=bot)
    return {
        "author": author or None,
        "time": time,
        "id": commit.get("id"),
        "subject": commit.get("subject"),
        "client": f"committed by {committer}" if other else ("bot" if bot else None),
        "committer": committer or None,
        "committed": committed,
        "kind": "original",
        "parents": commit.get("parents"),
    }


def _count(commit: Mapping[str, str], seen: Seen, *, author: str, other: bool, bot: bool) -> None:
    """Count what the notes will say."""
    time, committed = git_time(commit.get("time")), git_time(commit.get("committed"))
    first, second = unix_s(time), unix_s(committed)
    gap_s = abs(second - first) if first is not None and second is not None else None
    seen.commits += 1
    seen.other += other
    seen.foreign += other and gap_s is not None and gap_s <= SAME_S
    seen.late += gap_s is not None and gap_s > 86_400
    seen.merges += commit.get("parents", "0") not in ("0", "1")
    seen.bots += bot
    seen.timed += first is not None
    seen.utc += first is not None and (time or "").endswith(("+00:00", "Z"))
    address = commit.get("address", "").strip().lower()
    if author and address and (author in seen.addresses or len(seen.addresses) < MAX_NAMES):
        known = seen.addresses.setdefault(author, set())
        if len(known) < 2:
            known.add(address[:200])


def git_time(text: str | None) -> str | None:
    """A time as Git writes it as ISO text; what is not understood stays as it was written."""
    text = (text or "").strip()
    words = _WORDS.fullmatch(text)
    if words and words[1].lower() in MONTHS:
        month, day, clock, year, offset = words.groups()
        return iso(year, MONTHS[month.lower()], day, clock, offset)
    raw = _RAW.fullmatch(text)
    if raw:
        minutes = (int(raw[3]) * 60 + int(raw[4])) * (-1 if raw[2] == "-" else 1)
        local = datetime(1970, 1, 1) + timedelta(  # noqa: DTZ001 - wall clock of that offset
            seconds=int(raw[1]), minutes=minutes
        )
        offset = f"{raw[2]}{raw[3]}{raw[4]}"
        return iso(local.year, local.month, local.day, f"{local:%H:%M:%S}", offset)
    return text or None
