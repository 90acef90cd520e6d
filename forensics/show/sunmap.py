"""The map of one measured shadow: a page that loads nothing, with the region drawn as an area.

Built as the evidence map is (`map.py`): folium for the base, one JSON block for everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import branca.element
import folium
import folium.map
from folium.template import Template

from forensics.errors import ShowError
from forensics.show.map import (
    GENERATED,
    OfflineMap,
    Verbatim,
    base_layer,
    freeze_ids,
    licences,
    vendored,
)
from forensics.show.outline import Shapes, boundaries_for
from forensics.show.page import static_text, write_text
from forensics.show.phrases import visible
from forensics.show.seal import json_block, seal

LAYERS: Mapping[str, str] = {
    "region": "Region",
    "circles": "Circles of the sun",
    "points": "Points, with error",
    "tested": "Places tested",
}
"""Key and name: the only layers there are."""
Ring = list[list[str]]
"""[latitude, longitude] pairs as text with the decimals they deserve."""


@dataclass(frozen=True, slots=True)
class Band:
    """An area that holds some of the probability."""

    mass: int
    """Percent."""
    text: str
    shape: list[list[Ring]]
    """Polygons, each its outer ring and its holes."""


@dataclass(frozen=True, slots=True)
class Circle:
    """Where the sun stood so high."""

    text: str
    exact: bool
    """False for the circles of its error."""
    lines: list[Ring]


@dataclass(frozen=True, slots=True)
class Spot:
    """A point with its radius."""

    text: str
    at: list[str]
    radius_m: int = 0
    out: bool = False
    """True for a tested place that is ruled out."""


@dataclass(frozen=True, slots=True)
class SunView:
    """Everything the page shows, as text."""

    title: str
    said: tuple[str, ...]
    ruled_out: str
    cell: str
    note: str
    bands: tuple[Band, ...]
    circles: tuple[Circle, ...]
    overhead: tuple[Spot, ...]
    points: tuple[Spot, ...]
    tested: tuple[Spot, ...]
    countries: tuple[Mapping[str, str], ...]
    """name, people, land."""


class SunLayer(folium.map.Layer):
    """A layer that our own script fills from the data block."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = gnomon.layer(
                {{ this.key|tojson }}, {{ this._parent.get_name() }});
            {{ this.get_name() }}.addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, key: str) -> None:
        if key not in LAYERS:
            raise ShowError(f"no layer is called {key!r}", todo="use a key of LAYERS")
        super().__init__(name=LAYERS[key], overlay=True, control=True, show=True)
        self._name = "SunLayer"
        self.key = key


def write_sun_map(view: SunView, path: Path) -> Path:
    """The path, after the page was written there in one step.

    Raises:
        ShowError: the page cannot be made or written.
    """
    return write_text(path, sun_map_page(view))


def sun_map_page(view: SunView) -> str:
    """The page: same view, same characters."""
    shapes = Shapes(boundaries_for(()))
    data = {**_visible(asdict(view)), "attribution": visible(shapes.attribution)}
    figure = _figure(json_block(data), shapes)
    freeze_ids(figure)
    page = figure.render().replace("<html>", '<html lang="en">', 1)
    page = page.replace("maximum-scale=1.0, user-scalable=no", "maximum-scale=8", 1)
    scripts = {vendored("leaflet.js"), static_text("sunmap.js")}
    return seal(page, scripts=scripts, generated=GENERATED)


def _visible(value: Any) -> Any:
    """All text inside a value with nothing hidden in it; numbers as they are."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {key: _visible(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_visible(item) for item in value]
    return value


def _figure(block: str, shapes: Shapes) -> branca.element.Figure:
    """All parts in the order they must run."""
    base = OfflineMap(
        location=[25, 20],
        zoom_start=2,
        tiles=None,
        control_scale=True,
        prefer_canvas=True,
        maxZoom=10,
        minZoom=1,
        worldCopyJump=True,
    )
    figure = base.get_root()
    if not isinstance(figure, branca.element.Figure):
        raise ShowError("folium gave no figure", todo="use the folium version this was tested with")
    figure.header.add_child(Verbatim(f"<style>{vendored('leaflet.css')}</style>"))
    figure.header.add_child(Verbatim("<title>Gnomon sun map</title>"))
    figure.header.add_child(Verbatim(f"<script>{vendored('leaflet.js')}</script>"))
    style = static_text("map.css") + "\n" + static_text("sunmap.css")
    panel = static_text("sunmap.html").replace("<!-- licences -->", licences())
    for text in (
        f"<style>{style}</style>",
        panel,
        f'<script type="application/json" id="gnomon-data">{block}</script>',
        f"<script>{static_text('sunmap.js')}</script>",
    ):
        figure.html.add_child(Verbatim(text))
    folium.map.CustomPane("land", z_index=200).add_to(base)
    base_layer(shapes.countries, "land").add_to(base)
    for key in LAYERS:
        SunLayer(key).add_to(base)
    folium.LayerControl(collapsed=False).add_to(base)
    return figure
