"""Readers of Twitter/X: the user's archive, the public interfaces, captures of the web page."""

from __future__ import annotations

from forensics.read.options import Reader
from forensics.read.twitter import api1, api2, archive, graphql, tables

READERS: tuple[Reader, ...] = (
    Reader(
        "twitter-archive",
        archive.is_archive,
        archive.open_archive,
        "a user's own archive: tweets.js; other parts of it are named and refused",
    ),
    Reader(
        "x-graphql",
        graphql.is_graphql,
        graphql.open_graphql,
        "captures of X's web page, raw or by twscrape and snscrape, with the panel about accounts",
    ),
    Reader("twitter-api-1", api1.is_api1, api1.open_api1, "API v1.1: array, lines, search pages"),
    Reader("twitter-api-2", api2.is_api2, api2.open_api2, "API v2: pages or flattened posts"),
    Reader("twarc", tables.is_twarc, tables.open_twarc, "CSV of twarc (API v2)"),
    Reader("minet", tables.is_minet, tables.open_minet, "CSV of minet; timestamp_utc is read"),
)
"""The archive first: its first bytes settle it. GraphQL before API v1.1, whose members it holds."""
