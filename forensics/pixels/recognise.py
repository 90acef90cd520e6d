"""Text in one picture, read by rapidocr with the models of its own package. Runs in a worker.

The models are named by path and never by language: asked for a language, the package would fetch
a model. The worker refuses every connection besides. Cyrillic lines come from Tesseract, where it
is installed; see `cyrillic`.
"""

from __future__ import annotations

import importlib.util
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from forensics.pixels import cyrillic
from forensics.pixels.decode import NotDecodedError, decode
from forensics.pixels.limits import Limits

if TYPE_CHECKING:
    from PIL import Image

SIDE_PX = 2_000
"""Longer side on which text is sought; the engine would scale down to this itself."""
_LEAST_SCORE = 0.5
"""The engine's own threshold: lines below it are mostly no text."""
PACKAGES = ("rapidocr", "onnxruntime")
METHOD = "text 1"
"""Changes when the same picture would give other lines: part of the key of the cache."""
_SAME_PLACE_PPM = 500_000
"""Two boxes are of one line if they share this part of the smaller one."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text in a picture."""

    text: str
    score_ppm: int
    """How sure the engine is of the characters; not the chance that they are right."""
    box_ppm: tuple[int, int, int, int]
    """Left, top, right and bottom, in millionths of the width and height of the upright picture."""
    engine: str = "rapidocr"


def missing_packages() -> tuple[str, ...]:
    """Packages of the extra `ocr` that are not installed; nothing is imported to find out."""
    return tuple(name for name in PACKAGES if importlib.util.find_spec(name) is None)


def programs() -> str:
    """The programs that read, with versions: other ones may read other characters."""
    names = [f"{name} {_version(name)}" for name in PACKAGES]
    return ", ".join([*names, *filter(None, [cyrillic.version()])])


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "of unknown version"


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
    lines = merged(_rapid(picture), _cyrillic(picture))
    return tuple(sorted(lines, key=lambda line: (line.box_ppm[1], line.box_ppm[0], line.text)))


def _rapid(picture: Image.Image) -> list[TextLine]:
    """What rapidocr reads."""
    found = _engine()(np.ascontiguousarray(np.asarray(picture)[:, :, ::-1]))
    if found.txts is None:
        return []
    lines = []
    for text, score, box in zip(found.txts, found.scores, found.boxes, strict=True):
        corners = np.asarray(box, dtype=np.float64)
        edges = (*corners.min(axis=0), *corners.max(axis=0))
        clean = _clean(str(text))
        if clean:
            score_ppm = round(float(score) * 1_000_000)
            lines.append(TextLine(clean, score_ppm, _box(edges, picture)))
    return lines


def _cyrillic(picture: Image.Image) -> list[TextLine]:
    """What Tesseract reads in Cyrillic letters; nothing without it."""
    return [
        TextLine(text, one.score_ppm, _box(one.box_px, picture), "tesseract")
        for one in cyrillic.cyrillic_lines(picture)
        if (text := _clean(one.text))
    ]


def _box(edges: Sequence[Any], picture: Image.Image) -> tuple[int, int, int, int]:
    """Edges in pixels as millionths of the picture, inside of it."""
    left, top, right, bottom = (
        min(max(round(float(edge) * 1_000_000 / whole), 0), 1_000_000)
        for edge, whole in zip(edges, (picture.width, picture.height) * 2, strict=True)
    )
    return left, top, right, bottom


def _clean(text: str) -> str:
    """The text without characters that no picture shows, and with single spaces."""
    kept = (char for char in text if char.isspace() or unicodedata.category(char)[0] != "C")
    return " ".join("".join(kept).split())


def merged(lines: Sequence[TextLine], cyrillic_lines: Sequence[TextLine]) -> list[TextLine]:
    """Both readings; at one place the Cyrillic one counts if it has more letters.

    rapidocr leaves Cyrillic letters out, so what it has of such a line is shorter. A line in which
    it read Han is never given up.
    """
    kept = list(lines)
    for one in cyrillic_lines:
        rivals = [line for line in kept if _same_place(line.box_ppm, one.box_ppm)]
        letters = _letters("".join(line.text for line in rivals))
        if letters >= _letters(one.text) or any(map(_has_han, rivals)):
            continue
        kept = [line for line in kept if line not in rivals] + [one]
    return kept


def _letters(text: str) -> int:
    return sum(char.isalnum() for char in text)


def _has_han(line: TextLine) -> bool:
    return any("\u3400" <= char <= "\u9fff" for char in line.text)


def _same_place(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether two boxes share half of the smaller one."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return False
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return wide * high * 1_000_000 >= smaller * _SAME_PLACE_PPM
