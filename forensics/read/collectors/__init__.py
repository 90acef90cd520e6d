"""What collectors and research tools write: their own clock is never the operator's."""

from __future__ import annotations

from forensics.read.collectors import (
    contentlibrary,
    crowdtangle,
    fourcat,
    shortvideo,
    youtube,
    ytdlp,
    zeeschuimer,
)
from forensics.read.options import Reader

READERS: tuple[Reader, ...] = (
    zeeschuimer.READER,  # before the formats of the items it holds
    youtube.READER,  # says itself what it is
    ytdlp.READER,  # before tiktok-douyin: its descriptions may quote such items
    shortvideo.READER,
    fourcat.READER,
    crowdtangle.READER,
    contentlibrary.READER,
)
"""In the order in which they are asked. The CSV formats are told apart by their headers."""
