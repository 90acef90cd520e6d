"""The tables and the lines of the record, held against those that were made again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from forensics.case import Case, TableRef, canonical
from forensics.case.files import sha256_of
from forensics.case.tables import hash_rows, read_table
from forensics.errors import CaseError
from forensics.job.again.differences import Difference, first_in, in_lines, in_parquet
from forensics.job.again.parts import Part
from forensics.job.again.stage import Stage, without
from forensics.job.moments import PREFIX, latest
from forensics.model import Entry

NAMES_VERSIONS = frozenset({"version"})
"""Members of rows whose texts name versions."""
UNCOMPARED = ("tables", "checker")
"""Members of lines that are compared by themselves."""
MOMENT = "results of the last weighing"


def tables_again(
    source: Case, stage: Stage, case: Case, taken: frozenset[str], *, versions_changed: bool
) -> Iterator[Part]:
    """Every table that the record names, and every one that it does not.

    Args:
        source: The case.
        stage: Where it was worked out again.
        case: The case there.
        taken: Tables that were taken over as they are.
        versions_changed: True if a program has another version now: then texts that name versions
            may differ.
    """
    named = stage.tables()
    newest = latest(stage.entries)
    made = {path.name for path in case.tables.iterdir() if path.is_file()}
    for name in sorted(named):
        line, ref = named[name]
        if name in taken:
            continue
        if name.startswith(PREFIX):
            if name != newest:
                said = "what an earlier weighing came to, with files and settings of that time"
                yield Part(f"tables/{name}", "not repeated", said, line)
                continue
            if name not in made:
                mine = next((one for one in made if one.startswith(PREFIX)), name)
                yield _moment(source, case, (name, mine), line)
                continue
        if name not in made:
            yield Part(f"tables/{name}", "differs", "is not made from these originals", line)
            continue
        ignored = NAMES_VERSIONS if versions_changed else frozenset[str]()
        yield _table(source.tables / name, case.tables / name, (line, ref), ignored)
    for name in sorted(made - set(named)):
        if not name.startswith(PREFIX):
            yield Part(f"tables/{name}", "differs", "is made, but the record names no such table")


def _moment(source: Case, case: Case, names: tuple[str, str], line: int) -> Part:
    """The results of the last weighing, whose table has another name as soon as they differ."""
    then, now = source.tables / names[0], case.tables / names[1]
    if not then.is_file() or not now.is_file():
        return Part(MOMENT, "differs", "the table is not there", line)
    sides = [
        {canonical.dumps(row): row for row in read_table(path.parent, path.name)}
        for path in (then, now)
    ]
    gone, new = ([row for key, row in one.items() if key not in other]
                 for one, other in (sides, sides[::-1]))  # fmt: skip
    told = [(row, "only in the case") for row in gone]
    told += [(row, "only worked out again") for row in new]
    # What people wrote comes first: an edited case.toml explains the other differences.
    told.sort(key=lambda item: item[0]["what"] != "written")
    if not told:
        return Part(MOMENT, "differs", "the same rows in another order", line)
    row, where = told[0]
    what = "case.toml was edited since" if row["what"] == "written" else str(row["what"])
    said = f"{len(told):,} entries differ; first: {what}: {canonical.dumps(row).decode()} {where}"
    return Part(MOMENT, "differs", said, line)


def _table(then: Path, now: Path, named: tuple[int, TableRef], ignored: frozenset[str]) -> Part:
    """One table: its bytes, else its rows, else where it differs."""
    line, ref = named
    name = f"tables/{ref.name}"
    if sha256_of(now)[0] == ref.sha256:
        return Part(name, "equal", line=line)
    try:
        if ref.name.endswith(".parquet"):
            if hash_rows(now, key=ref.key) == (ref.rows, ref.rows_sha256):
                return Part(name, "equal rows", "written by another version", line)
            found = in_parquet(then, now, ref.key) if then.is_file() else None
        else:
            found = in_lines(then, now, ignored) if then.is_file() else None
            if found is None and then.is_file() and sha256_of(then)[0] == ref.sha256:
                return Part(name, "equal rows", "only texts that name versions differ", line)
    except CaseError as error:
        return Part(name, "differs", f"cannot be compared: {error.what}", line)
    if found is None:
        said = "the record names other rows than the originals give"
        return Part(name, "differs", said, line)
    return Part(name, "differs", _words(found), line)


def _words(found: Difference) -> str:
    rows = "1 row differs" if found.rows == 1 else f"{found.rows:,} rows differ"
    return f"{rows} of {found.of:,}; first: {found.first}"


def lines_again(stage: Stage, case: Case) -> Iterator[Part]:
    """The lines that say what was read, found and weighed, but for the tables they name."""
    added = [entry for entry in case.entries() if entry.seq >= len(stage.entries)]
    for entry in added:
        recorded = _counterpart(stage, entry)
        if recorded is None:
            said = f"the record has no line of kind {entry.kind} like the one that comes out"
            yield Part(f"record ({entry.kind})", "differs", said)
            continue
        then, now = without(recorded.body, UNCOMPARED), without(entry.body, UNCOMPARED)
        if said := first_in(_counts(then), _counts(now)):
            name = f"record.jsonl ({entry.kind})"
            yield Part(name, "differs", said, recorded.seq + 1)


def _counts(body: Mapping[str, object]) -> dict[str, object]:
    """The body of a line without the engine that read text: versions are told apart elsewhere."""
    found = dict(body)
    texts = found.get("texts")
    if isinstance(texts, Mapping):
        found["texts"] = {name: value for name, value in texts.items() if name != "engine"}
    return found


def _counterpart(stage: Stage, entry: Entry) -> Entry | None:
    """The last line taken of the same kind, and about the same files where it says which."""
    return next(
        (
            one
            for one in reversed(stage.entries)
            if one.kind == entry.kind and one.body.get("key") == entry.body.get("key")
        ),
        None,
    )
