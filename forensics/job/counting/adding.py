"""Adds exports to a folder of counts: reads what is new, counts it, corrects the borders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.case.files import no_glob
from forensics.clock import ZONE_DATABASE, utc_text
from forensics.engine import borders
from forensics.engine.embedded import ENGINE, DuckRunner
from forensics.engine.reduction import (
    OWN,
    REDUCTIONS,
    TEXT_COLUMNS,
    Reduction,
    own_texts,
    reduction,
    windows_of,
)
from forensics.engine.runner import Runner, check_engine, open_runner
from forensics.errors import ReadError, UsageError
from forensics.job.counting.folder import (
    POSTS,
    REFUSALS,
    TAIL,
    Folder,
    Part,
    Settings,
    add_part,
    outdated,
    silent,
    writing,
)
from forensics.model import Progress, Refusal
from forensics.read import Reading, ReadOptions, SourceFile, repeats
from forensics.read.collection import ONLY_LOGS, without_logs
from forensics.read.database import connected, integers, literal, write_parquet
from forensics.read.given import Inputs, inputs_of
from forensics.read.postorder import write_posts
from forensics.read.posts import rows_read
from forensics.read.profiles.kept import Earlier
from forensics.read.rows import let_count, set_apart
from forensics.version import __version__

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY_MB = 1500
LEAST_MEMORY_MB = 128
_TEXTS = "texts"
"""Table of the texts that have to be compared, where the embedded database counts."""
THREADS = 2


@dataclass(frozen=True, slots=True)
class Counting:
    """What one call did."""

    folder: Folder
    part: Part | None
    """What was added; None where every file had been counted before."""
    given: int
    """Files that were given."""
    reading: Reading | None
    """What became of the new ones."""
    engine: str
    """Engine and version."""
    accounts: int
    """Accounts of all parts."""
    new_accounts: int
    """Accounts that no part before has."""
    removed: tuple[str, ...] = ()
    """What the new part made wrong: `merged`, `zones.parquet`."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What may be used of this machine, or of a cluster."""

    engine: str = ENGINE
    memory_mb: int = MEMORY_MB
    threads: int = THREADS

    def check(self) -> None:
        """Refuse what cannot work, before anything is read.

        Raises:
            UsageError: too little memory, or no thread.
            EngineError: no such engine.
        """
        if self.memory_mb < LEAST_MEMORY_MB:
            raise UsageError(
                f"{self.memory_mb} MB are too little",
                where="--memory",
                todo=f"give {LEAST_MEMORY_MB} or more",
            )
        if self.threads < 1:
            raise UsageError("one thread at least is needed", where="--threads")
        check_engine(self.engine)

    def runner(self, scratch: Path) -> Runner:
        """A runner that keeps to it."""
        return open_runner(
            self.engine,
            memory_limit_mb=self.memory_mb,
            threads=self.threads,
            scratch=scratch,
        )


def count_into(
    root: Path,
    files: Sequence[str | Path],
    *,
    settings: Settings | None = None,
    machine: Machine | None = None,
    progress: Progress = silent,
) -> Counting:
    """Count exports into a folder; files that it knows by their SHA-256 are not read again.

    Args:
        root: The folder; made if it is not there.
        files: Exports of posts, archives, or folders of them.
        settings: What is said about the files; the same each time.
        machine: What may be used.
        progress: Called with (stage, done, total).

    Raises:
        ReadError: a file is not there, or nothing could be read.
        UsageError: the folder is something else, or was counted with other settings.
        EngineError: the counting failed; the folder is as it was.
    """
    told, machine = settings or Settings(), machine or Machine()
    if machine.engine != ENGINE and not told.posts:
        raise UsageError(
            "Spark counts posts that are kept", where="--no-posts", todo="leave it out, or --engine"
        )
    machine.check()
    inputs = inputs_of(files)
    with writing(root, told, "part") as (earlier, scratch):
        work = _Work(earlier, machine, scratch, progress)
        fresh = [file for file in inputs.files if file.sha256 not in earlier.known]
        added = work.count(fresh, inputs) if fresh else None
        if added is None:
            accounts = _accounts(earlier)
            return Counting(earlier, None, len(inputs.files), None, "", accounts, 0)
        reading, engine, part = added
        removed = outdated(earlier)
        folder = add_part(earlier, scratch, part)
        accounts = _accounts(folder)
    new = accounts - _accounts(earlier)
    return Counting(folder, part, len(inputs.files), reading, engine, accounts, new, removed)


@dataclass(frozen=True, slots=True)
class _Work:
    """One addition to a folder."""

    earlier: Folder
    """As it was before."""
    machine: Machine
    scratch: Path
    """Where the tables of the new part are made."""
    progress: Progress

    def made(self, table: str) -> Path:
        """Where a table of the new part is made."""
        return self.scratch / f"{table}.parquet"

    def count(
        self, fresh: Sequence[SourceFile], inputs: Inputs
    ) -> tuple[Reading, str, Part] | None:
        """The new files read and counted: what was read, the engine's name and the new part.

        None if nothing is new.
        """
        opened = without_logs(fresh, self.scratch / "unpacked")
        files = [file for file in opened.files if file.sha256 not in self.earlier.known]
        if not files:
            if opened.files or len(fresh) < len(inputs.files):
                return None
            what = opened.refusals[0].raw if opened.refusals else ONLY_LOGS
            raise ReadError(what, todo="give files that can be read")
        reading, engine = self._counted(files)
        self._refuse_members(opened.refusals)
        reading = replace(
            reading,
            sources=inputs.noted((*opened.sources, *reading.sources)),
            refused=(*opened.refusals, *reading.refused),
        )
        return reading, engine, self._part(reading, fresh)

    def _counted(self, files: Sequence[SourceFile]) -> tuple[Reading, str]:
        """Read files and write all tables; gives what was read and the engine's name.

        The embedded database counts the rows where they were read; a cluster counts the posts that
        were written, when the rows are gone.
        """
        settings, machine = self.earlier.settings, self.machine
        options = ReadOptions(
            assume_zone=settings.assume_zone,
            assume_because=settings.because,
            columns=settings.columns,
            memory_limit_mb=machine.memory_mb,
            threads=machine.threads,
            whole=settings.posts,
        )
        kept = tuple(self.earlier.files(POSTS)) if settings.posts else ()
        known = Earlier((), kept, (), {})
        name = ""
        rows = rows_read(files, options, self.scratch, self.progress, earlier=known)
        with rows as (con, reading):
            posts = any(one.rows_read for one in reading.sources if one.holds == "posts")
            if not posts and not self._repeated():
                raise ReadError(
                    "no post was read", todo="see how the files are read with gnomon read --explain"
                )
            if settings.posts:
                write_posts(con, reading.posts)
            if machine.engine == ENGINE:
                texts = self._texts(con)
                runner = DuckRunner(con, memory_limit_mb=machine.memory_mb, scratch=self.scratch)
                name = self._reduced(runner, texts)
        if machine.engine != ENGINE:
            with machine.runner(self.scratch) as cluster:
                cluster.table(POSTS, [self.made(POSTS)])
                name = self._reduced(cluster, own_texts(POSTS))
        return reading, name

    def _texts(self, con: DuckDBPyConnection) -> str:
        """Show the posts in the database that read them; gives SQL of the texts to compare.

        Texts are long; so those that cannot coincide with any are left out, where one can know.
        """
        _, last_us = let_count(con, POSTS)
        parts, near = self.earlier.parts, []
        if self.earlier.settings.posts and parts:
            return own_texts(POSTS)
        if not self.earlier.settings.posts:
            near.append(borders.near_later(last_us))
            near += [borders.near_earlier(max(part.last_us for part in parts))] if parts else []
        set_apart(con, POSTS, _TEXTS, own=OWN, near=f"({' OR '.join(near) or 'FALSE'})")
        return f"SELECT {', '.join(TEXT_COLUMNS)} FROM {_TEXTS}"

    def _repeated(self) -> bool:
        """Whether rows were refused because an earlier export has their posts."""
        table = _table([self.made(REFUSALS)])
        return bool(_asked(f"SELECT COUNT(*) FROM {table} WHERE reason = '{repeats.REASON}'")[0])

    def _refuse_members(self, refused: Sequence[Refusal]) -> None:
        """Put members of archives that could not be taken out beside the other refusals."""
        if not refused:
            return
        path = self.made(REFUSALS)
        with connected(memory_limit_mb=self.machine.memory_mb, threads=1, scratch=None) as con:
            con.execute(f"CREATE TEMP TABLE refused AS SELECT * FROM {_table([path])}")
            con.executemany(
                "INSERT INTO refused VALUES (?, 0, '', ?, ?)",
                [(one.original, one.reason, one.raw) for one in refused],
            )
            write_parquet(con, "SELECT * FROM refused ORDER BY ALL", path)

    def _reduced(self, runner: Runner, texts: str) -> str:
        """Write every table of counts of the view `posts`; gives the engine's name.

        Args:
            runner: Shows the posts.
            texts: SELECT of their texts as `own_texts` gives them, or of those that may coincide.
        """
        ordered = sorted(REDUCTIONS, key=lambda one: one.across)  # spans before the borders
        for done, one in enumerate(ordered):
            self.progress("count", done, len(ordered))
            statement = windows_of(texts) if one.name == "windows" else one.statement
            if one.across and self.earlier.parts:
                statement = self._later(one, runner, texts)
            runner.write(statement, self.made(one.name), one.key)
        if not self.earlier.settings.posts:
            tail = f"{texts} WHERE {borders.near_later(self._reach()[1])}"
            runner.write(tail, self.made(TAIL), TEXT_COLUMNS)
        self.progress("count", len(ordered), len(ordered))
        return runner.name

    def _part(self, reading: Reading, fresh: Sequence[SourceFile]) -> Part:
        """What the list says of the new part."""
        first_us, last_us = self._reach()
        return Part(
            number=len(self.earlier.parts) + 1,
            given=tuple(sorted({file.sha256 for file in fresh})),
            sources=tuple(source.as_json() for source in reading.sources),
            first_us=first_us,
            last_us=last_us,
            rows={table: _rows(self.made(table)) for table in self.earlier.tables},
            bytes={table: self.made(table).stat().st_size for table in self.earlier.tables},
            version=__version__,
            zone_database=ZONE_DATABASE,
        )

    def _later(self, one: Reduction, runner: Runner, texts: str) -> str:
        """The statement for a table that looks across posts, given the parts before."""
        folder = self.earlier
        if not folder.settings.posts:
            self._check_after()
        if one.name == "gaps":
            overlapping = self._overlapping()
            runner.table("spans_later", [self.made("spans")])
            runner.table("spans_parts", folder.files("spans"))
            if overlapping:
                runner.table("earlier", folder.files(POSTS))
            return borders.later_gaps(overlapping=overlapping)
        reach = self._reach()
        near = [part for part in folder.parts if part.posts and _near(part, reach)]
        if not near:
            return windows_of(texts)
        held = POSTS if folder.settings.posts else TAIL
        earlier = own_texts("earlier") if folder.settings.posts else "SELECT * FROM earlier"
        runner.table("earlier", [folder.path(held, part) for part in near])
        runner.table("windows_earlier", [folder.path("windows", part) for part in near])
        return borders.later_windows(*reach, texts=texts, earlier=earlier)

    def _check_after(self) -> None:
        """Refuse posts for which earlier ones would have to be looked at, where they are not kept.

        Raises:
            UsageError: a new post does not lie after all that were counted.
        """
        first_us, last_us = self._reach()
        end = max(part.last_us for part in self.earlier.parts)
        if last_us and first_us <= end:
            raise UsageError(
                f"posts from {utc_text(first_us)} on cannot be added: the counts reach to "
                f"{utc_text(end)}, and without the posts nobody can tell which are the same",
                where=str(self.earlier.root),
                todo="count all exports into a new folder, or keep the posts (no --no-posts)",
            )

    def _reach(self) -> tuple[int, int]:
        """First and last time of the new part, UTC microseconds; 0 without posts."""
        first, last = _asked(
            f"SELECT MIN(first_us), MAX(last_us) FROM {_table([self.made('spans')])}"
        )
        return first, last

    def _overlapping(self) -> bool:
        """Whether an account has earlier posts between its new ones."""
        spans = reduction("spans").merged(_table(self.earlier.files("spans")))
        return bool(
            _asked(
                borders.OVERLAPPING.format(later=_table([self.made("spans")]), earlier=f"({spans})")
            )[0]
        )


def _near(part: Part, reach: tuple[int, int]) -> bool:
    """Whether posts of a part, or what they changed, lie in the minutes that new ones reach."""
    low, high = borders.minutes_reached(*reach)
    first, last = borders.minutes_reached(part.first_us, part.last_us)
    return first <= high and last >= low


def _table(files: Sequence[Path]) -> str:
    """SQL: some Parquet files as one table."""
    return f"read_parquet([{', '.join(literal(no_glob(file)) for file in files)}])"


def _asked(sql: str) -> list[int]:
    """The first row of a small question to tables."""
    with connected(memory_limit_mb=MEMORY_MB, threads=THREADS, scratch=None) as con:
        return integers(con, sql)


def _rows(path: Path) -> int:
    """Rows of a table, from its footer."""
    return _asked(f"SELECT COUNT(*) FROM {_table([path])}")[0]


def _accounts(folder: Folder) -> int:
    """Accounts of all parts."""
    files = folder.files("spans")
    return _asked(f"SELECT COUNT(DISTINCT account) FROM {_table(files)}")[0] if files else 0
