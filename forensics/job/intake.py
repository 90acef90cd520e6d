"""From originals to evidence: every file goes to the reader that knows it, or is refused."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath

from forensics.case import Case, TableRef, canonical
from forensics.clues import Evidence
from forensics.engine import CELLS, PostTable
from forensics.errors import ReadError
from forensics.job.settings import RunSettings
from forensics.model import Image, Json, Progress, Refusal
from forensics.pixels import ImageFile, Picture, picture_from_row, pictures
from forensics.read import POSTS, REFUSALS, ReadOptions, Source, SourceFile, read_posts, refused
from forensics.read.archives import Member, expand
from forensics.read.images import is_image, read_image
from forensics.read.images.rows import image_from_row
from forensics.reference.places import load_gazetteer

SOURCES = "sources.jsonl"
IMAGES = "images.jsonl"
IMAGE_REFUSALS = "image_refusals.jsonl"
PICTURES = "pictures.jsonl"
ARCHIVE_REFUSALS = "archive_refusals.jsonl"
HEAD_BYTES = 1 << 16


def read_evidence(case: Case, told: RunSettings, progress: Progress) -> Evidence:
    """The evidence of a case: read once, taken from its tables afterwards.

    Raises:
        ReadError: nothing at all could be read.
    """
    key = canonical.sha256([[item.sha256, item.name_as_received] for item in case.originals()])
    if case.stage_done("read", key) is None:
        _read(case, told, key, progress)
    images = tuple(image_from_row(row) for row in case.read_table(IMAGES))
    looks = tuple(picture_from_row(row) for row in case.read_table(PICTURES))
    posts, units = None, {}
    if (case.tables / POSTS).is_file():
        posts = PostTable(
            case.tables / POSTS,
            case.tables / CELLS,
            memory_limit_mb=told.memory_limit_mb,
            threads=told.threads,
        )
        units = posts.units("unit" if told.by else "pool")
        carriers = posts.media()
        images = tuple(_tie(image, carriers) for image in images)
    return Evidence(
        posts=posts,
        images=images,
        pictures=looks,
        units=units,
        places=load_gazetteer(),
        audience_zone=told.audience_zone,
        events=told.events,
    )


def _tie(image: Image, carriers: Mapping[str, tuple[str, ...]]) -> Image:
    """The image with the accounts whose posts name its file (by path or by bare name)."""
    names = {image.name, PurePosixPath(image.name).name}
    accounts = {account for name in names for account in carriers.get(name, ())}
    return replace(image, accounts=tuple(sorted(accounts)))


def _read(case: Case, told: RunSettings, key: str, progress: Progress) -> None:
    """Give every file to its reader; write the tables and one line of the record."""
    with tempfile.TemporaryDirectory(dir=case.tables, prefix=".unpacked-") as folder:
        given = expand(_originals(case), Path(folder))
        images, others = _sort_out(given.files)
        if not images and not others:
            raise ReadError(given.refusals[0].raw, todo="give files that can be read")
        tables = [*_read_images(case, images, progress)]
        sources: tuple[Source, ...] = ()
        made: list[TableRef] = []
        if others:
            sources, made = _read_posts(case, others, told, progress, alone=not images)
    body: dict[str, Json] = {
        "key": key,
        "images": len(images),
        "sources": [
            {
                "original": source.original,
                "rows_present": source.rows_present,
                "rows_read": source.rows_read,
                "rows_refused": source.rows_refused,
            }
            for source in sources
        ],
    }
    if given.sources:
        body["members"] = [_member(item) for item in given.members]
        tables.append(case.write_table(ARCHIVE_REFUSALS, map(asdict, given.refusals)))
    if sources or given.sources:
        rows = sorted((*sources, *given.sources), key=lambda one: (one.name, one.original))
        tables.append(case.write_table(SOURCES, map(asdict, rows)))
    case.append("read", body | {"tables": [ref.as_json() for ref in (*tables, *made)]})


def _member(item: Member) -> dict[str, Json]:
    """A member of an archive as the record names it."""
    return {"parent": item.parent, "name": item.name, "sha256": item.sha256, "size": item.size}


def _originals(case: Case) -> list[SourceFile]:
    """The originals as files to read. Equal bytes are read once."""
    found: dict[str, SourceFile] = {}
    for item in case.originals():
        file = SourceFile(item.sha256, item.name_as_received, case.path_of(item.sha256))
        found.setdefault(item.sha256, file)
    return list(found.values())


def _sort_out(files: Sequence[SourceFile]) -> tuple[list[SourceFile], list[SourceFile]]:
    """Images, and everything else; by content, not by name. Equal bytes are read once."""
    images: list[SourceFile] = []
    others: list[SourceFile] = []
    seen: set[str] = set()
    for file in files:
        if file.sha256 in seen:
            continue
        seen.add(file.sha256)
        with file.path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        (images if is_image(head, file.name) else others).append(file)
    return images, others


def _read_images(
    case: Case, files: Sequence[SourceFile], progress: Progress
) -> tuple[TableRef, ...]:
    """Read the images: their claims, how they look, and what was refused of them."""
    images: list[Image] = []
    refusals: list[Refusal] = []
    for number, file in enumerate(files):
        progress("images", number, len(files))
        image, found = read_image(file.path, file.sha256, file.name)
        images += [image] if image else []
        refusals += found
    progress("images", len(files), len(files))
    read = {image.original for image in images}
    looks, more = _look_at([file for file in files if file.sha256 in read], progress)
    return (
        case.write_table(IMAGES, map(asdict, images)),
        case.write_table(PICTURES, (one.row() for one in looks)),
        case.write_table(IMAGE_REFUSALS, map(asdict, (*refusals, *more))),
    )


def _look_at(
    files: Sequence[SourceFile], progress: Progress
) -> tuple[list[Picture], list[Refusal]]:
    """How the images look; videos, documents and raw files have no picture of their own."""
    wanted = (ImageFile(file.sha256, file.path) for file in files)
    looks: list[Picture] = []
    refusals: list[Refusal] = []
    for one in pictures(wanted, progress=progress, total=len(files)):
        if isinstance(one, Picture):
            looks.append(one)
        elif one.reason != "unsupported_container":
            refusals.append(one)
    return looks, refusals


def _read_posts(
    case: Case, files: Sequence[SourceFile], told: RunSettings, progress: Progress, *, alone: bool
) -> tuple[tuple[Source, ...], list[TableRef]]:
    """Read the files of posts; what became of each, and the tables made.

    Args:
        case: The case.
        files: Everything that is no image.
        told: What to assume.
        progress: Called with (stage, done, total).
        alone: True if there are no images besides: then one row at least must be readable.
    """
    options = ReadOptions(
        assume_zone=told.assume_zone,
        assume_because=told.assume_because,
        columns=told.columns,
        by=told.by,
        memory_limit_mb=told.memory_limit_mb,
        threads=told.threads,
        nothing_is_an_error=alone,
    )
    reading = read_posts(files, options, case.tables, progress)
    tables = [case.adopt_table(REFUSALS, key=("original", "row", "field", "reason", "raw"))]
    if any(source.rows_read for source in reading.sources):
        progress("count", 0, 1)
        PostTable.build(
            reading.posts,
            case.tables,
            memory_limit_mb=told.memory_limit_mb,
            threads=told.threads,
        )
        tables.append(case.adopt_table(POSTS, key=("account", "t_us", "original", "row")))
        tables.append(case.adopt_table(CELLS, key=("account", "kind", "q")))
        progress("count", 1, 1)
    else:
        reading.posts.unlink()
    return reading.sources, tables


def refusal_counts(case: Case) -> list[tuple[str, int, list[Refusal]]]:
    """Reason, number and first examples of what was refused in files of posts, by reason."""
    return [
        (reason, number, [row.as_refusal() for row in rows])
        for reason, number, rows in refused.refusal_counts(case.tables / REFUSALS)
    ]
