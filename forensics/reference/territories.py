"""Names of countries in the languages of interfaces, and of wide regions; for reading labels.

`territory_names.tsv.gz` is built from Unicode's CLDR by `tools/build_territory_names.py`;
`codes/world_regions.tsv` is kept by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from forensics.reference.pack import DATA, read_lines


@cache
def territory_names() -> Mapping[str, tuple[str, ...]]:
    """Name of a country in lower case, in any of the languages built in -> ISO 3166-1 codes.

    Raises:
        ReferenceDataError: the table is missing or damaged.
    """
    rows = (line.split("\t") for line in read_lines("territory_names.tsv.gz"))
    return {name: tuple(codes.split()) for name, codes in rows}


@cache
def world_regions() -> Mapping[str, tuple[str, ...]]:
    """Name of a wide region in lower case, such as `south asia` -> ISO 3166-1 codes, in order."""
    text = (DATA / "codes" / "world_regions.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and line[0] != "#")
    return {name: tuple(sorted(set(codes.split()))) for name, codes in rows}


def territories(name: str) -> tuple[str, ...]:
    """Countries called so in one of the languages; empty if none is."""
    plain = " ".join(name.casefold().split())
    found = territory_names().get(plain)
    if found is None:
        # Interfaces write the apostrophe of Ukrainian and Uzbek in several ways.
        found = territory_names().get(plain.replace("'", "ʼ")) or territory_names().get(
            plain.replace("'", "’")
        )
    return found or ()
