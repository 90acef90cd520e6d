"""Ties by content: the same text, nearly the same text, the same address, code or uploader."""
