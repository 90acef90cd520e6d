"""Clients that post from a queue or a feed, by the name that platforms show beside a post.

A name is what the client said about itself and can be chosen freely by whoever registers one. Names
of clients in which people also type are not listed: TweetDeck and the platforms' own clients can
schedule, but mostly do not.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from forensics.clues.moments import Moments
from forensics.engine.runs import counted

QUEUE = "queue"
"""Posts at times chosen beforehand."""
FEED = "feed"
"""Posts when something elsewhere happens: a new article, a trigger, a post on another network."""

KNOWN: dict[str, tuple[str, str]] = {
    "botize": (FEED, "botize.com"),
    "buffer": (QUEUE, "buffer.com"),
    "cheap bots, done quick!": (QUEUE, "cheapbotsdonequick.com"),
    "coschedule": (QUEUE, "coschedule.com"),
    "dlvr.it": (FEED, "dlvrit.com"),
    "eclincher": (QUEUE, "eclincher.com"),
    "fedica": (QUEUE, "fedica.com"),
    "feed2toot": (FEED, "pypi.org/project/feed2toot"),
    "hootsuite": (QUEUE, "hootsuite.com"),
    "hootsuite inc.": (QUEUE, "hootsuite.com"),
    "ifttt": (FEED, "ifttt.com"),
    "later": (QUEUE, "later.com"),
    "loomly": (QUEUE, "loomly.com"),
    "meetedgar": (QUEUE, "meetedgar.com"),
    "postcron": (QUEUE, "postcron.com"),
    "postcron app": (QUEUE, "postcron.com"),
    "publer": (QUEUE, "publer.com"),
    "publer.io": (QUEUE, "publer.com"),
    "recurpost": (QUEUE, "recurpost.com"),
    "roundteam": (FEED, "roundteam.co"),
    "sendible": (QUEUE, "sendible.com"),
    "smarterqueue": (QUEUE, "smarterqueue.com"),
    "socialflow": (QUEUE, "socialflow.com"),
    "socialoomph": (QUEUE, "socialoomph.com"),
    "sprout social": (QUEUE, "sproutsocial.com"),
    "statusbrew": (QUEUE, "statusbrew.com"),
    "twibble.io": (FEED, "twibble.io"),
    "twittbot.net": (QUEUE, "twittbot.net"),
    "twitterfeed": (FEED, "twitterfeed.com"),
    "zapier": (FEED, "zapier.com"),
    "zapier.com": (FEED, "zapier.com"),
    "皮皮时光机": (QUEUE, "pp.cc"),
}
"""Name in lower case -> (what it does, its maker's site, which is the source of the name)."""

_LINK = re.compile(r"<[^<>]*>")


@lru_cache(maxsize=4096)
def kind_of(client: str) -> str | None:
    """`queue`, `feed`, or None for a client that is not listed. Links around a name are ignored."""
    known = KNOWN.get(_LINK.sub("", client).strip().lower())
    return known[0] if known else None


def posts_of(posts: Moments) -> dict[str, NDArray[np.bool_]]:
    """Listed client -> which posts carry it, most posts first."""
    codes, counts = counted(posts.client[posts.client >= 0])
    order = np.lexsort((codes, -counts))
    return {
        posts.clients[int(codes[i])]: posts.client == codes[i]
        for i in order
        if kind_of(posts.clients[int(codes[i])])
    }
