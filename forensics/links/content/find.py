"""All ties by content, in one reading of the posts."""

from __future__ import annotations

from forensics.clues import Evidence
from forensics.engine import POOL
from forensics.links.content.addresses import read_addresses, same_url
from forensics.links.content.numbers import same_code, same_uploader
from forensics.links.content.reader import Reader, Stored, column
from forensics.links.content.shares import shares_of
from forensics.links.content.texts import near_text, read_texts, same_text
from forensics.links.coposting.find import co_posting
from forensics.links.edges import EdgeKind, Ties
from forensics.model import Finding, Status

KINDS: tuple[EdgeKind, ...] = (
    "same_text",
    "near_text",
    "same_url",
    "same_code",
    "co_posting",
    "same_uploader",
)
LEAST_ACCOUNTS = 2


def edges(evidence: Evidence) -> Ties:
    """Ties between accounts by what they post: texts, addresses, codes, uploaders, and when."""
    if evidence.posts is None:
        return _without("not_looked", "There are no posts.")
    with Reader(evidence) as reader:
        if len(reader.population.names) < LEAST_ACCOUNTS:
            return _without("insufficient", "There is one account only: nothing can tie it.")
        return _all(evidence, reader)


def _all(evidence: Evidence, reader: Reader) -> Ties:
    """Every kind, in order."""
    texts = read_texts(reader)
    addresses = read_addresses(reader)
    active = texts.same.of_account
    parts = [
        same_text(reader, texts),
        near_text(reader, texts),
        same_url(reader, addresses),
        same_code(evidence, reader, active),
        co_posting(reader, _things(reader, texts.lines, addresses.lines)),
        same_uploader(evidence, reader, active),
    ]
    return Ties(
        [one for part in parts for one in part.edges],
        [one for part in parts for one in part.bursts],
        [one for part in parts for one in part.findings],
        shares_of(reader.population.names, [texts.same.lines, addresses.same.lines]),
    )


def _things(reader: Reader, *others: Stored) -> Stored:
    """Every post of a thing that several may post: a repeated post, a text, an address."""
    named = column("repost_of", "repost_of IS NOT NULL")
    # An export that does not say which post is repeated still has its text.
    copied = column("text", "kind = 'repost' AND repost_of IS NULL AND length(text) >= 20")
    made = [reader.ordered("reposts", f"SELECT * FROM ({named} UNION ALL {copied})"), *others]
    full = [one for one in made if len(one)]
    if len(full) == 1:
        return full[0]
    every = " UNION ALL ".join(f"SELECT * FROM {one.name}" for one in made)
    return reader.ordered("things", f"SELECT * FROM ({every})")


def _without(status: Status, text: str) -> Ties:
    """Every kind with the same answer."""
    return Ties([], [], [Finding(kind, POOL, status, text) for kind in KINDS])
