"""Facts of accounts in a case: the table, the evidence, the record, and the Python interface."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import forensics
from forensics import RunSettings
from forensics.case import Case, verify
from forensics.errors import ReadError
from forensics.job.ask import ask_hours
from forensics.job.intake import read_evidence
from forensics.job.post_parts import PROFILES
from forensics.job.run import run, silent
from forensics.verbs.read_text import card_of, lines_of
from forensics.verbs.width import columns_of


@pytest.fixture
def inputs(tmp_path: Path) -> list[Path]:
    """Posts, and a list of their accounts."""
    posts, users = tmp_path / "posts.csv", tmp_path / "users.csv"
    rows = "".join(f"ann,{1_614_592_800 + 7_000 * n},hi,Accra\n" for n in range(30))
    posts.write_text("account,epoch,text,user_location\n" + rows)
    users.write_text(
        "user_id,screen_name,created_at,followers_count,description\n"
        "7,Ann,2016-10-05T10:00:00Z,5,\x1b[31mred\n"
    )
    return [posts, users]


@pytest.mark.slow
def test_a_run_keeps_them_in_the_case(inputs: list[Path], tmp_path: Path) -> None:
    result = run(inputs, tmp_path / "out")
    case = Case.open(result.case)
    found = {(row["field"], row["value"]): row["n"] for row in case.read_table(PROFILES)}
    assert found["location", "Accra"] == 30
    assert found["created", "2016-10-05T10:00:00Z"] == 0
    (entry,) = [entry for entry in case.entries() if entry.kind == "read"]
    assert PROFILES in json.dumps(entry.body)
    assert verify(result.case).ok
    evidence = read_evidence(case, RunSettings(), silent)
    assert {one.account for one in evidence.profiles} == {"ann"}  # Ann of the list is ann
    assert [one.field for one in evidence.profiles] == ["bio", "created", "id", "location"]


def test_a_list_alone_holds_no_posts(inputs: list[Path], tmp_path: Path) -> None:
    result = run(inputs[1:], tmp_path / "out")
    case = Case.open(result.case)
    evidence = read_evidence(case, RunSettings(), silent)
    assert evidence.posts is None
    assert [one.account for one in evidence.profiles] == ["Ann"] * 3
    with (
        pytest.raises(ReadError, match="only lists of accounts were given, and no posts"),
        ask_hours(inputs[1:]),
    ):
        pass


def test_the_table_of_the_interface(inputs: list[Path]) -> None:
    table = forensics.profiles(inputs)
    assert list(table.account.unique()) == ["ann"]
    location = table[table.field == "location"].iloc[0]
    assert (location.value, location.posts, location.row) == ("Accra", 30, 1)
    assert location["first"] == "2021-03-01T10:00:00Z"
    by_hand = forensics.profiles(inputs[:1], columns={"location": "-", "bio": "text"})
    assert list(zip(by_hand.field, by_hand.value, strict=True)) == [("bio", "hi")]


def test_explain_says_what_a_file_is_taken_for(inputs: list[Path]) -> None:
    from forensics.job.ask import ask_read

    posts, users = ask_read(inputs)
    assert next(lines_of(users)).startswith("users.csv: csv, 1 of 1 accounts, a list of accounts")
    card = "\n".join(card_of(users))
    assert "list of accounts" in card
    assert "if these are posts: --map time=created_at" in " ".join(card.split())
    assert "profiles  accounts with id 1, created 1, bio 1" in card
    assert "red" not in card  # what personas write is not printed
    assert "profiles  accounts with location 1" in "\n".join(card_of(posts))
    assert max(map(columns_of, [*card_of(users), *card_of(posts)])) <= 80
