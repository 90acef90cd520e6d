"""Ties by content and by time: bounds, errors, and two programs of the field side by side.

    python benchmarks/links_content.py [--million] [--election german_election_2021.parquet]
                                       [--toolkit PYTHON] [--datasketch PYTHON]

`--million` makes a million posts of which one text is posted by 10,000 accounts within a minute.
`--election` reads accounts and times of real shares; what they shared is not in the file, so that
each post is given a thing by a fixed rule (see `things_of`). The definitions of CooRTweet 2.1 and
the Coordination Network Toolkit 1.5 are written here anew in pandas, from their documentation;
`--toolkit` names an interpreter that has the latter installed, to run the program itself.
`--datasketch` names one that has datasketch, to time it on the same texts.

Everything is made by fixed seeds. Times depend on the machine; they are printed with its load.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from links_definitions import election, shifted
from links_tables import evidence, table, wilson

from forensics.engine import PostTable
from forensics.links.content.find import edges as content_edges
from forensics.links.groups.find import firsts_of, groups_of

# ---- planted copies ------------------------------------------------------------------------------


def words(rng: np.random.Generator, count: int) -> list[str]:
    """Made-up words."""
    letters = np.array(list("abcdefghiklmnoprstuvwxyz"))
    return ["".join(rng.choice(letters, int(rng.integers(2, 10)))) for _ in range(count)]


def disguised(text: str, rng: np.random.Generator) -> str:
    """The same text as somebody would disguise it."""
    how = int(rng.integers(6))
    if how == 0:
        return text.upper() + " !!!"
    if how == 1:
        return "\u200b".join(text.split(" ")).replace("\u200b", " \u200b")
    if how == 2:
        return text.replace("o", "\u043e").replace("a", "\u0430")
    if how == 3:
        return f"@somebody {text} https://t.co/{int(rng.integers(10**6))}"
    if how == 4:
        return text.replace(" ", "\u3001 ", 2) + "\u3002"
    parts = text.split(" ")
    parts[int(rng.integers(len(parts)))] = "other"
    return " ".join(parts)


def planted(seed: int) -> tuple[pd.DataFrame, set[tuple[str, str]]]:
    """1,000 accounts, 20 groups of 5 that copy each other six times, and what everybody posts."""
    rng = np.random.default_rng(seed)
    known = np.array(words(rng, 4000), dtype=object)
    rows: list[tuple[str, int, str]] = []
    for account in range(1000):
        for _ in range(30):
            text = " ".join(rng.choice(known, int(rng.integers(6, 20))))
            rows.append((f"a{account:04d}", int(rng.integers(90 * 86_400)), text))
        for common in range(3):  # greetings and a viral text
            if rng.random() < 0.15:
                said = ("happy new year to all of you my friends", "thank you so much",
                        "what a match tonight, unbelievable scenes everywhere")[common]  # fmt: skip
                rows.append((f"a{account:04d}", int(rng.integers(90 * 86_400)), said))
    pairs = set()
    for group in range(20):
        members = [f"a{int(i):04d}" for i in range(group * 5, group * 5 + 5)]
        pairs |= {(x, y) for x in members for y in members if x < y}
        for _ in range(6):
            text = " ".join(rng.choice(known, 14))
            begin = int(rng.integers(90 * 86_400))
            for member in members:
                if rng.random() < 0.7:
                    later = begin + int(rng.integers(86_400))
                    rows.append((member, later, disguised(text, rng)))
    frame = pd.DataFrame(rows, columns=["account", "t_s", "text"])
    frame["t_us"] = (frame["t_s"] + 1_600_000_000) * 1_000_000
    return frame, pairs


def copies(trials: int = 5) -> None:
    """Precision and recall of pairs tied by texts, by the least weight asked for."""
    found: list[tuple[int, int, str, bool]] = []
    truth = 0
    for seed in range(trials):
        frame, pairs = planted(seed)
        truth += len(pairs)
        with tempfile.TemporaryDirectory() as folder:
            told = content_edges(evidence(table(frame, Path(folder))))
        best: dict[tuple[str, str], int] = {}
        exact: dict[tuple[str, str], int] = {}
        for one in told.edges:
            if one.kind in {"same_text", "near_text"}:
                pair = (one.a, one.b)
                best[pair] = max(best.get(pair, 0), one.mdb)
                if one.kind == "same_text":
                    exact[pair] = one.mdb
        found += [(seed, mdb, "both", pair in pairs) for pair, mdb in best.items()]
        found += [(seed, mdb, "same", pair in pairs) for pair, mdb in exact.items()]
    print(f"planted copies, {trials} x 20 groups of 5 in 1,000 accounts, disguised:")
    for least in (3_000, 6_000, 10_000):
        both = [good for _, mdb, kind, good in found if kind == "both" and mdb >= least]
        same = [good for _, mdb, kind, good in found if kind == "same" and mdb >= least]
        print(
            f"  from {least // 1000} dB: precision {wilson(sum(both), len(both))}, recall "
            f"{wilson(sum(both), truth)}; same_text alone {wilson(sum(same), truth)}"
        )


# ---- a million posts -----------------------------------------------------------------------------


def million(posts: int = 1_000_000, viral: int = 10_000) -> None:
    """Time and memory where one text goes round."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "posts.parquet"
        with duckdb.connect(config={"threads": "1", "memory_limit": "1GB"}) as con:
            con.execute(_MILLION.format(rest=posts - viral, viral=viral, posts=posts, path=path))
        subprocess.run(  # our own code, in a process whose memory is its own
            [sys.executable, str(Path(__file__).resolve()), "--measured", str(folder)],
            check=True,
            cwd=Path(__file__).parents[1],
        )


_MILLION = """COPY (SELECT repeat('a', 64) AS original,
    row_number() OVER (ORDER BY account, t_us, k)::BIGINT AS row, account, t_us,
    1::INTEGER AS precision_s, 'platform_utc' AS basis, NULL::SMALLINT AS offset_min,
    NULL::VARCHAR AS id, 'original' AS kind, NULL::VARCHAR AS client, NULL::VARCHAR AS language,
    text, NULL::VARCHAR AS label, NULL::VARCHAR AS media, NULL::VARCHAR AS unit,
    NULL::BIGINT AS id_gap_s, urls, NULL::VARCHAR AS repost_of
FROM (
    SELECT k, 'acct' || lpad((k % 20000)::VARCHAR, 6, '0') AS account,
        1600000000000000 + (md5_number_lower('t' || k) % 31536000)::BIGINT * 1000000 AS t_us,
        array_to_string(list_transform(range(14), lambda j:
            'w' || (md5_number_lower(k || '-' || j) % 30000)), ' ') AS text,
        CASE WHEN k % 3 = 0 THEN 'https://site.example/' ||
            (md5_number_lower('u' || k) % 200000) END AS urls
    FROM range({rest}) AS t(k)
    UNION ALL
    SELECT {posts} + k, 'acct' || lpad(k::VARCHAR, 6, '0'),
        1610000000000000 + (k % 60) * 1000000,
        'one text that everybody posted within the very same minute of the day', NULL
    FROM range({viral}) AS t(k)
    UNION ALL
    SELECT 2 * {posts} + k, 'acct' || lpad((k % 6)::VARCHAR, 6, '0'),
        1611000000000000 + (k // 6) * 86400000000 + (k % 6) * 3000000,
        'words of ours that nobody else has, number ' || (k // 6) || ' of a small series', NULL
    FROM range(60) AS t(k))
ORDER BY account, t_us, k) TO '{path}' (FORMAT parquet)"""


def measured(folder: str) -> None:
    """Build and tie a table of posts in this process, and print what it took."""
    began, cpu = time.monotonic(), time.process_time()
    posts = PostTable.build(Path(folder) / "posts.parquet", Path(folder), memory_limit_mb=1000)
    given = evidence(posts)
    told = content_edges(given)
    tied_s = time.monotonic() - began
    groups = groups_of(given, told.edges)
    firsts = firsts_of(given, groups, told.shares)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tied = [one for one in told.edges if one.kind in {"same_text", "co_posting"}]
    named = sum(bool(one.rows) for one in told.edges) + sum(bool(one.rows) for one in told.bursts)
    print(f"{posts.count():,} posts, one text by 10,000 accounts in a minute:")
    print(
        f"  {time.monotonic() - began:.0f} s, {time.process_time() - cpu:.0f} s of CPU, "
        f"{peak:,.0f} MB at most (load {os.getloadavg()[0]:.1f})"
    )
    print(f"  {len(told.edges):,} edges ({len(tied)} by text and time), {len(told.bursts)} bursts")
    print(f"  ties alone {tied_s:.0f} s; {len(groups.groups)} groups of", end=" ")
    print(", ".join(str(len(one.members)) for one in groups.groups) or "none", end="; ")
    print(f"{sum(one is not None for one in firsts)} with a known order")
    print(f"  {named:,} of {len(told.edges) + len(told.bursts):,} name their rows")


# ---- near-duplicates -----------------------------------------------------------------------------

_SKETCH = """
import json, sys, time
from datasketch import MinHash, MinHashLSH
texts = json.load(open(sys.argv[1]))
began = time.monotonic()
index = MinHashLSH(num_perm=64, params=(16, 4))
for at, text in enumerate(texts):
    one = MinHash(num_perm=64, seed=1)
    one.update_batch([text[i:i + 5].encode() for i in range(len(text) - 4)])
    index.insert(str(at), one)
print(time.monotonic() - began)
"""


class Listed:
    """Texts that lie in a list, as `near` asks for them."""

    def __init__(self, texts: list[str]) -> None:
        """The texts, in order."""
        self._texts = texts

    def __len__(self) -> int:
        """How many there are."""
        return len(self._texts)

    def parts(self) -> Iterator[list[str]]:
        """All of them."""
        yield self._texts

    def some(self, places: NDArray[np.int64]) -> dict[int, str]:
        """Those at some places."""
        return {at: self._texts[at] for at in places.tolist()}


def near_texts(python: str | None, count: int = 20_000) -> None:
    """Time for distinct texts, and the share of texts with one word changed that is found."""
    from forensics.links.content.minhash import NEAR_PPM, near

    rng = np.random.default_rng(3)
    known = np.array(words(rng, 20_000), dtype=object)
    texts = [" ".join(rng.choice(known, 16)) for _ in range(count)]
    for at in range(count // 20):
        parts = texts[at].split(" ")
        parts[int(rng.integers(16))] = str(rng.choice(known))
        texts.append(" ".join(parts))
    began = time.monotonic()
    told = near(Listed(texts), Path())
    took = time.monotonic() - began
    close = found = 0
    for at in range(count // 20):
        pair = (texts[at], texts[count + at])
        one, other = ({text[i : i + 5] for i in range(len(text) - 4)} for text in pair)
        if len(one & other) * 1_000_000 >= len(one | other) * NEAR_PPM:
            close += 1
            found += bool(told.leader[at] == told.leader[count + at])
    print(f"near texts among {len(texts):,}: {took:.2f} s, found {wilson(found, close)}")
    if python:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "texts.json"
            path.write_text(json.dumps(texts))
            done = subprocess.run(  # an interpreter the caller named
                [python, "-c", _SKETCH, str(path)], check=True, capture_output=True, text=True
            )
        print(f"  datasketch, signatures and index of the same texts: {float(done.stdout):.1f} s")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--measured", help=argparse.SUPPRESS)
    parser.add_argument("--election", type=Path)
    parser.add_argument("--toolkit")
    parser.add_argument("--datasketch")
    given = parser.parse_args()
    if given.measured:
        measured(given.measured)
        return
    copies()
    near_texts(given.datasketch)
    if given.election:
        election(given.election, given.toolkit)
        shifted(given.election)
    if given.million:
        million()


if __name__ == "__main__":
    main()
