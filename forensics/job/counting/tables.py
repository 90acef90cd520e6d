"""The tables of a folder of counts as those of one reading, however many parts there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.engine.reduction import REDUCTIONS
from forensics.errors import UsageError
from forensics.job.counting.adding import MEMORY_MB, THREADS, Machine, count_into
from forensics.job.counting.folder import (
    MERGED,
    POSTS,
    Folder,
    Settings,
    open_folder,
    silent,
    writing,
)
from forensics.job.counting.merging import key_of, merged_sql
from forensics.model import Progress

if TYPE_CHECKING:
    from forensics.job.frames import Table


@dataclass(frozen=True)
class Counts:
    """A folder of counts: its tables are read when they are asked for.

    Columns of each table: docs/counting.md, and README.txt in the folder.
    """

    folder: Folder

    @property
    def root(self) -> Path:
        """The folder."""
        return self.folder.root

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the tables."""
        return self.folder.tables

    def table(self, name: str, where: str = "") -> Table:
        """A table of all parts, in order of its key, as a pandas frame.

        Args:
            name: One of `names`.
            where: A condition in SQL on its columns, such as `account = 'ada'`, where not all of a
                large table is wanted.

        Raises:
            UsageError: there is no such table.
            EngineError: the condition is not understood.
        """
        from forensics.job.counting.frames import frame_of

        if name == POSTS and name not in self.names:
            raise UsageError(
                "no posts are kept here, only counts",
                where=self.root.name,
                todo="count into another folder without --no-posts",
            )
        if name not in self.names:
            raise UsageError(
                f"no table is called {name!r:.60}", todo=f"one of {', '.join(self.names)}"
            )
        return frame_of(self.folder, name, where)

    def tables(self) -> Mapping[str, Table]:
        """All tables of counts by name; posts and refusals are left out, for they can be large."""
        return {one.name: self.table(one.name) for one in REDUCTIONS}

    def zones(self) -> Table:
        """What `count(..., zones=True)` wrote: one row an account (docs/counting.md).

        Raises:
            UsageError: it was not asked for, or parts were added since.
        """
        from forensics.job.counting.frames import zones_frame

        return zones_frame(self.folder)


def open_counts(folder: str | Path) -> Counts:
    """A folder that `count` or `gnomon count` made.

    Raises:
        UsageError: it is no folder of counts.
        EngineError: it is damaged.
    """
    return Counts(open_folder(Path(folder)))


def count(
    files: Sequence[str | Path] | str | Path,
    out: str | Path,
    *,
    assume_zone: str | None = None,
    because: str | None = None,
    columns: Mapping[str, str] | None = None,
    engine: str = "duckdb",
    memory_mb: int = MEMORY_MB,
    threads: int = THREADS,
    zones: bool = False,
    posts: bool = True,
    progress: Progress = silent,
) -> Counts:
    """Count exports into a folder of Parquet tables; only files it does not know are read.

        counts = forensics.count("posts.csv", "counts")
        counts.table("cells")            # posts by account, kind and UTC quarter-hour
        forensics.count("today.csv", "counts")   # reads today.csv and nothing else

    Args:
        files: Exports of posts, archives, or folders of them.
        out: The folder; made if it is not there.
        assume_zone: IANA zone of times without offset.
        because: Why that zone may be assumed.
        columns: Columns given by hand, such as `{"account": "user"}`.
        engine: `duckdb`, or Spark: `local[2]`, `spark://host:port`.
        memory_mb: Upper limit for the database; beyond it, it works on disk.
        threads: Threads of the database. The bytes written do not depend on it.
        zones: Write `zones.parquet` as well: the quick look at each account's time zone.
        posts: Keep the posts themselves beside the counts; without them it is faster, and only
            exports that begin after all others can be added.
        progress: Called with (stage, done, total).

    Raises:
        ReadError: a file is not there, or nothing could be read.
        UsageError: the folder is something else, or was counted with other settings.
    """
    given = [files] if isinstance(files, str | Path) else list(files)
    settings = Settings(assume_zone, because, dict(columns or {}), posts)
    machine = Machine(engine, memory_mb, threads)
    done = count_into(Path(out), given, settings=settings, machine=machine, progress=progress)
    if zones:
        from forensics.job.counting.zones import write_zones

        write_zones(done.folder, machine, progress)
    return Counts(done.folder)


def write_merged(folder: Folder, machine: Machine, progress: Progress = silent) -> list[Path]:
    """Write one file a table into the folder `merged`: what counting all files at once gives.

    Args:
        folder: A folder of counts.
        machine: What may be used; the embedded database does it.
        progress: Called as ("merge", tables done, tables).

    Raises:
        EngineError: there is not enough memory, or a part cannot be read.
    """
    target = folder.root / MERGED
    made = []
    here = Machine(memory_mb=machine.memory_mb, threads=machine.threads)
    with (
        writing(folder.root, folder.settings, "merged") as (now, scratch),
        here.runner(scratch) as runner,
    ):
        target.mkdir(exist_ok=True)
        for done, name in enumerate(now.tables):
            progress("merge", done, len(now.tables))
            runner.table(name, now.files(name))
            made.append(target / f"{name}.parquet")
            runner.write(merged_sql(name, name), made[-1], key_of(name))
        progress("merge", len(now.tables), len(now.tables))
    return made
