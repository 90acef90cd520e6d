"""The invented texts: harmless small talk, the planted clues, and strings that attack a reader."""

from __future__ import annotations

from datetime import date

from demo_case.draws import below, pick

_TOPIC = (
    "the new footbridge", "the tram timetable", "the library queue", "the tea stall",
    "the old mill", "the rain barrel", "the paper kites", "the bicycle shed", "the harvest table",
    "the night bus", "the chess corner", "the pottery class", "the brass band",
    "the allotment gate", "the reading room",
)  # fmt: skip
_SAY = (
    "has anyone else noticed", "three notes on", "still thinking about", "a short thread on",
    "nobody talks about", "good news about", "two pictures of", "a question about",
)  # fmt: skip
_END = (
    "and it is better than last year.", "and I would like to hear more.", "before the season ends.",
    "as promised.", "for those who asked.", "with more to follow.", "and that is all for today.",
)  # fmt: skip
_TOPIC_ZH = (
    "新修的步行桥", "图书馆的座位", "街角的茶摊", "老磨坊", "雨后的稻田", "纸风筝", "自行车棚",
    "夜班公交", "棋牌角", "陶艺课", "社区菜园", "阅览室",
)  # fmt: skip
_SAY_ZH = ("大家注意到了吗", "今天说说", "还在想着", "有个好消息", "问一个问题", "分享两张照片")
_END_ZH = ("比去年好多了。", "欢迎补充。", "未完待续。", "今天就到这里。", "回头再聊。")

SHARED = (
    "The kite festival starts on the first clear day. Bring a friend and a long string.",
    "Every bench in the park has a new number. Count them with us.",
    "A good map tells you where the shade is at noon.",
    "The blue notebook has come back to the reading room.",
    "风筝节定在第一个晴天,带上朋友和长线。",
    "公园的长椅都有了新编号,一起来数一数。",
    "好的地图会告诉你中午哪里有树荫。",
    "蓝色的笔记本又回到阅览室了。",
)
"""Word for word the same in several accounts of crew A, on both platforms."""

PHONE = "0515-00000000"
"""Area code of Yancheng; no local number starts with a zero, so nobody has this one."""
PLATE = "苏J·00000"
"""Prefix of Yancheng; the number zero is not issued."""
PLACE = "33.35120, 120.15980"
"""Within the city of Yancheng; decimals chosen, not measured."""

PLANTED: tuple[tuple[str, date, str], ...] = (
    (
        "demo-a03",
        date(2024, 3, 5),
        f"Printed copies of the kite calendar: call {PHONE} on weekdays.",
    ),
    ("demo-w02", date(2024, 3, 6), f"风筝日历纸质版联系电话:{PHONE},工作日有人接。"),
    ("demo-w04", date(2024, 4, 16), f"车牌{PLATE}的车主请挪一下车,挡住了自行车棚。"),
    ("demo-a07", date(2024, 5, 14), f"Starting point of the evening walk: {PLACE}. Bring water."),
    ("demo-b05", date(2024, 4, 2), "A travel film about Yancheng and its cranes is on tonight."),
    ("demo-a10", date(2024, 4, 22), "Reading a novel set in Manila this week. Long, but worth it."),
)
"""Account, local day from which the next post carries it, text. The last two are mere topics."""

HOSTILE: tuple[tuple[str, date, str], ...] = (
    ("demo-a01", date(2024, 1, 16), "<script>document.title='changed'</script>Nice weather."),
    ("demo-a02", date(2024, 1, 17), "<img src=x onerror=\"alert('demo')\"> the pottery class"),
    ("demo-b01", date(2024, 1, 18), '=HYPERLINK("http://demo.invalid/","open me")'),
    ("demo-b02", date(2024, 1, 19), "+1+cmd|' /C calc'!A0"),
    ("demo-a04", date(2024, 1, 22), "{{ 7 * 7 }} {% raw %} ${7*7} and the tram timetable"),
    ("demo-a05", date(2024, 1, 23), "The old mill \u202egnp.exe\u202c opens late"),
    ("demo-a06", date(2024, 1, 24), "the night\u200b bus\u200d runs\ufeff late\u2066 today\u2069"),
    ("demo-w01", date(2024, 1, 25), "</script><svg/onload=alert(1)>街角的茶摊"),
    ("demo-b03", date(2024, 1, 26), 'first line\nsecond line, "quoted", with a comma'),
    ("demo-w03", date(2024, 1, 29), "\u001b[31mred\u001b[0m 老磨坊 end"),
    ("demo-b04", date(2024, 1, 30), "]]></text> --> `${constructor}` 'OR 1=1;--"),
)
"""Strings that would run, hide or break in a page, a spreadsheet, a template, a terminal or SQL."""


def small_talk(language: str, *key: object) -> str:
    """One harmless sentence in English or Chinese."""
    if language == "zh":
        parts = (_SAY_ZH, _TOPIC_ZH, _END_ZH)
        say, topic, end = (pick(part, n, *key) for n, part in enumerate(parts))
        return f"{say},{topic},{end}"
    say, topic, end = (pick(part, n, *key) for n, part in enumerate((_SAY, _TOPIC, _END)))
    return f"{say[0].upper()}{say[1:]} {topic} {end} ({1 + below(99, 'part', *key)})"
