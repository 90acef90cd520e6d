"""Names -> candidates: known answers in four scripts, ambiguity kept, nothing guessed."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.errors import ReferenceDataError
from forensics.reference import names
from forensics.reference.inflection import fits, forms
from forensics.reference.names import candidates, look_up, text_rows
from forensics.reference.spelling import fold, script_of

YANCHENG = "CN-JS.3209"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("盐城市", YANCHENG),
        ("盐城", YANCHENG),
        ("江苏盐城", YANCHENG),
        ("江苏省盐城市亭湖区", "#320902"),
        ("北京市朝阳区", "#110105"),
        ("Yancheng", YANCHENG),
        ("Yancheng, Jiangsu, China", YANCHENG),
        ("Jiangsu Province", "CN-JS"),
        ("Москва", "RU-MOW"),
        ("Москве", "RU-MOW"),
        ("в Москве", None),
        ("Нижнем Новгороде", "@520555"),
        ("Ростове-на-Дону", "@501175"),
        ("Києва", "UA-30"),
        ("Череповца", "@569223"),
        ("тегеран", "IR-23"),
        ("تهران", "@112931"),
        ("طهران", "@112931"),
        ("استان تهران", "IR-23"),
        ("القاهرة", "@360630"),
        ("Lagos, Nigeria", "NG-LA"),
        ("美国", "US"),
        ("莫斯科", "RU-MOW"),
        ("Россия", "RU"),
        ("ایران", "IR"),
        ("no such place at all", None),
        ("", None),
        ("x" * 500, None),
    ],
)
def test_known_answers(name: str, key: str | None) -> None:
    found = candidates(name)
    assert (found[0].key if found else None) == key


def test_an_ambiguous_name_gives_all_its_places() -> None:
    districts = candidates("朝阳区")
    assert {one.key: one.areas for one in districts} == {
        "#110105": ("CN-BJ",),
        "#220104": ("CN-JL.2201",),
    }
    assert {one.key for one in candidates("朝阳")} >= {"#110105", "#220104", "CN-LN.2113"}
    assert {one.key for one in candidates("Korea")} >= {"KR", "KP"}
    assert {one.key for one in candidates("Georgia")} == {"GE", "US-GA"}
    springfields = candidates("Springfield")
    assert len(springfields) > 10
    people = [one.population for one in springfields]
    assert people == sorted(people, reverse=True)


def test_a_wider_name_narrows_and_never_invents() -> None:
    texas = candidates("Paris, Texas")
    assert [one.areas[0][:5] for one in texas] == ["US-TX"]
    unfit = candidates("Paris, Jiangsu")
    assert {one.key for one in unfit} >= {"CN-JS", "FR-75"}, "parts that do not fit are all given"


def test_han_names_of_chinese_places_come_from_codes() -> None:
    # GeoNames knows 塩城市 (Japanese) and 鄂尔多斯 as オルドス; neither leads to the prefecture.
    assert look_up("塩城市") is None
    assert look_up("オルドス市") is None
    assert candidates("鄂尔多斯市")[0].key == "CN-NM.1506"


@pytest.mark.parametrize("kind", ["main name", "local name", "without its level", "case form"])
def test_each_kind_of_match_is_named(kind: str) -> None:
    asked = {"main name": "Yancheng", "local name": "盐城市", "without its level": "盐城"}
    assert candidates(asked.get(kind, "Москвой"))[0].match == kind


def test_every_key_of_the_table_leads_somewhere() -> None:
    for script in ("latin", "han", "cyrillic", "arabic"):
        rows = text_rows(script)
        assert len(rows) > 5_000
        for row in rows[:: max(1, len(rows) // 300)]:
            for key in names.row_of(row).keys:
                assert names.named(key, "x").areas[0]


@pytest.mark.parametrize("key", ["#999999", "0", "ZZ"])
def test_a_key_out_of_the_table_is_refused(key: str) -> None:
    with pytest.raises(ReferenceDataError):
        names.named(key, "x")


@given(st.text(max_size=60))
def test_folding_keeps_every_position(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_forms_that_writers_use_for_each_other_fold_alike() -> None:
    assert fold("Йорк–Сити") == fold("йорк-сити")
    assert fold("علي") == fold("علی")
    assert fold("Орёл") == fold("орел")
    assert script_of("  — Київ") == "cyrillic"


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["москва", "казань", "сочи", "нижний новгород", "харків", "елец", "тула"]))
def test_every_form_of_a_name_fits_it(name: str) -> None:
    assert fits(name, name)
    *_, last = name.split()
    head = "нижнего " if " " in name else ""
    assert all(fits(head + form, name) for form in forms(last))


@pytest.mark.parametrize(
    ("text", "name"),
    [("московский", "москва"), ("тульский", "тула"), ("казак", "казань"), ("сочинение", "сочи")],
)
def test_adjectives_and_other_words_are_no_forms(text: str, name: str) -> None:
    assert not fits(text, name)


def test_the_gazetteer_loads_without_the_names() -> None:
    code = (
        "import time; from forensics.reference import places, names; "
        "start = time.process_time(); places.load_gazetteer(); spent = time.process_time() - start;"
        "peak = next(int(line.split()[1]) // 1024 for line in open('/proc/self/status') "
        "if line.startswith('VmHWM'));"
        "assert not names._lines.cache_info().currsize; print(spent, peak)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    spent, peak = map(float, done.stdout.split())
    assert spent < 0.9, "0.2 s were measured; three times that is something else"
    assert peak < 150
