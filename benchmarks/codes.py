"""Codes in text: precision and recall on invented lines in five scripts, and speed.

    python benchmarks/codes.py                    # development lines: seed 1, three in four frames
    python benchmarks/codes.py --held-back        # lines of another seed in frames nobody tuned on
    python benchmarks/codes.py --speed            # posts a second in the database and in Python

A code counts as found if its kind and its areas (or its point) are right; anything else that is
read counts as wrong. Lines that the filter of the database drops count as not read. Intervals are
Wilson's, 95 %. Nothing here is field data: the lines show what the rules do with forms that occur,
not how often each form occurs.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import duckdb
from codes_corpus import Line, Planted
from codes_lines import lines

from forensics.clues.codes import Code, candidates, codes_in

SEED, HELD_BACK_SEED = 1, 20_260
LINES = 900
FILTER = " OR ".join(["regexp_matches(text, ?)"] * len(candidates()))
"""As in `PostTable.texts`."""
KINDS = (
    "phone", "plate", "filing", "company", "resident_id", "division", "postal", "text_position",
    "context",
)  # fmt: skip


def fits(code: Code, planted: Planted) -> bool:
    """True if a code that was read is the one that was planted."""
    if code.kind != planted.kind:
        return False
    if planted.point is None:
        return code.areas == tuple(sorted(planted.areas))
    if code.position is None:
        return False
    lat, lon = planted.point
    return (
        abs(code.position.lat_udeg / 1e6 - lat) <= planted.tolerance_deg
        and abs(code.position.lon_udeg / 1e6 - lon) <= planted.tolerance_deg
    )


def passing(texts: Sequence[str]) -> frozenset[str]:
    """The texts that the filter of the database lets through."""
    con = duckdb.connect()
    con.execute("CREATE TABLE lines AS SELECT UNNEST(CAST(? AS VARCHAR[])) AS text", [list(texts)])
    found = con.execute(f"SELECT text FROM lines WHERE {FILTER}", candidates()).fetchall()
    return frozenset(str(text) for (text,) in found)


def score(corpus: Iterable[Line], show: int = 0) -> dict[str, Counter[str]]:
    """Right, wrong and missed by kind, by script, and together; prints the first mistakes."""
    out: dict[str, Counter[str]] = {}

    def count(kind: str, script: str, what: str) -> None:
        for key in (kind, f"in {script}", "all"):
            out.setdefault(key, Counter())[what] += 1

    corpus = list(corpus)
    through = passing([line.text for line in corpus])
    for line in corpus:
        left = list(line.planted)
        for code in codes_in(line.text) if line.text in through else ():
            if not isinstance(code, Code):
                continue
            hit = next((one for one in left if fits(code, one)), None)
            count(code.kind, line.script, "wrong" if hit is None else "right")
            if hit is not None:
                left.remove(hit)
            elif show > 0:
                show -= 1
                print(f"wrong: {line.text!r} -> {code.kind} {code.areas} {code.shown!r}")
        for one in left:
            count(one.kind, line.script, "missed")
            if show > 0:
                show -= 1
                print(f"missed: {line.text!r} -> {one}")
    return out


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Wilson's interval of a share, 95 %."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, hits / of
    middle = share + z * z / (2 * of)
    half = z * ((share * (1 - share) + z * z / (4 * of)) / of) ** 0.5
    return (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)


def table(counts: dict[str, Counter[str]]) -> str:
    """Precision and recall by kind and by script."""
    rows = ["                    planted  precision           recall"]
    scripts = sorted(key for key in counts if key.startswith("in "))
    for key in [*KINDS, *scripts, "all"]:
        one = counts.get(key, Counter())
        right, wrong, missed = one["right"], one["wrong"], one["missed"]
        cells = [f"{key:18} {right + missed:8}"]
        for of in (right + wrong, right + missed):
            low, high = wilson(right, of)
            cells.append(f"  {right / max(of, 1):.3f} [{low:.2f}, {high:.2f}]")
        rows.append("".join(cells))
    return "\n".join(rows)


def speed(posts: int = 1_000_000) -> str:
    """Posts a second of CPU: the filter of the database, then the readers on what passes."""
    plain = [
        "今天天气真好，大家一起去公园放风筝吧", "the match tonight was better than the last one",
        "сегодня на улице тепло и тихо", "امروز هوا خیلی خوب است", "आज मौसम बहुत अच्छा है",
        "hôm nay trời đẹp quá", "I have 3 cats and 21 plants", "昨天看了 2 部电影，都不错",
    ]  # fmt: skip
    coded = [line.text for line in lines(SEED, 2000)]
    con = duckdb.connect()
    con.execute("SET threads TO 1")
    out = []
    for name, texts in (("plain posts", plain), ("one in ten with codes", plain * 2250 + coded)):
        con.execute("CREATE OR REPLACE TABLE shares (id BIGINT, text VARCHAR)")
        con.executemany("INSERT INTO shares VALUES (?, ?)", list(enumerate(texts)))
        con.execute(
            f"""CREATE OR REPLACE TABLE posts AS SELECT s.text || ' ' || r.range AS text
            FROM range({posts}) r JOIN shares s ON s.id = r.range % {len(texts)}"""
        )
        started = time.process_time()
        found = con.execute(f"SELECT text FROM posts WHERE {FILTER}", candidates()).fetchall()
        taken = time.process_time() - started
        out.append(
            f"{name}: {posts / taken:,.0f} a second of CPU in the database, "
            f"{len(found) / posts:.3f} pass"
        )
    codes_in("1")
    started = time.process_time()
    for text in coded:
        codes_in(text)
    rate = len(coded) / (time.process_time() - started)
    out.append(f"readers: {rate:,.0f} lines with codes a second of CPU")
    return "\n".join(out)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--held-back", action="store_true", help="the held-back lines")
    parser.add_argument("--speed", action="store_true", help="speed instead of accuracy")
    parser.add_argument("--show", type=int, default=0, help="print the first so many mistakes")
    parser.add_argument("--lines", type=int, default=LINES)
    told = parser.parse_args(arguments)
    if told.speed:
        print(speed())
        return
    seed = HELD_BACK_SEED if told.held_back else SEED
    corpus = list(lines(seed, told.lines, held_back=told.held_back))
    print(table(score(corpus, told.show)))


if __name__ == "__main__":
    main()
