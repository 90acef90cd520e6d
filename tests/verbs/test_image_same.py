"""`gnomon image --same`: its lines, its JSON, its error rates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from PIL import Image
from typer.testing import CliRunner

from forensics.job.ask.about_same import Candidate, FileGroup, Member, SameFiles
from forensics.verbs.image import image
from forensics.verbs.image_same import same_json, same_text
from forensics.verbs.width import columns_of

FOUND = SameFiles(
    files=1_203,
    pictures=1_200,
    groups=(
        FileGroup(
            (
                Member("a/first.jpg", "first", 0, ""),
                Member("a/" + "long" * 30 + ".jpg", "pdq", 12, "a/first.jpg"),
                Member("b/图\x1b[31m.jpg", "pdq_mirror", 9, "a/other.jpg"),
            ),
            telling=True,
        ),
        FileGroup(
            (Member("x.png", "first", 0, ""), Member("y.png", "bytes", 0, "x.png")), telling=False
        ),
    ),
    candidates=(Candidate("p.jpg", "q.jpg", 6, 8),),
    too_flat=4,
    crowded=1,
    refused=(("damaged", 2),),
)


def test_lines_fit_and_say_ties_distances_and_error_rates() -> None:
    lines = list(same_text(FOUND, width=80))
    assert max(map(columns_of, lines)) <= 80
    text = " ".join(" ".join(lines).split())
    assert "group 1: one picture in 3 files" in text
    assert "PDQ 12/256 a/long" in text
    assert "PDQ, mirrored 9/256 b/图<U+001B>[31m.jpg (compared with a/other.jpg)" in text
    assert "group 2: one picture in 2 files, an empty area: it ties nobody" in text
    assert "equal bytes y.png" in text
    assert "candidate: pHash 6 dHash 8 of 64 bits apart p.jpg q.jpg" in text
    assert "at most 17 of a million (95 %), here at most 12.2 false pairs of each kind" in text
    assert "ties between some of them may be missing" in text


def test_json_holds_everything_in_whole_numbers() -> None:
    record = same_json(FOUND)
    text = json.dumps(record)
    assert "." not in json.dumps(record["error_rates"])
    read = json.loads(text)
    assert read["groups"][0]["files"][1] | {"path": ""} == {
        "path": "", "how": "pdq", "bits": 12, "to": "a/first.jpg",
    }  # fmt: skip
    assert read["groups"][0]["files"][0]["to"] is None
    assert read["error_rates"]["false_pairs_expected_here_at_most_milli"] == 12_229
    assert read["candidates"] == [
        {"first": "p.jpg", "second": "q.jpg", "phash_bits": 6, "dhash_bits": 8}
    ]


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_the_verb_prints_groups(tmp_path: Path, words: tuple[str, ...]) -> None:
    for name in ("a.png", "b.png"):
        Image.new("RGB", (64, 48), (1, 2, 3)).save(tmp_path / name)
    (tmp_path / "c.txt").write_text("no picture", encoding="utf-8")
    app = typer.Typer()
    app.command()(image)
    done = CliRunner().invoke(app, [str(tmp_path), "--same", *words])
    assert done.exit_code == 0
    assert "gnomon: not compared: 1 unsupported_container" in done.stderr
    if words:
        assert json.loads(done.stdout)["groups"][0]["files"][1]["how"] == "bytes"
    else:
        assert "equal bytes" in done.stdout
