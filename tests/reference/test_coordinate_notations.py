"""Notations of coordinates beyond signs and letters: links, machine formats, words, grids."""

from __future__ import annotations

import pytest

from forensics.reference.coordinates import find_coordinates

POINT = (33_357_500, 120_157_300)
READ = [
    ("geo:33.3575,120.1573", POINT, 11),
    ("geo:33.3575,120.1573;u=35", POINT, 35),
    ("https://maps.example/@33.3575,120.1573,15z", POINT, 11),
    ("https://maps.example/place/x/!3d33.35750!4d120.15730", POINT, 10),
    ("https://maps.example/?ll=33.3575,120.1573&z=9", POINT, 11),
    ("https://maps.example/?q=33.3575%2C120.1573", POINT, 11),
    ("https://www.openstreetmap.org/#map=15/33.3575/120.1573", POINT, 11),
    ("https://www.openstreetmap.org/?mlat=33.3575&mlon=120.1573", POINT, 11),
    ("https://yandex.ru/maps/?ll=120.1573,33.3575&z=12", POINT, 11),
    ("https://2gis.ru/?m=120.1573%2C33.3575", POINT, 11),
    ("https://uri.amap.com/marker?position=120.1573,33.3575", POINT, 700),
    ("https://api.map.baidu.com/marker?location=33.3575,120.1573", POINT, 1300),
    ("+33.3575+120.1573/", POINT, 11),
    ("+3321.45+12009.438/", POINT, 19),
    ("+332127+1200926/", (33_357_500, 120_157_222), 31),
    ("-33.8583-070.5033/", (-33_858_300, -70_503_300), 11),
    ("33.3575° с. ш., 120.1573° в. д.", POINT, 11),
    ("33° северной широты и 120° восточной долготы", (33_000_000, 120_000_000), 111_320),
    ("широта 33.3575, долгота 120.1573", POINT, 11),
    ("33.3575° пн. ш. 120.1573° сх. д.", POINT, 11),
    ("عرض جغرافیایی 33.3575 و طول جغرافیایی 120.1573", POINT, 11),
    ("33.3575 درجه شمالی, 120.1573 درجه شرقی", POINT, 11),
    ("अक्षांश 33.3575, देशांतर 120.1573", POINT, 11),
    ("33.3575 độ Bắc, 120.1573 độ Đông", POINT, 11),
    ("lat: 33.3575 lon: 120.1573", POINT, 11),
    ("longitude=120.1573, latitude=33.3575", POINT, 11),
    ("lat -33.8583, lng -70.5033", (-33_858_300, -70_503_300), 11),
    ("33 degrees 21 minutes 27 seconds north, 120 degrees 9 minutes 26 seconds east",
     (33_357_500, 120_157_222), 31),
    ("北纬三十三度二十一分二十七秒，东经一百二十度九分二十六秒", (33_357_500, 120_157_222), 31),
    ("北纬三十三点五度 东经一百二十点五度", (33_500_000, 120_500_000), 11_132),
    ("33°21.450'N 120°09.438'E", POINT, 10),
    ("33 21.450 N, 120 09.438 E", POINT, 10),
    ("MGRS 51STS3547994530", (33_357_500, 120_157_300), 10),
    ("51S TS 35479 94530", (33_357_500, 120_157_300), 10),
    ("grid 51S TS 354 945", (33_357_500, 120_157_300), 100),
    ("UTM 51N 235480 3694531", POINT, 10),
    ("51S 235480mE 3694531mN", POINT, 10),
    ("8Q529554+2W", (33_357_500, 120_157_300), 14),
]  # fmt: skip
REFUSED = [
    ("geo:91.5,120.1573", "out_of_range"),
    ("geo:0,0", "null_island"),
    ("lat 33.3575, lat 120.1573", "ambiguous"),
    ("https://maps.example/?ll=120.1573,33.3575", "out_of_range"),  # no host that turns them round
    ("9554+2WX", "needs_reference"),
    ("MGRS 51SAS3547994530", "impossible_cell"),
    ("UTM 51N 935480 3694531", "out_of_range"),
    ("UTM 19S 545000 3927239", "ambiguous"),  # 54.8 S in Tierra del Fuego, or 35 N in the Atlantic
    ("+3361.45+12009.438/", "out_of_range"),
    ("+33.3575+12009.438/", "ambiguous"),
]
ALONE = [
    "https://x.example/?q=33.3575",
    "2345+67",
    "22222222+33",
    "51S TS 354 9453",
    "part 51STS354945",
    "50SAB12345678",
    "51S 235480 3694531",
    "+1.5+2.5/",
    "latitude of thought 33, longitude 120 words later",
    "+49 30 1234567/",
]


@pytest.mark.parametrize(("text", "point", "radius_m"), READ, ids=[text for text, _, _ in READ])
def test_read(text: str, point: tuple[int, int], radius_m: int) -> None:
    (found,) = find_coordinates(text)
    assert found.position is not None, found.refusal
    slack = max(40, radius_m * 9)  # of a cell only the middle is known
    assert abs(found.position.lat_udeg - point[0]) <= slack
    assert abs(found.position.lon_udeg - point[1]) <= slack
    assert found.position.radius_m == radius_m


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_refused(text: str, reason: str) -> None:
    (found,) = find_coordinates(text)
    assert found.refusal == reason


@pytest.mark.parametrize("text", ALONE)
def test_left_alone(text: str) -> None:
    assert list(find_coordinates(text)) == []


@pytest.mark.parametrize("text", [text for text, _, _ in READ])
def test_the_same_inside_a_sentence(text: str) -> None:
    (alone,), inside = find_coordinates(text), list(find_coordinates(f"看, {text} ok"))
    assert alone.position is not None
    assert [one.position for one in inside if one.position] != []
    kept = inside[0].position
    assert kept is not None
    assert (kept.lat_udeg, kept.lon_udeg) == (alone.position.lat_udeg, alone.position.lon_udeg)
