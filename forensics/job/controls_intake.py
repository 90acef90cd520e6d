"""Control accounts: received beside the evidence, read into tables of their own.

The same readers read them. Their files are originals like all others, with a note that says what
they are; their tables begin with `controls_`, and no unit holds their accounts.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path

from forensics.case import Case, TableRef, canonical
from forensics.case.brought import CONTROLS_NOTE, controls_in, evidence_in
from forensics.case.files import sha256_of
from forensics.case.inputs import InputFile
from forensics.case.receiving import Received
from forensics.clues.controls.given import Controls, controls_of
from forensics.clues.controls.matching import settings as matching_settings
from forensics.engine import CELLS, Parts, PostTable
from forensics.errors import CaseError, ReadError, UsageError
from forensics.job.lines import say_once
from forensics.job.settings import RunSettings
from forensics.model import Json, Original, Profile, Progress
from forensics.read import POSTS, REFUSALS, ReadOptions, SourceFile, read_posts
from forensics.read.collection import without_logs
from forensics.read.images import is_image
from forensics.read.profiles.together import profile_from_row, profile_row
from forensics.reference.platform_labels import platform_of

KIND = "note"
"""Kind of the line of the record; lines `read` are about evidence alone."""
PREFIX = "controls_"
CONTROL_SOURCES = "controls_sources.jsonl"
CONTROL_PROFILES = "controls_profiles.jsonl"
HEAD_BYTES = 1 << 16
NAMES_SHOWN = 5


def receive_controls(
    case: Case, files: Sequence[InputFile], progress: Progress, note: str = "", **claims: str | None
) -> tuple[Original, ...]:
    """Take files of control accounts into a case, marked as such.

    Args:
        case: A case that can be added to.
        files: The files.
        progress: Called with (stage, done, total).
        note: What else should stand beside them.
        claims: received_at, received_from, received_by, how.

    Raises:
        UsageError: a file with the same bytes is evidence already.
        CaseError: the case cannot be written.
    """
    evidence = {item.sha256 for item in evidence_in(case)}
    items = []
    for file in files:
        said = "; ".join(text for text in (CONTROLS_NOTE, note, file.note) if text)
        found = sha256_of(file.path)[0]
        if found in evidence:
            raise UsageError(
                "is evidence of this case and cannot be a control too",
                where=file.name,
                todo="leave it out of the controls",
            )
        items.append(Received(file.path, file.name, note=said, **claims))
    return case.add_files(items, progress)


def same_controls(case: Case, files: Sequence[InputFile]) -> None:
    """Stop where a case was finished with other control files.

    Raises:
        CaseError: other files were given as controls before.
    """
    known = {item.name_as_received for item in controls_in(case)}
    wanted = {file.name for file in files}
    if known - wanted or (wanted - known and case.last("weigh") is not None):
        odd = min((known - wanted) or (wanted - known))
        raise CaseError(
            f"holds a case with other controls ({odd!r})",
            where=str(case.root),
            todo="choose another --out",
        )


def read_controls(
    case: Case, told: RunSettings, assessed: Collection[str], progress: Progress
) -> Controls | None:
    """The control accounts of a case: read once, taken from their tables afterwards.

    Args:
        case: The case.
        told: What to assume; columns and zones hold for controls too.
        assessed: Accounts of the evidence: they are refused as controls.
        progress: Called with (stage, done, total).

    Raises:
        ReadError: no row of any control file could be read.
    """
    files = controls_in(case)
    if not files:
        return None
    key = canonical.sha256([CONTROLS_NOTE, *([one.sha256, one.name_as_received] for one in files)])
    if case.stage_done(KIND, key) is None:
        _read(case, files, told, key, progress)
    table, cells = ((case.tables / f"{PREFIX}{name}",) for name in (POSTS, CELLS))
    posts = PostTable(Parts(table, cells, told.memory_limit_mb, told.threads))
    named = {
        str(row["original"]): platform_of(str(row["reader"]), str(row["format"]))
        for row in case.read_table(CONTROL_SOURCES)
    }
    areas = [code for row in case.edited().hypotheses if row.kind == "place" for code in row.areas]
    return controls_of(
        posts,
        assessed,
        profiles=_profiles(case),
        platforms={original: platform for original, platform in named.items() if platform},
        named_areas=tuple(dict.fromkeys(areas)),
    )


def _profiles(case: Case) -> tuple[Profile, ...]:
    return tuple(profile_from_row(row) for row in case.read_table(CONTROL_PROFILES))


def _read(
    case: Case, files: Sequence[Original], told: RunSettings, key: str, progress: Progress
) -> None:
    """Read the control files into tables of their own, and say so in the record."""
    known: dict[str, SourceFile] = {}
    for item in files:
        path = case.path_of(item.sha256)
        known.setdefault(item.sha256, SourceFile(item.sha256, item.name_as_received, path))
    options = ReadOptions(
        assume_zone=told.assume_zone,
        assume_because=told.assume_because,
        columns=told.columns,
        by=None,
        memory_limit_mb=told.memory_limit_mb,
        threads=told.threads,
    )
    with tempfile.TemporaryDirectory(dir=case.tables, prefix=".controls-") as folder:
        given = without_logs(list(known.values()), Path(folder) / "unpacked")
        texts = [file for file in given.files if not _is_picture(file)]
        if not texts:
            raise ReadError("no control file holds posts", todo="give exports of posts")
        out = Path(folder) / "read"
        reading = read_posts(texts, options, out, progress)
        PostTable.build(
            reading.posts, out, memory_limit_mb=told.memory_limit_mb, threads=told.threads
        )
        for name in (POSTS, CELLS, REFUSALS):
            (out / name).replace(case.tables / f"{PREFIX}{name}")
    tables: list[TableRef] = [
        case.adopt_table(f"{PREFIX}{POSTS}", key=("account", "t_us", "original", "row")),
        case.adopt_table(f"{PREFIX}{CELLS}", key=("account", "kind", "q")),
        case.adopt_table(f"{PREFIX}{REFUSALS}", key=("original", "row", "field", "reason", "raw")),
        case.write_table(CONTROL_PROFILES, map(profile_row, reading.profiles)),
        case.write_table(CONTROL_SOURCES, map(asdict, reading.sources)),
    ]
    body: dict[str, Json] = {
        "key": key,
        "controls": True,
        "matching": matching_settings(),
        "pictures_left_out": len(given.files) - len(texts),
        "sources": [
            {
                "original": source.original,
                "rows_present": source.rows_present,
                "rows_read": source.rows_read,
                "rows_refused": source.rows_refused,
            }
            for source in reading.sources
        ],
        "tables": [ref.as_json() for ref in tables],
    }
    say_once(case, KIND, body)


def _is_picture(file: SourceFile) -> bool:
    with file.path.open("rb") as stream:
        return is_image(stream.read(HEAD_BYTES), file.name)


def control_warnings(controls: Controls | None) -> tuple[str, ...]:
    """What must not be overlooked about the controls, one line each."""
    if controls is None or not controls.in_both:
        return ()
    shown = ", ".join(controls.in_both[:NAMES_SHOWN])
    more = len(controls.in_both) - NAMES_SHOWN
    text = (
        f"controls: {len(controls.in_both):,} accounts are assessed too and were refused as "
        f"controls: {shown}{f' and {more:,} more' if more > 0 else ''}"
    )
    return (text,)
