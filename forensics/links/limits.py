"""How many accounts make pairs, and how many rows are named."""

from __future__ import annotations

MOST_EXAMPLES = 10
"""Rows an edge or a burst names; `rows_total` says how many there are."""
MOST_PAIRED = 200
"""Accounts that share one thing and still make pairs; more of them make one burst."""
