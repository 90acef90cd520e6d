"""Bluesky: the repository of one account as a CAR file, the form of its own-data download.

A CAR file holds blocks; the tree of records (key -> block) is walked from the signed commit, so
that rows come in the order of the keys. Whose clock it is: the author's device's, as in
`bluesky.py`; there is no `indexedAt` here, so the record key is the only check. Posts and reposts
are read; likes, follows and blocks are counted and left. The account is the DID in the commit.

The whole file is decoded at once by `libipld`. Hashes of blocks and the signature of the commit are
not checked: this reader says what the file says, not that the network ever held it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forensics.read.networks.bluesky import (
    CLOCK_NOTE,
    COLUMNS,
    PREFERRED,
    record_values,
)
from forensics.read.options import Table, UnreadableFileError
from forensics.read.records import BadRecord, Format, Record, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAX_BYTES = 512 << 20
_POSTS = ("app.bsky.feed.post", "app.bsky.feed.repost")
_HEADER = (b"eroots", b"gversion")
"""Keys of the header, as CBOR texts."""


def is_bluesky_archive(path: Path, head: bytes) -> bool:
    """True for a CAR file of version 1, by its header."""
    del path
    first = head[:120]
    return first[1:2] in (b"\xa2", b"\xb9") and all(key in first for key in _HEADER)


def open_bluesky_archive(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open a repository.

    Raises:
        UnreadableFileError: too large, damaged, or a CAR file of something else.
    """
    did, blocks, tree = _decoded(path, name)
    others = [0]
    made = Format(
        "bluesky archive, car",
        COLUMNS,
        PREFERRED,
        platform="bluesky",
        clock_writer="device",
        clock_note=CLOCK_NOTE,
    )
    table = table_of(con, _records(did, blocks, tree, others), made, scratch)
    left = f"{others[0]:,} records that are no posts (likes, follows and others) were not read"
    return replace(table, notes=(left,))


def _decoded(path: Path, name: str) -> tuple[str, dict[bytes, Any], bytes]:
    """The account, the blocks by address, and the address of the tree's root."""
    import libipld

    if path.stat().st_size > MAX_BYTES:
        raise UnreadableFileError(
            "the archive is too large",
            reason="too_large",
            where=name,
            todo="give the posts as JSON",
        )
    try:
        header, blocks = libipld.decode_car(path.read_bytes())
    except ValueError as error:
        raise UnreadableFileError(
            f"the archive is damaged ({str(error)[:100]})",
            reason="damaged",
            where=name,
            todo="download it again",
        ) from None
    roots = header.get("roots") if isinstance(header, dict) else None
    commit = blocks.get(roots[0]) if isinstance(roots, list) and roots else None
    did = commit.get("did") if isinstance(commit, dict) else None
    tree = commit.get("data") if isinstance(commit, dict) else None
    if not isinstance(did, str) or not isinstance(tree, bytes):
        raise UnreadableFileError(
            "this CAR file is no repository of an account",
            reason="unknown_format",
            where=name,
            todo="download the repository of the account",
        )
    return did, blocks, tree


def _records(
    did: str, blocks: dict[bytes, Any], tree: bytes, others: list[int]
) -> Iterator[Record | BadRecord]:
    """Posts and reposts in the order of their keys; a block that is missing costs one record."""
    row = 0
    for key, address in _leaves(blocks, tree):
        collection, _, _ = key.partition("/")
        if address is not None and collection not in _POSTS:
            others[0] += 1
            continue
        row += 1
        record = blocks.get(address) if address is not None else None
        if not isinstance(record, dict):
            yield BadRecord(row, "damaged", key)
            continue
        values = record_values(record, collection)
        yield Record(row, values | {"account": did, "did": did, "uri": f"at://{did}/{key}"})


def _leaves(blocks: dict[bytes, Any], root: bytes) -> Iterator[tuple[str, bytes | None]]:
    """Keys and addresses of all records in order; address None for a part that is missing.

    A node lists entries that share the first bytes of their key with the one before, and has
    subtrees to the left of the first and to the right of each. No node is walked twice.
    """
    seen: set[bytes] = set()
    waiting: list[tuple[str, bytes] | bytes] = [root]
    while waiting:
        step = waiting.pop()
        if isinstance(step, tuple):
            yield step
            continue
        node = blocks.get(step)
        if step in seen or not isinstance(node, dict) or not isinstance(node.get("e"), list):
            yield "part of the tree", None
            continue
        seen.add(step)
        steps: list[tuple[str, bytes] | bytes] = []
        if isinstance(node.get("l"), bytes):
            steps.append(node["l"])
        key = b""
        for entry in node["e"]:
            shared, rest, value = entry.get("p"), entry.get("k"), entry.get("v")
            if not (isinstance(shared, int) and isinstance(rest, bytes)):
                continue
            key = key[:shared] + rest
            steps.append((key.decode("utf-8", "replace"), value))
            if isinstance(entry.get("t"), bytes):
                steps.append(entry["t"])
        waiting.extend(reversed(steps))
