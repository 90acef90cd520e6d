"""Checking a redacted copy: does everything in it stand so in what was sealed, and what is gone?

A copy has rows without the columns and rows that were left out, a line of proof for each row, the
seals and their commitments. From row and proof comes a leaf, from all leaves of a table its root,
and the root must be the one sealed: so a row that was changed, moved, added or dropped shows, and
what was left out is counted. `check.py` does the same without this package.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from forensics.case import canonical, merkle
from forensics.case.canonical import NotCanonical, clean_text
from forensics.case.commitments import (
    FOLDER,
    Committed,
    leaf_of,
    name_for,
    read_commitments,
    strings,
)
from forensics.case.files import sha256_of
from forensics.case.parts import RECORD
from forensics.case.record import raw_lines
from forensics.case.refs import REDACTED, is_sha256
from forensics.case.seals import Seal, SealView, read_seals
from forensics.case.walk import MISFITS_KEPT, Check, Misfit
from forensics.errors import CaseError
from forensics.model import Json

LINES = "record_lines.jsonl"
MEANS = (
    "This is a redacted copy: originals and record are not in it. What is checked is that every"
    " row and column in it stands so, and in that place, in the case that was sealed, and which"
    " were left out. What stands under `derived` is not proved."
)


@dataclass
class Copy:
    """What has been found about a copy so far."""

    root: Path
    misfits: list[Misfit] = field(default_factory=list)
    rows: int = 0
    shut: int = 0
    """Rows left out whole."""
    derived: int = 0
    """Rows with something that no commitment covers."""
    ingested: set[str] = field(default_factory=set)
    """Originals that the lines of the record name."""
    lines: int = 0
    """Lines of the record that the newest seal so far covers."""
    covered: set[str] = field(default_factory=set)
    left_out: set[str] = field(default_factory=set)

    def misfit(self, check: str, file: str, what: str, line: int | None = None) -> None:
        """Note one thing that does not fit."""
        if len(self.misfits) < MISFITS_KEPT:
            self.misfits.append(Misfit(check, clean_text(file), clean_text(what), line))


def handed_names(committed: str) -> tuple[str, str]:
    """The files of rows and of proofs that belong to a table, in a copy."""
    stem = committed.rpartition(".")[0]
    return (LINES if committed == RECORD else f"tables/{stem}.jsonl"), f"proofs/{stem}.jsonl"


def check_copy(
    root: Path, trusted: Collection[str]
) -> tuple[tuple[Check, ...], Copy, tuple[SealView, ...]]:
    """The checks of a redacted copy, what they found, and what is to be said of each seal."""
    copy, views = Copy(root), []
    for name, seal in sorted(read_seals(root).items()):
        views.append(_seal(copy, name, seal, trusted))
    found = {name for name, _ in _rows_files(root)} - copy.covered
    for name in sorted(found) if views else ():
        copy.misfit("tables", name, "no seal commits to it")
    told = _told(root)
    said = {one for one in told.get("originals", ()) if copy.covered}
    if copy.covered and said != copy.ingested:
        copy.misfit("left out", REDACTED, "its originals are not those of the sealed record")
    bad = {misfit.check for misfit in copy.misfits}

    def check(name: str, good: str) -> Check:
        if name in bad:
            first = next(one for one in copy.misfits if one.check == name)
            return Check(name, "failed", first.text())
        return Check(name, "ok" if copy.covered else "not_checked", good)

    gone = ", ".join(sorted(copy.left_out)) or "none"
    words = f"{copy.rows:,} rows stand so and in that place; {copy.shut:,} left out"
    no_seal = "none: nothing here can be checked"
    return (
        check("tables", words if copy.covered else no_seal),
        check("derived", f"{copy.derived:,} rows have values that were worked out: not proved"),
        check("left out", f"tables left out whole: {gone}"),
        check("seals", f"{len(views)} over these rows" if views else no_seal),
    ), copy, tuple(views)  # fmt: skip


def _seal(copy: Copy, name: str, seal: Seal | str, trusted: Collection[str]) -> SealView:
    """One seal against the rows; the newest that is sound counts them."""
    if isinstance(seal, str):
        copy.misfit("seals", name, seal)
        return SealView(clean_text(name), "failed", seal)
    before, counting = len(copy.misfits), seal.lines > copy.lines
    path = name_for(name)
    for file, sha256 in sorted(seal.subjects.items()):
        if file == path or (copy.root / file).exists():
            _same(copy, file, sha256)
    if path not in seal.subjects:
        copy.misfit("seals", name, "commits to no rows: it was made before copies could be proved")
    elif len(copy.misfits) == before:
        if counting:
            copy.lines, copy.rows, copy.shut, copy.derived = seal.lines, 0, 0, 0
        for table in _committed(copy, path):
            _table(copy, table, seal.lines, counting=counting)
    if copy.misfits[before:]:
        return SealView(clean_text(name), "failed", copy.misfits[before].text())
    known = seal.fingerprint in trusted
    words = f"commits to the rows here and to lines 1 to {seal.lines} of the record"
    if not known:
        words += "; the signature fits the key it brings, but nobody vouched for that key"
    return SealView(
        name, "ok" if known else "unknown key", words, seal.who, seal.verdict, seal.fingerprint,
        seal.lines, current=True,
    )  # fmt: skip


def _same(copy: Copy, file: str, sha256: str) -> None:
    """Files of the copy that a seal names by their hash: the commitments, `check.py`."""
    try:
        if sha256_of(copy.root / file)[0] != sha256:
            copy.misfit("seals", file, "is not the file that was sealed")
    except CaseError as error:
        copy.misfit("seals", file, error.what)


def _committed(copy: Copy, path: str) -> tuple[Committed, ...]:
    try:
        return read_commitments(copy.root / path)
    except (CaseError, NotCanonical) as error:
        copy.misfit("seals", path, error.what)
        return ()


def _table(copy: Copy, table: Committed, lines: int, *, counting: bool) -> None:
    """The rows of one table against the root that was sealed."""
    rows, proofs = handed_names(table.name)
    if table.name == RECORD and table.rows != lines:
        copy.misfit("seals", rows, f"the seal covers {lines} lines, its commitments {table.rows}")
    if not (copy.root / rows).exists() and not (copy.root / proofs).exists():
        if table.name == RECORD:
            copy.misfit("tables", rows, "missing")
        copy.left_out.add(f"{table.name} ({table.rows:,} rows)")
        return
    tree, whole = merkle.Tree(), True
    try:
        for row, proof in _pairs(copy.root / rows, copy.root / proofs):
            if table.name == RECORD and tree.rows == table.rows:
                whole = False  # lines after those that this seal covers: a newer one must
                break
            tree.add(leaf_of(row, proof, table.parts))
            if counting:
                _count(copy, table, row, proof)
    except (CaseError, NotCanonical) as error:
        copy.misfit("tables", rows, error.what, tree.rows + 1)
        return
    if whole:
        copy.covered |= {rows, proofs}
    if tree.rows != table.rows:
        copy.misfit("tables", rows, f"has {tree.rows} rows, but {table.rows} were sealed")
    elif tree.root() != table.root:
        copy.misfit("tables", rows, "its rows and proofs do not give the root that was sealed")


def _count(copy: Copy, table: Committed, row: Mapping[str, Json], proof: list[str]) -> None:
    copy.rows += 1
    copy.shut += proof[0].startswith("leaf:")
    copy.derived += "derived" in row
    if table.name == RECORD and row.get("kind") == "ingest":
        copy.ingested.add(str(row.get("body.sha256")))


def _pairs(rows: Path, proofs: Path) -> Iterator[tuple[dict[str, Json], list[str]]]:
    """Each row with its proof.

    Raises:
        CaseError: a file cannot be read.
        NotCanonical: a line is none, or one file has more of them.
    """
    for row, proof in zip_longest(raw_lines(rows), raw_lines(proofs)):
        if row is None or proof is None or not row.complete or not proof.complete:
            raise NotCanonical("has not one proof for each row")
        value = canonical.loads(row.data)
        if not isinstance(value, dict):
            raise NotCanonical("is no row")
        yield value, strings(proof.data)


def _rows_files(root: Path) -> Iterator[tuple[str, Path]]:
    """All files that a seal must cover."""
    yield LINES, root / LINES
    for folder in ("tables", "proofs", FOLDER):
        for path in sorted((root / folder).glob("*")):
            if folder != FOLDER or not (root / f"seals/{path.stem}.dsse.json").exists():
                yield f"{folder}/{path.name}", path


def _told(root: Path) -> dict[str, set[str]]:
    """What the list of what was left out says of originals."""
    try:
        value = json.loads((root / REDACTED).read_bytes())
        files = value["files_left_out"]
        names = [str(one["path"]).rpartition("/") for one in files if one["in"] == "case"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    found = {name for folder, _, name in names if folder.startswith("originals/")}
    return {"originals": {name for name in found if is_sha256(name)}}
