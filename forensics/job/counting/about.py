"""What stands in a folder of counts, as text that lies beside the tables."""

from __future__ import annotations

from textwrap import wrap

from forensics.engine.reduction import REDUCTIONS

README = "README.txt"
_HEAD = """\
Counts of posts, made by gnomon count.

Each folder is one table. It has one Parquet file for each reading (a part); counts.json says what
each part was made from. Open a table with anything that reads Parquet:

    duckdb    SELECT * FROM 'cells/*.parquet'
    pandas    pandas.read_parquet("cells")

The tables of posts and of refusals are complete as they are. Where posts were not kept, tail names
the texts of the last minutes of a part, for the next part to look at. The others hold counts. If
there is more than one part, add them up: group by the key columns (marked *), add n up, take the
least first_us and the greatest last_us, and leave out rows whose n is then 0. A part may hold
negative counts: they take back what a later post changed. `gnomon count ... --merged` does that for
you, into the folder merged, and so does forensics.open_counts("FOLDER").table("gaps").

Times are UTC. _us are microseconds and _s seconds since 1970 or lengths, q are quarter-hours and
minute are minutes since 1970.
"""


def about() -> str:
    """The text: how to open the tables, and every column of those that hold counts."""
    lines = _HEAD.splitlines()
    for one in REDUCTIONS:
        lines += ["", f"{one.name}: {one.about}"]
        for column in one.columns:
            mark = "*" if column.merge == "key" else " "
            first, *more = wrap(column.about, 96 - 18)
            lines.append(f"  {mark} {column.name:<14}{first}")
            lines += [f"{'':18}{text}" for text in more]
    return "\n".join(lines) + "\n"
