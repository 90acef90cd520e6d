"""WhatsApp chats: order of day and month, layouts, system lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forensics.errors import ReadError
from forensics.read.chats import whatsapp

Read = Callable[..., Any]
T_US = 1709601120_000000  # 2024-03-05T01:12:00Z
ZONE = "Asia/Shanghai"
LRM, NNBSP = "\u200e", "\u202f"

LAYOUTS = [
    ("android uk", "13/03/2024, 09:00 - A: x", "05/03/2024, 09:12 - Ada: hello", 0),
    ("android us", "3/13/24, 9:00 AM - A: x", "3/5/24, 9:12 AM - Ada: hello", 0),
    ("us narrow space", f"3/13/24, 9:00{NNBSP}PM - A: x", f"3/5/24, 9:12{NNBSP}AM - Ada: hello", 0),
    ("german", "13.03.24, 09:00 - A: x", "05.03.24, 09:12 - Ada: hello", 0),
    ("dutch", "13-03-2024 09:00 - A: x", "05-03-2024 09:12 - Ada: hello", 0),
    ("french", "13/03/2024 à 09:00 - A: x", "05/03/2024 à 09:12 - Ada: hello", 0),
    ("spanish", "13/3/24, 9:00 p. m. - A: x", "5/3/24, 9:12 a. m. - Ada: hello", 0),
    ("swedish", "2024-03-13 09:00 - A: x", "2024-03-05 09:12 - Ada: hello", 0),
    ("danish", "13.03.2024 09.00 - A: x", "05.03.2024 09.12 - Ada: hello", 0),
    ("hungarian", "2024. 03. 13. 9:00 - A: x", "2024. 03. 05. 9:12 - Ada: hello", 0),
    ("chinese", "2024/3/13 下午9:00 - A: x", "2024/3/5 上午9:12 - Ada: hello", 0),
    ("ios", "[13/03/2024, 09:00:01] A: x", "[05/03/2024, 09:12:44] Ada: hello", 44),
    ("ios us", "[3/13/24, 9:00:01 PM] A: x", f"{LRM}[3/5/24, 9:12:44{NNBSP}AM] Ada: hello", 44),
    ("old ios", "13/3/24, 09:00:01: A: x", "5/3/24, 9:12:44: Ada: hello", 44),
]


@pytest.mark.parametrize(
    ("first", "line", "seconds"), [x[1:] for x in LAYOUTS], ids=[x[0] for x in LAYOUTS]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_layouts(read: Read, first: str, line: str, seconds: int, end: str) -> None:
    text = end.join([first, line, "second line", ""])
    outcome = read(text.encode(), "_chat.txt", assume_zone=ZONE)
    assert outcome.source.reader == "whatsapp"
    (post,) = [post for post in outcome.posts if post["account"] == "Ada"]
    assert (post["row"], post["t_us"]) == (2, T_US + seconds * 1_000_000)
    assert post["text"] == "hello\nsecond line"
    assert post["precision_s"] == (1 if seconds else 60)
    clock = outcome.source.clock
    assert (clock.clock_writer, clock.basis, clock.zone) == ("exporter", "stated", ZONE)


def test_without_a_zone_nothing_is_read(read: Read) -> None:
    with pytest.raises(ReadError, match="no offset"):
        read(b"13/03/2024, 09:00 - A: x\n05/03/2024, 09:12 - Ada: hello\n")


def chat(dates: list[str]) -> bytes:
    return "".join(f"{date}, 09:12 - Ada: hello\n" for date in dates).encode()


def test_order_from_the_course_of_time(read: Read) -> None:
    dates = ["01/02/2024", "03/02/2024", "01/03/2024", "02/03/2024", "01/04/2024"]
    outcome = read(chat(dates), assume_zone="UTC")
    assert outcome.times[0] == 1706778720_000000  # 1 February 09:12
    assert any("jump back in time" in note for note in outcome.source.notes)


UNDECIDED = [
    ("one day", ["05/03/2024"] * 3),
    ("both steady", ["01/01/2024", "02/02/2024", "03/03/2024"]),
    ("one jump only", ["01/02/2024", "02/01/2024"]),
    ("no order fits", ["13/03/2024", "03/13/2024"]),
    ("two-digit years", ["05/03/24"] * 2),
]


@pytest.mark.parametrize("dates", [x[1] for x in UNDECIDED], ids=[x[0] for x in UNDECIDED])
def test_undecided_orders_are_refused(read: Read, dates: list[str]) -> None:
    outcome = read(chat(dates), assume_zone="UTC", nothing_is_an_error=False)
    assert outcome.reasons == [(row, "bad_time") for row in range(1, len(dates) + 1)]
    assert any("order of day and month is unknown" in note for note in outcome.source.notes)


def test_system_lines_are_no_posts(read: Read) -> None:
    text = (
        "13/03/2024, 09:00 - Messages and calls are end-to-end encrypted.\n"
        '13/03/2024, 09:01 - Ada changed the subject to "a: b"\n'
        "13/03/2024, 09:02 - +00 1234 567: hi\n"
        f"13/03/2024, 09:03 - Ada: {LRM}IMG-20240313-WA0001.jpg (file attached)\ncaption: yes\n"
        "2024-01-01, 09:12 - pasted: from elsewhere\n"
        "13/03/2024, 09:04 - Ada:\n"
    )
    outcome = read(text.encode(), assume_zone="UTC")
    by_row = sorted(outcome.posts, key=lambda post: post["row"])
    assert [(post["account"], post["media"]) for post in by_row] == [
        ("+00 1234 567", None),
        ("Ada", "IMG-20240313-WA0001.jpg"),
        ("Ada", None),
    ]
    assert by_row[1]["text"].endswith("pasted: from elsewhere")
    assert any(note.startswith("2 system lines") for note in outcome.source.notes)


def test_ios_notices(read: Read) -> None:
    group = (
        f"[13/03/2024, 09:00:00] Garden: {LRM}Messages are encrypted.\n"
        f"[13/03/2024, 09:00:01] Garden: {LRM}Ada created this group\n"
        f"[13/03/2024, 09:00:02] Ada: {LRM}image omitted\n"
        f"{LRM}[13/03/2024, 09:00:03] Ada: {LRM}<attached: 00000004-PHOTO-2024-03-13.jpg>\n"
    )
    outcome = read(group.encode(), assume_zone="UTC")
    assert [(p["account"], p["media"]) for p in outcome.posts] == [
        ("Ada", None),
        ("Ada", "00000004-PHOTO-2024-03-13.jpg"),
    ]
    two = (
        f"[13/03/2024, 09:00:00] Ada: {LRM}Messages are encrypted.\n"
        "[13/03/2024, 09:00:01] Ada: hello\n"
        f"[13/03/2024, 09:00:02] Ada: {LRM}image omitted\n"
    )
    assert [p["text"] for p in read(two.encode(), assume_zone="UTC").posts] == [
        "hello",
        "image omitted",
    ]


@pytest.mark.slow
def test_broken_lines(read: Read) -> None:
    good = b"13/03/2024, 09:00 - Ada: x\n"
    outcome = read(good + b"13/03/2024, 09:01 - Ada: h\xe9\n" + good, assume_zone="UTC")
    assert outcome.reasons == [(2, "bad_encoding")]
    outcome = read(good + b"13/03/2024, 25:61 - Ada: x\n", assume_zone="UTC")
    assert outcome.reasons == [(2, "bad_time")]
    for cut in range(1, len(good), 4):
        assert len(read(good + good + good[:cut], assume_zone="UTC").times) >= 2


def test_a_text_before_the_first_date_and_long_lines(read: Read, tmp_path: Any) -> None:
    long = b"13/03/2024, 09:00 - Ada: " + b"x" * 2_100_000 + b"\n"
    outcome = read(b"13/03/2024, 09:00 - Ada: x\n" + long, assume_zone="UTC")
    assert outcome.reasons == [(2, "too_large")]
    assert not whatsapp.is_whatsapp(tmp_path, b"hello\n13/03/2024, 09:00 - Ada: x\n")
    assert not whatsapp.is_whatsapp(tmp_path, b"13/03/2024, 09:00 - only a notice\n")
    assert not whatsapp.is_whatsapp(tmp_path, b"[13/03/2024, 09:00 - Ada: x\n")
    assert not whatsapp.is_whatsapp(tmp_path, b"13/03/24, 09:00: Ada: x\n")
    assert not whatsapp.is_whatsapp(tmp_path, b"113/03/324, 09:00 - Ada: x\n")
