"""Co-posting as three programs define it, on the same shares; called by `links_content.py`.

The definitions of CooRTweet 2.1 and of the Coordination Network Toolkit 1.5 are written here anew
in pandas, from their documentation; the latter is also run itself where an interpreter is named.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from links_tables import evidence, table, wilson

from forensics.links.content.reader import Reader, column
from forensics.links.coposting.chance import possible_pairs
from forensics.links.coposting.find import Told, look

WINDOW_S = 60
LEAST = 2


def things_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Accounts and times of real shares with made-up things: a few dozen an hour and platform.

    The rank of the thing is drawn by a fixed seed with a steep preference for the first, so that
    some are shared by many at once and most by few.
    """
    rng = np.random.default_rng(11)
    rows = rows.sort_values(["epoch_seconds", "account"], kind="stable").reset_index(drop=True)
    rank = np.floor(60 * rng.random(len(rows)) ** 3).astype(int)
    hour = rows["epoch_seconds"] // 3600
    rows["thing"] = rows["platform"] + "-" + hour.astype(str) + "-" + pd.Series(rank).astype(str)
    rows["id"] = np.arange(len(rows))
    return rows[["id", "account", "epoch_seconds", "thing"]]


def meetings(rows: pd.DataFrame, window_s: int) -> pd.DataFrame:
    """All pairs of posts of one thing by different accounts within the window, earlier first."""
    parts = []
    ordered = rows.sort_values(["thing", "epoch_seconds", "id"], kind="stable")
    thing = ordered["thing"].to_numpy()
    second = ordered["epoch_seconds"].to_numpy()
    alive, step = np.arange(len(ordered)), 1
    while True:
        alive = alive[alive + step < len(ordered)]
        later = alive + step
        alive = alive[(thing[alive] == thing[later]) & (second[later] - second[alive] <= window_s)]
        if not len(alive):
            break
        parts.append(
            pd.DataFrame(
                {
                    "a": ordered["account"].to_numpy()[alive],
                    "b": ordered["account"].to_numpy()[alive + step],
                    "id_a": ordered["id"].to_numpy()[alive],
                    "id_b": ordered["id"].to_numpy()[alive + step],
                    "thing": thing[alive],
                }
            )
        )
        step += 1
    met = pd.concat(parts)
    return met[met["a"] != met["b"]]


Pairs = set[tuple[str, str]]


def coortweet(rows: pd.DataFrame, window_s: int, least: int) -> Pairs:
    """CooRTweet: accounts with two actions or more; weight is the number of pairs of posts."""
    active = rows.groupby("account")["id"].transform("size") >= 2
    met = meetings(rows[active], window_s)
    # Accounts need two posts that met somebody; a pair stays if either of its posts is of such.
    every = pd.concat(
        [met[["a", "id_a"]].set_axis(["account", "id"], axis=1),
         met[["b", "id_b"]].set_axis(["account", "id"], axis=1)]
    ).drop_duplicates()  # fmt: skip
    enough = every.groupby("account")["id"].transform("size") >= 2
    kept = set(every.loc[enough, "id"])
    met = met[met["id_a"].isin(kept) | met["id_b"].isin(kept)]
    low, high = met[["a", "b"]].min(axis=1), met[["a", "b"]].max(axis=1)
    weight = met.assign(x=low, y=high).groupby(["x", "y"]).size()
    return set(weight[weight >= least].index)


def toolkit(rows: pd.DataFrame, window_s: int, least: int) -> Pairs:
    """Coordination Network Toolkit, co-tweet: distinct posts of either account that met."""
    met = meetings(rows, window_s)
    mirrored = met.rename(columns={"a": "b", "b": "a", "id_a": "id_b", "id_b": "id_a"})
    both = pd.concat([met, mirrored])
    weight = both.groupby(["a", "b"])["id_a"].nunique()
    return {(min(a, b), max(a, b)) for a, b in weight[weight >= least].index}


def gnomon(rows: pd.DataFrame, window_s: int, folder: Path) -> tuple[Pairs, Pairs, Told]:
    """Pairs that met on two things, those of them beyond chance, and all of it."""
    frame = pd.DataFrame(
        {
            "account": rows["account"],
            "t_us": rows["epoch_seconds"] * 1_000_000,
            "repost_of": rows["thing"],
        }
    )
    with Reader(evidence(table(frame, folder))) as reader:
        things = reader.ordered("things", column("repost_of", "repost_of IS NOT NULL"))
        names = reader.population.names
        told = look(things, reader.population, window_s, 0, possible_pairs(things, len(names)))
    pairs = [
        {(names[told.a[i]], names[told.b[i]]) for i in np.flatnonzero(keep).tolist()}
        for keep in (told.n >= LEAST, told.good)
    ]
    return pairs[0], pairs[1], told


def election(path: Path, python: str | None) -> None:
    """Edge sets of three definitions on the same shares, same window, same threshold."""
    rows = things_of(duckdb.read_parquet(str(path)).df())
    once = rows.sort_values(["epoch_seconds", "id"]).drop_duplicates(["account", "thing"])
    for title, part in (("all shares", rows), ("first share of each account and thing", once)):
        for window_s in (10, 60, 600):
            with tempfile.TemporaryDirectory() as folder:
                mine, beyond, told = gnomon(part, window_s, Path(folder))
            theirs = {
                "CooRTweet": coortweet(part, window_s, LEAST),
                "toolkit": toolkit(part, window_s, LEAST),
            }
            print(f"{title}, {window_s} s, weight {LEAST} or more: gnomon {len(mine):,} pairs "
                  f"({len(beyond):,} beyond chance), {len(told.found.bursts)} bursts")  # fmt: skip
            for name, pairs in theirs.items():
                print(f"  {name} {len(pairs):,}: same {len(mine & pairs):,}, only gnomon "
                      f"{len(mine - pairs):,}, only {name} {len(pairs - mine):,} "
                      f"({_why(pairs - mine, part, window_s)})")  # fmt: skip
            if python and window_s == WINDOW_S:
                ran, took = run_toolkit(part, window_s, python)
                print(f"  the program itself {len(ran):,} in {took:.0f} s: same as written anew: "
                      f"{ran == theirs['toolkit']}")  # fmt: skip


def _why(pairs: Pairs, rows: pd.DataFrame, window_s: int) -> str:
    """How many of some pairs met on one thing only, or with one post of one of them."""
    if not pairs:
        return "none"
    met = meetings(rows, window_s)
    met = met.assign(x=met[["a", "b"]].min(axis=1), y=met[["a", "b"]].max(axis=1))
    swap = met["a"] != met["x"]
    met["id_x"] = met["id_a"].where(~swap, met["id_b"])
    met["id_y"] = met["id_b"].where(~swap, met["id_a"])
    met = met[[key in pairs for key in zip(met["x"], met["y"], strict=True)]]
    each = met.groupby(["x", "y"])[["thing", "id_x", "id_y"]].nunique()
    single = each["thing"] < LEAST
    post = ~single & ((each["id_x"] < LEAST) | (each["id_y"] < LEAST))
    other = int((~single & ~post).sum())
    return f"{single.sum():,} met on one thing, {post.sum():,} with one post, {other:,} in bursts"


_TOOLKIT = """
import csv, json, sqlite3, sys, time
from coordination_network_toolkit import database, preprocess, compute_networks
db, source, window, least = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
preprocess.preprocess_csv_files(db, [source])
began = time.monotonic()
compute_networks.compute_co_tweet_network(db, window, least, n_threads=2)
took = time.monotonic() - began
con = sqlite3.connect(db)
found = con.execute("select user_1, user_2 from co_tweet_network where user_1 <> user_2").fetchall()
print("RESULT" + json.dumps([took, sorted({(min(p), max(p)) for p in found})]))
"""


def run_toolkit(rows: pd.DataFrame, window_s: int, python: str) -> tuple[Pairs, float]:
    """Pairs of the program itself, and the seconds it took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        frame = pd.DataFrame(
            {
                "message_id": rows["id"],
                "user_id": rows["account"],
                "username": rows["account"],
                "repost_id": "",
                "reply_id": "",
                "message": rows["thing"],
                "timestamp": rows["epoch_seconds"],
                "urls": "",
            }
        )
        frame.to_csv(folder / "posts.csv", index=False)
        done = subprocess.run(  # an interpreter the caller named
            [python, "-c", _TOOLKIT, str(folder / "x.db"), str(folder / "posts.csv"),
             str(window_s), str(LEAST)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
    line = next(one for one in done.stdout.splitlines() if one.startswith("RESULT"))
    took, pairs = json.loads(line.removeprefix("RESULT"))
    return {(a, b) for a, b in pairs}, took


def shifted(path: Path, trials: int = 20) -> None:
    """Edges where the clock of every account is shifted, each day or hour anew: all are false."""
    rows = things_of(duckdb.read_parquet(str(path)).df())
    for unit, seconds in (("hour", 3600), ("day", 86_400)):
        spell = rows["account"] + "-" + (rows["epoch_seconds"] // seconds).astype(str)
        codes, known = pd.factorize(spell)
        false = edges = 0
        for seed in range(trials):
            offset = np.random.default_rng(seed).integers(-10_800, 10_801, len(known))
            moved = rows.assign(epoch_seconds=rows["epoch_seconds"] + offset[codes])
            with tempfile.TemporaryDirectory() as folder:
                _, beyond, _ = gnomon(moved, WINDOW_S, Path(folder))
            false, edges = false + bool(beyond), edges + len(beyond)
        print(
            f"clocks shifted each {unit}: an edge beyond chance in {wilson(false, trials)} of "
            f"trials, {edges / trials:.2f} edges a trial"
        )
