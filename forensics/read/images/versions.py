"""What the reading of an image depends on besides the file, as one line of text."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from forensics.version import __version__

_PACKAGES = ("exifread", "defusedxml", "pillow", "pytz")
_BESIDE = ("clock.py", "model.py")


@cache
def reader_key() -> str:
    """Versions of Gnomon and of the packages that read, and a hash of the code that reads.

    The hash makes sure that an answer kept by other code is never taken for one of this code.
    """
    here = Path(__file__).resolve().parent
    files = [*sorted(here.glob("*.py")), *(here.parents[1] / name for name in _BESIDE)]
    code = hashlib.sha256()
    for file in files:
        code.update(file.read_bytes() if file.is_file() else b"")
    parts = [f"gnomon {__version__}", *(f"{name} {version(name)}" for name in _PACKAGES)]
    return f"claims {code.hexdigest()[:16]}; {', '.join(parts)}"
