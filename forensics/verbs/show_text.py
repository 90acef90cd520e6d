"""What `gnomon show` prints: a tree in 80 columns, with foreign text shown inert."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from forensics.job.walk import Change, Changes, Excerpt, Line, Node
from forensics.verbs.console import printable
from forensics.verbs.width import columns_of, wrapped

WIDTH = 80
DEEPEST = 40
"""Columns of branches at most: deep trees must leave room for words."""
TEXT_CHARS = 600
"""Characters of one record or sentence that are printed; --json gives more."""
SHOWN = 40
"""Changes of one section that are printed."""
_TITLES = {
    "users": "used", "line": "line", "finding": "finding", "original": "file", "row": "row",
}  # fmt: skip


def tree_text(tree: Node) -> str:
    """The tree as lines of at most `WIDTH` columns; safe to print."""
    return "\n".join(line.rstrip() for line in _node(tree, "", ""))


def _node(node: Node, first: str, rest: str) -> Iterator[str]:
    """A node and what is below it.

    Args:
        node: What to print.
        first: What stands before its first line.
        rest: What stands before its other lines, and before those of its children.
    """
    inner = f"{rest}{'│ ' if node.below else '  '}"
    title = f"{_TITLES.get(node.kind, node.kind)}  {_short_id(node)}"
    yield from _wrapped(title, first, inner)
    if node.says:
        yield from _wrapped(_cut(node.says), inner, inner)
    for name, value in node.facts:
        yield from _wrapped(f"{name}: {_cut(value)}", f"{inner}· ", f"{inner}    ")
    if node.excerpt is not None:
        yield from _excerpt(node.excerpt, inner)
    for place, one in enumerate(node.below):
        last = place == len(node.below) - 1
        yield from _node(one, f"{rest}{'└ ' if last else '├ '}", f"{rest}{'  ' if last else '│ '}")


def _short_id(node: Node) -> str:
    """The id; of a row, the first digits of the hash are enough beside the name of its file."""
    if node.kind == "row":
        sha256, _, number = node.id.rpartition(":")
        name = dict(node.facts).get("file", "")
        return f"{number} of {name} ({sha256[:12]}…)" if number != "0" else f"{name}: the file"
    return node.id


def _excerpt(excerpt: Excerpt, indent: str) -> Iterator[str]:
    """Original bytes: what was asked for is marked with `>`."""
    yield from _wrapped(f"[{excerpt.how}] {excerpt.note}", indent, f"{indent}  ")
    for line in excerpt.lines:
        mark = ">" if line.mine else " "
        place = "" if line.byte is None else f" @{line.byte:,}"
        yield from _folded(
            f"{mark} {line.label}{place} | {_cut(line.text)}{_rest(line)}", indent, f"{indent}    "
        )


def _rest(line: Line) -> str:
    """How much of a long record is not shown."""
    shown = len(line.text[:TEXT_CHARS].encode("utf-8", "surrogatepass"))
    if line.size is None or line.byte is None or line.size <= shown or len(line.text) < TEXT_CHARS:
        return ""
    return f" ({line.size:,} bytes in all)"


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_CHARS else f"{text[:TEXT_CHARS]}…"


def _wrapped(text: str, first: str, rest: str) -> Iterator[str]:
    """One paragraph, safe to print, broken at spaces."""
    first, rest = first[-DEEPEST:], rest[-DEEPEST:]
    lines = list(wrapped(printable(text), WIDTH - max(len(first), len(rest))))
    for number, line in enumerate(lines or [""]):
        yield (rest if number else first) + line


def _folded(text: str, first: str, rest: str) -> Iterator[str]:
    """Text of a file, safe to print: every character as it stands, spaces too."""
    first, rest = first[-DEEPEST:], rest[-DEEPEST:]
    line, room, indent = "", WIDTH - len(first), first
    for char in printable(text):
        needed = columns_of(char)
        if needed > room:
            yield indent + line
            line, room, indent = "", WIDTH - len(rest), rest
        line += char
        room -= needed
    yield indent + line


def changes_text(found: Changes) -> str:
    """What changed since a seal, section by section; safe to print."""
    lines = list(
        _wrapped(
            f"Since {found.seal} by {found.who} (claimed), which covers {found.lines:,} lines of "
            f"the record: {found.added:,} lines were added.",
            "",
            "",
        )
    )
    for note in found.notes:
        lines += _wrapped(f"Note: {note}.", "", "  ")
    for section, group in groupby(found.changes, lambda one: one.section):
        listed = list(group)
        lines += ["", printable(section)]
        for one in listed[:SHOWN]:
            lines += _change(one)
        if len(listed) > SHOWN:
            lines.append(f"  and {len(listed) - SHOWN:,} more: --json lists them")
    if not found.changes:
        lines += ["", "Nothing has changed."]
    return "\n".join(line.rstrip() for line in lines)


def _change(one: Change) -> Iterator[str]:
    named = one.id[:16] + "…" if one.section == "original" else one.id
    yield from _wrapped(f"{one.sort:<8}{named}: {_cut(one.says)}", "  ", "          ")
