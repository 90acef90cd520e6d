"""Checking a case: does everything still fit together, and what would that show?

Nothing is changed and everything is read in a stream. `walk.py` reads the record; here stand the
checks of what it names.
"""

from __future__ import annotations

import stat
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.case import casefile
from forensics.case.canonical import NotCanonical, clean_text, loads
from forensics.case.case import CASE_FORMAT
from forensics.case.commitments import fits, name_for
from forensics.case.files import sha256_of
from forensics.case.handedcopy import MEANS as COPY_MEANS
from forensics.case.handedcopy import check_copy
from forensics.case.hashing import Hasher, walk_files
from forensics.case.mending import UNDO, interrupted
from forensics.case.originals import INCOMING
from forensics.case.record import raw_lines
from forensics.case.refs import REDACTED, TableRef, is_sha256
from forensics.case.seals import (
    Seal,
    SealView,
    check_of,
    judge,
    level_means,
    levels,
    read_seals,
)
from forensics.case.tables import hash_rows
from forensics.case.timestamps import StampView, beside, check_stamps, covers, note_stamps
from forensics.case.walk import Check, Misfit, Walk, walk_record
from forensics.errors import CaseError
from forensics.model import Progress

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_KNOWN_NAMES = frozenset(
    {"case.toml", "record.jsonl", "record.lock", "run.lock", "CHECK.md", "check.py"}
    | {"cache/images.sqlite", "cache/images.sqlite-journal"}
)


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The result of all checks."""

    ok: bool
    """True if no check failed."""
    checks: tuple[Check, ...]
    misfits: tuple[Misfit, ...]
    """What does not fit, at most `MISFITS_KEPT` for each check."""
    lines: int
    """Lines in the record."""
    head: str
    """SHA-256 of the last line."""
    digest: str
    """As `Case.digest`; to be compared with the one printed in the report."""
    level: int
    """Proof level, 0 to 3; only seals of keys the user vouches for raise it, if all else fits."""
    level_means: str
    """What that level shows and what it does not."""
    level_if_vouched: int = 0
    """The level, should every key belong to whom its seal names."""
    seals: tuple[SealView, ...] = ()
    """What is to be said of each seal, in the order of their names."""
    timestamps: tuple[StampView, ...] = ()
    """What is to be said of each time stamp over a seal."""


def verify(
    root: Path,
    *,
    trusted: Collection[str] = (),
    authorities: Collection[Certificate] = (),
    commitments: bool = False,
    progress: Progress = lambda _stage, _done, _total: None,
) -> VerifyReport:
    """Check a case folder; nothing in it is changed.

    Args:
        root: The case folder, or a redacted copy of one.
        trusted: Fingerprints (see `keys.fingerprint`) whose owners the caller knows.
        authorities: Certificates of time stamp authorities (`timestamps.read_authorities`).
        commitments: Also work out again what current seals commit to, row by row.
        progress: Called with the stage and the bytes hashed so far.

    Returns:
        One check each for: record (canonical lines, chain), originals (against their names and
        `ingest` lines, both ways), tables and files (against the hashes in the record), counts
        (rows present = read + refused), case.toml, other files, and seals.

    Raises:
        CaseError: no case, or the record cannot be read.
    """
    if not (root / "record.jsonl").is_file():
        if (root / REDACTED).is_file():
            return _verify_copy(root, trusted, authorities)
        raise CaseError("is no case: it has no record.jsonl", where=str(root))
    seals = read_seals(root)
    named = frozenset(one.lines - 1 for one in seals.values() if isinstance(one, Seal))
    walk = Walk(root, progress, wanted=named)
    with Hasher(root / "originals", "originals", progress) as hasher:
        walk_record(walk)
        originals = _check_originals(walk, hasher)
    tables = _check_tables(walk)
    files = _check_files(walk)
    toml = _check_case_toml(walk)
    judged = judge(walk, seals, trusted)
    stamps = check_stamps(root, judged, authorities)
    stamped = note_stamps(walk, stamps)
    note = f"; {walk.unknown_kinds} of a kind unknown to this version" if walk.unknown_kinds else ""
    checks = (
        walk.check("record", f"{_n(walk.lines, 'line')}, canonical and chained{note}"),
        walk.check("originals", f"{_n(originals, 'file')} match their names and ingest lines"),
        walk.check("tables", tables),
        walk.check("files", f"{_n(files, 'file')} match the record"),
        walk.check("counts", f"{_n(walk.counted, 'sum')}: rows present, read and refused agree"),
        walk.check("case.toml", toml),
        _other_files(walk),
        check_of(walk, judged),
        *([stamped] if stamped else []),
        *([_committed(walk, judged)] if commitments else []),
    )
    ok = all(check.status != "failed" for check in checks)
    # Seals over a case that does not fit show nothing more than its hashes do.
    over = covers(stamps, judged)
    level, if_vouched = levels(judged, trusted, stamped=over) if ok else (0, 0)
    return VerifyReport(
        ok=ok,
        checks=checks,
        misfits=tuple(one for check in checks for one in walk.misfits.get(check.name, [])),
        lines=walk.lines,
        head=walk.head,
        digest=walk.digest.hexdigest(),
        level=level,
        level_means=level_means(level, if_vouched) + beside(stamps),
        level_if_vouched=if_vouched,
        seals=judged,
        timestamps=stamps,
    )


def _committed(walk: Walk, seals: Collection[SealView]) -> Check:
    """What current seals commit to against the tables; older ones were over other tables."""
    tables = {name: table for name, (_line, table) in walk.tables.items()}
    current = [one for one in seals if one.current]
    for one in current:
        if not (walk.root / name_for(one.file)).exists():
            walk.misfit("commitments", one.file, "commits to no rows: made by an older version")
        elif why := fits(walk.root, tables, one.file, one.lines):
            walk.misfit("commitments", name_for(one.file), why)
    if not current:
        return Check("commitments", "not_checked", "no seal over the case as it stands")
    return walk.check("commitments", f"of {_n(len(current), 'seal')}: every row is as committed")


def _verify_copy(
    root: Path, trusted: Collection[str], authorities: Collection[Certificate]
) -> VerifyReport:
    """The same for a redacted copy: rows and columns against what was sealed."""
    checks, copy, judged = check_copy(root, trusted)
    stamps = check_stamps(root, judged, authorities)
    ok = not copy.misfits and any(one.current for one in judged)
    ok = ok and all(one.status != "failed" for one in stamps)
    over = covers(stamps, judged)
    level, if_vouched = levels(judged, trusted, stamped=over) if ok else (0, 0)
    newest = max(
        (one for one in read_seals(root).values() if isinstance(one, Seal)),
        key=lambda one: one.lines,
        default=None,
    )
    return VerifyReport(
        ok=ok, checks=checks, misfits=tuple(copy.misfits),
        lines=newest.lines if newest else 0, head=newest.head if newest else "",
        digest=newest.digest if newest else "", level=level,
        level_means=f"{level_means(level, if_vouched)}{beside(stamps)} {COPY_MEANS}",
        level_if_vouched=if_vouched, seals=judged, timestamps=stamps,
    )  # fmt: skip


# ---- originals, tables, files ------------------------------------------------------------------


def _hash(walk: Walk, check: str, path: Path, name: str) -> tuple[str, int] | None:
    """Hash and size of a file, or None with a misfit noted."""
    try:
        return sha256_of(path)
    except CaseError as error:
        walk.misfit(check, name, error.what)
        return None


def _check_originals(walk: Walk, hasher: Hasher) -> int:
    """Every file against its name and its `ingest` line; gives back how many files there are."""
    hasher.wait()
    found = set()
    for name in sorted({*hasher.hashes, *hasher.errors}):
        sha256 = name.rpartition("/")[2]
        if not is_sha256(sha256) or name != f"originals/{sha256[:2]}/{sha256}":
            what = (
                "left behind by an interrupted write; it may be deleted"
                if sha256.endswith(".part")
                else "is not where an original lies"
            )
            walk.misfit("originals", name, what)
            continue
        found.add(sha256)
        if name in hasher.errors:
            walk.misfit("originals", name, hasher.errors[name])
            continue
        hashed, size = hasher.hashes[name]
        if hashed != sha256:
            what = f"has been altered: its hash is {hashed}"
            walk.misfit("originals", name, what + _received(walk, sha256))
        elif sha256 not in walk.ingested:
            walk.misfit("originals", name, "no ingest line names it")
        elif size != walk.ingested[sha256][1]:
            line = walk.ingested[sha256][0]
            walk.misfit("originals", "record.jsonl", f"size is not {size}, as of {name}", line)
    for sha256 in walk.ingested:
        if sha256 not in found:
            what = f"missing{_received(walk, sha256)}"
            walk.misfit("originals", f"originals/{sha256[:2]}/{sha256}", what)
    return len(found)


def _received(walk: Walk, sha256: str) -> str:
    """Under which name the record says that an original came."""
    if sha256 not in walk.ingested:
        return ""
    line, _size, name = walk.ingested[sha256]
    return f"; received as {name!r} in line {line}"


def _check_tables(walk: Walk) -> str:
    """Every table against the last line that names it; gives back the sentence if all fit."""
    rebuilt = []
    for name, (line, table) in sorted(walk.tables.items()):
        path = walk.root / "tables" / name
        if not path.exists():
            walk.misfit(
                "tables", f"tables/{name}", f"missing; see line {line}; run again to remake"
            )
            continue
        hashed = _hash(walk, "tables", path, f"tables/{name}")
        if hashed is None or hashed[0] == table.sha256:
            continue
        if name.endswith(".jsonl"):
            _first_bad_line(walk, path, name)
            walk.misfit("tables", f"tables/{name}", f"is not the table of line {line}")
        elif _same_rows(walk, path, table):
            rebuilt.append(name)
        else:
            walk.misfit("tables", f"tables/{name}", f"its rows are not those of line {line}")
    for _path, name in walk_files(walk.root / "tables", "tables"):
        if name.removeprefix("tables/") not in walk.tables:
            walk.misfit("tables", name, "no line of the record names it")
    text = f"{_n(len(walk.tables), 'table')} match the record"
    if rebuilt:
        text += f" ({', '.join(rebuilt)}: other bytes, equal rows, so written by another version)"
    return text


def _first_bad_line(walk: Walk, path: Path, name: str) -> None:
    try:
        for line in raw_lines(path):
            try:
                loads(line.data)
            except NotCanonical as error:
                byte = line.offset + (error.byte or 0)
                walk.misfit("tables", f"tables/{name}", error.what, line.number, byte)
                return
    except CaseError as error:
        walk.misfit("tables", f"tables/{name}", error.what)


def _same_rows(walk: Walk, path: Path, table: TableRef) -> bool:
    try:
        return hash_rows(path, key=table.key) == (table.rows, table.rows_sha256)
    except CaseError as error:
        walk.misfit("tables", f"tables/{table.name}", error.what)
        return False


def _check_files(walk: Walk) -> int:
    """Report, map, summary and the like against the last line that names them."""
    for name, (line, sha256) in sorted(walk.files.items()):
        path = walk.root / name
        if not path.exists():
            walk.misfit("files", name, f"missing; see line {line}")
            continue
        hashed = _hash(walk, "files", path, name)
        if hashed is not None and hashed[0] != sha256:
            walk.misfit("files", name, f"is not the file of line {line}")
    return len(walk.files)


# ---- the rest ----------------------------------------------------------------------------------


def _check_case_toml(walk: Walk) -> str:
    """The file people read must say what the record says."""
    if walk.opening.get("format") != CASE_FORMAT:
        walk.misfit("record", "record.jsonl", "the first line is of another version", 1, 0)
        return ""
    try:
        found = casefile.load(walk.root / "case.toml")
    except CaseError as error:
        walk.misfit("case.toml", "case.toml", error.what)
        return ""
    settings = walk.opening.get("settings")
    if found.question != walk.opening.get("question"):
        walk.misfit("case.toml", "case.toml", "the question is not the one in the record")
    if found.settings != casefile.without_nulls(settings):
        walk.misfit("case.toml", "case.toml", "the settings are not those in the record")
    return "question and settings are those in the record"


def _other_files(walk: Walk) -> Check:
    """Files that no check covers are named, not judged; a changed check.py is worth a word."""
    own = Path(__file__).with_name("check.py").read_bytes()
    path = walk.root / "check.py"
    words = []
    if not (stat.S_ISREG(path.lstat().st_mode) if path.exists() else False):
        words.append("check.py is missing")
    elif path.read_bytes() != own:
        words.append("check.py is not the one of this version: take it from a release")
    extra = [
        name
        for _path, name in walk_files(walk.root, "")
        if name not in _KNOWN_NAMES
        and name not in walk.files
        and not name.startswith(("originals/", "tables/", "seals/", f"{UNDO}/", f"{INCOMING}/"))
    ]
    if interrupted(walk.root):
        words.append("a command is at work here, or has died: the next, or --mend, puts it right")
    if extra:
        names = ", ".join(clean_text(name) for name in extra[:5])
        words.append(f"{len(extra)} not named in the record: {names}{' …' * (len(extra) > 5)}")
    if words:
        return Check("other files", "not_checked", "; ".join(words))
    return Check("other files", "ok", "none, and check.py is the one of this version")


def _n(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
