"""TikTok's own-data archive: own videos and comments, times without a zone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from forensics.errors import ReadError
from forensics.read.networks import tiktok_own

Read = Callable[..., Any]
T_S = 1_709_601_164
ID = str((T_S - 30) << 32)
ADA = {"account": "=ada"}
SECTIONS = {"Favorite Effects": {}, "Favorite Sounds": {}, "Video Browsing History": {
    "VideoList": [{"Date": "2024-01-01 00:00:00", "Link": "https://x.example/1"}]}}  # fmt: skip
ARCHIVE = {
    "Activity": SECTIONS,
    "Comment": {"Comments": {"CommentsList": [{"date": "2024-03-05 01:13:00", "comment": "hi"}]}},
    "Direct Messages": {"Chat History": {}},
    "Video": {"Videos": {"VideoList": [
        {"Date": "2024-03-05 01:12:44", "Link": f"https://www.example.com/share/video/{ID}/"},
        {"Date": "yesterday", "Link": ""},
    ]}},
}  # fmt: skip


@pytest.mark.parametrize("moved", [False, True])
def test_own_videos_and_comments(read: Read, moved: bool) -> None:
    whole = dict(ARCHIVE)
    if moved:
        whole["Post"] = {"Posts": whole.pop("Video")["Videos"]}  # type: ignore[index]
    data = json.dumps(whole).encode()
    refused = read(data, columns=ADA, nothing_is_an_error=False)
    assert sorted(refused.reasons) == [(1, "naive_time"), (2, "bad_time"), (3, "naive_time")]
    outcome = read(data, columns=ADA, assume_zone="UTC", assume_because="asked the platform")
    by_row = sorted(outcome.posts, key=lambda post: post["row"])
    keys = ("row", "account", "t_us", "kind", "text", "id_gap_s")
    assert [tuple(post[key] for key in keys) for post in by_row] == [
        (1, "ada", T_S * 10**6, "original", None, 30),
        (3, "ada", (T_S + 16) * 10**6, "reply", "hi", None),
    ]
    assert outcome.source.reader == "tiktok-own-data"
    assert any("not what was watched" in note for note in outcome.source.notes)


BROKEN = [
    ("no videos", {"Activity": SECTIONS, "App Settings": {}}, "holds no rows"),
    ("null list", {**ARCHIVE, "Video": None, "Comment": None}, "holds no rows"),
]


@pytest.mark.parametrize(("data", "said"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_archives_without_posts(read: Read, data: dict[str, Any], said: str) -> None:
    with pytest.raises(ReadError, match=said):
        read(json.dumps(data).encode(), columns=ADA)


def test_a_cut_archive_gives_what_stands_before_the_cut(read: Read) -> None:
    data = json.dumps(ARCHIVE).encode()
    for cut in (len(data) - 3, len(data) - 40, len(data) - 120):
        outcome = read(data[:cut], columns=ADA, assume_zone="UTC", nothing_is_an_error=False)
        assert [reason for _, reason in outcome.reasons].count("damaged") == 1
        assert (T_S + 16) * 10**6 in outcome.times


@pytest.mark.parametrize("head", [b"[1]", b"{}", b'{"Activity": {}}', b'{"a": "Like List"}'])
def test_what_is_no_such_archive(head: bytes, tmp_path: Any) -> None:
    assert not tiktok_own.is_tiktok_own(tmp_path, head)
