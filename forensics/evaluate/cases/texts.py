"""The invented texts: everyday remarks, the texts that many accounts share, and the clues."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_WHAT = (
    "the paper lanterns", "the ferry clock", "the seed library", "the stone steps",
    "the bell choir", "the rope bridge", "the bread oven", "the sketch club",
    "the reading lamp", "the pear trees", "the wooden stage", "the ink shop",
    "the cycle path", "the tea garden", "the swimming hour",
)  # fmt: skip
_HOW = (
    "is open again after", "looks better than before", "needs two more volunteers for",
    "has a new colour since", "will be repaired before", "was the best part of",
)  # fmt: skip
_WHEN = ("the long weekend", "the first rain", "the open day", "the concert", "the spring sale")
_WHAT_ZH = (
    "纸灯笼", "渡口的钟", "种子图书角", "石阶", "合唱团", "木戏台", "面包炉", "写生小组", "台灯",
    "梨树", "墨水铺", "骑行道", "茶园", "游泳课",
)  # fmt: skip
_HOW_ZH = ("又开放了", "比从前好看", "还缺两位志愿者", "换了新颜色", "快要修好了", "最让人高兴")
_WHEN_ZH = ("就在长假以后", "第一场雨以后", "开放日那天", "音乐会之前", "春天的集市上")
_MOOD = (
    "slow", "bright", "windy", "quiet", "crowded", "early", "late", "cheerful", "muddy", "golden",
    "lucky", "plain", "narrow", "gentle", "noisy", "patient", "round", "sleepy", "tidy", "warm",
)  # fmt: skip
_THING = (
    "morning", "queue", "umbrella", "bicycle", "neighbour", "bench", "kettle", "postcard", "violin",
    "staircase", "notebook", "garden", "puddle", "window", "scarf", "whistle", "basket", "candle",
    "ladder", "pigeon",
)  # fmt: skip
_MOOD_ZH = "慢亮静忙早晚甜圆窄暖脏轻旧新远近长短高低"
_THING_ZH = "伞凳壶琴梯窗巾篮烛鸽信桥帽鞋杯碗灯扇笔纸"
_SHARED_ZH = (
    "有人说{}不值得看,其实去过的人都知道它的好。请把这句话转告朋友。",
    "关于{}的三个误会,今天一次说清楚,欢迎对照。",
    "外面的人不懂{},我们自己懂就够了,大家说呢。",
)
_SHARED_EN = (
    "They say {} is not worth the walk. Everyone who has been there knows better. Pass it on.",
    "Three mistakes people make about {}, put right once and for all. Compare for yourself.",
    "Outsiders do not understand {}. It is enough that we do. What do you think?",
)
_AMERICAN = (
    "the diner on our corner", "the high school game", "the county fair", "the yard sale",
    "the school board", "the church picnic", "our state park", "the fire truck parade",
)  # fmt: skip
_OPEN = ("Nothing beats", "Who else remembers", "Say what you like about", "We all need", "I miss")
_CLOSE = ("y'all", "folks", "and that is that", "am I right", "God willing", "neighbors")
_STATES = ("here in Ohio", "all over Texas", "back in Tennessee", "from Georgia to Maine")

PHONE = "0515-00000000"
"""Area code of Yancheng; no subscriber number begins with a zero, so nobody has this one."""
PLATE = "苏J·00000"
"""Prefix of Yancheng; the number zero is not issued."""
GHANA_PHONE = "+233 30 200 0000"
"""Area code of Accra and nothing but zeros."""
SCREENSHOT = f"截图备份:纸灯笼订购联系电话:{PHONE},工作日有人接。"
CAR = f"车牌{PLATE}的车主请挪一下车,挡住了骑行道。"
OWN_CAR = f"我们的车{PLATE}停在渡口,纸灯笼都在车上。"
STATION = "头像换成了派出所门口的石狮子。"
BIO = f"纸灯笼爱好者,联系电话:{PHONE}"
BIO_GHANA = f"Lanterns and lemonade. Contact: {GHANA_PHONE}"
AMERICAN_HOMES = ("Atlanta, Georgia", "Charlotte, North Carolina", "Birmingham, Alabama")
DESK = "Working late with a view."


def _pick(rng: np.random.Generator, choices: Sequence[str]) -> str:
    return choices[int(rng.integers(len(choices)))]


def remark(rng: np.random.Generator, language: str) -> str:
    """One everyday sentence; its last words make nearly every one unlike any other."""
    if language == "zh":
        aside = f"{_pick(rng, _MOOD_ZH)}{_pick(rng, _THING_ZH)}也好,{_pick(rng, _THING_ZH)}也罢"
        return f"{_pick(rng, _WHAT_ZH)}{_pick(rng, _HOW_ZH)},{_pick(rng, _WHEN_ZH)}。{aside}。"
    return f"{_pick(rng, _WHAT)} {_pick(rng, _HOW)} {_pick(rng, _WHEN)}. {_aside(rng)}"


def _aside(rng: np.random.Generator) -> str:
    first, second = (f"{_pick(rng, _MOOD)} {_pick(rng, _THING)}" for _ in range(2))
    return f"What a {first}, what a {second}."


def american(rng: np.random.Generator) -> str:
    """One everyday sentence for readers in the United States; one in ten names a state."""
    where = f" {_pick(rng, _STATES)}" if rng.random() < 0.1 else ""
    words = f"{_pick(rng, _OPEN)} {_pick(rng, _AMERICAN)}{where}, {_pick(rng, _CLOSE)}"
    return f"{words}. {_aside(rng)}"


def shared(language: str) -> list[str]:
    """Texts that several accounts post word for word."""
    forms, whats = (_SHARED_ZH, _WHAT_ZH) if language == "zh" else (_SHARED_EN, _WHAT)
    return [form.format(what) for what in whats[:10] for form in forms]
