"""The other columns of a post as SQL: kind, client, media, id."""

from __future__ import annotations

from collections.abc import Collection

from forensics.clock import TWITTER_EPOCH_MS
from forensics.read.database import among

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
MOST_URL, MOST_URLS = 2_000, 50
"""Characters kept of an address, and addresses of a post."""
_IN_TEXT = r"(?i)https?://[a-z0-9._~:/?#\[\]@!$&''()*+,;=%-]+"
"""An address in running text. It ends at the first character that is not ASCII, for Chinese and
Japanese text goes on without a space."""
_LISTED = r"(?i)https?://[^\s\"<>\\|,{}\^`]+"
"""An address in a column of addresses, which may be written with any letters."""
_SHORT = "http%://t.co/%"
"""Short addresses of Twitter/X."""
_TAIL = r"[.,;:!?)\]}''*_]+$"
"""What follows an address in a sentence or a list and does not belong to it."""
_MIDNIGHT = r"[ T]00:00(:00(\.0+)?)?$"
"""A time of day that nobody wrote, behind a date whose clock stands in another column."""
_YES = ("1", "1.0", "true", "t", "yes", "y", "是")
_NO = ("", "0", "0.0", "false", "f", "no", "n", "none", "null", "nan", "-1", "否", r"\n")
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
            branches.append(f"WHEN {among('lower(trim(kind))', words)} THEN '{name}'")
        for word, name in (("retweeted", "repost"), ("quoted", "quote"), ("replied_to", "reply")):
            branches.append(f"WHEN regexp_matches(kind, '\"type\": ?\"{word}\"') THEN '{name}'")
    flags = [
        (role, name)
        for role, name in (
            ("is_repost", "repost"),
            ("repost_of", "repost"),
            ("quote_of", "quote"),
            ("reply_to", "reply"),
        )
        if role in roles
    ]
    branches.extend(
        f"WHEN {role} IS NOT NULL AND NOT {among(f'lower(trim({role}))', _NO)} THEN '{name}'"
        for role, name in flags
    )
    if "text" in roles:
        branches.append("WHEN starts_with(text, 'RT @') THEN 'repost'")
    if "kind" in roles:
        branches.append("WHEN lower(trim(kind)) = 'unknown' THEN 'unknown'")
    other = "'original'" if flags else "'unknown'"
    return f"CASE {' '.join(branches)} ELSE {other} END" if branches else other


def trimmed(text: str) -> str:
    """SQL: a text without surrounding space; the same as `trim`.

    Twice as fast where there is nothing to do: `trim` looks for every space that Unicode knows.
    """
    nothing = f"strlen({text}) = length({text}) AND {text} NOT LIKE ' %' AND {text} NOT LIKE '% '"
    return f"CASE WHEN {nothing} THEN {text} ELSE trim({text}) END"


def written_time(roles: Collection[str], kind: str) -> str:
    """SQL: the time `t` as text, a date and its time of day in one; native times as they are.

    Args:
        roles: What there are columns for.
        kind: SQL type of the column of times.
    """
    native = kind.startswith("TIMESTAMP")
    if "time_of_day" not in roles:
        return "t" if native else trimmed("t")
    # Spreadsheets and databases give a date the time of midnight.
    day = f"regexp_replace(trim(CAST(t AS VARCHAR)), '{_MIDNIGHT}', '')"
    return f"concat_ws(' ', NULLIF({day}, ''), NULLIF(trim(CAST(time_of_day AS VARCHAR)), ''))"


def plain(role: str, roles: Collection[str]) -> str:
    """SQL: a text column without surrounding space, NULL where empty."""
    return f"NULLIF({trimmed(role)}, '')" if role in roles else "CAST(NULL AS VARCHAR)"


def client(roles: Collection[str]) -> str:
    """SQL: name of the posting program; the link that Twitter wraps around it is cut off."""
    if "client" not in roles:
        return "CAST(NULL AS VARCHAR)"
    link = "regexp_replace(client, '^<a [^>]*>([^<]*)</a>$', '\\1')"
    bare = f"CASE WHEN starts_with(client, '<a ') THEN trim({link}) ELSE {trimmed('client')} END"
    return f"NULLIF({bare}, '')"


def media(roles: Collection[str]) -> str:
    """SQL: file names separated by `|`, without folders, queries and list brackets."""
    if "media" not in roles:
        return "CAST(NULL AS VARCHAR)"
    pieces = "string_split_regex(trim(media, '[]{}() '), '[|;,]')"
    bare = "trim(regexp_replace(regexp_replace(piece, '[?#].*$', ''), '^.*[/\\\\]', ''), ' \"''')"
    listed = f"list_transform({pieces}, lambda piece: {bare})"
    kept = f"list_filter({listed}, lambda piece: strpos(piece, '.') > 0)"
    return f"CASE WHEN media IS NOT NULL THEN NULLIF(array_to_string({kept}, '|'), '') END"


def reference(role: str, roles: Collection[str]) -> str:
    """SQL: id of another post, as the export writes it; NULL where the column only says yes or no.

    Numbers that a spreadsheet has rounded (`1.5E+18`) name no post.
    """
    if role not in roles:
        return "CAST(NULL AS VARCHAR)"
    flag = among(f"lower(trim({role}))", (*_NO, *_YES))
    rounded = f"regexp_full_match(trim({role}), '(?i)-?[0-9]+(?:[.,][0-9]+)?e[+]?[0-9]+')"
    return f"CASE WHEN {flag} OR {rounded} THEN NULL ELSE trim({role}) END"


def urls(roles: Collection[str]) -> str:
    """SQL: addresses in a post, separated by `|`, each once, sorted.

    Out of the column of addresses where the export has one (expanded ones), else out of the text.
    A `|` inside an address becomes `%7C`.
    """
    given = _addresses("urls", _LISTED) if "urls" in roles else "NULL"
    found = _addresses("text", _IN_TEXT, short="urls" not in roles) if "text" in roles else "NULL"
    return f"CAST(COALESCE({given}, {found}) AS VARCHAR)"


def _addresses(column: str, pattern: str, *, short: bool = True) -> str:
    """SQL: the addresses in a column; NULL if there are none.

    Args:
        column: The column.
        pattern: What an address looks like in it.
        short: False leaves out the platform's short addresses: a file that has a column of
            addresses has them there, and what else stands in the text is a picture's.
    """

    def bare(one: str) -> str:
        return f"replace(regexp_replace(left({one}, {MOST_URL}), '{_TAIL}', ''), '|', '%7C')"

    found = f"regexp_extract_all({column}, '{pattern}')"
    if not short:
        found = f"list_filter({found}, lambda one: one NOT LIKE '{_SHORT}')"
    listed = f"list_sort(list_distinct(list_transform({found}, lambda one: {bare('one')})))"
    joined = f"NULLIF(array_to_string({listed}[1:{MOST_URLS}], '|'), '')"
    # Most posts hold one address at most; lists cost ten times as much.
    one = f"regexp_extract({column}, '{pattern}')"
    single = f"NULLIF({bare(one)}, '')"
    if not short:
        single = f"CASE WHEN {one} NOT LIKE '{_SHORT}' THEN {single} END"
    first = f"strpos({column}, '://')"
    return f"""CASE WHEN COALESCE({first}, 0) = 0 THEN NULL
        WHEN strpos(substr({column}, {first} + 3), '://') = 0 THEN {single} ELSE {joined} END"""


def shown(roles: Collection[str]) -> dict[str, str]:
    """Column -> SQL: what is written with a post and not looked at before, but its text."""
    return {
        "client": client(roles),
        "language": plain("language", roles),
        "label": plain("label", roles),
        "media": media(roles),
        "unit": plain("unit", roles),
        "urls": urls(roles),
        "repost_of": reference("repost_of", roles),
        "reply_to": reference("reply_to", roles),
    }


def post_id(roles: Collection[str]) -> str:
    """SQL: id of the post, from its column or from its address."""
    if "id" in roles:
        return f"NULLIF({trimmed('id')}, '')"
    if "url" in roles:
        return "NULLIF(regexp_extract(url, '/status(?:es)?/(\\d{5,19})', 1), '')"
    return "CAST(NULL AS VARCHAR)"


def digits(column: str, low: int, high: int) -> str:
    """SQL: a text consists of `low` to `high` digits and nothing else.

    A number written back as it was read is made of digits; the pattern, which costs more, is only
    asked where that fails.
    """
    plain = f"""strlen({column}) BETWEEN {low} AND {high} AND NOT starts_with({column}, '-')
        AND CAST(TRY_CAST({column} AS BIGINT) AS VARCHAR) = {column}"""
    pattern = f"regexp_full_match({column}, '\\d{{{low},{high}}}')"
    return f"CASE WHEN {plain} THEN TRUE ELSE {pattern} END"


def snowflake_us(column: str) -> str:
    """SQL: microseconds of the clock inside a Twitter/X id; the same rule as clock.snowflake_us."""
    return f"""CASE WHEN TRY_CAST({column} AS BIGINT) >= {1 << 34}
            AND {digits(column, 11, 19)}
        THEN ((TRY_CAST({column} AS BIGINT) >> 22) + {TWITTER_EPOCH_MS}) * 1000 END"""
