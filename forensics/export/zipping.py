"""Zip files with fixed bytes: members in the order given, one date, one mode, nothing compressed.

Compressed bytes depend on the version of zlib and of Python; stored ones do not. Whoever needs a
smaller file may compress it once more: the hash in the record is that of the stored one.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

from forensics.case.files import PART_SUFFIX, explained

DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest a zip can hold; it means nothing."""


def write_zip(path: Path, members: Iterable[tuple[str, bytes | Path]]) -> Path:
    """The path, after the members were written there, whole or not at all.

    Args:
        path: Where to write.
        members: Name inside the zip, and its bytes or the file to copy in a stream.

    Raises:
        CaseError: the disk refuses, or a file is gone.
    """
    part = path.with_name(path.name + PART_SUFFIX)
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, allowZip64=True) as whole:
                for name, content in members:
                    _add(whole, name, content)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return path


def _add(whole: zipfile.ZipFile, name: str, content: bytes | Path) -> None:
    entry = zipfile.ZipInfo(name, DATE)
    entry.create_system = 3  # as on Unix everywhere, or Windows would write other bytes
    entry.external_attr = 0o100644 << 16
    if isinstance(content, bytes):
        whole.writestr(entry, content)
        return
    entry.file_size = content.stat().st_size
    with content.open("rb") as source, whole.open(entry, "w") as target:
        shutil.copyfileobj(source, target, 1 << 20)
