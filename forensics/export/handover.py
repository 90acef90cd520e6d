"""A zip for handing a case over: redacted unless a reason is given for leaving everything in.

The whole zip holds the case folder and the files beside it that its record names: unpacked, it
passes `gnomon verify`. The redacted one holds no original, no text, no name of an account or of a
person, and no record: it cannot be verified alone, and says so. What was left out is listed with
hashes and counts, so that it can be shown later that nothing else was.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from forensics.case.files import PART_SUFFIX, explained, sha256_of
from forensics.case.refs import REDACTED, files_in
from forensics.export.csvfiles import stream_csv
from forensics.export.handed import Handed, json_bytes
from forensics.export.redaction import Redaction
from forensics.export.zipping import write_zip

NAME = "case.zip"
_SKIPPED = frozenset({"run.lock", "record.lock"})
_POSTS = (
    "SELECT dense_rank() OVER (ORDER BY account) AS account_number, t_us, precision_s, basis,"
    " offset_min, kind, original, row FROM {source} ORDER BY account, t_us, original, row"
)
_REFUSALS = "SELECT original, row, reason FROM {source} ORDER BY original, row, field, reason"
WHOLE_README = """\
A case of Gnomon, whole: originals, record, tables, and the report beside them.

It holds what was received, with all texts and names. Handle it as evidence.

Check it after unpacking:    gnomon verify case
or without Gnomon:           python3 -I case/check.py case

The record ends before the line that says this zip was made: that line, with the
hash of this file, stands in the case it was made from.

State of the case (digest): {digest}
Written by: {tool}
"""
REDACTED_README = """\
A case of Gnomon, redacted: numbers without originals, texts, accounts and names.

State of the case (digest): {digest}
Head of its record:         {head}
Written by: {tool}

What is here
  tables/*.jsonl      weights, tests, conclusions, clues: columns that hold no
                      text of posts and no name
  tables/posts.csv    times of posts; accounts are numbers
  tables/refusals.csv what was refused, and why, without its text
  record_lines.jsonl  the lines of the record without what people wrote
  left_out.json       everything left out, with SHA-256, sizes and counts

What cannot be checked with this alone
  Originals, tables, report and the chain of the record: none of them is here.
  `gnomon verify` on this folder ends with one line that says so, and status 1.

What can be shown later, by whoever holds the case
  - that a file is the one left out: its SHA-256 stands in left_out.json
  - that the record is the one meant: its head and digest stand above
  - that nothing else was changed: gnomon export CASE --format zip leaves out the
    same and writes the same tables, byte for byte

Times of posts, to the second, may lead back to posts that are public. If that
must not be, do not pass on tables/posts.csv.
"""


def write(handed: Handed, out: Path, *, redact: bool = True) -> list[Path]:
    """Write the zip.

    Args:
        handed: The case.
        out: Where to write.
        redact: Leave out originals, texts and names.

    Raises:
        ExportError: a table cannot be read.
        CaseError: the disk refuses, or the case is damaged.
    """
    if not redact:
        text = WHOLE_README.format(digest=handed.digest, tool=handed.tool)
        members: list[tuple[str, bytes | Path]] = [("README.txt", text.encode()), *_whole(handed)]
        return [write_zip(out, sorted(members, key=lambda one: one[0]))]
    with explained(out.parent):
        out.parent.mkdir(parents=True, exist_ok=True)
        scratch = tempfile.TemporaryDirectory(dir=out.parent, prefix=".redacted-")
    with scratch as folder:
        members = [*_redacted(handed, Path(folder))]
        return [write_zip(out, sorted(members, key=lambda one: one[0]))]


def case_files(root: Path) -> Iterator[tuple[str, Path]]:
    """Every file of the case by its path inside it; no locks, no cache, nothing half-written."""
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith("."))
        here = Path(folder)
        if here == root and "cache" in names:
            names.remove("cache")
        for name in sorted(files):
            path = here / name
            if name not in _SKIPPED and not name.endswith(PART_SUFFIX) and not path.is_symlink():
                yield path.relative_to(root).as_posix(), path


def beside(handed: Handed) -> Iterator[tuple[str, Path]]:
    """Files beside the case that its record names, as far as they are still there.

    A record may come from anybody: what it names outside the folder of the report, by a link or an
    absolute path, stays where it is, and so does what would take the place of another member.
    """
    named: dict[str, None] = {}
    for entry in handed.case.entries():
        for file in files_in(entry.body):
            parts = PurePosixPath(file.path).parts if file is not None else ()
            if parts[:1] == ("..",):
                named["/".join(parts[1:])] = None
    root = handed.case.root.resolve()
    for name in sorted(named):
        path = root.parent / name
        real = path.resolve()
        inside = real.is_relative_to(root.parent) and not real.is_relative_to(root)
        taken = name == "README.txt" or name.startswith("case/")
        if inside and not taken and not path.is_symlink() and path.is_file():
            yield name, path


def _whole(handed: Handed) -> Iterator[tuple[str, bytes | Path]]:
    for name, path in case_files(handed.case.root):
        yield f"case/{name}", path
    yield from beside(handed)


# ---- redacted ----------------------------------------------------------------------------------


def _redacted(handed: Handed, scratch: Path) -> Iterator[tuple[str, bytes | Path]]:
    """Members of the redacted zip; the list of what was left out comes last."""
    redaction = Redaction(handed.case)
    for name, data in redaction.tables():
        yield f"tables/{name}", data
    for name, query, columns in (
        ("posts", _POSTS, "account, id, client, language, text, label, media, urls and others"),
        ("refusals", _REFUSALS, "field, raw"),
    ):
        source = handed.case.tables / f"{name}.parquet"
        if source.is_file():
            path = stream_csv(source, query, scratch / f"{name}.csv")
            redaction.note(f"tables/{name}.csv", source, columns=columns)
            yield f"tables/{name}.csv", path
    yield "record_lines.jsonl", redaction.record_lines()
    head = handed.case.head()
    text = REDACTED_README.format(digest=handed.digest, head=head, tool=handed.tool)
    yield "README.txt", text.encode()
    yield REDACTED, json_bytes(_left_out(handed, redaction, head))


def _left_out(handed: Handed, redaction: Redaction, head: str) -> dict[str, Any]:
    files = []
    for place, found in (("case", case_files(handed.case.root)), ("beside", beside(handed))):
        for name, path in found:
            sha256, size = sha256_of(path)
            files.append({"in": place, "path": name, "sha256": sha256, "size": size})
    originals = sum(one["path"].startswith("originals/") for one in files)  # type: ignore[attr-defined]
    return {
        "digest": handed.digest,
        "head": head,
        "lines": sum(1 for _ in handed.case.entries()),
        "tool": handed.tool,
        "originals_left_out": originals,
        "files_left_out": files,
        "tables_redacted": redaction.notes,
    }
