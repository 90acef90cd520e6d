"""Texts for the fuzzer to break: ids, codes, coordinates, labels, times, and files of a case."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

IDS = (
    "1050118621198921728",
    "175928847299117063",
    "103254962155278888",
    "2384288897814875714",
    "6821319305112685829",
    "6685980502161199104",
    "3517050414441240",
    "z8ElgBLeQ",
    "45eec4a4600041b",
    "3l25zusnsfctk",
    "C_UdnvPUwAE3Dnn",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "0ujtsYcgvSTl8PAuAdqWYSMnLOv",
    "f47ac10b-58cc-11cf-a447-001122334455",
    "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
    "507f191e810c19729de860ea",
    "https://x.example/a/status/1050118621198921728",
    "mmexport1629064892123.jpg",
    "IMG_20230405_101112.jpg",
    "PXL_20230405_101112345.jpg",
    "IMG-20230405-WA0001.jpg",
    "Screenshot_20230405-101112_Chrome.jpg",
    "微信图片_20230405101112.jpg",
    "photo_2023-04-05_10-11-12.jpg",
    "006abcdely1fabcdefghij20u00u0abc.jpg",
    "a/b\\c.d.e",
)
CODES = (
    "联系电话 0515-88120000, 手机13851010000 或 +86 400 123 0000",
    "热线：（0515）8812 0000转12",
    "苏ICP备12345678号-1 苏公网安备 32090202000000号",
    "А123ВС77 тел. +7 (495) 123-00-00",
    "55.7512, 37.6184 и N33.3575 E120.1573",
    "车牌苏J·00000 京A·00000 苏JD00000",
    "统一社会信用代码 91320900MA1M0000XX",
    "身份证 320902199001010019",
    "邮编 224000 盐城市亭湖区",
    "тел 8-495-123-00-00 ИНН 7707083893 ОГРН 1027700132195",
    "34 ABC 123 plakalı +90 212 000 00 00",
    "تماس +98 21 8888 0000 کد پستی 1234567890",
    "PIN 110001 Delhi, PAN ABCDE1234F, +91 11 2300 0000",
    "0800 111 000 / (212) 555-0123 / 020 7946 0000",
    "call 86-515-88120000 传真",
    "индекс 101000, г. Москва",
    "＋８６ ５１５ ８８１２ ００００",
    "UTM 51N 235480 3694531 8Q529554+2W",
)
COORDINATES = (
    "55°45'21\"N 37°37'04\"E",
    "9G7VPJ2P+XX",
    "37UDB1234567890",
    "geo:55.75,37.61;u=9",
    "https://maps.example/@55.75,37.61,15z",
    "https://maps.example/place/x/!3d33.3575!4d120.1573",
    "https://maps.example/?q=33.3575%2C120.1573",
    "https://www.openstreetmap.org/#map=15/33.3/120.1",
    "https://yandex.ru/maps/?ll=120.1573,33.3575&z=12",
    "https://2gis.ru/?m=120.1573%2C33.3575",
    "https://uri.amap.com/marker?position=120.1573,33.3575",
    "+33.3575+120.1573/",
    "332127N 1200926E",
    "https://api.map.baidu.com/marker?location=33.3575,120.1573",
    "+332127+1200926/",
    "33.3575° с. ш., 120.1573° в. д.",
    "33° северной широты и 120° восточной долготы",
    "широта 33.3575, долгота 120.1573",
    "عرض جغرافیایی 33.3575 و طول جغرافیایی 120.1573",
    "अक्षांश 33.3575, देशांतर 120.1573",
    "33.3575 độ Bắc, 120.1573 độ Đông",
    "lat: 33.3575 lon: 120.1573",
    "33 degrees 21 minutes 27 seconds north, 120 degrees 9 minutes east",
    "北纬三十三度二十一分二十七秒，东经一百二十度九分二十六秒",
    "东经120度9分26秒，北纬33度21分27秒",
    "33 21.450 N, 120 09.438 E",
    "MGRS 51S TS 35479 94530",
    "UTM 51N 235480 3694531",
    "51S 235480mE 3694531mN",
    "坐标33.35750,120.15730在这里",
    "S 33° 51.5' W 70° 30.2'",
    "33-21-27N 120-09-26E",
    "10.5E 20.5N",
    "GPS 33.3575 120.1573",
)
LABELS = (
    "Moscow, Russia",
    "江苏 盐城",
    "Vietnam (12)",
    "IP属地：江苏",
    "发布于江苏",
    "Posted from Japan",
    "Connected via: China App Store",
    "Philippines Android App",
    "South Asia App Store",
    "Primary country/region location for people who manage this Page includes: Vietnam (12), Laos",
    "somewhere over the rainbow",
    "📍 Yancheng | Jiangsu",
    "San Francisco, CA",
    "NYC ✈ LA",
    "🇯🇵",
    "Россия, г. Москва",
    "内蒙古",
    "刚果（金）",
    "+84 Vietnam",
    "Eastern Time (US & Canada)",
    "UTC+8",
    "(GMT+05:30) Chennai",
    "Asia/Calcutta",
    "Beijing",
    "33.35,120.15",
)
TIMES = (
    "2018-10-01T10:00:00+03:00",
    "Mon Oct 01 10:00:00 +0000 2018",
    "2018-10-01 10:00:00.123456 UTC",
    "2018/10/01 10:00",
    "Mon, 01 Oct 2018 10:00:00 GMT",
    "1538388000",
    "1538388000123",
    "20181001",
    "01.10.2018 10:00",
    "10/01/2018 10:00 AM",
    "2018-10-01T10:00Z",
    "+08:00",
    "-0330",
    "UTC+5:45",
    "2018年10月1日 上午10:00",
    "2018-W40-1",
    "43374.4166667",
    "10:00",
    "2018-10-01T10:00:60-00:00",
)
ADDRESSES = (
    "https://x.com/a?utm_source=b&c=d#e",
    "http://www.Example.org:80/a/../b//c/?b=2&a=1",
    "https://пример.рф/путь?к=я",
    "https://xn--e1afmkfd.xn--p1ai/%D0%B0",
    "//a.example/b",
    "https://user:pw@[::1]:8443/p;q?r#s",
    "https://m.weibo.cn/status/1?from=x",
    "https://t.co/abc",
    "https://web.archive.org/web/20200101000000/http://a.example/",
    "RT @a: Text, https://b.example 1",
    "Ｔｅｘｔ　with 全角 and emoji 👩‍👩‍👧 #tag @name",
    "see a.example/b?fbclid=1 and mailto:a@b.example",
)
CASE_FILES = (
    """question = "Where?"
[settings]
by = "crew"
[[hypotheses]]
id = "H1"
statement = "Somewhere"
rung = "country"
prior_ppm = 100000
prior_reason = "counted"
""",
    """question = "Where?"
[settings]
by = "account"
assume_zone = "Asia/Tokyo"
[[hypotheses]]
id = "H1"
statement = "Somewhere"
rung = "country"
kind = "place"
areas = ["CN-JS"]
prior_ppm = 100000
prior_reason = "counted"
[[priors]]
hypothesis = "H1"
prior_ppm = 200000
reason = "R"
[[groups]]
id = "g"
clues = ["a", "b"]
reason = "R"
[[judgements]]
id = "j"
unit = "crew"
statement = "S"
reason = "R"
category = "technical"
set_by = "operator"
role = "operator_present"
planted_chance_ppm = 1000
grade = "C3"
access = "open"
accounts = ["a"]
valid_from = "2024-01-01"
valid_to = "2024-02-01"
[judgements.weights.H1]
mdb = 1000
low_mdb = 0
high_mdb = 2000
[[clues]]
id = "c"
reason = "R"
grade = "B2"
confirmed_by = ["d"]
[[periods]]
first = "2024-01-01"
last = "2024-02-01"
reason = "R"
unit = "crew"
[[assumptions]]
statement = "x"
because = "y"
[[people]]
name = "A"
role = "analyst"
key = "SHA256:abc"
""",
)
_BODIES = (
    '{"question":"?","settings":{}},"kind":"open"',
    '{"files":[{"bytes":3,"path":"a"}],"n":[1,null,true,-2]},"kind":"ingest"',
    '{"text":"x"},"kind":"note"',
)


def _lines() -> Iterator[str]:
    """Lines of a record, each with the hash of the one before."""
    before = "0" * 64
    for number, body in enumerate(_BODIES):
        line = f'{{"at":"2025-01-01T00:00:00Z","body":{body},"prev":"{before}","seq":{number},'
        line += '"tool":"gnomon 0.1.0","who":"analyst"}\n'
        yield line
        before = hashlib.sha256(line.rstrip("\n").encode()).hexdigest()


ENTRIES = (next(_lines()), "".join(_lines()))
_KIND = '","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"'
_KIND += "a" * 64 + '","sig":"'
ENVELOPES = tuple(
    f'{{"payload":"{payload}{_KIND}{"A" * 86}=="}}]}}\n'
    for payload in ("e30=", "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ==")
)
ANSWERS = (
    (
        '[{"display_name":"Moscow, Russia","lat":"55.7505","lon":"37.6174","class":"place",'
        '"type":"city","importance":0.9,"boundingbox":["55.1","56.0","36.8","37.9"]}]'
    ),
)
