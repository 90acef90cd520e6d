"""Website filings: `苏ICP备…号` names a province, `苏公网安备 3209…号` a county."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forensics.clues.codes.code import Code, CodeReader, Found, RefusedCode
from forensics.reference import divisions, plates

_ICP = re.compile(r"(?P<head>[㐀-鿿])\s?ICP\s?[备備证證]\s?(?P<number>\d{6,10})\s?(?:号|號)")
_POLICE = re.compile(r"(?P<head>[㐀-鿿])\s?公[网網]安[备備]\s?(?P<number>\d{6,20})\s?(?:号|號)?")


def read(text: str) -> Iterator[Found]:
    """Filings of one folded text."""
    for match in _ICP.finditer(text):
        start, end = match.span()
        province = plates.read_icp(match["head"])
        if province is None:
            yield RefusedCode("filing", start, end, "filing_unknown_character")
            continue
        shown = f"{match['head']}ICP备****号"
        identity = f"{match['head']}{match['number']}"
        yield Code("filing", start, end, shown, identity, (province,))
    for match in _POLICE.finditer(text):
        start, end = match.span()
        number = match["number"]
        found = plates.read_police_filing(match["head"], number)
        if found is None:
            yield RefusedCode("filing", start, end, "filing_placeholder")
            continue
        yield Code(
            "filing",
            start,
            end,
            f"{match['head']}公网安备 {number[:6]}****号",
            f"{match['head']}{number}",
            (found[0],),
            finer=divisions.county(number[:6]),
            note=found[1],
        )


def candidates() -> str:
    """RE2 pattern of raw texts that may hold such a code."""
    return r"ICP\s?[备備证證]|公[网網]安[备備]"


READER = CodeReader("filing", candidates, read)
