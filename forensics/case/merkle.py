r"""Salted commitments to rows, and one hash over all of them in their order.

A plain hash of a row is no secret: whoever guesses the row, an account name say, can try. So each
part of a row is hashed behind 32 bytes of salt, which only the holder of the case can make again:

    salt        HMAC-SHA-256(secret, TABLE "\n" INDEX "\n" PART), numbers from 0, in decimal
    commitment  SHA-256(0x02 SALT JSON); JSON is the canonical object of the columns of the part
    leaf        SHA-256(0x00 COMMITMENT COMMITMENT ...), one for each row
    root        the Merkle tree hash over the leaves in the order of the rows

A part is shown by giving its columns and its salt; it is left out by giving its commitment alone.
Either way the leaf, and so the root, comes out the same.

Source: tree hash of RFC 6962, section 2.1; HMAC of RFC 2104.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

SALT_BYTES = 32


def salt(secret: bytes, table: str, row: int, part: int) -> bytes:
    """The salt of one part of one row; both are counted from 0."""
    return hmac.digest(secret, f"{table}\n{row}\n{part}".encode(), "sha256")


def commitment(salt_: bytes, data: bytes) -> bytes:
    """What stands for the canonical bytes of a part without showing them."""
    return hashlib.sha256(b"\x02" + salt_ + data).digest()


def leaf(commitments: Sequence[bytes]) -> bytes:
    """What stands for a row."""
    return hashlib.sha256(b"\x00" + b"".join(commitments)).digest()


class Tree:
    """The tree hash over leaves as they come; holds one hash for each level only."""

    def __init__(self) -> None:
        self.rows = 0
        self._peaks: list[tuple[int, bytes]] = []
        """Whole subtrees from left to right: (leaves below, hash)."""

    def add(self, leaf_: bytes) -> None:
        """Add the leaf of the next row."""
        self.rows += 1
        size, node = 1, leaf_
        while self._peaks and self._peaks[-1][0] == size:
            node = _node(self._peaks.pop()[1], node)
            size *= 2
        self._peaks.append((size, node))

    def root(self) -> str:
        """The root over the leaves so far, 64 hex digits; of no leaves, the hash of nothing."""
        if not self._peaks:
            return hashlib.sha256(b"").hexdigest()
        node = self._peaks[-1][1]
        for _size, left in reversed(self._peaks[:-1]):
            node = _node(left, node)
        return node.hex()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
