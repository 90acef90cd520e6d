"""A case folder in a temporary place: record, `case.toml` and originals of a case, no tables.

Of the record the lines up to the last report are taken, so that the report can come out equal to
the byte; where the case was weighed again after it, all lines are.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from forensics.case import Case, TableRef
from forensics.case.files import explained
from forensics.case.record import raw_lines
from forensics.case.refs import tables_in
from forensics.model import Entry, Json

WORK = frozenset({"ingest", "read", "clue", "weigh"})
"""Kinds of lines after which a report is no longer the latest."""
COPIED = ("case.toml", "check.py", "CHECK.md")
WHO = "gnomon verify --rerun"
AT = "1970-01-01T00:00:00Z"
"""Time of the lines of the temporary record: they are thrown away."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a case is worked out again."""

    root: Path
    """The temporary case folder; the report goes beside it."""
    taken: bytes
    """The lines of the record that were taken."""
    entries: tuple[Entry, ...]
    """The same, read."""
    report: Entry | None
    """The line of the report, if it is the latest; it comes right after the lines taken."""
    old_report: Entry | None
    """The line of a report that is older than the last weighing."""

    def case(self) -> Case:
        """The temporary case, open for writing."""
        return Case.open(self.root, who=WHO, now=lambda: AT)

    def rewind(self) -> Case:
        """The temporary case with nothing but the lines that were taken."""
        (self.root / "record.jsonl").write_bytes(self.taken)
        return self.case()

    def last(self, kind: str) -> Entry | None:
        """The last line of a kind among those taken."""
        return next((one for one in reversed(self.entries) if one.kind == kind), None)

    def tables(self) -> Mapping[str, tuple[int, TableRef]]:
        """Every table that the lines taken name: (line, reference), the last line that names it.

        But for those of reports: the tiles of a base map are made from no original.
        """
        found: dict[str, tuple[int, TableRef]] = {}
        for entry in self.entries:
            if entry.kind == "report":
                continue
            for ref in tables_in(entry.body):
                if ref is not None:
                    found[ref.name] = entry.seq + 1, ref
        return found


def set_up(case: Case, home: Path) -> Stage:
    """Make the temporary case folder inside an empty folder; nothing in the case is changed.

    Raises:
        CaseError: no space, or the originals can neither be linked nor copied.
    """
    entries = tuple(case.entries())
    report = next((one for one in reversed(entries) if one.kind == "report"), None)
    old = None
    if report is not None and any(_is_work(one) for one in entries[report.seq + 1 :]):
        report, old = None, report
    entries = entries if report is None else entries[: report.seq]
    root = home / "case"
    with explained(root):
        (root / "tables").mkdir(parents=True)
        lines = [one.data for one in raw_lines(case.root / "record.jsonl") if one.complete]
        taken = b"".join(data + b"\n" for data in lines[: len(entries)])
        (root / "record.jsonl").write_bytes(taken)
        for name in COPIED:
            if (case.root / name).is_file():
                shutil.copyfile(case.root / name, root / name)
        _lend(case.root / "originals", root / "originals")
    return Stage(root, taken, entries, report, old)


def _is_work(entry: Entry) -> bool:
    """True for a line that changes a result; notes do if they name tables, as for controls."""
    return entry.kind in WORK or (entry.kind == "note" and bool(tables_in(entry.body)))


def _lend(originals: Path, place: Path) -> None:
    """Let the temporary case read the originals: by a link, or by copies where links are denied."""
    try:
        place.symlink_to(originals.resolve(), target_is_directory=True)
    except OSError:  # some systems and disks know no links
        for path in sorted(one for one in originals.rglob("*") if one.is_file()):
            target = place / path.relative_to(originals)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, target)
            except OSError:
                shutil.copyfile(path, target)


def without(body: Mapping[str, Json], names: Sequence[str]) -> dict[str, Json]:
    """The body of a line without some of its members."""
    return {name: value for name, value in body.items() if name not in names}
