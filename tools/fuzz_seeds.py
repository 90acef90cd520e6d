"""Small good files for the fuzzer to break, of formats without a fixture or a platform file.

All of it is invented here. What is packed is built when it is asked for.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import sqlite3
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
_T = "2024-03-05T01:13:00Z"
_WHO = b"Ada <ada@x.example> 1709601164 +0800"
_COMMIT = (
    b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor " + _WHO + b"\ncommitter " + _WHO
    + b"\nencoding iso8859-1\n\nMend it\n\nbody\n"
)  # fmt: skip
SIDE = 64
"""Pixels of a side of a tile."""


def _members() -> bytes:
    return b"""[{"id": "U01", "team_id": "T1", "name": "ada", "real_name": "Ada", "deleted": false,
  "tz": "Asia/Tokyo", "tz_offset": 32400, "updated": 1709601164,
  "profile": {"real_name": "Ada", "display_name": "ada", "title": "x", "status_text": "y"}}]"""


def _own() -> bytes:
    return b"""{"Activity": {"Favorite Effects": {}, "Favorite Sounds": {}}, "Profile": {
  "Profile Information": {"ProfileMap": {"userName": "ada", "accountRegion": "JP"}}},
  "Comment": {"Comments": {"CommentsList": [{"date": "2024-03-05 01:13:00", "comment": "hi"}]}},
  "Direct Messages": {"Chat History": {"ChatHistory": {"Chat History with bob:": [
  {"Date": "2024-03-05 01:13:00", "From": "bob", "Content": "x"}]}}},
  "Video": {"Videos": {"VideoList": [{"Date": "2024-03-05 01:13:00", "Link": "https://a.example",
  "Likes": "1"}]}}}"""


def _base() -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as con:
        con.execute("PRAGMA page_size = 512")
        con.execute("CREATE TABLE posts (account, time, text)")
        con.execute(f"INSERT INTO posts VALUES ('ada', '{_T}', 'one'), (1, 2.5, x'00ff')")
        con.execute("CREATE TABLE other (a TEXT, b INTEGER PRIMARY KEY)")
        return con.serialize()


def _pack_parts() -> bytes:
    return _COMMIT + b"\n----\n" + bytes([170, 1, 170, 1, 0x90, 100, 3]) + b"abc"


def _history(suffix: str) -> bytes:
    return (FIXTURES / "readers" / "git" / f"history.{suffix}").read_bytes()


def _sheet() -> bytes:
    cell = '<c r="{0}" t="inlineStr"><is><t>{1}</t></is></c>'
    head = "".join(cell.format(f"{letter}1", name) for letter, name in
                   zip("ABC", ("account", "time", "text"), strict=True))  # fmt: skip
    row = (
        cell.format("A2", "ada") + '<c r="B2" s="1"><v>45356.05</v></c><c r="C2" t="b"><v>1</v></c>'
    )
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="A1:C3"/><sheetData><row r="1">{head}</row><row r="2">{row}</row>'
        f'<row r="3">{cell.format("A3", "bob")}<c r="B3" t="d"><v>{_T}</v></c>'
        '<c r="C3" t="e"><v>#N/A</v></c></row></sheetData></worksheet>'
    ).encode()


def _book() -> bytes:
    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    if sheet is not None:
        sheet.append(["account", "time", "text"])
        sheet.append(["ada", _T, "one"])
    book.save(out)
    return out.getvalue()


class _Link(bytes):
    """The address of a block."""


def _head(major: int, n: int) -> bytes:
    if n < 24:
        return bytes([major << 5 | n])
    return bytes([major << 5 | 25]) + n.to_bytes(2, "big")


def _cbor(value: object) -> bytes:  # noqa: PLR0911 - one for each type
    if isinstance(value, _Link):
        return b"\xd8\x2a" + _head(2, len(value) + 1) + b"\0" + bytes(value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, int):
        return _head(0, value)
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(map(_cbor, value))
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: (len(pair[0]), pair[0]))
        return _head(5, len(pairs)) + b"".join(_cbor(part) for pair in pairs for part in pair)
    return b"\xf6"


def _address(block: bytes) -> _Link:
    return _Link(b"\x01\x71\x12\x20" + hashlib.sha256(block).digest())


def _repository() -> bytes:
    """A CAR archive of two posts and a like."""
    post = {"$type": "app.bsky.feed.post", "createdAt": "2023-06-30T15:03:01.887Z", "text": "hi"}
    records = {
        "app.bsky.feed.like/3jzfcijpj2z2b": {"$type": "app.bsky.feed.like", "createdAt": _T},
        "app.bsky.feed.post/3jzfcijpj2z2a": post | {"langs": ["en"]},
        "app.bsky.feed.post/3jzfcijpj2z2c": post | {"reply": {"parent": {"uri": "at://x"}}},
    }
    blocks = [_cbor(one) for one in records.values()]
    entries = [{"p": 0, "k": key.encode(), "v": _address(block), "t": None}
               for key, block in zip(records, blocks, strict=True)]  # fmt: skip
    tree = _cbor({"l": None, "e": entries})
    root = _cbor({"did": "did:plc:abcdefghijklmnopqrstuvwx", "rev": "3jzfcijpj2z2a",
                  "sig": bytes(8), "data": _address(tree), "prev": None, "version": 3})  # fmt: skip
    header = _cbor({"roots": [_address(root)], "version": 1})
    out = bytes([len(header)]) + header
    for block in (root, tree, *blocks):
        length = 36 + len(block)
        out += bytes([length & 127 | 128, length >> 7]) if length > 127 else bytes([length])
        out += _address(block) + block
    return out


def _letter() -> bytes:
    return b"""From ada@x.example Tue Mar  5 01:12:44 2024
From: =?utf-8?q?=C3=84da?= <ada@x.example>
To: bob@y.example, "C, D" <cd@z.example>
Date: Tue, 05 Mar 2024 09:12:44 +0800 (CST)
Message-ID: <1.2@x.example>
In-Reply-To: <0.1@y.example>
Subject: =?gb2312?B?xOO6ww==?= two
Received: from a (b [1.2.3.4]) by c with SMTP id x; Tue, 5 Mar 2024 01:12:50 GMT
X-Mailer: Invented 1.0
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b1"

--b1
Content-Type: text/plain; charset=koi8-r
Content-Transfer-Encoding: base64

8NLJ18XU
--b1
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

<p>a=3Db</p>
--b1
Content-Disposition: attachment; filename*=utf-8''%D0%B0.jpg

x
--b1--

From bob@y.example Tue Mar  5 01:13:44 2024
From: bob@y.example
Date: 5 Mar 24 01:13 EST
Subject: plain

>From here
"""


def _telegram() -> bytes:
    return json.dumps({
        "about": "x", "personal_information": {"user_id": 7, "first_name": "Ada"},
        "chats": {"about": "y", "list": [{
            "name": "Garden", "type": "private_supergroup", "id": 10, "messages": [
                {"id": 1, "type": "service", "date": "2024-03-05T09:12:44",
                 "date_unixtime": "1709601164", "actor": "Ada", "actor_id": "user7",
                 "action": "create_group", "title": "Garden", "members": ["Ada"], "text": ""},
                {"id": 2, "type": "message", "date": "2024-03-05T09:12:44",
                 "date_unixtime": "1709601164", "edited": "2024-03-05T09:13:44",
                 "edited_unixtime": "1709601224", "from": "Ada", "from_id": "user7",
                 "forwarded_from": "Bob", "reply_to_message_id": 1, "photo": "photos/a.jpg",
                 "width": 1, "height": 1, "via_bot": "@b",
                 "text": ["x ", {"type": "link", "text": "https://a.example"}, {"type": "bold",
                          "text": "y"}],
                 "text_entities": [{"type": "plain", "text": "x "}]},
                {"id": 3, "type": "message", "date": "2024-03-05T09:12:44", "from": None,
                 "from_id": "channel8", "file": "(File not included.)", "media_type": "sticker",
                 "location_information": {"latitude": 1.5, "longitude": 2.5}, "text": "z"},
            ]}]},
    }).encode()  # fmt: skip


def _telegram_page() -> bytes:
    return b"""<!DOCTYPE html><html><head><meta charset="utf-8"/><title>Exported Data</title></head>
<body onload="CheckLocation();"><div class="page_wrap"><div class="page_header"><div
 class="content"><div class="text bold">Garden</div></div></div><div
 class="page_body chat_page"><div class="history"><div class="message service" id="message-1"><div
 class="body details">5 March 2024</div></div>
<div class="message default clearfix" id="message2"><div class="pull_left userpic_wrap"></div>
<div class="body"><div class="pull_right date details" title="05.03.2024 09:12:44 UTC+08:00">09:12
</div><div class="from_name">Ada</div><div class="forwarded body"><div class="from_name">Bob
<span class="date details" title="04.03.2024 01:00:00 UTC+08:00"> 4.3.</span></div><div
 class="text">x &amp; <a href="https://a.example">y</a><br>z</div></div></div></div>
<div class="message default clearfix joined" id="message3"><div class="body"><div
 class="pull_right date details" title="05.03.2024 09:13:44">09:13</div><div
 class="reply_to details">In reply to <a href="#go_to_message2">this message</a></div><div
 class="media_wrap clearfix">
<a class="photo_wrap clearfix pull_left" href="photos/a.jpg"><img src="t.jpg"/></a></div>
<div class="text">w</div></div></div></div></div></div></body></html>"""


def _slack() -> bytes:
    return json.dumps([
        {"type": "message", "user": "U01", "ts": "1709601164.000100", "text": "<@U02> hi",
         "team": "T1", "user_profile": {"display_name": "ada", "real_name": "Ada"},
         "thread_ts": "1709601164.000100", "reply_count": 1, "edited": {"user": "U01", "ts": "1.0"},
         "files": [{"name": "a.jpg", "url_private": "https://a.example/a.jpg"}],
         "reactions": [{"name": "x", "users": ["U02"], "count": 1}]},
        {"type": "message", "subtype": "bot_message", "bot_id": "B1", "username": "bot",
         "ts": "1709601165.000200", "text": "", "attachments": [{"text": "t", "from_url": "u"}]},
        {"type": "message", "subtype": "channel_join", "user": "U02", "ts": "1709601166.000200",
         "text": "joined", "blocks": [{"type": "rich_text", "elements": []}]},
    ]).encode()  # fmt: skip


def _discord() -> bytes:
    return json.dumps({
        "guild": {"id": "1", "name": "g"}, "channel": {"id": "2", "type": "GuildTextChat",
        "category": "c", "name": "n"}, "dateRange": {"after": None, "before": None},
        "exportedAt": "2024-03-05T09:12:44+08:00", "messages": [
            {"id": "1214393234012311552", "type": "Reply", "timestamp": "2024-03-05T09:12:44+08:00",
             "timestampEdited": _T, "content": "hi", "author": {"id": "7", "name": "ada",
             "discriminator": "0000", "nickname": "Ada", "isBot": False, "roles": []},
             "attachments": [{"id": "1", "url": "https://a.example/a.jpg", "fileName": "a.jpg"}],
             "embeds": [{"url": "https://b.example"}], "stickers": [], "reactions": [],
             "mentions": [{"id": "8", "name": "bob"}],
             "reference": {"messageId": "1", "channelId": "2"}},
        ], "messageCount": 1,
    }).encode()  # fmt: skip


def _chat(text: str) -> Callable[[], bytes]:
    return text.encode


def _stories() -> bytes:
    return json.dumps({"ig_stories": [{"uri": "media/a.jpg", "creation_timestamp": 1709601164,
        "title": "x", "media_metadata": {"photo_metadata": {"exif_data": [{"latitude": 1.0}]}}}],
        "media": [{"uri": "a", "creation_timestamp": 1}]}).encode()  # fmt: skip


MORE: Mapping[str, tuple[Callable[[], bytes], ...]] = {
    "slack-users": (_members,),
    "slack": (_slack,),
    "tiktok-own-data": (_own,),
    "xlsx": (_sheet, _book),
    "sqlite": (_base,),
    "git-object": (lambda: _COMMIT, lambda: zlib.compress(b"commit %d\0" % len(_COMMIT) + _COMMIT)),
    "git-pack": (_pack_parts, lambda: _history("pack")),
    "git-bundle": (lambda: _history("bundle"),),
    "git-log": (_chat(
        "commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904 (HEAD -> main)\nMerge: 1a 2b\n"
        "Author:     Ada <a@x>\nAuthorDate: Tue Mar 5 09:12:44 2024 +0800\nCommit:     Bob <b@x>\n"
        "CommitDate: Tue Mar 5 09:12:44 2024 +0800\n\n    Mend it\n\n    body\n\n"),),
    "bluesky-archive": (_repository,),
    "mbox": (_letter,),
    "eml": (lambda: _letter().split(b"\n", 1)[1].split(b"\nFrom bob")[0],),
    "telegram-json": (_telegram,),
    "telegram-html": (_telegram_page,),
    "discord-json": (_discord,),
    "instagram": (_stories,),
    "whatsapp": (
        _chat("\u200e[3/5/24, 9:12:44\u202fPM] Ada: hi\n\u200e[3/5/24, 9:13:44\u202fPM] Ada: "
              "\u200e<attached: 1-a.jpg>\nmore\n[3/13/24, 9:12:44\u202fAM] Bob: x\n"),
        _chat("05.03.24, 09:12 - Messages are end-to-end encrypted.\n05.03.24, 09:12 - Ada: hi\n"
              "05.03.24, 09:13 - +49 171 0000000: IMG-1.jpg (file attached)\n"),
        _chat("2024/3/5 上午9:12 - Ada: 你好\n2024/3/13 下午9:12 - Bob: x <Media omitted>\n"),
    ),
}  # fmt: skip
"""Reader -> further files that it reads."""

STAMP = base64.b64decode(
    "MIIDUjADAgEAMIIDSQYJKoZIhvcNAQcCoIIDOjCCAzYCAQMxDzANBglghkgBZQMEAgEFADBjBgsqhkiG9w0BCRABBKBUBF"
    "IwUAIBAQYEKgMEATAxMA0GCWCGSAFlAwQCAQUABCDK+Y321k8A3+dLGbhfLQP9dmFsF+xW7bMjhAnALfEcAwIBAhgPMjAy"
    "NjExMjIxMjQ0MzZaoIIBjDCCAYgwggEuoAMCAQICAQIwCgYIKoZIzj0EAwIwDzENMAsGA1UEAwwEUm9vdDAeFw0yNjExMj"
    "IxMjQ0MzZaFw0zNjExMTkxMjQ0MzZaMBIxEDAOBgNVBAMMB1N0YW1wZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASU"
    "4ygc4LJ1TwGwn79Zu4HAAQFfUi9Ah3SPi9WMGDgMX6uyR8JodVgByUeE+BUXv+vIsDkpgCK5grYL3ImkocyBo3gwdjAMBg"
    "NVHRMBAf8EAjAAMA4GA1UdDwEB/wQEAwIHgDAWBgNVHSUBAf8EDDAKBggrBgEFBQcDCDAdBgNVHQ4EFgQUyzPKW15vjArt"
    "5BZCIxDwftCmJPcwHwYDVR0jBBgwFoAUDez4kQDHUBiIa49Frg+omgnziB0wCgYIKoZIzj0EAwIDSAAwRQIgWCZkn6MM1n"
    "Avp7Crp6Xa6RSJqwZbFt61/9C3kEa7O7QCIQDHeoG9UHJV6aNdFyff3x48kD/GTOdHm/NPbMIR15GwPzGCASkwggElAgEB"
    "MBQwDzENMAsGA1UEAwwEUm9vdAIBAjANBglghkgBZQMEAgEFAKCBpDAaBgkqhkiG9w0BCQMxDQYLKoZIhvcNAQkQAQQwHA"
    "YJKoZIhvcNAQkFMQ8XDTI2MTEyMjEyNDQzNlowLwYJKoZIhvcNAQkEMSIEIMcha4NDH/DeMuuqFB2mg8kEtQIqMSMzMVnN"
    "1cKW4q2hMDcGCyqGSIb3DQEJEAIvMSgwJjAkMCIEIK935xSdl44T3X3tcfD0iOwTdEY8P0pvX67zI/r846Q0MAoGCCqGSM"
    "49BAMCBEgwRgIhAM8wKelhYjhNr62SptnI9i89xVavE4kj3r42Yl7bNH+vAiEAnMkGoLecrV5ie5Pz4rUxUH9zBwWXk75R"
    "+cpeebjPjI4="
)
"""A reply of a time stamp authority that was made for this and thrown away, over `a seal`."""
ROOT = b"""\
-----BEGIN CERTIFICATE-----
MIIBYjCCAQigAwIBAgIUGGYj1avNO2npgmZpu7MwwdWzq/cwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEUm9vdDAeFw0yNjExMjIxMjQ0MzZaFw0zNjExMTkxMjQ0MzZa
MA8xDTALBgNVBAMMBFJvb3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASLrJQW
dZmTrElNc4Q7LU0npScpUOO1EuUWrZWSq0k/WnwJyqYW7TBHLX/uo/1RYgRUTG8N
wZUcIuZqMunCqfHVo0IwQDAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIC
BDAdBgNVHQ4EFgQUDez4kQDHUBiIa49Frg+omgnziB0wCgYIKoZIzj0EAwIDSAAw
RQIgK0EQRpZwilzkmxRNZ9wTOSARFuv0y4G9ukODjXXdj3gCIQDRHjJO88LoXQBc
QACjsjwB0c4uTNqCqC+ghSjjI8Km3w==
-----END CERTIFICATE-----
"""
"""The certificate of that authority."""
