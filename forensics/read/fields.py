"""The other columns of a post as SQL: kind, client, media, id."""

from __future__ import annotations

from collections.abc import Collection

from forensics.clock import TWITTER_EPOCH_MS

_KINDS = {
    "original": ("o", "original", "p", "post", "tweet", "status", "message", "toot", "原创"),
    "repost": (
        "r", "rt", "repost", "retweet", "retweeted", "share", "shared", "forward", "boost",
        "reblog", "转发",
    ),
    "quote": ("q", "quote", "quoted", "quote_tweet"),
    "reply": ("c", "comment", "reply", "replied", "replied_to", "评论", "回复"),
}  # fmt: skip
"""Value of a kind column -> model.PostKind. Anything else is `unknown`."""
_NO = "('', '0', '0.0', 'false', 'f', 'no', 'n', 'none', 'null', 'nan', '-1', '否', '\\n')"
"""Lower-case texts of a flag or reference that mean no."""


def kind(roles: Collection[str]) -> str:
    """SQL: model.PostKind from whatever columns there are.

    A kind column decides first, then flags and references (repost before quote before reply).
    A file that has such columns and leaves them empty says `original`; one that has none says
    `unknown`, unless the text begins as old-style reposts do.
    """
    branches: list[str] = []
    if "kind" in roles:
        for name, words in _KINDS.items():
            listed = ", ".join(f"'{word}'" for word in words)
            branches.append(f"WHEN lower(trim(kind)) IN ({listed}) THEN '{name}'")
        for word, name in (("retweeted", "repost"), ("quoted", "quote"), ("replied_to", "reply")):
            branches.append(f"WHEN regexp_matches(kind, '\"type\": ?\"{word}\"') THEN '{name}'")
    flags = [
        (role, name)
        for role, name in (("is_repost", "repost"), ("quote_of", "quote"), ("reply_to", "reply"))
        if role in roles
    ]
    branches.extend(
        f"WHEN {role} IS NOT NULL AND lower(trim({role})) NOT IN {_NO} THEN '{name}'"
        for role, name in flags
    )
    if "text" in roles:
        branches.append("WHEN starts_with(text, 'RT @') THEN 'repost'")
    other = "'original'" if flags else "'unknown'"
    return f"CASE {' '.join(branches)} ELSE {other} END" if branches else other


def plain(role: str, roles: Collection[str]) -> str:
    """SQL: a text column without surrounding space, NULL where empty."""
    return f"NULLIF(trim({role}), '')" if role in roles else "CAST(NULL AS VARCHAR)"


def client(roles: Collection[str]) -> str:
    """SQL: name of the posting program; the link that Twitter wraps around it is cut off."""
    if "client" not in roles:
        return "CAST(NULL AS VARCHAR)"
    return "NULLIF(trim(regexp_replace(client, '^<a [^>]*>([^<]*)</a>$', '\\1')), '')"


def media(roles: Collection[str]) -> str:
    """SQL: file names separated by `|`, without folders, queries and list brackets."""
    if "media" not in roles:
        return "CAST(NULL AS VARCHAR)"
    pieces = "string_split_regex(trim(media, '[]{}() '), '[|;,]')"
    bare = "trim(regexp_replace(regexp_replace(piece, '[?#].*$', ''), '^.*[/\\\\]', ''), ' \"''')"
    listed = f"list_transform({pieces}, lambda piece: {bare})"
    kept = f"list_filter({listed}, lambda piece: strpos(piece, '.') > 0)"
    return f"CASE WHEN media IS NOT NULL THEN NULLIF(array_to_string({kept}, '|'), '') END"


def post_id(roles: Collection[str]) -> str:
    """SQL: id of the post, from its column or from its address."""
    if "id" in roles:
        return "NULLIF(trim(id), '')"
    if "url" in roles:
        return "NULLIF(regexp_extract(url, '/status(?:es)?/(\\d{5,19})', 1), '')"
    return "CAST(NULL AS VARCHAR)"


def snowflake_us(column: str) -> str:
    """SQL: microseconds of the clock inside a Twitter/X id; the same rule as clock.snowflake_us."""
    return f"""CASE WHEN regexp_full_match({column}, '\\d{{11,19}}')
            AND TRY_CAST({column} AS BIGINT) >= {1 << 34}
        THEN ((TRY_CAST({column} AS BIGINT) >> 22) + {TWITTER_EPOCH_MS}) * 1000 END"""
