"""What the tables of posts and of refusals say of single rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from forensics.case.files import no_glob
from forensics.case.growing import parts_in
from forensics.clock import utc_text
from forensics.job.walk.excerpts import Ref
from forensics.job.walk.tables import Row, Tables
from forensics.read.database import connected, literal

POSTS = ("posts.parquet", "controls_posts.parquet")
REFUSALS = ("refusals.parquet", "controls_refusals.parquet")
SHOWN = ("account", "t_us", "basis", "kind", "client", "unit", "id", "label", "media")


def posts_of(tables: Tables, refs: Collection[Ref]) -> tuple[dict[Ref, Row], dict[Ref, list[Row]]]:
    """Row -> its post; row -> its refusals. A row may be in neither."""
    posts: dict[Ref, Row] = {}
    refusals: dict[Ref, list[Row]] = {}
    wanted = {ref for ref in refs if ref[1] > 0}
    if not wanted:
        return posts, refusals
    with connected(memory_limit_mb=500, threads=2, scratch=None) as con:
        for path, name in _parts(tables):
            rows = ", ".join(str(row) for row in sorted({row for _, row in wanted}))
            files = ", ".join(literal(sha256) for sha256 in sorted({one for one, _ in wanted}))
            cursor = con.execute(
                f"SELECT * FROM read_parquet({literal(no_glob(path))}) "
                f"WHERE row IN ({rows}) AND original IN ({files})"
            )
            columns = [column[0] for column in cursor.description or ()]
            for values in cursor.fetchall():
                found = dict(zip(columns, values, strict=True))
                ref = str(found["original"]), int(found["row"])
                if ref in wanted and name in POSTS:
                    posts[ref] = found
                elif ref in wanted:
                    refusals.setdefault(ref, []).append(found)
    return posts, refusals


def _parts(tables: Tables) -> Iterator[tuple[Path, str]]:
    """Every part of the large tables, with the name of the table."""
    for name in (*POSTS, *REFUSALS):
        for path in parts_in(tables.case.tables, name):
            yield path, name


def post_facts(post: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """What is printed of a post: who, when, how the zone is known."""
    facts = []
    for name in SHOWN:
        value = post.get(name)
        if value is not None:
            shown = utc_text(value) if name == "t_us" and isinstance(value, int) else str(value)
            facts.append(("time" if name == "t_us" else name, shown))
    return tuple(facts)
