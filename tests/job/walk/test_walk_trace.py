"""From every id of the report down to bytes, and from rows up again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from forensics.errors import UsageError
from forensics.job.run import RunResult
from forensics.job.walk import Line, Node, trace


def all_nodes(node: Node) -> Iterator[Node]:
    yield node
    for one in node.below:
        yield from all_nodes(one)


def mine(node: Node) -> Line:
    assert node.excerpt is not None
    return next(line for line in node.excerpt.lines if line.mine)


def summary(mixed: RunResult) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(mixed.summary.read_bytes())
    return found


def original(case_folder: Path, name: str) -> bytes:
    for line in (case_folder / "record.jsonl").read_bytes().splitlines():
        body = json.loads(line)["body"]
        if body.get("name_as_received") == name:
            sha256 = body["sha256"]
            return (case_folder / "originals" / sha256[:2] / sha256).read_bytes()
    raise AssertionError(name)


def test_a_conclusion_leads_to_bytes_of_originals(case_folder: Path) -> None:
    tree = trace(case_folder, "A")
    kinds = {node.kind for node in all_nodes(tree)}
    assert kinds == {"conclusion", "weight", "clue", "observation", "row"}
    rows = [node for node in all_nodes(tree) if node.kind == "row"]
    assert rows
    shown = {node.excerpt.how for node in rows if node.excerpt is not None}
    assert {"bytes", "picture"} <= shown
    for node in rows:
        assert node.excerpt is not None
        if node.excerpt.how == "bytes":
            file = dict(node.facts)["file"]
            data = original(case_folder, file)
            line = mine(node)
            assert line.byte is not None
            assert line.size is not None
            assert data[line.byte : line.byte + line.size].decode() == line.text


def test_the_numbers_are_those_of_the_report(mixed: RunResult, case_folder: Path) -> None:
    units = summary(mixed)["units"]
    clues = [(clue["number"], clue["id"]) for unit in units for clue in unit["clues"]]
    assert clues
    for number, name in clues:
        assert trace(case_folder, number, rows=0).id == name
    for unit in units:
        for group in unit["groups"]:
            tree = trace(case_folder, f"{unit['unit']}/{group['id']}", rows=0)
            assert sorted(node.id for node in tree.below) == sorted(group["clues"])


@pytest.mark.parametrize(
    ("name", "kind", "id_"),
    [
        ("A", "conclusion", "conclusion:A"),
        ("conclusion:B", "conclusion", "conclusion:B"),
        ("G2", "group", "A/G2"),
        ("A/G1", "group", "A/G1"),
        ("H_CN-JS.3209", "hypothesis", "A/H_CN-JS.3209"),
        ("G2/H_CN", "weight", "A/G2/H_CN"),
        ("label:A:CN-JS", "clue", "label:A:CN-JS"),
        ("labels:A:chinese_region", "observation", "labels:A:chinese_region"),
        ("labels:A", "finding", "labels:A"),
        ("line 1", "line", "line 1"),
    ],
)
def test_every_kind_of_id(case_folder: Path, name: str, kind: str, id_: str) -> None:
    tree = trace(case_folder, name, rows=0)
    assert (tree.kind, tree.id) == (kind, id_)
    assert trace(case_folder, tree.id, rows=0) == tree


def test_a_row_with_its_neighbours(case_folder: Path) -> None:
    data = original(case_folder, "posts.csv").splitlines()
    tree = trace(case_folder, "posts.csv:17", context=2)
    assert tree.excerpt is not None
    shown = {line.label: line.text for line in tree.excerpt.lines[1:]}
    assert shown == {str(row): data[row].decode() for row in range(15, 20)}
    assert [line.label for line in tree.excerpt.lines if line.mine] == ["17"]
    assert dict(tree.facts)["account"] in data[17].decode()


def test_a_row_of_lines_by_the_beginning_of_a_hash(case_folder: Path) -> None:
    data = original(case_folder, "weibo.ndjson")
    start = hashlib.sha256(data).hexdigest()[:9]
    tree = trace(case_folder, f"{start}:3", context=0)
    assert mine(tree).text == data.splitlines()[2].decode()


def test_a_row_inside_an_archive(case_folder: Path) -> None:
    tree = trace(case_folder, "more.zip/in/extra.csv:2", context=0)
    assert tree.excerpt is not None
    assert "out of more.zip" in tree.excerpt.note
    assert dict(tree.facts)["account"] in mine(tree).text
    assert trace(case_folder, "extra.csv:2", context=0) == tree


def test_a_refused_row_says_why(case_folder: Path) -> None:
    last = len(original(case_folder, "posts.csv").splitlines()) - 1
    tree = trace(case_folder, f"posts.csv:{last}", context=0)
    assert dict(tree.facts)["refused"].startswith("bad_time")
    assert "no time of day" in mine(tree).text


def test_a_row_that_is_not_there(case_folder: Path) -> None:
    tree = trace(case_folder, "posts.csv:99999")
    assert tree.excerpt is not None
    assert (tree.excerpt.how, tree.excerpt.note) == ("none", "the file has no record 99,999")


def test_a_picture_names_the_bytes_of_its_claims(case_folder: Path) -> None:
    data = original(case_folder, "photos/desk_by_the_window.jpg")
    tree = trace(case_folder, "desk_by_the_window.jpg")
    assert tree.kind == "original"
    assert tree.excerpt is not None
    lines = {line.label: line for line in tree.excerpt.lines}
    serial, place = lines["camera body_serial"], lines["position exif"]
    assert serial.byte is not None
    assert data[serial.byte :].startswith(serial.text.encode())
    assert place.byte is not None
    assert data[place.byte :][:4] in {(33).to_bytes(4, "little"), (33).to_bytes(4, "big")}
    assert "stands at bytes" in lines["time exif_original (camera)"].text


def test_a_row_leads_up_to_the_conclusion(case_folder: Path) -> None:
    observation = trace(case_folder, "labels:A:chinese_region")
    row = observation.below[0].id
    up = trace(case_folder, row)
    named = up.below[0]
    assert "labels:A:chinese_region" in [node.id for node in named.below]
    ends = {(node.kind, node.id) for node in all_nodes(named)}
    assert ("clue", "label:A:CN-JS") in ends
    assert ("conclusion", "conclusion:A") in ends


def test_a_file_leads_up_too(case_folder: Path) -> None:
    ids = {node.id for node in all_nodes(trace(case_folder, "weibo.ndjson"))}
    assert {"labels:A:chinese_region", "label:A:CN-JS", "conclusion:A"} <= ids


def test_a_control_row_is_found(case_folder: Path) -> None:
    tree = trace(case_folder, "others.csv:1", context=0)
    assert dict(tree.facts)["account"].startswith("other-")
    assert not tree.below[0].below


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("C33", "near it: C3"),
        ("lable:A:CN-JS", "near it: label:A:CN-JS"),
        ("post.csv", "posts.csv"),
        ("\x1b[31m", "the report prints ids"),
        ("line 999", "near it: "),
    ],
)
def test_an_unknown_id_is_one_line_with_near_ones(case_folder: Path, name: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        trace(case_folder, name)
    line = caught.value.line()
    assert "\n" not in line
    if name != "line 999":
        assert said in line


def test_an_altered_original_is_shown_as_such(own_case: Path) -> None:
    data = original(own_case, "posts.csv")
    sha256 = hashlib.sha256(data).hexdigest()
    path = own_case / "originals" / sha256[:2] / sha256
    path.chmod(0o600)
    path.write_bytes(data.replace(b"demo-a01", b"demo-a99", 1))
    tree = trace(own_case, f"{sha256}:1")
    assert tree.excerpt is not None
    assert "HAS BEEN ALTERED" in tree.excerpt.note


def test_a_missing_original_is_said(own_case: Path) -> None:
    data = original(own_case, "posts.csv")
    sha256 = hashlib.sha256(data).hexdigest()
    (own_case / "originals" / sha256[:2] / sha256).unlink()
    tree = trace(own_case, "posts.csv:1")
    assert tree.excerpt is not None
    assert tree.excerpt.how == "none"
    assert "no such original" in tree.excerpt.note


def test_a_group_that_two_units_have(own_case: Path) -> None:
    path = own_case / "tables" / "weights.jsonl"
    first = json.loads(path.read_bytes().splitlines()[0]) | {"unit": "B"}
    text = json.dumps(first, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    path.write_bytes(path.read_bytes() + text.encode() + b"\n")
    with pytest.raises(UsageError, match=r"say which: A/G1, B/G1"):
        trace(own_case, "G1")


def test_a_recorded_conclusion_leads_down(own_case: Path) -> None:
    from forensics.case import Case

    body = {"unit": "A", "hypothesis": "H_CN", "statement": "Worked in China.", "rung": "country"}
    case = Case.open(own_case, who="me", now=lambda: "2024")
    line = case.append("conclude", body).seq + 1
    tree = trace(own_case, f"conclusion:{line}", rows=0)
    assert tree.says == "Worked in China."
    assert {node.kind for node in tree.below} == {"weight"}
    assert all(node.id.endswith("/H_CN") for node in tree.below)
