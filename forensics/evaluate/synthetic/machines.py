"""Machines: slots of a scheduler with and without jitter, feeds that are polled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forensics.evaluate.synthetic.habits import Habits, sample
from forensics.evaluate.synthetic.localtime import DAY_S, IntArray, to_utc
from forensics.evaluate.synthetic.people import Window
from forensics.evaluate.synthetic.unit import SyntheticAccount, account, joined

EIGHT_SLOTS = (510, 615, 720, 810, 930, 1035, 1140, 1245)
"""Minutes after local midnight: 08:30, 10:15, 12:00, 13:30, 15:30, 17:15, 19:00, 20:45."""


def scheduled_times(
    rng: np.random.Generator,
    *,
    zone: str,
    window: Window,
    posts: int,
    slots_min: Sequence[int] = EIGHT_SLOTS,
    jitter_min: int = 0,
) -> IntArray:
    """UTC seconds of posts in daily slots, each at most `jitter_min` away, whole seconds.

    Without jitter a post goes out in the first three seconds of its minute, as queues do.
    """
    days = rng.integers(window[0], window[1] + 1, posts)
    slot = rng.choice(np.asarray(slots_min, dtype=np.int64), posts)
    if jitter_min:
        apart = rng.integers(-jitter_min * 60, jitter_min * 60 + 1, posts)
    else:
        apart = rng.integers(0, 3, posts)
    local = days * DAY_S + slot * 60 + apart
    found, exists = to_utc(local, zone, rng.random(posts))
    return np.sort(found[exists])


def half_scheduled(
    rng: np.random.Generator,
    name: str,
    habits: Habits,
    *,
    window: Window,
    posts: int,
    share: float,
    slots_min: Sequence[int] = EIGHT_SLOTS,
    jitter_min: int = 0,
    clients: tuple[str, str] = ("web", "web"),
) -> SyntheticAccount:
    """An account of which `share` of the posts is scheduled and the rest typed by a person.

    `clients` names the client of typed and of scheduled posts; equal names hide it.
    """
    n = round(posts * share)
    typed = sample(rng, habits, *window, posts - n) if posts > n else np.empty(0, np.int64)
    machine = scheduled_times(
        rng, zone=habits.zone, window=window, posts=n, slots_min=slots_min, jitter_min=jitter_min
    )
    parts = [account(name, typed, client=clients[0]), account(name, machine, client=clients[1])]
    return joined(name, parts)


def feed_bot(
    rng: np.random.Generator, name: str, *, window: Window, posts: int, poll_min: int = 10
) -> SyntheticAccount:
    """A bot that polls a news feed every `poll_min` minutes and posts what is new.

    News come at any time, fewer in the night of UTC; posts go out some seconds after the poll.
    """
    minute = np.arange(1440)
    rate = 1.0 + 0.8 * np.sin((minute - 480) / 1440 * 2 * np.pi)
    news = rng.integers(window[0], window[1] + 1, posts) * 1440 + rng.choice(
        1440, posts, p=rate / rate.sum()
    )
    polls = (news // poll_min + 1) * poll_min
    return account(name, polls * 60 + rng.integers(2, 8, posts), client="feed")


def punctual(
    rng: np.random.Generator, name: str, habits: Habits, *, window: Window, posts: int
) -> SyntheticAccount:
    """A person who begins the day and comes back from lunch on the minute, and types in between.

    One post a day falls in the first two minutes after 09:00, one after 13:00; the rest anywhere.
    """
    days = rng.integers(window[0], window[1] + 1, posts // 8)
    start = days * DAY_S + rng.choice([540, 780], len(days)) * 60 + rng.integers(0, 120, len(days))
    sharp, exists = to_utc(start, habits.zone, rng.random(len(start)))
    rest = sample(rng, habits, *window, posts - int(exists.sum()))
    return account(name, np.concatenate([sharp[exists], rest]))
