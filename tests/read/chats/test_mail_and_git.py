"""Mail and git: the author's device wrote the time, with its offset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from forensics.errors import ReadError
from forensics.read.chats import commits, mail

Read = Callable[..., Any]
T_US = 1709601164_000000  # 2024-03-05T01:12:44Z
DATE = "Tue, 5 Mar 2024 09:12:44 +0800"


def letter(date: str | None = DATE, **more: str) -> str:
    fields = {
        "Received": "from 192.0.2.1 by mx.example; Mon, 1 Jan 2024 00:00:00 +0000",
        "From": '"Ada L." <Ada@Example.org>',
        "To": "bo@example.org",
        "Subject": "hello",
        "Message-ID": "<m1@example.org>",
    }
    if date is not None:
        fields["Date"] = date
    fields |= {name.replace("_", "-"): value for name, value in more.items()}
    return "".join(f"{name}: {value}\n" for name, value in fields.items()) + "\nbody\n"


MARK = "From ada@example.org Tue Mar  5 01:12:50 2024\n"


def test_one_letter(read: Read) -> None:
    text = letter(
        Subject="=?utf-8?B?aMOpbGxv?=\n =?utf-8?Q?_you?=", X_Mailer="Pine 4", In_Reply_To="<m0@x>"
    )
    outcome = read(text.encode(), "a.eml")
    (post,) = outcome.posts
    keys = ("account", "t_us", "offset_min", "kind", "client", "id", "text", "basis")
    assert tuple(post[key] for key in keys) == (
        "ada@example.org", T_US, 480, "reply", "Pine 4", "m1@example.org", "h\u00e9llo you",
        "written_offset",
    )  # fmt: skip
    source = outcome.source
    assert (source.reader, source.clock.clock_writer) == ("eml", "device")
    assert "192.0.2.1" not in str(outcome.posts)
    assert "bo@example.org" not in str(outcome.posts)


def test_an_mbox(read: Read) -> None:
    text = (
        MARK + letter() + ">From me\nFrom here on: a sentence\n\n"
        + MARK + letter("5 Mar 24 09:12:44 +0800 (China)") + "\n"
        + MARK + letter("Mon, 4 Mar 2024 20:12:44 EST", From="bo") + "\n"
        + MARK + letter("Tue, 05 Mar 2024 01:12:44 -0000", Date_="x").replace("Date_", "Dat2")
    )  # fmt: skip
    outcome = read(text.encode(), "all.mbox")
    assert outcome.times == [T_US] * 4
    assert [p["account"] for p in sorted(outcome.posts, key=lambda p: p["row"])] == [
        "ada@example.org", "ada@example.org", "bo", "ada@example.org",
    ]  # fmt: skip
    assert any("1 dates have the offset -0000" in note for note in outcome.source.notes)
    for end in ("\r\n",):
        assert read(text.replace("\n", end).encode()).times == [T_US] * 4


MAIL_BROKEN = [
    ("no date", letter(None), "no_time"),
    ("words", letter("yesterday"), "bad_time"),
    ("month", letter("Tue, 5 Foo 2024 09:12:44 +0800"), "bad_time"),
    ("day 31", letter("31 Feb 2024 09:12:44 +0800"), "bad_time"),
    ("other zone name", letter("Tue, 5 Mar 2024 09:12:44 IST"), "bad_time"),
    ("offset", letter("Tue, 5 Mar 2024 09:12:44 +9900"), "bad_time"),
    ("no zone", letter("Tue, 5 Mar 2024 09:12:44"), "naive_time"),
    ("old", letter("Tue, 5 Mar 95 09:12:44 +0000"), "time_out_of_range"),
    ("no sender", letter(From=""), "no_account"),
    ("no headers", "\nbody\n", "no_account"),
    ("long", letter(X="y\n " + ("z" * 900 + "\n ") * 300), "too_large"),
    ("long separator", MARK[:-6] + " 1:11" * 300_000 + "\n" + letter(""), "too_large"),
    ("endless line", letter(X="z" * 2_100_000), "too_large"),
]


@pytest.mark.parametrize(
    ("bad", "reason"), [b[1:] for b in MAIL_BROKEN], ids=[b[0] for b in MAIL_BROKEN]
)
def test_broken_letters(read: Read, bad: str, reason: str) -> None:
    text = MARK + letter() + "\n" + MARK + bad + "\n" + MARK + letter()
    outcome = read(text.encode())
    assert outcome.reasons == [(2, reason)]
    assert outcome.times == [T_US, T_US]


@pytest.mark.parametrize(
    "subject",
    ["=?x-none?B?aGk=?=", "=?utf-8?B?a?=", "=?utf-16?Q?a?=", "=?rot13?Q?a?=", "\udce9".encode(
        "utf-8", "surrogateescape").decode("latin-1"), "=?" * 900],
)  # fmt: skip
def test_hostile_subjects(read: Read, subject: str) -> None:
    outcome = read(letter(Subject=subject, Date_="1", Date=DATE + "\nDate: x").encode("latin-1"))
    assert outcome.times == [T_US]
    assert any("several Date headers" in note for note in outcome.source.notes)


@pytest.mark.slow
def test_cut_mail(read: Read) -> None:
    text = (MARK + letter() + "\n" + MARK + letter()).encode()
    for cut in range(len(MARK + letter()) + 2, len(text), 40):
        outcome = read(text[:cut])
        assert outcome.times[0] == T_US
        assert outcome.source.rows_present in (1, 2)


@pytest.mark.parametrize("data", [b"Date: x\n", b"a,b\nDate: x\n", b" x\nFrom: a\nDate: b\nTo: c"])
def test_what_is_no_mail(data: bytes, tmp_path: Any) -> None:
    assert not mail.is_eml(tmp_path, data)
    assert not mail.is_mbox(tmp_path, data)


def test_mail_time_counts_its_offsets() -> None:
    seen: Counter[str] = Counter()
    assert mail.mail_time("5-Mar-2024 9:12 GMT", seen) == "2024-03-05T09:12:00+00:00" or seen
    assert seen["+0000"] == 1


# --- git

HASH = "0123456789abcdef0123456789abcdef01234567"


def commit(*lines: str, subject: str = "Mend it") -> str:
    return "\n".join([f"commit {HASH}", *lines, "", f"    {subject}", "    more", "", ""])


FULLER = (
    "Author:     Ada <a@x.example>",
    "AuthorDate: Tue Mar 5 09:12:44 2024 +0800",
    "Commit:     Ada <a@x.example>",
    "CommitDate: Thu Mar 7 09:12:44 2024 +0800",
)
BY_WEB = (*FULLER[:2], "Commit:     Web <w@x.example>", "CommitDate: Tue Mar 5 01:12:45 2024 +0000")
DATES = [
    "Tue Mar 5 09:12:44 2024 +0800",
    "2024-03-05 09:12:44 +0800",
    "2024-03-05T09:12:44+08:00",
    "Tue, 5 Mar 2024 09:12:44 +0800",
    "1709601164 +0800",
    "1709601164",
]


@pytest.mark.parametrize("date", DATES)
def test_dates_of_git(read: Read, date: str) -> None:
    text = commit("Merge: 1a2b 3c4d", "Author: Ada <a@x.example>", f"Date:   {date}")
    outcome = read(text.encode(), "log.txt")
    (post,) = outcome.posts
    assert (post["account"], post["t_us"], post["text"]) == ("Ada", T_US, "Mend it")
    assert (post["id"], post["kind"], post["client"]) == (HASH, "original", None)
    assert outcome.source.clock.clock_writer == "device"


def test_committers(read: Read) -> None:
    text = commit(*FULLER) + commit(*BY_WEB) + " a.py | 2 +-\n\ndiff --git a b\n"
    outcome = read(text.encode())
    by_row = sorted(outcome.posts, key=lambda post: post["row"])
    assert [(post["client"], post["t_us"]) for post in by_row] == [
        (None, T_US), ("committed by Web", T_US),
    ]  # fmt: skip
    notes = " ".join(outcome.source.notes)
    assert "1 of 2 commits were committed by somebody else" in notes
    assert "on 1 of them both times lie within 2 s" in notes
    assert "1 commits were committed more than a day" in notes
    assert "a@x.example" not in str(outcome.posts)


def test_raw_layout(read: Read) -> None:
    tree = "tree " + HASH
    people = [f"{who} Ada <a@x.example> 1709601164 -0330" for who in ("author", "committer")]
    outcome = read(commit(tree, *people, "gpgsig -----", " x").encode())
    (post,) = outcome.posts
    assert (post["account"], post["t_us"], post["offset_min"]) == ("Ada", T_US, -210)


def tabbed(time: str = "2024-03-05T09:12:44+08:00", name: str = "Ada") -> str:
    return f"{HASH}\t{name}\t{time}\tWeb\t2024-03-05T01:12:44+00:00\tMend\tit\n"


def test_tabbed_layout(read: Read) -> None:
    outcome = read((tabbed() + "\n" + HASH + "\tAda\n" + tabbed("soon") + tabbed(name="")).encode())
    assert outcome.reasons == [(2, "short_row"), (3, "bad_time"), (4, "no_account")]
    (post,) = outcome.posts
    assert (post["text"], post["client"], post["t_us"]) == ("Mend\tit", "committed by Web", T_US)


GIT_BROKEN = [
    ("no date", commit("Author: Ada <a@x>"), "no_time"),
    ("spaces", commit("Author: " + " " * 900_000, f"Date: {DATES[0]}"), "no_account"),
    ("relative", commit("Author: Ada <a@x>", "Date:   3 days ago"), "bad_time"),
    ("local", commit("Author: Ada <a@x>", "Date:   Tue Mar 5 09:12:44 2024"), "naive_time"),
    ("no name", commit("Author: <a@x>", f"Date: {DATES[0]}"), "no_account"),
    ("bytes", commit("Author: h\x80 <a@x>", f"Date: {DATES[0]}"), "bad_encoding"),
    ("far", commit("Author: Ada <a@x>", "Date: 99999999999 +0000"), "time_out_of_range"),
    ("month", commit("Author: Ada <a@x>", "Date: Tue Foo 5 09:12:44 2024 +0800"), "bad_time"),
]


@pytest.mark.parametrize(
    ("bad", "reason"), [b[1:] for b in GIT_BROKEN], ids=[b[0] for b in GIT_BROKEN]
)
def test_broken_commits(read: Read, bad: str, reason: str) -> None:
    text = commit(*FULLER) + bad + commit(*FULLER)
    outcome = read(text.encode("latin-1"))
    assert outcome.reasons == [(2, reason)]
    assert outcome.times == [T_US, T_US]


@pytest.mark.slow
def test_cut_history(read: Read) -> None:
    text = (commit(*FULLER) * 2).encode()
    for cut in range(len(text) // 2 + 1, len(text), 30):
        outcome = read(text[:cut])
        assert outcome.times[0] == T_US


def test_a_history_without_offsets_needs_a_zone(read: Read) -> None:
    text = commit("Author: Ada <a@x>", "Date:   Tue Mar 5 09:12:44 2024").encode()
    with pytest.raises(ReadError, match="no offset"):
        read(text)
    assert read(text, assume_zone="Asia/Shanghai").times == [T_US]
    assert commits.git_time("") is None
