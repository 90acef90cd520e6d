"""Clues from images: counted once, weighed with care, and honest about what they do not show.

It is long because all tests change one thing each about the same picture, which is made in here.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.clock import EPOCH, offset_s
from forensics.clues.evidence import Evidence
from forensics.clues.image_clues import LOOSE, find
from forensics.clues.image_names import areas_named
from forensics.clues.image_readings import (
    ClockClaim,
    clock_claims,
    coordinate_zones,
    distance_m,
    journeys,
    scenes,
)
from forensics.clues.image_weights import (
    CONTRADICTED_PPM,
    PLANTED_PPM,
    POOR_FIX_PPM,
    POOR_FIX_RADIUS_M,
    STRONG_FLOOR_MDB,
    SUSPECT_PPM,
    WEAK_FLOOR_MDB,
    zone_likelihood,
)
from forensics.model import MOVING_ROLES, Image, ImageTime, Instant, LocalTime, Position
from forensics.reference.places import load_gazetteer

YANCHENG = Position(33_360_000, 120_200_000, 50, "exif")
MANILA = Position(14_590_000, 120_980_000, 50, "exif")
ANGELES = Position(34_050_000, -118_240_000, 50, "exif")
NOON_S = 1_710_382_811
"""2024-03-14T02:20:11Z."""


def _image(
    sha: str,
    *,
    offset_min: int | None = None,
    written_min: int | None = None,
    place: Position | None = None,
    accounts: tuple[str, ...] = (),
    serial: str | None = None,
    utc_s: int = NOON_S,
    residual_s: int = 3,
    days: int = 0,
    local: bool = True,
) -> Image:
    """A picture whose clock stands at an offset, with or without the satellites' time."""
    east = offset_min if offset_min is not None else written_min or 0
    moment = utc_s + east * 60 + residual_s + days * 86_400
    from datetime import timedelta

    text = (EPOCH + timedelta(seconds=moment)).strftime("%Y-%m-%dT%H:%M:%S")
    times: list[ImageTime] = []
    if local:
        times.append(ImageTime("exif_original", "camera", local=LocalTime(text, written_min)))
    if offset_min is not None:
        times.append(
            ImageTime("gps", "satellite", instant=Instant(utc_s * 10**6, "stated", "satellite"))
        )
    return Image(
        original=sha * 64,
        name=f"{sha}.jpg",
        format="jpeg",
        times=tuple(times),
        positions=(place,) if place else (),
        camera={"make": "Acme", "model": "One"} | ({"body_serial": serial} if serial else {}),
        accounts=accounts,
        stripped=not times and place is None,
    )


@pytest.fixture(scope="module")
def gazetteer():
    return load_gazetteer()


@pytest.fixture
def look(gazetteer):
    """Findings by unit for these images."""

    def one(*images: Image, **units: tuple[str, ...]):
        evidence = Evidence(None, tuple(images), units or {"a": ("a1", "a2")}, gazetteer)
        return {finding.unit: finding for finding in find(evidence, settings={})}

    return one


def test_position_clue(look):
    found = look(_image("a", place=YANCHENG, accounts=("a1",), serial="S1"))["a"]
    (clue,) = found.clues
    assert found.status == "found"
    assert (clue.kind, clue.role, clue.category) == (
        "image_position",
        "device_present",
        "technical",
    )
    assert clue.likelihood.position == YANCHENG
    assert clue.planted_chance_ppm == PLANTED_PPM == 100_000
    assert clue.group == (
        "device:S1", f"scene:{'a' * 12}", "persona:a1", f"content:{'a' * 12}",
    )  # fmt: skip
    assert clue.accounts == ("a1",)
    assert clue.observations == (found.observations[0].id,)
    assert found.observations[0].value == {
        "lat_udeg": 33_360_000, "lon_udeg": 120_200_000, "radius_m": 50,
    }  # fmt: skip
    assert "Yancheng" in clue.statement
    assert found.limits


def test_clock_clue(look):
    found = look(_image("a", offset_min=480, accounts=("a1",)))["a"]
    (clue,) = found.clues
    assert (clue.kind, clue.role, clue.category) == ("image_clock", "device_present", "technical")
    assert clue.group[0] == "device:Acme One"
    zones = clue.likelihood.mdb
    assert zones["Asia/Shanghai"] == zones["Asia/Manila"] == zones["Australia/Perth"] == 0
    assert zones["Asia/Tokyo"] == zones["Europe/Berlin"] == STRONG_FLOOR_MDB
    assert {name for name, mdb in zones.items() if mdb == 0} == {
        name for name in zones if offset_s(name, NOON_S) == 480 * 60
    }
    assert clue.valid_from == "2024-03-14T02:20:11Z"


def test_summer_time_is_that_of_the_day_of_the_picture(look):
    july = look(_image("a", offset_min=120, accounts=("a1",), utc_s=1_720_000_000))["a"]
    january = look(_image("a", offset_min=120, accounts=("a1",), utc_s=1_705_000_000))["a"]
    assert july.clues[0].likelihood.mdb["Europe/Berlin"] == 0
    assert january.clues[0].likelihood.mdb["Europe/Berlin"] == STRONG_FLOOR_MDB
    assert january.clues[0].likelihood.mdb["Europe/Kyiv"] == 0


@pytest.mark.parametrize(
    ("more", "floor"),
    [
        ({"offset_min": 480}, STRONG_FLOOR_MDB),
        ({"offset_min": 480, "residual_s": 200}, WEAK_FLOOR_MDB),
        ({"offset_min": 480, "days": 1}, WEAK_FLOOR_MDB),
        ({"written_min": 480}, WEAK_FLOOR_MDB),
    ],
)
def test_how_much_a_clock_may_say(more, floor, look):
    (clue,) = look(_image("a", accounts=("a1",), **more))["a"].clues
    assert clue.likelihood.mdb["Europe/Berlin"] == floor
    assert clue.likelihood.mdb["Asia/Shanghai"] == 0


def test_a_stale_fix_says_nothing_about_the_clock(look):
    found = look(_image("a", offset_min=480, residual_s=400, accounts=("a1",)))["a"]
    assert found.status == "insufficient"
    assert found.clues == ()
    assert "not that of the picture" in found.statement


def test_a_stale_fix_beside_a_written_offset(look):
    found = look(_image("a", offset_min=480, written_min=480, residual_s=400, accounts=("a1",)))[
        "a"
    ]
    assert found.observations[0].value["how"] == "written"


def test_the_utc_name_of_a_phone_tells_the_zone_without_satellites(look):
    named = Instant(NOON_S * 10**6, "stated", "device")
    picture = _image("a", accounts=("a1",))
    local = LocalTime("2024-03-14T11:20:12")
    picture = replace(
        picture,
        times=(
            ImageTime("exif_original", "camera", local=local),
            ImageTime("name_capture_pixel", "device", instant=named),
        ),
    )
    (clue,) = look(picture)["a"].clues
    assert clue.likelihood.mdb["Asia/Tokyo"] == 0
    assert clue.likelihood.mdb["Asia/Shanghai"] == WEAK_FLOOR_MDB
    assert "against the UTC time in its name" in clue.statement


def test_offsets_equal_modulo_a_day_are_one_answer(look):
    (clue,) = look(_image("a", offset_min=-660, accounts=("a1",), utc_s=1_705_000_000))["a"].clues
    zones = clue.likelihood.mdb
    assert zones["Pacific/Pago_Pago"] == zones["Pacific/Auckland"] == 0


def test_the_same_image_in_ten_posts_and_units_is_one_clue_each(look):
    picture = _image("a", place=YANCHENG, offset_min=480, accounts=("a1", "a2", "b1"))
    found = look(picture, picture, a=("a1", "a2"), b=("b1",))
    assert [len(found[unit].clues) for unit in ("a", "b")] == [2, 2]
    assert found["a"].clues[0].accounts == ("a1", "a2")
    assert "persona:b1" not in found["a"].clues[0].group
    assert found["b"].clues[0].accounts == ("b1",)


def test_a_burst_of_one_device_at_one_place_is_one_clue(look):
    near = replace(YANCHENG, lat_udeg=33_365_000, radius_m=10)
    shots = [
        _image(sha, place=place, offset_min=480, accounts=("a1",), serial="S1")
        for sha, place in (("a", YANCHENG), ("b", near), ("c", YANCHENG))
    ]
    found = look(*shots)["a"]
    kinds = [clue.kind for clue in found.clues]
    assert kinds == ["image_position", "image_clock"]
    # The most precise of them stands for the scene, and all contents are named.
    assert found.clues[0].likelihood.position.radius_m == 10
    assert {f"content:{sha * 12}" for sha in "abc"} <= set(found.clues[0].group)
    assert "and 2 more of this device" in found.clues[0].statement


def test_another_device_or_a_far_place_is_another_scene():
    images = [
        _image("a", place=YANCHENG, serial="S1"),
        _image("b", place=YANCHENG, serial="S2"),
        _image("c", place=MANILA, serial="S1"),
        _image("d"),
    ]
    assert len(scenes(images)) == 3


def test_clock_and_coordinates_that_differ_are_a_lead(look):
    found = look(_image("a", offset_min=120, place=ANGELES, accounts=("a1",)))["a"]
    assert "The camera's clock stands at UTC+2" in found.statement
    assert "the coordinates at UTC-7 (America/Los_Angeles)" in found.statement
    assert found.details["leads"]
    agreeing = look(_image("a", offset_min=-420, place=ANGELES, accounts=("a1",)))["a"]
    assert agreeing.details["leads"] == []


def test_clock_and_written_offset_that_differ_are_a_lead(look):
    found = look(_image("a", offset_min=120, written_min=60, accounts=("a1",)))["a"]
    # The text carries UTC+2; what is written beside it says UTC+1.
    assert "The offset written beside the time is UTC+1" in found.statement


def test_one_camera_at_two_places_at_once(look):
    """The position without the satellites' own time is shown and not weighed."""
    true = _image("a", offset_min=480, place=YANCHENG, accounts=("a1",), serial="S1")
    false = _image(
        "b", written_min=None, place=MANILA, accounts=("a2",), serial="S1",
        utc_s=NOON_S + 8 * 3600 + 2400,
    )  # fmt: skip
    found = look(true, false)["a"]
    roles = {clue.likelihood.position.lat_udeg: clue.role for clue in found.clues[:2]}
    assert roles == {33_360_000: "device_present", 14_590_000: "claimed_by_persona"}
    assert "at least one position or date is false" in found.statement
    assert "Not weighed" in next(c.statement for c in found.clues if c.role != "device_present")
    standing = next(clue for clue in found.clues if clue.role == "device_present")
    assert standing.planted_chance_ppm == SUSPECT_PPM > PLANTED_PPM
    assert "Another picture of this camera contradicts it" in standing.statement


def test_a_contradiction_that_nothing_decides_lowers_both(look):
    first = _image("a", place=YANCHENG, accounts=("a1",), serial="S1")
    second = _image("b", place=MANILA, accounts=("a1",), serial="S1", utc_s=NOON_S + 600)
    clues = look(first, second)["a"].clues
    assert [clue.planted_chance_ppm for clue in clues] == [CONTRADICTED_PPM] * 2
    assert {clue.role for clue in clues} == {"device_present"}


def test_journeys_that_are_possible_or_unknown():
    flight = [
        _image("a", place=YANCHENG, serial="S1"),
        _image("b", place=MANILA, serial="S1", utc_s=NOON_S + 4 * 3600),
    ]
    assert list(journeys(flight)) == []
    no_serial = [_image("a", place=YANCHENG), _image("b", place=MANILA, utc_s=NOON_S + 60)]
    assert list(journeys(no_serial)) == []


def test_images_of_nobody_are_shown_apart(look):
    found = look(_image("a", place=YANCHENG, offset_min=480), a=("a1",))
    assert found["a"].status == "nothing_found"
    loose = found[LOOSE]
    assert loose.status == "found"
    assert loose.statement.startswith("Tied to no account")
    assert all(clue.statement.startswith("Tied to no account") for clue in loose.clues)
    assert all(clue.accounts == () for clue in loose.clues)
    assert all(clue.unit == LOOSE for clue in loose.clues)


def test_the_four_answers(look):
    assert look()["a"].status == "not_looked"
    assert look(_image("a", accounts=("zz",)))["a"].status == "nothing_found"
    silent = look(_image("a", local=False, accounts=("a1",)))["a"]
    assert silent.status == "nothing_found"
    assert "1 image, 1 without metadata" in silent.statement
    assert silent.details["stripped"] == 1


def test_equal_latitude_and_longitude_are_remarked(look):
    place = Position(33_000_000, 33_000_000, 111_000, "exif")
    (clue,) = look(_image("a", place=place, accounts=("a1",)))["a"].clues
    assert "typed by hand" in clue.statement


def test_order_of_images_does_not_matter(look):
    images = [
        _image(sha, place=YANCHENG, offset_min=480, accounts=("a1",), serial=serial)
        for sha, serial in (("a", "S1"), ("b", "S2"), ("c", "S1"))
    ]
    assert look(*images) == look(*reversed(images))


def test_findings_hold_no_floats(look):
    def floats(value: object) -> bool:
        if isinstance(value, dict):
            return any(map(floats, value.values()))
        if isinstance(value, list | tuple):
            return any(map(floats, value))
        return isinstance(value, float)

    found = look(_image("a", place=ANGELES, offset_min=120, accounts=("a1",), serial="S1"))["a"]
    assert not floats(asdict(found))


def test_coordinates_far_from_any_place_have_no_zone(gazetteer):
    sea = Position(-48_876_000, -123_393_000, 50, "exif")
    assert coordinate_zones(sea, gazetteer) == ()
    assert coordinate_zones(YANCHENG, gazetteer) == ("Asia/Shanghai",)


def test_claims_need_a_time_of_the_camera():
    assert clock_claims(_image("a", local=False)) == ()
    assert clock_claims(_image("a")) == ()


def test_distance_against_a_known_one():
    """Paris to London, 344 km between the city centres by published tables."""
    paris, london = Position(48_856_600, 2_352_200, 1, ""), Position(51_507_400, -127_800, 1, "")
    assert abs(distance_m(paris, london) - 344_000) < 1_000


@settings(deadline=None)
@given(st.integers(-48, 56), st.integers(1_300_000_000, 1_790_000_000))
def test_shifting_the_clock_shifts_the_zones(quarter, utc_s):
    """Exactly the zones with that offset at that moment get 0."""
    claim = ClockClaim(quarter * 15, (quarter * 15,), utc_s, "written", "strong")
    zones = zone_likelihood(claim).mdb
    assert all(
        (mdb == 0) == (offset_s(name, utc_s) == quarter * 900) for name, mdb in zones.items()
    )


def test_units_are_a_mapping_of_any_kind(gazetteer):
    units = MappingProxyType({"a": ("a1",)})
    picture = _image("a", place=YANCHENG, accounts=("a1",))
    assert find(Evidence(None, (picture,), units, gazetteer))[0].status == "found"


# References of UTC, poor fixes and names of places


def _with_trailer(picture: Image, utc_s: int) -> Image:
    instant = Instant(utc_s * 10**6, "stated", "device")
    claim = ImageTime("trailer_utc", "device", instant=instant)
    return replace(picture, times=(*picture.times, claim))


def test_the_utc_behind_the_picture_tells_the_zone_and_is_weak(look):
    local = ImageTime("exif_original", "camera", local=LocalTime("2024-03-14T11:20:12"))
    picture = replace(_image("a", accounts=("a1",)), times=(local,))
    (clue,) = look(_with_trailer(picture, NOON_S))["a"].clues
    assert clue.kind == "image_clock"
    assert clue.likelihood.mdb["Asia/Tokyo"] == 0
    assert clue.likelihood.mdb["Asia/Shanghai"] == WEAK_FLOOR_MDB
    assert "against the UTC time that the phone put behind the picture" in clue.statement
    assert clue.valid_from == "2024-03-14T02:20:11Z"


def test_a_stale_fix_does_not_hide_the_other_references(look):
    stale = _image("a", offset_min=480, residual_s=400, accounts=("a1",))
    claims = clock_claims(_with_trailer(stale, NOON_S + 398))
    assert [(claim.how, claim.strength) for claim in claims] == [
        ("satellite", "stale"), ("trailer", "weak"),
    ]  # fmt: skip
    fresh = clock_claims(_with_trailer(_image("a", offset_min=480), NOON_S))
    assert [claim.how for claim in fresh] == ["satellite", "trailer"]
    found = look(_with_trailer(stale, NOON_S + 398))["a"]
    assert found.status == "found"
    assert found.observations[0].value["how"] == "trailer"


def test_the_creation_date_of_a_video_is_its_time_of_taking(look):
    claim = ImageTime("movie_created", "camera", local=LocalTime("2024-03-14T10:20:12", 480))
    (clue,) = look(replace(_image("a", accounts=("a1",)), times=(claim,)))["a"].clues
    assert clue.likelihood.mdb["Asia/Shanghai"] == 0
    assert clue.likelihood.mdb["Europe/Berlin"] == WEAK_FLOOR_MDB


@pytest.mark.parametrize("fix", ["stale", "void"])
def test_a_poor_fix_is_wider_weaker_and_says_so(look, fix):
    picture = replace(_image("a", place=YANCHENG, accounts=("a1",)), gps={"fix": fix})
    found = look(picture)["a"]
    (clue,) = found.clues
    assert clue.role == "device_present"
    assert clue.planted_chance_ppm == POOR_FIX_PPM > PLANTED_PPM
    assert clue.likelihood.position.radius_m == POOR_FIX_RADIUS_M
    assert "at some earlier moment" in clue.statement
    assert found.observations[0].value["fix"] == fix
    assert found.details["poor_fix"] == 1


def test_only_a_poor_fix_of_the_satellites_counts_as_one(look):
    track = replace(YANCHENG, basis="track")
    picture = replace(_image("a", place=track, accounts=("a1",)), gps={"fix": "void"})
    (clue,) = look(picture)["a"].clues
    assert clue.planted_chance_ppm == PLANTED_PPM
    assert clue.likelihood.position.radius_m == 50


def test_a_fresh_fix_stands_for_its_scene(look):
    sharp = replace(YANCHENG, radius_m=5)
    stale = replace(_image("a", place=sharp, accounts=("a1",), serial="S1"), gps={"fix": "stale"})
    fresh = _image("b", place=YANCHENG, accounts=("a1",), serial="S1")
    (clue,) = look(stale, fresh)["a"].clues
    assert clue.likelihood.position == YANCHENG
    assert clue.planted_chance_ppm == PLANTED_PPM


def test_a_position_of_an_earlier_moment_contradicts_nothing():
    here = _image("a", place=YANCHENG, serial="S1")
    there = _image("b", place=MANILA, serial="S1", utc_s=NOON_S + 600)
    assert len(list(journeys([here, there]))) == 1
    assert list(journeys([replace(here, gps={"fix": "stale"}), there])) == []


def test_a_lead_names_a_poor_fix(look):
    picture = _image("a", offset_min=None, written_min=120, place=ANGELES, accounts=("a1",))
    assert "owner's home" in look(picture)["a"].statement
    found = look(replace(picture, gps={"fix": "void"}))["a"]
    assert "the fix is void, so the coordinates may be of an earlier place" in found.statement


@pytest.mark.parametrize("gps", [{"fix": "stale"}, {"fix_days_off": 1}])
def test_the_time_of_a_fix_of_another_moment_dates_nothing(look, gps):
    picture = replace(_image("a", offset_min=480, place=YANCHENG, accounts=("a1",)), gps=gps)
    # By the camera's clock, which is three seconds ahead, and not by the fix.
    assert {clue.valid_from for clue in look(picture)["a"].clues} == {"2024-03-14T02:20:14Z"}


def test_names_of_places_are_shown_and_not_weighed(look):
    names = {"iptc_country": "China", "iptc_province": "Jiangsu", "iptc_city": "Yancheng"}
    pictures = [
        replace(_image(sha, local=False, accounts=("a1",)), documents=names, stripped=False)
        for sha in "ab"
    ]
    found = look(*pictures)["a"]
    (clue,) = found.clues
    assert (clue.kind, clue.role, clue.category) == (
        "image_place_name", "content_subject", "contextual",
    )  # fmt: skip
    assert clue.role not in MOVING_ROLES
    assert [area[:5] for area in clue.likelihood.areas] == ["CN-JS"]
    assert "and 1 more with it" in clue.statement
    assert {f"content:{sha * 12}" for sha in "ab"} <= set(clue.group)
    assert "Places named in the metadata: 1" in found.statement
    assert found.details["place_names"] == 1


def test_names_that_are_no_known_place_are_observed_only(look):
    documents = {"iptc_city": "Atlantis", "xmp_shown_country": "Japan"}
    picture = replace(_image("a", local=False, accounts=("a1",)), documents=documents)
    found = look(picture)["a"]
    assert [clue.likelihood.areas for clue in found.clues] == [("JP",)]
    statements = [item.statement for item in found.observations]
    assert len({item.id for item in found.observations}) == 2
    assert "No area is known" in statements[0]
    assert "said to be what is shown" in statements[1]
    only = look(replace(picture, documents={"iptc_city": "Atlantis"}))["a"]
    assert (only.status, only.clues) == ("nothing_found", ())


@pytest.mark.parametrize(
    ("text", "areas"),
    [
        ("Canada > Ontario > Kingston", ("CA-ON",)),
        ("Canada > Ont > Kingston", ("CA",)),
        ("Kingston", ()),
        ("Japan", ("JP",)),
        ("United States > Washington, DC", ("US",)),
        ("Country > State > City", ()),
        ("", ()),
    ],
)
def test_areas_of_names_from_the_country_inwards(text, areas):
    assert areas_named(text) == areas


def test_chinese_names_are_read_in_their_own_order():
    assert [area[:5] for area in areas_named("中国 > 江苏 > 盐城")] == ["CN-JS"]
