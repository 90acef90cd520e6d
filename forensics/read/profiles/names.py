"""Which columns hold facts of accounts, by name or by the user's word."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from forensics.model import ProfileField

FIELDS: tuple[ProfileField, ...] = (
    "name", "id", "location", "zone", "language", "created", "bio", "url", "based_in",
    "connected_via", "region", "managed_from", "phone_country",
)  # fmt: skip
"""All fields, in the order of `model.ProfileField`."""
OFFSET, CAPTURED = "offset", "captured"
"""Two columns that are no fields: the offset of a zone without a name, and when it was captured."""
COLUMNS = (*FIELDS, OFFSET, CAPTURED)

ROLES: Mapping[str, str] = {
    "name": "name", "id": "account_id", "location": "location", "zone": "account_zone",
    "language": "account_language", "created": "created", "bio": "bio", "url": "account_url",
    "based_in": "based_in", "connected_via": "connected_via", "region": "region",
    "managed_from": "managed_from", "phone_country": "phone_country",
    OFFSET: "account_offset", CAPTURED: "captured",
}  # fmt: skip
"""Field -> role, as `--map` and the source list call it. Zone, language, id and address of an
account are not those of its posts, so their roles have names of their own."""

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "user_display_name", "display_name", "displayname", "user.name", "user.displayname",
        "author.name", "author.display_name", "author.displayname", "account.display_name",
        "author_display_name", "author_full_name", "user_full_name",
        "full_name", "fullname", "account_display_name", "profile_name", "user_name",
        "author_name", "nickname", "用户昵称",
    ),
    "id": (
        "userid", "user_id", "user.id_str", "user.id", "author.id", "author_id", "account.id",
        "account_id", "channel_id", "from_id", "用户id",
    ),
    "location": (
        "user_reported_location", "user_location", "user.location", "author.location",
        "author_location", "account_location", "profile_location", "user_profile_location",
        "reported_location", "location", "所在地",
    ),
    "zone": (
        "user_time_zone", "user_timezone", "user.time_zone", "user.timezone", "account_time_zone",
        "account_timezone", "declared_time_zone", "declared_timezone", "time_zone", "timezone",
        "tz_name",
    ),
    "language": (
        "account_language", "account_lang", "acct_lang", "user_language", "user_lang", "user.lang",
        "author.lang", "author_lang", "profile_language", "interface_language",
    ),
    "created": (
        "account_creation_date", "account_created_at", "account_created", "account_creation_time",
        "user_created_at", "user_created", "user_creation_date", "user.created_at",
        "user.created", "author_created_at", "author.created_at", "author.created",
        "account.created_at", "creation_date_of_account", "user.createdat", "date_joined",
        "join_date", "joined", "joined_at", "registered", "registered_at", "registration_date",
        "注册时间", "注册日期",
    ),
    "bio": (
        "user_profile_description", "user_description", "user.description", "user.rawdescription",
        "author.description", "author_description", "author_bio", "account.note",
        "account_description", "profile_description", "user_bio", "bio", "biography", "简介",
        "个人简介",
    ),
    "url": (
        "user_profile_url", "user_url", "user.url", "author.url", "author_website", "user_website",
        "account_url",
    ),
    "based_in": (
        "account_based_in", "about_profile.account_based_in", "user.about_profile.account_based_in",
        "based_in",
    ),
    "connected_via": ("about_profile.source", "connected_via"),
    "region": (
        "user_ip_location", "user.ip_location", "profile_ip_location", "author_ip_location",
        "user_ip_region", "用户ip属地",
    ),
    "managed_from": ("page_admin_top_country", "page_admin_country", "page_manager_country"),
    "phone_country": ("phone_country", "phone_country_code"),
    OFFSET: (
        "user_utc_offset", "user.utc_offset", "account_utc_offset", "utc_offset",
    ),
    CAPTURED: (
        "captured_at", "timestamp_collected", "collected_at", "retrieved_at", "crawled_at",
        "scraped_at", "snapshot_at", "collection_time",
    ),
}  # fmt: skip
"""Field -> column names understood without flags, best first, as `columns.SYNONYMS`. Case, spaces
and hyphens do not matter. `profile_url` is missing: it mostly holds the address of the profile."""

OF_ACCOUNTS: Mapping[str, tuple[str, ...]] = {
    "account": ("acct", "login", "name", "id_str", "id"),
    "name": ("name", "user_name", "title"),
    "id": ("id_str", "id"),
    "language": ("lang", "language"),
    "created": (
        "created_at", "createdat", "created", "creation_date", "creation_time", "created_time",
        "created_utc", "created_at_utc", "创建时间",
    ),
    "bio": ("description", "about", "note", "signature", "签名"),
    "url": ("website", "homepage", "external_url", "url", "link"),
    "region": ("ip_location", "ip_region", "ip_label", "ip属地", "ip归属地"),
}  # fmt: skip
"""Further names in files that hold accounts and no posts: beside posts they mean the post."""

MARKS_OF_ACCOUNTS = (
    "followers_count", "followers", "follower_count", "friends_count", "following_count",
    "following", "statuses_count", "tweet_count", "public_metrics.followers_count",
    "public_metrics.tweet_count", "media_count", "posts_count", "verified", "protected",
    "default_profile", "profile_image_url", "profile_image_url_https", "profile_banner_url",
    "account_creation_date", "user_profile_description", "user_reported_location", "粉丝数",
)  # fmt: skip
"""Columns of lists of accounts: one at least is needed where a time could be a post's."""


def found_by_name(
    by_normal: Mapping[str, str], taken: Collection[str], *, accounts: bool
) -> dict[str, str]:
    """Field -> column of a file, by name.

    Args:
        by_normal: Column names as they are compared -> as they are written.
        taken: Columns with another role already.
        accounts: True for files that hold accounts and no posts.
    """
    found: dict[str, str] = {}
    used = set(taken)
    for field in COLUMNS:
        known = (*SYNONYMS[field], *(OF_ACCOUNTS.get(field, ()) if accounts else ()))
        for candidate in known:
            column = by_normal.get(candidate)
            if column is not None and column not in used:
                found[field] = column
                used.add(column)
                break
    return found


def shown(columns: Mapping[str, str]) -> dict[str, str]:
    """Role -> column, for the source list."""
    return {ROLES[field]: column for field, column in columns.items()}


def told(mapping: Mapping[str, str]) -> dict[str, str]:
    """Field -> what the user said of it, out of all roles."""
    fields = {role: field for field, role in ROLES.items()}
    return {fields[role]: value for role, value in mapping.items() if role in fields}


def ordered(columns: Mapping[str, str]) -> Sequence[str]:
    """The fields of a mapping in the order of `COLUMNS`."""
    return [field for field in COLUMNS if field in columns]
