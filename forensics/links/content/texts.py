"""The same text, and nearly the same, from several accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.engine.runs import begins
from forensics.links.content.build import Family, PairsOf, ties
from forensics.links.content.incidence import OWN, Firsts, digest, firsts_of, renamed
from forensics.links.content.minhash import LEAST_CHARACTERS, MOST_CHARACTERS, MOST_TEXTS, near
from forensics.links.content.normal import normalised, tokens
from forensics.links.content.pairs import pair_lines, things_of
from forensics.links.content.reader import Reader, Stored
from forensics.links.content.spelling import Spelled, lines_of, respell
from forensics.links.edges import Ties

LEAST_TOKENS = 4
"""Shorter texts (thanks, a greeting) are written anew every day: they are left out and counted."""
TOKEN_MDB = 1_500
"""Each word beyond that raises the ceiling of a text: short ones are reinvented."""
SAME_CEILING = 20_000
NEAR_CEILING = 15_000
TEXT = f"{OWN} AND text IS NOT NULL"
NAME = "texts"
"""Of the tables of texts in the reader's database."""
READ = 20_000
"""Texts that are read at once."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Who posted which text, in one spelling, and which texts are near to each other."""

    lines: Stored
    """Every post; keys are digests of normalised texts."""
    same: Firsts
    """First posts of texts that several accounts posted, or that are near to another."""
    key: NDArray[np.uint64]
    """The keys of `same`, in order."""
    leader: NDArray[np.uint64]
    """Key of the text each is near to; its own where there is none."""
    words: NDArray[np.int64]
    short: int
    """Distinct texts left out because they are short."""
    compared: int
    """Pairs of texts counted exactly."""


class Written:
    """Normalised texts in order of their keys, those that are long enough to be compared."""

    def __init__(self, reader: Reader) -> None:
        """Those of the table of texts."""
        self._reader = reader
        self._table = f"long_{NAME}"
        reader.execute(
            f"CREATE TABLE {self._table} AS SELECT key, words FROM {NAME} WHERE words IS NOT NULL "
            f"ORDER BY key LIMIT {MOST_TEXTS}"
        )
        self.key: NDArray[np.uint64] = reader.fetch(f"SELECT key FROM {self._table}")["key"]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.key)

    def parts(self) -> Iterator[list[str]]:
        """All of them in order, some at a time."""
        for low in range(0, len(self), READ):
            yield self._reader.fetch(
                f"SELECT words FROM {self._table} WHERE rowid >= {low} AND rowid < {low + READ}"
            )["words"].tolist()

    def some(self, places: NDArray[np.int64]) -> Mapping[int, str]:
        """Those at some places."""
        self._reader.execute(f"CREATE OR REPLACE TABLE asked_{NAME} (place BIGINT)")
        self._reader.add(f"asked_{NAME}", {"place": places})
        found = self._reader.fetch(
            f"SELECT t.rowid AS place, words FROM {self._table} AS t "
            f"JOIN asked_{NAME} AS a ON t.rowid = a.place"
        )
        return dict(zip(found["place"].tolist(), found["words"].tolist(), strict=True))


def read_texts(reader: Reader) -> Texts:
    """All texts that accounts wrote themselves, compared with each other."""
    short: set[int] = set()

    def spell(texts: Sequence[str]) -> list[Spelled | None]:
        return [_spelled(text, short) for text in normalised(texts)]

    respell(reader, NAME, ("text", TEXT), spell)
    written = Written(reader)
    grouped = near(written, reader.folder())
    follow = np.flatnonzero(grouped.leader != np.arange(len(written)))
    company = np.union1d(follow, grouped.leader[follow])
    lines = lines_of(reader, NAME, ("text", TEXT))
    same = firsts_of(lines, len(reader.population.names), written.key[company])
    key = same.lines.key[begins(same.lines.key)]
    leader = key.copy()
    leader[np.searchsorted(key, written.key[company])] = written.key[grouped.leader[company]]
    return Texts(lines, same, key, leader, _words(reader, key), len(short), grouped.candidates)


def _spelled(text: str, short: set[int]) -> Spelled | None:
    """A normalised text; what is kept of it is what it is compared by. Short ones are counted."""
    key, count = digest("text", text), tokens(text)
    if count < LEAST_TOKENS:
        short.add(key)
        return None
    return key, count, text[:MOST_CHARACTERS] if len(text) >= LEAST_CHARACTERS else None


def _words(reader: Reader, key: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Words of some texts, by their keys, which rise."""
    reader.execute(f"CREATE TABLE kept_{NAME} (key UBIGINT)")
    reader.add(f"kept_{NAME}", {"key": key})
    found = reader.fetch(f"SELECT number FROM {NAME} JOIN kept_{NAME} USING (key) ORDER BY key")
    return found["number"].astype(np.int64)


def same_text(reader: Reader, texts: Texts) -> Ties:
    """Accounts that posted one text, after both were brought into one spelling."""
    family = Family(
        kind="same_text",
        ceiling_mdb=SAME_CEILING,
        one="text",
        many="texts",
        name=lambda key: f"text {key:016x}",
        active=texts.same.of_account,
        things=texts.same.things,
        cap_key=texts.key,
        cap_mdb=caps(texts.words),
        counts={"short_texts": texts.short, "least_words": LEAST_TOKENS},
        left_out=f"Texts under {LEAST_TOKENS} words were left out: {texts.short:,}.",
    )
    return ties(family, reader, texts.same.lines)


def near_text(reader: Reader, texts: Texts) -> Ties:
    """Accounts that posted texts that are near to one another and not the same."""
    grouped = np.isin(texts.key, texts.leader[texts.leader != texts.key])
    grouped |= texts.leader != texts.key
    lines = renamed(texts.same.lines, texts.key, texts.leader, grouped)
    family = Family(
        kind="near_text",
        ceiling_mdb=NEAR_CEILING,
        one="nearly equal text",
        many="nearly equal texts",
        name=lambda key: f"near {key:016x}",
        active=texts.same.of_account,
        cap_key=texts.key,
        cap_mdb=caps(texts.words),
        counts={"compared": texts.compared, "groups": len(np.unique(texts.leader[grouped]))},
    )
    return ties(family, reader, lines.firsts(), _identical(texts, grouped, reader))


def caps(words: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ceiling of a text by its words, in milli-decibans."""
    return (words - LEAST_TOKENS + 1) * TOKEN_MDB


def _identical(texts: Texts, grouped: NDArray[np.bool_], reader: Reader) -> PairsOf:
    """Pairs that share the very text, by its leader: same_text has them."""
    exact = renamed(texts.same.lines, texts.key, texts.key, grouped)
    things = things_of(exact, len(reader.population.names))
    lines = pair_lines(exact, things)
    leader = texts.leader[np.searchsorted(texts.key, things.key[lines.key])]
    return lines.a, lines.b, leader
