"""Who posts when, and who repeats whom: the parts that the cases are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from forensics.evaluate.cases import texts
from forensics.evaluate.cases.written import Persona, Posted
from forensics.evaluate.synthetic.localtime import day_number
from forensics.evaluate.synthetic.people import office_unit
from forensics.evaluate.synthetic.scenario import Calendar, work_days

WINDOW = (day_number("2024-01-08"), day_number("2024-12-29"))
FOLLOWERS = (3, 6)
"""Fewest and most accounts that repeat a shared text."""
LEAD_WINS = 0.85
"""Share of the shared texts that the leading account posts first; else another account does."""


@dataclass(frozen=True, slots=True)
class Office:
    """Where a group of people works, and when."""

    zone: str
    country: str
    start: int = 540
    """Minutes after local midnight."""
    end: int = 1080
    lunch: tuple[int, int] = (720, 780)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a case is."""

    western: int = 26
    chinese: int = 14
    posts: int = 70
    """Posts of each account, without shared ones."""
    shared: int = 24
    """Texts that several accounts post word for word."""
    controls: int = 60
    """Comparable accounts."""


def personas(stem: str, size: Size) -> list[Persona]:
    """The accounts of both platforms. No platform allows a hyphen in a name, so nobody has one."""
    out = [
        Persona(f"{stem}-x{number:02d}", "western", "zh" if number % 3 == 0 else "en")
        for number in range(1, size.western + 1)
    ]
    return out + [
        Persona(f"{stem}-w{number:02d}", "chinese", "zh") for number in range(1, size.chinese + 1)
    ]


def everyday(
    rng: np.random.Generator,
    people: Sequence[Persona],
    office: Office,
    calendar: Calendar,
    posts: int,
    *,
    american: bool = False,
) -> list[Posted]:
    """Everyday posts of people who work in one office."""
    unit = office_unit(
        rng,
        zone=office.zone,
        window=WINDOW,
        accounts=len(people),
        posts=posts,
        start=office.start,
        end=office.end,
        breaks=(office.lunch,),
        edge_sd_min=15.0,
        spread_min=20.0,
        work_days=work_days(calendar, office.country, WINDOW),
        country=office.country,
    )
    return [
        Posted(
            who.name,
            t_s,
            texts.american(rng) if american else texts.remark(rng, who.language),
        )
        for who, account in zip(people, unit.accounts, strict=True)
        for t_s in account.t_s.tolist()
    ]


def repeat(
    rng: np.random.Generator,
    posts: Sequence[Posted],
    lead: str,
    followers: Sequence[str],
    wanted: int,
    *,
    languages: Sequence[str] = ("zh", "en"),
    lag_min: tuple[int, int] = (10, 150),
) -> list[Posted]:
    """The texts that several accounts share: one account first, then some of the followers.

    Each takes the moment of an everyday post of the leading account. In a few of them a follower
    comes first, as it happens among people who work side by side.
    """
    moments = sorted(one.t_s for one in posts if one.account == lead)
    choices = [text for language in languages for text in texts.shared(language)]
    at = rng.choice(len(moments), wanted, replace=False)
    chosen = rng.choice(len(choices), wanted, replace=False)
    out = []
    for moment, text in zip(at.tolist(), chosen.tolist(), strict=True):
        many = int(rng.integers(FOLLOWERS[0], FOLLOWERS[1] + 1))
        others = rng.choice(len(followers), min(many, len(followers)), replace=False)
        names = [lead, *(followers[number] for number in others.tolist())]
        if rng.random() >= LEAD_WINS:
            names[0], names[1] = names[1], names[0]
        start = moments[moment] + 60
        lags = np.sort(rng.integers(lag_min[0] * 60, lag_min[1] * 60, len(names) - 1)).tolist()
        out += [
            Posted(name, start + lag, choices[text])
            for name, lag in zip(names, [0, *lags], strict=True)
        ]
    return out


def later(
    rng: np.random.Generator, copied: Sequence[Posted], who: Sequence[str], delay_h: tuple[int, int]
) -> list[Posted]:
    """Repetitions of shared texts by accounts that come after everybody else has posted them."""
    last: dict[str, int] = {}
    for one in copied:
        last[one.text] = max(last.get(one.text, 0), one.t_s)
    out = []
    for text in sorted(last):
        others = rng.choice(len(who), min(3, len(who)), replace=False)
        for number in others.tolist():
            lag = int(rng.integers(delay_h[0] * 3600, delay_h[1] * 3600))
            out.append(Posted(who[number], last[text] + lag, text))
    return out


def with_clues(
    posts: Sequence[Posted], clues: Mapping[str, Sequence[tuple[str, str]]]
) -> list[Posted]:
    """The posts with clues put into them: account -> (text, file), one after the other.

    The middle posts of an account carry them, so that a clue is no first appearance.
    """
    out = sorted(posts, key=lambda one: (one.t_s, one.account))
    for account, wanted in clues.items():
        own = [place for place, one in enumerate(out) if one.account == account]
        for number, (text, media) in enumerate(wanted):
            place = own[len(own) // 2 + number]
            out[place] = replace(out[place], text=text or out[place].text, media=media)
    return out


def comparable(
    rng: np.random.Generator, calendar: Calendar, size: Size
) -> tuple[tuple[Persona, ...], tuple[Posted, ...]]:
    """Control accounts: people of both platforms and many places who know nothing of the matter."""
    regions = ("广东", "浙江", "北京", "四川", "山东", "江苏", "湖北", "上海", "河南", "福建")
    people = [
        Persona(
            f"other-{number:02d}",
            "western" if number % 3 else "chinese",
            "zh" if number % 3 != 1 else "en",
            None if number % 3 else regions[number // 3 % len(regions)],
        )
        for number in range(1, size.controls + 1)
    ]
    offices = (Office("Asia/Shanghai", "CN"), Office("Europe/London", "GB"))
    posts = [
        one
        for number, office in enumerate(offices)
        for one in everyday(rng, people[number::2], office, calendar, max(20, size.posts // 2))
    ]
    return tuple(people), tuple(sorted(posts, key=lambda one: (one.t_s, one.account)))
