"""From originals to evidence: every file goes to the reader that knows it, or is refused."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from forensics.case import Case, TableRef, canonical
from forensics.case.brought import evidence_in
from forensics.clues import Evidence
from forensics.engine import CELLS, PostTable
from forensics.errors import ReadError
from forensics.job.collection import read_logs, source_of, write_collection
from forensics.job.controls_intake import read_controls
from forensics.job.image_intake import (
    CREDENTIALS,
    IMAGES,
    PICTURES,
    Carriers,
    accounts_of,
    cache_of,
    checker,
    draw,
    read_images,
    reuse,
)
from forensics.job.image_texts import texts_of, write_texts
from forensics.job.lines import say_once
from forensics.job.settings import RunSettings
from forensics.model import Json, Profile, Progress, Refusal
from forensics.pixels import picture_from_row, same_pictures
from forensics.read import POSTS, REFUSALS, ReadOptions, Source, SourceFile, read_posts, refused
from forensics.read.archives import Member, expand
from forensics.read.collection import ONLY_LOGS, packages, sort
from forensics.read.images import is_image
from forensics.read.images.rows import image_from_row
from forensics.read.profiles.together import profile_from_row, profile_row
from forensics.reference.places import load_gazetteer
from forensics.reference.platform_labels import platform_of

SOURCES = "sources.jsonl"
PROFILES = "profiles.jsonl"
ARCHIVE_REFUSALS = "archive_refusals.jsonl"
HEAD_BYTES = 1 << 16


def read_evidence(case: Case, told: RunSettings, progress: Progress) -> Evidence:
    """The evidence of a case: read once, taken from its tables afterwards.

    Raises:
        ReadError: nothing at all could be read.
    """
    key = canonical.sha256([[item.sha256, item.name_as_received] for item in evidence_in(case)])
    if case.stage_done("read", key) is None:
        _read(case, told, key, progress)
    images = tuple(image_from_row(row) for row in case.read_table(IMAGES))
    looks = tuple(picture_from_row(row) for row in case.read_table(PICTURES))
    same = same_pictures(looks) if looks else None
    texts, search = texts_of(case)
    units = {}
    posts = _posts(case, told)
    if posts is not None:
        units = posts.units("unit" if told.column else "pool")
        carriers = posts.media()
        images = tuple(replace(one, accounts=accounts_of(one, carriers)) for one in images)
    assessed = {name for names in units.values() for name in names}
    assessed.update(name for one in images for name in one.accounts)
    return Evidence(
        posts=posts,
        controls=read_controls(case, told, assessed, progress),
        images=images,
        pictures=looks,
        same=same,
        sets=same.sets() if same else {},
        units=units,
        places=load_gazetteer(),
        audience_zone=told.audience_zone,
        events=told.events,
        shadows=told.shadows,
        profiles=_profiles(case),
        image_texts=texts,
        text_search=search,
        platforms=_platforms(case),
    )


def _platforms(case: Case) -> dict[str, str]:
    """File -> the platform it is from, where its format tells."""
    if not (case.tables / SOURCES).is_file():
        return {}
    named = {
        str(row["original"]): platform_of(str(row["reader"]), str(row["format"]))
        for row in case.read_table(SOURCES)
    }
    return {original: platform for original, platform in named.items() if platform}


def _profiles(case: Case) -> tuple[Profile, ...]:
    """What the exports say of accounts."""
    if not (case.tables / PROFILES).is_file():
        return ()
    return tuple(profile_from_row(row) for row in case.read_table(PROFILES))


def _posts(case: Case, told: RunSettings) -> PostTable | None:
    """The posts of a case, once they are read; None where there are none."""
    if not (case.tables / POSTS).is_file():
        return None
    return PostTable(
        case.tables / POSTS,
        case.tables / CELLS,
        memory_limit_mb=told.memory_limit_mb,
        threads=told.threads,
    )


def _read(case: Case, told: RunSettings, key: str, progress: Progress) -> None:
    """Give every file to its reader; write the tables and one line of the record."""
    if told.reuse is not None:
        reuse(case, told.reuse)
    with tempfile.TemporaryDirectory(dir=case.tables, prefix=".unpacked-") as folder:
        files = _originals(case)
        packed, plain = packages(files)
        given = expand(plain, Path(folder))
        images, others = _sort_out(given.files)
        logs, others = sort(others)
        if not images and not others:
            what = given.refusals[0].raw if given.refusals else ONLY_LOGS
            raise ReadError(what, todo="give files that can be read")
        collected = read_logs([*packed, *logs], files, given.members)
        read, looks, tables = read_images(case, images, cache_of(case), progress)
        sources: tuple[Source, ...] = ()
        made: list[TableRef] = []
        if others:
            sources, made = _read_posts(case, others, told, progress, alone=not images)
        posts = _posts(case, told) if made else None
        carriers: Carriers = posts.media() if posts is not None and images else {}
        tables += draw(case, images, (read, looks), carriers, progress)
        texts: dict[str, Json] = {}
        if told.ocr:
            seen = (read, looks)
            texts, more = write_texts(
                case, images, seen, carriers, limit=told.ocr_limit, progress=progress
            )
            tables += more
    body: dict[str, Json] = {
        "key": key,
        "images": len(images),
        "sources": [_counts(source) for source in sources if source.holds == "posts"],
    }
    lists: list[Json] = [_counts(source) for source in sources if source.holds == "accounts"]
    if lists:  # apart from the files of posts, whose rows are those of the table of posts
        body["lists"] = lists
    if texts:
        body["texts"] = texts
    if any(ref.name == CREDENTIALS for ref in tables):
        body["checker"] = checker()
    if given.sources:
        body["members"] = [_member(item) for item in given.members]
        tables.append(case.write_table(ARCHIVE_REFUSALS, map(asdict, given.refusals)))
    counted, more = write_collection(case, collected)
    body |= counted
    tables += more
    apart = (*given.sources, *map(source_of, collected))
    if sources or apart:
        rows = sorted((*sources, *apart), key=lambda one: (one.name, one.original))
        tables.append(case.write_table(SOURCES, map(asdict, rows)))
    say_once(case, "read", body | {"tables": [ref.as_json() for ref in (*tables, *made)]})


def _counts(source: Source) -> dict[str, Json]:
    """A file as the record names it."""
    return {
        "original": source.original,
        "rows_present": source.rows_present,
        "rows_read": source.rows_read,
        "rows_refused": source.rows_refused,
    }


def _member(item: Member) -> dict[str, Json]:
    """A member of an archive as the record names it."""
    return {"parent": item.parent, "name": item.name, "sha256": item.sha256, "size": item.size}


def _originals(case: Case) -> list[SourceFile]:
    """The originals as files to read. Equal bytes are read once."""
    found: dict[str, SourceFile] = {}
    for item in evidence_in(case):
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
        by=told.column,
        memory_limit_mb=told.memory_limit_mb,
        threads=told.threads,
        nothing_is_an_error=alone,
    )
    reading = read_posts(files, options, case.tables, progress)
    tables = [case.adopt_table(REFUSALS, key=("original", "row", "field", "reason", "raw"))]
    tables.append(case.write_table(PROFILES, map(profile_row, reading.profiles)))
    if any(source.rows_read and source.holds == "posts" for source in reading.sources):
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
