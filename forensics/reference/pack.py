"""The bundled data pack: its folder, its tables, its manifest, and whom it must name."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

from forensics.errors import ReferenceDataError

DATA = Path(__file__).resolve().parent / "data"


def read_lines(name: str) -> list[str]:
    """Lines of one gzip table of the data pack.

    Raises:
        ReferenceDataError: the file is missing or damaged.
    """
    try:
        text = gzip.decompress((DATA / name).read_bytes()).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ReferenceDataError(
            f"cannot read the bundled table ({error})",
            where=name,
            todo="reinstall the package, or run tools/build_reference.py",
        ) from error
    return text.splitlines()


def manifest() -> Mapping[str, object]:
    """The manifest of the data pack: files, hashes, sources, licences, changes.

    Raises:
        ReferenceDataError: the manifest is missing or damaged.
    """
    try:
        loaded = json.loads((DATA / "MANIFEST.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReferenceDataError(
            f"cannot read the manifest of the bundled data ({error})",
            where="MANIFEST.json",
            todo="reinstall the package, or run tools/build_reference.py",
        ) from error
    return dict(loaded)


def attributions() -> tuple[str, ...]:
    """Attribution lines that every report and map has to carry."""
    return ("GeoNames, CC BY 4.0", "Natural Earth, public domain")
