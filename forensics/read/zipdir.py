"""Zip files opened without trusting their directory; used by archives and by workbooks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAX_DIRECTORY = 8 << 20
"""Bytes of a directory; 10,000 members with long names need three million. The directory is held in
memory, at about ten times its size."""
BLOCK = 1 << 20
"""Bytes read at a time; never more than `MAX_DIRECTORY`."""


class _Narrow(io.BufferedReader):
    """A file that refuses to be read in one gulp: whoever asks for more was told so by the file."""

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes, as of any file.

        Raises:
            BadZipFile: more was asked for than any directory needs.
        """
        if size is not None and size > MAX_DIRECTORY:
            raise zipfile.BadZipFile("the directory is too large")
        return super().read(size)


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The zip file with its directory read.

    Raises:
        BadZipFile: the directory is missing, damaged or too large, or members share their bytes.
    """
    with _Narrow(io.FileIO(path)) as raw:
        try:
            file = zipfile.ZipFile(raw)
        except (ValueError, OverflowError, NotImplementedError) as error:
            raise zipfile.BadZipFile(str(error)) from None  # sizes no disk has, split archives
        with file:
            _refuse_shared_bytes(file, path.stat().st_size)
            yield file


def _refuse_shared_bytes(file: zipfile.ZipFile, size: int) -> None:
    """Stop at members that lie on top of each other: so a small file unpacks to petabytes.

    Raises:
        BadZipFile: two members share bytes, or one reaches past the end of the file.
    """
    end = 0
    for entry in sorted(file.infolist(), key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise zipfile.BadZipFile("members lie on top of each other")
        end = entry.header_offset + 30 + entry.compress_size
    if end > size:
        raise zipfile.BadZipFile("a member reaches past the end of the file")
