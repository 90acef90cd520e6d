"""Tiles of a map that the user brings: MBTiles and PMTiles files with raster tiles.

`choose_tiles` takes the tiles around places out of a file, as many as a budget of bytes carries,
each drawn anew in a watched process. Reading order: `choosing`, `server`, `mbfile`, `pmfile`.
"""

from __future__ import annotations

from forensics.pixels.tiles.choosing import Level, TileSet, about_tiles, choose_tiles
from forensics.pixels.tiles.grid import Box, box_around

__all__ = ["Box", "Level", "TileSet", "about_tiles", "box_around", "choose_tiles"]
