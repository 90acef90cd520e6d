"""Invented codes in five scripts: phone numbers, plates, positions, registers, postal codes.

Nothing here comes from a real person: numbers are drawn, and their check digits are worked out by
formulas of this file, not by those of the package.
"""

# long: one maker for each form of a code

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

PLACES = (
    (33.3575, 120.1573), (59.9386, 30.3141), (35.6892, 51.3890), (28.6139, 77.2090),
    (-33.8688, 151.2093), (41.0082, 28.9784), (21.0285, 105.8542), (5.6037, -0.1870),
    (-22.9068, -43.1729), (50.4501, 30.5234),
)  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """What a line holds: a kind and either areas or a point."""

    kind: str
    areas: tuple[str, ...] = ()
    point: tuple[float, float] | None = None
    tolerance_deg: float = 0.0


@dataclass(frozen=True)
class Line:
    """One line with everything that should be found in it."""

    script: str
    text: str
    planted: tuple[Planted, ...]


Maker = Callable[[Random], tuple[str, Planted]]


def digits(random: Random, count: int) -> str:
    """So many random digits."""
    return "".join(random.choice("0123456789") for _ in range(count))


def _phone(areas: str, *forms: str) -> Maker:
    """Numbers: `#` any digit, `+` 2-9. Areas are separated by spaces."""

    def make(random: Random) -> tuple[str, Planted]:
        form = random.choice(forms)
        text = "".join(
            random.choice("0123456789") if c == "#" else random.choice("2345678") if c == "%" else c
            for c in form
        )
        return text, Planted("phone", tuple(areas.split()))

    return make


CN_PHONES: Sequence[Maker] = (
    _phone("CN-JS.3209", "0515-88%#####", "0515 88%#####", "(0515)88%#####"),
    _phone("CN-JS.3209", "1385101####", "138-5101-####"),
    _phone("CN-BJ", "010-6%######", "(010)6%######"),
    _phone("CN-SH", "021-5%######"),
    _phone("CN-GD.4403", "0755-2%######"),
    _phone("CN-LN.2101 CN-LN.2104 CN-LN.2105 CN-LN.2112", "024-2%######"),
)  # fmt: skip
PLUS_PHONES: Sequence[Maker] = (
    _phone("CN-JS.3209", "+86 515 88%# ####", "+86-515-88%#####", "+86 138 5101 ####"),
    _phone("IR-23", "+98 21 88%# ####", "+982188%#####"),
    _phone("RU-SPE", "+7 (812) 3%#-##-##", "+7 812 3%# ## ##"),
    _phone("UA-30 UA-32", "+380 44 2%# ## ##"),
    _phone("TR-34", "+90 212 2%# ## ##"),
    _phone("VN-HN", "+84 24 38%# ####"),
    _phone("IN-DL", "+91 11 23%# ####"),
    _phone("GH-AA", "+233 30 26# ####"),
    _phone("PH", "+63 917 5## ####"),
    _phone("US-NY", "+1 (212) 6%#-####"),
)
RU_PHONES = (
    _phone("RU-SPE", "8 (812) 3%#-##-##", "8-812-3%#-##-##"),
    _phone("RU-MOS RU-MOW", "8 (495) 7%#-##-##", "(495) 7%#-##-##"),
    _phone("RU", "8 916 %##-##-##", "8916%######"),
)
UA_PHONES = (
    _phone("UA-30 UA-32", "(044) 2%#-##-##", "044 2%# ## ##"),
    _phone("UA", "067 %## ## ##", "050-%##-##-##"),
)
IR_PHONES = (
    _phone("IR-23", "021-88%#####", "02188%#####"),
    _phone("IR-10", "031-3222####"),
    _phone("IR", "0912 1## ####", "0912-3##-####"),
)
TR_PHONES = (
    _phone("TR-34", "0212 2%# ## ##", "(0212) 2%# ## ##"),
    _phone("TR-06", "0312 4%# ## ##"),
    _phone("TR", "0532 %## ## ##"),
)
VN_PHONES = (
    _phone("VN-HN", "024 38%# ####", "(024) 38%# ####"),
    _phone("VN-SG", "028 38%# ####"),
    _phone("VN", "0912 %## ###", "098%######"),
)
IN_PHONES = (_phone("IN-DL", "011-23%# ####", "011 23%#####"), _phone("IN", "98%## #####"))
GH_PHONES = (_phone("GH-AA", "030 26# ####"), _phone("GH", "024 4## ####"))


def cn_plate(random: Random) -> tuple[str, Planted]:
    """A civil plate, a police plate or one of the armed police."""
    head, area = random.choice(
        (("苏J", "CN-JS.3209"), ("浙A", "CN-ZJ.3301"), ("粤B", "CN-GD.4403"), ("京A", "CN-BJ"))
    )
    number = digits(random, 4)
    form = random.randrange(5)
    if form == 0:
        return f"{head}·{number}警", Planted("plate", (area,))
    if form == 1:
        return f"WJ{head}{number}{random.choice('XBT')}", Planted("plate", (area[:5],))
    if form == 2:
        return f"{head}D{digits(random, 5)}", Planted("plate", (area,))
    return f"{head}·{random.choice('ABCDEFGHJK')}{number}", Planted("plate", (area,))


def ru_plate(random: Random) -> tuple[str, Planted]:
    """A Russian plate in Cyrillic letters."""
    region, area = random.choice(
        (("77", "RU-MOW"), ("799", "RU-MOW"), ("78", "RU-SPE"), ("178", "RU-SPE"), ("66", "RU-SVE"))
    )
    a, b, c = (random.choice("АВЕКМНОРСТУХ") for _ in range(3))
    gap = random.choice(("", " "))
    return f"{a}{gap}{digits(random, 3)}{gap}{b}{c}{gap}{region}", Planted("plate", (area,))


def ua_plate(random: Random) -> tuple[str, Planted]:
    """A Ukrainian plate in Cyrillic letters."""
    head, area = random.choice((("АА", "UA-30"), ("ВС", "UA-46"), ("АХ", "UA-63"), ("ВН", "UA-51")))
    tail = random.choice("АВЕІКМ") + random.choice("НОРСТХ")
    gap = random.choice(("", " "))
    return f"{head}{gap}{digits(random, 4)}{gap}{tail}", Planted("plate", (area,))


def ir_plate(random: Random) -> tuple[str, Planted]:
    """An Iranian plate; the last two digits name the province."""
    region, areas = random.choice(
        (("11", "IR-23"), ("22", "IR-23"), ("12", "IR-09"), ("13", "IR-10"))
    )
    letter = random.choice("بجدسصطقلمنوهی")
    text = f"{random.randrange(11, 100)} {letter} {random.randrange(111, 1000)} ایران {region}"
    return _persian(text) if random.random() < 0.6 else text, Planted("plate", (areas,))


def tr_plate(random: Random) -> tuple[str, Planted]:
    """A Turkish plate: the first two digits are the province."""
    region = random.choice(("34", "06", "35", "16"))
    letters = "".join(random.choice("ABCDEFGHJKLMNPRSTUVYZ") for _ in range(2))
    return f"{region} {letters} {random.randrange(100, 1000)}", Planted("plate", (f"TR-{region}",))


def vn_plate(random: Random) -> tuple[str, Planted]:
    """A Vietnamese plate: the first two digits are the province."""
    region, area = random.choice(
        (("29", "VN-HN"), ("30", "VN-HN"), ("51", "VN-SG"), ("43", "VN-DN"))
    )
    letter = random.choice("ABCDEFGHK")
    number = digits(random, 5)
    form = random.choice((f"{number[:3]}.{number[3:]}", number))
    return f"{region}{letter}-{form}", Planted("plate", (area,))


def icp(random: Random) -> tuple[str, Planted]:
    """An ICP filing."""
    head, area = random.choice((("苏", "CN-JS"), ("蜀", "CN-SC"), ("京", "CN-BJ"), ("粤", "CN-GD")))
    return f"{head}ICP备{digits(random, 8)}号-{random.randrange(1, 9)}", Planted("filing", (area,))


def police_filing(random: Random) -> tuple[str, Planted]:
    """A public-security filing whose digits fit its character."""
    head, county, area = random.choice(
        (("苏", "320902", "CN-JS.3209"), ("浙", "330106", "CN-ZJ.3301"), ("京", "110105", "CN-BJ"))
    )
    return f"{head}公网安备 {county}02{digits(random, 6)}号", Planted("filing", (area,))


def uscc(random: Random) -> tuple[str, Planted]:
    """A unified social credit code: weights 3^i mod 31."""
    county, area = random.choice(
        (("320902", "CN-JS.3209"), ("440300", "CN-GD.4403"), ("110108", "CN-BJ"))
    )
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91{county}" + "".join(random.choice(signs) for _ in range(9))
    weighted = sum(signs.index(c) * 3**i for i, c in enumerate(body))
    return body + signs[-weighted % 31], Planted("company", (area,))


def resident(random: Random) -> tuple[str, Planted]:
    """A resident number, ISO 7064 mod 11-2."""
    county, area = random.choice(
        (("320902", "CN-JS.3209"), ("110105", "CN-BJ"), ("440305", "CN-GD.4403"))
    )
    day = f"19{random.randrange(50, 99)}{random.randrange(1, 13):02d}{random.randrange(1, 29):02d}"
    body = county + day + digits(random, 3)
    check = 0
    for sign in body:
        check = (check + int(sign)) * 2 % 11
    return body + "0123456789X"[(12 - check) % 11], Planted("resident_id", (area,))


def inn(random: Random) -> tuple[str, Planted]:
    """A Russian tax number of a company."""
    region, area = random.choice((("77", "RU-MOW"), ("78", "RU-SPE"), ("66", "RU-SVE")))
    body = [int(c) for c in region + digits(random, 7)]
    check = sum(w * d for w, d in zip((2, 4, 10, 3, 5, 9, 4, 6, 8), body, strict=True)) % 11 % 10
    return "ИНН " + "".join(map(str, [*body, check])), Planted("company", (area,))


def ogrn(random: Random) -> tuple[str, Planted]:
    """A Russian register number."""
    region, area = random.choice((("77", "RU-MOW"), ("78", "RU-SPE"), ("50", "RU-MOS")))
    body = f"1{random.randrange(2, 24):02d}{region}" + digits(random, 7)
    return f"ОГРН {body}{int(body) % 11 % 10}", Planted("company", (area,))


def gstin(random: Random) -> tuple[str, Planted]:
    """An Indian tax number: mod 36 check."""
    state, area = random.choice((("07", "IN-DL"), ("27", "IN-MH"), ("33", "IN-TN")))
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    letters = "".join(random.choice(signs[10:]) for _ in range(3)) + random.choice("CPFHAT")
    letters += random.choice(signs[10:])
    body = f"{state}{letters}{digits(random, 4)}{random.choice(signs[10:])}1Z"
    total = 0
    for place, sign in enumerate(body):
        product = signs.index(sign) * (1 + place % 2)
        total += product // 36 + product % 36
    return body + signs[-total % 36], Planted("company", (area,))


def _postal(*table: tuple[str, str]) -> Maker:
    def make(random: Random) -> tuple[str, Planted]:
        form, area = random.choice(table)
        text = "".join(digits(random, 1) if c == "#" else c for c in form)
        return text, Planted("postal", (area,))

    return make


CN_POSTAL = _postal(("224###", "CN-JS.3209"), ("1000##", "CN-BJ"), ("5180##", "CN-GD.4403"))
RU_POSTAL = _postal(("190###", "RU-SPE"), ("6200##", "RU-SVE"), ("4200##", "RU-TA"))
UA_POSTAL = _postal(("010##", "UA-30"), ("790##", "UA-46"))
IR_POSTAL = _postal(("91#######1", "IR-09"), ("81#######3", "IR-10"))
TR_POSTAL = _postal(("34###", "TR-34"), ("06###", "TR-06"))
IN_POSTAL = _postal(("1100##", "IN-DL"), ("4000##", "IN-MH"), ("6000##", "IN-TN"))
GH_POSTAL = _postal(("GA-###-####", "GH-AA"), ("AK-###-####", "GH-AH"))


def division(random: Random) -> tuple[str, Planted]:
    """A division code of a form."""
    code, area = random.choice(
        (("320902", "CN-JS.3209"), ("320900", "CN-JS.3209"), ("440305", "CN-GD.4403"))
    )
    return code, Planted("division", (area,))


def _dms(value: float) -> tuple[int, int, int]:
    seconds = round(abs(value) * 3600)
    return seconds // 3600, seconds // 60 % 60, seconds % 60


def _point(random: Random) -> tuple[float, float]:
    lat, lon = random.choice(PLACES)
    return round(lat + random.uniform(-0.2, 0.2), 5), round(lon + random.uniform(-0.2, 0.2), 5)


def position(random: Random) -> tuple[str, Planted]:
    """A pair of coordinates in one of the Latin notations."""
    lat, lon = _point(random)
    ns, ew = "S" if lat < 0 else "N", "W" if lon < 0 else "E"
    (d, m, s), (e, n, t) = _dms(lat), _dms(lon)
    forms = (
        (f"{lat:.5f}, {lon:.5f}", 1e-4),
        (f"{abs(lat):.4f}°{ns}, {abs(lon):.4f}°{ew}", 1e-3),
        (f"{ns}{abs(lat):.4f} {ew}{abs(lon):.4f}", 1e-3),
        (f"{d}°{m:02d}′{s:02d}″{ns} {e}°{n:02d}′{t:02d}″{ew}", 1e-3),
        (f"{d}°{m:02d}.{s * 10 // 6:02d}'{ns} {e}°{n:02d}.{t * 10 // 6:02d}'{ew}", 1e-3),
        (f"geo:{lat:.5f},{lon:.5f}", 1e-4),
        (f"https://maps.example/maps/@{lat:.5f},{lon:.5f},15z", 1e-4),
        (f"https://maps.example/?q={lat:.5f},{lon:.5f}", 1e-4),
        (f"https://www.openstreetmap.org/#map=15/{lat:.5f}/{lon:.5f}", 1e-4),
        (f"{lat:+09.5f}{lon:+010.5f}/", 1e-4),
        (f"{d:02d}{m:02d}{s:02d}{ns} {e:03d}{n:02d}{t:02d}{ew}", 1e-3),
        (f"lat {lat:.4f}, lon {lon:.4f}", 1e-3),
    )
    text, tolerance = random.choice(forms)
    return text, Planted("text_position", (), (lat, lon), tolerance)


GRIDS = (  # worked out with PyPI mgrs 1.6.0, utm 0.9.0 and openlocationcode 1.0.1
    ("8Q529554+2W", 33.3575, 120.1573), ("9GFGW8Q7+CJ", 59.9386, 30.3141),
    ("4RRH46J5+FP", -33.8688, 151.2093), ("MGRS 51STS3547994530", 33.3575, 120.1573),
    ("36V UM 49936 47618", 59.9386, 30.3141), ("UTM 56H 334369 6250948", -33.8688, 151.2093),
    ("UTM 30N 811654mE 620145mN", 5.6037, -0.187),
)  # fmt: skip


def grid(random: Random) -> tuple[str, Planted]:
    """A grid reference or a plus code of a known place."""
    text, lat, lon = random.choice(GRIDS)
    return text, Planted("text_position", (), (lat, lon), 2e-3)


KNOWN_WORDS = (("руб", ("BY", "RU")), ("грн", ("UA",)))
"""Words of context inside the sentences themselves."""


def _worded(form: Callable[[float, float], str]) -> Maker:
    def make(random: Random) -> tuple[str, Planted]:
        lat, lon = _point(random)
        lat, lon = abs(lat), abs(lon)
        return form(lat, lon), Planted("text_position", (), (lat, lon), 1e-2)

    return make


ZH_POSITION = _worded(lambda a, b: f"北纬{a:.4f}度，东经{b:.4f}度")
ZH_DMS = _worded(lambda a, b: "北纬{}度{}分{}秒、东经{}度{}分{}秒".format(*_dms(a), *_dms(b)))
RU_POSITION = _worded(lambda a, b: f"{a:.4f}° с. ш., {b:.4f}° в. д.")
RU_WORDS = _worded(lambda a, b: f"широта {a:.4f}, долгота {b:.4f}")
FA_POSITION = _worded(lambda a, b: _persian(f"عرض جغرافیایی {a:.4f} و طول جغرافیایی {b:.4f}"))
HI_POSITION = _worded(lambda a, b: f"अक्षांश {a:.4f}, देशांतर {b:.4f}")


def _persian(text: str) -> str:
    return text.translate(str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫"))


def _devanagari(maker: Maker) -> Maker:
    def make(random: Random) -> tuple[str, Planted]:
        text, planted = maker(random)
        return text.translate(str.maketrans("0123456789", "०१२३४५६७८९")), planted

    return make


def _in_persian(maker: Maker) -> Maker:
    def make(random: Random) -> tuple[str, Planted]:
        text, planted = maker(random)
        return (_persian(text) if random.random() < 0.6 else text), planted

    return make


def any_of(*makers: Maker) -> Maker:
    """One of several makers."""
    return lambda random: random.choice(makers)(random)


def _words(*table: tuple[str, str]) -> Maker:
    def make(random: Random) -> tuple[str, Planted]:
        text, areas = random.choice(table)
        return text, Planted("context", tuple(areas.split()))

    return make


Frames = Mapping[str, Sequence[tuple[Maker, Sequence[str]]]]
