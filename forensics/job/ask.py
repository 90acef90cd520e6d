"""One question without a case: hours of posts, or what images say. Nothing is kept."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.case.inputs import files_below, find_files
from forensics.clues.activity import activities
from forensics.clues.hours_answer import HoursAnswer, answers
from forensics.engine import PostTable
from forensics.errors import UsageError
from forensics.job.run import silent
from forensics.model import Json, Progress
from forensics.read import Reading, ReadOptions, SourceFile, read_posts
from forensics.read.images import read_image
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
        files: Exports of posts, or folders of them.
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
    inputs = []
    for file in find_files([Path(item) for item in files]):
        with file.path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        inputs.append(SourceFile(sha256=digest, name=file.name, path=file.path))
    told: dict[str, Json] = {
        "by": by or "pool",
        "account": only,
        "map": dict(given),
        "assume_zone": assume_zone,
    }
    with tempfile.TemporaryDirectory() as folder:
        reading = read_posts(inputs, options, Path(folder), progress)
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
