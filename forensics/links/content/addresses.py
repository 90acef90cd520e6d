"""The same address of a page from several accounts, without what trackers add to it."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np

from forensics.links.content.build import Family, ties
from forensics.links.content.incidence import OWN, Incidence, Reader, digest, nothing, renamed
from forensics.links.edges import Ties

CEILING = 10_000
"""Addresses are there to be passed on."""
URLS = f"{OWN} AND urls IS NOT NULL"
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


def read_addresses(reader: Reader) -> tuple[Incidence, dict[int, str]]:
    """Who posted which address, and the host of each."""
    lines = reader.column(EACH, URLS)
    made: dict[int, int] = {}
    hosts: dict[int, str] = {}
    for batch in reader.values(EACH, URLS):
        for given, url in batch:
            name = canonical(url)
            if name:
                made[given] = digest("url", name)
                hosts[made[given]] = re.split(r"[/?]", name, maxsplit=1)[0]
    if not made:
        return nothing(), {}
    old = np.fromiter(made, dtype=np.uint64, count=len(made))
    order = np.argsort(old)
    new = np.fromiter(made.values(), dtype=np.uint64, count=len(made))[order]
    return renamed(lines, old[order], new, np.ones(len(old), dtype=bool)), hosts


def same_url(reader: Reader, lines: Incidence, hosts: dict[int, str]) -> Ties:
    """Accounts that posted one address."""
    family = Family(
        kind="same_url",
        ceiling_mdb=CEILING,
        one="address",
        many="addresses",
        counted=True,
        name=lambda key: f"{hosts[key][:80]}/... {key:016x}",
    )
    return ties(family, reader, lines.firsts())
