"""Whether a statement means the same in DuckDB and in Spark: a list of what may stand in it.

Translators of dialects pass on functions they do not know without a word, and engines then agree on
the name and not on the meaning: `/` of integers, `HASH`, `median`, the order of NULL, backslashes
in texts. So nothing is translated and nothing is guessed. A statement consists of the words, signs
and functions listed here, of columns of its tables, and of names it gives itself; whatever else is
in it is refused, also where it might have been harmless.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

FUNCTIONS = frozenset(
    {"CAST", "COALESCE", "COUNT", "LAG", "MAX", "MD5", "MIN", "ROW_NUMBER", "SUM"}
)
"""Functions of integers and texts with one meaning: NULL is skipped by the sums, `md5` of NULL is
NULL and of a text the 32 small hexadecimal digits of its UTF-8 bytes, MIN and MAX compare bytes,
and an overflow is an error in both (in Spark because of ANSI mode)."""

KEYWORDS = frozenset({
    "ALL", "AND", "AS", "BIGINT", "BY", "CASE", "DESC", "DISTINCT", "ELSE", "END", "FROM", "GROUP",
    "HAVING", "IN", "INTEGER", "IS", "JOIN", "LEFT", "NOT", "NULL", "ON", "OR", "ORDER", "OVER",
    "PARTITION", "PRECEDING", "ROWS", "SELECT", "THEN", "UNBOUNDED", "UNION", "WHEN", "WHERE",
    "WITH",
})  # fmt: skip

TYPES = frozenset({"BIGINT", "INTEGER"})
"""What may be cast to. Casting to text or from it is left to neither engine."""

NEVER_NULL = frozenset({
    "account", "early", "first_us", "kind", "last_us", "late", "minute", "n", "original", "place",
    "platform", "q", "row", "s", "t_us", "text_md5",
})  # fmt: skip
"""Columns that windows may be ordered by: one engine puts NULL first, the other last."""

_TOKEN = re.compile(
    r"""(?P<space>\s+) | (?P<bad>--|/\*|//|\|\||::|<=>|==) | (?P<text>'(?:[^'\\]|'')*')
    | (?P<number>\d+(?![\w.])) | (?P<word>[A-Za-z_]\w*) | (?P<sign><>|<=|>=|[=<>+\-*/%(),.])
    | (?P<other>.)""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_FLOORED = re.compile(r"\( \( (.+?) - \1 % (\d+) \) / \2 AS BIGINT \)")
"""The one division: of a multiple, whose quotient is exact also where `/` gives a float."""


class Token(NamedTuple):
    """A piece of a statement."""

    kind: str
    text: str

    @property
    def keyword(self) -> str:
        """The keyword it is, in capitals; empty if it is none."""
        upper = self.text.upper()
        return upper if self.kind == "word" and upper in KEYWORDS else ""


_END = Token("end", "")


def tokens(statement: str) -> list[Token]:
    """The pieces of a statement without the space between them."""
    found = [Token(str(match.lastgroup), match.group()) for match in _TOKEN.finditer(statement)]
    return [token for token in found if token.kind != "space"]


def unportable(statement: str, names: Collection[str]) -> list[str]:
    """What in a statement is not known to mean the same in both engines; empty if nothing.

    Args:
        statement: SQL without placeholders.
        names: Its tables and their columns.

    Returns:
        One phrase for each finding, such as `the function MEDIAN`.
    """
    parts = tokens(statement)
    casts = _casts(parts)
    known = {name.lower() for name in names} | _given(parts, casts)
    found = []
    for at, token in enumerate(parts):
        following = parts[at + 1] if at + 1 < len(parts) else _END
        before = parts[at - 1] if at else _END
        found += _word(token, before, following, known)
        if at in casts and following.keyword not in TYPES:
            found.append(f"a cast to {following.text.upper()}")
        if token.kind in {"bad", "other"}:
            found.append(f"the sign {token.text}")
    flat = " ".join(token.text for token in parts)
    if sum(token == ("sign", "/") for token in parts) != len(_FLOORED.findall(flat)):
        found.append("a division that is not of a multiple")
    found += _loose_orders(parts)
    return list(dict.fromkeys(found))


class Named(NamedTuple):
    """A SELECT that a statement gives a name to."""

    name: str
    select: str
    uses: int
    """How often the rest of the statement names it."""


def divided(statement: str) -> tuple[list[Named], str]:
    """The named SELECTs at the head of a statement (WITH), in order, and what follows them.

    Spark would work out such a SELECT once for each use; who takes them apart can keep the rows.
    """
    found = [match for match in _TOKEN.finditer(statement) if match.lastgroup != "space"]
    texts = [match.group() for match in found]
    at, named, depth, begun = 1, [], 0, 0
    if not texts or texts[0].upper() != "WITH":
        return [], statement
    for index, text in enumerate(texts):
        if text == "(":
            depth += 1
            begun = index if depth == 1 else begun
        elif text == ")":
            depth -= 1
        if text != ")" or depth:
            continue
        select = statement[found[begun].end() : found[index].start()]
        later = [one.upper() for one in texts[index + 1 :]]
        named.append(Named(texts[at], select, later.count(texts[at].upper())))
        at = index + 2
        if at > len(later) + index or texts[index + 1] != ",":
            return named, statement[found[index].end() :]
    return [], statement


def _casts(parts: Sequence[Token]) -> set[int]:
    """Where the AS stand that name a type: directly inside the brackets of a CAST."""
    found = set()
    opened: list[bool] = []
    for at, token in enumerate(parts):
        if token.text == "(":
            opened.append(bool(at) and parts[at - 1].text.upper() == "CAST")
        elif token.text == ")" and opened:
            opened.pop()
        elif token.keyword == "AS" and opened and opened[-1]:
            found.add(at)
    return found


def _given(parts: Sequence[Token], casts: Collection[int]) -> set[str]:
    """Names that a statement gives: `… AS name`, and `name AS (…)` of WITH."""
    given = set()
    for at, token in enumerate(parts):
        if token.keyword != "AS" or at in casts or at + 1 >= len(parts):
            continue
        following, before = parts[at + 1], parts[at - 1] if at else _END
        if following.kind == "word" and not following.keyword:
            given.add(following.text.lower())
        elif following.text == "(" and before.kind == "word":
            given.add(before.text.lower())
    return given


def _word(token: Token, before: Token, following: Token, known: set[str]) -> list[str]:
    """What is wrong with one word, where it stands."""
    if token.kind != "word":
        return []
    keyword = token.keyword
    if keyword == "ALL" and before.keyword != "UNION":
        return ["ALL outside UNION ALL"]
    if keyword:
        return []
    if following.text == "(":
        return [] if token.text.upper() in FUNCTIONS else [f"the function {token.text.upper()}"]
    return [] if token.text.lower() in known else [f"the word {token.text}"]


def _loose_orders(parts: Sequence[Token]) -> list[str]:
    """Columns that order a window and may be NULL."""
    found = []
    for at, token in enumerate(parts):
        if token.keyword != "OVER":
            continue
        ordering = False
        for inner, following in zip(parts[at + 2 :], [*parts[at + 3 :], _END], strict=True):
            if inner.text == ")" or inner.keyword == "ROWS":
                break
            ordering = ordering or inner.keyword == "ORDER"
            plain = inner.kind == "word" and not inner.keyword and following.text != "."
            if ordering and plain and inner.text.lower() not in NEVER_NULL:
                found.append(f"a window ordered by {inner.text}, which may be NULL")
    return found
