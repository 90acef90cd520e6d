"""What holds for all readers of networks: nothing is lost, nothing is stolen, no hour is off."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.clock import local_to_utc_s, offset_s
from forensics.errors import ClockError
from forensics.read.networks import READERS
from forensics.read.networks.documents import (
    HEAD,
    file_names,
    inner,
    members,
    shape_of,
    text_of,
)

Read = Callable[..., Any]
T_S = 1_709_629_964
ZONES = [
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Asia/Dubai",
    "Asia/Jakarta",
    "Asia/Manila",
    "Asia/Yangon",
    "Asia/Novosibirsk",
    "Asia/Vladivostok",
    "Asia/Pyongyang",
    "Asia/Jerusalem",
    "Europe/Moscow",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Istanbul",
    "Europe/Kyiv",
    "Europe/Minsk",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Lagos",
    "Africa/Nairobi",
    "Africa/Johannesburg",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Caracas",
    "America/Bogota",
    "America/Mexico_City",
    "America/Asuncion",
    "Australia/Sydney",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Apia",
    "Pacific/Kiritimati",
]


def reddit(t_s: int) -> dict[str, Any]:
    return {"author": "a", "created_utc": t_s, "id": "x", "body": "b", "subreddit": "s"}


def iso(local_s: int, tail: str) -> str:
    days, rest = divmod(local_s, 86_400)
    z = days + 719_468
    era, doe = divmod(z, 146_097)
    yoe = (doe - doe // 1460 + doe // 36_524 - doe // 146_096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    day, month = doy - (153 * mp + 2) // 5 + 1, mp + 3 if mp < 10 else mp - 9
    year = yoe + era * 400 + (month <= 2)
    hour, minute, second = rest // 3600, rest // 60 % 60, rest % 60
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}{tail}"


def bluesky(created: str) -> dict[str, Any]:
    return {
        "uri": "at://did:plc:a/app.bsky.feed.post/3jzfcijpj2z2a",
        "author": {"did": "did:plc:a", "handle": "a.example"},
        "record": {"createdAt": created, "text": "x"},
    }


def crawled(created: str) -> dict[str, Any]:
    return {"user_id": 1, "screen_name": "a", "bid": "b", "text": "x", "created_at": created}


@settings(max_examples=4, deadline=None)
@given(
    instants=st.lists(st.integers(946_684_800, 2_145_916_799), min_size=20, max_size=40),
    zones=st.lists(st.sampled_from(ZONES), min_size=40, max_size=40),
)
def test_any_instant_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    read_into: Callable[..., Any],
    instants: list[int],
    zones: list[str],
) -> None:
    folder = tmp_path_factory.mktemp("instants")
    written = []
    for t_s, zone in zip(instants, zones, strict=False):
        east_s = offset_s(zone, t_s)
        east_s -= east_s % 60
        sign, minutes = "-" if east_s < 0 else "+", abs(east_s) // 60
        tail = f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
        written.append(bluesky(iso(t_s + east_s, tail)))
    files = {
        "reddit": [reddit(t_s) for t_s in instants],
        "bluesky": written,
        "weibo": [crawled(iso(t_s + offset_s("Asia/Shanghai", t_s), "")) for t_s in instants],
    }
    for name, items in files.items():
        path = folder / name
        path.write_bytes(b"".join(json.dumps(item).encode() + b"\n" for item in items))
        outcome = read_into([path], folder / f"out-{name}", nothing_is_an_error=False)
        found = {p["row"]: p["t_us"] for p in outcome.posts}
        refused = dict(outcome.reasons)
        for row, t_s in enumerate(instants, start=1):
            if row in found:
                assert found[row] == t_s * 10**6
            else:
                assert refused[row] in ("ambiguous_time", "bad_time"), name


def test_a_zone_said_for_a_crawler_is_used_everywhere(read: Read) -> None:
    for zone in ZONES:
        local_s = T_S
        try:
            expected = local_to_utc_s(local_s, zone)
        except ClockError:
            continue
        data = json.dumps([crawled(iso(local_s, ""))]).encode()
        assert read(data, columns={"zone": f"={zone}"}).times == [expected * 10**6]
        break


ARRAYS = {
    "bluesky": json.dumps({"feed": [{"post": bluesky("2024-03-05T09:12:44Z")}] * 6}).encode(),
    "weibo": json.dumps({"user": {}, "weibo": [crawled("2024-03-05T09:12:44")] * 6}).encode(),
    "reddit": json.dumps([reddit(T_S)] * 6).encode(),
}


@pytest.mark.slow
@pytest.mark.parametrize("form", ARRAYS)
def test_what_stands_before_a_break_is_read(read: Read, form: str, tmp_path: Path) -> None:
    data = ARRAYS[form]
    for cut in range(len(data) // 3, len(data), 37):
        part = tmp_path / f"{cut}"
        part.mkdir()
        (part / "x.json").write_bytes(data[:cut])
        outcome = read(part / "x.json", nothing_is_an_error=False)
        source = outcome.source
        assert source.rows_read + source.rows_refused == source.rows_present
        if source.reader == form:
            assert source.rows_read >= 1
            assert [reason for _, reason in outcome.reasons] in ([], ["damaged"])


STRANGERS = [
    b'[{"created_at": "2024-03-05T09:12:44Z", "account": "a", "text": "x"}]',
    b'{"created_at": "Tue Mar 05 09:12:44 +0000 2024", "id_str": "1", "user": {"screen_name": 1}}',
    b'{"timestamp": 1709629964, "data": [1], "title": "x"}\n{"timestamp": 1, "data": [2]}\n',
    b'[{"timestamp": 1709629964, "data": [{"x": 1}], "title": "x", "author": "a"}]',
    b'[{"timestamp": 1709629964, "text": "x", "author": "a"}]',
    b'[{"date": 1709629964, "from_id": 5, "text": "x", "type": "message"}]',
    b'{"name": "x", "type": "personal_chat", "messages": [{"from_id": "user1", "date": "2024"}]}',
    b'[{"created_utc": 1709629964, "author": "a", "body": "x"}]',
    b'[{"uri": "at://x", "createdAt": "app.bsky."}]',
    b'[{"nickname": "a", "last_modify_ts": 1, "user_id": 2, "fans": 3}]',
    b'{"type": "OrderedCollection", "orderedItems": [{"type": "Like", "published": "x"}]}',
    b'{"acct": 1, "visibility": 2}',
    b"id,author,created_at,text\n1,a,2024-03-05T09:12:44Z,x\n",
    b"nickname,user_id,last_modify_ts\na,1,2\n",
    b"[]",
    b"[",
    b"{",
    b'{"feed": 5, "app.bsky.": 1}',
    b'{"feed" 5, "app.bsky.feed": 1, "created_at": 1, "timestamp": 2}',
    b'{"date": 1, "from_id": 2',
    b"\xff\xfe\x00",
    b"",
]


@pytest.mark.parametrize("data", STRANGERS, ids=range(len(STRANGERS)))
def test_other_files_are_left_to_other_readers(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    assert [reader.name for reader in READERS if reader.detects(path, data)] == []


def test_pages_one_a_line_are_all_read(read: Read) -> None:
    """Collectors append one answer after another; none of them may be lost."""
    page = json.dumps({"cursor": "x", "feed": [{"post": bluesky("2024-03-05T09:12:44Z")}] * 3})
    data = "\n".join([page, "", page, page[:50], '{"cursor": 1}', '{"feed": [5]}', page]).encode()
    outcome = read(data, name="pages.ndjson")
    assert len(outcome.posts) == 9
    assert outcome.reasons == [(7, "bad_json"), (8, "bad_json"), (9, "bad_json")]
    assert len(read(page.encode() + b"\n\n", name="one.json").posts) == 3
    pretty = json.dumps(json.loads(page), indent=1).encode()
    assert len(read(pretty, name="pretty.json").posts) == 3


def test_shapes() -> None:
    assert shape_of(b'  [{"a": 1}, 5, {"b": 2}').first == ({"a": 1}, {"b": 2})  # type: ignore[union-attr]
    lines = shape_of(b'\xef\xbb\xbf{"a": 1}\n\n{"b"\n{"c": 3}')
    assert lines is not None
    assert lines.first == ({"a": 1}, {"c": 3})
    assert lines.described == "json lines"
    inside = shape_of(b'{"x": [1, {}], "d": {"y": 1, "l": [{"a": 1}, {"b"', [("no",), ("d", "l")])
    assert inside is not None
    assert inside.described == "json array in 'd.l'"
    assert inside.first == ({"a": 1},)
    assert shape_of(b'{"d": {"l": 5}}', [("d", "l"), ("d", "l", "m")]) is not None
    assert shape_of(b'{"a": 1}' + b" " * HEAD) is None
    assert shape_of(b"[" * 60_000) is None
    assert not inside.has(lambda item: "z" in item)


def test_small_tools() -> None:
    assert [text_of(value) for value in ("a", 5, True, None, {})] == ["a", "5", None, None, None]
    assert inner({"a": {"b": {"c": 1}}}, "a", "b") == {"c": 1}
    assert inner({"a": 5}, "a", "b") == {}
    assert members([{"a": 1}, 5]) == [{"a": 1}]
    assert members(None) == []
    assert file_names([None, "", "a", 5]) == "a"
