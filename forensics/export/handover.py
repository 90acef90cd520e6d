"""A zip for handing a case over: redacted unless a reason is given for leaving everything in.

The whole zip holds the case folder and the files beside it that its record names: unpacked, it
passes `gnomon verify`. The redacted one holds no original, no text, no name of an account, and of
persons only the names under which the seals were signed. From a sealed case it carries proofs that
every row and column in it stands so in what was sealed, and which were left out (`redaction.py`).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from forensics.case import Case, dsse
from forensics.case.commitments import SECRET, name_for, read_commitments, read_secret
from forensics.case.files import PART_SUFFIX, explained, sha256_of
from forensics.case.parts import RECORD
from forensics.case.refs import REDACTED, files_in, tables_in
from forensics.case.seals import Seal, read_seals
from forensics.export.handed import Handed, json_bytes
from forensics.export.redaction import Redaction
from forensics.export.zipping import write_zip

NAME = "case.zip"
_SKIPPED = frozenset({"run.lock", "record.lock"})
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
  tables/*.jsonl      columns that hold no text of posts and no name; in posts
                      accounts are numbers
  record_lines.jsonl  the lines of the record without what people wrote
  proofs/*.jsonl      one line for each row: salts of what is shown, commitments
                      to what is not
  commitments/ seals/ what the signers sealed: roots over all rows of all tables
  left_out.json       files and tables left out, with SHA-256, sizes and counts
  check.py CHECK.md   how to check this without Gnomon

{proof}

What stands under "derived" in a row was worked out for this copy (counts, a
number in place of a name). Nothing proves it.

What cannot be checked with this alone
  Originals and the chain of the record are not here. That the tables were made
  rightly from the originals is what the signers vouch for; whoever holds the
  full case can check it.

What can be shown later, by whoever holds the case
  - that a file is the one left out: its SHA-256 stands in left_out.json
  - that a row is the one left out: its columns and its salts give its leaf
  - that the record is the one meant: its head and digest stand above

Times of posts, to the second, may lead back to posts that are public. If that
must not be, leave them out: gnomon export CASE --format zip --without posts
"""
_PROVED = """\
Check it after unpacking:   gnomon verify FOLDER --key KEY.pub
or without Gnomon:          python3 -I FOLDER/check.py FOLDER
(better with a check.py from a release). It shows that every row and column
here stands so, and in that place, in the case that was sealed, and which rows,
columns and tables were left out. Seals name their signers as they signed."""
_UNPROVED = """\
There is no seal over this state of the case in this copy, so nothing here can
be checked against one. Seal the case first: gnomon seal CASE --key KEY"""


def write(
    handed: Handed, out: Path, *, redact: bool = True, without: Sequence[str] = ()
) -> list[Path]:
    """Write the zip.

    Args:
        handed: The case.
        out: Where to write.
        redact: Leave out originals, texts and names.
        without: Tables (`posts`) and rows (`clues:3`) to leave out besides.

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
        members = [*_redacted(handed, Path(folder), without)]
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


def _redacted(
    handed: Handed, scratch: Path, without: Sequence[str]
) -> Iterator[tuple[str, bytes | Path]]:
    """Members of the redacted zip; the list of what was left out comes last."""
    case = handed.case
    secret = read_secret(case.root) if (case.root / SECRET).exists() else None
    redaction = Redaction(case, secret=secret, without=without)
    tables = [*redaction.write(scratch)]
    sealed = [*_seals(case, redaction)] if secret is not None else []
    lines = max((seal.lines for _, seal in sealed), default=sum(1 for _ in case.entries()))
    tables += redaction.record_lines(lines, scratch)
    for name, path in tables:
        if sealed or not name.startswith("proofs/"):
            yield name, path
    for number, _ in sealed:
        for name in (f"seals/{number}.dsse.json", f"commitments/{number}.json"):
            yield name, case.root / name
    for name in ("check.py", "CHECK.md"):  # as sealed, not as of this version
        if (case.root / name).is_file():
            yield name, case.root / name
    head, proof = case.head(), _PROVED if sealed else _UNPROVED
    text = REDACTED_README.format(digest=handed.digest, head=head, tool=handed.tool, proof=proof)
    yield "README.txt", text.encode()
    yield REDACTED, json_bytes(_left_out(handed, redaction, head, [seal for _, seal in sealed]))


def _seals(case: Case, redaction: Redaction) -> Iterator[tuple[str, Seal]]:
    """Number and seal, for each that commits to exactly the rows that go out.

    A seal in which the name of an account stands, in the reason of a review perhaps, stays here.
    """
    for name, seal in read_seals(case.root).items():
        path = case.root / name_for(name)
        if isinstance(seal, str) or not path.is_file():
            continue
        roots = {one.name: one.root for one in read_commitments(path)}
        same = all(roots.get(table) == root for table, root in redaction.roots.items())
        fits = sha256_of(path)[0] == seal.subjects.get(name_for(name))
        if same and fits and _all_tables(case) == set(roots) - {RECORD}:
            text = dsse.opened((case.root / name).read_bytes())[0].decode()
            if not redaction.names(text):
                yield path.stem, seal


def _all_tables(case: Case) -> set[str]:
    return {one.name for entry in case.entries() for one in tables_in(entry.body) if one}


def _left_out(
    handed: Handed, redaction: Redaction, head: str, sealed: Sequence[Seal]
) -> dict[str, Any]:
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
        "lines_sealed": max((one.lines for one in sealed), default=0),
    }
