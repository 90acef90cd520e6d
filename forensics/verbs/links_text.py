"""Ties and groups as lines of at most 80 columns, and as JSON."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from forensics.links.edges import EDGE_KINDS, Edge
from forensics.verbs.console import printable

WIDTH = 80
GROUPS_SHOWN = 20
EDGES_SHOWN = 20
NAMES_SHOWN = 12
NAME_WIDTH = 18


def links_json(
    edges: Sequence[Edge], groups: Sequence[Mapping[str, Any]], finding: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything as one object."""
    return {
        "edges": [asdict(one) for one in edges],
        "groups": [dict(one) for one in groups],
        "statement": finding["statement"],
        "status": finding["status"],
        "limits": finding["limits"],
        "sweep": finding["details"]["sweep"],
        "noise": finding["details"]["noise"],
    }


def links_text(
    edges: Sequence[Edge], groups: Sequence[Mapping[str, Any]], finding: Mapping[str, Any]
) -> Iterator[str]:
    """Counts by kind, groups, heaviest edges, and what other costs of a pair would give."""
    yield from textwrap.wrap(str(finding["statement"]), WIDTH)
    counts = Counter(one.kind for one in edges)
    told = [f"{kind.replace('_', ' ')} {counts[kind]:,}" for kind in EDGE_KINDS if counts[kind]]
    yield ""
    yield from textwrap.wrap(f"Ties: {', '.join(told) or 'none'}.", WIDTH)
    for row in groups[:GROUPS_SHOWN]:
        yield ""
        yield from _group(row)
    if len(groups) > GROUPS_SHOWN:
        yield f"{len(groups) - GROUPS_SHOWN:,} more: --json"
    if edges:
        yield ""
        yield from _edges(edges)
    yield ""
    yield f"{'cost of a pair':>14}{'communities':>13}{'accounts':>10}{'groups found again':>20}"
    for row in finding["details"]["sweep"]:
        cost = f"{row['cost_mdb'] / 1000:.1f} dB"
        yield f"{cost:>14}{row['communities']:>13,}{row['accounts']:>10,}{row['found_again']:>20,}"
    yield ""
    for limit in finding["limits"]:
        yield from textwrap.wrap(str(limit), WIDTH)


def _group(row: Mapping[str, Any]) -> Iterator[str]:
    """One group: size, what it rests on, how firm it is, who is in it."""
    word = "one shared thing, no group" if row["support"] == "one thing" else row["support"]
    firm = f"found again {row['stability_ppm'] / 10_000:.0f} %"
    shaky = "" if row["stable"] else " (unstable)"
    yield f"{row['group']}: {row['size']:,} accounts, {word}, {firm}{shaky}"
    kinds = ", ".join(f"{kind.replace('_', ' ')} {n:,}" for kind, n in row["kinds"].items())
    weight = f"{row['mean_mdb'] / 1000:.1f} dB a pair, chance {row['p_ppm'] / 1e6:.2f}"
    yield from _wrapped(f"rests on {kinds}; {weight}")
    names = [f"{printable(name)}" for name in row["members"][:NAMES_SHOWN]]
    more = row["size"] - len(names)
    yield from _wrapped(", ".join(names) + (f" and {more:,} more" if more > 0 else ""))
    if row["loose_total"]:
        yield from _wrapped(f"{row['loose_total']:,} more hang on it by a single tie")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _edges(edges: Sequence[Edge]) -> Iterator[str]:
    """The heaviest edges as a table."""
    yield f"{'one':<{NAME_WIDTH}} {'the other':<{NAME_WIDTH}} {'kind':<16}{'things':>7}{'dB':>7}"
    heavy = sorted(edges, key=lambda one: (-one.mdb, one.kind, one.a, one.b))
    for one in heavy[:EDGES_SHOWN]:
        names = " ".join(f"{_cut(name):<{NAME_WIDTH}}" for name in (one.a, one.b))
        kind = one.kind.replace("_", " ")
        yield f"{names} {kind:<16}{one.n:>7,}{one.mdb / 1000:>7.1f}"
    if len(edges) > EDGES_SHOWN:
        yield f"{len(edges) - EDGES_SHOWN:,} more edges: --json, or --graph FILE"


def _cut(name: str) -> str:
    """A name that fits its column."""
    shown = printable(name)
    return shown if len(shown) <= NAME_WIDTH else f"{shown[: NAME_WIDTH - 3]}..."
