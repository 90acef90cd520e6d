"""The core reduction with Polars: lazy, one streaming pass where the engine can."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reduction_ours import Counts, rows_of
from reduction_posts import COLUMNS

if TYPE_CHECKING:
    import polars as pl

NEAR_S = 60


def polars(path: Path, out: Path, limit_mb: int) -> Counts:
    """No row is lost in CSV: rows too long are seen through one column more than the file has."""
    import polars as pl

    del limit_mb
    bad = pl.col("time").is_null() | (pl.col("account").fill_null("") == "")
    if path.suffix == ".csv":
        schema = dict.fromkeys((*COLUMNS, "surplus"), pl.String)
        frame = pl.scan_csv(
            path, has_header=False, skip_rows=1, schema=schema, row_index_name="row",
            row_index_offset=1, missing_columns="insert",
        )  # fmt: skip
        bad |= pl.col("surplus").is_not_null() | pl.col("client").is_null()
    elif path.suffix == ".parquet":
        frame = pl.scan_parquet(path, row_index_name="row", row_index_offset=1)
    else:
        frame = pl.scan_ndjson(path, row_index_name="row", row_index_offset=1)
    time = pl.col("created_at").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False)
    frame = frame.with_columns(time.alias("time"))
    good = frame.filter(~bad).select("account", "text", (pl.col("time").dt.epoch("s")).alias("t"))
    timed = good.select("account", "t").sort("account", "t")
    gap = (pl.col("t") - pl.col("t").shift()).alias("gap_s")
    same = pl.col("account") == pl.col("account").shift()

    def counted(rows: pl.LazyFrame, *keys: pl.Expr | str) -> pl.LazyFrame:
        return rows.group_by(*keys).agg(pl.len().alias("n")).sort(pl.all())

    cells = counted(good, "account", (pl.col("t") // 900).alias("q"))
    seconds = counted(good, "account", (pl.col("t") % 3600).alias("s"))
    tables = {
        "cells": cells,
        "hours": good.group_by((pl.col("t") // 3600).alias("hour")).agg(pl.len()),
        "seconds": seconds,
        "minutes": good.group_by((pl.col("t") % 3600 // 60).alias("minute")).agg(pl.len()),
        "gaps": counted(timed.select("account", gap, same.alias("same")).filter("same"),
                        "account", "gap_s"),
        "windows": _windows(good),
        "refused": frame.filter(bad).select("row", "account", "created_at"),
    }  # fmt: skip
    read = good.select(pl.len())
    *done, total = pl.collect_all([*tables.values(), read], engine="streaming")
    out.mkdir(exist_ok=True)
    for name, table in zip(tables, done, strict=True):
        table.write_parquet(out / f"{name}.parquet")
    return {"read": int(total.item()), "refused": done[-1].height} | rows_of(out)


def _windows(good: pl.LazyFrame) -> pl.LazyFrame:
    """(Text, minute, account) where another account posted the text within 60 seconds."""
    import polars as pl

    shared = good.group_by("text").agg(pl.col("account").n_unique().alias("n"))
    posts = good.join(shared.filter(pl.col("n") > 1), on="text", how="semi").sort("text", "t")
    text_changes = pl.col("text") != pl.col("text").shift()
    starts = (text_changes | (pl.col("account") != pl.col("account").shift())).fill_null(value=True)
    other = pl.col("t").shift()
    posts = posts.with_columns(
        starts.alias("starts"), text_changes.fill_null(value=True).alias("new")
    )
    posts = posts.with_columns(
        pl.col("starts").cum_sum().alias("run"),
        pl.when(pl.col("starts") & ~pl.col("new")).then(other).alias("before"),
        pl.when(pl.col("starts").shift(-1) & ~pl.col("new").shift(-1))
        .then(pl.col("t").shift(-1))
        .alias("after"),
    )
    before, after = pl.col("before").first().over("run"), pl.col("after").last().over("run")
    near = ((pl.col("t") - before) <= NEAR_S).fill_null(value=False)
    near |= ((after - pl.col("t")) <= NEAR_S).fill_null(value=False)
    return (
        posts.filter(near).select("text", (pl.col("t") // 60).alias("minute"), "account").unique()
    )
