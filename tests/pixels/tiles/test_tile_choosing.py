"""The tiles around places, as many as a budget carries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from forensics.errors import ReadError
from forensics.pixels.tiles import about_tiles, box_around, choose_tiles, choosing, server
from forensics.pixels.tiles.grid import box_of_all, wanted

PLACES = (box_around(33_350_000, 120_160_000, 50), box_around(31_230_000, 121_470_000, 50))
DEEPEST = 9


@pytest.fixture(scope="module")
def file(
    tmp_path_factory: pytest.TempPathFactory,
    tile_file: Callable[..., Path],
    draw_tile: Callable[..., bytes],
) -> Path:
    everything = [box_of_all(PLACES), *PLACES]
    sea = draw_tile(0, 0, 0)
    tiles: dict[tuple[int, int, int], object] = {}
    for zoom in range(4, DEEPEST + 1):
        for number, (column, row) in enumerate(wanted(everything, zoom)):
            tiles[zoom, column, row] = draw_tile(zoom, column, row) if number % 3 else sea
    last = sorted(tiles)
    tiles[last[0]] = b"<html>"
    del tiles[last[1]]
    path = tmp_path_factory.mktemp("tiles") / "t.mbtiles"
    return tile_file(path, tiles, minzoom="0", maxzoom="11", attribution="Example Maps")


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Jobs are answered in this process, as a worker would: it only takes less time."""

    def work(jobs, limits, **_more):
        return ((job, server.answer(job, limits)) for job in jobs)

    monkeypatch.setattr(choosing, "work", work)
    yield
    for one in tuple(server._OPEN):
        server._OPEN.pop(one).close()


def test_processes_give_the_same_tiles(file: Path, request: pytest.FixtureRequest) -> None:
    apart = choose_tiles(file, PLACES, 40_000)
    request.getfixturevalue("here")
    assert apart == choose_tiles(file, PLACES, 40_000)
    assert apart.places


@pytest.mark.usefixtures("here")
def test_everything_there_is_comes_along(file: Path) -> None:
    seen: list[int] = []
    found = choose_tiles(file, PLACES, 3_000_000, lambda _stage, done, _total: seen.append(done))
    drawn = {level.zoom: level.drawn for level in found.levels}
    assert [zoom for zoom, count in drawn.items() if count] == list(range(4, DEEPEST + 1))
    assert (found.levels[2].zoom, found.levels[2].missing, found.levels[2].refused) == (4, 1, 1)
    assert found.reasons == {"unsupported_container": 1}
    assert found.deepest == DEEPEST
    assert not found.full
    assert all(level.left_out == 0 for level in found.levels)
    assert len(found.pictures) < len(found.places), "equal pictures are kept once"
    assert len(seen) == sum(level.wanted for level in found.levels)


@pytest.mark.usefixtures("here")
def test_a_small_budget_ends_within_a_zoom_and_is_kept(file: Path) -> None:
    whole = choose_tiles(file, PLACES, 3_000_000)
    total = sum(len(data) for _, data in whole.pictures)
    found = choose_tiles(file, PLACES, total // 2)
    assert found.full
    assert sum(len(data) for _, data in found.pictures) <= total // 2
    assert list(found.places) == list(whole.places)[: len(found.places)], "the same, only fewer"
    assert found.levels[-1].left_out > 0
    assert all(level.left_out == 0 for level in found.levels[:-1])


@pytest.mark.usefixtures("here")
def test_the_number_of_questions_is_bounded(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "MAX_LOOKUPS", 5)
    found = choose_tiles(file, PLACES, 3_000_000)
    assert sum(one.drawn + one.missing + one.refused for one in found.levels) == 5
    assert not found.full


@pytest.mark.usefixtures("here")
def test_without_places_nothing_is_drawn(file: Path) -> None:
    assert choose_tiles(file, (), 1_000).places == {}


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.pmtiles"
    with pytest.raises(ReadError, match="is no file"):
        about_tiles(path)
    path.write_bytes(b"hello")
    with pytest.raises(ReadError, match="neither MBTiles nor PMTiles") as refused:
        about_tiles(path)
    assert refused.value.todo
