"""Pictures of the README: few colours, no metadata, never too large, and those that it names."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image, PngImagePlugin

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("shots", ROOT / "tools" / "make_screenshots.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_few_colours_and_no_metadata(tool: ModuleType, tmp_path: Path) -> None:
    drawn = Image.linear_gradient("L").convert("RGB")
    told = PngImagePlugin.PngInfo()
    told.add_text("Software", "somebody's browser")
    drawn.save(tmp_path / "a.png", pnginfo=told)
    with Image.open(tool.reduced(tmp_path / "a.png", tmp_path / "b.png")) as made:
        assert made.size == drawn.size
        assert len(made.convert("RGB").getcolors(maxcolors=1_000) or []) <= tool.COLOURS
        assert not made.info


def test_a_picture_that_is_too_large_is_refused(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool, "MAX_BYTES", 100)
    Image.linear_gradient("L").save(tmp_path / "a.png")
    with pytest.raises(ValueError, match=r"b\.png: .* at most 100"):
        tool.reduced(tmp_path / "a.png", tmp_path / "b.png")


def test_the_readme_names_every_picture_and_each_is_small(tool: ModuleType) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for _, name, size in tool.PICTURES:
        assert f"(docs/images/{name})" in readme
        path = tool.IMAGES / name
        assert path.stat().st_size <= tool.MAX_BYTES
        with Image.open(path) as picture:
            assert picture.size == size
