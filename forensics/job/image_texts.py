"""Text in the pictures of a case: which are read first, and the tables of what was read.

Reading a picture takes about a second, so a case says how many it reads. Files with equal pixels
are read once. What is known stays in the cache of the case, by hash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from forensics.case import Case, TableRef
from forensics.job.image_intake import Carriers, accounts_of, cache_of
from forensics.model import Image, Json, Progress, Refusal
from forensics.pixels import ImageFile, ImageText, Picture, TextSearch, text_from_row
from forensics.pixels.ocr import read_texts
from forensics.pixels.picture import CLEAR_QUALITY
from forensics.pixels.recognise import TextLine, programs
from forensics.read import SourceFile

TEXTS = "image_texts.jsonl"
TEXTS_READ = "image_texts_read.jsonl"
TEXT_REFUSALS = "image_text_refusals.jsonl"
SCREENSHOT, DOCUMENT, CHANGED, POSTED, DRAWN, PHOTOGRAPH = (
    "screenshot", "document", "changed", "posted", "no camera", "photograph",
)  # fmt: skip
_ORDER = (SCREENSHOT, DOCUMENT, CHANGED, POSTED, DRAWN, PHOTOGRAPH)
"""What is most likely to hold text, and text that says something, first."""
_PER_MILLE = 1_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """One picture that may be read."""

    originals: tuple[str, ...]
    """Its files: one, or several with equal pixels."""
    why: str
    """screenshot | document (too flat for a photograph) | changed (does not match its own
    thumbnail) | posted | no camera | photograph."""


def reading_order(
    images: Sequence[Image], looks: Sequence[Picture], carriers: Carriers
) -> list[Wanted]:
    """Every different picture, in the order in which text is read.

    Args:
        images: What the files say.
        looks: How they look; a file that could not be decoded is not there.
        carriers: File name -> accounts whose posts name it.
    """
    said = {image.original: image for image in images}
    equal: dict[str, list[Picture]] = {}
    for one in looks:
        equal.setdefault(one.pixels_sha256 or one.original, []).append(one)
    found = []
    for held in equal.values():
        files = tuple(sorted({one.original for one in held}))
        mine = [said[name] for name in files if name in said]
        accounts = {name for image in mine for name in accounts_of(image, carriers)}
        kinds = [_why(image, held[0].quality, posted=bool(accounts)) for image in mine]
        why = min(kinds, key=_ORDER.index, default=DRAWN)
        found.append((_ORDER.index(why), -len(accounts), files, Wanted(files, why)))
    return [wanted for *_, wanted in sorted(found, key=lambda item: item[:3])]


def _why(image: Image, quality: int, *, posted: bool) -> str:
    """Why a picture has the place it has in the order."""
    camera = "make" in image.camera or "model" in image.camera
    if "screenshot" in image.marks:
        return SCREENSHOT
    if quality < CLEAR_QUALITY:
        return DOCUMENT
    if "thumbnail" in image.marks:
        return CHANGED
    if posted:
        return POSTED
    return PHOTOGRAPH if camera else DRAWN


def write_texts(
    case: Case,
    files: Sequence[SourceFile],
    seen: tuple[Sequence[Image], Sequence[Picture]],
    carriers: Carriers,
    *,
    limit: int,
    progress: Progress,
) -> tuple[dict[str, Json], list[TableRef]]:
    """Read text in up to `limit` pictures; what was done for the record, and the tables.

    Raises:
        ReadError: the extra for it is not installed.
    """
    order = reading_order(*seen, carriers)
    paths = {file.sha256: file.path for file in files}
    wanted = order[:limit]
    jobs = (ImageFile(one.originals[0], paths[one.originals[0]]) for one in wanted)
    texts: list[ImageText] = []
    read: list[dict[str, Json]] = []
    refusals: list[Refusal] = []
    found = read_texts(jobs, cache=cache_of(case), progress=progress, total=len(wanted))
    for one, (_, lines) in zip(wanted, found, strict=True):
        if isinstance(lines, Refusal):
            refusals.append(lines)
            continue
        for name in one.originals:
            read.append({"original": name, "lines": len(lines), "why": one.why})
            texts += _texts(name, lines)
    body: dict[str, Json] = {
        "engine": programs(),
        "limit": limit,
        "pictures": len(order),
        "refused": len(refusals),
    }
    texts.sort(key=lambda text: (text.original, text.line))
    read.sort(key=lambda row: str(row["original"]))
    return body, [
        case.write_table(TEXTS, (text.row() for text in texts)),
        case.write_table(TEXTS_READ, read),
        case.write_table(TEXT_REFUSALS, map(asdict, refusals)),
    ]


def _texts(original: str, lines: Sequence[TextLine]) -> list[ImageText]:
    """The lines of a picture, numbered, for one of its files."""
    made = []
    for number, line in enumerate(lines, 1):
        left, top, right, bottom = (edge // _PER_MILLE for edge in line.box_ppm)
        made.append(
            ImageText(
                original=original,
                line=number,
                text=line.text,
                score_ppm=line.score_ppm,
                box_permille=(left, top, right, bottom),
                engine=line.engine,
            )
        )
    return made


def texts_of(case: Case) -> tuple[tuple[ImageText, ...], TextSearch | None]:
    """The lines read in a case, and what was done to read them; nothing if nobody asked."""
    said = _said(case)
    if said is None:
        return (), None
    lines = {str(row["original"]): int(str(row["lines"])) for row in case.read_table(TEXTS_READ)}
    search = TextSearch(
        engine=said["engine"],
        limit=said["limit"],
        pictures=said["pictures"],
        refused=said["refused"],
        lines=lines,
    )
    return tuple(text_from_row(row) for row in case.read_table(TEXTS)), search


def _said(case: Case) -> Mapping[str, Any] | None:
    """What the record says about reading text, in its last line about reading."""
    last = case.last("read")
    found: Mapping[str, Any] | None = last.body.get("texts") if last else None  # type: ignore[assignment]
    return found


def text_notes(search: TextSearch | None) -> tuple[str, ...]:
    """What must not be overlooked: pictures whose text was not read."""
    if search is None or not search.left:
        return ()
    read = f"text was read in {search.limit:,} of {search.pictures:,} different pictures"
    return (f"{read} (screenshots and documents first); --ocr-limit N reads more",)
