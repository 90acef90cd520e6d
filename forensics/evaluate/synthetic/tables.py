"""Made-up units as exports that `gnomon` reads, and as activity without any file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from forensics import clock
from forensics.clues.activity import Activity
from forensics.clues.moments import Moments
from forensics.clues.quarters import thin
from forensics.evaluate.synthetic.unit import SyntheticAccount, SyntheticUnit

MILLION = 1_000_000
CSV_HEADER = "account,created_at,kind,client,lang,cluster"


def _written(account: SyntheticAccount, t_s: int) -> str:
    """The time as the account's own clock writes it: UTC, or with its offset."""
    if account.stamped_min is None:
        return clock.utc_text(t_s * MILLION)
    local = clock.utc_text((t_s + account.stamped_min * 60) * MILLION).removesuffix("Z")
    sign = "-" if account.stamped_min < 0 else "+"
    hours, minutes = divmod(abs(account.stamped_min), 60)
    return f"{local}{sign}{hours:02d}:{minutes:02d}"


def _rows(unit: SyntheticUnit) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Rows in order of account and time."""
    for account in unit.accounts:
        columns = (account.t_s.tolist(), account.kind, account.client, account.language)
        for t_s, kind, client, language in zip(*columns, strict=True):
            yield (
                account.name, _written(account, t_s), str(kind), str(client), str(language),
                unit.name,
            )  # fmt: skip


def write_ndjson(unit: SyntheticUnit, path: Path) -> None:
    """Write the posts as one JSON object a line; the column `cluster` names the unit."""
    names = CSV_HEADER.split(",")
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for row in _rows(unit):
            out.write(json.dumps(dict(zip(names, row, strict=True))) + "\n")


def write_csv(unit: SyntheticUnit, path: Path) -> None:
    """Write the posts as CSV; no field of a made-up post needs quotes."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(CSV_HEADER + "\n")
        for row in _rows(unit):
            out.write(",".join(row) + "\n")


def activity_of(unit: SyntheticUnit, accounts: Sequence[str] | None = None) -> Activity:
    """What a reader would count of the unit, or of some of its accounts as one unit.

    Rows carry no reference: nothing was read from a file.
    """
    chosen = [a for a in unit.accounts if accounts is None or a.name in accounts]
    chosen = sorted(chosen, key=lambda one: one.name)
    quarters = [account.t_s // 900 for account in chosen]
    q, n = np.unique(np.concatenate([np.empty(0, np.int64), *quarters]), return_counts=True)
    basis = ["written_offset" for _ in chosen]
    clocks: dict[tuple[str, bool], int] = {}
    for account, how in zip(chosen, basis, strict=True):
        if len(account):
            clocks[how, False] = clocks.get((how, False), 0) + len(account)
    name = unit.name if accounts is None or len(chosen) != 1 else chosen[0].name
    return Activity(
        unit=name,
        accounts=tuple(account.name for account in chosen),
        hours=tuple(thin(part) for part in quarters if len(part)),
        q=q.astype(np.int64),
        n=n.astype(np.int64),
        clocks=clocks,
        rows=(),
    )


def activities_of(unit: SyntheticUnit) -> tuple[Activity, ...]:
    """One activity an account, in order of account."""
    return tuple(activity_of(unit, [name]) for name in sorted(a.name for a in unit.accounts))


def moments_of(unit: SyntheticUnit, accounts: Sequence[str] | None = None) -> Moments:
    """The single posts of the unit, or of some of its accounts, with no reference to any row."""
    chosen = [a for a in unit.accounts if accounts is None or a.name in accounts]
    chosen = sorted(chosen, key=lambda one: one.name)
    size = sum(len(one) for one in chosen)
    coded = {}
    for what in ("client", "kind", "language"):
        words = np.concatenate([np.empty(0, "<U1"), *(getattr(one, what) for one in chosen)])
        names, codes = np.unique(words, return_inverse=True)
        coded[what] = (codes.astype(np.int32), tuple(str(name) for name in names))
    return Moments(
        unit=unit.name if accounts is None or len(chosen) != 1 else chosen[0].name,
        accounts=tuple(one.name for one in chosen),
        owner=np.repeat(np.arange(len(chosen)), [len(one) for one in chosen]).astype(np.int32),
        t_s=np.concatenate([np.empty(0, np.int64), *(one.t_s for one in chosen)]),
        precision_s=np.ones(size, dtype=np.int32),
        client=coded["client"][0],
        kind=coded["kind"][0],
        language=coded["language"][0],
        original=np.full(size, -1, dtype=np.int32),
        row=np.zeros(size, dtype=np.int64),
        clients=coded["client"][1],
        kinds=coded["kind"][1],
        languages=coded["language"][1],
    )
