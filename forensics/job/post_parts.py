"""The posts of a case: each reading adds a part, and nothing that was read is read again."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from forensics.case import Case, TableRef
from forensics.case.growing import part_name, parts_in
from forensics.engine import CELLS, Parts, PostTable
from forensics.job.batches import KIND, Batch
from forensics.job.settings import RunSettings
from forensics.model import Json, Profile, Progress, Refusal
from forensics.read import (
    POSTS,
    REFUSALS,
    Reading,
    ReadOptions,
    Source,
    SourceFile,
    read_posts,
    refused,
)
from forensics.read.profiles.kept import Earlier
from forensics.read.profiles.together import profile_from_row, profile_row

SOURCES = "sources.jsonl"
PROFILES = "profiles.jsonl"
FACTS = "facts.parquet"
"""In the cache: what the files of one reading say of accounts."""
KEYS = {
    POSTS: ("account", "t_us", "original", "row"),
    CELLS: ("account", "kind", "q"),
    REFUSALS: ("original", "row", "field", "reason", "raw"),
}
"""Large table -> the columns that order it."""


def posts_of(case: Case, told: RunSettings) -> PostTable | None:
    """The posts of a case, once they are read; None where there are none."""
    posts, cells = (parts_in(case.tables, name) for name in (POSTS, CELLS))
    if not posts:
        return None
    return PostTable(Parts(posts, cells, told.memory_limit_mb, told.threads))


def profiles_of(case: Case) -> tuple[Profile, ...]:
    """What the exports say of accounts."""
    if not (case.tables / PROFILES).is_file():
        return ()
    return tuple(profile_from_row(row) for row in case.read_table(PROFILES))


def refusal_counts(case: Case) -> list[tuple[str, int, list[Refusal]]]:
    """Reason, number and first examples of what was refused in files of posts, by reason."""
    return [
        (reason, number, [row.as_refusal() for row in rows])
        for reason, number, rows in refused.refusal_counts(parts_in(case.tables, REFUSALS))
    ]


def forget_from(case: Case, batch: Batch) -> None:
    """Remove what is left of that reading and of later ones: it is made again."""
    kept = {part_name(name, number) for name in KEYS for number in range(1, batch.number)}
    for name in KEYS:
        for path in parts_in(case.tables, name):
            if path.name not in kept:
                path.unlink()
    for path in parts_in(case.root / "cache", FACTS):
        if path not in [_facts(case, number) for number in range(1, batch.number)]:
            path.unlink()


def may_go_on(case: Case, batch: Batch) -> bool:
    """True if the facts of accounts of all readings before are still known.

    They lie in the cache, which may be deleted; without them everything is read again.
    """
    before = case.stages(KIND, batch.after)
    return all(
        _facts(case, number).is_file()
        for number, line in enumerate(before, start=1)
        if line.body.get("sources") or line.body.get("lists")
    )


def _facts(case: Case, number: int) -> Path:
    return case.root / "cache" / part_name(FACTS, number)


def read_part(
    case: Case,
    batch: Batch,
    files: Sequence[SourceFile],
    told: RunSettings,
    progress: Progress,
    *,
    alone: bool,
) -> tuple[tuple[Source, ...], list[TableRef]]:
    """Read files into the tables of one reading; what became of each, and the tables made.

    Args:
        case: The case.
        batch: Which reading it is.
        files: Files that are no images and that no reading before has read.
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
        nothing_is_an_error=alone and batch.after is None,
    )
    facts = _facts(case, batch.number)
    facts.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=case.tables, prefix=".unpacked-") as folder:
        out = Path(folder)
        reading = read_posts(
            files, options, out, progress, facts=facts, earlier=_earlier(case, batch)
        )
        made = [(REFUSALS, reading.refusals)]
        if any(source.rows_read and source.holds == "posts" for source in reading.sources):
            made += _counted(reading, out, told, progress)
        for name, path in made:
            path.replace(case.tables / part_name(name, batch.number))
    tables = [case.adopt_table(part_name(name, batch.number), key=KEYS[name]) for name, _ in made]
    tables.append(case.write_table(PROFILES, map(profile_row, reading.profiles)))
    return reading.sources, tables


def _counted(
    reading: Reading, out: Path, told: RunSettings, progress: Progress
) -> list[tuple[str, Path]]:
    """The table of posts and its cells."""
    progress("count", 0, 1)
    PostTable.build(
        reading.posts,
        out,
        engine=told.engine,
        memory_limit_mb=told.memory_limit_mb,
        threads=told.threads,
    )
    progress("count", 1, 1)
    return [(POSTS, reading.posts), (CELLS, out / CELLS)]


def _earlier(case: Case, batch: Batch) -> Earlier | None:
    """What the readings before know of accounts; None for the first."""
    if batch.after is None:
        return None
    facts = [_facts(case, number) for number in range(1, batch.number)]
    return Earlier(
        facts=tuple(path for path in facts if path.is_file()),
        posts=parts_in(case.tables, POSTS),
        accounts=parts_in(case.tables, CELLS),
        names={str(row["original"]): str(row["name"]) for row in earlier_sources(case, batch)},
    )


def earlier_sources(case: Case, batch: Batch) -> list[dict[str, Json]]:
    """What became of the files of the readings before."""
    known = batch.after is not None and (case.tables / SOURCES).is_file()
    return list(case.read_table(SOURCES)) if known else []


def write_sources(case: Case, batch: Batch, new: Sequence[Source]) -> TableRef:
    """Write what became of every file, those of readings before among them."""
    rows = {str(row["original"]): row for row in earlier_sources(case, batch)}
    rows |= {one.original: asdict(one) for one in new}
    ordered = sorted(rows.values(), key=lambda row: (str(row["name"]), str(row["original"])))
    return case.write_table(SOURCES, ordered)
