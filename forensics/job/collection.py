"""The collection log of a case: what tools and people wrote down about who collected what.

The logs are read with the evidence, joined to its files by hash, and stand in one table. What a log
does not say is null there and counted in the view: nothing is filled in.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from forensics.case import Case, TableRef
from forensics.case.brought import evidence_in
from forensics.clock import utc_text
from forensics.job.batches import members_read
from forensics.model import Basis, Json, Original, Refusal
from forensics.read import Source, SourceFile
from forensics.read.archives import Expanded, Member, expand
from forensics.read.collection import packages, read_log, sort
from forensics.read.collection.items import Log, LogFile
from forensics.read.collection.join import Files, Held, Joined, join
from forensics.read.options import UNKNOWN_CLOCK, SourceClock
from forensics.show.collectionview import (
    FIELDS,
    CollectionView,
    FieldCount,
    ItemView,
    Lacking,
    LogView,
)
from forensics.show.phrases import plural

TABLE = "collection.jsonl"
REFUSALS = "collection_refusals.jsonl"
KEY = "collection"
"""Member of the body of a `read` line that counts the logs."""


@dataclass(frozen=True, slots=True)
class ReadLog:
    """One collection log, read and joined."""

    file: SourceFile
    reader: str
    log: Log
    joined: tuple[Joined, ...]

    @property
    def mismatches(self) -> int:
        """Items whose stated hash is not that of the bytes here."""
        return sum(one.fit == "mismatch" for one in self.joined)


def read_logs(
    logs: Sequence[SourceFile], files: Sequence[SourceFile], members: Sequence[Member] = ()
) -> tuple[ReadLog, ...]:
    """Every log with its items, each joined to the file it is about.

    Args:
        logs: The collection logs among the files.
        files: All files given, archives among them.
        members: What was taken out of the archives.
    """
    held = [Held(one.sha256, one.name, one.path) for one in files]
    held += [Held(one.sha256, one.name, one.path, one.parent) for one in members]
    index = Files(held)
    parents = {one.sha256: one.parent for one in members}
    found = []
    for file in sorted(logs, key=lambda one: (one.name, one.sha256)):
        reader, log = read_log(file)
        one = LogFile(file.sha256, file.name, file.path)
        joined = join(log, one, index, parent=parents.get(file.sha256, ""))
        found.append(ReadLog(file, reader.name, log, joined))
    return tuple(found)


def write_collection(case: Case, logs: Sequence[ReadLog]) -> tuple[dict[str, Json], list[TableRef]]:
    """The member of the `read` line and the tables; both empty where there is no log."""
    if not logs:
        return {}, []
    refusals = [item for one in logs for item in one.log.refusals]
    tables = [
        case.write_table(TABLE, rows_of(logs)),
        case.write_table(REFUSALS, map(asdict, refusals)),
    ]
    told: list[Json] = [_log_row(one) for one in logs]
    return {KEY: told}, tables


def source_of(one: ReadLog, *, counted: bool = False) -> Source:
    """The line of a log among the sources.

    Args:
        one: The log.
        counted: Count its items as rows; in a case only rows of posts are counted so.
    """
    rows = len(one.joined) if counted else 0
    refused = len(one.log.refusals) if counted else 0
    return Source(
        original=one.file.sha256,
        name=one.file.name,
        reader=one.reader,
        format=f"collection log, {one.log.format}; {plural(len(one.joined), 'item')}",
        rows_present=rows + refused,
        rows_read=rows,
        rows_refused=refused,
        columns={},
        clock=_clock(one),
        notes=tuple(_notes(one)),
        holds="items",
    )


def _clock(one: ReadLog) -> SourceClock:
    """Whose clock wrote the times of capture of a log."""
    timed = [item.item.captured for item in one.joined if item.item.captured is not None]
    good = [found for found in timed if found.us is not None and found.basis is not None]
    if not good:
        return UNKNOWN_CLOCK
    stated = any(found.basis == "stated" for found in good)
    weakest: Basis = "stated" if stated else "written_offset"
    return SourceClock(
        weakest,
        good[0].clock_writer,
        "per row",
        max(found.precision_s for found in good),
        f"capture times by the {good[0].clock_writer}'s clock, as claimed",
    )


def _notes(one: ReadLog) -> Iterator[str]:
    if one.mismatches:
        yield f"HASH MISMATCH: {one.mismatches:,} of its hashes not that of the bytes here"
    naive = sum(
        item.item.captured is not None and item.item.captured.us is None for item in one.joined
    )
    if naive:
        yield f"{plural(naive, 'time')} of capture without an instant: counted as missing"
    absent = sum(item.by == "nothing" and not item.item.part for item in one.joined)
    if absent:
        yield f"{plural(absent, 'item')} about files that are not here"
    if one.log.refusals:
        yield f"{plural(len(one.log.refusals), 'part')} refused: {one.log.refusals[0].raw}"
    yield from one.log.notes


def _log_row(one: ReadLog) -> dict[str, Json]:
    """A log as the record names it."""
    return {
        "original": one.file.sha256,
        "name": one.file.name,
        "reader": one.reader,
        "format": one.log.format,
        "items": len(one.joined),
        "mismatches": one.mismatches,
        "refused": len(one.log.refusals),
        "holds_files": any(item.by in ("itself", "inside") for item in one.joined),
    }


def rows_of(logs: Sequence[ReadLog]) -> Iterator[dict[str, Json]]:
    """The rows of the table: one for each item, log by log."""
    for one in logs:
        for joined in one.joined:
            yield _row(one, joined)


def _row(one: ReadLog, joined: Joined) -> dict[str, Json]:
    item, at = joined.item, joined.item.captured
    kind = "itself" if item.itself else "part" if item.part else ""
    return {
        "log": one.file.sha256,
        "log_name": one.file.name,
        "reader": one.reader,
        "row": item.row,
        "kind": kind or ("capture" if item.inside else "item"),
        "file": item.file,
        "original": joined.held.sha256 if joined.held else None,
        "name": joined.held.name if joined.held else None,
        "joined_by": joined.by,
        "source_url": item.source_url,
        "title": item.title,
        "collector": item.collector,
        "tool": item.tool,
        "tool_version": item.tool_version,
        "method": item.method,
        "captured_at": None if at is None or at.us is None else utc_text(at.us),
        "captured_us": None if at is None else at.us,
        "captured_raw": None if at is None else at.raw,
        "captured_basis": None if at is None else at.basis,
        "captured_why_not": at.why_not or None if at is not None else None,
        "clock_writer": None if at is None else at.clock_writer,
        "precision_s": None if at is None or at.us is None else at.precision_s,
        "clock": item.clock,
        "clock_offset_ms": item.clock_offset_ms,
        "hash_stated": [str(digest) for digest in item.digests],
        "hash_ours": str(joined.ours) if joined.ours else None,
        "hash": joined.fit,
        "payload_sha256": item.inside.sha256 if item.inside else None,
        "payload_bytes": item.inside.size if item.inside else None,
        "http_status": item.http_status,
        "media_type": item.media_type,
        "received": item.received,
        "notes": [*item.notes, *joined.notes],
    }


def listing(case: Case) -> list[dict[str, Json]]:
    """The rows of a case: from its table where it was read, else read now and kept nowhere."""
    if case.last("read") is not None:
        return list(case.read_table(TABLE)) if (case.tables / TABLE).is_file() else []
    return list(rows_of(_unread(case)[0]))


def _unread(case: Case) -> tuple[tuple[ReadLog, ...], Expanded]:
    """The logs of a case that was not read yet, and what its archives hold."""
    files: dict[str, SourceFile] = {}
    for one in evidence_in(case):
        file = SourceFile(one.sha256, one.name_as_received, case.path_of(one.sha256))
        files.setdefault(one.sha256, file)
    return read_files(list(files.values()))


def read_files(files: Sequence[SourceFile]) -> tuple[tuple[ReadLog, ...], Expanded]:
    """The logs among files and in archives among them, and what the archives held.

    The members are gone afterwards: only what was read stays.
    """
    with tempfile.TemporaryDirectory() as folder:
        packed, plain = packages(files)
        given = expand(plain, Path(folder))
        logs, _ = sort(given.files)
        return read_logs([*packed, *logs], files, given.members), given


# ---- what the report prints --------------------------------------------------------------------


def collection_view(case: Case) -> CollectionView:
    """How much of the collection is documented, file by file; mismatches first."""
    last = case.last("read")
    if last is not None:
        body: Mapping[str, Any] = {**last.body, "members": members_read(case)}
        told = body.get(KEY)
        rows = listing(case) if told else []
        refused = _refusals(case) if told else ()
    else:
        found, given = _unread(case)
        body = {KEY: list(map(_log_row, found)), "members": list(map(asdict, given.members))}
        rows = list(rows_of(found))
        refused = tuple(item.raw for one in found for item in one.log.refusals)
    logs = tuple(
        LogView(
            str(one["name"]), str(one["reader"]), str(one["format"]), int(one["items"]),
            int(one["mismatches"]), int(one["refused"]),
        )
        for one in body.get(KEY, [])
    )  # fmt: skip
    return view_of(rows, logs, _files(case, body), refused)


def _refusals(case: Case) -> tuple[str, ...]:
    return tuple(
        Refusal(**row).raw  # type: ignore[arg-type]  # the table was written from Refusals
        for row in case.read_table(REFUSALS)
    )


@dataclass(frozen=True, slots=True)
class _File:
    """A file of evidence that somebody must have collected."""

    sha256: str
    name: str
    parent: str
    claims: str
    """How it was received, as claimed when it was added."""


def _files(case: Case, body: Mapping[str, Any]) -> list[_File]:
    """Every file but archives, whose members count, and lists, which hold no evidence."""
    originals = evidence_in(case)
    received = {one.sha256: _claims(one) for one in originals}
    inside = [(str(m["sha256"]), str(m["name"]), str(m["parent"])) for m in body.get("members", [])]
    lists = {str(one["original"]) for one in body.get(KEY, []) if not one["holds_files"]}
    without = lists | {parent for _, _, parent in inside}
    found = {
        one.sha256: _File(one.sha256, one.name_as_received, "", received[one.sha256])
        for one in originals
        if one.sha256 not in without
    }
    for sha256, name, parent in inside:
        if sha256 not in without:
            found.setdefault(sha256, _File(sha256, name, parent, received.get(parent, "")))
    return sorted(found.values(), key=lambda one: (one.name, one.sha256))


def _claims(one: Original) -> str:
    claims = (one.received_from, one.received_by, one.how, one.received_at)
    return ", ".join(claim for claim in claims if claim)


def view_of(
    rows: Sequence[Mapping[str, Any]],
    logs: tuple[LogView, ...],
    files: Sequence[_File],
    refused: tuple[str, ...],
) -> CollectionView:
    """The view over rows of the table and the files of a case."""
    about: dict[str, list[Mapping[str, Any]]] = {}
    wrong = {str(row["original"]) for row in rows if row["hash"] == "mismatch"}
    held: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["kind"] == "capture":
            held.setdefault(row["log"], []).append(row)
        named = row["original"] and row["kind"] != "part" and row["joined_by"] != "inside"
        # a log whose hash does not fit may be about another file: what it says documents nothing
        if named and row["hash"] != "mismatch":
            about.setdefault(row["original"], []).append(row)
    counts = dict.fromkeys(FIELDS, 0)
    lacking = []
    logged = 0
    for file in files:
        direct = [*about.get(file.sha256, []), *about.get(file.parent, [])]
        captured = held.get(file.sha256, [])
        logged += bool(direct or captured)
        missing = []
        for name in FIELDS:
            have = any(_has(row, name) for row in direct)
            have = have or (bool(captured) and all(_has(row, name) for row in captured))
            have = have or (name == "received" and bool(file.claims))
            counts[name] += have
            missing += [] if have else [name]
        if missing:
            in_log = bool(direct or captured or file.sha256 in wrong)
            lacking.append(Lacking(file.sha256, file.name, tuple(missing), in_log))
    return CollectionView(
        files=len(files),
        logged=logged,
        items=len(rows),
        logs=logs,
        fields=tuple(FieldCount(name, FIELDS[name], counts[name]) for name in FIELDS),
        lacking=tuple(lacking),
        mismatches=tuple(_item(row) for row in rows if row["hash"] == "mismatch"),
        absent=tuple(
            _item(row) for row in rows if row["joined_by"] == "nothing" and row["kind"] == "item"
        ),
        refused=refused,
    )


def _has(row: Mapping[str, Any], name: str) -> bool:
    """True if an item states a field."""
    if name == "captured_at":
        return row["captured_us"] is not None
    if name == "clock_offset":
        return row["clock_offset_ms"] is not None
    if name == "hash":
        return bool(row["hash_stated"]) and row["hash"] != "mismatch"
    return bool(row[name])


def _item(row: Mapping[str, Any]) -> ItemView:
    return ItemView(
        log=row["log_name"],
        row=row["row"],
        file=row["file"] or row["source_url"] or "",
        name=row["name"] or "",
        original=row["original"] or "",
        stated=", ".join(row["hash_stated"]),
        ours=row["hash_ours"] or "",
        source_url=row["source_url"] or "",
        notes=tuple(row["notes"]),
    )
