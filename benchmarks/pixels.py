"""Same pictures: recall after changes, false pairs among strangers, speed and memory of the search.

Usage: python benchmarks/pixels.py [FOLDER ...] [--most 160] [--hashes 100000]

Each FOLDER holds photographs; none are part of this project. Of files whose names differ in
numbers only (`1920x1080.jpg` beside `2560x1440.jpg`) the largest is taken, and each picture is also
cut into nine tiles, which are strangers to each other but of one light and colour, so harder than
photographs of different places. Without a folder that is there, only the search is measured.
"""

from __future__ import annotations

import argparse
import io
import math
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from forensics.pixels import ImageFile, Limits, Picture, pictures, same_pictures  # noqa: E402 - path
from forensics.pixels.decode import NotDecodedError, decode  # noqa: E402 - the path comes first
from forensics.pixels.hashes import distance  # noqa: E402 - the path comes first
from forensics.pixels.picture import CLEAR_QUALITY, hashed  # noqa: E402 - the path comes first
from forensics.pixels.same import CANDIDATE_BITS, PDQ_SAME_BITS  # noqa: E402 - path

DEFAULT = ROOT.parent / "shared" / "data" / "images"
SEED = 20_240
LEAST_PX = 256
Change = Callable[[Image.Image], Image.Image]


def saved(picture: Image.Image, quality: int) -> Image.Image:
    """The picture after it was saved as JPEG."""
    out = io.BytesIO()
    picture.save(out, format="JPEG", quality=quality)
    out.seek(0)
    with Image.open(out) as again:
        return again.convert("RGB")


def fitted(picture: Image.Image, longest: int, quality: int) -> Image.Image:
    """As platforms send it on: a smaller side, saved again."""
    small = picture.copy()
    small.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return saved(small, quality)


def cropped(picture: Image.Image, percent: int) -> Image.Image:
    """Without this share of the width and of the height, half on each side."""
    across, down = picture.width * percent // 200, picture.height * percent // 200
    return picture.crop((across, down, picture.width - across, picture.height - down))


def captioned(picture: Image.Image) -> Image.Image:
    """With a white bar of 15 % and text below."""
    bar = picture.height * 15 // 100
    whole = ImageOps.expand(picture, (0, 0, 0, bar), fill=(255, 255, 255))
    font = ImageFont.load_default(max(bar // 2, 8))
    ImageDraw.Draw(whole).text((10, picture.height + bar // 5), "when it is Monday", 0, font=font)
    return whole


def watermarked(picture: Image.Image) -> Image.Image:
    """With a name in the lower right corner, a fifth of the width."""
    whole = picture.copy()
    font = ImageFont.load_default(max(picture.width // 28, 8))
    place = (picture.width * 3 // 4, picture.height * 9 // 10)
    ImageDraw.Draw(whole).text(place, "@somebody", (255, 255, 255), font=font, stroke_width=1)
    return whole


def on_screen(picture: Image.Image) -> Image.Image:
    """As a screenshot of a telephone: black bars, with a clock in the upper one."""
    bar = picture.height // 4
    whole = ImageOps.expand(picture, (0, bar), fill=(0, 0, 0))
    font = ImageFont.load_default(max(picture.width // 30, 8))
    ImageDraw.Draw(whole).text((20, bar // 8), "10:42", (255, 255, 255), font=font)
    return saved(whole, 85)


CHANGES: dict[str, Change] = {
    "saved again, quality 50": lambda one: saved(one, 50),
    "longest side 1080, quality 75": lambda one: fitted(one, 1080, 75),
    "longest side 640, quality 60": lambda one: fitted(one, 640, 60),
    "grey": lambda one: one.convert("L").convert("RGB"),
    "25 % lighter": lambda one: one.point(lambda value: min(value * 5 // 4, 255)),
    "watermark": watermarked,
    "cropped by 2 %": lambda one: cropped(one, 2),
    "cropped by 5 %": lambda one: cropped(one, 5),
    "cropped by 10 %": lambda one: cropped(one, 10),
    "cropped by 20 %": lambda one: cropped(one, 20),
    "caption of 15 % below": captioned,
    "black bars above and below": lambda one: saved(
        ImageOps.expand(one, (0, one.height // 4), fill=(0, 0, 0)), 85
    ),
    "black bars with a clock": on_screen,
    "mirrored": lambda one: saved(one.transpose(Image.Transpose.FLIP_LEFT_RIGHT), 75),
    "turned by 90 degrees": lambda one: one.transpose(Image.Transpose.ROTATE_90),
}


def interval(found: int, number: int) -> tuple[float, float]:
    """Wilson's interval of 95 % of a share."""
    if not number:
        return 0.0, 1.0
    share, z = found / number, 1.96
    middle = share + z * z / (2 * number)
    half = z * math.sqrt(share * (1 - share) / number + z * z / (4 * number * number))
    return max(middle - half, 0) / (1 + z * z / number), (middle + half) / (1 + z * z / number)


def files_of(folders: Sequence[Path]) -> list[Path]:
    """One file, the largest, of those whose names differ in numbers only."""
    families: dict[tuple[Path, str], list[Path]] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                stem = re.sub(r"[\d_x@ -]+", "", path.stem)
                families.setdefault((path.parent, stem), []).append(path)
    return [max(group, key=lambda path: (path.stat().st_size, path)) for group in families.values()]


def sources(paths: Sequence[Path]) -> Iterator[tuple[str, Image.Image]]:
    """(Name, picture) of the pictures and their tiles that show enough to be hashed."""
    for path in paths:
        try:
            picture, _ = decode(path, Limits(), side_px=1_800)
        except NotDecodedError:
            continue
        parts = [("", picture)]
        wide, high = picture.width // 3, picture.height // 3
        if min(wide, high) >= LEAST_PX:
            parts += [
                (f" {x}/{y}", picture.crop((x * wide, y * high, (x + 1) * wide, (y + 1) * high)))
                for x in range(3)
                for y in range(3)
            ]
        for label, part in parts:
            if min(part.size) >= LEAST_PX:
                yield path.name + label, part


def ties(one: Picture, other: Picture) -> tuple[bool, bool, bool]:
    """Whether two pictures are tied by upright PDQ, by any view of PDQ, and are candidates."""
    clear = min(one.quality, other.quality) >= CLEAR_QUALITY
    upright = clear and distance(one.pdq, other.pdq) <= PDQ_SAME_BITS
    found = same_pictures([replace(one, original="a"), replace(other, original="b")])
    return upright, bool(found.groups), bool(found.groups or found.candidates)


def recall(items: Sequence[tuple[str, Image.Image, Picture]], most: int) -> None:
    """Print how many changed copies are found."""
    order = np.random.default_rng(SEED).permutation(len(items))[:most]
    print(f"\nrecall in %, {len(order)} pictures, 95 % intervals")
    print(f"{'change':<32}{'PDQ upright':>20}{'PDQ, all views':>20}{'with candidates':>20}")
    for name, change in CHANGES.items():
        counts = np.zeros(3, dtype=int)
        for at in order:
            _, picture, before = items[at]
            counts += np.array(ties(before, hashed(change(picture), "")))
        cells = []
        for count in counts.tolist():
            low, high = interval(count, len(order))
            cells.append(f"{100 * count / len(order):.0f} ({100 * low:.0f}-{100 * high:.0f})")
        print(f"{name:<32}" + "".join(f"{cell:>20}" for cell in cells))


def false_pairs(items: Sequence[tuple[str, Image.Image, Picture]]) -> None:
    """Print how many strangers look alike. Tiles and their whole picture are not compared."""
    shots = [(name, name.rsplit(" ", 1), one) for name, _, one in items]
    counts = dict.fromkeys(("PDQ", "any view of PDQ", "pHash", "dHash", "pHash and dHash"), 0)
    pairs, nearest, seen = 0, 256, []
    for at, (name, parts, one) in enumerate(shots):
        for other_name, other_parts, other in shots[at + 1 :]:
            if parts[0] == other_parts[0] and 1 in (len(parts), len(other_parts)):
                continue
            pairs += 1
            bits = distance(one.pdq, other.pdq)
            nearest = min(nearest, bits)
            views = [
                distance(a, b)
                for a in (one.pdq, one.pdq_inner)
                for b in (other.pdq, other.pdq_inner, other.pdq_mirror)
                if a and b
            ]
            dark = distance(one.phash, other.phash) <= CANDIDATE_BITS
            steps = distance(one.dhash, other.dhash) <= CANDIDATE_BITS
            hits = (bits <= PDQ_SAME_BITS, min(views) <= PDQ_SAME_BITS, dark, steps, dark and steps)
            for key, hit in zip(counts, hits, strict=True):
                counts[key] += hit
            if hits[1] or hits[4]:
                seen.append(f"{name} and {other_name}: PDQ {bits}, any view {min(views)}")
    print(f"\nstrangers: {pairs} pairs of {len(shots)} pictures; nearest by PDQ {nearest} bits")
    for key, count in counts.items():
        _, high = interval(count, pairs)
        print(f"  {key:<18}{count:>8}   rate {count / max(pairs, 1):.1e}, at most {high:.1e}")
    for line in islice(seen, 20):
        print(f"  {line}")


def search_speed(number: int) -> None:
    """Print what a search among that many pictures costs, with copies and with a crowd."""
    rng = np.random.default_rng(SEED)

    def text(words: np.ndarray[tuple[int, ...], np.dtype[np.uint64]]) -> str:
        return "".join(f"{int(word):016x}" for word in words)

    for label, share in (("1 % copies", 0.0), ("and a third near copies of one", 1 / 3)):
        words = rng.integers(0, 1 << 64, (number, 10), dtype=np.uint64)
        crowd = int(number * share)
        # copies differ in 5 random bits of each hash, as a photograph saved again does
        copies = [(at, number - 1 - at) for at in range(number // 100)]
        copies += [(number // 2, at) for at in range(number // 2 - crowd, number // 2)]
        for source, copy in copies:
            words[copy] = words[source]
            for bit in rng.integers(0, 640, 12):
                words[copy, bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
        made = [
            Picture(f"{at:064x}", 1, 1, None, text(row[:4]), text(row[4:8]), None,
                    text(row[8:9]), text(row[9:]), 100)
            for at, row in enumerate(words)
        ]  # fmt: skip
        before, start = peak_mb(), time.process_time()
        found = same_pictures(made)
        print(
            f"  {label}: {time.process_time() - start:.1f} s of processor time, peak "
            f"{peak_mb():,} MB ({before:,} MB before), {len(found.groups)} groups holding "
            f"{sum(len(group.originals) for group in found.groups)} files, "
            f"{len(found.candidates)} candidates, {found.crowded} crowded bands"
        )


def peak_mb() -> int:
    """Most memory that this process has used."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def decode_speed(paths: Sequence[Path], workers: int) -> None:
    """Print how many files a second are decoded and hashed."""
    files = [ImageFile(str(path), path) for path in paths]
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    decoded = sum(isinstance(one, Picture) for one in pictures(files, workers=workers))
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    size = sum(path.stat().st_size for path in paths) / len(paths) / 1e6
    print(
        f"\ndecoded and hashed {decoded} of {len(paths)} files ({size:.1f} MB each) with {workers} "
        f"workers: {len(paths) / wall:.0f} a second, {1000 * cpu / max(decoded, 1):.0f} ms of "
        f"processor time each; most memory of a worker {after.ru_maxrss // 1024} MB"
    )


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folders", nargs="*", type=Path, default=[DEFAULT])
    parser.add_argument("--most", type=int, default=160, help="pictures that are changed")
    parser.add_argument("--hashes", type=int, default=100_000, help="pictures in the search")
    told = parser.parse_args()
    paths = files_of([folder for folder in told.folders if folder.is_dir()])
    if paths:
        # first, while this process is small: a child counts the memory it was started from
        decode_speed(paths, 2)
    print(f"\nsearch among {told.hashes:,} pictures (PDQ upright and mirrored, and candidates)")
    search_speed(told.hashes)
    if not paths:
        print("no photographs: recall and false pairs are not measured")
        return 0
    items = []
    for name, picture in sources(paths):
        seen = hashed(picture, name)
        if seen.quality >= CLEAR_QUALITY:
            items.append((name, picture, seen))
    false_pairs(items)
    recall(items, told.most)
    return 0


if __name__ == "__main__":
    sys.exit(main())
