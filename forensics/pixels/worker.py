"""The process that decodes: it takes one job a line, answers one line, and may be ended any time.

Hostile files are decoded here and nowhere else. The process limits its own memory and, for each
job, its own processor time; it opens no connection; and what a decoding library prints goes
nowhere. Started by `forensics.pixels.pool`, as `serve(limits)`.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from forensics.pixels.limits import Limits

OPEN_FILES = 64
"""Files a decoder may hold open: the picture, its models, what the libraries need."""
WRITTEN_BYTES = 1 << 20
"""Longest file a decoder may write: none does, but a library may keep notes."""
_CALLS = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname")


def _stay_offline(event: str, _args: object) -> None:
    if event in _CALLS:
        msg = "a decoder wanted to call somebody"
        raise PermissionError(msg)


def _limit(limits: Limits) -> None:
    """Bound address space, written files and open files, each as far as the system can.

    Answers go through a pipe, which the bound on written files does not touch. Where the system
    has no such bounds (Windows), the clock on the wall remains.
    """
    with contextlib.suppress(ImportError):
        import resource

        amount = limits.memory_mb * 1_000_000
        for what, most in (
            (resource.RLIMIT_AS, amount),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, WRITTEN_BYTES),
            (resource.RLIMIT_NOFILE, OPEN_FILES),
        ):
            with contextlib.suppress(ValueError, OSError):
                _, hard = resource.getrlimit(what)
                bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
                resource.setrlimit(what, (bound, bound))


def limit_time(limits: Limits) -> None:
    """Let the system end this process when the work to come has used its processor time."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(used.ru_utime + used.ru_stime) + 1
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (spent + limits.cpu_s, hard))


def answer(job: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """What became of one job: `{"row": ...}`, `{"jpeg": ...}`, `{"lines": ...}` or a refusal.

    Args:
        job: `kind` (look, shrink, text), `path`, `original`, and `side_px` for shrink.
        limits: What it may cost.
    """
    from forensics.pixels.decode import NotDecodedError
    from forensics.pixels.picture import look, shrink

    path = Path(job["path"])
    try:
        if job["kind"] == "look":
            return {"row": look(path, job["original"], limits).row()}
        if job["kind"] == "text":
            from forensics.pixels.recognise import recognise

            return {"lines": [asdict(line) for line in recognise(path, limits)]}
        jpeg = shrink(path, limits, side_px=job["side_px"])
        return {"jpeg": base64.b64encode(jpeg).decode("ascii")}
    except NotDecodedError as refused:
        return {"reason": refused.reason, "raw": refused.raw}
    except MemoryError:
        return {"reason": "too_large", "raw": f"needs more than {limits.memory_mb} MB"}
    except Exception as error:  # noqa: BLE001 - a hostile file becomes a refusal, with its reason
        return {"reason": "damaged", "raw": type(error).__name__}


def serve(limits: Limits) -> None:
    """Decode: answer jobs from the standard input until it ends."""
    import forensics.pixels.picture  # load what decodes before memory is bounded

    del forensics
    serve_with(answer, limits)


def serve_with(
    answering: Callable[[Mapping[str, Any], Limits], Mapping[str, Any]], limits: Limits
) -> None:
    """Answer jobs from the standard input until it ends; libraries cannot disturb the answers.

    Args:
        answering: Job and limits to answer; it never raises for what stands in a file.
        limits: What a job may cost.
    """
    jobs = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    sys.addaudithook(_stay_offline)
    _limit(limits)
    for line in jobs:
        limit_time(limits)
        answers.write(json.dumps(answering(json.loads(line), limits)) + "\n")
        answers.flush()
