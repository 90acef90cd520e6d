"""The same phone number, plate or registration, and pictures of the same uploader.

What identifies a code is kept in memory to compare it; what is printed is masked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from forensics.clues import Evidence
from forensics.clues.codes import READERS, Code, CodeKind, codes_in
from forensics.ids.weibo_images import LINK_RE2, uploader_of_file, uploaders_in_text
from forensics.links.content.build import Family, ties
from forensics.links.content.incidence import Incidence, digest, made
from forensics.links.content.reader import Reader
from forensics.links.edges import Ties
from forensics.read.database import literal

CODE_CEILING = 20_000
UPLOADER_CEILING = 15_000
IDENTIFYING: frozenset[CodeKind] = frozenset({"phone", "plate", "filing", "company", "resident_id"})
"""Kinds that name one thing; a postal code or a word of context names an area."""
NO_TIME = 0
"""Stands for the time of a line that is in no post; such lines have no place either."""


def same_code(evidence: Evidence, reader: Reader, active: NDArray[np.int64]) -> Ties:
    """Accounts whose posts or profiles show one number; `active`: texts of each account."""
    keys: list[int] = []
    accounts: list[int] = []
    times: list[int] = []
    places: list[int] = []
    shown: dict[int, str] = {}
    patterns = tuple(one.candidates() for one in READERS if one.kind in IDENTIFYING)
    for text, hits in _matching(reader, patterns):
        for code in _codes(text):
            key = digest("code", f"{code.kind}:{code.identity}")
            label = f"{code.kind.replace('_', ' ')} {code.shown}"
            shown[key] = min(shown.get(key, label), label)
            for account, t_us, place in hits:
                keys.append(key)
                accounts.append(account)
                times.append(t_us)
                places.append(place)
    for one in evidence.profiles:
        number = reader.codes.get(one.account)
        if number is None or one.field not in {"bio", "name", "url"}:
            continue
        for code in _codes(one.value):
            key = digest("code", f"{code.kind}:{code.identity}")
            label = f"{code.kind.replace('_', ' ')} {code.shown}"
            shown[key] = min(shown.get(key, label), label)
            keys.append(key)
            accounts.append(number)
            times.append(NO_TIME)
            places.append(-1)
    family = Family(
        kind="same_code",
        ceiling_mdb=CODE_CEILING,
        one="number or registration",
        many="numbers or registrations",
        name=lambda key: shown[key],
        active=active,
    )
    return ties(family, reader, _posts_first(made(keys, accounts, times, places)))


def same_uploader(evidence: Evidence, reader: Reader, active: NDArray[np.int64]) -> Ties:
    """Accounts whose pictures were first uploaded by one account of Weibo."""
    keys: list[int] = []
    accounts: list[int] = []
    times: list[int] = []
    places: list[int] = []
    names: dict[int, str] = {}

    def add(number: int, hits: Iterator[tuple[int, int, int]]) -> None:
        key = digest("uploader", str(number))
        names[key] = f"uploader {number}"
        for account, t_us, place in hits:
            keys.append(key)
            accounts.append(account)
            times.append(t_us)
            places.append(place)

    for text, hits in _matching(reader, (LINK_RE2,)):
        for number in sorted(set(uploaders_in_text(text))):
            add(number, iter(hits))
    for name, hits in _media(reader):
        number_or_none = uploader_of_file(name)
        if number_or_none is not None:
            add(number_or_none, iter(hits))
    for image in evidence.images:
        number_or_none = uploader_of_file(image.name)
        if number_or_none is not None:
            mine = (reader.codes[one] for one in image.accounts if one in reader.codes)
            add(number_or_none, ((account, NO_TIME, -1) for account in mine))
    family = Family(
        kind="same_uploader",
        ceiling_mdb=UPLOADER_CEILING,
        one="uploader",
        many="uploaders",
        name=lambda key: names[key],
        active=active,
    )
    return ties(family, reader, _posts_first(made(keys, accounts, times, places)))


def _posts_first(lines: Incidence) -> Incidence:
    """The first line of each account and thing; one in a post goes before one without a time."""
    inside = lines.place >= 0
    posts, others = lines.where(inside).firsts(), lines.where(~inside).firsts()
    have = set(zip(posts.key.tolist(), posts.account.tolist(), strict=True))
    new = np.fromiter(
        (one not in have for one in zip(others.key.tolist(), others.account.tolist(), strict=True)),
        dtype=bool,
        count=len(others),
    )
    both = Incidence(
        np.concatenate([posts.key, others.key[new]]),
        np.concatenate([posts.account, others.account[new]]),
        np.concatenate([posts.t_us, others.t_us[new]]),
        np.concatenate([posts.place, others.place[new]]),
    )
    order = np.lexsort((both.account, both.key))
    return both.where(order)


def _codes(text: str) -> Iterator[Code]:
    """Codes that name one thing."""
    for code in codes_in(text):
        if isinstance(code, Code) and code.kind in IDENTIFYING and not code.needs_china:
            yield code


def _matching(
    reader: Reader, patterns: tuple[str, ...]
) -> Iterator[tuple[str, list[tuple[int, int, int]]]]:
    """Each distinct text that matches one of some RE2 patterns, with (account, time, line)."""
    where = " OR ".join(f"regexp_matches(text, {literal(one)})" for one in patterns)
    yield from _by_value(reader, "text", f"text IS NOT NULL AND kind <> 'repost' AND ({where})")


def _media(reader: Reader) -> Iterator[tuple[str, list[tuple[int, int, int]]]]:
    """Each name of a picture, with who posted it when and where."""
    yield from _by_value(reader, "unnest(string_split(media, '|'))", "media IS NOT NULL")


def _by_value(
    reader: Reader, wanted: str, condition: str
) -> Iterator[tuple[str, list[tuple[int, int, int]]]]:
    lines, values = reader.both(wanted, condition)
    hits: Mapping[int, list[tuple[int, int, int]]] = defaultdict(list)
    columns = (lines.key, lines.account, lines.t_us, lines.place)
    for key, account, t_us, place in zip(*(one.tolist() for one in columns), strict=True):
        hits[key].append((account, t_us, place))
    seen: set[int] = set()
    for key, value in values:
        if key not in seen:
            seen.add(key)
            yield value, hits[key]
