"""Zones without satellites: header of a video, names, the menu of a camera, editing programs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forensics.clock import EPOCH
from forensics.clues.evidence import Evidence
from forensics.clues.image_clues import find
from forensics.clues.image_editors import EDITOR_FLOOR_MDB, editor_stamps, editor_zones
from forensics.clues.image_readings import best_claim, clock_claims
from forensics.clues.image_weights import SET_FLOOR_MDB, WEAK_FLOOR_MDB
from forensics.ids.names import name_claim
from forensics.model import Image, ImageTime, LocalTime
from forensics.reference.places import load_gazetteer

NOON_S = 1_710_382_811
"""2024-03-14T02:20:11Z."""


def _text(seconds: int) -> str:
    return (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


def _at(east_min: int, field: str = "exif_original", written: int | None = None) -> ImageTime:
    return ImageTime(field, "camera", local=LocalTime(_text(NOON_S + east_min * 60), written))


def _image(*times: ImageTime, name: str = "a.jpg", tool: str = "", **camera: str) -> Image:
    documents = {"xmp_creator_tool": tool} if tool else {}
    return Image(
        original="a" * 64, name=name, format="jpeg", times=times, camera=camera,
        documents=documents, accounts=("a1",),
    )  # fmt: skip


def _saved(text: str, offset_min: int | None, field: str = "xmp_history") -> ImageTime:
    return ImageTime(field, "editor", local=LocalTime(text, offset_min))


@pytest.fixture(scope="module")
def look():
    places = load_gazetteer()

    def one(*images: Image):
        return find(Evidence(None, images, {"a": ("a1",)}, places), settings={})[0]

    return one


def test_the_header_of_a_video_against_its_written_time(look):
    header = ImageTime("movie_header", "unknown", local=LocalTime(_text(NOON_S)))
    claim = best_claim(clock_claims(_image(_at(480, "movie_created"), header)))
    assert (claim.how, claim.offset_min, claim.strength) == ("header", 480, "weak")
    # A header that repeats the written time is a copy of it in local time, and a header of
    # another moment says nothing; a photograph has none.
    assert clock_claims(_image(_at(0, "movie_created"), header)) == ()
    odd = ImageTime("movie_header", "unknown", local=LocalTime(_text(NOON_S + 420)))
    assert clock_claims(_image(_at(480, "movie_created"), odd)) == ()
    assert clock_claims(_image(_at(480), header)) == ()
    # Another offset beside the time than the header gives is a lead.
    found = look(_image(_at(480, "movie_created", 540), header))
    assert "The offset written beside the time is UTC+9" in found.statement
    assert "UTC+8" in found.statement


def test_the_name_of_a_camera_inside_a_messenger():
    name = f"wx_camera_{NOON_S}000.jpg"
    claim = best_claim(clock_claims(_image(_at(480), name_claim(name), name=name)))
    assert (claim.how, claim.offset_min, claim.strength) == ("name", 480, "weak")
    # Exported later: the moment of saving is not that of taking.
    saved = name_claim(f"mmexport{NOON_S}000.jpg")
    assert clock_claims(_image(_at(480), saved)) == ()


@pytest.mark.parametrize(
    ("minutes", "summer", "equal"),
    [("540", "no", (540,)), ("-300", "yes", (-300, -240)), ("0", "no", None)],
)
def test_the_zone_set_in_a_menu(minutes, summer, equal):
    found = clock_claims(_image(_at(540), world_time_min=minutes, world_time_dst=summer))
    assert [claim.equal_min for claim in found] == ([equal] if equal else [])


def test_the_zone_set_in_a_menu_weighs_little(look):
    found = look(_image(_at(540), make="N", world_time_min="540", world_time_dst="no"))
    (clue,) = found.clues
    assert clue.likelihood.mdb["Asia/Tokyo"] == 0
    assert clue.likelihood.mdb["Europe/Berlin"] == SET_FLOOR_MDB > WEAK_FLOOR_MDB
    assert "set in its menu" in clue.statement
    written = _image(_at(480, written=480), world_time_min="540", world_time_dst="no")
    found = look(written)
    assert found.clues[0].likelihood.mdb["Asia/Shanghai"] == 0
    assert "The zone set in the camera is UTC+9" in found.statement


def test_the_zone_in_which_a_picture_was_saved(look):
    winter = _saved("2010-12-14T16:26:48", 60)
    summer = _saved("2012-08-03T11:54:39", 120, "xmp_metadata")
    found = look(_image(winter, summer, tool="Program 5"))
    (clue,) = found.clues
    assert clue.likelihood.mdb["Europe/Berlin"] == 0
    # Moscow stood elsewhere, and Lagos has no summer time.
    assert clue.likelihood.mdb["Europe/Moscow"] == EDITOR_FLOOR_MDB
    assert clue.likelihood.mdb["Africa/Lagos"] == EDITOR_FLOOR_MDB
    assert "UTC+1 on 2010-12-14, UTC+2 on 2012-08-03" in clue.statement
    assert "not where it was taken" in clue.statement
    assert clue.group[0] == "device:program Program 5"
    assert found.details["editor_zones"] == 1
    assert (clue.valid_from, clue.valid_to) == ("2010-12-14T15:26:48Z", "2012-08-03T09:54:39Z")


@pytest.mark.parametrize(
    "claim",
    [
        # Programs that count in UTC, a time without a zone, what is copied from the camera.
        _saved("2012-08-03T11:54:39", 0),
        _saved("2012-08-03T11:54:39", None),
        _saved("2012-08-03T11:54:39", 120, "xmp_create"),
        _saved("2012-08-03T11:54:39", 120, "xmp_exif_original"),
        ImageTime("exif_modified", "unknown", local=LocalTime("2012-08-03T11:54:39", 120)),
    ],
)
def test_times_that_are_not_of_saving(claim, look):
    assert editor_stamps(_image(claim)) == ()
    assert look(_image(claim)).details["editor_zones"] == 0


def test_a_zone_put_beside_a_copy_of_the_time(look):
    """Nobody knows whether the program guessed it: it comes last and weighs little."""
    copy = _saved(_text(NOON_S + 480 * 60), 480, "xmp_create")
    (claim,) = clock_claims(_image(_at(480), copy))
    assert (claim.how, claim.offset_min) == ("xmp", 480)
    assert look(_image(_at(480), copy)).clues[0].likelihood.mdb["Europe/Berlin"] == SET_FLOOR_MDB
    other = _saved(_text(NOON_S + 481 * 60), 480, "xmp_create")
    assert clock_claims(_image(_at(480), other)) == ()
    found = look(_image(_at(480, written=480), _saved(_text(NOON_S + 480 * 60), 120, "xmp_create")))
    assert "An editing program put UTC+2 beside the time" in found.statement


def test_two_editors_are_two_answers(look):
    image = _image(_saved("2012-08-03T11:54:39", 120), _saved("2012-08-04T11:54:39", 480))
    assert [zone.stamps[0][1] for zone in editor_zones([image])] == [120, 480]
    found = look(image)
    assert len({clue.id for clue in found.clues}) == 2
    assert "2 clocks of editing programs" in found.statement


def test_taken_in_one_zone_and_saved_in_another_is_a_lead(look):
    image = _image(_at(480, written=480), _saved("2024-03-15T11:54:39", 60))
    assert "taken in one zone and edited in another" in look(image).statement
    same = _image(_at(480, written=480), _saved("2024-03-15T11:54:39", 480))
    assert "edited in another" not in look(same).statement


def test_pictures_of_one_editor_are_one_clue(look):
    saved = _saved("2024-03-15T11:54:39", 60)
    images = [
        Image(original=sha * 64, name=f"{sha}.jpg", format="jpeg", times=(saved,), accounts=("a1",))
        for sha in "abc"
    ]
    (clue,) = look(*images).clues
    assert "a.jpg and 2 more" in clue.statement
