"""The images of a case: what they say, how they look, which are the same, and their thumbnails.

Each stage keeps what it found out about a file in `case/cache/`, by the hash of the file, so that
work that was interrupted goes on where it stopped. The cache may be deleted at any time.
"""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

from forensics.case import Case, TableRef
from forensics.case.files import PART_SUFFIX
from forensics.errors import CaseError
from forensics.job.image_files import Claims, read_files
from forensics.model import Image, Json, Progress, Refusal
from forensics.pixels import (
    ImageFile,
    Picture,
    SamePictures,
    pictures,
    same_pictures,
    thumbnails,
)
from forensics.pixels.cache import Cache, sound
from forensics.read import SourceFile
from forensics.read.images import can_validate, read_credentials
from forensics.read.images.rows import image_from_row, image_row
from forensics.read.images.versions import reader_key

IMAGES = "images.jsonl"
IMAGE_REFUSALS = "image_refusals.jsonl"
PICTURES = "pictures.jsonl"
SETS = "same_pictures.jsonl"
THUMBNAILS = "thumbnails.jsonl"
CREDENTIALS = "credentials.jsonl"
SHEET_BYTES = 900_000
"""Bytes of thumbnails that a case keeps and its report shows; in the page they take a third more.
About 300 photographs, or 600 drawings."""
_CLAIMS_AT_ONCE = 256
"""Answers about claims written at a time: a quarter of a second's work."""

Carriers = Mapping[str, tuple[str, ...]]


def accounts_of(image: Image, carriers: Carriers) -> tuple[str, ...]:
    """Accounts whose posts name the file of an image, by path or by bare name."""
    names = {image.name, PurePosixPath(image.name).name}
    return tuple(sorted({one for name in names for one in carriers.get(name, ())}))


def cache_of(case: Case) -> Path:
    """Where the case keeps what it found out about files; a damaged file is made anew."""
    path = case.root / "cache" / "images.sqlite"
    path.parent.mkdir(exist_ok=True)
    if not sound(path):
        path.unlink()
    return path


def reuse(case: Case, earlier: Path) -> None:
    """Take over what an earlier run found out about files; what this case has already stays.

    Args:
        case: The case.
        earlier: The folder of the earlier run, or its case folder.

    Raises:
        CaseError: nothing usable lies there.
    """
    mine = cache_of(case)
    if mine.exists():
        return
    known = [folder / "cache" / mine.name for folder in (earlier / "case", earlier)]
    source = next((path for path in known if path.is_file()), None)
    if source is None or not sound(source):
        raise CaseError(
            "holds nothing that could be reused",
            where=str(earlier),
            todo="name the --out folder of an earlier run",
        )
    part = mine.with_name(f".{mine.name}{PART_SUFFIX}")
    shutil.copyfile(source, part)
    part.replace(mine)


def read_images(
    case: Case, files: Sequence[SourceFile], cache: Path, progress: Progress
) -> tuple[list[Image], list[Picture], list[TableRef]]:
    """Read the images: their claims, how they look, who signed them, and what was refused."""
    images: list[Image] = []
    refusals: list[Refusal] = []
    for image, found in _claims(files, cache, progress):
        images += [image] if image else []
        refusals += found
    read = {image.original for image in images}
    shown = [file for file in files if file.sha256 in read]
    looks, more = _look_at(shown, cache, progress)
    tables = [
        case.write_table(IMAGES, map(image_row, images)),
        case.write_table(PICTURES, (one.row() for one in looks)),
        case.write_table(IMAGE_REFUSALS, map(asdict, (*refusals, *more))),
    ]
    signed = [image for image in images if "c2pa" in image.documents]
    if signed and can_validate():
        paths = {file.sha256: file.path for file in files}
        tables.append(case.write_table(CREDENTIALS, _credentials(signed, paths)))
    return images, looks, tables


def checker() -> str | None:
    """The program that checks signed provenance, with its version; None without the extra."""
    return f"c2pa-python {version('c2pa-python')}" if can_validate() else None


def _claims(
    files: Sequence[SourceFile], cache: Path, progress: Progress
) -> Iterator[tuple[Image | None, list[Refusal]]]:
    """What each file says and what was refused of it, in the order of the files."""
    with Cache(cache, reader_key(), every=_CLAIMS_AT_ONCE) as kept:
        for number, found in enumerate(read_files(files, known=partial(_known, kept))):
            progress("images", number, len(files))
            if found.fresh:
                kept.put(_name(found.file), _claims_row(found.image, found.refusals))
            yield found.image, list(found.refusals)
        progress("images", len(files), len(files))


def _name(file: SourceFile) -> str:
    """Name of an answer: the file's name is read too, so it holds for one hash under one name."""
    return f"{file.sha256} {file.name}"


def _known(kept: Cache, file: SourceFile) -> Claims | None:
    """What the cache holds of a file."""
    known = kept.get(_name(file))
    if known is None:
        return None
    image = None if known["image"] is None else image_from_row(known["image"])
    refusals = tuple(Refusal(**item) for item in known["refusals"])
    return Claims(file, image, refusals, fresh=False)


def _claims_row(image: Image | None, refusals: Sequence[Refusal]) -> dict[str, Any]:
    return {
        "image": None if image is None else image_row(image),
        "refusals": [asdict(item) for item in refusals],
    }


def _look_at(
    files: Sequence[SourceFile], cache: Path, progress: Progress
) -> tuple[list[Picture], list[Refusal]]:
    """How the images look; videos, documents and raw files have no picture of their own."""
    wanted = (ImageFile(file.sha256, file.path) for file in files)
    looks: list[Picture] = []
    refusals: list[Refusal] = []
    for one in pictures(wanted, cache=cache, progress=progress, total=len(files)):
        if isinstance(one, Picture):
            looks.append(one)
        elif one.reason != "unsupported_container":
            refusals.append(one)
    return looks, refusals


def _credentials(images: Sequence[Image], paths: Mapping[str, Path]) -> Iterator[dict[str, Json]]:
    """Signed provenance of the images that carry some, as rows."""
    for image in images:
        found = read_credentials(paths[image.original], image.format)
        if found is not None:
            yield {"original": image.original} | asdict(found)


def draw(
    case: Case,
    files: Sequence[SourceFile],
    seen: tuple[Sequence[Image], Sequence[Picture]],
    carriers: Carriers,
    progress: Progress,
) -> list[TableRef]:
    """Which pictures are the same, and one thumbnail of each set, as far as `SHEET_BYTES` go.

    Kept as tables, so that a report is made without decoding anything.
    """
    images, looks = seen
    same = same_pictures(looks)
    order = sheet_order(images, looks, same, carriers)
    paths = {file.sha256: file.path for file in files}
    wanted = [ImageFile(name, paths[name]) for name in order]
    return [
        case.write_table(SETS, map(asdict, same.groups)),
        case.write_table(THUMBNAILS, _drawn(wanted, cache_of(case), progress)),
    ]


def _drawn(
    files: Sequence[ImageFile], cache: Path, progress: Progress
) -> Iterator[dict[str, Json]]:
    """Thumbnails as rows, until the next would be too many bytes."""
    used = 0
    for name, jpeg in thumbnails(files, cache=cache, progress=progress, total=len(files)):
        if isinstance(jpeg, Refusal):
            continue
        used += len(jpeg)
        if used > SHEET_BYTES:
            break
        yield {"original": name, "jpeg": base64.b64encode(jpeg).decode("ascii")}
    progress("thumbnails", len(files), len(files))


def sheet_order(
    images: Sequence[Image],
    looks: Sequence[Picture],
    same: SamePictures,
    carriers: Carriers,
) -> list[str]:
    """The first file of each same-picture set, in the order in which they are drawn.

    Pictures of several accounts first, those with the most accounts before; then, in turns, one of
    each account; then those that no post names; blank ones last.
    """
    posted = {image.original: accounts_of(image, carriers) for image in images}
    names = {image.original: image.name for image in images}
    company = {name: group.originals for group in same.groups for name in group.originals}
    blank = {group.originals[0] for group in same.groups if not group.telling}
    heads = sorted({company.get(one.original, (one.original,))[0] for one in looks})
    rows = []
    for head in heads:
        files = company.get(head, (head,))
        accounts = sorted({one for name in files for one in posted.get(name, ())})
        rows.append((-len(accounts), -len(files), names.get(head, ""), head, accounts))
    turn: dict[str, int] = {}
    ranked = []
    for count, size, name, head, accounts in sorted(rows):
        first = accounts[0] if len(accounts) == 1 else ""
        turn[first] = turn.get(first, -1) + 1
        kind = 3 if head in blank else 0 if count < -1 else 1 if count == -1 else 2
        place = (kind, count if kind == 0 else turn[first], size, first, name, head)
        ranked.append((place, head))
    return [head for _, head in sorted(ranked)]
