"""Figures as files: SVG, PNG at 300 dots an inch and CSV, with an index of names and hashes."""

from __future__ import annotations

import csv
import hashlib
import io
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from forensics.errors import ShowError
from forensics.show.page import write_bytes
from forensics.show.phrases import visible
from forensics.show.printfigures import Figure, figures
from forensics.show.printsvg import WIDTH_MM, alone
from forensics.show.view import Boundaries, ReportView

DPI = 300
INDEX = "index.csv"
INDEX_HEAD = ("figure", "unit", "kind", "title", "alt", "format", "file", "bytes", "sha256")
MISSING = "pip install 'gnomon-forensics[figures]'"
_WIDTH_PX = round(WIDTH_MM / 25.4 * DPI)
_PER_METRE = round(DPI / 0.0254)
_RISKY = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make a spreadsheet read a text as a formula."""
_PROBE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text x="2" y="32" '
    'font-size="30" font-family="sans-serif">{}</text></svg>'
)


@dataclass(frozen=True, slots=True)
class Written:
    """What lies in the folder of figures."""

    index: Path
    index_sha256: str
    figures: int
    files: int
    warnings: tuple[str, ...]


def write_figures(view: ReportView, boundaries: Boundaries | None, folder: Path) -> Written:
    """Every figure of the report in a folder of its own, and what must be said about them.

    Raises:
        ShowError: the folder cannot be written, or a drawing is not well-formed.
    """
    drawn = figures(view, boundaries)
    draw = _drawer()
    warnings = [] if draw else [f"no PNG was made: that needs the extra 'figures' ({MISSING})"]
    rows = []
    note = f"{view.tool}, digest {view.digest[:16]}"
    for figure in drawn:
        under = f"{figure.note}; {note}" if figure.note else note
        svg = alone(figure.svg, title=figure.title, note=under)
        files = [("svg", f"{figure.stem}.svg", svg.encode())]
        if draw:
            files.append(("png", f"{figure.stem}.png", draw(svg)))
            warnings += [text for text in unseen(svg) if text not in warnings]
        for numbers in figure.numbers:
            name = f"{figure.stem}{numbers.suffix}.csv"
            files.append(("csv", name, csv_bytes(numbers.head, numbers.rows)))
        for kind, name, data in files:
            write_bytes(folder / name, data)
            sha256 = hashlib.sha256(data).hexdigest()
            rows.append((*_about(figure), kind, name, len(data), sha256))
    left = len(view.units) - len({figure.unit for figure in drawn})
    if left > 0:
        warnings.append(f"{left} units have no figure: the report draws the first six in full")
    index = csv_bytes(INDEX_HEAD, rows)
    path = write_bytes(folder / INDEX, index)
    sha256 = hashlib.sha256(index).hexdigest()
    return Written(path, sha256, len(drawn), len(rows), tuple(warnings))


def _about(figure: Figure) -> tuple[str, str, str, str, str]:
    """The first columns of the index."""
    return figure.stem, figure.unit, figure.kind, figure.title, figure.alt


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """A table that spreadsheets read as text and numbers: UTF-8 with mark, no live formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in (head, *rows):
        writer.writerow([_cell(value) for value in row])
    return out.getvalue().encode("utf-8-sig", "replace")


def _cell(value: str | int) -> str | int:
    """A cell; text that would start a formula gets an apostrophe before it."""
    if isinstance(value, int):
        return value
    text = visible(value, 2_000)
    return f"'{text}" if text.startswith(_RISKY) else text


def _drawer() -> Callable[[str], bytes] | None:
    """A function from SVG to PNG, or None where the extra is missing."""
    if find_spec("resvg_py") is None:
        return None
    return png_bytes


def png_bytes(svg: str) -> bytes:
    """The drawing as PNG, as wide as a column of A4 at 300 dots an inch.

    Raises:
        ShowError: it cannot be drawn.
    """
    return with_density(_draw(svg, _WIDTH_PX))


def _draw(svg: str, width: int) -> bytes:
    """The drawing as PNG. It is our own: it names no file, and nothing is looked up for it."""
    import resvg_py

    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width, dpi=96))
    except ValueError as error:
        raise ShowError("a figure cannot be drawn as PNG", where=str(error)[:80]) from error


def with_density(png: bytes) -> bytes:
    """The PNG with its dots an inch written after its header."""
    body = b"pHYs" + struct.pack(">IIB", _PER_METRE, _PER_METRE, 1)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:33] + chunk + png[33:]  # 8 bytes of signature, 25 of the header chunk


def unseen(svg: str) -> Iterator[str]:
    """One line for each script in a drawing for which no font is here."""
    for name, first, last, sample, help_ in (
        ("Han", 0x2E80, 0x9FFF, "盐", "Noto Sans CJK"),
        ("Hangul", 0xAC00, 0xD7A3, "한", "Noto Sans CJK"),
        ("Arabic", 0x0600, 0x06FF, "ع", "Noto Sans Arabic"),
        ("Cyrillic", 0x0400, 0x04FF, "Ж", "Noto Sans"),
    ):
        if any(first <= ord(char) <= last for char in svg) and not _has_font(sample):
            yield f"no font here draws {name} characters in PNG figures: install {help_}"


@cache
def _has_font(sample: str) -> bool:
    """True if the character leaves a mark: one that no font has is left out."""
    return _draw(_PROBE.format(sample), 40) != _draw(_PROBE.format(" "), 40)
