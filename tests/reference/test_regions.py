"""Location labels -> areas: known forms, refusals, and the real labels of a public sample."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.reference.places import load_areas
from forensics.reference.regions import (
    LABEL_REFUSALS,
    chinese_labels,
    first_level_by_name,
    read_label,
)

KNOWN = {
    "江苏": ("CN-JS",),
    "发布于 江苏": ("CN-JS",),
    "发布于江苏": ("CN-JS",),
    "IP属地：江苏": ("CN-JS",),
    "IP属地:江苏": ("CN-JS",),
    "IP 属地 江苏": ("CN-JS",),
    "来自江苏": ("CN-JS",),
    "来自 江苏": ("CN-JS",),
    "江苏省": ("CN-JS",),
    "中国江苏": ("CN-JS",),
    "江苏 盐城": ("CN-JS.3209",),
    "江苏盐城市": ("CN-JS.3209",),
    "江苏·盐城": ("CN-JS.3209",),
    "北京": ("CN-BJ",),
    "北京市": ("CN-BJ",),
    "北京 北京": ("CN-BJ",),
    "吉林": ("CN-JL",),
    "吉林 吉林市": ("CN-JL.2202",),
    "内蒙古": ("CN-NM",),
    "新疆维吾尔自治区": ("CN-XJ",),
    "中国香港": ("HK",),
    "香港": ("HK",),
    "中国台湾": ("TW",),
    "台湾": ("TW",),
    "中国澳门": ("MO",),
    "中国": ("CN",),
    "美国": ("US",),
    "日本": ("JP",),
    "英国": ("GB",),
    "俄罗斯": ("RU",),
    "韩国": ("KR",),
    "刚果（金）": ("CD",),
    "Jiangsu": ("CN-JS",),
    "Jiangsu, China": ("CN-JS",),
    "Yancheng, Jiangsu, China": ("CN-JS.3209",),
    "United States": ("US",),
    "USA": ("US",),
    "US": ("US",),
    "united kingdom": ("GB",),
    "Posted from Japan": ("JP",),
    "Account based in Russia": ("RU",),
    "Hong Kong": ("HK",),
    "Texas, United States": ("US-TX",),
    "Singapore": ("SG",),
    "Georgia": ("GE", "US-GA"),
    "Korea": ("KP", "KR"),
}


@pytest.mark.parametrize("label", KNOWN)
def test_known_labels(label: str) -> None:
    reading = read_label(label)
    assert reading.refusal is None
    assert reading.areas == KNOWN[label]


@pytest.mark.parametrize(
    ("defect", "label", "reason"),
    [
        ("empty", "", "empty"),
        ("spaces", " \t", "empty"),
        ("prefix without a place", "IP属地：", "empty"),
        ("says other", "其他", "names_no_place"),
        ("says unknown", "IP属地：未知", "names_no_place"),
        ("says abroad", "海外", "names_no_place"),
        ("English other", "Unknown", "names_no_place"),
        ("a bot's joke", "罗伯特", "unknown_label"),
        ("a longer joke", "来自 罗伯特聪明版", "unknown_label"),
        ("part of a word", "江苏卫视", "unknown_label"),
        ("a country that stands for two", "刚果", "unknown_label"),
        ("district alone", "朝阳区", "unknown_label"),
        ("no place", "the moon", "unknown_label"),
        ("lower-case code", "us", "unknown_label"),
        ("many areas", "Central", "too_many_areas"),
        ("a whole post", "江苏" * 100, "too_long"),
        ("markup", "<b>江苏</b>", "unknown_label"),
    ],
)
def test_refused_labels(defect: str, label: str, reason: str) -> None:
    reading = read_label(label)
    assert reading.refusal == reason
    assert reading.areas == ()
    assert reason in LABEL_REFUSALS


@pytest.mark.parametrize(
    ("label", "areas"),
    [
        ("北京 朝阳", ("CN-BJ",)),
        ("美国 纽约", ("US",)),
        ("Nowhere, Jiangsu, China", ("CN-JS",)),
        ("Somewhere, Japan", ("JP",)),
    ],
)
def test_what_is_given_up_is_said(label: str, areas: tuple[str, ...]) -> None:
    reading = read_label(label)
    assert reading.areas == areas
    assert reading.note


def test_every_label_of_the_table_is_read_as_its_own_area() -> None:
    for label, code in chinese_labels().items():
        assert read_label(label).areas == (code,), label
        assert read_label(f"发布于 {label}").areas == (code,), label


def test_every_province_has_a_short_label() -> None:
    codes = set(chinese_labels().values())
    provinces = {a.code for a in load_areas().values() if a.level == "admin1" and a.parent == "CN"}
    assert provinces <= codes
    assert len(provinces) == 31


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    reading = read_label(text)
    assert (reading.refusal is None) == bool(reading.areas)
    assert set(reading.areas) <= set(load_areas())


@given(st.sampled_from(sorted(KNOWN)), st.sampled_from(["", " ", "\u3000", "\t"]))
def test_space_around_a_label_changes_nothing(label: str, space: str) -> None:
    assert read_label(f"{space}{label}{space}").areas == KNOWN[label]


@pytest.mark.parametrize(
    ("country", "name", "codes"),
    [
        ("IR", "Tehran", ("IR-23",)),
        ("RU", "moscow", ("RU-MOS", "RU-MOW")),
        ("RU", "Moscow Oblast", ("RU-MOS",)),
        ("US", "Tehran", ()),
    ],
)
def test_first_level_by_name(country: str, name: str, codes: tuple[str, ...]) -> None:
    assert first_level_by_name(country, name) == codes


@pytest.mark.shared
def test_every_region_of_the_public_sample_but_the_bot(shared_data: Path) -> None:
    with gzip.open(shared_data / "weibo_ip_region_sample.csv.gz", "rt", encoding="utf-8") as file:
        labels = Counter(row["ip_region"] for row in csv.DictReader(file))
    read = {label: read_label(label) for label in labels}
    refused = {label: reading.refusal for label, reading in read.items() if reading.refusal}
    assert refused.pop("") == "empty"
    assert set(refused.values()) == {"unknown_label"}
    assert all("罗伯特" in label for label in refused)
    assert sum(labels[label] for label in refused) == 296
    provinces = sum(
        n
        for label, n in labels.items()
        if read[label].areas[:1] > ("CN-",) and read[label].areas[0].startswith("CN-")
    )
    assert provinces / (sum(labels.values()) - 296) == pytest.approx(0.963, abs=0.002)
