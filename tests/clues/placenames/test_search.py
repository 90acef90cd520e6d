"""Names of places in running text: planted ones are found, look-alikes are not.

All lines are invented. They were written together with the rules, so this shows that nothing slips
back, not how often field data fools it.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.clues.placenames.lexicon import Lexicon, lexicon
from forensics.clues.placenames.meanings import place_of
from forensics.clues.placenames.search import MAX_TEXT, names_in

PLANTED = [
    ("Flooding in Houston again, roads are closed", {"US-TX"}),
    ("The mayor of Chicago spoke today", {"US-IL"}),
    ("New York City never sleeps", {"US-NY"}),
    ("Reporting from Paris, Texas tonight", {"US-TX"}),
    ("We moved to Saint Petersburg last year", {"RU-SPE"}),
    ("I live in Reading near the station", {"GB-OXF", "US-PA"}),
    ("MOSCOW DENIES EVERYTHING", {"RU-MOW"}),
    ("#Kyiv holds", {"UA-30"}),
    ("São Paulo e o Rio de Janeiro", {"BR-SP", "BR-RJ"}),
    ("Elle habite à Lyon depuis dix ans", {"FR-69"}),
    ("Nach Berlin und Hamburg", {"DE-BE", "DE-HH"}),
    ("Ankara ve Istanbul arasında", {"TR-06", "TR-34"}),
    ("盐城市发布最新通知", {"CN-JS.3209"}),
    ("我在盐城工作", {"CN-JS.3209"}),
    ("江苏盐城的天气", {"CN-JS", "CN-JS.3209"}),
    ("北京市朝阳区昨晚停电", {"CN-BJ"}),
    ("朝阳区昨晚停电", {"CN-BJ", "CN-JL.2201"}),
    ("今天去朝阳看朋友", {"CN-BJ", "CN-JL.2201", "CN-LN.2113"}),
    ("美国和俄罗斯举行会谈", {"US", "RU"}),
    ("从乌鲁木齐出发", {"CN-XJ.6501"}),
    ("连云港的海鲜", {"CN-JS.3207"}),
    ("Вчера в Москве шёл снег", {"RU-MOW"}),
    ("Поезд до Нижнего Новгорода опоздал", {"RU-NIZ"}),
    ("Мы живём в Ростове-на-Дону", {"RU-ROS"}),
    ("Новости Казани и Самары", {"RU-TA", "RU-SAM"}),
    ("За Киевом и под Харьковом", {"UA-30", "UA-63"}),
    ("У Львові та Одесі тихо", {"UA-46", "UA-51"}),
    ("Из России с любовью", {"RU"}),
    ("امروز در تهران باران بارید", {"IR-23"}),
    ("مسافر بتهران رسید؟ خیر، به مشهد", {"IR-09"}),
    ("انفجار ببغداد اليوم", {"IQ"}),
    ("وصل الوفد إلى القاهرة", {"EG-C"}),
    ("دمشق وبيروت", {"SY-DI", "LB"}),
]
LOOKALIKES = [
    "reading a book in march is nice",
    "Reading is fun and Nice people like Polish food",
    "Jordan and Chad are my best friends",
    "Austin Powers and Paris Hilton",  # Paris is a large city: see below
    "Vladimir met Diego Rivera and Marco",
    "The Washington Post and the Boston Globe wrote about it",
    "see https://moscow.example.com/London and mail me at info@berlin.example",
    "thanks @Chicago for the follow",
    "Parisian fashion, Londoner habits, Yorkshire puddings in Berliner style",
    "mobile phones and turkey for dinner, china plates on the table",
    "朝阳升起，和平与团结",
    "我们人民的胜利，青年的阳光",
    "太阳从东方升起",
    "Московский проспект длинный, москвичи спят",
    "мир и победа, орел летит, роза цветёт",
    "Победа будет за нами, Надежда умирает последней",
    "خبر خوب بود و من رفتم",
    "هذا كتاب جميل جدا",
    "Order 33 21 27 of 5 August, 1234567890",
    "",
]


@pytest.fixture(scope="module")
def words() -> Lexicon:
    return lexicon(frozenset(["latin", "han", "cyrillic", "arabic"]))


def areas_in(text: str, words: Lexicon) -> set[str]:
    found: set[str] = set()
    for one in names_in(text, words):
        found.update(place_of(one.keys).areas)
    return found


@pytest.mark.parametrize(("text", "areas"), PLANTED, ids=[text for text, _ in PLANTED])
def test_planted_names_are_found(text: str, areas: set[str], words: Lexicon) -> None:
    found = areas_in(text, words)
    assert all(any(code.startswith(area) for code in found) for area in areas), found


@pytest.mark.parametrize("text", [t for t in LOOKALIKES if "Hilton" not in t])
def test_look_alikes_are_not(text: str, words: Lexicon) -> None:
    assert [one.text for one in names_in(text, words)] == []


def test_the_name_of_a_large_city_stands_beside_another_capital(words: Lexicon) -> None:
    assert [one.text for one in names_in("Moscow Kremlin and Austin Powers", words)] == ["Moscow"]
    # the known price of that: people who are called like a city of a million
    assert [one.text for one in names_in("Paris Hilton", words)] == ["Paris"]


def test_a_neighbour_narrows_what_a_name_may_mean(words: Lexicon) -> None:
    (alone,) = names_in("朝阳区", words)
    assert set(alone.keys) == {"#110105", "#220104"}
    assert [one.keys for one in names_in("长春市朝阳区", words)] == [("CN-JL.2201",), ("#220104",)]
    (georgia,) = names_in("Snow in Georgia", words)
    assert place_of(georgia.keys).candidates == 2


def test_the_longest_name_wins(words: Lexicon) -> None:
    assert [one.text for one in names_in("New York City", words)] == ["New York City"]
    assert [one.text for one in names_in("上海南站", words)] == ["上海"]


def test_a_town_and_the_area_called_after_it_are_one_place(words: Lexicon) -> None:
    places = {place_of(one.keys).key for one in names_in("盐城市, Yancheng", words)}
    assert places == {"CN-JS.3209"}
    moscow = place_of(names_in("Moscow", words)[0].keys)
    assert "RU-MOW" in moscow.key.split("|")
    assert moscow.smaller >= 1, "Moscow in Idaho is counted, not forgotten"


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_it_and_spans_are_true(text: str) -> None:
    found = lexicon(frozenset(["latin", "han"]))
    for one in names_in(text, found):
        assert text[one.start : one.end] == one.text


@pytest.mark.parametrize(
    "text",
    ["Paris, " * 20_000, "朝阳" * 50_000, "A" * 200_000, "@" * 100_000, ("New " * 40_000)],
)
def test_hostile_texts_take_no_time(text: str, words: Lexicon) -> None:
    start = time.process_time()
    found = names_in(text, words)
    assert time.process_time() - start < 2
    assert all(one.end <= MAX_TEXT + 40 for one in found)
