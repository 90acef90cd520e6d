"""The type of a tie between two accounts, and of an event that ties too many to be pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from forensics.errors import LinkError
from forensics.links.limits import MOST_EXAMPLES
from forensics.model import Finding, RowRef, WeightBasis

if TYPE_CHECKING:
    from forensics.links.content.shares import Shares

EdgeKind = Literal[
    "same_text",
    "near_text",
    "same_url",
    "same_code",
    "co_posting",
    "same_picture",
    "same_device",
    "same_document",
    "same_uploader",
    "same_batch",
    "same_client_mix",
    "same_crew",
]
"""What two accounts have in common."""
EDGE_KINDS: tuple[EdgeKind, ...] = get_args(EdgeKind)
"""All kinds, in the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Two accounts that have something in common, how much that says, and where it stands."""

    a: str
    """The first name in order; for a directed edge the account that came first more often."""
    b: str
    kind: EdgeKind
    directed: bool
    n: int
    """Things they have in common (texts, addresses, codes, shared objects in the window)."""
    share_first_ppm: int | None
    """Share of the things that `a` posted before `b`; None where order was not looked at."""
    expected_milli: int | None
    """Thousandths of a thing that two comparable accounts share by the null model."""
    p_ppm: int | None
    """Chance of as many under the null model, corrected for the pairs looked at."""
    mdb: int
    """Milli-decibans for "run together" against "two comparable accounts", under the ceiling."""
    low_mdb: int
    high_mdb: int
    basis: WeightBasis
    first_us: int | None
    """Time of the first row that carries it, UTC microseconds; None where it has no time."""
    last_us: int | None
    rows: tuple[RowRef, ...]
    """At most ten examples."""
    rows_total: int
    statement: str
    """One sentence that says what is shared, without quoting what an account wrote."""

    def __post_init__(self) -> None:
        """Keep the list of kinds closed and undirected pairs in one order."""
        if self.kind not in EDGE_KINDS:
            raise LinkError(f"unknown kind of edge {self.kind!r}", where=self.statement[:60])
        if self.a == self.b or (not self.directed and self.a > self.b):
            raise LinkError("an edge ties two accounts, in order of name", where=self.kind)
        if len(self.rows) > MOST_EXAMPLES:
            raise LinkError("an edge names ten rows at most", where=self.kind)


@dataclass(frozen=True, slots=True)
class Burst:
    """One thing that more accounts posted than pairs are made of: a single edge among many."""

    kind: EdgeKind
    key: str
    """What they share, by a name that is safe to print: a digest or a masked code."""
    first_us: int
    """Time of the first post of the window, UTC microseconds."""
    last_us: int
    accounts: int
    first: str
    """The account that posted first; the first by name among equals."""
    rows: tuple[RowRef, ...]
    """The earliest rows, ten at most."""
    rows_total: int
    statement: str

    def __post_init__(self) -> None:
        """Keep the list of kinds closed."""
        if self.kind not in EDGE_KINDS:
            raise LinkError(f"unknown kind of burst {self.kind!r}", where=self.key)


class Ties(NamedTuple):
    """What one family of edges gives back."""

    edges: list[Edge]
    bursts: list[Burst]
    findings: list[Finding]
    """One for each kind that was looked at, also where nothing was found."""
    shares: Shares | None = None
    """First postings of shared contents, from the family that reads them."""
