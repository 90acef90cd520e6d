"""Distinct texts and addresses in one spelling, kept in the database beside the posts.

Values are read some at a time, respelled in Python and put back under the digest of what they
become: no stage holds all of them, however many the accounts wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from forensics.links.content.reader import Reader, Stored, column

Spelled = tuple[int, int, str | None]
"""(Digest of what a value becomes, a number that goes with it, words that go with it)."""


def respell(
    reader: Reader,
    name: str,
    wanted: tuple[str, str],
    spell: Callable[[Sequence[str]], Sequence[Spelled | None]],
) -> int:
    """Make the tables of what values become; how many distinct ones there are.

    The tables are `{name}_given` (given, key), and `{name}` (key, number, words) with each key once
    and in order.

    Args:
        reader: Reads the posts.
        name: Of the tables.
        wanted: SQL of the value and of the condition, as in `Reader.values`.
        spell: What some values become; None for those that are left out.
    """
    reader.execute(f"CREATE TABLE {name}_given (given UBIGINT, key UBIGINT)")
    reader.execute(f"CREATE TABLE {name}_all (key UBIGINT, number INTEGER, words VARCHAR)")
    for batch in reader.values(*wanted):
        spelled = spell([value for _, value in batch])
        kept = [(given, *one) for (given, _), one in zip(batch, spelled, strict=True) if one]
        if not kept:
            continue
        given, key, number, words = zip(*kept, strict=True)
        keys = np.array(key, dtype=np.uint64)
        reader.add(f"{name}_given", {"given": np.array(given, dtype=np.uint64), "key": keys})
        reader.add(
            f"{name}_all",
            {
                "key": keys,
                "number": np.array(number, dtype=np.int32),
                "words": np.array(words, dtype=object),
            },
        )
    reader.execute(
        f"CREATE TABLE {name} AS SELECT key, any_value(number) AS number, "
        f"any_value(words) AS words FROM {name}_all GROUP BY key ORDER BY key"
    )
    reader.execute(f"DROP TABLE {name}_all")
    return int(reader.fetch(f"SELECT COUNT(*) AS n FROM {name}")["n"][0])


def respelled(name: str, wanted: tuple[str, str]) -> str:
    """SQL: the lines of such values under the digests of what they become."""
    return (
        f"SELECT g.key, l.code, l.t_us, l.place FROM ({column(*wanted)}) AS l "
        f"JOIN {name}_given AS g ON l.key = g.given"
    )


def lines_of(reader: Reader, name: str, wanted: tuple[str, str]) -> Stored:
    """The same, kept in order as the table `{name}_lines`."""
    return reader.ordered(f"{name}_lines", respelled(name, wanted))
