"""Clocks inside ids and names: when something was made, by whose clock, and how sure that is."""

from __future__ import annotations

from forensics.ids.read import METHODS, clock_us, read_id
from forensics.ids.reading import IdReading, instant_text, precision_text

__all__ = ["METHODS", "IdReading", "clock_us", "instant_text", "precision_text", "read_id"]
