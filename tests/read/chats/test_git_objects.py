"""Git repositories themselves: packs, bundles, loose commits, whole and broken."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics.errors import ReadError
from forensics.read.chats import gitpack

Read = Callable[..., Any]
FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "readers" / "git"
T_S = 1_709_601_164  # 2024-03-05T01:12:44Z
TREE = b"tree " + b"4b825dc642cb6eb9a060e54bf8d69288fbee4904" + b"\n"
COMMIT, TREE_KIND, BLOB, BY_PLACE, BY_ID = 1, 2, 3, 6, 7
ZONES = [
    "UTC", "Asia/Shanghai", "Asia/Tokyo", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran",
    "Asia/Pyongyang", "Asia/Yangon", "Asia/Amman", "Asia/Jerusalem", "Asia/Almaty", "Asia/Colombo",
    "Asia/Novosibirsk", "Asia/Vladivostok", "Europe/Moscow", "Europe/Kyiv", "Europe/Minsk",
    "Europe/Berlin", "Europe/London", "Europe/Istanbul", "Europe/Volgograd", "Europe/Lisbon",
    "Africa/Cairo", "Africa/Casablanca", "Africa/Lagos", "Africa/Windhoek", "America/New_York",
    "America/Chicago", "America/Denver", "America/Los_Angeles", "America/St_Johns",
    "America/Caracas", "America/Sao_Paulo", "America/Asuncion", "America/Mexico_City",
    "America/Havana", "Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Auckland",
    "Pacific/Chatham", "Pacific/Apia", "Pacific/Marquesas",
]  # fmt: skip


def commit(
    author: bytes = b"Ada <a@x.example> %d +0800" % T_S,
    committer: bytes | None = None,
    message: bytes = b"Mend it\n\nbody\n",
    more: bytes = b"",
) -> bytes:
    return (
        TREE + b"author " + author + b"\ncommitter " + (committer or author) + b"\n" + more + b"\n"
        + message
    )  # fmt: skip


def entry(kind: int, data: bytes, base: bytes = b"", size: int | None = None) -> bytes:
    """An object of a pack: kind and size, the name of the base, the packed bytes."""
    size = len(data) if size is None else size
    byte, size, head = kind << 4 | size & 15, size >> 4, b""
    while size:
        head, byte, size = head + bytes([byte | 128]), size & 127, size >> 7
    return head + bytes([byte]) + base + zlib.compress(data)


def back(distance: int) -> bytes:
    """How far back a base lies, as packs write it."""
    out = [distance & 127]
    while distance := distance >> 7:
        distance -= 1
        out.insert(0, distance & 127 | 128)
    return bytes(out)


def packed(*entries: bytes, count: int | None = None) -> bytes:
    number = len(entries) if count is None else count
    body = b"PACK\0\0\0\2" + number.to_bytes(4, "big") + b"".join(entries)
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def size_of(number: int) -> bytes:
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def delta(base: bytes, new: bytes) -> bytes:
    """A delta that copies what both begin with and inserts the rest."""
    pairs = enumerate(zip(base, new, strict=False))
    differ = (at for at, (one, two) in pairs if one != two)
    same = next(differ, min(len(base), len(new)))
    out = size_of(len(base)) + size_of(len(new))
    if same:
        out += bytes([128 | 16 | 32 | 64]) + same.to_bytes(3, "little")
    for at in range(same, len(new), 127):
        piece = new[at : at + 127]
        out += bytes([len(piece)]) + piece
    return out


def id_of(data: bytes) -> bytes:
    return hashlib.sha1(b"commit %d\0" % len(data) + data, usedforsecurity=False).digest()


def loose(data: bytes, kind: bytes = b"commit") -> bytes:
    return zlib.compress(kind + b" %d\0" % len(data) + data)


@pytest.mark.parametrize("name", ["history.pack", "history.bundle"])
def test_what_git_packs_is_read_as_git_prints_it(read: Read, name: str) -> None:
    expected = {
        row["id"]: row for row in json.loads((FIXTURES / "expected.json").read_text("utf-8"))
    }
    outcome = read(FIXTURES / name)
    assert len(outcome.posts) == len(expected) == 24
    for post in outcome.posts:
        row = expected[post["id"]]
        assert (post["account"], post["text"]) == (row["author"], row["subject"])
        assert post["t_us"] == int(row["author_s"]) * 1_000_000
        offset = datetime.fromisoformat(row["time"]).utcoffset()
        assert timedelta(minutes=post["offset_min"]) == offset
        other = row["committer"] != row["author"]
        by = f"committed by {row['committer']}" if other else None
        assert post["client"] == (by or ("bot" if row["author"] == "x-bot" else None))
    source = outcome.source
    assert (source.clock.clock_writer, source.clock.basis) == ("device", "written_offset")
    notes = " ".join(source.notes)
    assert "8 of 24 commits were committed by somebody else" in notes
    assert "on 8 of them both times lie within 2 s" in notes
    assert "1 commits are merges" in notes
    assert "6 commits bear the name of a program (a bot)" in notes
    assert "example.org" not in str(outcome.posts) + notes


def test_rows_are_in_the_order_of_the_pack(read: Read) -> None:
    made = [commit(b"P%d <a@x> %d +0100" % (n, T_S - n)) for n in range(3)]
    data = packed(entry(COMMIT, made[0]), entry(BLOB, b"x" * 9000), entry(COMMIT, made[1]),
                  entry(TREE_KIND, b""), entry(COMMIT, made[2]))  # fmt: skip
    outcome = read(data, "p.pack")
    by_row = sorted(outcome.posts, key=lambda post: post["row"])
    assert [(post["row"], post["account"]) for post in by_row] == [(1, "P0"), (2, "P1"), (3, "P2")]
    assert [post["id"] for post in by_row] == [id_of(one).hex() for one in made]
    assert "git pack, 5 objects" in outcome.source.format


def test_commits_that_are_deltas(read: Read) -> None:
    """By place on an earlier one, by id on a later one, and on one another."""
    base = commit(message=b"base\n" + b"text " * 500)
    ones = [commit(message=b"base\n" + b"text " * (400 - n)) for n in range(3)]
    first = entry(COMMIT, base)
    second = entry(BY_PLACE, delta(base, ones[0]), back(len(first)))
    third = entry(BY_PLACE, delta(ones[0], ones[1]), back(len(second)))
    by_id = entry(BY_ID, delta(ones[1], ones[2]), id_of(ones[1]))
    on_it = entry(BY_PLACE, delta(ones[2], base[:-5]), back(len(by_id)))
    plain = read(packed(first, second, third, by_id, on_it))
    assert [p["id"] for p in sorted(plain.posts, key=lambda p: p["row"])] == [
        id_of(one).hex() for one in (base, *ones, base[:-5])
    ]
    turned = read(packed(by_id, on_it, first, second, entry(BY_PLACE, delta(ones[0], ones[1]),
                                                           back(len(second)))))  # fmt: skip
    assert {p["id"] for p in turned.posts} == {p["id"] for p in plain.posts}


def test_a_delta_on_something_else_is_no_commit(read: Read) -> None:
    blob = entry(BLOB, b"x" * 100)
    one = entry(BY_PLACE, delta(b"x" * 100, b"x" * 50), back(len(blob)))
    thin = entry(BY_ID, delta(b"y" * 9, b"y" * 5), b"\1" * 20)
    outcome = read(packed(blob, one, thin, entry(COMMIT, commit())))
    assert outcome.times == [T_S * 1_000_000]


GOOD = entry(COMMIT, commit())
FAR = b"\xff" * 9 + b"\x7f"
BROKEN = [
    ("no such kind", entry(5, b"x"), "damaged"),
    ("kind 0", entry(0, b"x"), "damaged"),
    ("longer than stated", entry(BLOB, b"x" * 100, size=9), "damaged"),
    ("shorter than stated", entry(BLOB, b"x", size=99), "damaged"),
    ("packed bytes damaged", entry(BLOB, b"x" * 99)[:-3] + b"\0\0\0", "damaged"),
    ("base before the pack", entry(BY_PLACE, b"x", back(5000)), "damaged"),
    ("base is itself", entry(BY_PLACE, b"x", back(0)), "damaged"),
    ("base endlessly far", entry(BY_PLACE, b"x", FAR), "damaged"),
    ("size endless", b"\xff" * 30, "damaged"),
]


@pytest.mark.parametrize(
    ("bad", "reason"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_broken_packs(read: Read, bad: bytes, reason: str) -> None:
    """What stands before the fault is read; the fault is one refusal."""
    outcome = read(packed(GOOD, GOOD, bad, GOOD))
    assert outcome.times == [T_S * 1_000_000] * 2
    assert outcome.reasons == [(3, reason)]


BAD_DELTAS = [
    ("other size of base", size_of(5) + size_of(1) + b"\1x", "damaged"),
    ("copies beyond the base", b"%s" % size_of(len(commit())) + size_of(3) + b"\x93\xff\xff\3",
     "damaged"),
    ("too little", size_of(len(commit())) + size_of(9) + b"\1x", "damaged"),
    ("too much", size_of(len(commit())) + size_of(1) + b"\2xy", "damaged"),
    ("step 0", size_of(len(commit())) + size_of(1) + b"\0", "damaged"),
    ("breaks off", size_of(len(commit())) + size_of(200) + b"\x91", "damaged"),
    ("empty", b"", "damaged"),
    ("bomb", size_of(len(commit())) + size_of(1 << 40) + b"\x80" * 500, "too_large"),
    ("endless size", b"\xff" * 40, "damaged"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("bad", "reason"), [case[1:] for case in BAD_DELTAS], ids=[case[0] for case in BAD_DELTAS]
)
def test_broken_deltas_cost_one_row(read: Read, bad: bytes, reason: str) -> None:
    outcome = read(packed(GOOD, entry(BY_PLACE, bad, back(len(GOOD))), GOOD))
    assert outcome.times == [T_S * 1_000_000] * 2
    assert outcome.reasons == [(2, reason)]


@pytest.mark.slow
def test_bounds(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    long = entry(COMMIT, commit(message=b"x" * (1 << 20)))
    assert read(packed(GOOD, long)).reasons == [(2, "too_large")]
    monkeypatch.setattr(gitpack, "SUSPECT_AFTER", 1 << 20)
    bomb = read(packed(GOOD, entry(BLOB, bytes(9 << 20)), GOOD))
    assert bomb.reasons == [(2, "too_large")]
    monkeypatch.undo()
    monkeypatch.setattr(gitpack, "MAX_CHAIN", 3)
    chain, base = [GOOD], commit()
    for number in range(6):
        new = base + b"%d" % number
        chain.append(entry(BY_PLACE, delta(base, new), back(len(chain[-1]))))
        base = new
    monkeypatch.setattr(gitpack, "CACHE_BYTES", 0)
    assert read(packed(*chain)).source.rows_refused == 0  # each rests on the one kept last
    assert read(packed(*chain[:1], entry(BLOB, b""), count=9)).reasons == [(2, "damaged")]
    monkeypatch.undo()
    monkeypatch.setattr(gitpack, "MAX_COMMITS", 1)
    assert read(packed(GOOD, GOOD)).reasons == [(2, "too_large")]
    monkeypatch.undo()
    monkeypatch.setattr(gitpack, "MAX_WAITING", 0)
    two = read(packed(GOOD, entry(BY_ID, delta(commit(), commit()[:-1]), id_of(commit()))))
    assert any("1 deltas beyond" in note for note in two.source.notes)


@pytest.mark.slow
def test_a_cut_pack_gives_what_stands_before_the_cut(read: Read) -> None:
    whole = (FIXTURES / "history.pack").read_bytes()
    all_ids = {post["id"] for post in read(whole).posts}
    for cut in range(400, len(whole) - 20, len(whole) // 12):
        outcome = read(whole[:cut])
        assert {post["id"] for post in outcome.posts} < all_ids | {"-"}
        assert [reason for _, reason in outcome.reasons] == ["damaged"]
    unchecked = read(whole[:-1])
    assert len(unchecked.posts) == 24
    assert any("the checksum at the end does not fit" in note for note in unchecked.source.notes)


@pytest.mark.slow
def test_no_byte_of_a_pack_makes_it_fail(read: Read) -> None:
    whole = bytearray(
        packed(GOOD, entry(BY_PLACE, delta(commit(), commit()[:-3]), back(len(GOOD))))
    )
    for place in range(8, len(whole), 9):
        changed = bytes(whole[:place]) + bytes([whole[place] ^ 0x55]) + bytes(whole[place + 1 :])
        try:
            outcome = read(changed)
        except ReadError:
            continue
        assert outcome.source.rows_present >= 1


BUNDLES = [
    ("earlier commits", b"-" + b"1" * 40 + b" before\n", "builds on 1 earlier commits"),
    ("filtered", b"@object-format=sha1\n@filter=blob:none\n", "the bundle was filtered"),
]


@pytest.mark.parametrize(("head", "said"), [b[1:] for b in BUNDLES], ids=[b[0] for b in BUNDLES])
def test_bundles(read: Read, head: bytes, said: str) -> None:
    tip = id_of(commit()).hex().encode() + b" refs/heads/main\n"
    outcome = read(b"# v3 git bundle\n" + head + tip + b"\n" + packed(GOOD), "h.bundle")
    assert outcome.times == [T_S * 1_000_000]
    assert any(said in note for note in outcome.source.notes)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"# v2 git bundle\n" + b"1" * 40 + b" refs/heads/x\n", "has no pack"),
        (packed(entry(BLOB, b"x")), "holds no commit that can be read"),
        (packed(count=3), "holds no commit that can be read"),
        (loose(b"x", b"blob"), "this loose object of a git repository is a blob"),
        (loose(commit())[:-9], "damaged or too long"),
        (zlib.compress(b"commit 5\0toolong"), "damaged or too long"),
        (loose(commit(message=b"x" * (2 << 20))), "damaged or too long"),
    ],
)
def test_what_cannot_be_read_is_one_line(read: Read, data: bytes, said: str) -> None:
    with pytest.raises(ReadError, match=said):
        read(data, "x")


PEOPLE = [
    ("two brackets", b"A <a@x> b> %d +0100" % T_S, "A", None),
    ("no address", b"Ada %d +0100" % T_S, None, "no_account"),
    ("no name", b"<a@x> %d +0100" % T_S, None, "no_account"),
    ("no time", b"Ada <a@x>", None, "no_time"),
    ("words", b"Ada <a@x> yesterday +0100", None, "bad_time"),
    ("before 1970", b"Ada <a@x> -5 +0100", None, "bad_time"),
    ("1970", b"Ada <a@x> 0 +0100", None, "time_out_of_range"),
    ("far", b"Ada <a@x> 99999999999 +0100", None, "time_out_of_range"),
    ("farther", b"Ada <a@x> 99999999999999999999 +0100", None, "bad_time"),
    ("no offset", b"Ada <a@x> %d" % T_S, "Ada", None),
    ("offset of days", b"Ada <a@x> %d +9900" % T_S, None, "bad_time"),
    ("minutes of an offset", b"Ada <a@x> %d +0175" % T_S, None, "bad_time"),
    ("latin", b"Andr\xe9 <a@x> %d +0100" % T_S, None, "bad_encoding"),
]


@pytest.mark.parametrize(
    ("author", "account", "reason"), [p[1:] for p in PEOPLE], ids=[p[0] for p in PEOPLE]
)
def test_odd_people(read: Read, author: bytes, account: str | None, reason: str | None) -> None:
    web = b"Web <w@x> %d +0000" % T_S
    outcome = read(packed(GOOD, entry(COMMIT, commit(author, web))))
    if reason is not None:
        assert outcome.reasons == [(2, reason)]
    else:
        (post,) = (post for post in outcome.posts if post["row"] == 2)
        assert (post["account"], post["t_us"]) == (account, T_S * 1_000_000)


@pytest.mark.parametrize(
    ("header", "ok"), [(b"ISO-8859-1", True), (b"latin-1", True), (b"zlib", False), (b"", False),
                       (b"rot13", False), (b"no/such", False), (b"utf-7", False)],
)  # fmt: skip
def test_the_encoding_a_commit_names(read: Read, header: bytes, ok: bool) -> None:
    data = commit(b"Andr\xe9 <a@x> %d +0100" % T_S, more=b"encoding " + header + b"\n")
    outcome = read(packed(GOOD, entry(COMMIT, data)))
    assert ("André" in {post["account"] for post in outcome.posts}) == ok
    assert outcome.reasons == ([] if ok else [(2, "bad_encoding")])


def test_a_loose_commit_and_a_signature(read: Read) -> None:
    signed = b"parent " + b"1" * 40 + b"\ngpgsig -----BEGIN\n author Eve <e@x> 1 +0000\n -----END\n"
    data = commit(more=b"").replace(b"author ", signed + b"author ", 1)
    outcome = read(loose(data), "ab12")
    (post,) = outcome.posts
    assert (post["account"], post["id"], post["text"]) == ("Ada", id_of(data).hex(), "Mend it")


def test_loose_commits_are_binary_whatever_bytes_they_hold(read: Read) -> None:
    """Packed bytes with a carriage return and no line feed are no old text file."""
    seen = 0
    for number in range(2000):
        tree = hashlib.sha1(b"%d" % number, usedforsecurity=False).hexdigest().encode()
        data = loose(commit().replace(TREE[5:-1], tree))
        if b"\r" in data and b"\n" not in data:
            seen += 1
            assert read(data).times == [T_S * 1_000_000]
        if seen == 2:
            break
    assert seen


def test_names_with_several_addresses_are_counted(read: Read) -> None:
    two = [entry(COMMIT, commit(b"Ada <%s@x> %d +0800" % (name, T_S))) for name in (b"a", b"b")]
    outcome = read(packed(*two))
    assert {post["account"] for post in outcome.posts} == {"Ada"}
    assert any("1 names stand beside more than one address" in n for n in outcome.source.notes)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(t_s=st.integers(min_value=946_684_800, max_value=2_114_380_799))
def test_any_instant_in_any_zone_comes_back(read_into: Read, t_s: int) -> None:
    moment = datetime.fromisoformat("1970-01-01T00:00:00+00:00") + timedelta(seconds=t_s)
    offsets = [moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta() for zone in ZONES]
    minutes = [round(offset.total_seconds()) // 60 for offset in offsets]
    written = [
        f"Z{n} <a@x> {t_s} {'-' if m < 0 else '+'}{abs(m) // 60:02d}{abs(m) % 60:02d}".encode()
        for n, m in enumerate(minutes)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.pack"
        path.write_bytes(packed(*(entry(COMMIT, commit(one)) for one in written)))
        outcome = read_into([path], Path(folder) / "tables")
    assert {post["t_us"] for post in outcome.posts} == {t_s * 1_000_000}
    by_row = sorted(outcome.posts, key=lambda post: post["row"])
    assert [post["offset_min"] for post in by_row] == minutes
