"""Texts that accounts wrote themselves: one by one, or counted by what stands in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from forensics.engine.posts import PostTable, TextHit

_BATCH = 10_000
_OWN = "text IS NOT NULL AND kind <> 'repost'"
"""A repost is somebody else's text."""


def own_texts(posts: PostTable) -> Iterator[TextHit]:
    """Posts with a text that are no reposts, in the order of the table."""
    with posts.connected() as con:
        found = con.execute(
            f"""SELECT original, row, account, t_us, text FROM posts WHERE {_OWN}
            ORDER BY account, t_us, original, row"""
        )
        while rows := found.fetchmany(_BATCH):
            yield from map(TextHit._make, rows)


def marks(
    posts: PostTable, patterns: Mapping[str, str], *, never_ascii: Collection[str] = ()
) -> list[tuple[str, int, dict[str, int]]]:
    """(Account, its own texts, how many of them match each RE2 pattern), in order of account.

    Args:
        posts: The table.
        patterns: Name of a mark -> pattern, found anywhere in the text.
        never_ascii: Marks that no text of plain ASCII has: theirs are not tried on one.
    """
    # A text with as many bytes as characters is plain ASCII.
    skip = "WHEN strlen(text) = length(text) THEN NULL "
    counts = "".join(
        f", COUNT(CASE {skip if name in never_ascii else ''}"
        "WHEN regexp_matches(text, ?) THEN 1 END)"
        for name in patterns
    )
    with posts.connected() as con:
        rows = con.execute(
            f"""SELECT account, COUNT(*){counts} FROM posts WHERE {_OWN}
            GROUP BY account ORDER BY account""",
            list(patterns.values()),
        ).fetchall()
    return [
        (str(row[0]), int(row[1]), dict(zip(patterns, map(int, row[2:]), strict=True)))
        for row in rows
    ]
