"""The core reduction with pandas, as many scripts have it and as well as it can be done."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from reduction_ours import Counts, rows_of
from reduction_posts import COLUMNS

if TYPE_CHECKING:
    import pandas as pd

NEAR_S = 60


def _parquet(path: Path) -> pd.DataFrame:
    """A Parquet file, through DuckDB where pyarrow is not installed."""
    import pandas as pd

    if find_spec("pyarrow"):
        return pd.read_parquet(path)
    import duckdb

    frame: pd.DataFrame = duckdb.read_parquet(str(path)).df()
    return frame


def _save(
    frame: pd.DataFrame, path: Path, compression: Literal["snappy", "zstd"] = "snappy"
) -> None:
    """Write a Parquet file, through DuckDB where pyarrow is not installed."""
    if find_spec("pyarrow"):
        frame.to_parquet(path, compression=compression)
        return
    import duckdb

    duckdb.from_df(frame).to_parquet(str(path), compression=compression)


def loop(path: Path, out: Path, limit_mb: int) -> Counts:
    """A loop over accounts and one over texts. Rows too long are lost, rows too short are read."""
    import pandas as pd

    del limit_mb
    frame = _as_people_read(path)
    frame["time"] = pd.to_datetime(frame["created_at"], errors="coerce", utc=True)
    good = frame.dropna(subset=["account", "time"])
    tables: dict[str, list[pd.DataFrame]] = {"cells": [], "seconds": [], "gaps": []}
    for account, mine in good.groupby("account"):
        time = mine["time"].sort_values()
        cells = time.dt.floor("15min").value_counts()
        seconds = (time.dt.minute * 60 + time.dt.second).value_counts()
        gaps = time.diff().dropna().dt.total_seconds().value_counts()
        for name, counted in (("cells", cells), ("seconds", seconds), ("gaps", gaps)):
            tables[name].append(counted.reset_index().assign(account=account))
    windows = []
    for text, same in good.groupby("text"):
        if same["account"].nunique() < 2:
            continue
        for _, row in same.iterrows():
            others = same[same["account"] != row["account"]]
            if ((others["time"] - row["time"]).abs().dt.total_seconds() <= NEAR_S).any():
                windows.append((text, row["time"].floor("1min"), row["account"]))
    out.mkdir(exist_ok=True)
    for name, parts in tables.items():
        _save(pd.concat(parts), out / f"{name}.parquet")
    hours = good.groupby([good["time"].dt.date, good["time"].dt.hour]).size()
    _save(hours.reset_index(drop=True).to_frame("n"), out / "hours.parquet")
    _save(good["time"].dt.minute.value_counts().to_frame("n"), out / "minutes.parquet")
    found = pd.DataFrame(windows, columns=["text", "minute", "account"]).drop_duplicates()
    _save(found, out / "windows.parquet")
    return {"read": len(good), "refused": len(frame) - len(good)} | rows_of(out)


def _as_people_read(path: Path) -> pd.DataFrame:
    import pandas as pd

    if path.suffix == ".csv":
        return pd.read_csv(path, on_bad_lines="skip")
    if path.suffix == ".parquet":
        frame = _parquet(path)
        return frame[frame["account"] != ""]
    objects = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                objects.append(json.loads(line))
            except ValueError:
                continue
    frame = pd.DataFrame(objects)
    return frame[frame["account"] != ""]


def _read(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows that can be read, and what was refused with its number: no row is lost.

    The default parser, not that of pyarrow: only the former lets rows that are too long be seen,
    through one column more than the file has.
    """
    import pandas as pd

    if path.suffix == ".parquet":
        frame = _parquet(path)
        return frame, frame.iloc[:0].assign(row=[])
    if path.suffix == ".csv":
        names = [*COLUMNS, "surplus"]
        # The header is passed over: with it, a row longer than the header ends the reading.
        frame = pd.read_csv(
            path, names=names, header=None, skiprows=1, dtype=str, keep_default_na=False,
            na_values={"surplus": [""]},
        )  # fmt: skip
        # A missing last field looks like an empty one; here no client is empty.
        bad = frame["surplus"].notna() | (frame["client"] == "")
        refused = frame.loc[bad].assign(row=lambda some: some.index + 1)
        return frame.loc[~bad].drop(columns="surplus"), refused
    objects, places, broken = [], [], []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                objects.append(json.loads(line))
            except ValueError:
                broken.append((number, line[:200]))
            else:
                places.append(number - 1)
    frame = pd.DataFrame(objects, index=places)
    return frame, pd.DataFrame(broken, columns=["row", "created_at"])


def vectorised(path: Path, out: Path, limit_mb: int) -> Counts:
    """No loop: integers, one sort, group-bys. Leaves no table of posts."""
    del limit_mb
    return _reduced(path, out, posts=False)


def same(path: Path, out: Path, limit_mb: int) -> Counts:
    """The same, and the posts in their order as Parquet, which later questions are asked of."""
    del limit_mb
    return _reduced(path, out, posts=True)


def _reduced(path: Path, out: Path, *, posts: bool) -> Counts:
    import pandas as pd

    frame, refused = _read(path)
    time = pd.to_datetime(frame["created_at"], utc=True, errors="coerce", format="ISO8601")
    bad = time.isna() | (frame["account"] == "")
    said = frame.loc[bad, ["created_at", "account"]].assign(row=lambda some: some.index + 1)
    refused = pd.concat([refused, said])
    good = pd.DataFrame(
        {
            "account": frame["account"][~bad].astype("category"),
            "t": time[~bad].dt.as_unit("s").astype("int64"),
            "text": frame["text"][~bad],
        }
    )
    good = good.sort_values(["account", "t"], kind="stable")
    good = good.assign(q=good["t"] // 900, s=good["t"] % 3600)
    same = good["account"].cat.codes.diff() == 0
    gaps = good.assign(gap_s=good["t"].diff())[same]

    def counted(rows: pd.DataFrame, *keys: str) -> pd.DataFrame:
        return rows.groupby([*keys], observed=True).size().reset_index(name="n")

    cells, seconds = counted(good, "account", "q"), counted(good, "account", "s")
    tables = {
        "cells": cells,
        "hours": cells.groupby(cells["q"] // 4)["n"].sum().reset_index(),
        "seconds": seconds,
        "minutes": seconds.groupby(seconds["s"] // 60)["n"].sum().reset_index(),
        "gaps": counted(gaps, "account", "gap_s"),
        "windows": _windows(good),
        "refused": refused,
    }
    out.mkdir(exist_ok=True)
    if posts:
        whole = frame.loc[good.index].assign(row=good.index + 1, t=good["t"])
        _save(whole, out / "posts.parquet", compression="zstd")
    for name, table in tables.items():
        _save(table, out / f"{name}.parquet")
    return {"read": len(good), "refused": len(refused)} | rows_of(out)


def _windows(good: pd.DataFrame) -> pd.DataFrame:
    """(Text, minute, account) where another account posted the text within 60 seconds.

    In order of time, the nearest post of another account stands just before, or just behind, the
    run of posts of one account that a post belongs to.
    """
    twice = good[good["text"].duplicated(keep=False)]
    posts = twice.sort_values(["text", "t"], kind="stable")
    text = posts["text"].ne(posts["text"].shift()).cumsum()
    account = posts["account"].cat.codes
    starts = account.ne(account.shift()) | text.ne(text.shift())
    ends = starts.shift(-1, fill_value=True)
    before = posts["t"].shift().where(starts & text.eq(text.shift()), other=float("nan"))
    after = posts["t"].shift(-1).where(ends & text.eq(text.shift(-1)), other=float("nan"))
    run = starts.cumsum()
    near = (posts["t"] - before.groupby(run).transform("first")) <= NEAR_S
    near |= (after.groupby(run).transform("last") - posts["t"]) <= NEAR_S
    found = posts[near]
    return found.assign(minute=found["t"] // 60)[["text", "minute", "account"]].drop_duplicates()
