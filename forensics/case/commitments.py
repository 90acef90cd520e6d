"""What a seal commits to beside hashes: every part of every row, each behind its own salt.

`commitments/NNNN.json` belongs to the seal of that number, which names it among its subjects. For
each table, and for the lines of the record that the seal covers, it holds the number of rows, how a
row is parted (`parts.py`) and one root (`merkle.py`). Nothing in it tells what stands in a row, so
it goes along with a copy from which rows and columns were left out, and shows which.

The salts come from 32 bytes in `redaction.secret`, drawn once, when a case is first sealed. The
file is named in the record like any other, and is never put into a redacted copy: with it, what was
left out could be guessed and tried.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.case import canonical, merkle
from forensics.case.canonical import NotCanonical
from forensics.case.files import open_regular, write_whole
from forensics.case.parts import RECORD, flat, parts_of
from forensics.case.record import raw_lines, read_entry
from forensics.case.refs import TABLE_NAME, TableRef, is_sha256
from forensics.case.rowparts import Parts, in_parts, rows_of
from forensics.errors import CaseError
from forensics.model import Json

if TYPE_CHECKING:
    from collections.abc import Callable

    from forensics.case.case import Case

FOLDER = "commitments"
SECRET = "redaction.secret"  # noqa: S105 - the name of a file
FORMAT = 1
MOST_BYTES = 1 << 20
"""Largest file of commitments; ours have about three kilobytes."""


@dataclass(frozen=True, slots=True)
class Committed:
    """One table as a seal commits to it."""

    name: str
    """File name in `tables/`, or `record.jsonl` for the lines that the seal covers."""
    rows: int
    root: str
    parts: tuple[tuple[str, ...], ...]
    """Columns of each part but the last, which holds all others."""


def name_for(seal: str) -> str:
    """The file of commitments that belongs to `seals/NNNN.dsse.json`."""
    return f"{FOLDER}/{Path(seal).name.partition('.')[0]}.json"


# ---- making ------------------------------------------------------------------------------------


def secret_of(case: Case, draw: Callable[[], bytes]) -> bytes:
    """The secret of a case, made now if it has none yet.

    Raises:
        CaseError: there is one that cannot be read, or the disk refuses.
    """
    path = case.root / SECRET
    if path.exists() or path.is_symlink():
        return read_secret(case.root)
    made = draw()
    write_whole(path, made.hex().encode() + b"\n")
    path.chmod(0o600)
    return made


def read_secret(root: Path) -> bytes:
    """The secret of a case.

    Raises:
        CaseError: not there, or not 64 hex digits and a newline.
    """
    path = root / SECRET
    with open_regular(path) as handle:
        data = handle.read(merkle.SALT_BYTES * 2 + 2)
    text = data.decode("ascii", "replace")
    if not text.endswith("\n") or not is_sha256(text[:-1]):
        raise CaseError("is no secret of a case", where=str(path), todo="restore it from a copy")
    return bytes.fromhex(text[:-1])


def commit(root: Path, tables: Mapping[str, TableRef], secret: bytes, lines: int) -> bytes:
    """The commitments to these tables and the first lines of the record, as bytes of their file.

    Raises:
        CaseError: a table cannot be read.
    """
    made = [_table(root, tables[name], secret) for name in sorted(tables)]
    return as_bytes([*made, _lines(root, lines, secret)], secret)


def fits(root: Path, tables: Mapping[str, TableRef], seal: str, lines: int) -> str:
    """What is wrong with the commitments of a seal, all worked out again; empty if nothing is.

    Takes about as long as making the seal did. Without it a seal shows that its signer committed
    to these roots, not that they are the roots of these tables.
    """
    try:
        made = commit(root, tables, read_secret(root), lines)
        with open_regular(root / name_for(seal)) as handle:
            same = handle.read(MOST_BYTES + 1) == made
    except (CaseError, NotCanonical) as error:
        return error.what
    return "" if same else "are not those of the tables and the record"


def as_bytes(tables: Sequence[Committed], secret: bytes) -> bytes:
    """The file that holds these commitments."""
    value: Json = {
        "format": FORMAT,
        "secret_sha256": hashlib.sha256(secret.hex().encode() + b"\n").hexdigest(),
        "tables": [
            {
                "name": one.name,
                "parts": [list(part) for part in one.parts],
                "root": one.root,
                "rows": one.rows,
            }
            for one in tables
        ],
    }
    return canonical.dumps(value) + b"\n"


def _table(root: Path, table: TableRef, secret: bytes) -> Committed:
    tree, parts = merkle.Tree(), parts_of(table.name)
    for number, row in enumerate(rows_of(root, table, parts)):
        tree.add(_leaf(secret, table.name, number, row))
    return Committed(table.name, tree.rows, tree.root(), parts)


def _lines(root: Path, lines: int, secret: bytes) -> Committed:
    tree, parts = merkle.Tree(), parts_of(RECORD)
    for line in raw_lines(root / RECORD):
        if line.number > lines:
            break
        row = [canonical.dumps(part) for part in in_parts(flat(read_entry(line.data)), parts)]
        tree.add(_leaf(secret, RECORD, line.number - 1, row))
    return Committed(RECORD, tree.rows, tree.root(), parts)


def _leaf(secret: bytes, table: str, number: int, row: Sequence[bytes]) -> bytes:
    return merkle.leaf([
        merkle.commitment(merkle.salt(secret, table, number, part), data)
        for part, data in enumerate(row)
    ])  # fmt: skip


# ---- reading -----------------------------------------------------------------------------------


def read_commitments(path: Path) -> tuple[Committed, ...]:
    """The tables of a file of commitments.

    Raises:
        CaseError: it cannot be read.
        NotCanonical: what is wrong with it.
    """
    with open_regular(path) as handle:
        data = handle.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES or not data.endswith(b"\n"):
        raise NotCanonical("is too large, or does not end with a newline")
    value = canonical.loads(data[:-1])
    tables = value.get("tables") if isinstance(value, dict) else None
    if not isinstance(value, dict) or set(value) != {"format", "secret_sha256", "tables"}:
        raise NotCanonical("holds no commitments")
    if value["format"] != FORMAT or not isinstance(tables, list):
        raise NotCanonical("holds commitments of another version")
    found = tuple(_committed(one) for one in tables)
    if len({one.name for one in found}) != len(found):
        raise NotCanonical("names a table twice")
    return found


def _committed(value: Json) -> Committed:
    if not isinstance(value, dict) or set(value) != {"name", "parts", "root", "rows"}:
        raise NotCanonical("a table has fields missing or unknown")
    name, rows, root, parts = (value[key] for key in ("name", "rows", "root", "parts"))
    good = isinstance(name, str) and (name == RECORD or TABLE_NAME.fullmatch(name) is not None)
    columns = parts if isinstance(parts, list) else [None]
    good = good and all(
        isinstance(part, list) and all(isinstance(one, str) for one in part) for part in columns
    )
    if not good or type(rows) is not int or not is_sha256(root):
        raise NotCanonical("a table is named in a way that is none")
    return Committed(str(name), rows, str(root), tuple(tuple(part) for part in columns))  # type: ignore[arg-type]


# ---- showing a part ----------------------------------------------------------------------------


def leaf_of(handed: dict[str, Json], proof: Sequence[str], parts: Parts) -> bytes:
    """The leaf of a row from what is shown of it and what stands for the rest.

    Args:
        handed: Columns that are shown. Under `derived` may stand what somebody worked out of the
            row; no commitment covers that.
        proof: `leaf:HEX` for a row left out whole; else for each part `salt:HEX` if it is shown,
            `hash:HEX` if it is not.
        parts: How the table is parted.

    Raises:
        NotCanonical: no proof, or a value is shown that no commitment covers.
    """
    said = [one.partition(":") for one in proof]
    if any(not is_sha256(digits) for _, _, digits in said):
        raise NotCanonical("is no proof")
    left = {name: value for name, value in handed.items() if name != "derived"}
    kinds = [kind for kind, _, _ in said]
    if kinds == ["leaf"]:
        if left:
            raise NotCanonical("shows a row that is left out whole")
        return bytes.fromhex(said[0][2])
    if len(kinds) != len(parts) + 1 or not set(kinds) <= {"salt", "hash"}:
        raise NotCanonical("has a proof for other parts")
    found = []
    for (kind, _, digits), value in zip(said, in_parts(left, parts), strict=True):
        if kind == "hash" and value:
            raise NotCanonical(f"shows {min(value):.40}, which no commitment covers")
        data = bytes.fromhex(digits)
        found.append(merkle.commitment(data, canonical.dumps(value)) if kind == "salt" else data)
    return merkle.leaf(found)


def strings(line: bytes) -> list[str]:
    """A line of a file of proofs.

    Raises:
        NotCanonical: not a canonical list of text.
    """
    value = canonical.loads(line)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise NotCanonical("is no list of text")
    return [str(one) for one in value]
