"""Any instant, written as each format writes it, comes back equal or is refused."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics.read.chats import shared

ZONES = [
    "UTC", "Asia/Shanghai", "Asia/Tokyo", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran",
    "Asia/Pyongyang", "Asia/Yangon", "Asia/Amman", "Asia/Jerusalem", "Asia/Almaty",
    "Asia/Colombo",
    "Asia/Novosibirsk", "Asia/Vladivostok", "Europe/Moscow", "Europe/Kyiv", "Europe/Minsk",
    "Europe/Berlin", "Europe/London", "Europe/Istanbul", "Europe/Volgograd", "Europe/Lisbon",
    "Africa/Cairo", "Africa/Casablanca", "Africa/Lagos", "Africa/Windhoek", "America/New_York",
    "America/Chicago", "America/Denver", "America/Los_Angeles", "America/St_Johns",
    "America/Caracas", "America/Sao_Paulo", "America/Asuncion", "America/Mexico_City",
    "America/Havana", "Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Auckland",
    "Pacific/Chatham", "Pacific/Apia", "Pacific/Marquesas",
]  # fmt: skip
MONTH_NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun",
               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]  # fmt: skip
Write = Callable[[datetime, int], bytes]


def zone_of(local: datetime) -> str:
    return f"{local:%z}"[:5]


def telegram(local: datetime, t_s: int) -> bytes:
    message = {"id": 1, "type": "message", "date": f"{local:%Y-%m-%dT%H:%M:%S}",
               "date_unixtime": str(t_s), "from": "A", "from_id": "user1"}  # fmt: skip
    return json.dumps({"name": "G", "type": "private_group", "messages": [message]}).encode()


def page(local: datetime, t_s: int) -> bytes:
    del t_s
    offset = f"{zone_of(local)[:3]}:{zone_of(local)[3:]}"
    return (
        '<!DOCTYPE html><html><div class="message default clearfix" id="message1"><div '
        f'class="pull_right date details" title="{local:%d.%m.%Y %H:%M:%S} UTC{offset}">x</div>'
        '<div class="from_name">Ada</div></div></html>'
    ).encode()


def letter(local: datetime, t_s: int) -> bytes:
    del t_s
    date = f"{local.day} {MONTH_NAMES[local.month - 1]} {local:%Y %H:%M:%S} {zone_of(local)}"
    return f"From: ada@x.example\nTo: b\nDate: {date}\n\nbody\n".encode()


def history(local: datetime, t_s: int) -> bytes:
    del t_s
    month = MONTH_NAMES[local.month - 1]
    date = f"Mon {month} {local.day} {local:%H:%M:%S %Y} {zone_of(local)}"
    return f"commit {'a' * 40}\nAuthor: Ada <a@x>\nDate:   {date}\n\n    x\n".encode()


def raw_history(local: datetime, t_s: int) -> bytes:
    date = f"{t_s} {zone_of(local)}"
    return f"commit {'a' * 40}\nAuthor: Ada <a@x>\nDate:   {date}\n\n    x\n".encode()


def discord(local: datetime, t_s: int) -> bytes:
    del t_s
    message = {"id": "1", "type": "Default", "timestamp": local.isoformat(),
               "author": {"name": "ada"}, "content": "x"}  # fmt: skip
    return json.dumps(
        {"guild": {"id": "1"}, "channel": {"id": "2"}, "messages": [message]}
    ).encode()


def slack(local: datetime, t_s: int) -> bytes:
    del local
    return json.dumps([{"type": "message", "user": "U1", "ts": f"{t_s}.000000"}]).encode()


WRITERS: list[Write] = [telegram, page, letter, history, raw_history, discord, slack]
INSTANTS = st.integers(946_684_800 + 86_400, 2_145_916_799 - 86_400)


@pytest.mark.parametrize("write", WRITERS, ids=[write.__name__ for write in WRITERS])
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(t_s=INSTANTS, zone=st.sampled_from(ZONES))
def test_instants_come_back(read_into: Any, write: Write, t_s: int, zone: str) -> None:
    local = datetime.fromtimestamp(t_s, ZoneInfo(zone))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(write(local, t_s))
        outcome = read_into([path], Path(folder) / "tables")
    assert outcome.times == [t_s * 1_000_000]


LAYOUTS = ["[%d/%m/%Y, %H:%M:%S] ", "[%m/%d/%y, %I:%M:%S %p] ", "%Y-%m-%d, %H:%M - "]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    t_s=st.integers(1_262_304_000, 2_100_000_000),
    zone=st.sampled_from(ZONES),
    layout=st.sampled_from(LAYOUTS),
)
def test_local_times_come_back_or_are_refused(
    read_into: Any, t_s: int, zone: str, layout: str
) -> None:
    step_s = 1 if "%S" in layout else 60
    t_s -= t_s % step_s
    lines = []
    for day in range(0, 60, 3):
        local = datetime.fromtimestamp(t_s + day * 86_400, ZoneInfo(zone))
        lines.append(local.strftime(layout) + "Ada: hello\n")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_text("".join(lines), encoding="utf-8")
        outcome = read_into(
            [path], Path(folder) / "tables", assume_zone=zone, nothing_is_an_error=False
        )
    for post in outcome.posts:
        # zones whose offset had seconds are not in use after 2010
        assert post["t_us"] == (t_s + (post["row"] - 1) * 3 * 86_400) * 1_000_000
    assert {reason for _, reason in outcome.reasons} <= {"ambiguous_time", "missing_local_time"}


# --- the helpers


def test_seconds_of_iso_text() -> None:
    assert shared.unix_s("2024-03-05T09:12:44.9+08:00") == 1709601164
    assert shared.unix_s("2024-03-05 01:12:44") == 1709601164
    assert shared.unix_s("soon") is None
    assert shared.unix_s(None) is None
    aware = datetime(2024, 3, 5, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))
    assert shared.unix_s(aware.isoformat()) == int(aware.timestamp())


def test_many_offsets_are_cut() -> None:
    counted = dict.fromkeys(range(0, 360, 60), 1)
    assert shared.described_offsets(counted).endswith("and 2 more")
    assert shared.scalar_text(True) is None
    assert shared.scalar_text(1 << 70) is None
