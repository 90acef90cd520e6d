"""Boundaries that a user brings: read strictly, as polygons by area code."""

from forensics.read.boundaries.check import Outline, ReadBoundaries, read_boundaries

__all__ = ["Outline", "ReadBoundaries", "read_boundaries"]
