"""Gnomon: where, and on what schedule, was whoever ran these accounts at work?"""

__version__ = "0.1.0"
