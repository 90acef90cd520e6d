"""From a row or a file upward: what names it, and what may rest on it besides.

Observations name at most ten rows as examples and count the others. So two answers are given and
kept apart: what names this very row, and which clues are about the account that posted it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator

from forensics.job.walk.down import clue_facts, percent
from forensics.job.walk.tables import Row, Tables
from forensics.job.walk.tree import Node

MOST = 12
"""Users of one kind that are named; the others are counted."""


def users_of_row(tables: Tables, sha256: str, row: int, account: str) -> tuple[Node, ...]:
    """What uses a row.

    Args:
        tables: The case.
        sha256: Its file.
        row: Its number.
        account: Who posted it; empty if that is not known.
    """
    needle = [f'{{"original":"{sha256}","row":{row}}}'.encode()]
    named = [str(one["id"]) for one in tables.rows("observations.jsonl", needle)]
    nodes = [_users("named as an example by", list(_observations(tables, named)))]
    ties = [_tie(one) for one in tables.rows("edges.jsonl", needle)]
    if ties:
        nodes.append(_users("named by ties between accounts", ties))
    if account:
        quoted = json.dumps(account, ensure_ascii=False).encode()
        about = [one for one in tables.rows("clues.jsonl", [quoted]) if account in one["accounts"]]
        others = [one for one in about if not set(one["observations"]) & set(named)]
        clues = list(_clues(tables, others))
        nodes.append(_users(f"clues about its account, {account}, that may count it too", clues))
    return tuple(nodes)


def users_of_file(tables: Tables, sha256: str) -> tuple[Node, ...]:
    """What names a file or a row of it."""
    needle = [f'"original":"{sha256}"'.encode()]
    named = [
        str(one["id"])
        for one in tables.rows("observations.jsonl", needle)
        if any(ref["original"] == sha256 for ref in one["rows"])
    ]
    return (_users("rows of it are named by", list(_observations(tables, named))),)


def _users(says: str, below: list[Node]) -> Node:
    rest = len(below) - MOST
    facts = (("not shown", f"{rest:,} more"),) if rest > 0 else ()
    return Node("users", says, "" if below else "nothing", facts, None, tuple(below[:MOST]))


def _observations(tables: Tables, ids: Collection[str]) -> Iterator[Node]:
    """Observations, each with the clues that rest on it."""
    if not ids:
        return
    found = tables.with_ids("observations.jsonl", ids)
    needles = [json.dumps(name, ensure_ascii=False).encode() for name in ids]
    clues = list(tables.rows("clues.jsonl", needles))
    for name, row in found.items():
        resting = [one for one in clues if name in one["observations"]]
        below = tuple(_clues(tables, resting))
        facts = () if below else (("clue", "none rests on it: it is shown only"),)
        yield Node("observation", name, str(row["statement"]), facts, None, below)


def _clues(tables: Tables, rows: Collection[Row]) -> Iterator[Node]:
    """Clues, each with the weights it moves and the conclusions that name it."""
    numbers = {str(row["clue"]): row for row in tables.numbers}
    for row in rows:
        number = numbers.get(str(row["id"]), {})
        below = tuple(_conclusions(tables, row, str(number.get("group", ""))))
        facts = clue_facts(row, number)[:3]
        yield Node("clue", str(row["id"]), str(row["statement"]), facts, None, below)


def _conclusions(tables: Tables, clue: Row, group: str) -> Iterator[Node]:
    unit = str(clue["unit"])
    leader = tables.leader(unit)
    for one in tables.weights:
        if (one["unit"], one["group"], one["hypothesis"]) == (unit, group, leader):
            yield Node("weight", f"{unit}/{group}/{leader}", str(one["reason"]))
    end = tables.conclusions.get(unit)
    if end is not None and clue["id"] in end["clues"]:
        facts = (("probability", percent(end["probability_ppm"])),)
        yield Node("conclusion", f"conclusion:{unit}", str(end["statement"]), facts)
    for entry in tables.entries:
        listed = entry.body.get("clues")
        if entry.kind == "conclude" and isinstance(listed, list) and clue["id"] in listed:
            said = str(entry.body.get("statement", ""))
            yield Node("line", f"line {entry.seq + 1}", said, (("who", entry.who),))


def _tie(row: Row) -> Node:
    return Node("finding", f"{row['a']} - {row['b']} ({row['kind']})", str(row["statement"]))
