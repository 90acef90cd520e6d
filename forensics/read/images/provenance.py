"""Signed provenance (C2PA): who signed, when, with what, and whether the signature holds.

Needs the extra `c2pa`; without it only the presence of a manifest is known. Nothing is fetched: a
manifest that lies elsewhere is named, not read. A signature that holds says who signed these
bytes, not that the picture is true; without a list of trusted signers nobody vouches for the name.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forensics.clock import utc_text
from forensics.read.images.dates import Written, read_xmp_date
from forensics.read.images.strings import tidy

_TYPES: Mapping[str, str] = {
    "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif",
    "tiff": "image/tiff", "heif": "image/heic", "avif": "image/avif", "mp4": "video/mp4",
    "svg": "image/svg+xml", "jxl": "image/jxl",
}  # fmt: skip
_OFFLINE = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
_MAX_FAILURES = 10


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the active manifest of a file says, and what checking it gave."""

    state: str
    """`trusted`, `valid` (holds, signer on no list), `invalid`, `elsewhere` or `unreadable`."""
    issuer: str = ""
    """Organisation in the certificate."""
    generator: str = ""
    """Program that made the claim."""
    signed_utc: str = ""
    """Time of the signature as its time stamp authority gave it; empty without one."""
    ingredients: int = 0
    failures: tuple[str, ...] = ()
    """Codes of the checks that failed."""


def can_validate() -> bool:
    """True if the extra is installed."""
    return importlib.util.find_spec("c2pa") is not None


def why_unchecked() -> str:
    """Why a manifest that is there was not checked."""
    if can_validate():
        return "none of a kind that can be checked"
    return "the extra `c2pa` is not installed"


def read_credentials(path: Path, container: str) -> Credentials | None:
    """The signed provenance of a file; None without the extra, a manifest, or a known container.

    Args:
        path: The file.
        container: `Image.format`.
    """
    media_type = _TYPES.get(container)
    if media_type is None or not can_validate():
        return None
    c2pa: Any = importlib.import_module("c2pa")
    try:
        settings = c2pa.Settings.from_dict(_OFFLINE)
        with (
            path.open("rb") as stream,
            c2pa.Context(settings) as context,
            c2pa.Reader(media_type, stream, context=context) as reader,
        ):
            found = json.loads(reader.json())
            state = reader.get_validation_state() or found.get("validation_state") or ""
    except (c2pa.C2paError, OSError, ValueError) as error:
        return _failed(str(error))
    return _credentials(found, str(state))


def _failed(message: str) -> Credentials | None:
    if "ManifestNotFound" in message:
        return None
    if "Remote" in message:
        return Credentials("elsewhere")
    return Credentials("unreadable", failures=(tidy(message)[:120],))


def _credentials(found: Mapping[str, Any], state: str) -> Credentials:
    manifest = found.get("manifests", {}).get(found.get("active_manifest"), {})
    signature = manifest.get("signature_info") or {}
    generators = manifest.get("claim_generator_info") or [{}]
    generator = manifest.get("claim_generator") or " ".join(
        str(generators[0].get(key, "")) for key in ("name", "version")
    )
    results = (found.get("validation_results") or {}).get("activeManifest") or {}
    return Credentials(
        state=state.lower() or "unreadable",
        issuer=tidy(str(signature.get("issuer") or "")),
        generator=tidy(str(generator)),
        signed_utc=_utc(str(signature.get("time") or "")),
        ingredients=len(manifest.get("ingredients") or ()),
        failures=tuple(
            sorted({tidy(str(item.get("code"))) for item in results.get("failure") or ()})
        )[:_MAX_FAILURES],
    )


def _utc(text: str) -> str:
    """A written time with its zone as UTC; empty if it cannot be read or has none."""
    written = read_xmp_date(text)
    if not isinstance(written, Written) or written.offset_min is None:
        return ""
    return utc_text(written.local_us - written.offset_min * 60_000_000)
