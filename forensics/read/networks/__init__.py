"""Social networks other than X: dumps, interfaces, own-data downloads, crawlers."""

from __future__ import annotations

from forensics.read.networks import (
    bluesky,
    bluesky_archive,
    mastodon,
    mediacrawler,
    meta,
    reddit,
    tiktok_own,
    vk,
    weibo,
)
from forensics.read.options import Reader

READERS: tuple[Reader, ...] = (
    Reader(
        "reddit",
        reddit.is_reddit,
        reddit.open_reddit,
        "Reddit dumps and listings (JSON); created_utc is UTC by the platform's documentation",
    ),
    Reader(
        "reddit-own-data",
        reddit.is_reddit_own,
        reddit.open_reddit_own,
        "posts.csv and comments.csv of Reddit's own-data request; UTC; the account must be stated",
    ),
    Reader(
        "mastodon-outbox",
        mastodon.is_outbox,
        mastodon.open_outbox,
        "outbox.json of a Mastodon archive; published is UTC, by the account's server",
    ),
    Reader(
        "mastodon-statuses",
        mastodon.is_statuses,
        mastodon.open_statuses,
        "statuses of Mastodon's interface; created_at is UTC, by the author's server",
    ),
    Reader(
        "bluesky",
        bluesky.is_bluesky,
        bluesky.open_bluesky,
        "posts, feeds, records and stream events of Bluesky; createdAt is the author's device's",
    ),
    Reader(
        "bluesky-archive",
        bluesky_archive.is_bluesky_archive,
        bluesky_archive.open_bluesky_archive,
        "repository of a Bluesky account (CAR); createdAt is the author's device's",
    ),
    Reader(
        "mediacrawler",
        mediacrawler.is_mediacrawler,
        mediacrawler.open_mediacrawler,
        "JSON of MediaCrawler; the platforms' times, for Weibo create_date_time only",
    ),
    Reader(
        "mediacrawler-csv",
        mediacrawler.is_mediacrawler_csv,
        mediacrawler.open_mediacrawler_csv,
        "CSV of MediaCrawler",
    ),
    Reader(
        "weibo",
        weibo.is_weibo,
        weibo.open_weibo,
        "Weibo's interfaces, weibo-crawler and WeiboSpider (JSON); Beijing time",
    ),
    Reader(
        "weibo-crawler-csv",
        weibo.is_weibo_csv,
        weibo.open_weibo_csv,
        "CSV of weibo-crawler; naive Beijing time; the account must be stated",
    ),
    Reader(
        "tiktok-own-data",
        tiktok_own.is_tiktok_own,
        tiktok_own.open_tiktok_own,
        "own-data archive of TikTok (JSON); times without a zone; the account must be stated",
    ),
    Reader("vk", vk.is_vk, vk.open_vk, "walls of VK (JSON); date is UTC seconds"),
    Reader(
        "instagram",
        meta.is_instagram,
        meta.open_instagram,
        "Instagram's own-data download (JSON); UTC seconds; the account must be stated",
    ),
    Reader(
        "facebook",
        meta.is_facebook,
        meta.open_facebook,
        "Facebook's own-data download (JSON); UTC seconds; the account must be stated for posts",
    ),
)
"""In the order in which they are asked: formats with marks of their own first; MediaCrawler before
Weibo, whose posts it holds; the exports that are told by the absence of other fields last."""
