"""How files are read: reader, columns, clock, counts and refusals, file by file."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from forensics.errors import ReadError
from forensics.job.collection import ReadLog, read_logs, source_of
from forensics.job.run import silent
from forensics.model import Progress, Refusal
from forensics.read import Reading, ReadOptions, Source, SourceFile, read_posts
from forensics.read.archives import Expanded, expand
from forensics.read.collection import packages, sort
from forensics.read.given import inputs_of
from forensics.read.posts import check_options, unread
from forensics.read.refused import EXAMPLES, RefusedRow, refusal_counts


@dataclass(frozen=True, slots=True)
class AskedFile:
    """How one file is read, and what was refused of it."""

    source: Source
    refused: tuple[tuple[str, int, tuple[RefusedRow, ...]], ...] = ()
    """(reason, rows, first examples), by reason."""
    failure: str = ""
    """One line where the file could not be read at all; its source is then without rows."""


def ask_read(
    files: Sequence[str | Path],
    *,
    columns: Mapping[str, str] | None = None,
    assume_zone: str | None = None,
    assume_because: str | None = None,
    by: str | None = None,
    progress: Progress = silent,
) -> tuple[AskedFile, ...]:
    """How files are read: reader, columns, clock, counts and refusals, file by file.

    Each file is read alone, so that one that contradicts itself does not hide the others. Equal
    bytes under two names are read once.

    Args:
        files: Exports of posts, or folders of them.
        columns: Columns given by hand, such as `{"account": "user"}`.
        assume_zone: IANA zone of times without offset.
        assume_because: Reason for it.
        by: Column that names the units.
        progress: Called with (stage, done, total).

    Raises:
        ReadError: a file is not there; or a role or a zone given is none.
    """
    options = ReadOptions(
        assume_zone=assume_zone,
        assume_because=assume_because,
        columns=dict(columns or {}),
        nothing_is_an_error=False,
    )
    check_options(options)
    with tempfile.TemporaryDirectory() as folder:
        given = inputs_of(files)
        packed, plain = packages(given.files)
        opened = expand(plain, Path(folder))
        inputs = list({file.sha256: file for file in reversed(opened.files)}.values())[::-1]
        logs, inputs = sort(inputs)
        found = _asked_archives(opened)
        found += map(_asked_log, read_logs([*packed, *logs], given.files, opened.members))
        for number, file in enumerate(inputs):
            progress("read", number, len(inputs))
            found.append(_asked_file(file, options, by))
        progress("read", len(inputs), len(inputs))
    noted = given.noted(one.source for one in found)
    return tuple(replace(one, source=source) for one, source in zip(found, noted, strict=True))


def _asked_archives(opened: Expanded) -> list[AskedFile]:
    """What became of each archive; its members follow as files of their own."""
    return [
        AskedFile(
            source, _counts([one for one in opened.refusals if one.original == source.original])
        )
        for source in opened.sources
    ]


def _asked_log(one: ReadLog) -> AskedFile:
    """What a collection log holds; it names files and is none of posts."""
    failure = "" if one.joined or not one.log.refusals else one.log.refusals[0].raw
    return AskedFile(source_of(one, counted=True), _counts(one.log.refusals), failure)


def _counts(refusals: Sequence[Refusal]) -> tuple[tuple[str, int, tuple[RefusedRow, ...]], ...]:
    """(Reason, number, first examples) of what was refused."""
    by_reason: dict[str, list[RefusedRow]] = {}
    for item in refusals:
        row = RefusedRow(item.original, 0, item.where, item.reason, item.raw)
        by_reason.setdefault(item.reason, []).append(row)
    return tuple(
        (reason, len(rows), tuple(rows[:EXAMPLES])) for reason, rows in sorted(by_reason.items())
    )


def _asked_file(file: SourceFile, options: ReadOptions, by: str | None) -> AskedFile:
    """Read one file into a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            reading = _read_alone(file, options, by, Path(folder))
        except ReadError as error:
            return AskedFile(unread(file), failure=error.line())
        (source,) = reading.sources
        refused = refusal_counts(reading.refusals, source.original)
    failure = source.notes[0] if reading.refused else ""
    return AskedFile(
        source, tuple((reason, count, tuple(rows)) for reason, count, rows in refused), failure
    )


def _read_alone(file: SourceFile, options: ReadOptions, by: str | None, folder: Path) -> Reading:
    """Read one of several files: that it has no column `by` is a note, for others may have it."""
    if by is None:
        return read_posts([file], options, folder, silent)
    try:
        return read_posts([file], replace(options, by=by), folder, silent)
    except ReadError:
        reading = read_posts([file], options, folder, silent)
    (source,) = reading.sources
    note = f"has no column {by!r}; its posts belong to no unit"
    return replace(reading, sources=(replace(source, notes=(*source.notes, note)),))
