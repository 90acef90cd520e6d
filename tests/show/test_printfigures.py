"""Figures as files: all of them, with the numbers they were drawn from."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import replace
from pathlib import Path

import defusedxml.ElementTree
import pytest

from forensics.show import printfiles
from forensics.show.printfigures import figures
from forensics.show.printfiles import INDEX, Written, csv_bytes, unseen, write_figures
from forensics.show.view import Boundaries, ReportView


def rows(path: Path) -> list[dict[str, str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def made(
    view: ReportView, boundaries: Boundaries, tmp_path_factory: pytest.TempPathFactory
) -> Written:
    return write_figures(view, boundaries, tmp_path_factory.mktemp("figures") / "new")


def test_every_drawing_of_the_page_is_a_figure(view: ReportView, boundaries: Boundaries) -> None:
    import re

    from forensics.show.page import report_page

    drawn = re.findall(r'<svg role="img" id="([^"]+)"', report_page(view, boundaries))
    assert [figure.stem for figure in figures(view, boundaries)] == drawn
    assert len(drawn) == len(set(drawn)) >= 8


@pytest.mark.slow
def test_index_names_every_file_with_its_hash(made: Written) -> None:
    folder = made.index.parent
    listed = rows(made.index)
    assert {row["file"] for row in listed} | {INDEX} == {path.name for path in folder.iterdir()}
    for row in listed:
        data = (folder / row["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == row["sha256"]
        assert int(row["bytes"]) == len(data)
        assert len(row["alt"]) > 30, "words for those who do not see it"
        assert row["unit"] in row["title"]
    assert made.index_sha256 == hashlib.sha256(made.index.read_bytes()).hexdigest()
    assert made.files == len(listed)


@pytest.mark.slow
def test_numbers_are_those_drawn(made: Written, view: ReportView) -> None:
    folder, unit = made.index.parent, view.units[0]
    panel = rows(folder / "u1-w1-local.csv")
    assert [int(row["posts"]) for row in panel] == list(unit.hours[0].counts_local)
    awake = [n for n, row in enumerate(panel) if row["audience_awake"] == "1"]
    assert tuple(awake) == tuple(sorted(unit.hours[0].audience_local))
    assert unit.times is not None
    assert unit.times.calendar is not None
    days = rows(folder / "u1-calendar.csv")
    assert sum(int(row["active"]) for row in days) == sum(unit.times.calendar.active)
    assert {row["China"] for row in days} >= {"working", "rest", "holiday", "make_up"}
    assert unit.times.shifts is not None
    profile = rows(folder / "u1-shifts-profile.csv")
    values = tuple(int(row["events_milli"]) for row in profile)
    assert values == unit.times.shifts.profile_milli
    places = unit.assessment.places
    assert places is not None
    areas = rows(folder / "u1-countries.csv")
    assert [int(row["planting_allowed_for_ppm"]) for row in areas] == [
        area.aimed_ppm for area in places.countries
    ]


@pytest.mark.slow
def test_pictures_have_300_dots_an_inch(made: Written) -> None:
    pytest.importorskip("resvg_py", reason="the extra 'figures' is not installed")
    from PIL import Image

    paths = sorted(made.index.parent.glob("*.png"))
    assert len(paths) == made.figures
    for path in paths:
        with Image.open(path) as picture:
            assert picture.width == 1890, "160 mm at 300 dots an inch"
            assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.01)
            colours = picture.convert("RGB").getcolors(maxcolors=1 << 22)
            assert colours is not None
            assert len(colours) > 8, "something is drawn, and not in black alone"


@pytest.mark.slow
def test_same_view_same_bytes(
    made: Written, view: ReportView, boundaries: Boundaries, tmp_path: Path
) -> None:
    again = write_figures(view, boundaries, tmp_path)
    assert again.index_sha256 == made.index_sha256, "the index holds the hash of every file"


def test_without_the_extra_vectors_and_numbers_are_written(
    view: ReportView, boundaries: Boundaries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printfiles, "find_spec", lambda _name: None)
    got = write_figures(view, boundaries, tmp_path)
    assert not list(tmp_path.glob("*.png"))
    assert list(tmp_path.glob("*.svg"))
    assert "extra 'figures'" in got.warnings[0]


def test_hostile_names_stay_inside(
    hostile_view: ReportView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printfiles, "find_spec", lambda _name: None)  # drawing alone takes time
    got = write_figures(replace(hostile_view, units=hostile_view.units[:1]), None, tmp_path)
    for path in tmp_path.iterdir():
        assert path.name.replace("-", "").replace(".", "").isalnum(), "no name comes from a case"
        if path.suffix == ".svg":
            defusedxml.ElementTree.fromstring(path.read_bytes())
            assert b"<script" not in path.read_bytes()
    assert got.figures > 0


def test_no_cell_is_a_formula() -> None:
    text = csv_bytes(("a",), [("=1+1",), ("@x",), ("+1",), (-5,), ("plain",)]).decode("utf-8-sig")
    assert text.splitlines() == ["a", "'=1+1", "'@x", "'+1", "-5", "plain"]


def test_scripts_without_a_font_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("resvg_py", reason="the extra 'figures' is not installed")
    monkeypatch.setattr(printfiles, "_has_font", lambda _sample: False)
    assert [*unseen("<svg>盐城 and Ж</svg>")] == [
        "no font here draws Han characters in PNG figures: install Noto Sans CJK",
        "no font here draws Cyrillic characters in PNG figures: install Noto Sans",
    ]
    assert not [*unseen("<svg>plain</svg>")]
