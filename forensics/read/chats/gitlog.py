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
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.chats.commits import (
    CLOCK_NOTE,
    COLUMNS,
    MAX_SUBJECT,
    PREFERRED,
    Seen,
    values,
)
from forensics.read.chats.shared import lines
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
_PERSON = re.compile(r"(.*?)<([^<>]*)>(.*)")
_FIELDS = {
    "Author": "author", "AuthorDate": "time", "Date": "time", "Commit": "committer",
    "CommitDate": "committed",
}  # fmt: skip
_MAX_HEADER = 1_000


def is_git_log(path: Path, head: bytes) -> bool:
    """True for a commit with its author, or for the layout for machines."""
    del path
    return _HEAD.match(head) is not None or _MACHINE.match(head) is not None


def open_git_log(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open the output of `git log`."""
    del name
    with path.open("rb") as stream:
        machine = _MACHINE.match(stream.read(1 << 16)) is not None
    seen = Seen()
    made = Format(
        "git log, tabs" if machine else "git log", COLUMNS, PREFERRED, clock_writer="device"
    )
    records = _tabbed(path, seen) if machine else _listed(path, seen)
    table = table_of(con, records, made, scratch)
    return replace(table, clock_note=CLOCK_NOTE, notes=seen.notes())


def _tabbed(path: Path, seen: Seen) -> Iterator[Record | BadRecord]:
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
        yield Record(row, values({**commit, "subject": parts[5]}, seen))


@dataclass(slots=True)
class _Open:
    """A commit while its lines are read."""

    found: dict[str, str] = field(default_factory=dict)
    defect: str | None = None
    headers: bool = True


def _listed(path: Path, seen: Seen) -> Iterator[Record | BadRecord]:
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
            commit.found.setdefault("subject", line.text.strip()[:MAX_SUBJECT])
    if commit is not None:
        yield _closed(row + 1, commit, seen)


def _header(line: str, found: dict[str, str]) -> None:
    """Keep a header line of a commit."""
    name, colon, value = line.partition(":")
    key, _, rest = line.partition(" ")
    if key in ("author", "committer"):  # --pretty=raw: name, address, seconds, offset
        person = _PERSON.fullmatch(rest)
        if person:
            found[key] = person[1].strip()
            found["time" if key == "author" else "committed"] = person[3].strip()
            if key == "author":
                found["address"] = person[2]
    elif key == "parent" or (colon and name == "Merge"):
        parents = 1 if key == "parent" else len(value.split())
        found["parents"] = str(int(found.get("parents", "0")) + parents)
    elif colon and name in _FIELDS:
        person = _PERSON.fullmatch(value) if name in ("Author", "Commit") else None
        found[_FIELDS[name]] = (person[1] if person else value).strip()
        if person and name == "Author":
            found["address"] = person[2]


def _closed(row: int, commit: _Open, seen: Seen) -> Record | BadRecord:
    """The record of a commit."""
    if commit.defect:
        return BadRecord(row, commit.defect, commit.found["id"])
    return Record(row, values(commit.found, seen))
