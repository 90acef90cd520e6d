"""The truth of the case, written beside it, so that a report can be compared with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from demo_case import calendar, people, tables, texts
from demo_case.draws import SEED
from demo_case.photos import encoder
from demo_case.tables import Row, Table
from forensics.model import Json

CITY = "CN-JS.3209"
"""Yancheng, Jiangsu."""
_PROVINCE = "CN-JS"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _crews(rows: Sequence[Row]) -> dict[str, Json]:
    def common(crew: str) -> dict[str, Json]:
        members = [one.name for one in people.accounts() if one.crew == crew]
        posts = sum(row.account.crew == crew for row in rows)
        return {"accounts": list[Json](members), "posts": posts}

    return {
        "A": {
            **common("A"),
            "zone": people.OFFICE_ZONE,
            "country": "CN",
            "province": _PROVINCE,
            "city": CITY,
            "city_name": "Yancheng",
            "schedule": _office(),
        },
        "B": {
            **common("B"),
            "zone": None,
            "country": None,
            "place": "none: a queue posts; nothing in the data shows where its owners are",
            "schedule": _queue(),
        },
    }


def _office() -> dict[str, Json]:
    return {
        "calendar": "CN",
        "people_local": [
            {
                "person": number,
                "morning": f"{_clock(chair.start)}-{_clock(people.LUNCH[0])}",
                "afternoon": f"{_clock(people.LUNCH[1])}-{_clock(chair.end)}",
            }
            for number, chair in people.CHAIRS.items()
        ],
        "lunch_local": "12:00-13:50",
        "evening_local": "19:30-21:00",
        "accounts_per_person": people.PER_CHAIR,
        "holidays": {
            name: list[Json]([first.isoformat(), last.isoformat()])
            for name, (first, last) in calendar.HOLIDAYS.items()
        },
        "make_up_days": list[Json](day.isoformat() for day in calendar.MAKE_UP_DAYS),
    }


def _queue() -> dict[str, Json]:
    return {
        "audience_zone": people.AUDIENCE_ZONE,
        "queue_local": list[Json](f"{hour:02d}:{minute:02d}" for hour, minute in people.SLOTS),
        "with_jitter": list[Json](one.name for one in people.accounts() if one.jitter),
        "jitter_min": 7,
        "clock_change": calendar.US_CLOCK_CHANGE.isoformat(),
    }


def _clue(
    kind: str, carriers: Sequence[str], areas: Sequence[str], **more: Json
) -> dict[str, Json]:
    return {
        "kind": kind,
        "accounts": list[Json](sorted(carriers)),
        "areas": list[Json](areas),
        **more,
    }


def _with_text(part: str) -> list[str]:
    return [name for name, _, text in texts.PLANTED if part in text]


def _with_photo(name: str) -> list[str]:
    return [account for account, _, photo in tables.ATTACHED if photo == name]


def _labelled(label: str) -> list[str]:
    return [one.name for one in people.accounts() if one.label == label]


def _clues() -> list[Json]:
    desk, harbour, rain = "desk_by_the_window.jpg", tables.REPOSTED, "rain_on_glass.jpg"
    true, false = {"genuine": True}, {"genuine": False}
    return [
        _clue("label", _labelled("江苏"), [_PROVINCE], **true),
        _clue(
            "label", _labelled("北京"), ["CN-BJ"], **false, why="noise: leaves through a proxy"
        ),
        _clue(
            "label", [people.TRAVELLER[0]], ["CN-BJ"], **true,
            why=f"travel, {people.TRAVELLER[1]} to {people.TRAVELLER[2]}",
        ),
        _clue("image_position", _with_photo(desk), [CITY], **true, file=desk),
        _clue(
            "image_position", _with_photo(harbour), ["PH-00"], **false, file=harbour,
            why="put in with an editor: same camera 40 minutes after the picture in Yancheng",
        ),
        _clue("image_clock", _with_photo(desk), [], **true, file=desk, offset_min=480),
        _clue("image_clock", _with_photo(rain), [], **true, file=rain, offset_min=480),
        _clue("phone", _with_text(texts.PHONE), [CITY], **true, text=texts.PHONE),
        _clue("plate", _with_text(texts.PLATE), [CITY], **true, text=texts.PLATE),
        _clue(
            "plate", _with_photo("street_with_car.jpg"), [CITY], **true,
            file="street_with_car.jpg", why="in the picture only: needs reading by eye",
        ),
        _clue("text_position", _with_text(texts.PLACE), [CITY], **true, text=texts.PLACE),
        _clue("topic", _with_text("Yancheng"), [CITY], **false, why="speaks about the place only"),
        _clue("topic", _with_text("Manila"), ["PH-00"], **false, why="speaks about the place only"),
    ]  # fmt: skip


def _file(table: Table) -> dict[str, Json]:
    reasons = sorted({reason for _, reason in table.refused})
    return {
        "rows_present": table.good + len(table.refused),
        "rows_good": table.good,
        "rows_refused": len(table.refused),
        "refused_by_reason": {
            reason: sum(other == reason for _, other in table.refused) for reason in reasons
        },
        "refused": [{"row": row, "reason": reason} for row, reason in table.refused],
    }


def truth(
    rows: Sequence[Row], files: Mapping[str, Table], photos: Sequence[str]
) -> dict[str, Json]:
    """Everything that was put into the case. No floats."""
    return {
        "invented": "All accounts, texts, pictures and codes are invented. Any likeness is chance.",
        "made_by": "tools/make_demo.py",
        "seed": SEED,
        "picture_encoder": encoder(),
        "window": {"first_day": calendar.FIRST.isoformat(), "last_day": calendar.LAST.isoformat()},
        "crews": _crews(rows),
        "clues": _clues(),
        "files": {name: _file(table) for name, table in sorted(files.items())},
        "photos": {
            name: {"accounts": list[Json](sorted(_with_photo(name)))} for name in sorted(photos)
        },
        "damaged_photos": ["cut_short.jpg"],
        "hostile_posts": len(texts.HOSTILE),
    }
