"""What geopy sends through: nothing, unless one host was allowed by name.

geopy asks an adapter for every page. The one that denies is the default here, so that "offline" is
a property that can be tested; the other speaks to one host, follows no redirect, uses no proxy of
the environment, and hands over each address before it is sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from geopy.adapters import BaseSyncAdapter

from forensics.errors import NetworkError

MAX_ANSWER_BYTES = 1 << 20
"""A longer answer is refused: the service is not what it claims to be."""
Sent = Callable[[str], None]
"""Called with the whole address right before it leaves."""
Received = Callable[[bytes], None]
"""Called with the bytes of an answer as they came; raises if they are not what was asked for."""


class DenyAdapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy ships no types
    """Denies every request: what geopy is given unless a flag names a service."""

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        """Refuse.

        Raises:
            NetworkError: always.
        """
        return self.get_text(url, timeout=timeout, headers=headers)

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """Refuse.

        Raises:
            NetworkError: always.
        """
        raise NetworkError(
            "the network is not allowed",
            where=urlsplit(url).netloc,
            todo="name the service with --allow-network",
        )


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would send the question to a host that nobody allowed."""

    def redirect_request(  # noqa: PLR0917 - the standard library calls it so
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        """Follow none; the caller sees the status instead."""


class OneHostAdapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy ships no types
    """Speaks to one host only, and shows each address before it is sent."""

    def __init__(self, *, host: str, sent: Sent, received: Received, ssl_context: Any) -> None:
        """Allow one host (`name` or `name:port`)."""
        super().__init__(proxies=None, ssl_context=ssl_context)
        self._host, self._sent, self._received = host, sent, received
        self._open = build_opener(
            HTTPSHandler(context=ssl_context), ProxyHandler({}), _NoRedirect()
        ).open

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        """The answer as JSON; `received` has seen its bytes and refuses what is none.

        Raises:
            NetworkError: as `get_text`.
        """
        return json.loads(self.get_text(url, timeout=timeout, headers=headers))

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """The answer as text.

        Raises:
            NetworkError: another host, no answer, a status other than 200, or too long an answer.
        """
        parts = urlsplit(url)
        if parts.netloc != self._host:
            raise NetworkError("this host was not allowed", where=parts.netloc)
        self._sent(url)
        request = Request(url, headers=dict(headers))  # noqa: S310 - the scheme was checked
        try:
            with self._open(request, timeout=timeout) as page:
                body = page.read(MAX_ANSWER_BYTES + 1)
                status = page.status
        except HTTPError as error:
            raise NetworkError(
                f"the service answered with status {error.code}",
                where=self._host,
                todo="it may limit questions: wait, or use a service of your own",
            ) from error
        except (URLError, HTTPException, OSError, ValueError) as error:
            raise NetworkError(f"no answer ({error})", where=self._host) from error
        if status != 200:
            raise NetworkError(f"the service answered with status {status}", where=self._host)
        if len(body) > MAX_ANSWER_BYTES:
            raise NetworkError(
                f"answers with more than {MAX_ANSWER_BYTES:,} bytes", where=self._host
            )
        self._received(body)
        return str(body, encoding="utf-8", errors="replace")
