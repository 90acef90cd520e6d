"""The two exports: posts laid out as two platforms write them, with broken rows put in between."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from demo_case.draws import below, chance, pick
from demo_case.people import OFFICE_ZONE, Account, accounts, label_on, times
from demo_case.texts import HOSTILE, PLANTED, SHARED, small_talk
from forensics.clock import EPOCH, TWITTER_EPOCH_MS, offset_s, utc_text

COLUMNS = (
    "account", "created_at", "post_id", "text", "client", "post_type", "lang", "media", "crew",
)  # fmt: skip

REPOSTED = "harbour_evening.jpg"
"""The planted picture: ten accounts post it, and it is still one clue."""
ATTACHED: tuple[tuple[str, date, str], ...] = (
    ("demo-a01", date(2024, 3, 14), "desk_by_the_window.jpg"),
    ("demo-a05", date(2024, 4, 16), "street_with_car.jpg"),
    ("demo-w05", date(2024, 4, 24), "rain_on_glass.jpg"),
    ("demo-w06", date(2024, 4, 19), "Screenshot_20240419-093412.png"),
    ("demo-b07", date(2024, 5, 6), "banner_spring.jpg"),
    ("demo-a12", date(2024, 5, 20), "cut_short.jpg"),
    *((f"demo-a{n:02d}", date(2024, 3, 18), REPOSTED) for n in range(2, 10)),
    ("demo-w01", date(2024, 3, 19), REPOSTED),
    ("demo-w02", date(2024, 3, 19), REPOSTED),
)
"""Account, local day from which the next post carries it, file."""


@dataclass(frozen=True, slots=True)
class Row:
    """One good post."""

    account: Account
    day: date
    """Local day of whoever made the schedule."""
    utc_s: int
    id: str
    text: str
    client: str
    kind: str
    language: str
    media: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that a reader has to refuse."""

    reason: str
    """Key of `model.REFUSAL_REASONS`."""
    data: bytes
    """The row as it stands in the file, line end included."""


def snowflake(utc_s: int, *key: object) -> str:
    """A post id whose clock agrees with the second: milliseconds, then invented low bits."""
    milliseconds = utc_s * 1000 + below(1000, "ms", *key) - TWITTER_EPOCH_MS
    return str((milliseconds << 22) | below(1 << 22, "low", *key))


def _client(account: Account, *key: object) -> str:
    if account.platform == "weibo":
        return pick(("微博网页版", "微博网页版", "安卓客户端"), "client", *key)
    if account.crew == "B":
        return "QueueCast" if chance(85, "client", *key) else "Web App"
    return "Web App" if chance(80, "client", *key) else "Android Client"


def _language(account: Account, *key: object) -> str:
    if account.platform == "weibo":
        return "zh"
    return "zh" if account.crew == "A" and chance(12, "language", *key) else "en"


def _kind(account: Account, *key: object) -> str:
    kinds: tuple[str, ...] = ("original",) * 14 + ("repost",) * 3 + ("reply",) * 2 + ("quote",)
    if account.crew == "B":
        kinds = ("original",) * 9 + ("repost",)
    return pick(kinds, "kind", *key)


def _row(account: Account, day: date, utc_s: int) -> Row:
    key = (account.name, utc_s)
    language = _language(account, *key)
    text = small_talk(language, *key)
    if account.crew == "A" and chance(6, "shared", *key):
        text = pick([one for one in SHARED if one.isascii() == (language == "en")], "which", *key)
    if account.platform == "western":
        post_id = snowflake(utc_s, *key)
    else:
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
        post_id = "N" + "".join(pick(letters, "id", n, *key) for n in range(8))
    return Row(
        account, day, utc_s, post_id, text, _client(account, *key), _kind(account, *key), language
    )


def _plant(rows: list[Row], name: str, day: date, *, text: str = "", media: str = "") -> None:
    """Put a text or a picture into the account's first free original post on or after that day."""
    for index, row in enumerate(rows):
        free = row.kind == "original" and not row.media and row.text not in _SPECIAL
        if row.account.name == name and row.day >= day and free:
            rows[index] = replace(row, text=text or row.text, media=media)
            return
    msg = f"{name} has no free post from {day}"
    raise ValueError(msg)


_SPECIAL = frozenset(text for _, _, text in (*PLANTED, *HOSTILE))


def posts() -> tuple[Row, ...]:
    """Every good post of the case, in order of time."""
    rows = sorted(
        # A set: two draws of one account may fall on the same second, which would be one post.
        (_row(*one) for one in {(who, *when) for who in accounts() for when in times(who)}),
        key=lambda row: (row.utc_s, row.account.name),
    )
    for name, day, text in (*PLANTED, *HOSTILE):
        _plant(rows, name, day, text=text)
    for name, day, media in ATTACHED:
        _plant(rows, name, day, media=media)
    return tuple(rows)


def _csv_line(fields: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(fields)
    return out.getvalue().encode()


def _western(row: Row) -> bytes:
    return _csv_line(
        (
            row.account.name, utc_text(row.utc_s * 1_000_000), row.id, row.text, row.client,
            row.kind, row.language, row.media, row.account.crew,
        )
    )  # fmt: skip


def _json_line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _weibo(row: Row) -> bytes:
    local = EPOCH + timedelta(seconds=row.utc_s + offset_s(OFFICE_ZONE, row.utc_s))
    label = label_on(row.account, row.day)
    body = {
        "account": row.account.name,
        "created_at": local.strftime("%Y-%m-%dT%H:%M:%S+08:00"),
        "post_id": row.id,
        "text": row.text,
        "client": row.client,
        "post_type": row.kind,
        "lang": row.language,
        "ip_region": None if label is None else f"发布于 {label}",
        "media": row.media or None,
        "crew": row.account.crew,
    }
    return _json_line(body)


def _bad_western() -> Iterator[Broken]:
    def row(account: str, time: str, text: str) -> bytes:
        number = below(10**9, "bad", account, time, text)
        return _csv_line((account, time, f"x{number}", text, "Web App", "original", "en", "", "A"))

    for n in range(6):
        yield Broken("naive_time", row("demo-a11", f"2024-02-0{n + 1} 09:1{n}:40", "no zone"))
    yield Broken("no_account", row("", "2024-03-01T02:11:00Z", "who wrote this?"))
    yield Broken("no_account", row("", "2024-03-02T02:12:00Z", "and this?"))
    yield Broken("no_time", row("demo-a12", "", "when was this?"))
    yield Broken("bad_time", row("demo-a12", "2024-02-30T10:00:00Z", "a day that never was"))
    yield Broken("bad_time", row("demo-a12", "2024-03-05T25:10:00Z", "an hour that never was"))
    yield Broken("bad_time", row("demo-a12", "yesterday", "relative"))
    yield Broken("time_out_of_range", row("demo-a13", "1907-01-01T00:00:00Z", "before the wire"))
    yield Broken(
        "bad_encoding", row("demo-a13", "2024-03-07T03:00:00Z", "caf#").replace(b"#", b"\xe9")
    )
    yield Broken(
        "long_row", row("demo-a14", "2024-03-08T03:00:00Z", "too long")[:-1] + b",,extra\n"
    )
    yield Broken("short_row", b"demo-a14,2024-03-09T03:00:00Z,x1\n")


def _bad_weibo() -> Iterator[Broken]:
    def row(account: str | None, time: str) -> bytes:
        body = {"account": account, "created_at": time, "text": "老磨坊", "crew": "A"}
        return _json_line({key: value for key, value in body.items() if value is not None})

    for n in range(4):
        yield Broken("naive_time", row("demo-w07", f"2024-02-0{n + 1} 10:2{n}:15"))
    yield Broken(
        "bad_json", b'{"account":"demo-w03","created_at":"2024-03-01T10:00:00+08:00","te\n'
    )
    yield Broken("bad_json", b"[1,2,3]\n")
    yield Broken("no_account", row(None, "2024-03-04T10:00:00+08:00"))
    yield Broken("bad_time", row("demo-w04", "刚刚"))
    yield Broken(
        "bad_encoding", row("demo-w05", "2024-03-05T10:00:00+08:00").replace("坊".encode(), b"\xff")
    )


@dataclass(frozen=True, slots=True)
class Table:
    """One export file and what a reader should find in it."""

    data: bytes
    good: int
    refused: tuple[tuple[int, str], ...]
    """Record number (the first after a header is 1) and reason, in order."""


def _mix(head: bytes, good: Sequence[bytes], bad: Sequence[Broken], last: bytes) -> Table:
    """Put the broken rows at even distances between the good ones; `last` is a file cut short."""
    step = len(good) // (len(bad) + 1)
    parts, refused = [head], []
    number = 0
    waiting = list(bad)
    for index, line in enumerate(good):
        if index and index % step == 0 and waiting:
            one = waiting.pop(0)
            number += 1
            parts.append(one.data)
            refused.append((number, one.reason))
        number += 1
        parts.append(line)
    reason = "bad_json" if last.startswith(b"{") else "short_row"
    refused.append((number + 1, reason))
    return Table(b"".join([*parts, last]), len(good), tuple(refused))


def tables(rows: Sequence[Row]) -> Mapping[str, Table]:
    """File name -> table, from all good posts."""
    western = [_western(row) for row in rows if row.account.platform == "western"]
    weibo = [_weibo(row) for row in rows if row.account.platform == "weibo"]
    return {
        "western.csv": _mix(
            _csv_line(COLUMNS), western, list(_bad_western()), b"demo-b09,2024-07-07T23:5"
        ),
        "weibo.ndjson": _mix(
            b"", weibo, list(_bad_weibo()), b'{"account":"demo-w06","created_at":"2024-07-0'
        ),
    }
