"""How alike two accounts are in what they write about: words weighed by how rare they are.

Names of places are taken out first: controls that were chosen for naming the same place could not
show that others name it less.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from forensics.clues.placenames.lexicon import SCRIPTS, lexicon, scripts_of
from forensics.clues.placenames.search import names_in
from forensics.engine import PostTable
from forensics.engine.posts import TextHit
from forensics.engine.samples import texts_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

BUCKETS = 1 << 16
MOST_TEXTS = 60_000
"""Texts read in all: what bounds the time."""
MOST_EACH, LEAST_EACH = 50, 5
ENOUGH_TEXTS = 5
"""An account with fewer texts has no topic."""
_WORDS = re.compile(r"https?://\S+|[@＠]\w+|([㐀-鿿]+)|([^\W\d_]{3,})")


def terms(text: str) -> Iterator[int]:
    """Buckets of the words of a text, and of the pairs of characters of Han script."""
    for found in _WORDS.finditer(text.lower()):
        han, word = found.groups()
        if word:
            yield zlib.crc32(word.encode("utf-8", "replace")) % BUCKETS
        elif han:
            for at in range(len(han) - 1):
                yield zlib.crc32(han[at : at + 2].encode()) % BUCKETS


class Topics:
    """Word vectors of accounts, of unit length."""

    def __init__(self, sides: Sequence[tuple[PostTable, Collection[str]]]) -> None:
        """Read a sample of the own texts of each account.

        Args:
            sides: Tables of posts, each with the accounts to compare that count in it.
        """
        number = sum(len(accounts) for _, accounts in sides)
        each = min(MOST_EACH, max(LEAST_EACH, MOST_TEXTS // max(1, number)))
        counts: dict[str, Counter[int]] = {}
        texts: Counter[str] = Counter()
        for hit, plain in _without_places(
            hit for table, accounts in sides for hit in texts_of(table, accounts, each)
        ):
            texts[hit.account] += 1
            counts.setdefault(hit.account, Counter()).update(set(terms(plain)))
        known = sorted(name for name, n in texts.items() if n >= ENOUGH_TEXTS and counts[name])
        self.rows = {name: number for number, name in enumerate(known)}
        self._matrix = _weighed([counts[name] for name in known])

    def likeness(self, account: str, others: Sequence[str]) -> list[float]:
        """Cosine with each of the others, 0 to 1; 0 where either has no topic."""
        if account not in self.rows:
            return [0.0] * len(others)
        known = [name for name in others if name in self.rows]
        rows = [self.rows[name] for name in known]
        products = self._matrix[rows] @ self._matrix[self.rows[account]].T if rows else None
        values = [] if products is None else products.toarray()[:, 0].tolist()
        found = dict(zip(known, values, strict=True))
        return [found.get(name, 0.0) for name in others]


def _without_places(hits: Iterable[TextHit]) -> Iterator[tuple[TextHit, str]]:
    """Each text with the names of places in it blanked out."""
    patterns = {script: re.compile(pattern) for script, pattern in SCRIPTS.items()}
    occurring: set[str] = set()
    for hit in hits:
        occurring |= {name for name, pattern in patterns.items() if pattern.search(hit.text)}
        scripts = scripts_of(occurring)
        text = hit.text
        if scripts:
            for one in reversed(names_in(text, lexicon(scripts))):
                text = f"{text[: one.start]} {text[one.end :]}"
        yield hit, text


def _weighed(counts: Sequence[Counter[int]]) -> csr_matrix:
    """Rows log(1 + texts with the word) x log(accounts / accounts with it), of unit length."""
    from scipy.sparse import csr_matrix

    frequency: Counter[int] = Counter()
    for one in counts:
        frequency.update(one.keys())
    data: list[float] = []
    columns: list[int] = []
    edges = [0]
    for one in counts:
        order = sorted(one)
        row = np.array([math.log1p(one[t]) * math.log(len(counts) / frequency[t]) for t in order])
        length = float(np.sqrt((row**2).sum()))
        data += (row / length if length else row).tolist()
        columns += order
        edges.append(len(columns))
    return csr_matrix((data, columns, edges), shape=(len(counts), BUCKETS))
