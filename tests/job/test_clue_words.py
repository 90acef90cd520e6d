"""What stands beside a clue: a command that can be typed, names, and weights in order."""

from __future__ import annotations

import shlex

import pytest

from forensics.job.clue_words import KNOWN_ANSWERS, command_for, country_name, says_of
from forensics.job.settings import RunSettings
from forensics.model import (
    AreaLikelihood,
    Clue,
    CountryLikelihood,
    KindLikelihood,
    Likelihood,
    ZoneLikelihood,
)

EVIL = "a; rm -rf ~ #'"


def clue(kind: str, likelihood: Likelihood, unit: str = "A") -> Clue:
    return Clue(
        id=f"{kind}:{unit}:x",
        kind=kind,
        unit=unit,
        statement="s",
        observations=(),
        group=(f"{kind}:{unit}",),
        role="operator_present",
        set_by="operator",
        category="behavioural",
        grade="F6",
        planted_chance_ppm=50_000,
        likelihood=likelihood,
        accounts=("a",),
    )


@pytest.mark.parametrize("kind", ["hours", "clock_changes", "calendar"])
def test_clues_from_times_are_checked_by_hours(kind: str) -> None:
    told = RunSettings(
        by="crew", assume_zone="Asia/Tokyo", audience_zone="Europe/Rome", columns={"time": "when"}
    )
    words = shlex.split(command_for(clue(kind, ZoneLikelihood({}), EVIL), told))
    assert words[:5] == ["gnomon", "hours", "FILE", "--by", "crew"]
    assert words[words.index("--account") + 1] == EVIL
    assert words[words.index("--assume-zone") + 1] == "Asia/Tokyo"
    assert words[words.index("--audience") + 1] == "Europe/Rome"
    assert words[words.index("--map") + 1] == "time=when"
    assert KNOWN_ANSWERS[kind].rstrip(".").rstrip(")").endswith(".md")


def test_pool_and_images_have_their_own_commands() -> None:
    assert "--pool" in command_for(clue("hours", ZoneLikelihood({})), RunSettings())
    assert command_for(clue("image_clock", ZoneLikelihood({})), RunSettings()) == (
        "gnomon image FILE"
    )
    assert command_for(clue("phone", AreaLikelihood(("CN",), 1)), RunSettings()).startswith(
        "gnomon run"
    )


def test_countries_are_named_best_first() -> None:
    mdb = {"": -9_000, "RU": 0, "US": -12_000, "XX": -1}
    lines, more = says_of(clue("calendar", CountryLikelihood(mdb)))
    assert [line.text for line in lines] == [
        "Russia", "XX", "any other country, or ordinary days", "United States",
    ]  # fmt: skip
    assert [line.mdb for line in lines] == [0, -1, -9_000, -12_000]
    assert more == 0
    assert country_name("CN") == "China"


def test_zones_of_one_weight_stand_in_one_line_most_people_first() -> None:
    mdb = {"Asia/Macau": 0, "Asia/Shanghai": 0, "Europe/Rome": -3_000, "Asia/Tokyo": -50}
    lines, _ = says_of(clue("hours", ZoneLikelihood(mdb)))
    assert [line.text for line in lines] == ["Asia/Shanghai, Asia/Macau", "Asia/Tokyo",
                                             "Europe/Rome"]  # fmt: skip


def test_long_lists_are_counted_not_cut() -> None:
    many = {f"Zone/{n:03d}": -n for n in range(40)}
    lines, more = says_of(clue("hours", ZoneLikelihood(many)), most=12)
    assert (len(lines), more) == (12, 28)
    same, _ = says_of(clue("hours", ZoneLikelihood(dict.fromkeys(many, 0))))
    assert same[0].text.endswith("and 34 more")


def test_kinds_and_areas() -> None:
    lines, _ = says_of(clue("automation", KindLikelihood({"scheduler": 6_000, "imitation": 1})))
    assert [line.text for line in lines] == ["a scheduler", "imitates other hours"]
    assert says_of(clue("label", AreaLikelihood(("CN",), 1))) == ((), 0)
