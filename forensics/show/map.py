"""The interactive map: folium objects for the base, one JSON block for everything from the case.

folium renders a string, and then reads the result as a template again: text from a file would run
as Python while the map is built, and as script when it is opened. So no string of a case enters a
folium or branca object here. It travels as JSON (`seal.json_block`) and reaches the page through
`textContent`. Names, keys and colours in this module come from closed lists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import branca.element
import folium
import folium.map
from folium.template import Template

from forensics.errors import ShowError
from forensics.show.mapdata import countries_in_detail, map_data
from forensics.show.maptiles import LAYER as TILE_LAYER
from forensics.show.maptiles import BaseMap, tiles_block
from forensics.show.outline import Shapes
from forensics.show.page import HERE, static_text, write_text
from forensics.show.seal import json_block, seal
from forensics.show.view import Boundaries, ReportView

LAYERS: tuple[tuple[str, str, bool], ...] = (
    ("areas", "Areas, shaded by probability", True),
    ("clues", "Clues: areas and positions, with radius", True),
    ("posts", "Positions written in posts, with radius", True),
    ("subjects", "Places that posts are about (not weighed)", False),
    ("images", "Positions in images, with radius", True),
    ("heat", "Density of those positions", False),
    ("claims", "Claimed to assessed", True),
    ("labels", "Names", True),
)
"""Key, name and whether it shows at the start: the only layers there are, but for tiles."""
VENDORED_SCRIPTS = ("leaflet.js", "leaflet.markercluster.js", "leaflet-heat.js")
OWN_SCRIPTS = ("mapchoices.js", "map.js")
TILE_SCRIPT = "maptiles.js"
"""Stands in the page only where the user gave tiles."""
MAX_ZOOM = 12
"""The closest view of a map without tiles."""
VENDORED_STYLES = ("leaflet.css", "MarkerCluster.css", "MarkerCluster.Default.css")
LICENCES = (
    ("Leaflet 1.9.4", "leaflet-1.9.4.txt"),
    ("Leaflet.markercluster 1.5.3", "leaflet.markercluster-1.5.3.txt"),
    ("Leaflet.heat 0.2.0", "leaflet.heat-0.2.0.txt"),
)
GENERATED = (
    re.compile(r"\s*L_NO_TOUCH = false;\s*L_DISABLE_3D = false;\s*"),
    re.compile(r"\s*var map_\d+ = L\.map\(.*", re.DOTALL),
)
"""The two scripts folium writes: its switches and the map itself."""


class Verbatim(branca.element.Element):
    """Characters that go into the page as they are, past every template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._name = "Verbatim"
        self._text = text

    def render(self, **_kwargs: Any) -> str:
        """The characters."""
        return self._text


class OfflineMap(folium.Map):
    """A folium map that names no script or style of any server."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium reads it from the class
    default_css: list[tuple[str, str]] = []  # noqa: RUF012 - the same


class EvidenceLayer(folium.map.Layer):
    """A layer that our own script fills from the data block."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = gnomon.layer(
                {{ this.key|tojson }}, {{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, key: str) -> None:
        names = {known: (name, show) for known, name, show in (TILE_LAYER, *LAYERS)}
        if key not in names:
            raise ShowError(f"no layer is called {key!r}", todo="use a key of LAYERS")
        super().__init__(name=names[key][0], overlay=True, control=True, show=names[key][1])
        self._name = "EvidenceLayer"
        self.key = key


def write_map(
    view: ReportView, boundaries: Boundaries, path: Path, base: BaseMap | None = None
) -> Path:
    """The path, after the map was written there in one step.

    Args:
        view: Everything to draw.
        boundaries: Outlines of areas.
        path: File to write.
        base: Tiles of the user to draw under it, if there are any.

    Raises:
        ShowError: the page cannot be made or written, or an outline carries text that could run.
    """
    return write_text(path, map_page(view, boundaries, base))


def map_page(view: ReportView, boundaries: Boundaries, base: BaseMap | None = None) -> str:
    """The map as one HTML page: same input, same characters."""
    second = [boundaries.admin2] if boundaries.admin2 else []
    for collection in (boundaries.countries, *boundaries.admin1.values(), *second):
        _refuse_code(collection)
    wanted = countries_in_detail(view)
    shapes = Shapes(
        replace(
            boundaries,
            admin1={key: value for key, value in boundaries.admin1.items() if key in wanted},
        )
    )
    figure = _figure(json_block(map_data(view, shapes)), shapes, base)
    freeze_ids(figure)
    page = figure.render().replace("<html>", '<html lang="en">', 1)
    # folium forbids zooming with two fingers; readers who need large type would be locked out
    page = page.replace("maximum-scale=1.0, user-scalable=no", "maximum-scale=8", 1)
    own = (*OWN_SCRIPTS, TILE_SCRIPT) if base else OWN_SCRIPTS
    scripts = {*(vendored(name) for name in VENDORED_SCRIPTS), *map(static_text, own)}
    return seal(page, scripts=scripts, generated=GENERATED)


def _figure(block: str, shapes: Shapes, tiles: BaseMap | None) -> branca.element.Figure:
    """All parts in the order they must run."""
    base = OfflineMap(
        location=[25, 20],
        zoom_start=2,
        tiles=None,
        control_scale=True,
        prefer_canvas=True,
        maxZoom=max(MAX_ZOOM, tiles.max_zoom) if tiles else MAX_ZOOM,
        minZoom=2,
        worldCopyJump=True,
    )
    figure = base.get_root()
    if not isinstance(figure, branca.element.Figure):
        raise ShowError("folium gave no figure", todo="use the folium version this was tested with")
    for name in VENDORED_STYLES:
        figure.header.add_child(Verbatim(f"<style>{vendored(name)}</style>"))
    figure.header.add_child(Verbatim("<title>Gnomon evidence map</title>"))
    for name in VENDORED_SCRIPTS:
        figure.header.add_child(Verbatim(f"<script>{vendored(name)}</script>"))
    figure.html.add_child(Verbatim(f"<style>{static_text('map.css')}</style>"))
    figure.html.add_child(
        Verbatim(static_text("map.html").replace("<!-- licences -->", licences()))
    )
    figure.html.add_child(
        Verbatim(f'<script type="application/json" id="gnomon-data">{block}</script>')
    )
    for name in OWN_SCRIPTS:
        figure.html.add_child(Verbatim(f"<script>{static_text(name)}</script>"))
    if tiles:
        for part in _tile_parts(tiles):
            figure.html.add_child(Verbatim(part))
        EvidenceLayer(TILE_LAYER[0]).add_to(base)
    folium.map.CustomPane("land", z_index=200).add_to(base)
    folium.map.CustomPane("provinces", z_index=250).add_to(base)
    base_layer(shapes.countries, "land").add_to(base)
    for outlines in shapes.admin1.values():
        if outlines:
            base_layer(outlines, "provinces").add_to(base)
    if shapes.admin2:  # not drawn by themselves: a clue that names one takes its outline
        folium.map.CustomPane("prefectures", z_index=255).add_to(base)
        base_layer(shapes.admin2, "prefectures", drawn=False).add_to(base)
    for key, _, _ in LAYERS:
        EvidenceLayer(key).add_to(base)
    folium.LayerControl(collapsed=False).add_to(base)
    return figure


def _tile_parts(tiles: BaseMap) -> tuple[str, str, str]:
    """What a page with tiles has besides: style, data and script."""
    return (
        f"<style>{static_text('maptiles.css')}</style>",
        f'<script type="application/json" id="gnomon-tiles">{tiles_block(tiles)}</script>',
        f"<script>{static_text(TILE_SCRIPT)}</script>",
    )


def base_layer(outlines: Mapping[str, Any], pane: str, *, drawn: bool = True) -> folium.GeoJson:
    """Outlines to draw on; they carry no text but codes and names of the pack."""
    opacity = 1 if drawn else 0
    return folium.GeoJson(
        _plain(outlines),
        style_function=lambda _: {"weight": 0.7, "color": "#b9b3a2", "fillColor": "#e9e5d8",
                                  "opacity": opacity, "fillOpacity": opacity},
        control=False,
        interactive=False,
        pane=pane,
        smooth_factor=0.5,
    )  # fmt: skip


def _plain(outlines: Mapping[str, Any]) -> dict[str, Any]:
    """Geometry and code of each area: names and everything else stay out of folium."""
    from shapely.geometry import mapping

    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": code,
                "properties": {"code": code},
                "geometry": mapping(geometry),
            }
            for code, geometry in sorted(outlines.items())
        ],
    }


_CODE = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,4}(?:\.[A-Z0-9]{1,12})?)?")
_GEOMETRIES = frozenset({"Polygon", "MultiPolygon"})


def _refuse_code(collection: Any) -> None:
    """Refuse outlines whose strings are anything but a code and the name of a geometry.

    Names are not looked at: they stay out of folium. A boundary file may be the user's own.
    """
    for feature in collection["features"]:
        code, geometry = feature["properties"]["code"], feature["geometry"]
        numbers = _only_numbers(geometry["coordinates"])
        if not _CODE.fullmatch(str(code)) or geometry["type"] not in _GEOMETRIES or not numbers:
            raise ShowError(
                "an outline is not a plain area with an ISO 3166 code",
                where=str(code)[:20],
                todo="give each feature properties.code, and Polygon or MultiPolygon as geometry",
            )


def _only_numbers(value: Any) -> bool:
    """True for nested lists of numbers."""
    if isinstance(value, (list, tuple)):
        return all(map(_only_numbers, value))
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def freeze_ids(root: branca.element.Element) -> None:
    """Replace the random ids of a tree of elements by numbers, in order."""
    queue = [root, *(getattr(root, part) for part in ("header", "html", "script"))]
    number = 0
    while queue:
        element = queue.pop(0)
        element._id = f"{number:04d}"
        number += 1
        queue.extend(element._children.values())


@cache
def vendored(name: str) -> str:
    """A file of vendor/ without its source map line, and without images it would load.

    Raises:
        ShowError: a script could end its element early or hide what follows it.
    """
    text = (HERE / "vendor" / name).read_text(encoding="utf-8")
    text = re.sub(r"\n//# sourceMappingURL=\S+\s*\Z", "\n", text)
    if name.endswith(".css"):
        text = re.sub(r"url\((?!data:)[^)]*\)", "none", text)
    if re.search(r"</(?:script|style)|<!--", text, re.IGNORECASE):
        raise ShowError("a vendored file cannot stand inside a page", where=name)
    return text


def licences() -> str:
    """The notices that must travel along."""
    folder = HERE / "vendor" / "LICENSES"
    texts = ((name, (folder / file).read_text(encoding="utf-8")) for name, file in LICENCES)
    return "".join(f"<h3>{escape(name)}</h3><pre>{escape(text)}</pre>" for name, text in texts)
