"""CSV and TSV: every record is read or refused, whatever was done to the bytes."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics.errors import ReadError
from forensics.read import ReadOptions, SourceFile, UnreadableFileError, census, read_posts
from forensics.read.delimited import is_delimited, is_information_operations

Read = Callable[..., Any]
HEAD = b"account,epoch_seconds,text\n"
GOOD = b"ada,1551702896,hello\n"

BROKEN = [
    ("short row", GOOD + b"bob,1551702897\n" + GOOD, [(2, "short_row")]),
    ("long row", GOOD + b"bob,1551702897,a,b\n" + GOOD, [(2, "long_row")]),
    ("unclosed quote", b'bob,1551702897,"open\n' + GOOD + GOOD, [(1, "bad_quoting")]),
    ("unclosed quote at the end", GOOD + b'bob,1551702897,"open', [(2, "bad_quoting")]),
    ("quote inside a bare field", b'bob,1551702897,5" disk\n' + GOOD, [(1, "bad_quoting")]),
    ("text after a closing quote", b'bob,1551702897,"a" b\n' + GOOD, [(1, "bad_quoting")]),
    ("space before a quote", b'bob,1551702897, "a"\n' + GOOD, [(1, "bad_quoting")]),
    ("two faults in a row", b'b,1,"x\nb,2,y"z\n' + GOOD, [(1, "bad_quoting"), (2, "bad_quoting")]),
    ("latin-1 bytes", b"bob,1551702897,caf\xe9\n" + GOOD, [(1, "bad_encoding")]),
    ("surrogate bytes", b"bob,1551702897,\xed\xa0\x80\n" + GOOD, [(1, "bad_encoding")]),
    ("NUL byte", GOOD + b"bob,1551702897,a\0b\n", [(2, "bad_encoding")]),
    ("carriage return inside", b"bob,1551702897,a\rb\n" + GOOD, [(1, "bad_quoting")]),
    ("no time", b"bob,,x\n" + GOOD + b"bob,NaN,x\n", [(1, "no_time"), (3, "no_time")]),
    ("no account", b",1551702897,x\n  ,1,x\n" + GOOD, [(1, "no_account"), (2, "no_account")]),
    ("word as time", b"bob,soon,x\n" + GOOD, [(1, "bad_time")]),
    ("time before 2000", b"bob,-1,x\n" + GOOD, [(1, "time_out_of_range")]),
    ("time in another unit", GOOD * 3 + b"bob,1551702897000,x\n", [(4, "time_out_of_range")]),
    ("naive time", GOOD * 3 + b"bob,2019-03-04 12:34:56,x\n", [(4, "naive_time")]),
    ("empty cells only", GOOD + b",,\n", [(2, "no_account")]),
    ("header repeated", GOOD + HEAD + GOOD, [(2, "bad_time")]),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_broken_rows_are_refused_with_their_number(
    read: Read, data: bytes, expected: list[tuple[int, str]], line_end: bytes
) -> None:
    outcome = read((HEAD + data).replace(b"\n", line_end))
    assert outcome.reasons == expected
    assert {post["t_us"] for post in outcome.posts} == {1551702896000000}


NOTHING = [
    ("empty file", b"", "the file is empty"),
    ("only a header", HEAD, "holds no rows"),
    ("a name of 140,000 characters", b"x" * 140_000 + b"\n" + GOOD, "a name beyond reason"),
    ("columns without end", b"a," * 5_000 + b"\n" + GOOD, "5,001 columns; up to 5,000 are read"),
    ("only line ends", b"\n" * 9, "holds no rows"),
    ("no time column", b"account,text\na,b\n", "no column holds times"),
    ("a line that begins with a carriage return", b"\rwho,when\n1,2\n", "no column names"),
    ("no account column", b"when,text\n2019-03-04T00:00:00Z,b\n", "no column names accounts"),
    ("binary called csv", bytes(range(256)) * 40, "binary data"),
    ("workbook called csv", b"PK\x03\x04" + b"a,b\n" * 9, "spreadsheet workbook"),
    ("image called csv", b"\x89PNG\r\n\x1a\n" + b"0" * 99, "an image"),
    ("damaged gzip", gzip.compress(HEAD + GOOD * 99)[:-20], "gzip file is damaged"),
    ("no header", b"ada,1551702896,hello\nbob,1551702897,x\n", "first row holds data"),
    ("all naive", b"account,date\na,2019-03-04 12:00:00\n", "carry no offset"),
    ("all broken", HEAD + b'x,"y"z,\n' * 3, "none of its 3 rows"),
    ("odd utf-16", b"\xff\xfea\x00,", "not valid utf-16-le"),
]


@pytest.mark.parametrize(("data", "words"), [n[1:] for n in NOTHING], ids=[n[0] for n in NOTHING])
def test_a_file_without_rows_is_one_clear_line(read: Read, data: bytes, words: str) -> None:
    with pytest.raises(ReadError, match=words) as caught:
        read(data)
    assert caught.value.where == "posts.csv"
    assert caught.value.todo
    assert "\n" not in str(caught.value)


def test_the_error_lists_the_columns(read: Read) -> None:
    with pytest.raises(
        ReadError, match=r"its columns are 'who', 'text'; map one: --map account=COLUMN"
    ):
        read(b"who,text\na,b\n")


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters(read: Read, delimiter: str) -> None:
    data = 'account;time;text\na;2019-03-04T12:34:56Z;"x, y"\nb;2019-03-04T12:34:56Z;\n'
    outcome = read(data.replace(";", delimiter).encode())
    assert outcome.times == [1551702896000000] * 2
    assert outcome.posts[0]["text"] == "x, y"
    assert outcome.posts[1]["text"] is None


def test_quoted_line_ends_and_doubled_quotes(read: Read) -> None:
    outcome = read(HEAD + b'a,1551702896,"one\ntwo ""three"""\n\n\nb,1551702897,"\r\n"\n' + GOOD)
    texts = {post["row"]: post["text"] for post in outcome.posts}
    assert texts[1] == 'one\ntwo "three"'
    assert outcome.source.rows_present == 3


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("broken", [b"", b"bob\n"], ids=["clean", "copied"])
def test_line_ends_inside_quotes_do_not_mislead_the_parser(
    read: Read, line_end: bytes, broken: bytes
) -> None:
    row = b'ada,1551702896,"a\rb"\nada,1551702897,"c\nd"\n'
    outcome = read((HEAD + broken + row).replace(b"\n", line_end))
    texts = [post["text"].replace("\r\n", "\n") for post in outcome.posts]
    assert texts == ["a\rb", "c\nd"]


@pytest.mark.slow
def test_encodings_and_line_ends_give_the_same_rows(read: Read) -> None:
    text = "account,epoch_seconds,text\nada,1551702896,łódź\nbob,1551702897,\n"
    plain = [post | {"original": ""} for post in read(text.encode()).posts]
    for data in (
        b"\xef\xbb\xbf" + text.encode(),
        text.encode("utf-16"),
        b"\xfe\xff" + text.encode("utf-16-be"),
        text.replace("\n", "\r\n").encode(),
        text.replace("\n", "\r").encode(),
        text.replace("\n", "\r\n", 2).encode(),
        b"\n \n" + text.encode(),
        text.encode().rstrip(b"\n"),
        gzip.compress(text.encode()),
    ):
        assert [post | {"original": ""} for post in read(data).posts] == plain


def test_hostile_text_passes_unchanged(read: Read) -> None:
    texts = ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "{{7*7}}", "\u202eabc", "@SUM(1)"]
    rows = "".join(f'a{i},155170289{i},"{text}"\n' for i, text in enumerate(texts))
    outcome = read(HEAD + rows.encode())
    assert [post["text"] for post in outcome.posts] == texts


def test_one_name_over_and_over_is_told_in_short(read: Read) -> None:
    head, row = b"account,time" + b",a,A" * 50, b"ada,1551702896" + b"," * 99 + b",last"
    outcome = read(head + b"\n" + row + b"\n", by="A_100")
    assert outcome.posts[0]["unit"] == "last"
    said = [note for note in outcome.source.notes if "names" in note or "two columns" in note]
    assert (len(said), said[-1]) == (11, "89 more columns share names")


def test_a_line_end_cut_in_half_ends_the_last_row(read: Read) -> None:
    outcome = read((HEAD + GOOD).replace(b"\n", b"\r\n") + GOOD + GOOD.rstrip() + b"\r")
    assert [post["text"] for post in outcome.posts] == ["hello"] * 3


def test_column_names_are_hostile_too(read: Read) -> None:
    head = b'account,"t""; DROP TABLE posts; --",epoch_seconds,account,,\n'
    outcome = read(head + b"a,x,1551702896,b,c,d\n", by='t"; DROP TABLE posts; --')
    assert outcome.posts[0]["account"] == "a"
    assert outcome.posts[0]["unit"] == "x"
    assert any("two columns are called 'account'" in note for note in outcome.source.notes)


def test_raw_text_of_a_refusal_is_cut(read: Read) -> None:
    outcome = read(HEAD + b"a,1551702896," + b"x" * 5000 + b",surplus\n" + GOOD)
    assert len(outcome.refusals[0]["raw"]) == 200


def test_a_record_too_long_costs_one_row(read: Read) -> None:
    long = b'a,1551702896,"' + b"x" * (census.MAX_RECORD + 10) + b'"\n'
    outcome = read(HEAD + GOOD + long + GOOD * 2)
    assert outcome.reasons == [(2, "too_large")]
    assert outcome.source.rows_read == 3


@pytest.mark.slow
def test_an_endless_quote_costs_one_row(read: Read) -> None:
    rows = b"b,1551702896,plain text\n" * 200_000
    outcome = read(HEAD + b'a,1551702896,"never closed\n' + rows)
    assert outcome.reasons == [(1, "bad_quoting")]
    assert outcome.source.rows_read == 200_000


def test_windows_do_not_change_the_census(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = b'a,1,"x\ny"\nb,2\nc,3,"open\nd,4,"q""q"\n\ne,5,\xff\n' * 40
    path = tmp_path / "rows"
    path.write_bytes(rows)
    whole = census.take(path, delimiter=",", fields=3, data_start=0)
    for window in (64, 97, 1000):
        monkeypatch.setattr(census, "WINDOW", window)
        monkeypatch.setattr(census, "AFTER_FAULT", 32)
        again = census.take(path, delimiter=",", fields=3, data_start=0)
        assert (again.records, again.bad, again.runs) == (whole.records, whole.bad, whole.runs)


def test_a_gzip_bomb_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forensics.read.unpack.SUSPECT_AFTER", 1 << 20)
    with pytest.raises(ReadError, match="more than 100 times"):
        read(gzip.compress(b"a" * (4 << 20)))


def test_a_missing_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    file = SourceFile("0" * 64, "gone.csv", tmp_path / "gone.csv")
    with pytest.raises(ReadError, match=r"gone\.csv: cannot be opened"):
        read_posts([file], ReadOptions(), tmp_path / "out", lambda *_: None)


def test_detection_is_by_content() -> None:
    here = Path("x")
    assert is_delimited(here, b"a,b\n1,2\n")
    assert not is_delimited(here, b' {"a": 1}')
    assert not is_delimited(here, b"")
    assert not is_information_operations(here, b"\0" * 500)
    assert is_information_operations(
        here, b'"tweetid","userid","tweet_time","tweet_client_name","is_retweet"\r\n'
    )


def test_an_archive_whose_header_is_broken_is_an_ordinary_table(read: Read) -> None:
    head = b'tweetid,userid,user_screen_name","tweet_time,tweet_client_name,is_retweet\n'
    assert is_information_operations(Path("x"), head)
    with pytest.raises(ReadError, match="no column holds times"):
        read(head + b"1,a,b,2019-03-04 10:00,c,false\n" * 3)


PIECES = st.sampled_from(
    [b",", b'"', b"\n", b"\r\n", b"\r", b"a", b"1551702896", b"\xc3\xa9", b"\xff", b"\0", b" ",
     b'"x,y"', b'"p\nq"', b"a,1551702896,b\n", b"2019-03-04T00:00:00Z", b"\x1f", b"|", b";"]
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES, min_size=1, max_size=40))
def test_garbling_never_loses_a_row(
    tmp_path_factory: pytest.TempPathFactory, read_into: Read, pieces: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("garbled")
    path = folder / "garbled.csv"
    body = b"".join(pieces)
    path.write_bytes(HEAD + GOOD + body + b"\n" + b"zoe,1551702999,last\n")
    outcome = read_into([path], folder / "out")
    assert any(post["row"] == 1 for post in outcome.posts)
    assert outcome.source.rows_present >= 1


def test_unreadable_carries_a_reason() -> None:
    error = UnreadableFileError("w", reason="damaged", where="x", todo="y")
    assert (error.reason, str(error)) == ("damaged", "x: w; y")
