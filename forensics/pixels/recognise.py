"""Text in one picture, read by rapidocr with the models of its own package. Runs in a worker.

The models are named by path and never by language: asked for a language, the package would fetch
a model. The worker refuses every connection besides.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from forensics.pixels.decode import NotDecodedError, decode
from forensics.pixels.limits import Limits

SIDE_PX = 2_000
"""Longer side on which text is sought; the engine would scale down to this itself."""
_LEAST_SCORE = 0.5
"""The engine's own threshold: lines below it are mostly no text."""
PACKAGES = ("rapidocr", "onnxruntime")


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text in a picture."""

    text: str
    score_ppm: int
    """How sure the engine is of the characters; not the chance that they are right."""
    box_ppm: tuple[int, int, int, int]
    """Left, top, right and bottom, in millionths of the width and height of the upright picture."""


def missing_packages() -> tuple[str, ...]:
    """Packages of the extra `ocr` that are not installed; nothing is imported to find out."""
    return tuple(name for name in PACKAGES if importlib.util.find_spec(name) is None)


@cache
def _engine() -> Any:
    """The engine, on one thread, with the models that its package brought along."""
    import rapidocr

    folder = Path(rapidocr.__file__).parent / "models"
    paths = {}
    for part in ("det", "rec", "cls"):
        found = sorted(folder.glob(f"*_{part}_*.onnx"))
        if not found:
            raise NotDecodedError("unsupported_container", "this rapidocr brings no models along")
        paths[part] = str(found[0])
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.text_score": _LEAST_SCORE,
            "Global.max_side_len": SIDE_PX,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.model_path": paths["det"],
            "Rec.model_path": paths["rec"],
            "Cls.model_path": paths["cls"],
        }
    )


def recognise(path: Path, limits: Limits) -> tuple[TextLine, ...]:
    """The lines of text of a picture, from top to bottom and left to right.

    Raises:
        NotDecodedError: the picture is not decoded, or the package has no models.
        MemoryError: the limit of the process was reached.
    """
    picture, _ = decode(path, limits, side_px=SIDE_PX)
    picture.thumbnail((SIDE_PX, SIDE_PX))
    found = _engine()(np.ascontiguousarray(np.asarray(picture)[:, :, ::-1]))
    if found.txts is None:
        return ()
    lines = []
    for text, score, box in zip(found.txts, found.scores, found.boxes, strict=True):
        corners = np.asarray(box, dtype=np.float64)
        edges = (*corners.min(axis=0), *corners.max(axis=0))
        scale = (picture.width, picture.height) * 2
        left, top, right, bottom = (
            min(max(round(float(edge) * 1_000_000 / whole), 0), 1_000_000)
            for edge, whole in zip(edges, scale, strict=True)
        )
        lines.append(
            TextLine(str(text), round(float(score) * 1_000_000), (left, top, right, bottom))
        )
    return tuple(sorted(lines, key=lambda line: (line.box_ppm[1], line.box_ppm[0], line.text)))
