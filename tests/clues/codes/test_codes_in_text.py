"""Codes in one text: precision and recall on invented lines, look-alikes, hostile lengths."""

from __future__ import annotations

import time
from itertools import islice

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.clues.codes import MAX_CODES, READERS, Code, RefusedCode, candidates, codes_in, fold

JS = ("CN-JS.3209",)
HITS: list[tuple[str, str, tuple[str, ...]]] = [
    # text, kind, areas (empty for a position); all numbers are invented
    ("联系电话:0515-00000000,工作日有人接。", "phone", JS),
    ("call 0515-00000000 on weekdays", "phone", JS),
    ("电话（0515）88120000", "phone", JS),
    ("电话051588120000", "phone", JS),
    ("热线：0515 8812 0000", "phone", JS),
    ("地址盐城,0515-88120000工作日", "phone", JS),
    ("+86 515 8812 0000", "phone", JS),
    ("＋８６ ５１５ ８８１２ ００００", "phone", JS),
    ("0086-515-88120000", "phone", JS),
    ("86-515-88120000 传真", "phone", JS),
    ("手机13851010000", "phone", JS),
    ("联系：138-5101-0000", "phone", JS),
    ("微信电话同号 138 5101 0000", "phone", JS),
    ("咨询热线:010-62340000转12", "phone", ("CN-BJ",)),
    ("深圳 0755-26540000", "phone", ("CN-GD.4403",)),
    ("WhatsApp +98 912 123 0000", "phone", ("IR",)),
    ("звоните +7 812 333 00 00", "phone", ("RU-SPE",)),
    ("тел. +7 (495) 123-00-00", "phone", ("RU-MOS", "RU-MOW")),
    ("تماس +98 21 8888 0000", "phone", ("IR-23",)),
    ("Call us: +1 (212) 555-0123", "phone", ("US-NY",)),
    ("contact +44 20 7946 0000", "phone", ("GB-LND",)),
    ("contact: +852 2123 0000", "phone", ("HK",)),
    ("Tel +49 30 123456", "phone", ("DE-BE",)),
    ("客服400-123-0000 或 +86 400 123 0000", "phone", ("CN",)),
    ("车牌苏J·00000的车主请挪一下车", "plate", JS),
    ("车牌苏J00000", "plate", JS),
    ("苏J·00000 停了一周", "plate", JS),
    ("看到 苏J00000 了吗", "plate", JS),
    ("苏JD00000 是电动车", "plate", JS),
    ("我的车苏J 00000", "plate", JS),
    ("京A·00000", "plate", ("CN-BJ",)),
    ("车牌新A00000", "plate", ("CN-XJ.6501",)),
    ("my car 苏J·00000", "plate", JS),
    ("苏ICP备00000000号-1", "filing", ("CN-JS",)),
    ("蜀ICP备00000000号", "filing", ("CN-SC",)),
    ("苏公网安备 32090202000000号", "filing", JS),
    ("京公网安备11010502000000号", "filing", ("CN-BJ",)),
    ("33.35120, 120.15980", "text_position", ()),
    ("Start: 33.35120, 120.15980. Bring water.", "text_position", ()),
    ("坐标33.351,120.159", "text_position", ()),
    ("北纬33.35度，东经120.15度", "text_position", ()),
    ("33°21′27″N 120°9′26″E", "text_position", ()),
    ("N33.3575 E120.1573", "text_position", ()),
    ("see map.invalid/@33.35120,120.15980,15z", "text_position", ()),
    ("GPS 33.3575 120.1573", "text_position", ()),
    ("33.3575S, 70.1573W", "text_position", ()),
    ("33 21 27 N, 120 9 26 E", "text_position", ()),
]
MISSES = [
    "订单号13851010000",
    "订单13851010000已发货",
    "快递单号 0515-88120000",
    "order 0515-88120000",
    "order no. 13851010000",
    "0515-88120000",
    "invoice 0755-26540000",
    "13851010000",
    "编号 138 5101 0000",
    "QQ 1385101000",
    "价格 1385.10",
    "价格 12.3456, 99.1234",
    "USD/CNY 7.12345, 7.23456",
    "2024-05-09 12:30:45",
    "2024年5月9日",
    "从2024-05-09到2024-06-01",
    "05/15/2024",
    "192.168.0.1",
    "10.20.30.40:8080",
    "fe80::1",
    "+1 vote from me",
    "+100 points",
    "+3 +5 +7",
    "1+1=2",
    "score 21:15",
    "ISBN 978-7-5390-0000-1",
    "https://x.invalid/0515-88120000",
    "a@0515-88120000.invalid",
    "v1.2.3-0515",
    "阿里云A10000套餐",
    "全新A10000处理器",
    "新A10000",
    "青A10000",
    "苏J",
    "苏JJJJJJ",
    "苏州J10000",
    "沪指收于 3000.1234, 涨 1.2345%",
    "33.36, 120.16",
    "1.23456, 2.34567, 3.45678",
    "北纬33度线",
    "N95 E10 masks",
    "33 21 27",
    "size 36N 40E",
    "33N 200E",
    "card 6222 0000 0000 0000",
    "ICP备案",
    "浙公网安备 32090202000000号",
    "苏公网安备 320902020000号",
    "tram 15, stop 20, seat 33",
    "room 0515",
    "=HYPERLINK(\"x\")+1+cmd|' /C calc'!A0",
    "sha 3851010000ab",
    "phone without a number",
    "电话",
]


def found(text: str) -> list[Code]:
    return [code for code in codes_in(text) if isinstance(code, Code)]


@pytest.mark.parametrize(("text", "kind", "areas"), HITS, ids=[t for t, _, _ in HITS])
def test_codes_are_found(text: str, kind: str, areas: tuple[str, ...]) -> None:
    codes = found(text)
    assert (kind, areas) in [(code.kind, code.areas) for code in codes]
    assert all(code.kind == kind for code in codes)


@pytest.mark.parametrize("text", MISSES)
def test_look_alikes_are_left_alone_or_refused(text: str) -> None:
    assert found(text) == []


def test_precision_and_recall() -> None:
    """Every line above is read as it should be."""
    true = sum((kind, areas) in [(c.kind, c.areas) for c in found(t)] for t, kind, areas in HITS)
    false = sum(len(found(text)) > 0 for text in MISSES)
    assert (len(HITS), len(MISSES)) == (47, 54)
    assert true == len(HITS)
    assert false == 0


def dropped(texts: list[str]) -> set[str]:
    """Those that the filter of the database does not let through."""
    con = duckdb.connect()
    con.execute("CREATE TABLE t AS SELECT UNNEST(CAST(? AS VARCHAR[])) AS text", [texts])
    condition = " OR ".join(["regexp_matches(text, ?)"] * len(candidates()))
    rows = con.execute(f"SELECT text FROM t WHERE NOT ({condition})", candidates()).fetchall()
    return {text for (text,) in rows}


def test_the_filter_of_the_database_lets_every_code_pass() -> None:
    texts = [text for text, _, _ in HITS]
    forms = [form for t in texts for form in (t, t.replace(" ", "\u00a0"), f"\u200f{t}")]
    assert dropped(forms) == set()
    plain = ["a plain sentence", "今天天气真好", "тихо на улице", "I have 3 cats and 21 plants"]
    assert dropped(plain) == set(plain)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("联系电话:0515-88120000", True),
        ("0515-88120000（电话）", True),
        ("Call us at +86 515 8812 0000", True),
        ("WhatsApp: +86 515 8812 0000", True),
        ("see +86 515 8812 0000", False),
        ("电话是一种很老的发明,后来才有了随身带着走的那一种 +86 515 8812 0000", False),
        ("联系+86 515 8812 0000", True),
        ("我的车苏J·00000", True),
        ("my car 苏J·00000", True),
        ("车牌苏J·00000的车主请挪车", False),
    ],
)
def test_words_that_make_a_code_ones_own(text: str, own: bool) -> None:
    (code,) = found(text)
    assert code.own is own


def test_nothing_personal_is_shown() -> None:
    for text, kind, _ in HITS:
        for code in found(text):
            if kind in {"phone", "plate"}:
                assert "*" in code.shown
                digits = "".join(c for c in code.identity if c.isdigit())
                assert digits[-4:] not in code.shown


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("+999 123 456 789", "phone_not_in_plan"),
        ("+800 1234 5678", "phone_no_country"),
        ("编成 0910-0000000 的样子", "phone_not_in_plan"),
        ("车牌粤Z1234港", "plate_no_prefecture"),
        ("龙ICP备00000000号", "filing_unknown_character"),
        ("浙公网安备 32090202000000号", "filing_placeholder"),
        ("33N 200E", "position_out_of_range"),
    ],
)
def test_refusals_have_reasons(text: str, reason: str) -> None:
    refused = [code.reason for code in codes_in(text) if isinstance(code, RefusedCode)]
    assert refused == [reason]


def test_an_area_code_alone_counts_only_beside_a_contact_word() -> None:
    """Beijing has eight digits: seven are a slip or a placeholder; the area code still speaks."""
    (code,) = found("电话 010-1111111")
    assert code.areas == ("CN-BJ",)
    assert "area code alone" in code.note
    assert found("风筝 010-1111111") == []


def test_a_domestic_number_in_a_text_without_han_waits_for_company() -> None:
    (english,) = found("call 0515-88120000")
    (chinese,) = found("电话 0515-88120000")
    assert english.needs_china
    assert not chinese.needs_china
    assert english.identity == chinese.identity


def test_codes_of_one_post_are_limited() -> None:
    assert len(codes_in("联系 +86 515 8812 0000 " * 200)) == MAX_CODES


PIECES = [
    "1", "+1 ", "0515 ", "33 N ", "北纬三十", "北纬33度", "N33 ", "33°21′27″N ",
    "33.3575 120.1573 ", "苏J", "公网安备", "tel 1 ", "telefon için 0212 ", "тел. 8 (8", "А123",
    "12 ب 3", "PIN 1",
    "320902", "lat 33.3 ", "51S TS 1", "8Q52+", "руб", "拨打110", "身份证1", "\u202e",
    "联系 +86 515 ",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_no_text_makes_a_reader_hang(piece: str) -> None:
    """A pattern that tries every split of 100,000 characters would take minutes, not seconds."""
    codes_in("+86 515 8812 0000, call 0515-88120000, 110")  # the number plans are loaded once
    text = fold(piece * (100_000 // len(piece)))
    for reader in READERS:
        start = time.process_time()
        list(islice(reader.read(text), MAX_CODES))
        assert time.process_time() - start < 5, reader.kind


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789+-. ()°′″NSEW苏京J·电话北纬东经,ICP备号公网安", max_size=80))
def test_any_text_gives_codes_in_order(text: str) -> None:
    codes = codes_in(text)
    assert [c.start for c in codes] == sorted(c.start for c in codes)
    for code in codes:
        if isinstance(code, Code):
            assert bool(code.areas) != (code.position is not None)
