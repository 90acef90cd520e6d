"""The same address of a page from several accounts, without what trackers add to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from forensics.links.content.build import Family, ties
from forensics.links.content.incidence import OWN, Firsts, digest, firsts_of
from forensics.links.content.reader import Reader, Stored
from forensics.links.content.spelling import Spelled, lines_of, respell
from forensics.links.edges import Ties

CEILING = 10_000
"""Addresses are there to be passed on."""
URLS = f"{OWN} AND urls IS NOT NULL"
NAME = "addresses"
"""Of the tables of addresses in the reader's database."""
EACH = "unnest(string_split(urls, '|'))"
_TRACKING = re.compile(
    r"utm_.*|fbclid|gclid|dclid|msclkid|yclid|igshid|igsh|mc_cid|mc_eid|ref_src|ref_url|cmpid|"
    r"spm|share_token|feature|si|s|t",
    re.IGNORECASE,
)
_SHORT_KEYS = frozenset({"s", "t", "si", "feature"})
_SHARE_HOSTS = re.compile(r"(?:twitter|x|youtube|youtu|instagram|tiktok)\.(?:com|be)$")


def canonical(url: str) -> str:
    """An address in one spelling; empty where it names a whole site or cannot be read.

    Scheme, `www.`/`m.`, default port, fragment, trailing slash and tracking fields go; fields are
    sorted. A front page is left out: it is where everybody links to.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
        port = parts.port
    except ValueError:
        return ""
    fields = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=None)
        if not _tracking(name, host)
    )
    path = parts.path.rstrip("/")
    if not host or not (path or fields):
        return ""
    host = f"[{host}]" if ":" in host else host  # else ::1 at port 8 would be ::1:8
    where = host if port in (None, 80, 443) else f"{host}:{port}"
    return f"{where}{path}?{urlencode(fields, errors='replace')}" if fields else f"{where}{path}"


def _tracking(name: str, host: str) -> bool:
    """True for a field that says who passed the address on, not which page it is."""
    if not _TRACKING.fullmatch(name):
        return False
    return name.lower() not in _SHORT_KEYS or bool(_SHARE_HOSTS.search(host))


@dataclass(frozen=True, slots=True)
class Addresses:
    """Who posted which address."""

    lines: Stored
    """Every post."""
    same: Firsts
    """First posts of addresses that several accounts posted."""


def read_addresses(reader: Reader) -> Addresses:
    """All addresses that accounts posted themselves."""
    respell(reader, NAME, (EACH, URLS), lambda urls: [_spelled(url) for url in urls])
    lines = lines_of(reader, NAME, (EACH, URLS))
    return Addresses(lines, firsts_of(lines, len(reader.population.names)))


def _spelled(url: str) -> Spelled | None:
    """An address in one spelling; what is kept of it is its host."""
    name = canonical(url)
    return (digest("url", name), 0, re.split(r"[/?]", name, maxsplit=1)[0]) if name else None


def same_url(reader: Reader, addresses: Addresses) -> Ties:
    """Accounts that posted one address."""

    def named(key: int) -> str:
        host = reader.fetch(f"SELECT words FROM {NAME} WHERE key = {key}::UBIGINT")["words"][0]
        return f"{str(host)[:80]}/... {key:016x}"

    family = Family(
        kind="same_url",
        ceiling_mdb=CEILING,
        one="address",
        many="addresses",
        counted=True,
        active=addresses.same.of_account,
        things=addresses.same.things,
        name=named,
    )
    return ties(family, reader, addresses.same.lines)
