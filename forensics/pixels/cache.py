"""What was found out about files before, by their SHA-256: an SQLite file, mostly inside a case.

A cache is no evidence and no table of a case: it may be deleted at any time, and then costs time
only. A row is found only under the same key: method, decoder and limits. What is written survives a
process that is killed, but for the last few rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from forensics.errors import ReadError

EVERY = 8
"""Rows written at a time; a crash loses no more than these. Decoding eight pictures takes most of a
second, writing them a few milliseconds."""


def sound(path: Path) -> bool:
    """False for a file that is damaged or of another kind; True for one that is not there yet."""
    if not path.exists():
        return True
    try:
        base = sqlite3.connect(path)
        try:
            (said,) = base.execute("PRAGMA quick_check(1)").fetchone()
            columns = [row[1] for row in base.execute("PRAGMA table_info(pixels)")]
        finally:
            base.close()
    except sqlite3.Error:
        return False
    return said == "ok" and columns in ([], ["sha256", "key", "answer"])


class Cache:
    """Answers kept in one SQLite file, or nowhere if there is no path.

    Raises:
        ReadError: the file is there and is not ours, or cannot be written.
    """

    def __init__(self, path: Path | None, key: str, *, every: int = EVERY) -> None:
        """Open or make the file.

        Args:
            path: Where it is; None keeps nothing.
            key: Method, decoder and limits: rows of another key are not seen.
            every: Rows written at a time: more for answers that are quickly found again.
        """
        self._path = path
        self._key = key
        self._every = every
        self._waiting = 0
        self._base: sqlite3.Connection | None = None
        if path is None:
            return
        try:
            self._base = sqlite3.connect(path)
            self._base.execute(
                "CREATE TABLE IF NOT EXISTS pixels"
                " (sha256 TEXT, key TEXT, answer TEXT, PRIMARY KEY (sha256, key)) WITHOUT ROWID"
            )
        except sqlite3.Error as error:
            if self._base is not None:
                self._base.close()
            raise self._unusable() from error

    def _unusable(self) -> ReadError:
        return ReadError(
            "the cache of pictures cannot be used",
            where="" if self._path is None else self._path.name,
            todo="delete the file; it is made anew",
        )

    def get(self, sha256: str) -> Mapping[str, Any] | None:
        """The answer kept for that file, or None."""
        if self._base is None:
            return None
        try:
            found = self._base.execute(
                "SELECT answer FROM pixels WHERE sha256 = ? AND key = ?", (sha256, self._key)
            ).fetchone()
            answer: Mapping[str, Any] | None = json.loads(found[0]) if found else None
        except (sqlite3.Error, ValueError) as error:
            raise self._unusable() from error
        return answer

    def put(self, sha256: str, answer: Mapping[str, Any]) -> None:
        """Keep an answer."""
        if self._base is None:
            return
        try:
            self._base.execute(
                "INSERT OR REPLACE INTO pixels VALUES (?, ?, ?)",
                (sha256, self._key, json.dumps(answer, sort_keys=True)),
            )
            self._waiting += 1
            if self._waiting >= self._every:
                self._base.commit()
                self._waiting = 0
        except sqlite3.Error as error:
            raise self._unusable() from error

    def __enter__(self) -> Cache:
        """The cache itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what is waiting, also after an error: every row stands by itself."""
        if self._base is not None:
            self._base.commit()
            self._base.close()
