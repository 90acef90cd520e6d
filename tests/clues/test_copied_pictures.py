"""One picture, posted many times: saved again, renamed, under other cameras, it counts once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forensics.clues.evidence import Evidence
from forensics.clues.image_builder import CONTRADICTED_PPM, PLANTED_PPM
from forensics.clues.image_clues import find
from forensics.clues.image_readings import edited_copies
from forensics.model import Image, ImageTime, Instant, LocalTime, Position
from forensics.reference.places import load_gazetteer
from forensics.weigh import assess

YANCHENG = Position(33_360_000, 120_200_000, 50, "exif")
MANILA = Position(14_590_000, 120_980_000, 50, "exif")
NOON_US = 1_710_382_811_000_000
"""2024-03-14T02:20:11Z."""
NAMES = [f"{n:x}" * 64 for n in range(12)]


def shot(number: int, place: Position | None = YANCHENG, hours: int = 8) -> Image:
    """A file with its own hash, its own camera and its own account."""
    local = LocalTime(f"2024-03-14T{2 + hours:02d}:20:11")
    return Image(
        original=NAMES[number],
        name=f"{number}.jpg",
        format="jpeg",
        times=(
            ImageTime("exif_original", "camera", local=local),
            ImageTime("gps", "satellite", instant=Instant(NOON_US, "stated", "satellite")),
        ),
        positions=(place,) if place else (),
        camera={"make": "Acme", "model": f"Model {number}"},
        accounts=(f"a{number}",),
    )


def seen(images: list[Image], sets: dict[str, str]) -> Evidence:
    units = {"u": tuple(f"a{n}" for n in range(12))}
    return Evidence(None, tuple(images), units, load_gazetteer(), sets=sets)


def copies(count: int) -> dict[str, str]:
    """The first `count` files are one picture."""
    return dict.fromkeys(NAMES[:count], NAMES[0][:12])


def weighed(images: list[Image], sets: dict[str, str]):
    (finding,) = find(seen(images, sets))
    return assess("u", finding.clues, None, load_gazetteer(), accounts=12, posts=100)


def numbers(assessment) -> tuple:
    """All that must not move when a picture is posted again."""
    return (
        assessment.rows,
        assessment.weights,
        assessment.tests,
        assessment.places,
        [replace(group, clues=()) for group in assessment.groups],
        assessment.conclusion.probability_ppm,
        assessment.conclusion.rung,
    )


def test_ten_copies_under_ten_cameras_weigh_as_one_picture():
    once = weighed([shot(0)], {})
    tenfold = weighed([shot(n) for n in range(10)], copies(10))
    assert len(tenfold.groups) == 1
    assert sum(len(group.clues) for group in tenfold.groups) == 20, "all of them are listed"
    assert numbers(tenfold) == numbers(once)


def test_ten_different_pictures_weigh_more_than_one():
    once = weighed([shot(0)], {})
    tenfold = weighed([shot(n) for n in range(10)], {})
    assert len(tenfold.groups) == 10
    assert numbers(tenfold) != numbers(once), "or the test above would show nothing"


def test_copies_in_two_sets_are_two_pictures():
    sets = dict.fromkeys(NAMES[:5], NAMES[0][:12]) | dict.fromkeys(NAMES[5:10], NAMES[5][:12])
    assert len(weighed([shot(n) for n in range(10)], sets).groups) == 2


def test_the_key_is_the_name_of_the_set():
    (finding,) = find(seen([shot(0), shot(3)], {NAMES[0]: "0" * 12, NAMES[3]: "0" * 12}))
    for clue in finding.clues:
        assert f"content:{'0' * 12}" in clue.group
        assert f"scene:{'0' * 12}" in clue.group
        assert not any(NAMES[3][:12] in key for key in clue.group)


def test_a_file_without_company_is_named_by_itself():
    (finding,) = find(seen([shot(3)], {}))
    assert f"content:{NAMES[3][:12]}" in finding.clues[0].group


def test_copies_that_name_two_places_contradict_each_other():
    (finding,) = find(seen([shot(0), shot(1, MANILA)], copies(2)))
    places = [clue for clue in finding.clues if clue.kind == "image_position"]
    assert [clue.planted_chance_ppm for clue in places] == [CONTRADICTED_PPM] * 2
    assert all("copy of this picture contradicts it" in clue.statement for clue in places)
    assert "show one picture and name places 2," in finding.statement
    assert "written in afterwards" in finding.statement
    content = [{key for key in clue.group if key.startswith("content:")} for clue in places]
    assert content[0].isdisjoint(content[1]), "which of them was kept would decide the place"
    result = assess("u", finding.clues, None, load_gazetteer(), accounts=12, posts=100)
    assert len(result.groups) == 1, "they are weighed together all the same"


def test_copies_whose_clocks_differ_contradict_each_other():
    (finding,) = find(seen([shot(0, None), shot(1, None, hours=2)], copies(2)))
    clocks = [clue for clue in finding.clues if clue.kind == "image_clock"]
    assert [clue.planted_chance_ppm for clue in clocks] == [CONTRADICTED_PPM] * 2
    assert "name clocks at UTC+8" in finding.statement


@pytest.mark.parametrize(
    ("second", "contradicts"),
    [(YANCHENG, False), (Position(33_361_000, 120_201_000, 50, "exif"), False), (None, False),
     (Position(33_000_000, 120_000_000, 90_000, "exif"), False), (MANILA, True)],
)  # fmt: skip
def test_near_places_and_silent_copies_do_not_contradict(second, contradicts):
    images = [shot(0), replace(shot(1, second), times=())]
    found = list(edited_copies(images, lambda _name: "one set"))
    assert bool(found) is contradicts


def test_strangers_never_contradict_each_other():
    assert not list(edited_copies([shot(0), shot(1, MANILA)], lambda name: name[:12]))
    (finding,) = find(seen([shot(0), shot(1, MANILA)], {}))
    assert {clue.planted_chance_ppm for clue in finding.clues} == {PLANTED_PPM}
