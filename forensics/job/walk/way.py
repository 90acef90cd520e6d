"""The flow: an id, the tree that belongs to it, and the bytes at its ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from forensics.case import Case
from forensics.job.walk.down import Down
from forensics.job.walk.excerpts import Ref, excerpts
from forensics.job.walk.names import Target, find
from forensics.job.walk.posts import post_facts, posts_of
from forensics.job.walk.tables import Row, Tables
from forensics.job.walk.tree import Excerpt, Node
from forensics.job.walk.up import users_of_file, users_of_row
from forensics.model import REFUSAL_REASONS, Original

ROWS = 2
"""Rows shown for each observation on the way down; asked for itself, an observation shows all."""
CONTEXT = 1
"""Records shown before and after each row."""


def trace(
    case: Case | str | Path, name: str, *, context: int = CONTEXT, rows: int | None = None
) -> Node:
    """The way from anything the report names to the original bytes, and from a row upward.

    Args:
        case: A case, or its folder. Nothing in it is changed.
        name: `C3`, `G2`, `A/G2`, `H_CN`, a unit, `line 13`, the id of a clue or an observation,
            `posts.csv:17` for a row, a file by name or the beginning of its hash.
        context: Records before and after each row.
        rows: Rows shown for each observation.

    Raises:
        CaseError: no case, or a damaged one.
        UsageError: the case has nothing of that name, or several things.
    """
    opened = case if isinstance(case, Case) else Case.open(Path(case))
    tables = Tables(opened)
    target = find(tables, name)
    if target.kind == "original":
        return _original(tables, target.id)
    if target.kind == "row":
        return _row(tables, target, context)
    shown = rows if rows is not None else 10 if target.kind == "observation" else ROWS
    down = Down(tables, shown)
    tree = down.of(target)
    return _filled(tables, tree, down.refs, context)


def _row(tables: Tables, target: Target, context: int) -> Node:
    """A row: its bytes, and below it what uses it."""
    ref = target.id, target.row
    bare = Node("row", f"{target.id}:{target.row}")
    node = _filled(tables, bare, {ref}, context)
    account = dict(node.facts).get("account", "")
    return replace(node, below=users_of_row(tables, target.id, target.row, account))


def _filled(tables: Tables, tree: Node, refs: set[Ref], context: int) -> Node:
    """The tree with what is known of its rows; a row that comes again is shown once."""
    posts, refusals = posts_of(tables, refs)
    found = excerpts(tables, refs, context)
    seen: set[str] = set()

    def fill(node: Node) -> Node:
        if node.kind != "row":
            return replace(node, below=tuple(fill(one) for one in node.below))
        sha256, _, number = node.id.rpartition(":")
        ref = sha256, int(number)
        facts = _row_facts(tables, ref, posts, refusals)
        if node.id in seen:
            return replace(node, facts=facts[:1], excerpt=Excerpt("none", "shown above"))
        seen.add(node.id)
        return replace(node, facts=facts, excerpt=found.get(ref))

    return fill(tree)


def _row_facts(
    tables: Tables, ref: Ref, posts: Mapping[Ref, Row], refusals: Mapping[Ref, list[Row]]
) -> tuple[tuple[str, str], ...]:
    """Which file, and what became of the row."""
    facts = [("file", tables.name_of(ref[0]))]
    if ref in posts:
        facts += post_facts(posts[ref])
    for one in refusals.get(ref, ()):
        reason = str(one["reason"])
        said = f"{reason}: {REFUSAL_REASONS.get(reason, '')}; {one['field']} {one['raw']}"
        facts.append(("refused", said))
    return tuple(facts)


def _original(tables: Tables, sha256: str) -> Node:
    """A file: what was received, what became of it, and what names rows of it."""
    facts: list[tuple[str, str]] = []
    for one in tables.originals.get(sha256, ()):
        facts += _received(one)
    member = tables.members.get(sha256)
    if member is not None:
        facts += [("member of", tables.name_of(str(member["parent"]))),
                  ("size", f"{member['size']:,} bytes")]  # fmt: skip
    source = tables.sources.get(sha256)
    if source is not None:
        facts += [
            ("read by", f"{source['reader']}: {source['format']}"),
            ("rows", _counts(source)),
            ("clock", str(source["clock"]["statement"])),
            *(("note", str(note)) for note in source["notes"]),
        ]
    lines = [
        str(entry.seq + 1)
        for entry in tables.entries
        if entry.kind == "ingest" and entry.body.get("sha256") == sha256
    ]
    if lines:
        facts.append(("line of the record", ", ".join(lines)))
    excerpt = excerpts(tables, {(sha256, 0)}, 0).get((sha256, 0))
    if excerpt is not None and excerpt.how == "none" and source is not None:
        excerpt = None
    return Node("original", sha256, tables.name_of(sha256), tuple(facts), excerpt,
                users_of_file(tables, sha256))  # fmt: skip


def _counts(source: Row) -> str:
    present, read, refused = (source[f"rows_{name}"] for name in ("present", "read", "refused"))
    return f"{present:,} present, {read:,} read, {refused:,} refused"


def _received(one: Original) -> list[tuple[str, str]]:
    facts = [("received as", one.name_as_received), ("size", f"{one.size:,} bytes"),
             ("type", one.media_type)]  # fmt: skip
    claims = (("from", one.received_from), ("by", one.received_by), ("how", one.how),
              ("when", one.received_at), ("note", one.note))  # fmt: skip
    return facts + [(f"{name} (claimed)", text) for name, text in claims if text]
