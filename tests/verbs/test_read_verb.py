"""`gnomon read`: says how each file is read, fits 80 columns, prints nothing raw."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from forensics import clock
from forensics.errors import ReadError, UsageError
from forensics.job.ask import ask_read
from forensics.read.columns import ROLES
from forensics.read.profiles.names import ROLES as ACCOUNT_ROLES
from forensics.verbs.main import app as whole
from forensics.verbs.read import read
from forensics.verbs.read_text import MEANINGS, _hanging, item
from forensics.verbs.width import columns_of, shown

APP = typer.Typer()
APP.command()(read)


def call(*words: object, code: int = 0) -> str:
    result = CliRunner().invoke(APP, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.stdout


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    path = tmp_path / "posts.csv"
    path.write_text(
        "who,when,words,team\n"
        "a,2019-03-04T12:00:00Z,one,x\n"
        "a,2019-03-04 12:00:00,\x1b[2Jtwo,x\n"
        ",2019-03-04T12:00:00Z,three,y\n"
        "b,\x1b[31m\u202esoon,four,y\n"
        "b,2019-03-04T13:00:00Z,five,y\n",
        encoding="utf-8",
    )
    return path


MAP = ("--map", "account=who,text=words")


def test_the_card_says_everything(posts: Path) -> None:
    text = call(posts, "--explain", *MAP, "--by", "team")
    lines = text.splitlines()
    assert lines[0] == "posts.csv"
    assert "read as   csv (csv, comma, ISO 8601)" in lines
    for role, column in (("account", "who"), ("time", "when"), ("text", "words"), ("unit", "team")):
        (line,) = [line for line in lines if line[10:].startswith(f"{role} ")]
        assert column in line
        assert MEANINGS[role] in line
    assert "rows      5 present = 2 read + 3 refused" in lines
    assert "clock     offset written, writer of the clock unknown" in lines
    assert "refused   1 naive_time: the time has no zone and none was stated" in lines
    assert '            row 2, when: "2019-03-04 12:00:00"' in lines
    assert '            row 4, when: "<U+001B>[31m<U+202E>soon"' in lines
    assert "refused   1 no_account: the row names no account" in lines
    assert sum("--assume-zone" in line for line in lines) == 1
    assert max(columns_of(line) for line in lines) <= 80
    assert "\x1b" not in text


def test_one_line_a_file_without_explain(posts: Path) -> None:
    (line,) = call(posts, *MAP).splitlines()
    assert line.startswith("posts.csv: csv, 2 of 5 rows, offset written")
    assert len(line) <= 80


def test_the_json_is_one_object(posts: Path) -> None:
    text = call(posts, "--json", *MAP, "--assume-zone", "Asia/Tokyo", "--because", "a note")
    found = json.loads(text)
    assert text.count("\n") == 1
    assert found["schema"] == "gnomon.read/1"
    assert found["zone_database"] == clock.ZONE_DATABASE
    assert found["settings"]["assume_because"] == "a note"
    (file,) = found["files"]
    assert (file["rows_present"], file["rows_read"], file["failure"]) == (5, 3, None)
    assert file["clock"]["assumption"] == "stated: a note"
    assert [(one["reason"], one["rows"]) for one in file["refused"]] == [
        ("bad_time", 1), ("no_account", 1)
    ]  # fmt: skip
    assert file["refused"][0]["first"] == [{"row": 4, "field": "when", "raw": "\x1b[31m\u202esoon"}]


def test_a_file_that_cannot_be_read_does_not_hide_the_others(posts: Path, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "ids.csv").write_text(
        "account,time,tweet_id\n"
        + "".join(
            f"a,{1_551_700_800 + i * 60 + 3600},"
            f"{((1_551_700_800 + i * 60) * 1000 - clock.TWITTER_EPOCH_MS) << 22}\n"
            for i in range(30)
        )
    )
    files = [tmp_path / "a.bin", tmp_path / "ids.csv", posts]
    lines = call(*files, *MAP[:1], "text=words", code=1).splitlines()
    firsts = [line for line in lines if not line.startswith(" ")]
    assert [line.split(":")[0] for line in firsts] == ["a.bin", "ids.csv", "posts.csv"]
    assert all(": not read: " in line for line in firsts[:2])
    assert "give CSV, TSV, JSON, JSON lines or Parquet" in " ".join(" ".join(lines).split())
    assert max(map(len, lines)) <= 80
    cards = call(*files, "--explain", "--map", "account=who", code=1)
    assert "no column 'who'" in " ".join(cards.split())
    found = json.loads(call(*files, "--json", code=1))
    assert "+1 h from the clocks inside the ids" in found["files"][1]["failure"]
    assert found["files"][0]["refused"][0]["rows"] == 1


def test_a_file_none_of_whose_rows_are_read_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "naive.csv"
    path.write_text("account,time\na,2019-03-04 12:00\n")
    text = call(path, "--explain", code=1)
    assert "1 naive_time" in text
    call(path, "--assume-zone", "Asia/Tokyo")


def test_a_column_of_units_need_not_be_in_every_file(posts: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("who,when,words\na,1551700800,one\n")
    with_team, without = ask_read([other, posts], columns={"account": "who"}, by="team")[::-1]
    assert with_team.source.columns["unit"] == "team"
    assert "has no column 'team'; its posts belong to no unit" in without.source.notes


def test_equal_bytes_are_read_once(posts: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.csv"
    copy.write_bytes(posts.read_bytes())
    (only,) = ask_read([posts, copy], columns={"account": "who"})
    assert not only.failure
    assert only.source.name == "copy.csv"


def test_what_makes_no_sense_is_said_before_reading(posts: Path, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="Mars/Base"):
        ask_read([posts], assume_zone="Mars/Base")
    with pytest.raises(ReadError, match="no role is called 'colour'"):
        ask_read([posts], columns={"colour": "x"})
    with pytest.raises(ReadError, match="no such file"):
        ask_read([tmp_path / "nothing.csv"])
    with pytest.raises(UsageError, match="--map"):
        call(posts, "--map", "account")


def test_wide_and_hostile_names_fit(tmp_path: Path) -> None:
    path = tmp_path / f"{'微博' * 30}.csv"
    path.write_text(f"用户名,发布时间,{'长' * 70}\na,2019-03-04T12:00:00Z,1\n", encoding="utf-8")
    for words in ((), ("--explain", "--by", "长" * 70)):
        for line in call(path, *words).splitlines():
            assert columns_of(line) <= 80
    assert shown("\u202eabc", 20) == "<U+202E>abc"
    assert columns_of(shown("字" * 50, 21)) <= 21


def test_every_role_has_a_meaning_and_the_verb_is_listed() -> None:
    assert set(MEANINGS) == {*ROLES, *ACCOUNT_ROLES.values(), "unit"}
    page = CliRunner().invoke(whole, ["read", "--help"]).stdout
    assert "--explain" in page
    assert "Example: gnomon read posts.csv --explain" in " ".join(page.split())


@pytest.mark.parametrize("word", ["damaged ", "盐城市公安局 ", "盐城"])
def test_paragraphs_lose_nothing_in_any_script(word: str) -> None:
    said = word * 90
    for lines in ([*item("note", said)], [*_hanging(said)]):
        assert all(columns_of(line) <= 80 for line in lines)
        whole = "".join("".join(lines).removeprefix("note").split())
        assert whole == "".join(said.split())
    first, *others = _hanging(said)
    assert {len(line) - len(line.lstrip()) for line in others} == {2}
    assert not first.startswith(" ")
