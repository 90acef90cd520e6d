"""Shadows of a case: scenes, clues, refusals and contradictions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forensics.clues.evidence import Evidence
from forensics.clues.sun.contradictions import contradictions
from forensics.clues.sun.finding import LOOSE, find, refused_lines
from forensics.clues.sun.given import Measured, parse_shadows
from forensics.clues.sun.position import horizontal
from forensics.clues.sun.scene import verdict
from forensics.clues.sun.scenes import (
    CaseScene,
    RefusedScene,
    find_image,
    scene_without_images,
    scenes_of,
)
from forensics.errors import ClueError
from forensics.model import (
    Image,
    ImageTime,
    Instant,
    LocalTime,
    Position,
    SunLikelihood,
)
from forensics.reference.places import load_gazetteer
from forensics.weigh.groups import group_clues
from forensics.weigh.places import Ground, log_likelihood

KNOWN_S = 1_715_236_200
YANCHENG = (33.3575, 120.1573)
TRUE_UP, TRUE_AZIMUTH = (float(value) for value in horizontal(KNOWN_S, *YANCHENG))


def image(name: str = "a/x.jpg", sha: str = "1", **more: object) -> Image:
    return Image(original=sha * 64, name=name, format="jpeg", **more)  # type: ignore[arg-type]


def placed(lat: float, lon: float, gps: str | None = None) -> dict[str, object]:
    """Metadata of a picture with a position, and a satellite time if wanted."""
    where = Position(round(lat * 1e6), round(lon * 1e6), 100, "exif")
    times = ()
    if gps is not None:
        moment = Instant(KNOWN_S * 1_000_000, "platform_utc", "satellite", raw=gps)
        times = (ImageTime("gps", "satellite", instant=moment),)
    return {"positions": (where,), "times": times}


def shadow(**changes: object) -> Measured:
    row = {
        "image": "x.jpg",
        "measured_by": "analyst 2",
        "elevation": TRUE_UP,
        "refraction": False,
        "time": "2024-05-09T06:30Z",
        "clock": "camera",
        **changes,
    }
    given = {key: value for key, value in row.items() if value is not None}
    return parse_shadows([given], with_images=True)[0]


def evidence(*shadows: Measured, images: tuple[Image, ...] = (), **units: tuple[str, ...]):
    return Evidence(
        posts=None,
        images=images or (image(accounts=("a1",)),),
        units=units or {"crew": ("a1", "a2"), "other": ("b1",)},
        places=load_gazetteer(),
        shadows=shadows,
    )


def test_nothing_is_said_where_nobody_measured() -> None:
    assert find(evidence()) == []


def test_a_scene_is_one_clue_of_the_unit_that_posted_the_picture() -> None:
    found = find(evidence(shadow(), shadow(what="a pole", elevation=TRUE_UP + 1)))
    assert [one.unit for one in found] == ["crew", "other"]
    crew, other = found
    assert (crew.status, other.status) == ("found", "nothing_found")
    (clue,) = crew.clues
    assert isinstance(clue.likelihood, SunLikelihood)
    assert len(clue.likelihood.shots) == 1
    assert len(clue.likelihood.shots[0].sightings) == 2, "two shadows of one moment"
    assert (clue.kind, clue.role, clue.category) == ("sun", "device_present", "technical")
    assert clue.planted_chance_ppm == 100_000
    assert f"scene:{'1' * 12}" in clue.group
    assert f"scene:{'1' * 64}" in clue.group, "what the picture's own position stands under"
    assert "persona:a1" in clue.group
    assert "of the land is ruled out" in crew.statement
    assert "analyst 2" in crew.statement


def test_a_picture_of_no_account_ties_to_nobody() -> None:
    (*units, loose) = find(evidence(shadow(), images=(image(),)))
    assert all(one.status == "nothing_found" for one in units)
    assert loose.unit == LOOSE
    assert loose.clues[0].statement.startswith("Tied to no account")


def test_a_scene_without_its_picture_is_refused() -> None:
    found = find(evidence(shadow(image="no.jpg")))
    loose = found[-1]
    assert (loose.unit, loose.status) == (LOOSE, "insufficient")
    assert "no picture of this case is called 'no.jpg'" in loose.statement
    assert refused_lines(found) == (
        "shadows: scene no.jpg is refused: no picture of this case is called 'no.jpg'",
    )
    assert not loose.clues


def test_pictures_of_one_scene_are_shots() -> None:
    rows = (
        shadow(scene="court"),
        shadow(scene="court", image="y.jpg", time="2024-05-09T08:30Z", elevation=28),
    )
    pictures = (image(accounts=("a1",)), image("y.jpg", "2"))
    (scene,) = scenes_of(rows, pictures)
    assert isinstance(scene, CaseScene)
    assert len(scene.scene.shots) == 2
    assert not scene.scene.one_clock
    shared = [replace(row, same_clock=True) for row in rows]
    (scene,) = scenes_of(shared, pictures)
    assert isinstance(scene, CaseScene)
    assert scene.scene.likelihood.one_clock
    (half,) = scenes_of([shared[0], rows[1]], pictures)
    assert isinstance(half, RefusedScene)
    assert "same_clock" in half.reason
    wider = shadow(scene="court", image="y.jpg", time_error="5min", same_clock=True)
    (uneven,) = scenes_of([shared[0], wider], pictures)
    assert isinstance(uneven, RefusedScene)
    assert "equally well" in uneven.reason


def test_one_picture_has_one_time() -> None:
    (scene,) = scenes_of([shadow(), shadow(time="2024-05-09T07:30Z")], [image()])
    assert isinstance(scene, RefusedScene)
    assert "two times" in scene.reason


def test_names_of_pictures() -> None:
    pictures = (image("a/x.jpg", "1"), image("b/x.jpg", "2"), image("b/y.jpg", "3"))
    assert find_image("b/x.jpg", pictures).original[0] == "2"
    assert find_image("y.jpg", pictures).original[0] == "3"
    assert find_image("1" * 12, pictures).original[0] == "1"
    with pytest.raises(ClueError, match="2 pictures"):
        find_image("x.jpg", pictures)
    for name in ("", "1" * 11, "z.jpg"):
        with pytest.raises(ClueError, match="no picture"):
            find_image(name, pictures)


def test_the_time_may_come_from_the_picture() -> None:
    row = shadow(time="image", time_error="10min", clock=None)
    satellite = image(**placed(*YANCHENG, gps="x"))
    (scene,) = scenes_of([row], [satellite])
    assert isinstance(scene, CaseScene)
    when = scene.scene.shots[0].when
    assert (when.middle_s, when.local) == (KNOWN_S, False)
    written = ImageTime("exif_original", "camera", local=LocalTime("2024-05-09T14:30:00"))
    (scene,) = scenes_of([row], [image(times=(written,))])
    assert isinstance(scene, CaseScene)
    assert scene.scene.shots[0].when.local
    assert scene.scene.shots[0].when.middle_s == KNOWN_S + 8 * 3600
    (scene,) = scenes_of([row], [image()])
    assert isinstance(scene, RefusedScene)
    assert "does not say when" in scene.reason


@pytest.mark.parametrize(
    ("where", "gps", "changes", "lead"),
    [
        (YANCHENG, "own", {}, ""),
        (YANCHENG, None, {}, ""),
        ((40.7, -74.0), "own", {}, "below the horizon"),
        ((40.7, -74.0), None, {}, "below the horizon"),
        ((55.75, 37.6), "own", {}, "standard errors apart"),
        (YANCHENG, "own", {"azimuth": TRUE_AZIMUTH}, ""),
        (YANCHENG, "own", {"azimuth": TRUE_AZIMUTH - 60}, "towards 255"),
        ((33.36, 115.0), None, {"time_error": "30min"}, ""),
        (YANCHENG, None, {"local_time": "2024-05-09 14:30", "time": None}, ""),
    ],
)
def test_position_and_time_of_a_picture_against_the_sun_in_it(
    where: tuple[float, float], gps: str | None, changes: dict[str, object], lead: str
) -> None:
    (scene,) = scenes_of([shadow(**changes)], [image(**placed(*where, gps=gps))])
    assert isinstance(scene, CaseScene)
    said = contradictions(scene)
    assert bool(said) == bool(lead), said
    assert not lead or lead in said[0]
    finding = find(evidence(shadow(**changes), images=(image(**placed(*where, gps=gps)),)))[-1]
    assert all(text in finding.statement for text in said)
    assert finding.details["leads"] == said


def test_the_clue_moves_places_when_it_is_weighed() -> None:
    (clue,) = find(evidence(shadow()))[0].clues
    ground = Ground.of(load_gazetteer())
    logs = log_likelihood(clue, ground)
    places = load_gazetteer()
    yancheng = int(places.distance_m(*YANCHENG).argmin())
    lagos = int(places.distance_m(6.45, 3.4).argmin())
    assert logs[yancheng] > logs[lagos] + 9
    groups, unweighed = group_clues([clue])
    assert not unweighed
    assert (groups[0].label, groups[0].basis) == ("sun and shadow", "modelled")


def test_scenes_outside_a_case() -> None:
    rows = [replace(shadow(), image=""), replace(shadow(time="2024-05-09T08:30Z"), image="")]
    assert len(scene_without_images("x", rows).shots) == 2
    with pytest.raises(ClueError, match="needs a case"):
        scene_without_images("x", [shadow(time="image", clock=None)])


def test_words_for_distances() -> None:
    assert [verdict(sigmas) for sigmas in (0.5, 2.5, 3.5)] == ["fits", "strained", "ruled out"]
