"""Histories of code: what `git log` prints.

The author time of a commit is written by the **author's device**, whole seconds, with that device's
offset; the committer time by the machine that committed. Nobody checks either. Read are

- the default layout and `--pretty=fuller`, `full` and `raw`, with any `--date` that names day, time
  and offset (default, iso, iso-strict, rfc, raw, unix); `--date=local` is naive, relative dates are
  refused;
- the layout for machines: `git log --format='%H%x09%an%x09%aI%x09%cn%x09%cI%x09%s'`.

Time is the author's, the account is the author's name (addresses are not taken), text the subject,
id the hash. Where somebody else committed, `client` says `committed by NAME`: a web platform, a
maintainer, or a machine that rewrote the history.

Traps: author times are easily forged and survive rebasing. Where another committer's time lies
within 2 s of the author's, a foreign machine wrote both: the author's offset is then that
machine's, and a note counts such commits. Offset +0000 is typical of build servers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.chats.shared import MONTHS, iso, lines, unix_s
from forensics.read.options import Table
from forensics.read.records import BadRecord, Format, Record, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_COMMIT = re.compile(r"commit ([0-9a-f]{40}|[0-9a-f]{64})(?: .*)?")
_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?commit [0-9a-f]{40,64}[^\n]*\r?\n(?:Merge: [^\n]*\n|Reflog[^\n]*\n)*"
    rb"(?:Author: |tree [0-9a-f]{40})"
)
_MACHINE = re.compile(rb"(?:\xef\xbb\xbf)?[0-9a-f]{40,64}\t[^\t\n]*\t\d{4}-\d\d-\d\dT[^\t\n]*\t")
_WORDS = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}:\d{2}:\d{2}) (\d{4})(?: ([+-]\d{4}))?",
    re.ASCII,
)
_RAW = re.compile(r"(\d{1,11}) ([+-])(\d{2})(\d{2})", re.ASCII)
_PERSON = re.compile(r"\s*(.*?)\s*<[^<>]*>\s*(.*)")
_FIELDS = {
    "Author": "author", "AuthorDate": "time", "Date": "time", "Commit": "committer",
    "CommitDate": "committed",
}  # fmt: skip
_COLUMNS = ("author", "time", "id", "subject", "client", "committer", "committed", "kind")
_PREFERRED = {
    "account": "author", "time": "time", "id": "id", "text": "subject", "client": "client",
    "kind": "kind",
}  # fmt: skip
_SAME_S = 2
_MAX_SUBJECT = 10_000
_MAX_HEADER = 1_000


def is_git_log(path: Path, head: bytes) -> bool:
    """True for a commit with its author, or for the layout for machines."""
    del path
    return _HEAD.match(head) is not None or _MACHINE.match(head) is not None


@dataclass(slots=True)
class _Seen:
    """What was met on the way, for the notes."""

    commits: int = 0
    other: int = 0
    foreign: int = 0
    late: int = 0


def open_git_log(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open the output of `git log`."""
    del name
    with path.open("rb") as stream:
        machine = _MACHINE.match(stream.read(1 << 16)) is not None
    seen = _Seen()
    made = Format(
        "git log, tabs" if machine else "git log", _COLUMNS, _PREFERRED, clock_writer="device"
    )
    records = _tabbed(path, seen) if machine else _listed(path, seen)
    table = table_of(con, records, made, scratch)
    notes = []
    if seen.other:
        notes.append(f"{seen.other:,} of {seen.commits:,} commits were committed by somebody else")
    if seen.foreign:
        notes.append(
            f"WARNING: on {seen.foreign:,} of them both times lie within {_SAME_S} s: the offset "
            "may be the committing machine's, not the author's"
        )
    if seen.late:
        notes.append(f"{seen.late:,} commits were committed more than a day from their author time")
    note = "author time, set by the author's device and not checked by anyone"
    return replace(table, clock_note=note, notes=tuple(notes))


def _tabbed(path: Path, seen: _Seen) -> Iterator[Record | BadRecord]:
    """One record a line, numbered from 1."""
    row = 0
    for line in lines(path):
        if not line.text.strip():
            continue
        row += 1
        parts = line.text.split("\t", 5)
        if line.defect or len(parts) < 6:
            yield BadRecord(row, line.defect or "short_row", line.text[:200])
            continue
        commit = dict(zip(("id", "author", "time", "committer", "committed"), parts, strict=False))
        yield Record(row, _values({**commit, "subject": parts[5]}, seen))


@dataclass(slots=True)
class _Open:
    """A commit while its lines are read."""

    found: dict[str, str] = field(default_factory=dict)
    defect: str | None = None
    headers: bool = True


def _listed(path: Path, seen: _Seen) -> Iterator[Record | BadRecord]:
    """One record a commit, numbered from 1; what `git log` prints below the message is passed."""
    row = 0
    commit: _Open | None = None
    for line in lines(path):
        start = _COMMIT.fullmatch(line.text)
        if start:
            if commit is not None:
                row += 1
                yield _closed(row, commit, seen)
            commit = _Open({"id": start[1]})
        if commit is None or start:
            continue
        if commit.headers or "subject" not in commit.found:
            commit.defect = commit.defect or line.defect
        if not line.text.strip():
            commit.headers = False
        elif commit.headers:
            _header(line.text[:_MAX_HEADER], commit.found)
        elif line.text.startswith("    "):
            commit.found.setdefault("subject", line.text.strip()[:_MAX_SUBJECT])
    if commit is not None:
        yield _closed(row + 1, commit, seen)


def _header(line: str, found: dict[str, str]) -> None:
    """Keep a header line of a commit."""
    name, colon, value = line.partition(":")
    key, _, rest = line.partition(" ")
    if key in ("author", "committer"):  # --pretty=raw: name, address, seconds, offset
        person = _PERSON.fullmatch(rest)
        if person:
            found[key] = person[1]
            found["time" if key == "author" else "committed"] = person[2]
    elif colon and name in _FIELDS:
        person = _PERSON.fullmatch(value) if name in ("Author", "Commit") else None
        found[_FIELDS[name]] = person[1] if person else value.strip()


def _closed(row: int, commit: _Open, seen: _Seen) -> Record | BadRecord:
    """The record of a commit."""
    if commit.defect:
        return BadRecord(row, commit.defect, commit.found["id"])
    return Record(row, _values(commit.found, seen))


def _values(commit: Mapping[str, str], seen: _Seen) -> dict[str, str | None]:
    """The columns of one commit."""
    author, committer = commit.get("author", "").strip(), commit.get("committer", "").strip()
    time, committed = git_time(commit.get("time")), git_time(commit.get("committed"))
    other = bool(committer) and committer != author
    first, second = unix_s(time), unix_s(committed)
    gap_s = abs(second - first) if first is not None and second is not None else None
    seen.commits += 1
    seen.other += other
    seen.foreign += other and gap_s is not None and gap_s <= _SAME_S
    seen.late += gap_s is not None and gap_s > 86_400
    return {
        "author": author or None,
        "time": time,
        "id": commit.get("id"),
        "subject": commit.get("subject"),
        "client": f"committed by {committer}" if other else None,
        "committer": committer or None,
        "committed": committed,
        "kind": "original",
    }


def git_time(text: str | None) -> str | None:
    """A time of `git log` as ISO text; what is not understood stays as it was written."""
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
