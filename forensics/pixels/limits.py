"""What a picture may cost before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one picture and of the processes that decode it. Larger pictures are refused."""

    max_pixels: int = 256_000_000
    """Pixels a header may claim; the largest phone pictures have 200 million."""
    full_pixels: int = 100_000_000
    """Up to here every pixel is decoded. A larger JPEG is decoded at a half or less and gets no
    pixel hash; a larger file of another kind cannot be decoded in part and is refused."""
    max_bytes: int = 1 << 30
    """Length of the file."""
    memory_mb: int = 2_000
    """Address space of one worker process, libraries included."""
    cpu_s: int = 30
    """Processor seconds of one picture: the same picture is refused on an idle machine and on a
    busy one."""
    wall_s: int = 300
    """Seconds until a worker that does not answer is ended, busy or waiting."""

    def key(self) -> str:
        """The limits that decide what a file gives, as text: part of the key of the cache."""
        return f"{self.max_pixels}/{self.full_pixels}/{self.max_bytes}/{self.memory_mb}"
