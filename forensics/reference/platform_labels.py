"""Which place each platform shows beside accounts and posts: since when, set by whom, how it fails.

The facts stand in `data/codes/platform_labels.tsv`, one line a label, with sources. A label that
is older than its platform's first day of showing it was typed by the user.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from forensics.clock import instant
from forensics.errors import ReferenceDataError
from forensics.model import ProfileField, Role, SetBy
from forensics.reference.pack import DATA

TABLE = "codes/platform_labels.tsv"
Carrier = Literal["post", "account", "claim"]
CHINESE, GENERIC, ANY = "chinese", "generic", "*"
"""Rows for platforms that a file does not name, and for all platforms alike."""
BEIJING = frozenset(
    [
        *(CHINESE, "weibo", "douyin", "toutiao", "xiaohongshu", "zhihu"),
        *("kuaishou", "tieba", "wechat", "bilibili"),
    ]
)
"""Platforms whose days are those of Beijing, and whose labels are written in Chinese."""
PLATFORM_NAMES: Mapping[str, str] = {
    "x": "X (Twitter)",
    "youtube": "YouTube",
    "tiktok": "TikTok",
    "wechat": "WeChat",
    CHINESE: "a Chinese platform",
    GENERIC: "a platform that the file does not name",
}
_BY_READER: Mapping[str, str] = {
    "twitter-archive": "x",
    "x-graphql": "x",
    "twitter-api-1": "x",
    "twitter-api-2": "x",
    "twarc": "x",
    "minet": "x",
    "twitter-io": "x",
    "weibo": "weibo",
    "weibo-crawler-csv": "weibo",
    "tiktok-own-data": "tiktok",
    "instagram": "instagram",
    "facebook": "facebook",
    "crowdtangle": "facebook",
    "youtube-api": "youtube",
    "vk": "vk",
    "reddit": "reddit",
    "reddit-own-data": "reddit",
    "telegram-json": "telegram",
    "telegram-html": "telegram",
}
"""Name of a reader -> the platform it reads. Readers of several platforms are not listed: their
labels are told apart by their script."""
_HOME_OF_FIELD: Mapping[str, str] = {
    "based_in": "x",
    "connected_via": "x",
    "managed_from": "facebook",
    "phone_country": "telegram",
}
"""Field of a profile -> the platform it is known from, where a file does not name its own."""
_KIND_WORDS: Mapping[str, str] = {
    "region": "location label",
    "profile_region": "location label of the profile",
    "based_in": '"based in"',
    "connected_via": '"connected via"',
    "managed_from": "country of the page's managers",
    "phone_country": "country of the phone number",
    "created_in": "country of making",
    "channel_country": "country of the channel",
    "location": "declared location",
    "zone": "declared zone",
    "language": "declared language",
}


@dataclass(frozen=True, slots=True)
class PlatformLabel:
    """One label of one platform."""

    platform: str
    """`weibo`, `x` ...; `chinese` and `generic` where the file does not say; `*` for any."""
    kind: str
    carrier: Carrier
    """Whether it belongs to the moment of a post, to an account at the capture, or is a claim."""
    shows: str
    since: str
    """First day of showing it to everyone, ISO 8601; empty if it always was there."""
    since_us: int
    """The same as UTC microseconds; 0 if it always was there."""
    published: bool
    """True if the day stands in a source, False if it is from memory."""
    set_by: SetBy
    role: Role
    planted_ppm: int
    miss_ppm: int
    groups: tuple[str, ...]
    """Independence: ip, reg, persona."""
    sources: tuple[str, ...]
    trap: str

    @property
    def key(self) -> str:
        """Name of the label in ids: `weibo_region`."""
        return f"{self.platform}_{self.kind}".replace("*_", "any_")

    @property
    def words(self) -> str:
        """What it is, for a sentence: `location label of Weibo`."""
        words = _KIND_WORDS[self.kind]
        if self.platform == ANY:
            return words
        return f"{words} of {PLATFORM_NAMES.get(self.platform, self.platform.capitalize())}"


@cache
def platform_labels() -> Mapping[tuple[str, str], PlatformLabel]:
    """(Platform, kind) -> label, in the order of the table.

    Raises:
        ReferenceDataError: the table is missing or damaged.
    """
    try:
        text = (DATA / TABLE).read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if line and line[0] != "#"]
        found = [_label(line.split("\t")) for line in lines[1:]]
    except (OSError, ValueError) as error:
        raise ReferenceDataError(
            f"cannot read the table of labels ({error})", where=TABLE, todo="reinstall the package"
        ) from error
    return {(label.platform, label.kind): label for label in found}


def _label(parts: list[str]) -> PlatformLabel:
    """One line of the table."""
    platform, kind, carrier, shows, since, sure, set_by, role, planted, miss, *rest = parts
    group, sources, trap = rest
    offset = "+08:00" if platform in BEIJING else "+00:00"
    since_us = instant(f"{since}T00:00:00{offset}", clock_writer="unknown").utc_us if since else 0
    return PlatformLabel(
        platform=platform,
        kind=kind,
        carrier=carrier,  # type: ignore[arg-type]
        shows=shows,
        since=since,
        since_us=since_us,
        published=sure == "published",
        set_by=set_by,  # type: ignore[arg-type]
        role=role,  # type: ignore[arg-type]
        planted_ppm=int(planted),
        miss_ppm=int(miss),
        groups=tuple(group.split()),
        sources=tuple(sources.split()),
        trap=trap,
    )


def platform_of(reader: str, file_format: str = "") -> str:
    """The platform that a reader reads; empty where it reads several.

    Args:
        reader: Name of the reader, as the list of sources gives it.
        file_format: What it found, such as `mediacrawler, weibo, json lines`.
    """
    known = _BY_READER.get(reader, "")
    if known:
        return known
    words = {word.strip(" ,;") for word in file_format.lower().split()}
    named = sorted(words & {label.platform for label in platform_labels().values()} - {GENERIC})
    return named[0] if len(named) == 1 else ""


def label_of_posts(platform: str, *, chinese: bool) -> PlatformLabel:
    """The label that stands beside posts of a platform.

    Args:
        platform: As `platform_of` gives it; may be empty.
        chinese: True if the label is written in Chinese characters.
    """
    table = platform_labels()
    for kind in ("region", "created_in", "based_in", "managed_from"):
        found = table.get((platform, kind))
        if found is not None:
            return found
    return table[CHINESE if chinese else GENERIC, "region"]


def label_of_accounts(platform: str, field: ProfileField) -> PlatformLabel | None:
    """The label behind a field of a profile; None if the field shows no place.

    Args:
        platform: As `platform_of` gives it; may be empty.
        field: Field of `model.Profile`.
    """
    table = platform_labels()
    if field == "region":
        return table.get((platform, "profile_region")) or label_of_posts(platform, chinese=True)
    if field == "location" and platform == "youtube":
        return table["youtube", "channel_country"]
    home = _HOME_OF_FIELD.get(field, ANY)
    return table.get((platform, field)) or table.get((home, field))


def eras() -> tuple[int, ...]:
    """The moments at which a label of posts begins to be the platform's, rising."""
    return tuple(
        sorted({one.since_us for one in platform_labels().values() if one.carrier == "post"} - {0})
    )
