"""Which column plays which role, by name or by the user's word."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from forensics.errors import ReadError
from forensics.read.options import ReadOptions, UnreadableFileError, column_list
from forensics.read.profiles.names import ROLES as ACCOUNT_ROLES
from forensics.read.profiles.names import found_by_name, told
from forensics.read.profiles.names import shown as shown_facts

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "account": (
        "account", "account_name", "account_handle", "username", "user_name", "screen_name",
        "user_screen_name", "user.screen_name", "user.username", "author.username", "handle",
        "author", "author_name", "author_username", "author_handle", "account.acct", "user",
        "user_id", "userid", "user.id_str", "user.id", "author_id", "authorid", "account_id",
        "from_id", "from", "sender", "nickname", "poster", "owner_username", "用户名", "用户昵称",
        "昵称", "用户", "账号", "帐号", "作者", "发布者", "博主", "微博名",
    ),
    "time": (
        "epoch_seconds", "epoch", "epoch_s", "epoch_ms", "unix_timestamp", "unix_time", "unixtime",
        "date_unixtime", "timestamp_utc", "created_utc", "created_at_utc", "datetime_utc",
        "utc_time", "time_utc", "tweet_time", "created_at", "createdat", "posted_at", "post_time",
        "published_at", "published", "publish_time", "publish_date", "datetime", "date_time",
        "timestamp", "taken_at", "time", "created", "created_time", "creation_time", "post_date",
        "date", "when", "发布时间", "发表时间", "发帖时间", "创建时间", "时间", "日期",
    ),
    "id": (
        "id", "id_str", "tweetid", "tweet_id", "post_id", "postid", "status_id", "message_id",
        "mid", "微博id",
    ),
    "text": (
        "text", "full_text", "tweet_text", "content", "message", "body", "post_text", "caption",
        "selftext", "description", "微博正文", "正文", "内容", "文本",
    ),
    "kind": ("kind", "post_type", "tweet_type", "referenced_tweets", "type", "类型"),
    "is_repost": (
        "is_retweet", "is_repost", "isretweet", "is_rt", "is_reblog", "是否转发",
    ),
    "repost_of": (
        "retweet_tweetid", "retweeted_status.id_str", "retweeted_status.id", "reblog.id",
        "referenced_tweets.retweeted.id", "retweeted_tweet_id", "retweeted_id", "retweet_id",
        "retweet_of", "repost_of", "shared_post_id",
    ),
    "reply_to": (
        "in_reply_to_tweetid", "in_reply_to_status_id", "in_reply_to_status_id_str",
        "in_reply_to_id", "reply_to_message_id", "reply_to_id",
    ),
    "quote_of": ("quoted_tweet_tweetid", "quoted_status_id", "quoted_status_id_str"),
    "client": (
        "client", "tweet_client_name", "source", "client_name", "application.name", "app_name",
        "device", "via", "发布工具", "微博来源", "来源",
    ),
    "language": ("language", "lang", "tweet_language", "语言"),
    "label": (
        "ip_region", "region_name", "ip_location", "ip_label", "ip_address_label", "location_label",
        "发布于", "ip属地", "ip归属地", "ip所在地", "发布位置",
    ),
    "media": (
        "media", "media_files", "media_file", "images", "image", "image_file", "image_files",
        "photo", "photos", "attachments", "filename", "file_name", "图片", "原始图片",
    ),
    "urls": (
        "urls", "expanded_urls", "expanded_url", "entities.urls", "link_urls", "external_urls",
        "shared_url", "article_url", "links",
    ),
    "url": ("tweet_url", "post_url", "permalink", "permanent_url", "link", "url", "链接"),
}  # fmt: skip
"""Role -> column names understood without flags, best first. Case, spaces and hyphens do not
matter. `zone` and `offset` have none: a zone named in a file is a claim, used only when mapped, by
the user or, where nobody says otherwise, by a format that documents it. `time_of_day` has none
either: which two columns make one time is the user's word."""

ONLY_MAPPED = ("zone", "offset", "time_of_day")
ROLES = (*SYNONYMS, *ONLY_MAPPED)
OF_FILES = ("table", "encoding")
"""Not roles: what is said about whole files, in the same place."""
CONSTANT = ("account", "zone")
"""Roles that may be a constant for the whole file."""


def normal(name: str) -> str:
    """A column name as it is compared: lower case, spaces and hyphens as underscores."""
    return re.sub(r"[\s\-_]+", "_", name.strip().lower()).strip("_")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Roles and the columns that fill them."""

    columns: Mapping[str, str]
    """Role -> column of the file."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """Role -> constant."""
    unit: str | None = None
    """Column copied to `unit`; None if this file has no such column."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Field of the account -> column."""

    def shown(self) -> dict[str, str]:
        """Role -> column, constants with a leading `=`; for the source list."""
        out = dict(self.columns) | {role: f"={value}" for role, value in self.constants.items()}
        out |= shown_facts(self.facts)
        if self.unit is not None:
            out["unit"] = self.unit
        return dict(sorted(out.items()))


def check_roles(mapping: Mapping[str, str]) -> None:
    """Refuse a mapping that names no known role.

    Raises:
        ReadError: unknown role, or a constant where none can be.
    """
    for role, value in mapping.items():
        if role in OF_FILES:
            continue
        if role not in ROLES and role not in ACCOUNT_ROLES.values():
            listed = ", ".join((*ROLES, *ACCOUNT_ROLES.values(), *OF_FILES))
            raise ReadError(
                f"no role is called {role!r}", where="columns", todo=f"use one of {listed}"
            )
        if value.startswith("=") and role not in CONSTANT:
            raise ReadError(
                f"{role} cannot be a constant", where="columns", todo="name a column of the file"
            )


def choose(
    names: Sequence[str],
    options: ReadOptions,
    *,
    preferred: Mapping[str, str],
    where: str,
    facts: Mapping[str, str] | None = None,
) -> Chosen:
    """The columns of a file by role: the user's word first, then the format's, then by name.

    Raises:
        UnreadableFileError: a column named by the user is not there, or there is no account or
            time column.
    """
    by_normal: dict[str, str] = {}
    for name in names:
        by_normal.setdefault(normal(name), name)
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    dropped: set[str] = set()
    for role, value in options.columns.items():
        if role not in ROLES:
            continue
        if value.startswith("="):
            constants[role] = value[1:]
        elif value in ("", "-"):
            dropped.add(role)
        else:
            columns[role] = _find(value, names, by_normal, role=role, where=where)
    taken = set(columns.values())
    for role, known in SYNONYMS.items():
        if role in columns or role in constants or role in dropped:
            continue
        wanted = [preferred[role]] if role in preferred else known
        for candidate in wanted:
            found = by_normal.get(normal(candidate))
            # Times read out of ids: the one column is both, or the ids would pass for epochs.
            both = role == "id" and "time" in options.columns and found == columns.get("time")
            if found is not None and (found not in taken or both):
                columns[role] = found
                taken.add(found)
                break
    for role in ONLY_MAPPED:
        said = role in options.columns or options.assume_zone is not None
        if role in preferred and preferred[role] in names and not said:
            columns[role] = preferred[role]
    _require("account", columns, constants, names, where)
    _require("time", columns, constants, names, where)
    unit = by_normal.get(normal(options.by)) if options.by else None
    unit = options.by if options.by in names else unit
    taken.update([unit] if unit else [])
    by_hand = {
        field: _find(value, names, by_normal, role=ACCOUNT_ROLES[field], where=where)
        for field, value in told(options.columns).items()
        if value not in ("", "-")
    }
    stated = _facts(names, by_normal, {*taken, *by_hand.values()}, facts)
    kept = {key: column for key, column in stated.items() if key not in told(options.columns)}
    return Chosen(columns, constants, unit, kept | by_hand)


def _facts(
    names: Sequence[str],
    by_normal: Mapping[str, str],
    taken: set[str],
    fixed: Mapping[str, str] | None,
) -> dict[str, str]:
    """Field of the account -> column, by name and as the format fixes it; none if it is None."""
    if fixed is None:
        return {}
    found = found_by_name(by_normal, taken, accounts=False)
    return found | {field: column for field, column in fixed.items() if column in names}


def _find(
    value: str, names: Sequence[str], by_normal: Mapping[str, str], *, role: str, where: str
) -> str:
    """The column the user named."""
    found = value if value in names else by_normal.get(normal(value))
    if found is None:
        raise UnreadableFileError(
            f"has no column {value!r} for {role}",
            reason="no_time_column" if role.startswith("time") else "no_account_column",
            where=where,
            todo=f"its columns are {column_list(names)}",
        )
    return found


def _require(
    role: str,
    columns: Mapping[str, str],
    constants: Mapping[str, str],
    names: Sequence[str],
    where: str,
) -> None:
    """Stop where there is no account or no time."""
    if role in columns or role in constants:
        return
    what = {"account": "no column names accounts", "time": "no column holds times"}[role]
    constant = ", or for the whole file: --map account==NAME" if role == "account" else ""
    raise UnreadableFileError(
        what,
        reason=f"no_{role}_column",
        where=where,
        todo=f"its columns are {column_list(names)}; map one: --map {role}=COLUMN{constant}",
    )
