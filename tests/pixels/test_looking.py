"""Many files: order, cache, laziness, and workers that hang, crash or eat memory."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from forensics.errors import ReadError
from forensics.model import Refusal
from forensics.pixels import ImageFile, Limits, Picture, pictures, pool, thumbnail, thumbnails
from forensics.pixels.cache import Cache, sound
from forensics.pixels.pool import work
from forensics.pixels.worker import _stay_offline

Store = Callable[[str, bytes], ImageFile]


def saved(picture: Image.Image, kind: str = "PNG", **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, format=kind, **options)
    return out.getvalue()


@pytest.fixture
def files(stored: Store, scene) -> list[ImageFile]:
    """Two pictures with something broken between them."""
    return [
        stored("one.png", saved(scene(1, (200, 150)))),
        stored("broken.jpg", b"\xff\xd8\xff\xe0 nothing follows"),
        stored("two.jpg", saved(scene(2, (200, 150)), "JPEG")),
    ]


def test_answers_come_in_the_order_of_the_files(files: list[ImageFile]) -> None:
    told: list[tuple[str, int, int | None]] = []
    found = list(
        pictures(files, progress=lambda *step: told.append(step), total=len(files), workers=2)
    )
    assert [one.original for one in found] == [file.sha256 for file in files]
    assert isinstance(found[1], Refusal)
    assert (found[1].where, found[1].reason) == ("pixels", "damaged")
    assert told == [("pictures", number, 3) for number in (1, 2, 3)]


def test_one_worker_and_two_say_the_same(files: list[ImageFile]) -> None:
    assert list(pictures(files, workers=1)) == list(pictures(files * 2, workers=2))[:3]


def test_what_is_known_is_not_decoded_again(files: list[ImageFile], tmp_path: Path) -> None:
    cache = tmp_path / "pixels.sqlite"
    first = list(pictures(files, cache=cache))
    for file in files:
        file.path.unlink()
    assert list(pictures(files, cache=cache)) == first
    stricter = Limits(max_bytes=10)
    again = list(pictures(files, cache=cache, limits=stricter))
    assert {one.reason for one in again if isinstance(one, Refusal)} == {"not_a_file"}


def test_known_and_new_files_keep_their_order(
    files: list[ImageFile], stored: Store, scene, tmp_path: Path
) -> None:
    cache = tmp_path / "pixels.sqlite"
    list(pictures(files[:1], cache=cache))
    more = [stored("new.png", saved(scene(5, (90, 90)))), *files]
    found = list(pictures(more, cache=cache))
    assert [one.original for one in found] == [file.sha256 for file in more]


def test_a_file_that_is_no_cache_is_said(files: list[ImageFile], tmp_path: Path) -> None:
    other = tmp_path / "pixels.sqlite"
    other.write_bytes(b"not a database, and long enough to be looked at as one" * 40)
    with pytest.raises(ReadError, match=r"pixels\.sqlite: the cache of pictures cannot be used"):
        list(pictures(files, cache=other))
    broken = tmp_path / "broken.sqlite"
    with sqlite3.connect(broken) as base:
        base.execute("CREATE TABLE pixels (something TEXT)")
    base.close()
    with pytest.raises(ReadError):
        list(pictures(files, cache=broken))


def test_files_are_taken_a_few_at_a_time(files: list[ImageFile]) -> None:
    taken = 0

    def endless() -> Iterator[ImageFile]:
        nonlocal taken
        while True:
            taken += 1
            yield files[0]

    found = pictures(endless(), workers=1)
    for _ in range(5):
        assert isinstance(next(found), Picture)
    found.close()
    assert taken < 15


def test_a_picture_that_needs_too_much_memory_costs_only_itself(
    stored: Store, files: list[ImageFile]
) -> None:
    huge = stored("huge.png", saved(Image.new("L", (9_000, 9_000)), compress_level=1))
    found = list(pictures([huge, files[0]], limits=Limits(memory_mb=420), workers=1))
    assert isinstance(found[0], Refusal)
    assert (found[0].reason, found[0].raw) == ("too_large", "needs more than 420 MB")
    assert isinstance(found[1], Picture)


PREPARE = "import sys, os, time, json; sys.path[:] = json.loads(sys.argv[1]);"
ENDINGS = {
    "busy": (
        PREPARE + "from forensics.pixels.limits import Limits\n"
        "from forensics.pixels.worker import limit_time\n"
        "sys.stdin.readline(); limit_time(Limits(cpu_s=0))\n"
        "while True: pass",
        "too_large",
        "needs more than 1 s of processor time",
        60,
    ),
    "hanging": (
        PREPARE + "sys.stdin.readline(); time.sleep(60)",
        "too_large",
        "gave no answer within 1 s",
        1,
    ),
    "crashing": (
        PREPARE + "sys.stdin.readline(); os.abort()",
        "damaged",
        "the decoder ended with status -6",
        60,
    ),
    "gone at once": (PREPARE, "damaged", "the decoder ended with status 0", 60),
}


@pytest.mark.slow
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_worker_that_ends_badly_is_a_refusal(
    ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, reason, raw, wall_s = ENDINGS[ending]
    monkeypatch.setattr(pool, "_START", program)
    jobs = [{"kind": "look", "path": "x", "original": name} for name in "ab"]
    for _, answer in work(jobs, Limits(cpu_s=1, wall_s=wall_s), workers=1):
        assert (answer["reason"], answer["raw"]) == (reason, raw)


def test_an_end_that_the_file_may_not_have_caused_is_not_kept(
    files: list[ImageFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "pixels.sqlite"
    with monkeypatch.context() as patched:
        patched.setattr(pool, "_START", ENDINGS["crashing"][0])
        found = list(pictures(files[:1], cache=cache, workers=1))
        assert isinstance(found[0], Refusal)
    assert isinstance(next(iter(pictures(files[:1], cache=cache))), Picture)


def test_the_worker_calls_nobody() -> None:
    for event in ("socket.connect", "socket.getaddrinfo"):
        with pytest.raises(PermissionError):
            _stay_offline(event, ())
    _stay_offline("open", ())


def segments(jpeg: bytes) -> list[int]:
    """Markers of a JPEG up to its scan."""
    at, found = 2, []
    while jpeg[at + 1] != 0xDA:
        found.append(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


def test_a_thumbnail_is_drawn_anew(stored: Store, scene) -> None:
    exif = Image.Exif()
    exif[0x010E] = "canary"
    exif[0x0112] = 6
    data = saved(
        scene(1), "JPEG", exif=exif, comment=b"canary", icc_profile=b"canary" * 40, dpi=(300, 300)
    )
    file = stored("a.jpg", data + b"canary")
    made = thumbnail(file.path)
    assert isinstance(made, bytes)
    assert b"canary" not in made
    application = [marker for marker in segments(made) if 0xE1 <= marker <= 0xEF or marker == 0xFE]
    assert not application, "no EXIF, no profile, no comment"
    with Image.open(io.BytesIO(made)) as small:
        assert small.format == "JPEG"
        assert small.size == (84, 112), "turned upright, the longer side 112"
        assert not small.getexif()
    assert thumbnail(file.path) == made
    assert len(made) < 6_000


def test_thumbnails_keep_order_and_say_what_has_none(files: list[ImageFile]) -> None:
    made = list(thumbnails(files, side_px=32))
    assert [name for name, _ in made] == [file.sha256 for file in files]
    assert [isinstance(one, bytes) for _, one in made] == [True, False, True]
    refused = thumbnail(files[1].path)
    assert isinstance(refused, Refusal)
    assert refused.reason == "damaged"


def test_known_thumbnails_are_not_drawn_again(files: list[ImageFile], tmp_path: Path) -> None:
    cache = tmp_path / "pixels.sqlite"
    told: list[tuple[str, int, int | None]] = []
    first = list(thumbnails(files, cache=cache, progress=lambda *step: told.append(step), total=3))
    assert told == [("thumbnails", number, 3) for number in (1, 2, 3)]
    for file in files:
        file.path.unlink()
    assert list(thumbnails(files, cache=cache)) == first
    assert list(thumbnails(files, cache=cache, side_px=30)) != first, "of another size"


def test_what_was_found_out_outlives_a_killed_process(tmp_path: Path) -> None:
    path = tmp_path / "pixels.sqlite"
    kept = Cache(path, "k", every=4)
    for number in range(11):
        kept.put(str(number), {"row": number})
    with Cache(path, "k") as after:  # the first was never closed
        found = [number for number in range(11) if after.get(str(number))]
    assert found == list(range(8))


def test_a_cache_is_looked_at_before_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "pixels.sqlite"
    assert sound(path)
    with Cache(path, "k") as kept:
        for number in range(400):
            kept.put(str(number), {"row": "x" * 200})
    assert sound(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert not sound(path)
    path.write_bytes(b"something else")
    assert not sound(path)


def test_a_small_picture_is_not_blown_up(stored: Store, scene) -> None:
    made = thumbnail(stored("a.png", saved(scene(1, (40, 30)))).path)
    assert isinstance(made, bytes)
    with Image.open(io.BytesIO(made)) as small:
        assert small.size == (40, 30)
