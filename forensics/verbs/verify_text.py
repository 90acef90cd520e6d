"""What `gnomon verify` prints of a case that was worked out again from its originals."""

from __future__ import annotations

from collections.abc import Iterator

from forensics.job.again import Part, Rerun, VersionNote
from forensics.verbs.console import printable
from forensics.verbs.width import wrapped

WIDTH = 80
SHOWN = 20
"""Parts of one verdict that are printed; --json gives all."""


def rerun_text(found: Rerun) -> str:
    """The result as plain lines of at most `WIDTH` columns; safe to print."""
    lines = ["Worked out again from the originals:"]
    equal = found.of("equal")
    lines += _wrapped(f"  {len(equal):,} equal to the byte: {_kinds(equal)}" if equal else "")
    for verdict in ("equal rows", "differs", "not repeated"):
        parts = found.of(verdict)
        for part in parts[:SHOWN]:
            lines += _part(part)
        if len(parts) > SHOWN:
            lines.append(f"  and {len(parts) - SHOWN:,} more: --json lists them")
    lines += ["", *_wrapped(_versions(found.versions)), ""]
    lines += _wrapped(_end(found))
    return "\n".join(lines)


def _kinds(parts: tuple[Part, ...]) -> str:
    """How many tables and how many other things."""
    tables = sum(part.name.startswith("tables/") for part in parts)
    others = [part.name.removeprefix("../") for part in parts if not part.name.startswith("tables")]
    return printable(", ".join([f"{tables:,} tables", *others[:6]]))


def _part(part: Part) -> Iterator[str]:
    """One part: the verdict, its name and line, and below it what is to be said."""
    verdict = part.verdict.upper() if part.verdict == "differs" else part.verdict
    line = "" if part.line is None else f" (line {part.line} of the record)"
    yield from _wrapped(f"  {verdict}: {printable(part.name)}{line}", " " * 6)
    if part.detail:
        yield from _wrapped(" " * 6 + printable(part.detail), " " * 6)


def _versions(notes: tuple[VersionNote, ...]) -> str:
    """Which versions differ, which are not known, or that they are those of the case."""
    other = [f"{one.name} {one.then} then, {one.now} now" for one in notes if _other(one)]
    silent = [f"{one.name} ({one.now} now)" for one in notes if not one.then]
    said = f"Other versions: {'; '.join(other)}." if other else "Versions are those of the case."
    if silent and not other:
        said = "No version is known to differ."
    if silent:
        said += f" The case does not name its version of {', '.join(silent)}."
    return printable(said)


def _other(one: VersionNote) -> bool:
    return bool(one.then) and one.then != one.now


def _end(found: Rerun) -> str:
    if found.ok and not found.of("not repeated"):
        return "Every number comes out again."
    if found.ok:
        return "Every number that was repeated comes out again; the rest is named above."
    if found.changed:
        return (
            "NOT THE SAME: what comes out differs. Versions differ, too: repeat with those of the "
            "case before you draw a conclusion."
        )
    return "NOT THE SAME: these numbers do not come out of these originals and settings."


def _wrapped(text: str, indent: str = "    ") -> list[str]:
    """A paragraph in lines of at most `WIDTH` columns; its own indent stays."""
    lead = text[: len(text) - len(text.lstrip())]
    lines = list(wrapped(text, WIDTH - max(len(lead), len(indent))))
    return [(indent if number else lead) + line for number, line in enumerate(lines)]
