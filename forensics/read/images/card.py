"""What stands in the rows of an image's card: sentences, not yet wrapped or made printable."""

from __future__ import annotations

from collections.abc import Mapping

from forensics.clock import offset_text, utc_text
from forensics.model import Image, ImageTime
from forensics.read.images.camera_clock import strength
from forensics.read.images.gps import degrees_text
from forensics.read.images.placenames import place_names
from forensics.read.images.provenance import Credentials, why_unchecked

_LONGEST = 160
"""Characters of one value; the JSON holds all of it."""
_WRITERS = {
    "camera": "the camera's clock",
    "satellite": "the satellites' clock",
    "editor": "an editor's clock",
    "device": "the device's clock",
    "collector": "the collector's clock",
    "unknown": "an unknown clock",
}
_FIXES = {
    "stale": "the fix is stale: not of the moment of the picture",
    "void": "the fix is void: the receiver had lost the satellites",
}
_RECORDS = {
    "created": "as where it was taken",
    "shown": "as what is shown",
}
_STATES = {
    "trusted": "the signature holds, the signer is on a list of trust",
    "valid": "the signature holds, nobody vouches for the signer",
    "invalid": "the check failed: changed after signing, or a false signature",
    "elsewhere": "the manifest lies on a server; nothing is fetched",
    "unreadable": "the manifest cannot be read",
}
_IDS: Mapping[str, str] = {
    "xmp_document_id": "document",
    "xmp_original_document_id": "original document",
    "xmp_instance_id": "instance",
    "xmp_history_instance_ids": "instances in its history",
    "icc_description": "colour profile",
    "image_unique_id": "unique id",
    "image_module_id": "id of the kind of camera module (never links two files)",
    "apple_content_id": "Apple content id (pairs a photo with its video)",
    "apple_burst_id": "Apple burst id (shots of one burst)",
    "apple_image_id": "Apple image id",
    "apple_photo_id": "Apple photo id",
    "apple_capture_request_id": "Apple capture request id",
    "raw_camera": "camera in the raw data",
    "trailer": "appended behind the picture, in the form of",
    "trailer_keys": "fields appended",
}
_ELSEWHERE = frozenset(("c2pa", "apple_run_time_ns"))
_OF_PLACES = ("iptc_", "xmp_created_", "xmp_shown_")
_XMP_PLACES = frozenset(
    ("xmp_city", "xmp_state", "xmp_country", "xmp_country_code", "xmp_location")
)


def sort(found: Image) -> list[str]:
    """Container, size and thumbnail."""
    parts = [found.format.upper()]
    if found.width_px and found.height_px:
        parts.append(f"{found.width_px} x {found.height_px} pixels")
    if found.thumbnail_bytes:
        parts.append(f"thumbnail of {found.thumbnail_bytes:,} bytes")
    return [", ".join(parts)]


def when(found: Image, *, history: int = 1) -> list[str]:
    """One line a time, with its clock and every field that says it; the last of an edit history."""
    out: dict[str, dict[str, None]] = {}
    steps = [claim for claim in found.times if claim.field == "xmp_history"]
    claims = [claim for claim in found.times if claim.field != "xmp_history"]
    shown = steps[-history:]
    for claim in claims + shown:
        text = _moment(claim)
        if not text:
            continue
        name = claim.field.replace("_", " ")
        if claim.field == "xmp_history" and len(steps) > 1:
            last = "the last" if len(shown) == 1 else f"the last {len(shown)}"
            name += f", {last} of {len(steps)}"
        out.setdefault(text, {})[name] = None
    return [f"{text} ({', '.join(names)})" for text, names in out.items()]


def _moment(claim: ImageTime) -> str:
    """`2021-08-15 22:01:32.07 UTC+2, by the camera's clock`."""
    writer = _WRITERS.get(claim.clock_writer, claim.clock_writer)
    if claim.local is not None:
        known = claim.local.offset_min
        zone = "no zone written" if known is None else offset_text(known)
        fraction = f".{claim.local.fraction}" if claim.local.fraction else ""
        return f"{claim.local.text.replace('T', ' ')}{fraction} {zone}, by {writer}"
    if claim.instant is not None:
        text = utc_text(claim.instant.utc_us)
        millis = claim.instant.utc_us // 1000 % 1000
        return f"{text[:-1]}.{millis:03d}Z by {writer}" if millis else f"{text} by {writer}"
    return ""


def where(found: Image) -> list[str]:
    """Positions with their radius, what stands beside them, and place names."""
    out = [
        f"{degrees_text(place.lat_udeg)}, {degrees_text(place.lon_udeg)} "
        f"within {place.radius_m:,} m ({place.basis})"
        for place in found.positions
    ]
    if found.altitude_mm is not None:
        height = f"height {milli(found.altitude_mm)} m"
        out[:1] = [f"{out[0]}, {height}"] if out else [height]
    out += _beside(found.gps)
    out += [
        f"named {text} ({record}: typed by somebody"
        + (f", {_RECORDS[record]})" if record in _RECORDS else ", often about what is shown)")
        for record, text in place_names(found.documents)
    ]
    return out


def milli(value: int) -> str:
    """Thousandths as a number with one decimal, cut towards zero: -12500 is `-12.5`."""
    tenths = abs(value) // 100
    return f"{'-' if value < 0 and tenths else ''}{tenths // 10}.{tenths % 10}"


def _beside(gps: Mapping[str, int | str]) -> list[str]:
    """Quality of the fix; direction and speed; destination; track."""
    out = []
    fix = str(gps.get("fix", ""))
    days = gps.get("fix_days_off")
    quality = [_FIXES.get(fix, fix)] if fix else []
    quality += [f"date of the fix {days:+d} days off"] if isinstance(days, int) else []
    quality += [
        f"{name} {milli(value)}{unit}"
        for key, name, unit in (("error_mm", "error", " m"), ("dop_milli", "dilution", ""))
        if isinstance(value := gps.get(key), int)
    ]
    quality += [
        f"{key} {gps[key]}" for key in ("satellites", "dimensions", "method", "datum") if key in gps
    ]
    out += [", ".join(quality)] if quality else []
    motion = [_heading(gps, "looks to", "direction"), _heading(gps, "moves to", "track")]
    speed = gps.get("speed_mm_per_s")
    motion += [f"at {milli(speed)} m/s"] if isinstance(speed, int) else []
    out += [text] if (text := ", ".join(part for part in motion if part)) else []
    out += [text] if (text := _destination(gps)) else []
    if "track_points" in gps:
        span = [
            f"{word} {gps[key]}"
            for word, key in (("from", "track_from_utc"), ("to", "track_to_utc"))
            if key in gps
        ]
        out.append(", ".join((f"track of {gps['track_points']} points", *span)))
    return out


def _heading(gps: Mapping[str, int | str], words: str, name: str) -> str:
    """`looks to 348.1° (magnetic north)`."""
    value = gps.get(f"{name}_mdeg")
    if not isinstance(value, int):
        return ""
    return f"{words} {milli(value)}° ({gps.get(f'{name}_north', 'unknown')} north)"


def _destination(gps: Mapping[str, int | str]) -> str:
    lat, lon = gps.get("destination_lat_udeg"), gps.get("destination_lon_udeg")
    distance = gps.get("destination_distance_m")
    parts = []
    if isinstance(lat, int) and isinstance(lon, int):
        parts.append(f"{degrees_text(lat)}, {degrees_text(lon)}")
    parts += [f"{distance:,} m away"] if isinstance(distance, int) else []
    parts += [text] if (text := _heading(gps, "at", "destination_bearing")) else []
    return "destination " + ", ".join(parts) if parts else ""


def device(found: Image) -> list[str]:
    """Make, model, serials, software; owners only as hashes."""
    camera = found.camera
    parts = [" ".join(part for part in (camera.get("make"), camera.get("model")) if part)]
    parts += [
        f"{label} {camera[key]}"
        for key, label in (
            ("body_serial", "serial"), ("drone_serial", "drone's serial"),
            ("lens_model", "lens"), ("lens_serial", "lens serial"),
            ("trailer_device", "appended build"),
        )
        if key in camera
    ]  # fmt: skip
    parts += [f"software {found.software}"] if found.software else []
    out = [text] if (text := ", ".join(part for part in parts if part)) else []
    return out + [
        f"{label} present (hash {camera[key]})"
        for key, label in (("owner_hash", "owner"), ("artist_hash", "artist"))
        if key in camera
    ]


def clock(found: Image) -> list[str]:
    """The camera's zone: against the satellites, as written, and as set in the body."""
    out = []
    if found.clock_offset_min is not None and found.clock_residual_s is not None:
        out.append(
            f"{offset_text(found.clock_offset_min)} against the satellites "
            f"(remainder {found.clock_residual_s:+d} s: {strength(found.clock_residual_s)})"
        )
    taken = next((claim for claim in found.times if claim.field == "exif_original"), None)
    if taken is not None and taken.local is not None and taken.local.offset_min is not None:
        out.append(f"{offset_text(taken.local.offset_min)} as the camera wrote it")
    zone = found.camera.get("world_time_min", "")
    if zone.lstrip("-").isdecimal():
        summer = {"yes": ", summer time on", "no": ", summer time off"}
        out.append(
            f"{offset_text(int(zone))} as set in the camera"
            + summer.get(found.camera.get("world_time_dst", ""), "")
        )
    run_time = found.documents.get("apple_run_time_ns", "")
    if run_time.isdecimal():
        out.append(
            f"{int(run_time) // 1_000_000_000:,} s awake since the phone was started "
            "(Apple run time: orders neighbouring shots)"
        )
    return out


def marks(found: Image) -> list[str]:
    """Traces of programs and platforms, as leads."""
    of = found.marks
    out = []
    if "app" in of:
        out.append(f"named as by: {of['app']}")
    if "stripped" in of:
        out.append(f"no metadata, as expected of {of.get('platform', 'that platform')}")
    elif "platform" in of:
        out.append(f"platform: {of['platform']}")
    out += [
        f"{label}: {of[key]}"
        for key, label in (
            ("screenshot", "screenshot"), ("reencoded", "re-encoded"),
            ("program", "programs named"), ("thumbnail", "thumbnail does not match"),
            ("jpeg_quality", "tables of the common library at quality"),
        )
        if key in of
    ]  # fmt: skip
    return out


def ids(found: Image) -> list[str]:
    """Ids and the rest of the document fields; place names stand elsewhere."""
    rest = [
        key
        for key in found.documents
        if key not in _IDS and key not in _ELSEWHERE and key not in _XMP_PLACES
        and (not key.startswith(_OF_PLACES) or key == "iptc_special_instructions")
    ]  # fmt: skip
    out = []
    for key in [key for key in _IDS if key in found.documents] + rest:
        value = found.documents[key]
        label = _IDS.get(key, key.replace("_", " "))
        out.append(f"{label} {value[:_LONGEST]}{'…' if len(value) > _LONGEST else ''}")
    return out


def signed(found: Image, credentials: Credentials | None) -> list[str]:
    """Signed provenance: what was checked, or why nothing was."""
    if credentials is None:
        if "c2pa" not in found.documents:
            return []
        return [f"C2PA manifest present, not checked: {why_unchecked()}"]
    out = [f"C2PA {credentials.state}: {_STATES.get(credentials.state, 'state unknown')}"]
    parts = [
        f"{label} {value}"
        for label, value in (
            ("by", credentials.issuer), ("with", credentials.generator),
            ("at", credentials.signed_utc),
        )
        if value
    ]  # fmt: skip
    if credentials.ingredients:
        parts.append(f"made from {credentials.ingredients} other files")
    out += [", ".join(parts)] if parts else []
    out += [f"failed: {', '.join(credentials.failures)}"] if credentials.failures else []
    return out
