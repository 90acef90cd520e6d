"""`gnomon sun` in the terminal, as JSON, and as a map."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from forensics.errors import ForensicsError
from forensics.verbs.sun import sun

KNOWN = ("--height", "1.7", "--shadow", "1.33", "--time", "2024-05-09T06:30Z")


def run(*words: object) -> str:
    app = typer.Typer()
    app.command()(sun)
    done = CliRunner().invoke(app, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize(
    "words",
    [
        KNOWN,
        (*KNOWN, "--azimuth", "255", "--time-error", "30min", "--place", "Yancheng"),
        ("--elevation", "3", "--local-time", "2024-05-09T14:30", "--zone", "Asia/Shanghai"),
        ("--elevation", "85", "--unknown", "both"),
    ],
)
def test_lines_fit_the_terminal(words: tuple[str, ...]) -> None:
    text = run(*words)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "Ruled out by the sun" in text
    assert "by people" in text
    assert "by land" in text
    assert "Antarctica left out" in text


def test_what_is_printed() -> None:
    text = run(*KNOWN, "--azimuth", "255", "--place", "Yancheng", "--place", "55.75,37.6")
    flat = " ".join(text.split())
    assert "sun 51.9 ± 1.6° high, towards 255 ± 5°; 2024-05-09 06:30 UTC" in flat
    assert "round 17.5 N, 81.6 E" in flat
    assert "points from height and direction" in flat
    assert "Yancheng, CN" in flat
    assert "fits, 0.1 σ off" in flat
    assert "ruled out, >6 σ off" in flat
    assert "there the sun stands 52.0° high, towards 255°" in flat
    low = run("--elevation", "3", "--time", "2024-05-09T06:30Z")
    assert "° of refraction taken off" in low
    raw = run("--elevation", "3", "--time", "2024-05-09T06:30Z", "--no-refraction")
    assert "refraction" not in raw


def test_numbers_are_integers_with_units(tmp_path: Path) -> None:
    def no_floats(text: str) -> None:
        raise AssertionError(text)

    text = run(*KNOWN, "--azimuth", "255", "--place", "Lagos", "--json")
    value = json.loads(text, parse_float=no_floats)
    (scene,) = value["scenes"]
    (shot,) = scene["shots"]
    assert shot["overhead_lat_udeg"] == pytest.approx(17_505_000, abs=2_000)
    assert len(shot["points"]) == 1
    assert scene["countries"][0]["code"] == "CN"
    assert sum(one["people_ppm"] for one in scene["countries"]) == pytest.approx(1e6, abs=200)
    assert scene["tested"][0]["verdict"] == "ruled out"
    assert scene["tested"][0]["off_milli_sigma"] is None
    assert run(*KNOWN, "--azimuth", "255", "--place", "Lagos", "--json") == text


def test_several_shadows_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "shadows.toml"
    path.write_text(
        """
        [[shadows]]
        scene = "court"
        what = "pole"
        elevation = 52.0
        time = "2024-05-09T06:30Z"
        clock = "camera"
        [[shadows]]
        scene = "court"
        elevation = 27.5
        time = "2024-05-09T08:30Z"
        clock = "camera"
        """,
        encoding="utf-8",
    )
    text = run("--file", path)
    assert "Scene court: 2 pictures" in text
    assert "pole: sun 52.0" in text
    with pytest.raises(ForensicsError, match="leave out"):
        run("--file", path, "--elevation", "3")


def test_a_map_is_written(tmp_path: Path) -> None:
    path = tmp_path / "sun.html"
    text = run(*KNOWN, "--map", path)
    assert text.splitlines()[-1].startswith("map")
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--elevation", "30"), "nothing says when"),
        (("--time", "2024-05-09T06:30Z"), "neither height nor direction"),
        (("--elevation", "95", "--unknown", "both"), "between -1 and 90"),
        (("--file", "none.toml"), "cannot be read"),
    ],
)
def test_refusals_are_one_line(words: tuple[str, ...], what: str) -> None:
    with pytest.raises(ForensicsError, match=what):
        run(*words)
