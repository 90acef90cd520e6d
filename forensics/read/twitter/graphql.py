"""GraphQL captures: what X's own web page received, raw or as twscrape and snscrape wrote it.

Written by the platform; stored by a collector. Clock: the platform's, UTC, floored to the second;
raw answers write `Wed Mar 05 09:12:44 +0000 2024` in `legacy.created_at`, twscrape and snscrape the
same instant as `2024-03-05 09:12:44+00:00` in `date`.

The panel "about this account" (`about_profile`) becomes the label of the account's posts, wherever
in the file it stands: the country or region the account is based in. It is a value of the day of
the capture, not of the day of the post, and the platform infers it from addresses of the network. A
value that the platform itself marks as not accurate is kept with that mark, so that it is read as
no place. Store of the app, changes of name and the mark are written into the notes.

Traps: posts quoted or reposted inside a post belong to other accounts and are not read on their
own. A capture repeats posts (pinned ones, overlapping pages); repetitions stay rows and
are counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forensics.read.jsonstream import JsonObject
from forensics.read.options import Table
from forensics.read.profiles.people import PROFILE, People
from forensics.read.records import BadRecord
from forensics.read.twitter.shared import (
    COLLECTED,
    Values,
    addresses,
    elements_of,
    facts_of,
    file_names,
    head_of,
    inner,
    objects,
    start_of,
    table,
    text_of,
    values_of,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_RAW = (rb'"rest_id"\s*:', rb'"legacy"\s*:\s*\{', rb'"(?:full_text|tweet_results)"\s*:')
_SCRAPED = (rb'"user"\s*:\s*\{', rb'"username"\s*:\s*"', rb'"(?:rawContent|renderedContent)"\s*:')
_DATE = re.compile(rb'"date"\s*:\s*"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\+00:00"')
_ABOUT = (rb'"account_based_in"\s*:', rb'"(?:screen_name|about_profile)"\s*:')
_BLOCK = 1 << 20
_HANDLE = "\0handle"
"""Key under which the name of the account is kept beside its panel."""
_SHOWN = 20
"""Panels written out in the notes."""


@dataclass(slots=True)
class _Seen:
    """What a pass over the file finds beside the posts."""

    panels: dict[str, JsonObject] = field(default_factory=dict)
    """Name of an account in lower case -> its panel."""
    ids: set[int] = field(default_factory=set)
    repeated: int = 0
    people: People = field(default_factory=People)

    def notes(self) -> Iterator[str]:
        """Sentences for the source list."""
        for name in sorted(self.panels)[:_SHOWN]:
            yield f"about @{name}, on the day of the capture: {_described(self.panels[name])}"
        if len(self.panels) > _SHOWN:
            yield f"{len(self.panels) - _SHOWN:,} more accounts have such a panel"
        if self.repeated:
            yield f"{self.repeated:,} rows repeat a post of this file"


def is_graphql(path: Path, head: bytes) -> bool:
    """True for raw answers, posts of twscrape or snscrape, and panels about accounts."""
    del path
    if not re.match(rb"(?:\[\s*)?\{", start_of(head)) or COLLECTED.search(head):
        return False
    scraped = _has(head, _SCRAPED) and _DATE.search(head) is not None
    return scraped or _has(head, _RAW) or _has(head, _ABOUT)


def _has(head: bytes, marks: tuple[bytes, ...]) -> bool:
    """True if all of these stand in the bytes."""
    return all(re.search(mark, head) for mark in marks)


def open_graphql(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open a capture; one that holds panels about accounts and no posts is a list of accounts."""
    del name
    head = head_of(path)
    seen = _Seen()
    if _contains(path, b'"account_based_in"'):
        for _, item in elements_of(path, head):
            if not isinstance(item, BadRecord):
                _keep_panels(item, seen.panels)
    for row, (account, panel) in enumerate(sorted(seen.panels.items()), start=1):
        seen.people.add(text_of(panel.get(_HANDLE)) or account, _panel_facts(panel), row)
    rows = _rows(path, head, seen)
    return table(con, rows, scratch, name="x graphql", notes=seen.notes(), people=seen.people)


def _contains(path: Path, wanted: bytes) -> bool:
    """True if these bytes stand anywhere in a file."""
    with path.open("rb") as file:
        kept = b""
        while block := file.read(_BLOCK):
            if wanted in kept + block:
                return True
            kept = block[-len(wanted) :]
    return False


def _walk(item: JsonObject) -> Iterator[JsonObject]:
    """All objects inside an object, in their order; not those inside a post or a user."""
    waiting: list[Any] = [item]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            if not _is_tweet(value):
                waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))


def _is_tweet(value: JsonObject) -> bool:
    """True for a post, raw or scraped."""
    legacy = value.get("legacy")
    raw = isinstance(legacy, dict) and "full_text" in legacy
    return raw or ("user" in value and ("rawContent" in value or "renderedContent" in value))


def _user_of(tweet: JsonObject) -> Any:
    """The author of a raw post."""
    return inner(tweet, "core", "user_results", "result")


def _name_of(user: Any) -> str | None:
    """Name of a raw user; it moved in 2025."""
    name = inner(user, "core", "screen_name") or inner(user, "legacy", "screen_name")
    return text_of(name) or text_of(inner(user, "screen_name"))


def _keep_panels(item: JsonObject, panels: dict[str, JsonObject]) -> None:
    """Note the panels inside an object, those of the authors of posts too."""
    for value in _walk(item):
        user = _user_of(value) if _is_tweet(value) else value
        panel = inner(user, "about_profile")
        if panel is None and isinstance(user, dict) and "account_based_in" in user:
            panel = user
        name = _name_of(user)
        if isinstance(panel, dict) and panel.get("account_based_in") and name:
            panels[name.lower()] = panel | {_HANDLE: name}


def _described(panel: Mapping[str, Any]) -> str:
    """A panel in words."""
    parts = [f"based in {panel['account_based_in']}"]
    if panel.get("location_accurate") is False:
        parts[0] += " (marked by the platform as not accurate)"
    if source := text_of(panel.get("source")):
        parts.append(f"connected via {source}")
    changes = panel.get("username_changes")
    count = text_of(changes.get("count") if isinstance(changes, dict) else changes)
    if count and count != "0":
        parts.append(f"changes of name: {count}")
    return ", ".join(parts)


def _label(panel: Mapping[str, Any] | None) -> str | None:
    """The place of a panel; with its mark where the platform marks it as not accurate."""
    place = text_of(inner(panel, "account_based_in"))
    if place and inner(panel, "location_accurate") is False:
        return f"{place} (marked as not accurate)"
    return place


def _panel_facts(panel: Mapping[str, Any] | None) -> Values:
    """What the panel says of the account."""
    if panel is None:
        return {}
    return {"based_in": _label(panel), "connected_via": text_of(panel.get("source"))}


def _facts_of_raw(user: Any) -> Values:
    """What a raw user says of itself; parts of it moved in 2025."""
    legacy = inner(user, "legacy")
    facts = facts_of(legacy if isinstance(legacy, dict) else {})
    moved = {
        "name": inner(user, "core", "name"),
        "id": inner(user, "rest_id"),
        "location": inner(user, "location", "location"),
        "created": inner(user, "core", "created_at"),
        "bio": inner(user, "profile_bio", "description"),
    }
    return facts | {key: text for key, value in moved.items() if (text := text_of(value))}


def _facts_of_scraped(user: Any) -> Values:
    """What a user of twscrape or snscrape says of itself."""
    site = inner(user, "link", "url")
    links = next(objects(inner(user, "descriptionLinks")), {})
    return {
        "name": text_of(inner(user, "displayname")),
        "id": text_of(inner(user, "id_str")) or text_of(inner(user, "id")),
        "location": text_of(inner(user, "location")),
        "created": text_of(inner(user, "created")),
        "bio": text_of(inner(user, "rawDescription")) or text_of(inner(user, "description")),
        "url": text_of(site) or text_of(links.get("url")),
    }


def _rows(path: Path, head: bytes, seen: _Seen) -> Iterator[Values | BadRecord]:
    """The posts of a capture; answers without posts are no rows."""
    for _, item in elements_of(path, head):
        if isinstance(item, BadRecord):
            yield item
            continue
        for value in _walk(item):
            if not _is_tweet(value):
                continue
            scraped = "user" in value
            row = _scraped(value) if scraped else _raw(value)
            panel = seen.panels.get((row["account"] or "").lower())
            row["label"] = _label(panel)
            user = value["user"] if scraped else _user_of(value)
            facts = _facts_of_scraped(user) if scraped else _facts_of_raw(user)
            row[PROFILE] = seen.people.code(facts | _panel_facts(panel))
            number = row["id"] or ""
            if number.isascii() and number.isdigit():
                seen.repeated += int(number[:20]) in seen.ids
                seen.ids.add(int(number[:20]))
            yield row


def _raw(tweet: JsonObject) -> Values:
    """The columns of a raw post."""
    legacy = dict(tweet["legacy"])
    if "quoted_status_result" in tweet:
        legacy.setdefault("quoted_status", tweet["quoted_status_result"])
    values = values_of(legacy)
    user = _user_of(tweet)
    long = inner(tweet, "note_tweet", "note_tweet_results", "result", "text")
    number = text_of(inner(user, "rest_id")) or text_of(legacy.get("user_id_str"))
    values["account_id"] = number
    values["account"] = _name_of(user) or number
    values["id"] = values["id"] or text_of(tweet.get("rest_id"))
    values["client"] = text_of(tweet.get("source"))
    more = inner(tweet, "note_tweet", "note_tweet_results", "result", "entity_set")
    values["urls"] = addresses(more) or values["urls"]
    if values["kind"] != "repost":
        values["text"] = text_of(long) or values["text"]
    return values


def _scraped(tweet: JsonObject) -> Values:
    """The columns of a post of twscrape or snscrape."""
    text = text_of(tweet.get("rawContent")) or text_of(tweet.get("content"))
    kind = "original"
    if tweet.get("retweetedTweet") or (text or "").startswith("RT @"):
        kind = "repost"
    elif tweet.get("quotedTweet") or tweet.get("isQuoteStatus"):
        kind = "quote"
    elif tweet.get("inReplyToTweetId"):
        kind = "reply"
    media = tweet.get("media")
    lists = media.values() if isinstance(media, dict) else [media]
    urls = [
        item.get("url") or item.get("fullUrl") or item.get("thumbnailUrl")
        for several in lists
        for item in objects(several)
    ]
    user = tweet["user"]
    number = text_of(inner(user, "id_str")) or text_of(inner(user, "id"))
    links = [item.get("url") for item in objects(tweet.get("links"))]
    shared = tweet.get("retweetedTweet")
    return {
        "urls": " ".join(url for url in links if isinstance(url, str)) or None,
        "repost_of": text_of(inner(shared, "id_str")) or text_of(inner(shared, "id")),
        "reply_to": text_of(tweet.get("inReplyToTweetIdStr"))
        or text_of(tweet.get("inReplyToTweetId")),
        "account": text_of(inner(user, "username")) or number,
        "account_id": number,
        "created_at": text_of(tweet.get("date")),
        "id": text_of(tweet.get("id_str")) or text_of(tweet.get("id")),
        "text": text,
        "kind": kind,
        "client": text_of(tweet.get("sourceLabel")) or text_of(tweet.get("source")),
        "language": text_of(tweet.get("lang")),
        "media": file_names(urls),
    }
