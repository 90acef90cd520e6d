"""Postal codes, from the tables: digits of the right form right behind a word such as 邮编.

Any six digits are a number, so the word has to stand beside them with nothing but signs between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from forensics.clues.codes.code import Code, CodeReader, Found
from forensics.clues.codes.words import re2_of
from forensics.reference.code_tables import Fact, facts_of
from forensics.reference.folding import lower

_BETWEEN = r"[\s:：=#№.,;()（）〔\[「\"'-]{0,4}(?:is\s|number\s|no\.?\s)?"
_BEHIND = r"(?![A-Za-z0-9_]|[.-]\d)"
_SHOWN = 4


@cache
def _shapes() -> Mapping[str, tuple[re.Pattern[str], Mapping[str, list[Fact]]]]:
    """Form (`000000`) -> (expression, code with `#` -> facts)."""
    tables: dict[str, dict[str, list[Fact]]] = {}
    for fact in facts_of("postal"):
        shape = re.sub(r"[0-9#]", "0", re.sub(r"[A-Z@]", "A", fact.text))
        tables.setdefault(shape, {}).setdefault(fact.text, []).append(fact)
    return {shape: (_expression(shape, table), table) for shape, table in sorted(tables.items())}


def _expression(shape: str, table: Mapping[str, list[Fact]]) -> re.Pattern[str]:
    """A required word, then the code; a space or hyphen may stand in the middle of many digits."""
    cues = sorted({cue for facts in table.values() for fact in facts for cue in fact.requires})
    words = "|".join(re.escape(cue) for cue in sorted(cues, key=lambda cue: (-len(cue), cue)))
    body = shape.replace("A", "[A-Za-z]").replace("0", r"\d")
    if set(shape) == {"0"} and len(shape) >= 6:
        body = rf"\d{{{len(shape) // 2}}}[\s-]?\d{{{len(shape) - len(shape) // 2}}}"
    return re.compile(rf"(?<![^\W\d_㐀-鿿])(?P<cue>{words}){_BETWEEN}(?P<code>{body}){_BEHIND}")


def read(text: str) -> Iterator[Found]:
    """Postal codes of one folded text."""
    low = lower(text)
    for shape, (expression, table) in _shapes().items():
        for match in expression.finditer(low):
            plain = re.sub(r"[\s-]", "", match["code"]) if "-" not in shape else match["code"]
            facts = _fitting(table, plain.upper(), match["cue"])
            if facts:
                yield _code(match, plain.upper(), facts)


def _fitting(table: Mapping[str, list[Fact]], code: str, cue: str) -> list[Fact]:
    """Facts of the longest start that fits the code and whose word is the one that was read."""
    for known in range(len(code), 0, -1):
        head = code[:known]
        keys = {head + re.sub(r"[0-9]", "#", code[known:])}
        keys |= {head[0] + re.sub(r"[0-9]", "#", re.sub("[A-Z]", "@", code[1:]))}
        for key in sorted(keys):
            facts = [fact for fact in table.get(key, ()) if cue in fact.requires]
            if facts:
                return facts
    return []


def _code(match: re.Match[str], code: str, facts: list[Fact]) -> Code:
    areas = tuple(sorted({area for fact in facts for area in fact.areas}))
    note = "; ".join(sorted({fact.note for fact in facts if fact.note}))
    return Code(
        "postal",
        match.start("code"),
        match.end("code"),
        code[:_SHOWN] + "*" * (len(code) - _SHOWN),
        f"{areas[0][:2]}:{code}",
        areas,
        note=note,
    )


def candidates() -> str:
    """RE2 pattern: one of the words before digits."""
    cues = {cue for fact in facts_of("postal") for cue in fact.requires}
    return re2_of(cues) + r"(?s:.*)\p{Nd}{2}"


READER = CodeReader("postal", candidates, read)
