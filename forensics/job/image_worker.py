"""The process that reads what images say: a chunk of files a job, and it may be ended any time.

Started by `forensics.pixels.pool` as `serve(limits)`; see `image_files`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from forensics.model import Json
from forensics.pixels.limits import Limits
from forensics.pixels.worker import limit_time, serve_with
from forensics.read.images import read_image
from forensics.read.images.rows import packed


def answer(job: Mapping[str, Any], limits: Limits) -> dict[str, Json]:
    """`{"read": [[image or null, refusals], ...]}` of the files of a job, or why there is none.

    Args:
        job: `files`: path, SHA-256 and name of each.
        limits: What one file may cost.
    """
    read: list[Json] = []
    try:
        for path, sha256, name in job["files"]:
            limit_time(limits)
            image, refusals = read_image(Path(path), sha256, name)
            row = None if image is None else packed(image)
            read.append([row, [[one.where, one.reason, one.raw] for one in refusals]])
    except MemoryError:
        return {"reason": "too_large", "raw": f"needs more than {limits.memory_mb} MB"}
    return {"read": read}


def serve(limits: Limits) -> None:
    """Answer jobs from the standard input until it ends."""
    import PIL.Image
    import PIL.ImageCms  # load what decodes before memory is bounded

    del PIL
    serve_with(answer, limits)
