"""A new case whose inputs were refused before anything was read leaves nothing in the way."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from forensics.case import Case
from forensics.errors import ReadError, UsageError


@contextmanager
def taken_back_if_refused(root: Path) -> Iterator[None]:
    """Removes the case that the block makes there, if its inputs or settings are refused.

    A case keeps its inputs and settings, so that the next try, with the slip mended, would be told
    to choose another folder. Only a case that was not there before the block goes, and only while
    its record holds no reading: it has nothing but copies of files that the user has just named.
    After an interruption or a full disk it stays, to be gone on with.

    Args:
        root: Where the block makes the case, or finds it.
    """
    fresh, parent_fresh = not root.exists(), not root.parent.exists()
    try:
        yield
    except (ReadError, UsageError):
        if fresh and (root / "record.jsonl").is_file() and Case.open(root).last("read") is None:
            shutil.rmtree(root)
            if parent_fresh and not any(root.parent.iterdir()):
                root.parent.rmdir()
        raise
