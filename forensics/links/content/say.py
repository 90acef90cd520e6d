"""The sentence of a family of ties: how many accounts, how many pairs, against what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forensics.links.limits import MOST_PAIRED


def sentence(one: str, many: str, against: str, counts: Mapping[str, Any], left_out: str) -> str:
    """What was found, in numbers.

    Args:
        one: Name of a thing.
        many: Name of several.
        against: Whom rarity is measured among.
        counts: Details of the finding.
        left_out: What was not compared, as a sentence; may be empty.
    """
    accounts, edges = counts["accounts"], counts["edges"] + counts["edges_not_written"]
    few, light, bursts = (
        counts[key] for key in ("pairs_with_too_few", "pairs_without_weight", "bursts")
    )
    if edges:
        text = (
            f"{counts['tied_accounts']:,} of {accounts:,} accounts share {many} in "
            f"{edges:,} pair{'s' * (edges != 1)}, weighed by how rare each is among {against}; "
            f"{counts['pairs_beyond_chance']:,} of all pairs share more of them than if posts were "
            "dealt out anew (false discovery rate 5 %)."
        )
    else:
        text = (
            f"No {one} ties two of {accounts:,} accounts: {counts['shared']:,} of "
            f"{counts['things']:,} {many} stand with more than one account."
        )
    parts = [text]
    if light:
        parts.append(f"{light:,} pairs share only what is common and make no tie.")
    if few:
        parts.append(f"{few:,} pairs share no more of them than chance explains: no tie.")
    if bursts:
        parts.append(
            f"{bursts:,} {one if bursts == 1 else many} went round among more than {MOST_PAIRED} "
            "accounts and made no pairs."
        )
    if counts["edges_not_written"]:
        parts.append(f"The {counts['edges']:,} heaviest pairs are listed.")
    if counts["things_not_paired"]:
        parts.append(
            f"{counts['things_not_paired']:,} {many} were left unpaired, the most widely shared "
            "first: together they make too many pairs."
        )
    return " ".join([*parts, left_out]).rstrip()
