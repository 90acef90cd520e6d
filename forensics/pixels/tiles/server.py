"""The process that reads tile files and draws tiles anew; see `forensics.pixels.worker`.

Started by `forensics.pixels.pool`, as `serve(limits)`. A file is opened once and kept open.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from forensics.pixels.decode import NotDecodedError
from forensics.pixels.limits import Limits
from forensics.pixels.tiles.archive import Archive, BadTileError, NoTilesError
from forensics.pixels.worker import serve_with

_OPEN: dict[str, Archive] = {}
"""The file of the last job."""


def open_archive(path: Path) -> Archive:
    """A tile file, opened by what its first bytes are.

    Raises:
        NoTilesError: it is neither kind, or cannot be read.
    """
    from forensics.pixels.tiles import mbfile, pmfile

    try:
        with path.open("rb") as file:
            head = file.read(16)
        if head == mbfile.MAGIC:
            return mbfile.MbFile(path)
        if head.startswith(pmfile.MAGIC):
            return pmfile.PmFile(path)
    except OSError as error:
        raise NoTilesError(f"cannot be read ({error.strerror})") from None
    raise NoTilesError("is neither MBTiles nor PMTiles")


def answer(job: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """What became of one job: what the file says of itself, one tile, or a refusal.

    Args:
        job: `kind` (`open` or `tile`), `path`, and for a tile `zoom`, `column`, `row`.
        limits: What it may cost.
    """
    try:
        return _answered(job)
    except NoTilesError as refused:
        told = {"reason": "unsupported_container", "raw": refused.what, "todo": refused.todo}
    except NotDecodedError as refused:
        told = {"reason": refused.reason, "raw": refused.raw}
    except BadTileError as refused:
        told = {"reason": "damaged", "raw": str(refused)}
    except MemoryError:
        told = {"reason": "too_large", "raw": f"needs more than {limits.memory_mb} MB"}
    except Exception as error:  # noqa: BLE001 - a hostile file becomes a refusal, with its reason
        told = {"reason": "damaged", "raw": type(error).__name__}
    return told


def _answered(job: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a job that nothing speaks against."""
    from forensics.pixels.tiles.drawing import redrawn

    archive = _OPEN.get(job["path"])
    if archive is None:
        for name in tuple(_OPEN):
            _OPEN.pop(name).close()
        archive = _OPEN[job["path"]] = open_archive(Path(job["path"]))
    if job["kind"] == "open":
        return {"about": asdict(archive.about)}
    data = archive.tile(job["zoom"], job["column"], job["row"])
    if data is None:
        return {"none": True}
    media, drawn = redrawn(data)
    return {"media": media, "data": base64.b64encode(drawn).decode("ascii")}


def serve(limits: Limits) -> None:
    """Answer jobs from the standard input until it ends."""
    import sqlite3

    import pmtiles.tile
    from PIL import Image

    Image.init()  # load what decodes before memory is bounded
    del sqlite3, pmtiles
    serve_with(answer, limits)
