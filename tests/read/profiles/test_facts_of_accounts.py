"""Facts of accounts: one row for each account, field and value, whatever the format."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics.clock import TWITTER_EPOCH_MS
from forensics.errors import ReadError
from forensics.model import Profile
from forensics.read.profiles.gather import MOST_CHARS
from forensics.read.profiles.together import MOST_VALUES, profile_from_row, profile_row

Read = Callable[..., Any]
START_S = 1_614_592_800
"""1 March 2021, 10:00 UTC."""


def table(*rows: Sequence[object]) -> bytes:
    """CSV of rows; the first is the header."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def facts(outcome: Any) -> list[tuple[str, str, str, int, int]]:
    """(account, field, value, row, posts)."""
    return [(p.account, p.field, p.value, p.row, p.n) for p in outcome.reading.profiles]


def values(outcome: Any, account: str) -> dict[str, str]:
    """Field -> value of an account that has one value each."""
    return {p.field: p.value for p in outcome.reading.profiles if p.account == account}


def test_repeated_values_are_one_row_with_their_posts(read: Read) -> None:
    outcome = read(
        table(
            ("account", "epoch", "user_location", "bio"),
            ("ann", START_S + 50, "Yancheng", "lamps"),
            ("ann", START_S, "Yancheng", "lamps"),
            ("ann", START_S + 99, "Nanjing", " lamps "),
            ("bob", START_S, "", "NaN"),
            ("bob", "never", "Lagos", ""),
            ("", START_S, "Nowhere", "x"),
        )
    )
    assert facts(outcome) == [
        ("ann", "bio", "lamps", 1, 3),
        ("ann", "location", "Nanjing", 3, 1),
        ("ann", "location", "Yancheng", 1, 2),
        ("bob", "bio", "NaN", 4, 1),  # free text is no sign of a missing value
        ("bob", "location", "Lagos", 5, 0),  # its row was refused: no post carries it
    ]
    yancheng = next(p for p in outcome.reading.profiles if p.value == "Yancheng")
    assert (yancheng.first_us, yancheng.last_us) == (START_S * 10**6, (START_S + 50) * 10**6)
    assert outcome.source.facts == {"location": 2, "bio": 2}
    assert outcome.source.columns["location"] == "user_location"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2016-10-05", "2016-10-05"),
        ("2016-10-05 09:30:01", "2016-10-05T09:30:01"),
        ("2016-10-05T09:30:01Z", "2016-10-05T09:30:01Z"),
        ("2016-10-05T09:30:01.500+03:00", "2016-10-05T06:30:01Z"),
        ("2016-10-05 09:30 +0000", "2016-10-05T09:30Z"),
        ("Wed Oct 05 09:30:01 +0000 2016", "2016-10-05T09:30:01Z"),
        ("1475659801", "2016-10-05T09:30:01Z"),
        ("1475659801000", "2016-10-05T09:30:01Z"),
        ("last autumn", "last autumn"),
    ],
)
def test_times_of_creation_say_no_more_than_was_written(
    read: Read, written: str, expected: str
) -> None:
    outcome = read(table(("account", "epoch", "account_created_at"), ("ann", START_S, written)))
    assert values(outcome, "ann") == {"created": expected}


@pytest.mark.parametrize(
    ("offset", "zone"),
    [("10800", "+03:00"), ("-28800", "-08:00"), ("20700", "+05:45"), ("480", "+08:00"),
     ("-5", "-05:00"), ("5.5", "+05:30"), ("0", "+00:00"), ("+08:00", "+08:00"),
     ("999999", None), ("east", None)],
)  # fmt: skip
def test_an_offset_is_a_zone_only_where_no_zone_is_named(
    read: Read, offset: str, zone: str | None
) -> None:
    head = ("account", "epoch", "user.utc_offset", "user.time_zone")
    outcome = read(
        table(head, ("ann", START_S, offset, ""), ("bob", START_S, offset, "Pacific Time"))
    )
    assert values(outcome, "ann").get("zone") == zone
    assert values(outcome, "bob") == {"zone": "Pacific Time"}


def test_captures_count_only_with_a_zone(read: Read) -> None:
    head = ("account", "epoch", "location", "captured_at")
    rows = [("ann", START_S, "Accra", "1700000002"), ("ann", START_S, "Accra", "1700000001")]
    (one,) = read(table(head, *rows)).reading.profiles
    assert one.captured_us == 1_700_000_001_000_000
    (two,) = read(table(head, ("ann", START_S, "Accra", "2024-01-01 10:00:00"))).reading.profiles
    assert two.captured_us is None


def test_columns_by_hand(read: Read) -> None:
    data = table(("account", "epoch", "home", "location"), ("ann", START_S, "Accra", "a tag"))
    assert values(read(data, columns={"location": "home"}), "ann") == {"location": "Accra"}
    assert values(read(data, columns={"location": "-"}), "ann") == {}
    assert values(read(data, columns={"bio": "home"}), "ann") == {
        "bio": "Accra",
        "location": "a tag",
    }
    with pytest.raises(ReadError, match="has no column 'nowhere' for location"):
        read(data, columns={"location": "nowhere"})
    with pytest.raises(ReadError, match="no role is called 'home'"):
        read(data, columns={"home": "home"})


def test_columns_of_posts_are_not_taken_twice(read: Read) -> None:
    """A column with a role of posts, or that names the units, is no fact of the account."""
    data = table(
        ("user_id", "epoch", "lang", "time_zone", "user_location"),
        ("7", START_S, "en", "Asia/Tokyo", "crew one"),
    )
    assert values(read(data, columns={"zone": "time_zone"}, by="user_location"), "7") == {}


def test_a_history_is_bounded(read: Read) -> None:
    rows = [("ann", START_S + n, f"town {n:03}") for n in range(MOST_VALUES + 9)]
    outcome = read(table(("account", "epoch", "location"), *rows, ("bob", START_S, "x" * 9_000)))
    kept = [p.value for p in outcome.reading.profiles if p.account == "ann"]
    assert kept == [f"town {n:03}" for n in range(MOST_VALUES)]
    assert [len(p.value) for p in outcome.reading.profiles if p.account == "bob"] == [MOST_CHARS]


def test_hostile_names_and_values(read: Read) -> None:
    evil = "x'\"); DROP TABLE facts;--"
    outcome = read(table(("account", "epoch", "user_location"), (evil, START_S, evil)))
    assert facts(outcome) == [(evil, "location", evil, 1, 1)]


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cy"]),
        st.integers(START_S, START_S + 999),
        st.sampled_from(["", "Accra", "Łódź", "盐城", "a,b", 'a"b']),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=ROWS)
def test_counts_are_those_of_a_loop(rows: Any, read_into: Read, tmp_path_factory: Any) -> None:
    """CSV (columns) and API v1.1 (a walking reader) give what a plain loop gives."""
    folder: Path = tmp_path_factory.mktemp("facts")
    (folder / "a.csv").write_bytes(table(("account", "epoch", "user_location"), *rows))
    status = [tweet(number, *row) for number, row in enumerate(rows)]
    (folder / "a.ndjson").write_text("\n".join(map(json.dumps, status)) + "\n", "utf-8")
    expected: dict[tuple[str, str], list[int]] = {}
    for number, (account, second, place) in enumerate(rows, start=1):
        if place:
            expected.setdefault((account, place), []).extend((number, second * 10**6))
    wanted = [
        (account, place, seen[0], len(seen) // 2, min(seen[1::2]), max(seen[1::2]))
        for (account, place), seen in sorted(expected.items())
    ]
    for name in ("a.csv", "a.ndjson"):
        outcome = read_into([folder / name], folder / f"of {name}")
        found = [
            (p.account, p.value, p.row, p.n, p.first_us, p.last_us)
            for p in outcome.reading.profiles
            if p.field == "location"
        ]
        assert found == wanted


def tweet(number: int, account: str, second: int, place: str, **user: object) -> dict[str, Any]:
    """A post of API v1.1."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    return {
        "created_at": moment.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "id_str": str(((second * 1000 - TWITTER_EPOCH_MS) << 22) + number),
        "full_text": f"lamp {number}",
        "user": {"id_str": "1" + account, "screen_name": account, "location": place, **user},
    }


def test_equal_whatever_the_order_of_files(read_many: Read, tmp_path: Path) -> None:
    head = ("account", "epoch", "user_location")
    (tmp_path / "b.csv").write_bytes(table(head, ("ann", START_S, "Accra")))
    (tmp_path / "a.csv").write_bytes(table(head, ("x", 5, ""), ("ann", START_S + 5, "Accra")))
    one = read_many([tmp_path / "a.csv", tmp_path / "b.csv"], "one").reading.profiles
    two = read_many([tmp_path / "b.csv", tmp_path / "a.csv"], "two", threads=1).reading.profiles
    assert one == two
    assert [(p.row, p.n) for p in one] == [(2, 2)]  # the first by name of the file
    assert [profile_from_row(json.loads(json.dumps(profile_row(p)))) for p in one] == list(one)


def test_the_archive_of_information_operations(read: Read) -> None:
    second = START_S * 1000 - TWITTER_EPOCH_MS
    head = (
        "tweetid", "userid", "user_display_name", "user_screen_name", "user_reported_location",
        "user_profile_description", "user_profile_url", "account_creation_date",
        "account_language", "tweet_language", "tweet_text", "tweet_time", "tweet_client_name",
        "in_reply_to_tweetid", "is_retweet", "retweet_tweetid", "urls",
    )  # fmt: skip
    row = (
        second << 22, "9", "Ann", "ann", "Texas", "lamps", "http://a.example", "2014-01-02", "en",
        "en", "RT @b: lamp https://t.co/x", "2021-03-01 10:00", "Web", "", "true", "555",
        "[http://b.example/1, http://b.example/2]",
    )  # fmt: skip
    outcome = read(table(head, row))
    assert values(outcome, "ann") == {
        "name": "Ann", "id": "9", "location": "Texas", "language": "en", "created": "2014-01-02",
        "bio": "lamps", "url": "http://a.example",
    }  # fmt: skip
    (post,) = outcome.posts
    assert (post["kind"], post["repost_of"]) == ("repost", "555")
    assert post["urls"] == "http://b.example/1|http://b.example/2"


def test_the_list_of_fields_is_closed() -> None:
    from typing import get_args

    from forensics import model
    from forensics.read.profiles import names

    assert get_args(model.ProfileField) == names.FIELDS
    assert names.ROLES.keys() == set(names.COLUMNS)
    assert len(set(names.ROLES.values())) == len(names.ROLES)
    assert Profile("a", "bio", "b", None, "c", 1).n == 0
