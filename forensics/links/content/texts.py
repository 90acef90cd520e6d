"""The same text, and nearly the same, from several accounts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forensics.links.content.build import Family, ties
from forensics.links.content.incidence import OWN, Incidence, Reader, digest, nothing, renamed
from forensics.links.content.minhash import near
from forensics.links.content.normal import normalised, tokens
from forensics.links.content.pairs import pair_lines, things_of
from forensics.links.edges import Ties

LEAST_TOKENS = 4
"""Shorter texts (thanks, a greeting) are written anew every day: they are left out and counted."""
TOKEN_MDB = 1_500
"""Each word beyond that raises the ceiling of a text: short ones are reinvented."""
SAME_CEILING = 20_000
NEAR_CEILING = 15_000
TEXT = f"{OWN} AND text IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Texts:
    """Who posted which text, in one spelling, and which texts are near to each other."""

    same: Incidence
    """Keys are digests of normalised texts; in order, for it is counted several times."""
    key: NDArray[np.uint64]
    """All keys, in order."""
    leader: NDArray[np.uint64]
    """Key of the text each is near to; its own where there is none."""
    words: NDArray[np.int64]
    short: int
    """Distinct texts left out because they are short."""
    compared: int
    """Pairs of texts counted exactly."""


def read_texts(reader: Reader) -> Texts:
    """All texts that accounts wrote themselves, compared with each other."""
    lines = reader.column("text", TEXT)
    raw: list[int] = []
    made: list[int] = []
    words: list[int] = []
    known: dict[int, str] = {}
    short = set()
    for batch in reader.values("text", TEXT):
        for (given, _), text in zip(batch, normalised([one for _, one in batch]), strict=True):
            key, count = digest("text", text), tokens(text)
            if count < LEAST_TOKENS:
                short.add(key)
                continue
            raw.append(given)
            made.append(key)
            if key not in known:
                known[key] = text
                words.append(count)
    if not known:
        none = np.empty(0, dtype=np.uint64)
        return Texts(nothing(), none, none, np.empty(0, dtype=np.int64), len(short), 0)
    keys = np.fromiter(known, dtype=np.uint64, count=len(known))
    order = np.argsort(keys)
    texts = list(known.values())
    grouped = near([texts[at] for at in order])
    originals = np.asarray(raw, dtype=np.uint64)
    # A text of the case may stand in the controls too: it comes twice.
    by_given, place = np.unique(originals, return_index=True)
    new = np.asarray(made, dtype=np.uint64)[place]
    same = renamed(lines, by_given, new, np.ones(len(by_given), dtype=bool)).ordered()
    keys = keys[order]
    return Texts(
        same,
        keys,
        keys[grouped.leader],
        np.asarray(words, dtype=np.int64)[order],
        len(short),
        grouped.candidates,
    )


def same_text(reader: Reader, texts: Texts) -> Ties:
    """Accounts that posted one text, after both were brought into one spelling."""
    family = Family(
        kind="same_text",
        ceiling_mdb=SAME_CEILING,
        one="text",
        many="texts",
        name=lambda key: f"text {key:016x}",
        cap_key=texts.key,
        cap_mdb=caps(texts.words),
        counts={"short_texts": texts.short, "least_words": LEAST_TOKENS},
        left_out=f"Texts under {LEAST_TOKENS} words were left out: {texts.short:,}.",
    )
    return ties(family, reader, texts.same.firsts())


def near_text(reader: Reader, texts: Texts) -> Ties:
    """Accounts that posted texts that are near to one another and not the same."""
    grouped = np.isin(texts.key, texts.leader[texts.leader != texts.key])
    grouped |= texts.leader != texts.key
    lines = renamed(texts.same, texts.key, texts.leader, grouped)
    family = Family(
        kind="near_text",
        ceiling_mdb=NEAR_CEILING,
        one="nearly equal text",
        many="nearly equal texts",
        name=lambda key: f"near {key:016x}",
        active=activity(reader, texts),
        cap_key=texts.key,
        cap_mdb=caps(texts.words),
        counts={"compared": texts.compared, "groups": len(np.unique(texts.leader[grouped]))},
    )
    return ties(family, reader, lines.firsts(), _identical(texts, grouped, reader))


def activity(reader: Reader, texts: Texts) -> NDArray[np.int64]:
    """Distinct texts of each account of the case."""
    accounts = texts.same.firsts().account
    size = len(reader.population.names)
    return np.bincount(accounts[accounts < size], minlength=size).astype(np.int64)


def caps(words: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ceiling of a text by its words, in milli-decibans."""
    return (words - LEAST_TOKENS + 1) * TOKEN_MDB


def _identical(
    texts: Texts, grouped: NDArray[np.bool_], reader: Reader
) -> set[tuple[int, int, int]]:
    """(Account, account, leader) of pairs that share the very text: same_text has them."""
    exact = renamed(texts.same, texts.key, texts.key, grouped).firsts()
    things = things_of(exact, len(reader.population.names))
    lines = pair_lines(exact, replace(things, paired=things.paired))
    leader = texts.leader[np.searchsorted(texts.key, things.key[lines.key])]
    return set(zip(lines.a.tolist(), lines.b.tolist(), leader.tolist(), strict=True))
