"""The code of an area, however a file of boundaries writes it."""

from __future__ import annotations

import re
from typing import Any

from forensics.reference.divisions import area_of_division
from forensics.reference.places import Level, load_areas


def area_code(value: Any, level: Level) -> str:
    """Our code of an area of that level from what a file says; empty if none is known."""
    text = re.sub(r"\.0$", "", str(value).strip()) if value is not None else ""
    areas = load_areas()
    if text not in areas and re.fullmatch(r"\d{2}(?:\d{2}){0,2}", text):
        trimmed = re.sub(r"^(\d{2})0000$|^(\d{4})00$", r"\1\2", text)
        code, note = area_of_division(trimmed)
        text = code if not note else ""
    return text if text in areas and areas[text].level == level else ""
