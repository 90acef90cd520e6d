"""In which order the files of a case were read: what came later is read by itself.

The record tells: a line about reading stands behind the lines of what had been received by then. So
a case whose tables are lost is read again in the same steps, and every part comes out equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from forensics.case import Case, canonical
from forensics.case.brought import is_evidence
from forensics.case.refs import original_of
from forensics.model import Original

KIND = "read"


@dataclass(frozen=True, slots=True)
class Batch:
    """One reading."""

    number: int
    """From 1; part of the names of its tables."""
    evidence: tuple[Original, ...]
    """All that had been received by then, by name and hash."""
    after: str | None
    """Key of the reading it goes on from; None for the first."""

    @property
    def key(self) -> str:
        """What this and all earlier readings have read, as one hash."""
        return key_of(self.evidence)


def key_of(evidence: Iterable[Original]) -> str:
    """The files of a case by bytes and names, as one hash."""
    return canonical.sha256([[item.sha256, item.name_as_received] for item in evidence])


def batches(case: Case) -> tuple[Batch, ...]:
    """The readings of a case in order, with one more if files came after the last.

    A case whose lines do not fit together (another version may have read it in another way) is read
    in one go.
    """
    chain = case.stages(KIND)
    seqs = {entry.seq: str(entry.body.get("key")) for entry in chain}
    known: dict[tuple[str, str], Original] = {}
    found: list[Batch] = []
    for entry in case.entries():
        if entry.kind == "ingest" and (item := original_of(entry.body)) is not None:
            known[item.sha256, item.name_as_received] = item
        elif entry.seq in seqs:
            found.append(_next(known.values(), found))
            if found[-1].key != seqs[entry.seq]:
                return (_next(case.originals(), []),)
    last = _next(known.values(), found)
    return (*found, last) if not found or found[-1].key != last.key else tuple(found)


def members_read(case: Case, key: str | None = None) -> list[dict[str, Any]]:
    """What was taken out of archives: `parent`, `name`, `sha256` and `size` of each file, once.

    Args:
        case: The case.
        key: Key of the last reading to look at; None for all of them.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in case.stages(KIND, key):
        listed: Any = entry.body.get("members", [])
        for one in listed:
            found.setdefault((one["parent"], one["name"]), one)
    return list(found.values())


def _next(received: Iterable[Original], before: list[Batch]) -> Batch:
    evidence = [item for item in received if is_evidence(item)]
    evidence.sort(key=lambda one: (one.name_as_received, one.sha256))
    after = before[-1].key if before else None
    return Batch(len(before) + 1, tuple(evidence), after)
