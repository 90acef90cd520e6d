"""Helpers for collection logs: a file of bytes as a log, read by whichever reader knows it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from forensics.read.collection import Log, read_log
from forensics.read.options import SourceFile

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "collection"


@pytest.fixture
def log(tmp_path: Path) -> Callable[..., tuple[str, Log]]:
    """(Name of the reader, log) of bytes, or of a fixture by its name."""

    def read(given: bytes | str, name: str = "log") -> tuple[str, Log]:
        path = FIXTURES / given if isinstance(given, str) else tmp_path / name
        if isinstance(given, bytes):
            path.write_bytes(given)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        reader, found = read_log(SourceFile(sha256, path.name, path))
        return reader.name, found

    return read
