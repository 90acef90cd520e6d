"""From originals to evidence: every file goes to the reader that knows it, or is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import PurePosixPath

from forensics.case import Case, TableRef, canonical
from forensics.clues import Evidence
from forensics.engine import CELLS, PostTable
from forensics.job.settings import RunSettings
from forensics.model import Image, Json, Original, Progress, Refusal
from forensics.read import POSTS, REFUSALS, ReadOptions, SourceFile, read_posts
from forensics.read.database import connected, literal
from forensics.read.images import is_image, read_image
from forensics.read.images.rows import image_from_row
from forensics.reference.places import load_gazetteer

SOURCES = "sources.jsonl"
IMAGES = "images.jsonl"
IMAGE_REFUSALS = "image_refusals.jsonl"
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
    return Evidence(posts=posts, images=images, units=units, places=load_gazetteer())


def _tie(image: Image, carriers: Mapping[str, tuple[str, ...]]) -> Image:
    """The image with the accounts whose posts name its file (by path or by bare name)."""
    names = {image.name, PurePosixPath(image.name).name}
    accounts = {account for name in names for account in carriers.get(name, ())}
    return replace(image, accounts=tuple(sorted(accounts)))


def _read(case: Case, told: RunSettings, key: str, progress: Progress) -> None:
    """Give every original to its reader; write the tables and one line of the record."""
    images, others = _sort_out(case)
    tables = [*_read_images(case, images, progress)]
    counts: list[dict[str, Json]] = []
    if others:
        options = ReadOptions(
            assume_zone=told.assume_zone,
            assume_because=told.assume_because,
            columns=told.columns,
            by=told.by,
            memory_limit_mb=told.memory_limit_mb,
            threads=told.threads,
            nothing_is_an_error=not images,
        )
        reading = read_posts(others, options, case.tables, progress)
        rows = [asdict(source) for source in reading.sources]
        counts = [
            {name: row[name] for name in ("original", "rows_present", "rows_read", "rows_refused")}
            for row in rows
        ]
        tables.append(case.write_table(SOURCES, rows))
        tables.append(case.adopt_table(REFUSALS, key=("original", "row", "field", "reason", "raw")))
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
    body: dict[str, Json] = {
        "key": key,
        "images": len(images),
        "sources": [dict(row) for row in counts],
        "tables": [ref.as_json() for ref in tables],
    }
    case.append("read", body)


def _sort_out(case: Case) -> tuple[list[Original], list[SourceFile]]:
    """Images, and everything else; by content, not by name. Equal bytes are read once."""
    images: list[Original] = []
    others: list[SourceFile] = []
    seen: set[str] = set()
    for item in case.originals():
        if item.sha256 in seen:
            continue
        seen.add(item.sha256)
        path = case.path_of(item.sha256)
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        if is_image(head, item.name_as_received):
            images.append(item)
        else:
            others.append(SourceFile(item.sha256, item.name_as_received, path))
    return images, others


def _read_images(
    case: Case, originals: Sequence[Original], progress: Progress
) -> tuple[TableRef, TableRef]:
    """Read the images; their claims and what was refused of them as two tables."""
    images: list[Image] = []
    refused: list[Refusal] = []
    for number, item in enumerate(originals):
        progress("images", number, len(originals))
        image, refusals = read_image(case.path_of(item.sha256), item.sha256, item.name_as_received)
        images += [image] if image else []
        refused += refusals
    progress("images", len(originals), len(originals))
    return (
        case.write_table(IMAGES, map(asdict, images)),
        case.write_table(IMAGE_REFUSALS, map(asdict, refused)),
    )


def refusal_counts(case: Case) -> list[tuple[str, int, list[Refusal]]]:
    """Reason, number and first examples of what was refused in files of posts, by reason."""
    path = case.tables / REFUSALS
    if not path.is_file():
        return []
    with connected(memory_limit_mb=500, threads=1, scratch=None) as con:
        table = f"read_parquet({literal(str(path))})"
        counts = con.execute(
            f"SELECT reason, COUNT(*) FROM {table} GROUP BY reason ORDER BY reason"
        ).fetchall()
        examples = con.execute(
            f"""SELECT original, row, field, reason, raw FROM {table}
            QUALIFY ROW_NUMBER() OVER (PARTITION BY reason ORDER BY original, row, field) <= 3
            ORDER BY reason, original, row, field"""
        ).fetchall()
    return [
        (
            str(reason),
            int(number),
            [
                Refusal(original, f"row {row}, {field}" if row else "file", kind, raw or "")
                for original, row, field, kind, raw in examples
                if kind == reason
            ],
        )
        for reason, number in counts
    ]
