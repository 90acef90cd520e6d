"""Words for hemispheres, degrees, latitude and longitude in the languages of our readers."""

from __future__ import annotations

import re
from collections.abc import Mapping

AFTER: Mapping[str, str] = {
    "N": r"N|с\.?\s?ш\b\.?|сев(?:ерной|\.)?\s?широты|пн\.?\s?ш\b\.?|північної широти|شمالی|شمال|"
    r"उत्तरी?|[nN]orth|[kK]uzey|[bB]ắc",
    "S": r"S|ю\.?\s?ш\b\.?|юж(?:ной|\.)?\s?широты|пд\.?\s?ш\b\.?|південної широти|جنوبی|جنوب|"
    r"दक्षिणी?|[sS]outh|[gG]üney|[nN]am",
    "E": r"E|в\.?\s?д\b\.?|вост(?:очной|\.)?\s?долготы|сх\.?\s?д\b\.?|східної довготи|شرقی|شرق|"
    r"पूर्वी?|[eE]ast|[dD]oğu|[đĐ]ông",
    "W": r"W|з\.?\s?д\b\.?|зап(?:адной|\.)?\s?долготы|зх\.?\s?д\b\.?|західної довготи|غربی|غرب|"
    r"पश्चिमी?|[wW]est|[bB]atı|[tT]ây",
}
"""Hemisphere -> pattern of its names behind an angle."""
BEFORE: Mapping[str, str] = {
    "N": r"N|北纬|北緯|[vV]ĩ độ [bB]ắc|[nN]orth",
    "S": r"S|南纬|南緯|[vV]ĩ độ [nN]am|[sS]outh",
    "E": r"E|东经|東經|[kK]inh độ [đĐ]ông|[eE]ast",
    "W": r"W|西经|西經|[kK]inh độ [tT]ây|[wW]est",
}
"""Hemisphere -> pattern of its names before an angle."""
DEGREE = r"(?:[°º˚度]|\s?(?:degrees?|deg\b\.?|градус(?:ов|а|ів|и)?|град\.|درجه|डिग्री|अंश|độ|derece))"
MINUTE = (
    r"(?:['′’‘分]|\s?(?:minutes?|min\b\.?|минут[аы]?|мин\b\.?|хвилини?|хв\b\.?|دقیقه|मिनट|phút|"
    r"dakika))"
)
SECOND = r"(?:[\"″”“秒]|''|′′|\s?(?:seconds?|sec\b\.?|секунд[аы]?|сек\b\.?|ثانیه|सेकंड|giây|saniye))"
LATITUDE = (
    r"(?:\b[lL]at(?:itude)?\b|\b[шШ]ирота|纬度|緯度|عرض(?:\s?جغرافیایی)?|अक्षांश|[vV]ĩ độ|\b[eE]nlem)"
)
LONGITUDE = (
    r"(?:\b[lL](?:on(?:g|gitude)?|ng)\b|\b[дД]ол?гота|\b[дД]овгота|经度|經度|طول(?:\s?جغرافیایی)?|"
    r"देशांतर|रेखांश|[kK]inh độ|\b[bB]oylam)"
)
AND = r"(?:\s?(?:and|и|та|和|و|और|và|ve)\s)"
_HAN_DIGITS = {sign: str(value) for value, sign in enumerate("零一二三四五六七八九")} | {"〇": "0"}
HAN_NUMBER = "[〇零一二三四五六七八九十百]{1,7}(?:点[〇零一二三四五六七八九]{1,6})?"


def hemisphere(written: str) -> str:
    """N, S, E or W of a written hemisphere."""
    for table in (AFTER, BEFORE):
        for letter, pattern in table.items():
            if re.fullmatch(pattern, written):
                return letter
    return ""


def arabic_number(written: str) -> str:
    """A number in Han numerals (三十三点五) in ASCII digits (33.5); other digits as they are."""
    if written[:1].isascii():
        return written
    whole, _, rest = written.partition("点")
    if "十" in whole or "百" in whole:
        value, last = 0, ""
        for sign in whole:
            if sign in "十百":
                value += int(last or "1") * (10 if sign == "十" else 100)
                last = ""
            else:
                last = _HAN_DIGITS.get(sign, sign)
        number = str(value + int(last or "0"))
    else:
        number = "".join(_HAN_DIGITS.get(sign, sign) for sign in whole)
    return number + ("." + "".join(_HAN_DIGITS.get(sign, sign) for sign in rest) if rest else "")
