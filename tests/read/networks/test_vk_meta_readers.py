"""VK walls, and the downloads of Facebook and Instagram with their damaged text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from forensics.errors import ReadError

Read = Callable[..., Any]
T_S = 1_709_629_964
POST = {
    "id": 5,
    "owner_id": -77,
    "from_id": -77,
    "signer_id": 1234,
    "date": T_S,
    "post_type": "post",
    "text": "Привет",
    "post_source": {"type": "api", "platform": "android"},
    "attachments": [
        {
            "type": "photo",
            "photo": {
                "sizes": [
                    {"url": "https://x.example/s.jpg?a", "width": 75},
                    {"url": "https://x.example/l.jpg?a", "width": 800},
                ]
            },
        },
        {"type": "video", "video": {}},
    ],
}
VK = [
    POST,
    POST | {"id": 6, "signer_id": 0, "copy_history": [{"id": 1}]},
    POST | {"id": 7, "from_id": 9, "signer_id": None, "post_type": "reply", "post_source": {}},
    POST | {"id": 8, "post_type": "postpone"},
    {"id": 9, "from_id": 9, "owner_id": -77, "post_id": 5, "date": T_S, "text": ""},
]


@pytest.mark.parametrize("form", ["answer", "items", "array", "lines"])
def test_a_wall(read: Read, form: str) -> None:
    data = {
        "answer": json.dumps({"response": {"count": 5, "items": VK, "profiles": [{"id": 1}]}}),
        "items": json.dumps({"count": 5, "items": VK}),
        "array": json.dumps(VK),
        "lines": "\n".join(json.dumps(item) for item in VK),
    }[form]
    outcome = read(data.encode(), name="wall.json")
    by_row = {p["row"]: p for p in outcome.posts}
    assert [(p["account"], p["kind"], p["id"]) for _, p in sorted(by_row.items())] == [
        ("1234", "original", "-77_5"),
        ("-77", "repost", "-77_6"),
        ("9", "reply", "-77_7"),
        ("1234", "original", "-77_8"),
        ("9", "reply", "-77_9"),
    ]
    assert set(outcome.times) == {T_S * 10**6}
    assert (by_row[1]["client"], by_row[1]["media"], by_row[1]["text"]) == (
        "api/android",
        "l.jpg",
        "Привет",
    )
    assert by_row[3]["client"] is None
    assert outcome.source.reader == "vk"
    assert outcome.source.notes == ("1 deferred posts carry the time for which they were set",)


def mangled(text: str) -> str:
    return text.encode().decode("latin-1")


FACEBOOK = [
    {
        "timestamp": T_S,
        "data": [{"post": mangled("Привет, 世界")}, {"update_timestamp": T_S + 5}],
        "title": "Ada updated her status.",
        "attachments": [
            {
                "data": [
                    {
                        "media": {
                            "uri": "photos/a.jpg",
                            "creation_timestamp": T_S - 9,
                            "media_metadata": {
                                "photo_metadata": {"exif_data": [{"upload_ip": "192.0.2.7"}]}
                            },
                        }
                    }
                ]
            }
        ],
    },
    {"timestamp": T_S + 1, "data": [{"post": "plain"}], "title": "x"},
    {"timestamp": T_S + 2, "data": [{"post": "caf\u00e9 \u4e16"}], "title": "x"},
    {"timestamp": T_S + 3, "data": [{"post": "caf\u00e9"}]},
]


def test_facebook_posts_are_mended_and_want_an_account(read: Read) -> None:
    data = json.dumps(FACEBOOK).encode()
    with pytest.raises(ReadError, match="no column names accounts"):
        read(data, name="your_posts_1.json")
    outcome = read(data, name="your_posts_1.json", columns={"account": "=ada"})
    assert [(p["account"], p["t_us"], p["kind"], p["text"], p["media"]) for p in outcome.posts] == [
        ("ada", T_S * 10**6, "unknown", "Привет, 世界", "a.jpg"),
        ("ada", (T_S + 1) * 10**6, "unknown", "plain", None),
        ("ada", (T_S + 2) * 10**6, "unknown", "café 世", None),
        ("ada", (T_S + 3) * 10**6, "unknown", "café", None),
    ]
    assert outcome.source.reader == "facebook"
    assert outcome.source.clock.clock_writer == "platform"
    assert outcome.source.notes[0].startswith("1 texts were UTF-8 written as Latin-1")
    assert "upload_ip" in outcome.source.notes[1]


def test_facebook_comments_name_their_author(read: Read) -> None:
    comment = {
        "timestamp": T_S,
        "data": [
            {"comment": {"timestamp": T_S, "comment": mangled("Да"), "author": mangled("Ада")}}
        ],
        "title": "x",
    }
    outcome = read(json.dumps({"comments_v2": [comment]}).encode(), name="comments.json")
    assert [(p["account"], p["kind"], p["text"]) for p in outcome.posts] == [("Ада", "reply", "Да")]


INSTAGRAM: dict[str, tuple[object, str, str, str | None]] = {
    "one medium": (
        [{"media": [{"uri": "m/a.jpg", "creation_timestamp": T_S, "title": mangled("é")}]}],
        "original",
        "é",
        "a.jpg",
    ),
    "several media": (
        [
            {
                "media": [
                    {"uri": "m/a.jpg", "creation_timestamp": T_S - 9, "title": ""},
                    {"uri": "m/b.mp4", "creation_timestamp": T_S - 8, "title": ""},
                ],
                "title": "cap",
                "creation_timestamp": T_S,
            }
        ],
        "original",
        "cap",
        "a.jpg|b.mp4",
    ),
    "stories": (
        {"ig_stories": [{"uri": "m/s.jpg", "creation_timestamp": T_S, "title": "st"}]},
        "original",
        "st",
        "s.jpg",
    ),
    "comments": (
        [
            {
                "media_list_data": [{"value": ""}],
                "string_map_data": {
                    "Comment": {"value": "nice"},
                    "Media Owner": {"value": "bob"},
                    "Time": {"timestamp": T_S},
                },
            }
        ],
        "reply",
        "nice",
        None,
    ),
}


@pytest.mark.parametrize("form", INSTAGRAM)
def test_instagram(read: Read, form: str) -> None:
    document, kind, text, media = INSTAGRAM[form]
    outcome = read(json.dumps(document).encode(), columns={"account": "=ada"})
    assert [(p["t_us"], p["kind"], p["text"], p["media"]) for p in outcome.posts] == [
        (T_S * 10**6, kind, text, media)
    ]
    assert outcome.source.reader == "instagram"


def test_the_administrator_who_posted_for_a_community(read: Read) -> None:
    base = {"id": 1, "owner_id": -9, "from_id": -9, "date": 1_709_601_164, "post_type": "post",
            "text": "x"}  # fmt: skip
    items = [base, {**base, "id": 2, "created_by": 31}, {**base, "id": 3, "created_by": 31,
             "signer_id": 32}, {**base, "id": 4, "from_id": 33, "created_by": 31}]  # fmt: skip
    outcome = read(json.dumps({"response": {"items": items}}).encode())
    by_row = sorted(outcome.posts, key=lambda post: post["row"])
    assert [post["account"] for post in by_row] == ["-9", "31", "32", "33"]


def test_comments_of_instagram_in_the_older_form(read: Read) -> None:
    listed = [{"title": "bo", "string_list_data": [{"value": "hi", "timestamp": 1_709_601_164}]}]
    data = json.dumps({"comments_media_comments": listed}).encode()
    (post,) = read(data, columns={"account": "=ada"}).posts
    assert (post["t_us"], post["kind"], post["text"]) == (1_709_601_164 * 10**6, "reply", "hi")
