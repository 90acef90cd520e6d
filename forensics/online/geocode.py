"""Asking a geocoder: the exact words are shown, recorded before they leave, and never sent twice.

A question hands over the clue, the time and our address; a list of a suspect's places reveals the
target. So it needs a case (its record holds what was sent), a service named by hand, and at most
one question a second. The answer is kept as the service gave it, under its hash, and serves the
next time. Why the record is the cache: docs/decisions/0010-one-door-to-the-network.md.
"""

from __future__ import annotations

import hashlib
import json
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from forensics.case import Case, FileRef
from forensics.case.files import write_whole
from forensics.errors import NetworkError, UsageError
from forensics.model import Entry, Json
from forensics.online.wire import DenyAdapter, OneHostAdapter, Received, Sent
from forensics.version import __version__

SERVICES: Mapping[str, str] = {"nominatim": "https://nominatim.openstreetmap.org"}
"""Service -> its public address. `--base-url` names a server of one's own instead."""
SECONDS_BETWEEN = 1.1
"""The service asks for at most one question a second from one application."""
TIMEOUT_S = 15
MAX_HITS = 10
MAX_QUERY = 200
FOLDER = "network"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
Show = Callable[[str], None]
"""Called with the exact address before it is sent."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask, and whom."""

    service: str
    """A key of SERVICES."""
    query: str
    """The words that leave the machine."""
    base_url: str = ""
    """A server of one's own; empty for the public one."""

    @property
    def key(self) -> str:
        """Equal for equal questions: what was asked once is not sent again."""
        return f"{self.service} {self.base()} {' '.join(self.query.split()).casefold()}"

    def base(self) -> str:
        """Scheme and host to speak to.

        Raises:
            UsageError: an unknown service, or an address that is neither https nor this machine.
        """
        if self.service not in SERVICES:
            known = ", ".join(SERVICES)
            raise UsageError(f"no service {self.service!r}", todo=f"known: {known}")
        base = (self.base_url or SERVICES[self.service]).rstrip("/")
        parts = urlsplit(base)
        local = parts.netloc.rpartition(":")[0] in _LOOPBACK or parts.netloc in _LOOPBACK
        plain = parts.path == "" and not parts.query and "@" not in parts.netloc
        if (
            not parts.netloc
            or not plain
            or parts.scheme not in ({"https", "http"} if local else {"https"})
        ):
            raise UsageError(
                f"cannot use the address {base!r:.80}",
                where="--base-url",
                todo="write https://HOST[:PORT]",
            )
        return base


@dataclass(frozen=True, slots=True)
class Hit:
    """One place the service names. A claim of the service, not an observation of ours."""

    name: str
    lat_udeg: int
    lon_udeg: int
    kind: str
    """The service's own class and type, such as `boundary administrative`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered, and where its words are kept."""

    question: Question
    hits: tuple[Hit, ...]
    file: FileRef
    kept: bool
    """True if it was asked before and nothing was sent this time."""


def geocode(
    case: Case, questions: Sequence[Question], *, allow: frozenset[str], show: Show
) -> list[Answer]:
    """The answers to all questions, in order.

    Each question is shown, then written into the record, then sent; its answer is kept in the case
    and named by the record. An error is raised and recorded; it never passes for "not found".

    Args:
        case: An open case that can be added to.
        questions: What to ask.
        allow: Names of services that may be asked. Anything else is denied.
        show: Called with the exact address that leaves, before it leaves.

    Raises:
        NetworkError: not allowed, no answer, or an answer that cannot be read.
        UsageError: an unknown service, an unusable address, an empty or overlong question.
    """
    from geopy.extra.rate_limiter import RateLimiter

    for one in questions:
        one.base()
        if not one.query.strip() or len(one.query) > MAX_QUERY:
            raise UsageError(f"a question needs 1 to {MAX_QUERY} characters", where=one.query[:40])
    ask = RateLimiter(
        partial(_ask, case, allow=allow, show=show),
        min_delay_seconds=SECONDS_BETWEEN,
        max_retries=0,
        swallow_exceptions=False,
    )
    return [_kept(case, one) or ask(one) for one in questions]


def _kept(case: Case, question: Question) -> Answer | None:
    """The answer that an earlier line of the record names, if its file still has that hash."""
    found: Entry | None = None
    for entry in case.entries():
        if (
            entry.kind == "network"
            and entry.body.get("key") == question.key
            and "files" in entry.body
        ):
            found = entry
    if found is None or case.stage_done("network", question.key) is None:
        return None
    file = FileRef.from_json(found.body["files"][0])  # type: ignore[index]
    if file is None:
        return None
    data = (case.root / file.path).read_bytes()
    return Answer(question, _hits(data, question.service), file, kept=True)


def _ask(case: Case, question: Question, *, allow: frozenset[str], show: Show) -> Answer:
    """Send one question and keep the answer."""
    answers: list[bytes] = []

    def sent(url: str) -> None:
        show(url)
        case.append("network", {**_line(question), "act": "ask", "sends": url})

    def received(data: bytes) -> None:
        _hits(data, question.service)  # before geopy reads it: it repairs what we refuse
        answers.append(data)

    try:
        _geocoder(question, allow, sent, received).geocode(
            question.query, exactly_one=False, limit=MAX_HITS
        )
    except NetworkError as error:
        case.append("network", {**_line(question), "act": "failed", "error": error.line()})
        raise
    data = answers[-1]
    sha256 = hashlib.sha256(data).hexdigest()
    path = case.root / FOLDER / f"{sha256}.json"
    path.parent.mkdir(exist_ok=True)
    write_whole(path, data)
    file = case.file_ref(path)
    case.append(
        "network",
        {**_line(question), "act": "answer", "key": question.key, "files": [file.as_json()]},
    )
    return Answer(question, _hits(data, question.service), file, kept=False)


def _line(question: Question) -> dict[str, Json]:
    return {"service": question.service, "host": urlsplit(question.base()).netloc}


def _geocoder(question: Question, allow: frozenset[str], sent: Sent, received: Received) -> Any:
    """The geocoder of geopy for this question, with an adapter that denies unless allowed."""
    from geopy.geocoders import Nominatim

    parts = urlsplit(question.base())

    def speaking(*, proxies: Any, ssl_context: Any) -> OneHostAdapter:
        """Takes what geopy passes; proxies of the environment are not used."""
        del proxies
        return OneHostAdapter(
            host=parts.netloc, sent=sent, received=received, ssl_context=ssl_context
        )

    return Nominatim(
        domain=parts.netloc,
        scheme=parts.scheme,
        user_agent=f"gnomon-forensics/{__version__}",
        timeout=TIMEOUT_S,
        ssl_context=ssl.create_default_context(),
        adapter_factory=speaking if question.service in allow else DenyAdapter,
    )


def _hits(data: bytes, service: str) -> tuple[Hit, ...]:
    """The places of an answer, strictly read.

    Raises:
        NetworkError: it is not what such a service answers.
    """
    try:
        rows = json.loads(data)
        return tuple(
            Hit(
                name=str(row["display_name"])[:300],
                lat_udeg=_udeg(row["lat"], 90),
                lon_udeg=_udeg(row["lon"], 180),
                kind=f"{row.get('class', '')} {row.get('type', '')}".strip()[:80],
            )
            for row in rows[:MAX_HITS]
        )
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        InvalidOperation,
    ) as error:
        raise NetworkError("the answer is not that of a geocoder", where=service) from error


def _udeg(text: object, limit: int) -> int:
    value = Decimal(str(text))
    if not value.is_finite() or value.copy_abs() > limit:
        raise ValueError(text)
    return round(value * 1_000_000)
