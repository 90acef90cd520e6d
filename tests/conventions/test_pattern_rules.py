"""House rule: no pattern takes long, whatever text it is given.

Every pattern of the package is collected (those in modules and tables, and those written into a
call) and run over 30,000 characters made to hurt it: each of its repeats drawn out, with an end
that cannot match. DuckDB's patterns are RE2's, which cannot blow up.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import re._constants as op
import re._parser as parser
import signal
from collections.abc import Iterator
from types import FrameType

import pytest

import forensics

LONG = 30_000
BOUND_S = 0.6
"""Processor seconds; what is linear takes a few milliseconds."""
SEARCHING = {"search", "finditer", "findall", "sub", "subn", "split"}
ANCHORED = {"match", "fullmatch"}
SHORT = {
    "forensics.clues.placenames.search._NAME_BEFORE": (32, "sees the characters before a name"),
    "forensics.read.chats.mail._FROM_LINE": (500, "sees lines shorter than 500"),
    "forensics.reference.locations._DECORATION": (80, "longer labels are cut before"),
    "forensics.reference.locations._SPLIT": (80, "longer labels are refused before"),
    "forensics.job.walk.names._ROW": (300, "typed by the user, in the shell"),
    "domestic.py:sub": (100, "what a pattern of phone numbers matched"),
    "mhtml.py:search": (200, "the end of a header, cut before"),
    "forensics.show.map.GENERATED": (1_000, "scripts that folium wrote, not text of files"),
    "forensics.show.printfigures._DESC": (1_000, "our own drawings: text in them is escaped"),
    "printfigures.py:search": (1_000, "our own drawings: text in them is escaped"),
    "forensics.show.printsvg._DRAWING": (1_000, "our own drawings: text in them is escaped"),
    "forensics.show.printsvg._VARIABLE": (1_000, "our own style sheet"),
    "map.py:sub": (1_000, "style sheets that come with the program"),
}
"""Patterns that never see a long text -> (the longest they see, why)."""
FULL = {"METHODS", "FORMS"}
"""Tables of patterns that are only ever matched whole (ids)."""
Pattern = re.Pattern[str] | re.Pattern[bytes]


def modules() -> Iterator[object]:
    for found in pkgutil.walk_packages(forensics.__path__, "forensics."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def patterns_in(value: object, seen: set[int], depth: int = 0) -> Iterator[Pattern]:
    """Patterns in a value of a module: itself, or inside tables, classes and records."""
    if isinstance(value, re.Pattern):
        yield value
        return
    if id(value) in seen or depth > 4:
        return
    seen.add(id(value))
    inner: list[object] = []
    if isinstance(value, dict):
        inner = [*value, *value.values()]
    elif isinstance(value, list | tuple | set | frozenset) and len(value) < 5_000:
        inner = list(value)
    elif isinstance(value, type) and value.__module__.startswith("forensics"):
        inner = list(vars(value).values())
    elif type(value).__module__.startswith("forensics"):
        inner = [getattr(value, one, None) for one in getattr(value, "__dataclass_fields__", ())]
    for one in inner:
        yield from patterns_in(one, seen, depth + 1)


def used_how(package) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """(methods called on each name in capitals, methods called on other names in each module)."""
    named: dict[str, set[str]] = {}
    local: dict[str, set[str]] = {}
    for source in package:
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.Attribute) or node.attr not in SEARCHING | ANCHORED:
                continue
            owner = getattr(node.value, "id", getattr(node.value, "attr", ""))
            if owner.isupper() or owner.strip("_").isupper():
                named.setdefault(owner, set()).add(node.attr)
            elif owner != "re" and node.attr != "split":
                local.setdefault(source.module, set()).add(node.attr)
    return named, local


def collected(package) -> dict[tuple[str | bytes, int], tuple[str, bool]]:
    """(pattern, flags) -> (where, whether it is searched with)."""
    named, local = used_how(package)
    found: dict[tuple[str | bytes, int], tuple[str, bool]] = {}
    for module in modules():
        seen: set[int] = set()
        for name, value in vars(module).items():
            how = named.get(name) or local.get(module.__name__) or SEARCHING
            searched = bool(how & SEARCHING) and name not in FULL
            for one in patterns_in(value, seen):
                where = f"{module.__name__}.{name}"
                before = found.get((one.pattern, one.flags), (where, False))
                found[one.pattern, one.flags] = before[0], before[1] or searched
    for source in package:
        for node in ast.walk(source.tree):
            call = node.func if isinstance(node, ast.Call) else None
            if not isinstance(call, ast.Attribute) or getattr(call.value, "id", "") != "re":
                continue
            text = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
            if call.attr in SEARCHING | ANCHORED and isinstance(text, str | bytes):
                made = re.compile(text)
                where = f"{source.name.rsplit('/', 1)[1]}:{call.attr}"
                found.setdefault((text, made.flags), (where, call.attr in SEARCHING))
    return found


def one_of(items: list[tuple[object, object]]) -> str:
    """A character that a set matches."""
    negated = bool(items) and items[0][0] is op.NEGATE
    choices = [ord(one) for one in "1a A-.,:/_+=\"'<>()[]\n\t"] + list(range(33, 127))
    choices += [edge for kind, one in items if kind is op.RANGE for edge in one]
    choices += [one for kind, one in items if kind is op.LITERAL]
    tests = {
        op.CATEGORY_DIGIT: str.isdigit,
        op.CATEGORY_SPACE: str.isspace,
        op.CATEGORY_WORD: lambda one: one.isalnum() or one == "_",
        op.CATEGORY_NOT_DIGIT: lambda one: not one.isdigit(),
        op.CATEGORY_NOT_SPACE: lambda one: not one.isspace(),
        op.CATEGORY_NOT_WORD: lambda one: not (one.isalnum() or one == "_"),
    }

    def holds(code: int) -> bool:
        return any(
            (kind is op.LITERAL and one == code)
            or (kind is op.RANGE and one[0] <= code <= one[1])
            or (kind is op.CATEGORY and tests[one](chr(code)))
            for kind, one in items
        )

    return next((chr(code) for code in choices if holds(code) != negated), "a")


def sample(tree, drawn_out: int, count: list[int], length: int) -> str:
    """A text that fits a pattern, its repeat number `drawn_out` being so long."""
    out = []
    for kind, value in tree:
        if kind is op.LITERAL:
            out.append(chr(value))
        elif kind is op.NOT_LITERAL:
            out.append("b" if value == ord("a") else "a")
        elif kind is op.ANY:
            out.append("a")
        elif kind is op.IN:
            out.append(one_of(value))
        elif kind is op.BRANCH:
            parts = [sample(part, drawn_out, count, length) for part in value[1]]
            out.append(max(parts, key=len) if length > 1 else parts[0])
        elif kind in (op.SUBPATTERN, op.ATOMIC_GROUP):
            inner = value[-1] if kind is op.SUBPATTERN else value
            out.append(sample(inner, drawn_out, count, length))
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            count[0] += 1
            mine = count[0]
            body = sample(value[2], drawn_out, count, length) or "a"
            times = length // len(body) if mine == drawn_out else max(value[0], 1)
            out.append(body * max(times, 1) if len(body) < length or times == 1 else body)
    return "".join(out)


def attacks(pattern: str | bytes, flags: int, length: int) -> Iterator[str]:
    """Long texts that begin like a match and cannot end like one."""
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    tree = parser.parse(text, flags & ~re.UNICODE if isinstance(pattern, bytes) else flags)
    count = [0]
    short = sample(tree, 0, count, 1)
    yield from (one * length for one in "1a \n")
    for number in range(1, min(count[0], 9) + 1):
        long = sample(tree, number, [0], length)[: 2 * length]
        yield long + "\x00!"
        yield long[:-1]
    if short:
        yield short[0] * length
        for one in (short[:-1], short[:-2], short + "\x00"):
            yield (one or "a") * (length // max(len(one), 1))


def too_long(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError


def blows_up(
    pattern: str | bytes,
    flags: int,
    *,
    searched: bool,
    length: int = LONG,
    bound_s: float = BOUND_S,
) -> bool:
    """True if a text was found that takes beyond the bound; the engine looks at signals."""
    made = re.compile(pattern, flags)
    before = signal.signal(signal.SIGVTALRM, too_long)
    try:
        for text in attacks(pattern, flags, length):
            given = text.encode("utf-8", "replace") if isinstance(pattern, bytes) else text
            signal.setitimer(signal.ITIMER_VIRTUAL, bound_s)
            if searched:
                for _ in made.finditer(given):
                    pass
            else:
                made.match(given)
                made.fullmatch(given)
    except TimeoutError:
        return True
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return False


@pytest.mark.parametrize(
    ("pattern", "searched"),
    [(r"(a+)+$", False), (r"(?:a|a)*b", False), (r"\s+$", True), (r"\s*(\d+)?\s*x", True),
     (rb"<[^>]*>", True), (r"\S+@\S+", True)],
)  # fmt: skip
def test_patterns_that_blow_up_are_seen(pattern: str | bytes, searched: bool) -> None:
    assert blows_up(pattern, re.compile(pattern).flags, searched=searched, bound_s=0.2)


@pytest.mark.parametrize("pattern", [r"a{1,9}b", r"\s+", r"<[^<>]*>", r"(?<!\S)\S+@\S+"])
def test_harmless_patterns_pass(pattern: str) -> None:
    assert not blows_up(pattern, re.compile(pattern).flags, searched=True)


def test_no_pattern_takes_long_on_any_text(package) -> None:
    found = collected(package)
    assert len(found) > 300, "the collection is broken"
    bad = []
    for (pattern, flags), (where, searched) in found.items():
        length, _ = SHORT.get(where, (LONG, ""))
        if blows_up(pattern, flags, searched=searched, length=length):
            bad.append(f"{where}: {pattern!r:.100}")
    assert not bad, f"bound the repeats, anchor the start, or cut the text: {bad}"
