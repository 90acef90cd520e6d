"""Telegram Desktop: JSON and HTML, whose offset is the exporter's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from forensics.errors import ReadError
from forensics.read.chats import READERS, telegram_html

Read = Callable[..., Any]
T_S = 1709601164  # 2024-03-05T01:12:44Z, 09:12:44 in the zone of the exporter (UTC+8)
T_US = T_S * 1_000_000


def message(number: int, **more: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "id": number,
        "type": "message",
        "date": "2024-03-05T09:12:44",
        "date_unixtime": str(T_S),
        "from": "Ada",
        "from_id": "user101",
        "text": "hello",
        "text_entities": [{"type": "plain", "text": "hello"}],
    }
    return {key: value for key, value in (plain | more).items() if value is not None}


MESSAGES = [
    {"id": 1, "type": "service", "date": "2024-03-05T09:00:00", "actor": "Ada", "action": "join"},
    message(2, text=["see ", {"type": "link", "text": "x.example"}, " \u2713"]),
    message(3, forwarded_from="Else", photo="photos/photo_1@05-03-2024_09-12-44.jpg"),
    message(4, reply_to_message_id=2, via_bot="@gif", from_id="user202", **{"from": None}),
    message(5, file="(File not included. Change data exporting settings to download.)"),
]
CHAT = {"name": "Garden", "type": "private_supergroup", "id": 77, "messages": MESSAGES}
WHOLE = {
    "about": "Here is the data you requested.",
    "personal_information": {"user_id": 101, "phone_number": "+00 000"},
    "contacts": {"about": "", "list": []},
    "chats": {"about": "x", "list": [CHAT, {**CHAT, "name": None, "id": 78}]},
    "left_chats": {"about": "x", "list": []},
}


def written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def test_one_chat(read: Read) -> None:
    outcome = read(written(CHAT), "result.json", by="chat")
    by_row = sorted(outcome.posts, key=lambda post: post["row"])
    keys = ("row", "account", "t_us", "kind", "text", "client", "media", "id", "unit")
    assert [tuple(post[key] for key in keys) for post in by_row] == [
        (1, "user101", T_US, "original", "see x.example \u2713", None, None, "2", "Garden"),
        (2, "user101", T_US, "repost", "hello", None, "photo_1@05-03-2024_09-12-44.jpg", "3",
         "Garden"),
        (3, "user202", T_US, "reply", "hello", "@gif", None, "4", "Garden"),
        (4, "user101", T_US, "original", "hello", None, None, "5", "Garden"),
    ]  # fmt: skip
    source = outcome.source
    assert (source.reader, source.clock.clock_writer, source.clock.zone) == (
        "telegram-json", "platform", "UTC",
    )  # fmt: skip
    assert "exporter's clock (not the author's): UTC+8 on 4 messages" in source.notes
    assert any(note.startswith("1 service messages") for note in source.notes)


def test_a_whole_account(read: Read) -> None:
    outcome = read(written(WHOLE), "result.json", by="chat")
    assert [post["row"] for post in sorted(outcome.posts, key=lambda p: p["row"])] == [*range(1, 9)]
    assert {post["unit"] for post in outcome.posts} == {"Garden", "78"}
    assert "+00 000" not in str(outcome.posts)
    assert any(note.startswith("2 chats") for note in outcome.source.notes)


def test_the_old_form_is_the_exporters_clock(read: Read) -> None:
    old = {**CHAT, "messages": [message(n, date_unixtime=None, from_id=9) for n in (1, 2)]}
    with pytest.raises(ReadError, match="no offset"):
        read(written(old))
    outcome = read(written(old), assume_zone="Asia/Shanghai")
    assert outcome.times == [T_US, T_US]
    assert {post["account"] for post in outcome.posts} == {"9"}
    assert outcome.source.clock.clock_writer == "exporter"
    assert outcome.source.clock.basis == "stated"


def test_mixed_forms_and_two_clocks_that_disagree(read: Read) -> None:
    rows = [message(1), message(2, date_unixtime=None), message(3, date="2024-03-05T09:15:00"),
            message(4, date="2024-03-05T09:12")]  # fmt: skip
    outcome = read(written({**CHAT, "messages": rows}))
    assert outcome.reasons == [(2, "naive_time")]
    assert outcome.times == [T_US] * 3
    notes = " ".join(outcome.source.notes)
    assert "on 2 messages the two times differ" in notes
    assert "1 messages have the exporter's local time only" in notes


BROKEN = [
    ("no time", message(9, date=None, date_unixtime=None), "no_time"),
    ("no account", message(9, from_id=None, **{"from": None}), "no_account"),
    ("words", message(9, date_unixtime="yesterday"), "bad_time"),
    ("far off", message(9, date_unixtime="99999999999999"), "time_out_of_range"),
    ("a number", 7, "bad_json"),
    ("nested time", message(9, date_unixtime={"a": 1}, date=[1]), "no_time"),
]


@pytest.mark.parametrize(("bad", "reason"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_broken_messages(read: Read, bad: object, reason: str) -> None:
    outcome = read(written({**CHAT, "messages": [message(1), bad, message(3)]}))
    assert outcome.reasons == [(2, reason)]
    assert outcome.times == [T_US, T_US]


def test_bad_bytes_cost_one_message(read: Read) -> None:
    data = written({**CHAT, "messages": [message(1), message(2, text="h\u00e9"), message(3)]})
    outcome = read(data.replace("h\u00e9".encode(), b"h\xe9"))
    assert outcome.reasons == [(2, "bad_encoding")]


@pytest.mark.slow
def test_cut_anywhere(read: Read) -> None:
    data = written(WHOLE)
    first = data.index(b'"id": 3')
    for cut in (first, first + 200, len(data) // 2, len(data) - 60, len(data) - 3):
        outcome = read(data[:cut], "result.json")
        assert outcome.reasons == [(outcome.source.rows_present, "damaged")]
        assert set(outcome.times) == {T_US}


def test_garbled_in_the_middle(read: Read) -> None:
    data = written(CHAT).replace(b'"id": 4,', b'"id" 4,')
    outcome = read(data)
    assert outcome.reasons == [(3, "bad_json")]
    assert {post["row"] for post in outcome.posts} == {1, 2, 4}


def test_a_chat_without_a_name_does_not_take_that_of_the_one_before(read: Read) -> None:
    nameless = {key: value for key, value in CHAT.items() if key != "name"} | {"id": 79}
    whole = {**WHOLE, "chats": {"list": [CHAT, nameless]}, "left_chats": {"list": [nameless]}}
    outcome = read(written(whole), "result.json", by="chat")
    units = [post["unit"] for post in sorted(outcome.posts, key=lambda post: post["row"])]
    assert units == ["Garden"] * 4 + ["79"] * 8


# --- HTML

HEAD = """<!DOCTYPE html>
<html><head><meta charset="utf-8"/><title>Exported Data</title></head>
<body onload="CheckLocation();"><div class="page_wrap"><div class="page_header">
<div class="content"><div class="text bold">Garden </div></div></div>
<div class="page_body chat_page"><div class="history">
<div class="message service" id="message-1"><div class="body details">5 March 2024</div></div>
<div class="message service" id="message1"><div class="body details">Ada joined</div></div>
"""


def block(number: int, title: str, name: str | None = "Ada", inner: str = "") -> str:
    who = f'<div class="from_name">\n{name} \n</div>' if name else ""
    title = f' title="{title}"' if title else ""
    joined = "" if name else " joined"
    return f"""<div class="message default clearfix{joined}" id="message{number}">
<div class="pull_left userpic_wrap"><div class="userpic"><div class="initials">A</div></div></div>
<div class="body"><div class="pull_right date details"{title}>09:12</div>
{who}{inner}<div class="text">a &lt;b&gt;<br>line {number}</div></div></div>
"""


NEW = "05.03.2024 09:12:44 UTC+08:00"
TAIL = "</div></div></div></body></html>"
FORWARD = (
    '<div class="forwarded body"><div class="from_name">Else <span class="date details" '
    'title="01.01.2020 00:00:00 UTC+08:00">01.01.2020</span></div>'
    '<div class="pull_right date details" title="01.01.2020 00:00:00 UTC+08:00">x</div>'
    '<div class="media_wrap clearfix"><a class="photo_wrap" href="photos/p_1.jpg"><img/></a></div>'
    '<a href="https://x.example/a.html">x</a></div>'
)
REPLY = '<div class="reply_to details">In reply to <a href="#go">this</a></div>'


def test_a_page(read: Read) -> None:
    page = (
        HEAD
        + block(2, NEW)
        + block(3, NEW, None, FORWARD)
        + block(4, NEW, "Bo via @gif", REPLY)
        + block(5, NEW, None)
        + TAIL
    )
    outcome = read(page.encode(), "messages.html")
    by_row = sorted(outcome.posts, key=lambda post: post["row"])
    keys = ("row", "account", "t_us", "kind", "text", "client", "media", "id")
    assert [tuple(post[key] for key in keys) for post in by_row] == [
        (1, "Ada", T_US, "original", "a <b>\nline 2", None, None, "2"),
        (2, "Ada", T_US, "repost", "a <b>\nline 3", None, "p_1.jpg", "3"),
        (3, "Bo", T_US, "reply", "a <b>\nline 4", "@gif", None, "4"),
        (4, "Bo", T_US, "original", "a <b>\nline 5", "@gif", None, "5"),
    ]
    source = outcome.source
    assert (source.reader, source.clock.clock_writer) == ("telegram-html", "platform")
    assert "the offset is not the author's" in source.clock.statement
    assert "exporter's clock (not the author's): UTC+8 on 4 messages" in source.notes
    assert any(note.startswith("1 service messages") for note in source.notes)


def test_an_old_page_is_naive(read: Read) -> None:
    page = (HEAD + block(2, NEW[:19]) + TAIL).encode()
    with pytest.raises(ReadError, match="no offset"):
        read(page)
    outcome = read(page, assume_zone="Asia/Shanghai")
    assert outcome.times == [T_US]
    assert outcome.source.clock.clock_writer == "exporter"


HTML_BROKEN = [
    ("no title", block(3, ""), "no_time"),
    ("other title", block(3, "March 5, 2024"), "bad_time"),
    ("day 32", block(3, "32.03.2024 09:12:44 UTC+08:00"), "bad_time"),
    ("offset of 99 h", block(3, "05.03.2024 09:12:44 UTC+99:00"), "bad_time"),
    ("no name", block(3, NEW, " "), "no_account"),
]


@pytest.mark.parametrize(
    ("bad", "reason"), [b[1:] for b in HTML_BROKEN], ids=[b[0] for b in HTML_BROKEN]
)
def test_broken_blocks(read: Read, bad: str, reason: str) -> None:
    outcome = read((HEAD + block(2, NEW) + bad + block(4, NEW) + TAIL).encode())
    assert outcome.reasons == [(2, reason)]
    assert outcome.times == [T_US, T_US]


def test_a_cut_page(read: Read) -> None:
    page = (HEAD + block(2, NEW) + block(3, NEW) + block(4, NEW)).encode()
    last = page.index(b'id="message4"')
    for cut in (last + 20, last + 300, len(page) - 10):
        assert read(page[:cut]).reasons == [(3, "damaged")]
    assert read(page[: last - 40]).source.rows_present == 2


def test_hostile_pages(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = HEAD + block(2, NEW) + "<div>" * 2000 + "</div>" * 2000
    assert len(read(deep.encode()).times) == 1
    monkeypatch.setattr(telegram_html, "_MAX_PENDING", 1000)
    endless = HEAD + block(2, NEW) + "<a " + "x" * 300_000
    assert read(endless.encode()).reasons == [(2, "damaged")]
    monkeypatch.setattr(telegram_html, "_MAX_TEXT", 10)
    assert len(read((HEAD + block(2, NEW) + TAIL).encode()).times) == 1


@pytest.mark.parametrize("data", [b"{}", b'{"messages": [{}]}', b"<html></html>", b"[1]", b"a,b\n"])
def test_general_files_are_left_to_others(data: bytes, tmp_path: Any) -> None:
    assert not [reader.name for reader in READERS if reader.detects(tmp_path, data)]
