"""Places that posts name: found in the texts, counted by account, never taken for a residence."""

from forensics.clues.placenames.counting import Mentions, PlaceCount, mentions
from forensics.clues.placenames.finding import find

__all__ = ["Mentions", "PlaceCount", "find", "mentions"]
