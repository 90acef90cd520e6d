from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from forensics.errors import ReadError
from forensics.evaluate.labels import Label, read_labels


def read(path: Path, tmp_path: Path, column: str | None = None):
    return read_labels(path, tmp_path / "scratch", column=column)


def written(tmp_path: Path, text: str, name: str = "labels.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_one_row_an_account_gives_offsets_zones_and_groups(tmp_path: Path) -> None:
    path = written(tmp_path, "account,offset_min,group\nb,-210,x\na,480,y\n")
    found = read(path, tmp_path)
    assert found.by_account == {"a": Label(480, None, "y"), "b": Label(-210, None, "x")}
    assert (found.rows, found.column, dict(found.unusable)) == (2, "offset_min", {})
    path = written(tmp_path, "Screen Name,Time Zone\na,Asia/Tokyo\nb,Europe/Kyiv\n", "zones.csv")
    found = read(path, tmp_path)
    assert found.by_account["b"] == Label(None, "Europe/Kyiv")


def test_one_row_a_post_gives_the_most_frequent_label(tmp_path: Path) -> None:
    rows = "a,60\n" * 3 + "a,120\n" * 4 + "b,480\n" * 9 + "b,330\n"
    found = read(written(tmp_path, "account,offset_min\n" + rows), tmp_path)
    assert found.by_account == {"a": Label(120, None), "b": Label(480, None)}
    assert found.rows == 17


def test_the_same_labels_in_every_format(tmp_path: Path) -> None:
    import duckdb

    rows = [{"account": "a", "zone": "Asia/Tokyo"}, {"account": "b", "zone": "Asia/Seoul"}]
    csv = "account,zone\na,Asia/Tokyo\nb,Asia/Seoul\n"
    paths = [
        written(tmp_path, csv),
        written(tmp_path, "\n".join(json.dumps(row) for row in rows) + "\n", "l.ndjson"),
        written(tmp_path, json.dumps(rows), "l.json"),
        tmp_path / "l.csv.gz",
        tmp_path / "l.parquet",
    ]
    paths[3].write_bytes(gzip.compress(csv.encode(), mtime=0))
    duckdb.sql(
        "COPY (SELECT * FROM (VALUES ('a','Asia/Tokyo'),('b','Asia/Seoul')) AS t(account, zone)) "
        f"TO '{paths[4]}' (FORMAT parquet)"
    )
    for path in paths:
        assert read(path, tmp_path).by_account == {
            "a": Label(None, "Asia/Tokyo"),
            "b": Label(None, "Asia/Seoul"),
        }, path.name


def test_unusable_labels_are_counted_by_reason(tmp_path: Path) -> None:
    rows = (
        "good,480\nempty,\nodd,481\nfar,840\nwords,east\n"
        + "torn,480\n" * 5
        + "torn,-300\n" * 5
        + "summer,60\n" * 5
        + "summer,120\n" * 5
        + "half,90.5\nwhole,330.0\n"
    )
    found = read(written(tmp_path, "account,offset_min\n" + rows), tmp_path)
    assert set(found.by_account) == {"good", "summer", "whole"}
    assert found.by_account["whole"].offset_min == 330
    assert dict(found.unusable) == {
        "contradiction": 1, "empty": 1, "no_candidate": 2, "no_number": 2,
    }  # fmt: skip


def test_zones_nobody_knows_and_torn_ones_are_counted(tmp_path: Path) -> None:
    rows = "a,Asia/Tokyo\nb,Pacific Time (US & Canada)\n" + "c,Asia/Tokyo\nc,Asia/Seoul\n"
    found = read(written(tmp_path, "account,zone\n" + rows), tmp_path)
    assert set(found.by_account) == {"a"}
    assert dict(found.unusable) == {"contradiction": 1, "unknown_zone": 1}


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("account,offset_min\na,8\nb,-5\n", None, "look like hours"),
        ("account,offset_min\na,28800\nb,-18000\n", None, "look like seconds"),
        ("account,zone\na,Nowhere\nb,Elsewhere\n", None, "no time zone has that name"),
        ("account,offset_min\na,481\nb,7777\n", None, "no place has that offset"),
        ("account,offset_min\na,\n", None, "the label is empty"),
        ("who knows,offset_min\na,480\n", None, "no column names accounts"),
        ("account,height\na,480\n", None, "no column holds labels"),
        ("account,offset_min\na,480\n", "nosuch", "no column is called 'nosuch'"),
        ("account,offset_min\n", None, "holds no"),
    ],
)
def test_labels_of_no_use_are_refused_in_one_line(
    tmp_path: Path, text: str, column: str | None, words: str
) -> None:
    with pytest.raises(ReadError) as caught:
        read(written(tmp_path, text), tmp_path, column)
    assert words in caught.value.line()
    assert "\n" not in caught.value.line()


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        read(tmp_path / "nothing.csv", tmp_path)
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
    with pytest.raises(ReadError, match="image"):
        read(picture, tmp_path)
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1" + b"\0" * 64 + b"PAR1")
    with pytest.raises(ReadError, match=r"broken\.parquet"):
        read(broken, tmp_path)


def test_a_column_can_be_named(tmp_path: Path) -> None:
    path = written(tmp_path, "account,offset_min,home\na,480,Asia/Tokyo\n")
    assert read(path, tmp_path, "home").by_account == {"a": Label(None, "Asia/Tokyo")}
