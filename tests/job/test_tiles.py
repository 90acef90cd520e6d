"""Tiles under the map of a case: what they cover, what is said, recorded and made again."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from forensics.case import Case, verify
from forensics.errors import CaseError, ReadError, UsageError
from forensics.job import tiles
from forensics.job.again.tiles import tiles_again
from forensics.job.gather import gather
from forensics.job.run import RunResult, run, silent, write
from forensics.job.settings import RunSettings
from forensics.job.steps import weigh_case
from forensics.job.tiles import SHIFTED, TABLE, Base, MapTiles
from forensics.pixels.tiles import Level, TileSet, choose_tiles
from forensics.pixels.tiles.archive import About
from forensics.pixels.tiles.grid import column_of, row_of
from forensics.show import ReportView, boundaries_for

AT = "2025-08-01T00:00:00Z"
SPOT = (33_360_000, 120_200_000)
"""Where a picture of the small case says it was taken."""


def data_of(page: Path) -> dict[str, Any] | None:
    text = page.read_text(encoding="utf-8")
    block = text.partition('id="gnomon-tiles">')[2].partition("</script>")[0]
    return json.loads(block) if block else None


@pytest.fixture(scope="module")
def streets(
    tmp_path_factory: pytest.TempPathFactory,
    tile_file: Callable[..., Path],
    draw_tile: Callable[..., bytes],
) -> Path:
    lat, lon = SPOT
    places = [(zoom, column_of(lon, zoom), row_of(lat, zoom)) for zoom in (3, 6, 12)]
    tiles = {place: draw_tile(*place) for place in places}
    path = tmp_path_factory.mktemp("tiles") / "streets.mbtiles"
    said = '<a href="https://maps.example">Example Maps</a>'
    return tile_file(path, tiles, minzoom="3", maxzoom="12", attribution=said, name="Streets")


@pytest.fixture(scope="module")
def case(mixed: RunResult, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A copy of a case of 170 rows with a picture that says where it was taken."""
    folder = tmp_path_factory.mktemp("tiled") / "out"
    shutil.copytree(mixed.case.parent, folder)
    return Case.open(folder / "case", who="t", now=lambda: AT)


@pytest.fixture(scope="module")
def view(case: Case) -> ReportView:
    """What its report prints, worked out once."""
    found = weigh_case(case)
    return gather(case, found.evidence, found.findings, found.assessments, found.settings)


@pytest.fixture(scope="module")
def done(case: Case, view: ReportView, streets: Path) -> RunResult:
    """The second report of the case with tiles under its map; the first had room for fewer."""
    monkey = pytest.MonkeyPatch()
    with monkey.context() as fewer:
        fewer.setattr(tiles, "choose_tiles", lambda path, places, _budget, progress: choose_tiles(
            path, places, 1_000, progress))  # fmt: skip
        write(case, view, case.root.parent, tiles=MapTiles(streets, 1))
    return write(case, view, case.root.parent, tiles=MapTiles(streets))


def base(case: Case, view: ReportView, path: Path) -> Base:
    return MapTiles(path).base(case, view, boundaries_for(set()), silent)


def test_map_report_and_record_say_what_was_drawn(
    case: Case, done: RunResult, streets: Path
) -> None:
    told = data_of(done.map)
    assert told is not None
    lat, lon = SPOT
    assert f"12/{column_of(lon, 12)}/{row_of(lat, 12)}" in told["places"]
    assert told["attribution"] == "Example Maps"
    lines = " ".join(told["lines"])
    assert "of zoom 3 to 12, around the evidence only" in lines
    assert SHIFTED in lines
    report = done.report.read_text(encoding="utf-8")
    assert "supplied by the user, not evidence; the file names: Example Maps" in report
    line = case.last("report")
    assert line is not None
    body = line.body["tiles"]
    assert isinstance(body, dict)
    assert (body["name"], body["size"]) == ("streets.mbtiles", streets.stat().st_size)
    assert body["sha256"] == hashlib.sha256(streets.read_bytes()).hexdigest()
    assert body["sha256"] in report
    assert body["sha256"] in told["source"]
    assert verify(case.root).ok


def test_equal_input_gives_equal_bytes_and_no_other_digest(
    case: Case, view: ReportView, done: RunResult, streets: Path, mixed: RunResult
) -> None:
    before = done.map.read_bytes()
    lines = len(list(case.entries()))
    write(case, view, case.root.parent, tiles=MapTiles(streets))
    assert done.map.read_bytes() == before
    assert len(list(case.entries())) == lines, "the same words change nothing"
    assert case.digest() == Case.open(mixed.case).digest(), "a base map is no evidence"
    assert data_of(mixed.map) is None


@pytest.mark.slow
def test_the_case_is_worked_out_again_with_its_tiles(done: RunResult, tmp_path: Path) -> None:
    from forensics.job.again import rerun

    shutil.copytree(done.case.parent, tmp_path / "moved")
    named = [line for line in Case.open(done.case).entries() if "tiles" in line.body]
    assert len(named) == 2, "an earlier report named other tiles: they are no table to make again"
    found = {part.name: part for part in rerun(tmp_path / "moved" / "case").parts}
    assert found["../map.html"].verdict == "equal"
    assert found["../report.html"].verdict == "equal"
    assert found["base map"].verdict == "not repeated"
    assert not [part for part in found.values() if part.verdict == "differs"]


def test_tiles_that_are_gone_or_changed_are_told(done: RunResult, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(done.case, moved)
    source = Case.open(moved)
    line = source.last("report")
    assert line is not None
    whole = tiles_again(source, line)
    assert whole.whole
    assert whole.tiles is not None
    (moved / "tables" / TABLE).write_bytes(b"{}\n")
    changed = tiles_again(source, line)
    assert (changed.tiles, changed.whole) == (None, False)
    assert [part.verdict for part in changed.parts] == ["differs"]
    (moved / "tables" / TABLE).unlink()
    gone = tiles_again(source, line)
    assert not gone.whole
    assert [part.verdict for part in gone.parts] == ["not repeated"]
    assert gone.tiles is not None
    shown = gone.tiles.base(source, None, None, silent)  # type: ignore[arg-type]
    assert shown.shown is None
    assert shown.credit, "the report names the file all the same"
    plain = replace(line, body={key: line.body[key] for key in line.body if key != "tiles"})
    assert tiles_again(source, plain).parts == ()
    odd = replace(plain, body={"tiles": "yes"})
    with pytest.raises(CaseError, match="not ours"):
        tiles_again(source, odd)


@pytest.mark.parametrize(("data", "megabytes"), [(b"no tiles", 3), (None, 0), (None, 51)])
def test_tiles_that_cannot_be_drawn_stop_a_run_before_it_begins(
    data: bytes | None, megabytes: int, streets: Path, tmp_path: Path
) -> None:
    path = streets
    if data is not None:
        path = tmp_path / "bad.pmtiles"
        path.write_bytes(data)
    with pytest.raises((ReadError, UsageError)):
        run([tmp_path], tmp_path / "out", RunSettings(), tiles=MapTiles(path, megabytes))
    assert not (tmp_path / "out").exists()


def test_a_file_that_changes_meanwhile_is_refused(
    case: Case, view: ReportView, streets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "streets.mbtiles"
    shutil.copyfile(streets, path)

    def slowly(*_arguments: object) -> TileSet:
        with path.open("ab") as file:
            file.write(b"x")
        return chosen((WHOLE,))

    monkeypatch.setattr(tiles, "choose_tiles", slowly)
    with pytest.raises(ReadError, match="changed while it was read"):
        base(case, view, path)


def chosen(levels: tuple[Level, ...], *, full: bool = False, **more: object) -> TileSet:
    about = About("MBTiles", 2, 14)
    found = TileSet(about, (), {"2/1/1": 0}, levels, {}, full)
    return replace(found, **more)  # type: ignore[arg-type]


WHOLE, PART = Level(12, 20, 20, 0, 0), Level(13, 40, 12, 3, 1)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            chosen((WHOLE, PART), full=True, reasons={"damaged": 1}),
            "Left out by the limit of 3 MB (--tiles-mb): 24 of 40 tiles of zoom 13, and all of",
        ),
        (chosen((WHOLE, PART)), "Left out by a limit of their number: 24 of 40"),
        (chosen((WHOLE,), places={}), "has no tile around the evidence"),
        (chosen((WHOLE,)), "names nobody"),
        (chosen((WHOLE,), reasons={"damaged": 2, "too_large": 1}), "2 x damaged, 1 x too_large"),
    ],
)
def test_what_was_left_out_is_said(found: TileSet, words: str) -> None:
    said = tiles._warnings(Path("a.mbtiles"), found, {"limit_mb": 3, "attribution": ""})
    assert any(words in line for line in said), said
    if "Left out" in words:
        assert any(words in line for line in tiles._lines(found, 3)), "on the map, too"


def test_a_file_of_another_country_draws_nothing(
    case: Case, view: ReportView, tile_file: Callable[..., Path],
    draw_tile: Callable[..., bytes], tmp_path: Path,
) -> None:  # fmt: skip
    said = {"minzoom": "9", "maxzoom": "9"}
    far = tile_file(tmp_path / "far.mbtiles", {(9, 0, 0): draw_tile(9, 0, 0)}, **said)
    found = base(case, view, far)
    assert (found.shown, found.credit, found.table) == (None, "", None)
    assert found.told["deepest"] == -1
    assert any("no tile around the evidence" in line for line in found.warnings)


def test_islands_far_away_do_not_widen_the_view() -> None:
    from shapely import MultiPolygon, box

    parts = MultiPolygon([box(-180, 50, -179, 51), box(-120, 30, -80, 48)])
    shapes = SimpleNamespace(find=lambda _code: parts)
    (found,) = tiles._area("US", shapes)  # type: ignore[arg-type]
    assert found.west_udeg == -120_000_000
    assert tiles._area("ZZ", SimpleNamespace(find=lambda _code: None)) == []  # type: ignore[arg-type]
