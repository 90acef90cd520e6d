"""From originals to evidence: every file goes to the reader that knows it, or is refused."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from forensics.case import Case, TableRef
from forensics.clues import Evidence
from forensics.errors import ReadError
from forensics.job.batches import KIND, Batch, batches, members_read
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
from forensics.job.post_parts import (
    SOURCES,
    earlier_sources,
    forget_from,
    may_go_on,
    posts_of,
    profiles_of,
    read_part,
    write_sources,
)
from forensics.job.settings import RunSettings
from forensics.model import Json, Progress
from forensics.pixels import picture_from_row, same_pictures
from forensics.read import Source, SourceFile
from forensics.read.archives import Expanded, Member, expand
from forensics.read.collection import ONLY_LOGS, packages, sort
from forensics.read.images import is_image
from forensics.read.images.rows import image_from_row
from forensics.reference.places import load_gazetteer
from forensics.reference.platform_labels import platform_of

ARCHIVE_REFUSALS = "archive_refusals.jsonl"
HEAD_BYTES = 1 << 16


def read_evidence(case: Case, told: RunSettings, progress: Progress) -> Evidence:
    """The evidence of a case: read once, taken from its tables afterwards.

    Raises:
        ReadError: nothing at all could be read.
    """
    _read_what_is_new(case, told, progress)
    images = tuple(image_from_row(row) for row in case.read_table(IMAGES))
    looks = tuple(picture_from_row(row) for row in case.read_table(PICTURES))
    same = same_pictures(looks) if looks else None
    texts, search = texts_of(case)
    units = {}
    posts = posts_of(case, told)
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
        profiles=profiles_of(case),
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


def _read_what_is_new(case: Case, told: RunSettings, progress: Progress) -> None:
    """Read what is not read yet; everything, step by step as before, where tables are lost."""
    steps = batches(case)
    last = steps[-1]
    if case.stage_done(KIND, last.key) is not None:
        return
    go_on = last.after is not None and case.stage_done(KIND, last.after) is not None
    todo = steps[-1:] if go_on and may_go_on(case, last) else steps
    forget_from(case, todo[0])
    for step in todo:
        _read(case, told, step, progress)


def _read(case: Case, told: RunSettings, step: Batch, progress: Progress) -> None:
    """Give every file to its reader; write the tables and one line of the record.

    Images and logs are gone through again with each reading, for they are tied to one another:
    what was found out about images lies in the cache. Posts are read once.
    """
    if told.reuse is not None:
        reuse(case, told.reuse)
    done = _read_before(case, step)
    with tempfile.TemporaryDirectory(dir=case.tables, prefix=".unpacked-") as folder:
        files = _originals(case, step)
        packed, plain = packages(files)
        known = set() if packed or sort(plain)[0] else _only_posts(case, step, done)
        given = expand([file for file in plain if file.sha256 not in known], Path(folder))
        images, others = _sort_out(given.files)
        logs, others = sort(others)
        if not images and not others and step.after is None:
            what = given.refusals[0].raw if given.refusals else ONLY_LOGS
            raise ReadError(what, todo="give files that can be read")
        collected = read_logs([*packed, *logs], files, given.members)
        read, looks, tables = read_images(case, images, cache_of(case), progress)
        sources: tuple[Source, ...] = ()
        made: list[TableRef] = []
        new = [file for file in others if file.sha256 not in done]
        if new:
            sources, made = read_part(case, step, new, told, progress, alone=not images)
        posts = posts_of(case, told) if images else None
        carriers: Carriers = posts.media() if posts is not None else {}
        tables += draw(case, images, (read, looks), carriers, progress)
        texts: dict[str, Json] = {}
        if told.ocr:
            seen = (read, looks)
            texts, more = write_texts(
                case, images, seen, carriers, limit=told.ocr_limit, progress=progress
            )
            tables += more
    if given.sources:
        tables.append(_archive_refusals(case, given, known))
    counted, more = write_collection(case, collected)
    tables += more
    apart = (*given.sources, *map(source_of, collected))
    if sources or apart:
        tables.append(write_sources(case, step, (*sources, *apart)))
    body = _line(step, len(images), sources, given) | ({"texts": texts} if texts else {}) | counted
    if any(ref.name == CREDENTIALS for ref in tables):
        body["checker"] = checker()
    say_once(case, KIND, body | {"tables": [ref.as_json() for ref in (*tables, *made)]})


def _line(step: Batch, images: int, sources: Sequence[Source], given: Expanded) -> dict[str, Json]:
    """What the record says of a reading, but for what images and logs add to it."""
    body: dict[str, Json] = {
        "key": step.key,
        "images": images,
        "sources": [_counts(source) for source in sources if source.holds == "posts"],
    }
    if step.after is not None:
        body["after"] = step.after
    lists: list[Json] = [_counts(source) for source in sources if source.holds == "accounts"]
    if lists:  # apart from the files of posts, whose rows are those of the table of posts
        body["lists"] = lists
    if given.sources:
        body["members"] = [_member(item) for item in given.members]
    return body


def _read_before(case: Case, step: Batch) -> frozenset[str]:
    """Files and archives that an earlier reading went through; logs are read with each."""
    rows = earlier_sources(case, step)
    return frozenset(str(row["original"]) for row in rows if row["holds"] != "items")


def _only_posts(case: Case, step: Batch, done: frozenset[str]) -> set[str]:
    """Archives that hold nothing but files of posts that were read: they stay packed."""
    inside: dict[str, list[str]] = {}
    for member in members_read(case, step.after) if step.after is not None else ():
        inside.setdefault(str(member["parent"]), []).append(str(member["sha256"]))
    return {parent for parent, held in inside.items() if done.issuperset((parent, *held))}


def _archive_refusals(case: Case, given: Expanded, packed: Collection[str]) -> TableRef:
    """What was refused of archives, with that of archives which stay packed."""
    rows = list(map(asdict, given.refusals))
    if packed:
        before = case.read_table(ARCHIVE_REFUSALS)
        rows = [*(row for row in before if row["original"] in packed), *rows]
    return case.write_table(ARCHIVE_REFUSALS, rows)


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


def _originals(case: Case, step: Batch) -> list[SourceFile]:
    """The originals as files to read. Equal bytes are read once."""
    found: dict[str, SourceFile] = {}
    for item in step.evidence:
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
