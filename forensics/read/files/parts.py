"""The parts of a workbook, checked before any library opens them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from xml.parsers import expat

from forensics.read import zipdir
from forensics.read.options import UnreadableFileError

MAX_PARTS = 10_000
MAX_SHEET = 4 << 30
"""Bytes of a part that is read as a stream."""
MAX_PART = 512 << 20
"""Bytes of a part that is held in memory, such as the texts that cells share."""
MAX_RATIO = 500
"""Fold by which the XML of a sheet with much repetition may grow; a bomb grows 1,000 fold."""
RATIO_AFTER = 64 << 20
LAST_ROW = 1_048_576
"""The last row a sheet can have."""
MAX_DEPTH = 200


def check_parts(file: zipfile.ZipFile) -> None:
    """Refuse a workbook whose parts could do harm, or would be read in part only.

    Sizes are those of the directory; no more is ever unpacked of a part than stands there. Every
    XML part is parsed once: declarations of document types (which billion-laughs files need) end
    it, and rows must stand in order, because the library passes over those that do not.

    Raises:
        UnreadableFileError: with the reason.
        BadZipFile, zlib.error, EOFError: a part is damaged.
    """
    entries = file.infolist()
    if len(entries) > MAX_PARTS or len({entry.filename for entry in entries}) < len(entries):
        raise _refused("has too many parts, or two of one name", "damaged")
    for entry in entries:
        if entry.flag_bits & 0x41:
            raise _refused("is encrypted", "encrypted")
        sheet = entry.filename.startswith("xl/worksheets/")
        bomb = entry.file_size > max(RATIO_AFTER, MAX_RATIO * entry.compress_size)
        if bomb or entry.file_size > (MAX_SHEET if sheet else MAX_PART):
            raise _refused(f"a part of it unpacks to {entry.file_size:,} bytes", "too_large")
    if sum(entry.file_size for entry in entries) > MAX_SHEET + MAX_PART:
        raise _refused("its parts unpack to too much", "too_large")
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            _check_xml(file, entry)


def _check_xml(file: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    walk = _Walk()
    with file.open(entry) as stream:
        try:
            while block := stream.read(zipdir.BLOCK):
                walk.parser.Parse(block, False)
            walk.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise _refused(f"part {entry.filename[:80]!r} is no XML ({error})", "damaged") from None


class _Walk:
    """One parse of one part."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._depth = 0
        self._row = 0

    def _doctype(self, *_told: object) -> None:
        raise _refused("its XML declares a document type, as hostile files do", "damaged")

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _refused(f"its XML is nested deeper than {MAX_DEPTH} levels", "damaged")
        name = tag.rpartition(":")[2]
        if name == "sheetData":
            self._row = 0
        elif name == "row" and self._depth == 3:
            told = attributes.get("r", "")
            number = int(told) if told.isascii() and told.isdigit() else self._row + 1
            if not self._row < number <= LAST_ROW:
                raise _refused(f"row {told[:20]!r} of a sheet is out of order", "damaged")
            self._row = number

    def _end(self, _tag: str) -> None:
        self._depth -= 1


def _refused(what: str, reason: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"the workbook {what}" if what.startswith(("has", "is")) else f"the workbook: {what}",
        reason=reason,
        todo="open it in a spreadsheet program you trust and export the sheet as CSV (UTF-8)",
    )
