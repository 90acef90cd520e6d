"""Which of several tables in one file holds the posts."""

from __future__ import annotations

from collections.abc import Sequence

from forensics.read.columns import SYNONYMS, normal
from forensics.read.options import UnreadableFileError, column_list

LISTED = 20
"""Tables named in a note; the others are counted."""


def holds_posts(names: Sequence[str]) -> bool:
    """True if a header has a column for accounts and one for times, by its names alone."""
    known = {normal(name) for name in names}
    return all(
        any(normal(word) in known for word in SYNONYMS[role]) for role in ("account", "time")
    )


def unique(names: Sequence[str | None]) -> list[str]:
    """Column names that all differ: empty ones by their place, later equal ones with a number."""
    found: list[str] = []
    taken: set[str] = set()
    for place, name in enumerate(names, start=1):
        base = (name or "").strip() or f"column {place}"
        wanted, number = base, 2
        while wanted in taken:
            wanted, number = f"{base} ({number})", number + 1
        taken.add(wanted)
        found.append(wanted)
    return found


def others_note(what: str, names: Sequence[str]) -> tuple[str, ...]:
    """A note that names the tables of a file that were not read."""
    if not names:
        return ()
    shown = ", ".join(repr(name[:60]) for name in names[:LISTED])
    more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
    return (f"{len(names):,} other {what} not read (--map table=NAME reads one): {shown}{more}",)


def not_there(what: str, wanted: str, names: Sequence[str]) -> UnreadableFileError:
    """The error where no table or sheet has the name that was asked for, with the choices."""
    return UnreadableFileError(
        f"has no {what} {wanted[:60]!r}",
        reason="unknown_format",
        todo=f"choose with --map table=NAME from {column_list(names, LISTED)}",
    )
