"""Minima of hash functions of many texts, one band after another: on disk where they are many."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

BANDS, ROWS = 16, 4
IN_MEMORY = 200_000
"""Texts whose minima are held in memory: 51 MB."""
_WIDTH = 4 * ROWS


class Signatures:
    """A table of minima, shape (bands, texts, rows)."""

    def __init__(self, texts: int, folder: Path) -> None:
        """Room for so many texts; a file without a name is made in the folder for many."""
        self.texts = texts
        self._held: NDArray[np.uint32] | None = None
        self._file: BinaryIO | None = None
        if texts <= IN_MEMORY:
            self._held = np.zeros((BANDS, texts, ROWS), dtype=np.uint32)
        else:
            self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - `close` ends it

    def close(self) -> None:
        """Forget all of it."""
        self._held = None
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Signatures:
        """The table itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def put(self, first: int, minima: NDArray[np.uint32]) -> None:
        """The minima of some texts, from number `first` on, shape (texts, bands x rows)."""
        by_band = minima.reshape(len(minima), BANDS, ROWS).transpose(1, 0, 2)
        if self._file is None:
            if self._held is not None:
                self._held[:, first : first + len(minima)] = by_band
            return
        for band in range(BANDS):
            self._file.seek((band * self.texts + first) * _WIDTH)
            self._file.write(np.ascontiguousarray(by_band[band]).tobytes())

    def band(self, band: int) -> NDArray[np.uint32]:
        """The minima of one band, shape (texts, rows)."""
        if self._file is None:
            if self._held is None:
                raise ValueError("closed")
            minima: NDArray[np.uint32] = self._held[band]
            return minima
        self._file.seek(band * self.texts * _WIDTH)
        read = self._file.read(self.texts * _WIDTH)
        found: NDArray[np.uint32] = np.frombuffer(read, dtype=np.uint32)
        return found.reshape(self.texts, ROWS)
