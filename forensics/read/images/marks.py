"""Traces of programs and platforms: who named, made, re-encoded or stripped the file.

Every mark is a lead. A name is changed in a second, a table of quantisation is shared by many
programs, and the size of a screen is also the size of wallpapers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from forensics.ids.names import NameTime, name_time
from forensics.read.images.blocks import Blocks
from forensics.read.images.jpeg import frame_size
from forensics.read.images.quantisation import quality
from forensics.read.images.tags import Tags

USER_COMMENT = 0x9286
STRIPS: Mapping[str, str] = {
    "whatsapp": "WhatsApp", "whatsapp_web": "WhatsApp", "telegram": "Telegram",
    "telegram_export": "Telegram", "wechat_export": "WeChat", "wechat_windows": "WeChat",
    "qq": "QQ", "facebook": "Facebook", "messenger": "Messenger", "signal": "Signal",
    "weibo": "Weibo", "x": "X", "instagram": "Instagram", "zhihu": "Zhihu", "xianyu": "Xianyu",
}  # fmt: skip
"""Platforms that take the metadata out of what is sent or posted as a picture, by name rule."""
_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("messenger", re.compile(r"received_\d{10,}", re.IGNORECASE)),
    ("whatsapp", re.compile(r"(?:IMG|VID)-20\d{6}-WA\d{4}", re.IGNORECASE)),
    ("xianyu", re.compile(r"idlefish-msg-", re.IGNORECASE)),
    ("zhihu", re.compile(r"v2-[0-9a-f]{32}(?:_\w+)?$")),
    ("x", re.compile(r"[B-H][A-Za-z0-9_-]{14}(?:[:_](?:orig|large|medium|small))?$")),
    ("instagram", re.compile(r"\d{6,10}_\d{12,18}_\d{15,20}_n$")),
    ("facebook", re.compile(r"\d{6,10}_\d{10,20}_\d{15,20}_[on]$")),
    ("weibo", re.compile(r"(?=.*[0-9])00[0-9A-Za-z]{6}[lgt]y[0-9a-z]{22,24}$")),
    ("camera", re.compile(r"(?:IMG_|DSC_?|DSCN|DSCF|P10|_MG_|GOPR|MVI_)\d{4,6}$")),
)
"""Names without a time in them. Platforms first; the ordinary names of cameras last."""
_LOOSE = frozenset(("x", "instagram", "facebook", "weibo"))
"""Names of ids only: they name a platform only where the metadata is gone as well."""
_X_NAME = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)")
_PROGRAMS: tuple[tuple[str, str], ...] = (
    ("adobe photoshop lightroom", "Lightroom"), ("lightroom", "Lightroom"),
    ("photoshop express", "Photoshop Express"), ("photoshop", "Photoshop"),
    ("illustrator", "Illustrator"), ("indesign", "InDesign"), ("gimp", "GIMP"),
    ("snapseed", "Snapseed"), ("picsart", "PicsArt"), ("meitu", "Meitu"), ("美图", "Meitu"),
    ("xingtu", "Xingtu"), ("醒图", "Xingtu"), ("capcut", "CapCut"), ("canva", "Canva"),
    ("paint.net", "Paint.NET"), ("picasa", "Picasa"), ("acdsee", "ACDSee"),
    ("gd-jpeg", "GD library"), ("imagemagick", "ImageMagick"), ("lavc", "FFmpeg"),
    ("lavf", "FFmpeg"), ("instagram", "Instagram"), ("microsoft windows photo", "Windows"),
    ("windows photo editor", "Windows"), ("gnome-screenshot", "gnome-screenshot"),
    ("inkscape", "Inkscape"), ("darktable", "darktable"), ("rawtherapee", "RawTherapee"),
    ("capture one", "Capture One"), ("vsco", "VSCO"), ("pixelmator", "Pixelmator"),
    ("stable diffusion", "Stable Diffusion"), ("dall-e", "DALL-E"), ("midjourney", "Midjourney"),
    ("firefly", "Adobe Firefly"),
)  # fmt: skip
_PROGRAM_OF = dict(_PROGRAMS)
_PROGRAM = re.compile(
    r"(?<![a-z0-9])(?:" + "|".join(re.escape(sign) for sign, _ in _PROGRAMS) + r")(?![a-z0-9])"
)
_APPLE_SCREENS = frozenset((
    (640, 1136), (750, 1334), (828, 1792), (1080, 1920), (1125, 2436), (1170, 2532), (1179, 2556),
    (1206, 2622), (1242, 2208), (1242, 2688), (1284, 2778), (1290, 2796), (1320, 2868),
))  # fmt: skip
_FBMD = re.compile(r"FBMD[0-9a-f]{6,}")


def read_marks(
    name: str,
    tags: Tags,
    comment: bytes,
    blocks: Blocks,
    documents: Mapping[str, str],
    *,
    stripped: bool,
) -> dict[str, str]:
    """The marks of a file, each under what it is about.

    Args:
        name: Its name as received.
        tags: EXIF values.
        comment: Start of the EXIF user comment.
        blocks: What the walker found.
        documents: Document fields (IPTC, XMP).
        stripped: True if the file carries no metadata.

    Returns:
        Some of `app` (the rule its name follows), `platform`, `stripped` (expected: that platform
        takes the metadata out), `screenshot` (what says so), `program` (names that occur in it),
        `jpeg_quality` (only where the tables are exactly those of the common library) and
        `reencoded` (Facebook's own mark).
    """
    out: dict[str, str] = {}
    timed = name_time(name)
    app = timed.rule.name if timed is not None else app_of_id(name)
    if app:
        out["app"] = app
    platform = "" if app in _LOOSE and not stripped else STRIPS.get(app, "")
    if _FBMD.match(documents.get("iptc_special_instructions", "")):
        out["reencoded"] = "Facebook or Instagram, by their mark in the IPTC record"
        platform = platform or "Facebook or Instagram"
    if platform:
        out["platform"] = platform
        if stripped:
            out["stripped"] = f"expected: {platform} takes metadata out"
    shot = _screenshot(timed, tags, blocks)
    comment = comment or documents.get("xmp_user_comment", "").encode()
    shot = shot or ("user comment" if b"Screenshot" in comment else "")
    if shot:
        out["screenshot"] = shot
    programs = _programs(tags, blocks, documents)
    if programs:
        out["program"] = programs
    steps = quality(blocks.dqt) if blocks.dqt else None
    if steps is not None:
        out["jpeg_quality"] = str(steps)
    return dict(sorted(out.items()))


def app_of_id(name: str) -> str:
    """The rule of the program that named the file so, without a time; empty if no rule fits."""
    stem = PurePosixPath(name.replace("\\", "/")).stem
    for rule, pattern in _NAMES:
        if pattern.match(stem) and (rule != "x" or _X_NAME.match(stem)):
            return rule
    return ""


def _screenshot(timed: NameTime | None, tags: Tags, blocks: Blocks) -> str:
    """What says that this is a picture of a screen; empty if nothing does."""
    if timed is not None and timed.rule.event == "screenshot":
        return f"named so ({timed.rule.name})"
    size = (blocks.width_px or 0, blocks.height_px or 0)
    shown = size in _APPLE_SCREENS or size[::-1] in _APPLE_SCREENS
    if shown and blocks.format == "png" and not tags.text("image", 0x010F):
        return "size of a phone's screen, PNG, no camera (weak)"
    return ""


def _programs(tags: Tags, blocks: Blocks, documents: Mapping[str, str]) -> str:
    """Editing programs named anywhere in the file, in the order in which they stand."""
    texts = [
        tags.text("image", 0x0131), blocks.texts.get("Software", ""),
        blocks.texts.get("comment", ""), documents.get("xmp_creator_tool", ""),
        documents.get("xmp_software_agent", ""), blocks.movie.get("software", ""),
    ]  # fmt: skip
    shown = " | ".join(text for text in texts if text).casefold()
    names = (_PROGRAM_OF[match.group()] for match in _PROGRAM.finditer(shown))
    found = dict.fromkeys(names)
    if "Ducky" in blocks.segments:
        found.pop("Photoshop", None)
        found["Photoshop (saved for the web)"] = None
    return ", ".join(found)


def thumbnail_mark(thumbnail: bytes, blocks: Blocks) -> str:
    """Why the thumbnail is not that of this picture, by shape alone; empty if it may be.

    Thumbnails of 4:3 and 3:2 often stand for the other shape with bars, so only what neither bars
    nor a turn explain is told. Whether the pixels agree is a question for the pixels.
    """
    size = frame_size(thumbnail)
    width, height = blocks.width_px, blocks.height_px
    if size is None or not width or not height or not min(size):
        return ""
    if size[0] > width and size[1] > height:
        return f"{size[0]} x {size[1]} is larger than the picture"
    small, large = sorted(size), sorted((width, height))
    ratio = small[1] * large[0] * 1000 // (small[0] * large[1])
    barred = abs(small[1] * 1000 // small[0] - 1333) <= 20
    turned = (size[0] > size[1]) != (width > height) and size[0] != size[1]
    if (barred and ratio <= 1020) or 960 <= ratio <= 1040:
        wrong = turned and 960 <= ratio <= 1040 and not barred
        return f"{size[0]} x {size[1]}: turned against the picture" if wrong else ""
    return f"{size[0]} x {size[1]}: another shape than {width} x {height}"
