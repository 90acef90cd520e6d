"""Groups of files that show one picture, as text for a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from forensics.job.ask.about_same import (
    FALSE_PAIRS_PPM,
    STRANGER_PAIRS,
    FileGroup,
    Member,
    SameFiles,
)
from forensics.model import Json
from forensics.verbs.console import printable
from forensics.verbs.width import cut, wrapped

_TIE = 20
"""Columns that say what ties a file to the group."""
_WORDS = {
    "first": "",
    "bytes": "equal bytes",
    "pixels": "equal pixels",
    "pdq": "PDQ",
    "pdq_inner": "PDQ, framed",
    "pdq_mirror": "PDQ, mirrored",
}


def same_json(found: SameFiles) -> dict[str, Json]:
    """All of it as one object of whole numbers and text.

    Returns:
        `files, pictures, groups` (each with `files` and `telling`; a file has `path, how, bits,
        to`), `candidates` (`first, second, phash_bits, dhash_bits`), `too_flat, crowded, refused,
        error_rates`.
    """
    groups: list[Json] = [
        {"telling": group.telling, "files": [_member(one) for one in group.members]}
        for group in found.groups
    ]
    candidates: list[Json] = [
        {
            "first": one.first,
            "second": one.second,
            "phash_bits": one.phash_bits,
            "dhash_bits": one.dhash_bits,
        }
        for one in found.candidates
    ]
    return {
        "files": found.files,
        "pictures": found.pictures,
        "groups": groups,
        "candidates": candidates,
        "too_flat": found.too_flat,
        "crowded": found.crowded,
        "refused": dict(found.refused),
        "error_rates": {
            "stranger_pairs_measured": STRANGER_PAIRS,
            "false_pairs_found": 0,
            "false_pairs_at_most_ppm": FALSE_PAIRS_PPM,
            "false_pairs_expected_here_at_most_milli": found.false_pairs_milli,
        },
    }


def _member(one: Member) -> dict[str, Json]:
    return {"path": one.shown, "how": one.how, "bits": one.bits, "to": one.to or None}


def same_text(found: SameFiles, *, width: int) -> Iterator[str]:
    """Lines of at most `width` columns: every group, every candidate, and how far to trust them."""
    for number, group in enumerate(found.groups, 1):
        yield from _group(number, group, width)
    for one in found.candidates:
        bits = f"pHash {one.phash_bits} dHash {one.dhash_bits}"
        yield cut(f"candidate: {bits} of 64 bits apart", width)
        for name in (one.first, one.second):
            yield _file("", name, width)
    for line in _said(found):
        yield from wrapped(line, width)


def _group(number: int, group: FileGroup, width: int) -> Iterator[str]:
    blank = "" if group.telling else ", an empty area: it ties nobody"
    yield cut(f"group {number}: one picture in {len(group.members)} files{blank}", width)
    first = group.members[0].shown
    for one in group.members:
        words = _WORDS[one.how]
        tie = f"{words} {one.bits}/256" if one.how.startswith("pdq") else words
        yield _file(tie, one.shown, width)
        if one.to not in {"", first}:
            yield _file("", f"(compared with {one.to})", width)


def _file(tie: str, name: str, width: int) -> str:
    """What ties a file, and its name; of a long name the end is kept."""
    head = f"  {tie:<{_TIE}} "
    return head + cut(printable(name), max(width - len(head), 1))


def _said(found: SameFiles) -> Iterator[str]:
    pairs = len(found.candidates)
    yield (
        f"{found.files:,} files, {found.pictures:,} different; {len(found.groups):,} "
        f"{_many(len(found.groups), 'group')} of one picture, {pairs:,} "
        f"{_many(pairs, 'candidate')} for a person to compare."
    )
    if found.too_flat:
        yield (
            f"{found.too_flat:,} {_many(found.too_flat, 'picture')} with too little to see: "
            "compared by bytes and pixels only."
        )
    if found.crowded:
        yield "Many pictures crowd together: ties between some of them may be missing."
    yield (
        f"Of {STRANGER_PAIRS:,} pairs of different pictures PDQ (at most 31 bits apart) took none "
        f"for the same, and none was a candidate: at most {FALSE_PAIRS_PPM} of a million "
        f"(95 %), here at most {found.false_pairs_milli / 1000:.1f} false pairs of each kind. "
        "Crops of 5 % or more, turned pictures and details are mostly missed."
    )


def _many(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"
