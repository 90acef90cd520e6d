"""Files that list accounts and hold no posts: which they are, and to whom they belong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forensics.errors import ReadError
from forensics.read.profiles.lists import AccountColumns

Read = Callable[..., Any]
POSTS = b"account,epoch,text\nAnn,1614592800,hi\n42,1614592801,hi\nbob,1614592802,hi\n"


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        (b"account,location\nann,Accra\n", {"location": 1}),
        (b"username,bio,followers\nann,lamps,5\n", {"bio": 1}),
        (b"name,location\nann,Accra\n", {"location": 1}),
        (
            b"screen_name,created_at,followers_count,description\nann,2016-10-05T10:00:00Z,5,hi\n",
            {"created": 1, "bio": 1},
        ),
        (
            (
                b'{"id_str": "7", "screen_name": "ann", "created_at":'
                b' "Wed Oct 05 10:00:00 +0000 2016",'
                b' "location": "Accra", "lang": "en", "followers_count": 5, "utc_offset": 0,'
                b' "time_zone": null}\n'
            ),
            {"id": 1, "location": 1, "zone": 1, "language": 1, "created": 1},
        ),
        (
            (
                b'{"data": [{"id": "7", "username": "ann", "name": "A", "created_at":'
                b' "2016-10-05T10:00:00.000Z", "public_metrics": {"followers_count": 5}}]}'
            ),
            {"name": 1, "id": 1, "created": 1},
        ),
    ],
)
def test_lists(read: Read, data: bytes, fields: dict[str, int]) -> None:
    source = read(data, "users").source
    assert (source.holds, source.rows_present, source.rows_read) == ("accounts", 1, 1)
    assert dict(source.facts) == fields
    assert source.clock.statement == "a list of accounts has no times"
    assert source.format.endswith("list of accounts")
    assert any(note.startswith("a list of accounts, not of posts") for note in source.notes)


@pytest.mark.parametrize(
    "data",
    [
        b"account,text,location\nann,hi,Accra\n",  # posts without times stay an error
        b"account,is_retweet,location\nann,0,Accra\n",
        b"account,group\nann,one\n",
        b"location,bio\nAccra,lamps\n",
    ],
)
def test_what_is_no_list_is_refused_as_before(read: Read, data: bytes) -> None:
    with pytest.raises(ReadError, match=r"no column (holds times|names accounts)"):
        read(data)


@pytest.mark.parametrize(
    "data",
    [
        # a text makes it posts
        b"screen_name,created_at,followers_count,text\nann,2016-10-05T10:00:00Z,5,hi\n",
        # no column of lists alone: cannot be told from posts, so it is read as such
        b"screen_name,created_at,location\nann,2016-10-05T10:00:00Z,Accra\n",
        # two times of one account are no times of creation
        (
            b"screen_name,created_at,followers_count\nann,2016-10-05T10:00:00Z,5\n"
            b"ann,2016-10-06T10:00:00Z,5\n"
        ),
        # an unmistakable time of posts
        b"screen_name,post_time,followers_count\nann,2016-10-05T10:00:00Z,5\n",
    ],
)
def test_what_holds_posts_stays_posts(read: Read, data: bytes) -> None:
    assert read(data).source.holds == "posts"


def test_the_user_has_the_last_word(read: Read) -> None:
    data = b"screen_name,created_at,followers_count\nann,2016-10-05T10:00:00Z,5\n"
    assert read(data, columns={"time": "created_at"}).source.holds == "posts"
    odd = b"who,when,town\nann,2016-10-05T10:00:00Z,Accra\n"
    told = {"account": "who", "time": "-", "location": "town"}
    outcome = read(odd, columns=told)
    assert [(p.account, p.field, p.value) for p in outcome.reading.profiles] == [
        ("ann", "location", "Accra")
    ]
    with pytest.raises(ReadError, match="no column says anything of accounts"):
        read(odd, columns={"account": "who", "time": "-"})
    with pytest.raises(ReadError, match="no column names accounts"):
        read(b"town\nAccra\n", columns={"time": "-"})


def test_the_columns_of_a_list_are_shown_by_role() -> None:
    found = AccountColumns("who", {"zone": "tz", "location": "town"})
    assert found.shown() == {"account": "who", "account_zone": "tz", "location": "town"}


def test_rows_without_an_account_are_refused(read: Read) -> None:
    outcome = read(b"account,location\nann,Accra\n,Lagos\nbob\n")
    assert outcome.reasons == [(2, "no_account"), (3, "short_row")]
    assert (outcome.source.rows_present, outcome.source.rows_read) == (3, 1)


def test_accounts_are_tied_to_those_of_posts(read_many: Read, tmp_path: Path) -> None:
    """By equal name, by number, by a name in another case; never by the name shown."""
    (tmp_path / "posts.csv").write_bytes(POSTS)
    (tmp_path / "users.csv").write_bytes(
        b"user_id,screen_name,display_name,location\n"
        b"1,@ANN,x,Accra\n"  # the same name
        b"42,dora,x,Lagos\n"  # posts know the number
        b"3,bob,x,Quito\n"
        b"4,eve,bob,Lima\n"  # calls itself bob, and is not
    )
    outcome = read_many([tmp_path / "posts.csv", tmp_path / "users.csv"])
    places = {p.value: p.account for p in outcome.reading.profiles if p.field == "location"}
    assert places == {"Accra": "Ann", "Lagos": "42", "Quito": "bob", "Lima": "eve"}
    assert len(outcome.posts) == 3
    assert [p.n for p in outcome.reading.profiles] == [0] * len(outcome.reading.profiles)


def test_doubtful_ties_are_not_made(read_many: Read, tmp_path: Path) -> None:
    (tmp_path / "posts.csv").write_bytes(
        b"account,epoch,text\nAnn,1614592800,hi\nann,1614592801,hi\nbob,1614592802,hi\n"
    )
    (tmp_path / "users.csv").write_bytes(
        b"user_id,screen_name,location\n1,ANN,Accra\nbob,carl,Lagos\n2,bob,Quito\n"
    )
    outcome = read_many([tmp_path / "posts.csv", tmp_path / "users.csv"])
    places = {p.value: p.account for p in outcome.reading.profiles if p.field == "location"}
    # two accounts differ from ANN in case only; bob has a row of its own, so carl is another
    assert places == {"Accra": "ANN", "Lagos": "carl", "Quito": "bob"}


def test_packed_and_broken_lists(read: Read) -> None:
    packed = gzip.compress(b"account,location\nann,Accra\n")
    assert read(packed, "users.csv.gz").source.holds == "accounts"
    lines = [json.dumps({"username": "ann", "location": "Accra"}), "{", "[]"]
    outcome = read("\n".join(lines).encode() + b"\n", "users.ndjson")
    assert outcome.source.holds == "accounts"
    assert [reason for _, reason in outcome.reasons] == ["bad_json", "bad_json"]
