"""Each family of codes: known answers, look-alikes, what is shown, what may only be context."""

from __future__ import annotations

import hashlib

import duckdb
import pytest

from forensics.clues.codes import Code, RefusedCode, candidates, codes_in

JS = ("CN-JS.3209",)
KNOWN: list[tuple[str, str, tuple[str, ...]]] = [
    # text, kind, areas; numbers are invented but for published samples
    ("+86 515 8812 3456", "phone", JS),
    ("手机 138 5101 2345", "phone", JS),
    ("电话 024-23890000", "phone", ("CN-LN.2101", "CN-LN.2104", "CN-LN.2105", "CN-LN.2112")),
    ("тел. 8 (812) 333-00-00", "phone", ("RU-SPE",)),
    ("тел. 8 (812) 333-00-00 2024 года", "phone", ("RU-SPE",)),
    ("Телефон: 044 279 00 00, щодня і без черги", "phone", ("UA-30", "UA-32")),
    ("تلفن ۰۲۱-۸۸۸۸۰۰۰۰", "phone", ("IR-23",)),
    ("İletişim: 0212 252 00 00", "phone", ("TR-34",)),
    ("Liên hệ: 024 3825 0000", "phone", ("VN-HN",)),
    ("फोन ०११-२३३४००००", "phone", ("IN-DL",)),
    ("call our Accra office: 030 266 0000", "phone", ("GH-AA",)),
    ("Manila: call 0917 525 0000", "phone", ("PH",)),
    ("苏J·12345", "plate", JS),
    ("车牌苏J·1234警", "plate", JS),
    ("WJ苏J1234X", "plate", ("CN-JS",)),
    ("看见一辆 224·578使", "plate", ("CN-BJ",)),
    ("видели А123ВС77 у дома", "plate", ("RU-MOW",)),
    ("видели а123вс 178 машину", "plate", ("RU-SPE",)),
    ("авто АА 1234 ВС", "plate", ("UA-30",)),
    ("پلاک ۱۲ ب ۳۴۵ ایران ۱۱", "plate", ("IR-23",)),
    ("34 ABC 123 plakalı araç", "plate", ("TR-34",)),
    ("29A-123.45", "plate", ("VN-HN",)),
    ("xe biển số 51F-12345", "plate", ("VN-SG",)),
    ("苏ICP备12345678号-1", "filing", ("CN-JS",)),
    ("苏公网安备 32090202000000号", "filing", JS),
    ("914403001922038216 税号", "company", ("CN-GD.4403",)),
    ("ИНН 7707083893", "company", ("RU-MOW",)),
    ("ОГРН 1027700132195", "company", ("RU-MOW",)),
    ("КПП 781001001", "company", ("RU-SPE",)),
    ("GSTIN 27AAPFU0939F1ZV", "company", ("IN-MH",)),
    ("身份证11010519491231002X", "resident_id", ("CN-BJ",)),
    ("行政区划代码：320902", "division", JS),
    ("320902 亭湖区", "division", JS),
    ("邮编：224001", "postal", JS),
    ("почтовый индекс 190000", "postal", ("RU-SPE",)),
    ("поштовий індекс 79000", "postal", ("UA-46",)),
    ("کد پستی ۹۱۷۳۵-۱۲۳۴۵", "postal", ("IR-09",)),
    ("posta kodu 34000", "postal", ("TR-34",)),
    ("PIN code: 110 001", "postal", ("IN-DL",)),
    ("digital address GA-183-8164", "postal", ("GH-AA",)),
    ("支付宝转我", "context", ("CN",)),
    ("拨打110报警", "context", ("CN", "TW")),
    ("市公安局通报", "context", ("CN",)),
    ("у росгвардии", "context", ("RU",)),
    ("цена 500 руб", "context", ("BY", "RU")),
    ("با کارت به کارت", "context", ("IR",)),
    ("CİMER'e yazdım", "context", ("TR",)),
    ("paid by GCash", "context", ("PH",)),
]
NONE = [
    "тел. 8916 не помню",
    "заказ 89161230000",
    "call 0212 252 00 00",  # no sign of Turkey
    "model A123BC77 is out",
    "AB1234CD back in stock",
    "the 34 ABC 123 model",
    "29A-12345",
    "12 ب 345 نفر",
    "ИНН 7707083894",
    "ОГРН 1027700132196",
    "GSTIN 27AAPFU0939F1ZX",
    "914403001922038217 税号",
    "身份证110105194912310021",
    "身份证110105194913310020",
    "320902199001011234 订单号",
    "224001",
    "индекс Мосбиржи 3141",
    "индекс 3141",
    "PIN 1234",
    "320902 人参加",
    "行政区划代码：990000",
    "GA-183-8164",
    "room 110, floor 12345",
    "价格 110.50",
    "в 102 году",
    "momo is a film",
    "2345+67",
    "5G+2 and B2+C3",
]


def found(text: str) -> list[Code]:
    return [code for code in codes_in(text) if isinstance(code, Code)]


@pytest.mark.parametrize(("text", "kind", "areas"), KNOWN, ids=[t for t, _, _ in KNOWN])
def test_known_answers(text: str, kind: str, areas: tuple[str, ...]) -> None:
    assert [(code.kind, code.areas) for code in found(text)] == [(kind, areas)]


def test_the_filter_of_the_database_lets_every_family_pass() -> None:
    texts = [text for text, _, _ in KNOWN]
    forms = [f for t in texts for f in (t, t.replace(" ", "\u00a0"), t.replace(" ", " \u200e"))]
    con = duckdb.connect()
    con.execute("CREATE TABLE t AS SELECT UNNEST(CAST(? AS VARCHAR[])) AS text", [forms])
    condition = " OR ".join(["regexp_matches(text, ?)"] * len(candidates()))
    rows = con.execute(f"SELECT text FROM t WHERE NOT ({condition})", candidates()).fetchall()
    assert rows == []


@pytest.mark.parametrize("text", NONE)
def test_look_alikes_are_no_codes(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ИНН 7707083894", "company_check_digit"),
        ("ИНН 0007083893", "company_check_digit"),
        ("914403001922038217 税号", "company_check_digit"),
        ("身份证110105194912310021", "resident_check_digit"),
        ("کد ملی 1234567890", "resident_check_digit"),
        ("行政区划代码：990000", "division_unknown"),
        ("видели А123ВС00", "plate_unknown_region"),
        ("тел. 044 279 00 00", "phone_ambiguous"),
        ("8Q52+2W3 here, see X52+2W", "position_needs_reference"),
    ],
)
def test_what_does_not_fit_is_refused(text: str, reason: str) -> None:
    assert [one.reason for one in codes_in(text) if isinstance(one, RefusedCode)] == [reason]


def test_a_filing_and_a_company_keep_their_county() -> None:
    for text in ("苏公网安备 32090202000000号", "行政区划代码 320902"):
        (code,) = found(text)
        assert code.finer == "320902 亭湖区"
    (company,) = found("914403001922038216 税号")
    assert company.finer == ""  # 440300 is the prefecture itself


def test_an_unknown_county_falls_back_and_says_so() -> None:
    (code,) = found("行政区划代码：320999")
    assert code.areas == JS
    assert "not in the table" in code.note


def test_a_personal_number_leaves_nothing_of_itself() -> None:
    number = "11010519491231002X"
    (code,) = found(f"身份证{number}")
    assert code.shown == "1101**"
    assert code.finer == ""
    assert number not in repr(code)
    assert code.identity == hashlib.sha256(number.encode()).hexdigest()
    assert number[6:14] not in code.shown


def test_an_iranian_number_names_the_province_of_its_office() -> None:
    body = "169123456"
    rest = sum((10 - place) * int(sign) for place, sign in enumerate(body)) % 11
    number = body + str(rest if rest < 2 else 11 - rest)
    (code,) = found(f"کد ملی {number}")
    assert (code.kind, code.areas, code.shown) == ("resident_id", ("IR-03",), "IR ***")


def test_context_is_named_by_its_sort_and_never_ones_own() -> None:
    for text in ("联系派出所电话", "我的支付宝"):
        contexts = [code for code in found(text) if code.kind == "context"]
        assert contexts
        assert all(code.sort and not code.own for code in contexts)


def test_a_domestic_number_beside_its_word_is_ones_own() -> None:
    (code,) = found("звоните 8 (812) 333-00-00")
    assert code.own
    assert "****" in code.shown


def test_the_nearer_reading_wins_where_two_overlap() -> None:
    (code,) = found("کد پستی ۰۲۱۸۸۸۸۰۰۰۰ تماس")
    assert code.kind == "phone"
    kinds = [code.kind for code in found("тел. +84 24 3825 0000")]
    assert kinds == ["phone"]
    assert found("тел. +84 24 3825 0000")[0].areas == ("VN-HN",)


def test_digits_and_letters_of_other_scripts_are_the_same_code() -> None:
    plain, persian, wide = (
        found(text)[0]
        for text in ("تلفن 021-88880000", "تلفن ۰۲۱-۸۸۸۸۰۰۰۰", "تلفن ０２１-８８８８００００")
    )
    assert plain.identity == persian.identity == wide.identity
    hidden = found("تلفن ۰۲۱\u200e-\u200f۸۸۸۸۰۰۰۰")[0]
    assert hidden.identity == plain.identity
