"""Names of places in metadata -> areas that are known."""

from __future__ import annotations

from forensics.reference.regions import read_label


def areas_named(text: str) -> tuple[str, ...]:
    """Area codes of `Country > Province > City` as far inwards as they are known; may be empty.

    A single name counts only as a country: there is a Kingston on every continent.
    """
    names = [name.replace(",", " ") for name in text.split(" > ")]
    found = read_label(", ".join(reversed(names))).areas
    found = found or read_label(" ".join(names)).areas
    return found if len(names) > 1 else tuple(code for code in found if "-" not in code)
