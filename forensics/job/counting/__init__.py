"""Counting exports into a folder of tables that grows part by part."""

from __future__ import annotations

from forensics.job.counting.adding import Counting, count_into
from forensics.job.counting.tables import Counts, count, open_counts

__all__ = ["Counting", "Counts", "count", "count_into", "open_counts"]
