"""Ties by time: accounts that post the same things within a short window, and who comes first."""
