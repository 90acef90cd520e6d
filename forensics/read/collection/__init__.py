"""Collection logs: who collected what, where, when and with which tool, as the tools wrote it.

`LOGS` lists the readers in the order in which they are asked. A file that one of them recognises is
no file of posts. Nothing is filled in: what a log does not say stays None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from forensics.model import Refusal
from forensics.read.archives import Expanded, expand
from forensics.read.collection import autoarchiver, autohtml, byhand, hunchly, mhtml, wacz, warc
from forensics.read.collection.items import (
    DamagedLogError,
    Item,
    Log,
    LogFile,
    LogReader,
)
from forensics.read.options import SourceFile

__all__ = [
    "LOGS",
    "Item",
    "Log",
    "LogFile",
    "LogReader",
    "packages",
    "read_log",
    "reader_of",
    "sort",
]

HEAD = 1 << 16
LOGS: tuple[LogReader, ...] = (
    LogReader("wacz", wacz.is_wacz, wacz.read_wacz, "WACZ packages, with a hash of every part"),
    LogReader("warc", warc.is_warc, warc.read_warc, "WARC, plain, gzip or zstd"),
    LogReader("mhtml", mhtml.is_mhtml, mhtml.read_mhtml, "pages saved as MHTML"),
    LogReader(
        "auto-archiver", autoarchiver.is_csv, autoarchiver.read_csv, "CSV database of auto-archiver"
    ),
    LogReader("auto-archiver", autoarchiver.is_json, autoarchiver.read_json, "JSON results of it"),
    LogReader("auto-archiver", autohtml.is_page, autohtml.read_page, "HTML page of a result"),
    LogReader("hunchly", hunchly.is_json, hunchly.read_json, "case_data of Hunchly in JSON"),
    LogReader("hunchly", hunchly.is_csv, hunchly.read_csv, "the same in CSV"),
    LogReader("list by hand", byhand.is_csv, byhand.read_csv, "collection.csv"),
    LogReader("list by hand", byhand.is_toml, byhand.read_toml, "collection.toml"),
)
"""Asked in this order; the first that recognises the content reads the file. Names do not count."""


def reader_of(path: Path, head: bytes | None = None) -> LogReader | None:
    """The reader that recognises a collection log, or None."""
    if head is None:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    return next((reader for reader in LOGS if reader.detects(path, head)), None)


def packages(files: Sequence[SourceFile]) -> tuple[list[SourceFile], list[SourceFile]]:
    """(Packages that are not taken apart as archives are, all other files)."""
    found: list[SourceFile] = []
    rest: list[SourceFile] = []
    for file in files:
        with file.path.open("rb") as stream:
            head = stream.read(4)
        (found if wacz.is_wacz(file.path, head) else rest).append(file)
    return found, rest


def sort(files: Sequence[SourceFile]) -> tuple[list[SourceFile], list[SourceFile]]:
    """(Collection logs, all other files)."""
    found: list[SourceFile] = []
    rest: list[SourceFile] = []
    for file in files:
        (found if reader_of(file.path) is not None else rest).append(file)
    return found, rest


ONLY_LOGS = "there are only collection logs"


def without_logs(files: Sequence[SourceFile], scratch: Path) -> Expanded:
    """The files with archives taken apart, as `expand` gives them, and without collection logs.

    Raises:
        ReadError: there is no room for the members.
    """
    given = expand(packages(files)[1], scratch)
    return replace(given, files=tuple(sort(given.files)[1]))


def read_log(file: SourceFile) -> tuple[LogReader, Log]:
    """The reader of a collection log and what it read; a log that cannot be read holds no items.

    Raises:
        LookupError: no reader knows it; ask `reader_of` first.
    """
    reader = reader_of(file.path)
    if reader is None:
        raise LookupError(file.name)
    one = LogFile(file.sha256, file.name, file.path)
    try:
        return reader, reader.reads(one)
    except DamagedLogError as error:
        refusal = Refusal(file.sha256, "file", error.reason, f"{file.name}: {error.what}"[-200:])
        return reader, Log("not read", (), (refusal,))
