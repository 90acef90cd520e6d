"""Taking many files in at a time: copied, brought to the disk, recorded and named together.

The order is what keeps it safe: copies reach the disk before the record speaks of them, and get
their names after it does. The disk is waited for a few times a batch, not a few times a file.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from forensics.case import canonical
from forensics.case.originals import Originals, Stored
from forensics.errors import CaseError
from forensics.model import Json, Original, Progress

BATCH_FILES = 128
"""Files of one batch: each is an open file, of which a process may have 256 on some systems."""
BATCH_BYTES = 1 << 26
"""Bytes after which a batch ends: large files gain nothing by waiting for others."""
Lines = Sequence[tuple[str, dict[str, Json]]]
Known = MutableMapping[tuple[str, str], Original]
"""(SHA-256, name as received) -> what the record has about it."""


def unseen(_stage: str, _done: int, _total: int | None) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file to take in, and what is claimed about it."""

    path: Path
    """A regular file; not a symbolic link."""
    name: str
    """The name it was received under. Data only: nothing is ever written to it."""
    received_at: str | None = None
    """Claimed time of receipt. The other claims are free text."""
    received_from: str | None = None
    """Claimed sender."""
    received_by: str | None = None
    """Claimed receiver."""
    how: str | None = None
    """Claimed way of receipt."""
    note: str | None = None
    """Whatever else should stand beside it."""

    @property
    def claims(self) -> tuple[str | None, ...]:
        """The claims as they are stored."""
        said = (self.received_at, self.received_from, self.received_by, self.how, self.note)
        return tuple(None if claim is None else canonical.clean_text(claim) for claim in said)

    def as_original(self, stored: Stored) -> Original:
        """What the record says of the file once its bytes are known."""
        name = canonical.clean_text(self.name)
        return Original(stored.sha256, stored.size, stored.media_type, name, *self.claims)


def take_in(
    originals: Originals,
    known: Known,
    items: Sequence[Received],
    write: Callable[[Lines], object],
    progress: Progress,
) -> tuple[Original, ...]:
    """Store files and add an `ingest` line for each that needs one.

    Equal bytes under an equal name add nothing, unless something new is claimed about them; equal
    bytes under another name add a line, not a file. If a file is refused, those before it are kept.

    Args:
        originals: Where the bytes go.
        known: What the record has; added to as lines are written.
        items: The files.
        write: Adds lines to the record, all or none.
        progress: Called with ("receive", done, total).

    Raises:
        CaseError: a file is not regular or changed while it was read, no space, no permission.
    """
    found: list[Original] = []
    waiting: dict[tuple[str, str], list[Original]] = {}

    def commit() -> None:
        originals.settle()
        lines = [one for several in waiting.values() for one in several]
        if lines:
            write([("ingest", asdict(one)) for one in lines])
        known.update({key: several[-1] for key, several in waiting.items()})
        waiting.clear()
        originals.place()

    size = 0
    try:
        for number, item in enumerate(items):
            progress("receive", number, len(items))
            try:
                stored = originals.stage(item.path)
            except CaseError:
                commit()
                raise
            one = item.as_original(stored)
            key = one.sha256, one.name_as_received
            before = waiting[key][-1] if key in waiting else known.get(key)
            if before is None or (before != one and any(said is not None for said in item.claims)):
                waiting.setdefault(key, []).append(one)
                before = one
            found.append(before)
            size += stored.size
            if len(waiting) >= BATCH_FILES or originals.staged >= BATCH_FILES or size > BATCH_BYTES:
                commit()
                size = 0
        commit()
        originals.finish()
    finally:
        originals.discard()
    progress("receive", len(items), len(items))
    return tuple(found)
