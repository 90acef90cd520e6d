"""One question without a case: how files are read, hours of posts, what images say.

Nothing is kept.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.case.inputs import files_below, find_files
from forensics.clues.activity import activities
from forensics.clues.hours.answer import HoursAnswer, answers
from forensics.engine import PostTable
from forensics.errors import ReadError, UsageError
from forensics.job.run import silent
from forensics.model import Json, Progress
from forensics.read import Reading, ReadOptions, Source, SourceFile, read_posts
from forensics.read.archives import Expanded, expand
from forensics.read.images import read_image
from forensics.read.posts import check_options, unread
from forensics.read.refused import EXAMPLES, RefusedRow, refusal_counts
from forensics.reference.templates import library
from forensics.reference.zones import candidate_offsets

if TYPE_CHECKING:
    import pandas as pd

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class AskedHours:
    """A reading, the units asked about, and their answers as they come."""

    reading: Reading
    units: Mapping[str, tuple[str, ...]]
    """Unit -> its accounts."""
    answers: Iterator[HoursAnswer]
    """One a unit, in order; to be taken before the context ends."""
    told: Mapping[str, Json]
    """What was asked, for the record of the answer."""


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
        opened = expand(_inputs(files), Path(folder))
        inputs = list({file.sha256: file for file in reversed(opened.files)}.values())[::-1]
        found = _asked_archives(opened)
        for number, file in enumerate(inputs):
            progress("read", number, len(inputs))
            found.append(_asked_file(file, options, by))
        progress("read", len(inputs), len(inputs))
    return tuple(found)


def _asked_archives(opened: Expanded) -> list[AskedFile]:
    """What became of each archive; its members follow as files of their own."""
    found = []
    for source in opened.sources:
        by_reason: dict[str, list[RefusedRow]] = {}
        for item in opened.refusals:
            if item.original == source.original:
                row = RefusedRow(item.original, 0, item.where, item.reason, item.raw)
                by_reason.setdefault(item.reason, []).append(row)
        counts = [
            (reason, len(rows), tuple(rows[:EXAMPLES]))
            for reason, rows in sorted(by_reason.items())
        ]
        found.append(AskedFile(source, tuple(counts)))
    return found


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


def _inputs(files: Sequence[str | Path]) -> list[SourceFile]:
    """The files named, and those in the folders named, with their hashes."""
    inputs = []
    for file in find_files([Path(item) for item in files]):
        with file.path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        inputs.append(SourceFile(sha256=digest, name=file.name, path=file.path))
    return inputs


@contextmanager
def ask_hours(
    files: Sequence[str | Path],
    *,
    by: str | None = "account",
    only: str | None = None,
    assume_zone: str | None = None,
    columns: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> Iterator[AskedHours]:
    """The hours of posts, unit by unit; tables live in a temporary folder that goes afterwards.

    Args:
        files: Exports of posts, archives, or folders of them.
        by: `account`, a column that names the units, or None for one pool.
        only: The one unit to answer about.
        assume_zone: IANA zone of times without offset.
        columns: Columns given by hand, such as `{"account": "user"}`.
        progress: Called with (stage, done, total).

    Raises:
        ReadError: a file is not there, or nothing could be read.
        UsageError: no unit is called `only`.
    """
    given = dict(columns or {})
    column = None if by in {None, "account"} else by
    options = ReadOptions(assume_zone=assume_zone, columns=given, by=column)
    inputs = _inputs(files)
    told: dict[str, Json] = {
        "by": by or "pool",
        "account": only,
        "map": dict(given),
        "assume_zone": assume_zone,
    }
    with tempfile.TemporaryDirectory() as folder:
        opened = expand(inputs, Path(folder) / "unpacked")
        if not opened.files:
            raise ReadError(opened.refusals[0].raw, todo="give files that can be read")
        reading = read_posts(opened.files, options, Path(folder), progress)
        reading = replace(
            reading,
            sources=(*opened.sources, *reading.sources),
            refused=(*opened.refusals, *reading.refused),
        )
        with PostTable.build(reading.posts, Path(folder)) as posts:
            units = posts.units("pool" if by is None else "unit" if column else "account")
            if only is not None and only not in units:
                raise UsageError(
                    f"no unit is called {only!r}",
                    where="--account",
                    todo=f"there are {len(units):,} units",
                )
            wanted = units if only is None else {only: units[only]}
            yield AskedHours(reading, wanted, _answers(posts, wanted, progress), told)


def _answers(
    posts: PostTable, units: Mapping[str, tuple[str, ...]], progress: Progress
) -> Iterator[HoursAnswer]:
    for done, answer in enumerate(answers(activities(posts, units), library()), start=1):
        progress("hours", done, len(units))
        yield answer


def hours(
    files: Sequence[str | Path],
    *,
    by: str | None = "account",
    assume_zone: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Time zones of units as a table: one row a unit and offset.

    Columns: unit, status, posts, active_hours, active_days, offset_min (minutes east of UTC),
    p_uniform, p_population (probabilities under the two priors), in80_uniform, in80_population
    (whether the offset is in the 80 % set). All of it holds if ordinary hours are kept.

    Args:
        files: Exports of posts, or folders of them.
        by: `account`, a column that names the units, or None for one pool.
        assume_zone: IANA zone of times without offset.
        columns: Columns given by hand.

    Raises:
        ReadError: a file is not there, or nothing could be read.
    """
    import pandas as pd

    rows = []
    with ask_hours(files, by=by, assume_zone=assume_zone, columns=columns) as found:
        for answer in found.answers:
            activity = answer.activity
            for offset, uniform, population in zip(
                candidate_offsets(), *answer.offset_p, strict=False
            ):
                rows.append(
                    {
                        "unit": activity.unit,
                        "status": answer.status,
                        "posts": activity.n_posts,
                        "active_hours": activity.n_active_hours,
                        "active_days": activity.n_active_days,
                        "offset_min": offset,
                        "p_uniform": float(uniform),
                        "p_population": float(population),
                        "in80_uniform": offset in answer.set80[0],
                        "in80_population": offset in answer.set80[1],
                    }
                )
    return pd.DataFrame(rows)


def images(paths: Sequence[str | Path]) -> pd.DataFrame:
    """What images say as a table: one row an image, and one for each file that is none.

    Columns: path, format, taken_local (as the camera wrote it, no zone), taken_offset_min,
    clock_offset_min (camera clock less satellite time), lat, lon (degrees), radius_m, make, model,
    refused (reasons, joined by a space). Whatever a file says may have been planted.
    """
    import pandas as pd

    rows = []
    for path in (Path(item) for item in paths):
        for file in files_below(path) if path.is_dir() else [path]:
            image, refusals = read_image(file, "", file.name)
            taken = (
                next((time.local for time in image.times if time.field == "exif_original"), None)
                if image
                else None
            )
            place = image.positions[0] if image and image.positions else None
            rows.append(
                {
                    "path": str(file),
                    "format": image.format if image else None,
                    "taken_local": taken.text if taken else None,
                    "taken_offset_min": taken.offset_min if taken else None,
                    "clock_offset_min": image.clock_offset_min if image else None,
                    "lat": place.lat_udeg / MILLION if place else None,
                    "lon": place.lon_udeg / MILLION if place else None,
                    "radius_m": place.radius_m if place else None,
                    "make": image.camera.get("make") if image else None,
                    "model": image.camera.get("model") if image else None,
                    "refused": " ".join(sorted({one.reason for one in refusals})),
                }
            )
    return pd.DataFrame(rows)
