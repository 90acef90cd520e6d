"""The four cases: one that is what it seems, and three that look like it in part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from forensics.engine import POOL
from forensics.errors import UsageError
from forensics.evaluate.cases import pictures, texts
from forensics.evaluate.cases.cast import (
    Office,
    Size,
    comparable,
    everyday,
    later,
    personas,
    repeat,
    with_clues,
)
from forensics.evaluate.cases.stated import hypotheses_toml, judgements_toml
from forensics.evaluate.cases.written import Persona, Posted, WrittenCase
from forensics.evaluate.synthetic.national import national
from forensics.evaluate.synthetic.scenario import Calendar
from forensics.model import Json

LABELLED = 9
LABEL = "江苏"
SHANGHAI = Office("Asia/Shanghai", "CN")
MANILA = Office("Asia/Manila", "PH")
ACCRA = Office("Africa/Accra", "GH")
ISTANBUL = Office("Europe/Istanbul", "TR", start=240, end=780, lunch=(420, 480))
"""Staff in Istanbul who rise for the office hours of Shanghai, five hours ahead."""
Build = Callable[[np.random.Generator, Calendar, Size], WrittenCase]


def _case(
    names: tuple[str, str],
    people: Sequence[Persona],
    posts: Sequence[Posted],
    *,
    files: Mapping[str, bytes],
    truth: Mapping[str, Json],
) -> WrittenCase:
    """A case; `names` are its name and title."""
    ordered = sorted(posts, key=lambda one: (one.t_s, one.account))
    return WrittenCase(
        name=names[0],
        title=names[1],
        personas=tuple(people),
        posts=tuple(ordered),
        pictures=dict(files),
        truth=dict(truth),
        hypotheses=hypotheses_toml(),
    )


def _labelled(people: Sequence[Persona]) -> list[Persona]:
    """Nine of the accounts of the Chinese platform with a region beside their posts."""
    chinese = [one.name for one in people if one.platform == "chinese"][:LABELLED]
    return [replace(one, label=LABEL) if one.name in chinese else one for one in people]


def yancheng(rng: np.random.Generator, calendar: Calendar, size: Size) -> WrittenCase:
    """One office in Yancheng runs all accounts; an account of the Chinese platform leads."""
    people = _labelled(personas("kite", size))
    names = [one.name for one in people]
    lead = next(one.name for one in people if one.platform == "chinese")
    posts = everyday(rng, people, SHANGHAI, calendar, size.posts)
    posts += repeat(rng, posts, lead, [name for name in names if name != lead], size.shared)
    clues = {
        "kite-x03": [(texts.SCREENSHOT, "Screenshot_20240612-101500.png")],
        "kite-x06": [(texts.CAR, "street.png")],
        "kite-x01": [(texts.STATION, "avatar.png")],
        lead: [(texts.STATION, "avatar.png")],
    }
    labelled = [one.name for one in people if one.label]
    return _case(
        ("yancheng", "40 accounts of one office in Yancheng, on two platforms"),
        people,
        with_clues(posts, clues),
        files={
            "Screenshot_20240612-101500.png": pictures.screenshot(),
            "street.png": pictures.car(),
            "avatar.png": pictures.gate(),
        },
        truth={
            "country": "CN", "province": "CN-JS", "city": "CN-JS.3209", "lead": lead,
            "clue_carriers": list[Json](sorted({*labelled, *clues})),
        },
    )  # fmt: skip


def amplifier(rng: np.random.Generator, calendar: Calendar, size: Size) -> WrittenCase:
    """An office in Manila runs the network; accounts in Yancheng only repeat it, hours later."""
    people = _labelled(personas("gull", size))
    network = [one for one in people if one.platform == "western"]
    station = [one for one in people if one.platform == "chinese"]
    lead = network[0].name
    posts = everyday(rng, network, MANILA, calendar, size.posts)
    copied = repeat(rng, posts, lead, [one.name for one in network[1:]], size.shared)
    local = everyday(rng, station, SHANGHAI, calendar, size.posts)
    echoes = later(rng, copied, [one.name for one in station], (3, 20))
    clues = {
        station[2].name: [(texts.SCREENSHOT, "Screenshot_20240612-101500.png")],
        station[5].name: [(texts.CAR, "street.png")],
        station[0].name: [(texts.STATION, "avatar.png")],
        station[1].name: [(texts.STATION, "avatar.png")],
    }
    labelled = [one.name for one in people if one.label]
    return _case(
        (
            "amplifier",
            "26 accounts of an office in Manila; 14 accounts in Yancheng repeat them later",
        ),
        people,
        with_clues([*posts, *copied, *local, *echoes], clues),
        files={
            "Screenshot_20240612-101500.png": pictures.screenshot(),
            "street.png": pictures.car(),
            "avatar.png": pictures.gate(),
        },
        truth={
            "country": "PH",
            "lead": lead,
            "clue_carriers": list[Json](sorted({*labelled, *clues})),
        },
    )


def false_flag(rng: np.random.Generator, calendar: Calendar, size: Size) -> WrittenCase:
    """An office in Istanbul keeps Shanghai's hours and plants what anyone can type or draw."""
    planted = {"mill-x03", "mill-x06", "mill-x09", "mill-w02", "mill-w04"}
    people = [
        replace(one, bio=texts.BIO) if one.name in planted else one
        for one in personas("mill", size)
    ]
    names = [one.name for one in people]
    lead = next(one.name for one in people if one.platform == "chinese")
    posts = everyday(rng, people, ISTANBUL, calendar, size.posts)
    posts += repeat(rng, posts, lead, [name for name in names if name != lead], size.shared)
    clues = {
        "mill-x06": [(texts.OWN_CAR, "street.png")],
        "mill-w03": [(texts.OWN_CAR, "street.png")],
        "mill-x01": [(texts.STATION, "avatar.png")],
        lead: [(texts.STATION, "avatar.png")],
    }
    return _case(
        (
            "false_flag",
            "40 accounts of an office in Istanbul that poses as one in Yancheng, without labels",
        ),
        people,
        with_clues(posts, clues),
        files={"street.png": pictures.car(), "avatar.png": pictures.gate()},
        truth={
            "country": "TR",
            "lead": lead,
            "clue_carriers": list[Json](sorted({*planted, *clues})),
        },
    )


def ghana(rng: np.random.Generator, calendar: Calendar, size: Size) -> WrittenCase:
    """An office in Accra writes as people of the United States, for readers there."""
    whole = replace(size, western=size.western + size.chinese, chinese=0)
    reachable = {"palm-x04", "palm-x11", "palm-x19"}
    people = [
        replace(
            one,
            language="en",
            home=texts.AMERICAN_HOMES[number % len(texts.AMERICAN_HOMES)],
            bio=texts.BIO_GHANA if one.name in reachable else "Proud of our little town",
        )
        for number, one in enumerate(personas("palm", whole))
    ]
    names = [one.name for one in people]
    posts = everyday(rng, people, ACCRA, calendar, size.posts, american=True)
    posts += repeat(rng, posts, names[0], names[1:], size.shared, languages=("en",))
    clues = {
        "palm-x02": [(texts.DESK, "desk.jpg")],
        "palm-x07": [(texts.DESK, "window.jpg")],
    }
    return _case(
        ("ghana", "40 accounts of an office in Accra that pose as people of the United States"),
        people,
        with_clues(posts, clues),
        files={
            "desk.jpg": pictures.desk("2024:05:14 10:20:11", offset="+00:00", degrees=(560, -20)),
            "window.jpg": pictures.desk("2024:07:02 16:41:30", offset="+00:00"),
        },
        truth={"country": "GH", "audience": "US", "lead": names[0],
         "clue_carriers": list[Json](sorted({*reachable, *clues}))},
    )  # fmt: skip


CASES: Mapping[str, Build] = {
    "yancheng": yancheng,
    "amplifier": amplifier,
    "false_flag": false_flag,
    "ghana": ghana,
}
"""In the order in which they are run and printed."""
WITH_NOTES = frozenset({"yancheng", "amplifier"})
"""Cases with notes of context in their `case.toml`."""


def build(
    name: str, seed: int, *, size: Size | None = None, calendar: Calendar = national
) -> WrittenCase:
    """A case by its name; the same seed gives the same posts, and the controls do not change them.

    Raises:
        UsageError: no case is called that.
    """
    if name not in CASES:
        known = ", ".join(CASES)
        raise UsageError(f"no case is called {name!r}", where="--cases", todo=f"there are {known}")
    size = size or Size()
    code = [ord(letter) for letter in name]
    made = CASES[name](np.random.default_rng([seed, 0, *code]), calendar, size)
    others = comparable(np.random.default_rng([seed, 1, *code]), calendar, size)
    notes = judgements_toml(POOL) if name in WITH_NOTES else ""
    return replace(made, controls=others, judgements=notes)
