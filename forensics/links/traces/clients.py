"""Ties by client mix: accounts that post through the same rare programs in like shares.

Weight: for each program that both use, the smaller of both shares times `10 log10(M / k)`, where k
of M accounts use it. Programs that a tenth of all accounts use tie nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations
from math import log10, sqrt
from typing import NamedTuple

from forensics.clues import Evidence
from forensics.engine import POOL, PostTable
from forensics.links.edges import Edge, Ties
from forensics.links.limits import MOST_EXAMPLES, MOST_PAIRED
from forensics.model import Finding, Json, RowRef

CEILING_MDB = 8_000
LEAST_MDB = 2_000
LEAST_POSTS = 20
LEAST_ACCOUNTS = 20
RARE = 0.1
LEAST_COSINE = 0.8
LIMITS = (
    "A program that is rare here may be common where the accounts come from.",
    "Exports that name the program wrongly, or after its reader, tie accounts of one export.",
)

_CLIENTS = """
    SELECT account, client, CAST(COUNT(*) AS BIGINT), MIN({'o': original, 'r': row})
    FROM posts WHERE client IS NOT NULL AND client <> ''
    GROUP BY account, client ORDER BY account, client"""


class Use(NamedTuple):
    """How one account uses one program."""

    share: float
    row: RowRef


Shares = dict[str, Use]


def edges(evidence: Evidence) -> Ties:
    """Accounts with like client mixes, and a finding."""
    mixes = _mixes(evidence.posts) if evidence.posts is not None else {}
    if len(mixes) < LEAST_ACCOUNTS:
        text = f"{len(mixes):,} accounts name their programs in {LEAST_POSTS} posts: too few."
        return Ties([], [], [Finding("same_client_mix", POOL, "insufficient", text, limits=LIMITS)])
    users: dict[str, list[str]] = defaultdict(list)
    for account in sorted(mixes):
        for client in mixes[account]:
            users[client].append(account)
    most = min(MOST_PAIRED, int(RARE * len(mixes)))
    rare = {client: who for client, who in sorted(users.items()) if 2 <= len(who) <= most}
    gain = {client: 10_000 * log10(len(mixes) / len(who)) for client, who in rare.items()}
    pairs = sorted({pair for who in rare.values() for pair in combinations(who, 2)})
    made = [one for a, b in pairs if (one := _edge(a, b, mixes, gain, rare)) is not None]
    details: dict[str, Json] = {
        "accounts": len(mixes),
        "programs": len(users),
        "rare_programs": len(rare),
        "pairs_compared": len(pairs),
        "edges": len(made),
    }
    text = f"{len(made):,} pairs of {len(mixes):,} accounts post through the same rare programs."
    if not made:
        text = f"No two of {len(mixes):,} accounts share a mix of rare programs."
    status = "found" if made else "nothing_found"
    found = Finding("same_client_mix", POOL, status, text, (), (), LIMITS, details)  # type: ignore[arg-type]
    return Ties(made, [], [found])


def _mixes(posts: PostTable) -> dict[str, Shares]:
    """Account -> share of each program, for accounts with enough posts."""
    with posts.connected() as database:
        lines = database.execute(_CLIENTS).fetchall()
    counts: Mapping[str, dict[str, tuple[int, RowRef]]] = defaultdict(dict)
    for account, client, n, row in lines:
        counts[str(account)][str(client)] = (int(n), RowRef(str(row["o"]), int(row["r"])))
    return {
        account: {client: Use(n / total, row) for client, (n, row) in mine.items()}
        for account, mine in counts.items()
        if (total := sum(n for n, _ in mine.values())) >= LEAST_POSTS
    }


def _edge(
    a: str,
    b: str,
    mixes: Mapping[str, Shares],
    gain: Mapping[str, float],
    rare: Mapping[str, list[str]],
) -> Edge | None:
    """The pair, if its mixes are alike and rare enough."""
    one, other = mixes[a], mixes[b]
    both = sorted(one.keys() & other.keys())
    dot = sum(one[client].share * other[client].share for client in both)
    squares = [sum(use.share**2 for use in mix.values()) for mix in (one, other)]
    norm = sqrt(squares[0] * squares[1])
    shared = [client for client in both if client in gain]
    full = sum(min(one[client].share, other[client].share) * gain[client] for client in shared)
    mdb = min(CEILING_MDB, round(full))
    if dot / norm < LEAST_COSINE or mdb < LEAST_MDB:
        return None
    fewest = min(len(rare[client]) for client in shared)
    rows = [mix[client].row for client in shared for mix in (one, other)]
    expected = sum(len(rare[client]) ** 2 for client in shared) / len(mixes) ** 2
    return Edge(
        a=a,
        b=b,
        kind="same_client_mix",
        directed=False,
        n=len(shared),
        share_first_ppm=None,
        expected_milli=round(1000 * expected),
        p_ppm=None,
        mdb=mdb,
        low_mdb=mdb // 2,
        high_mdb=CEILING_MDB,
        basis="measured",
        first_us=None,
        last_us=None,
        rows=tuple(rows[:MOST_EXAMPLES]),
        rows_total=len(rows),
        statement=(
            f"Both post through the same programs in like shares (cosine {dot / norm:.2f}); "
            f"{fewest:,} of {len(mixes):,} accounts use the rarest of them."
        ),
    )
