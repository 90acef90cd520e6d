"""Whole cases with known truth, written as files: exports, pictures and a `case.toml`.

Unlike `synthetic`, which asks single finders about activity, a case here goes the whole way: it is
received, read, searched, weighed and concluded as any other. All of it is invented.
"""
