"""Ties by files: one camera, one document, one picture, one watermark.

Copies of one picture are one thing: a camera or a document ties two accounts only through different
pictures, or any repost would look like a shared camera. See docs/methods/groups.md.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from forensics.clues import Evidence
from forensics.links.edges import EdgeKind, Ties
from forensics.links.traces.serials import id_fault, plain_serial, serial_fault
from forensics.links.traces.shared import Carrier, Kind, ties
from forensics.model import Image, RowRef

Seen = dict[str, dict[str, dict[str, set[str]]]]
"""Thing -> account -> same-picture set -> files."""

DOCUMENT_FIELDS = (
    "xmp_original_document_id",
    "xmp_document_id",
    "xmp_derived_from_original_document_id",
    "xmp_derived_from_document_id",
    "xmp_derived_from_instance_id",
    "xmp_instance_id",
    "xmp_history_instance_ids",
    "apple_content_id",
    "apple_photo_id",
    "image_unique_id",
)
"""All name one chain of edits or one shot. `image_module_id` names a kind of camera: never used."""
_WATERMARK = re.compile(r"^[@＠]\s?([\w.\-]{3,40})$")
MOST_DEVICE = 12
MOST_DOCUMENT = 12
MOST_PICTURE = 40
MOST_WATERMARK = 12

PASSED_ON = "A file keeps its serials and ids when it is passed on; who copied it carries them too."
TEMPLATES = "Documents made from one template, or by one agency for several clients, share ids."
WENT_ROUND = "A picture that went round ties nobody: look for what is rare, and who had it first."


def same_device(evidence: Evidence) -> Ties:
    """Accounts with pictures of one camera body: equal make, model and serial."""
    faults: Counter[str] = Counter()
    seen = _empty()
    for image in evidence.images:
        serial = image.camera.get("body_serial", "")
        if not serial or not image.accounts:
            continue
        if fault := serial_fault(serial):
            faults[f"serials ({fault})"] += 1
            continue
        made_by = [image.camera.get(key, "").strip().casefold() for key in ("make", "model")]
        _see(seen, evidence, "\0".join((*made_by, plain_serial(serial))), image)
    kind = Kind(
        "same_device", 20_000, MOST_DEVICE, "camera", "cameras", (PASSED_ON,), left_out=dict(faults)
    )
    return _ties(kind, seen, apart=True)


def same_document(evidence: Evidence) -> Ties:
    """Accounts with different files that come from one document or one chain of edits."""
    faults: Counter[str] = Counter()
    seen = _empty()
    for image in evidence.images:
        if not image.accounts:
            continue
        for value in sorted(set(_ids(image))):
            if fault := id_fault(value):
                faults[f"ids ({fault})"] += 1
            else:
                _see(seen, evidence, value, image)
    limits = (PASSED_ON, TEMPLATES)
    kind = Kind(
        "same_document",
        20_000,
        MOST_DOCUMENT,
        "document id",
        "document ids",
        limits,
        left_out=dict(faults),
    )
    return _ties(kind, seen, apart=True)


def same_picture(evidence: Evidence) -> Ties:
    """Accounts that posted one picture, by its pixels or nearly so."""
    seen = _empty()
    blank = _blank(evidence)
    for image in evidence.images:
        if image.accounts and image.original not in blank:
            _see(seen, evidence, evidence.set_of(image.original), image)
    kind = Kind(
        "same_picture", 12_000, MOST_PICTURE, "picture", "pictures", (WENT_ROUND,), "picture_ties"
    )
    return _ties(kind, seen, apart=False)


def same_watermark(evidence: Evidence) -> Ties:
    """Accounts with different pictures that carry one `@name` as a line of text."""
    by_file = {image.original: image for image in evidence.images}
    seen = _empty()
    for line in evidence.image_texts:
        found = _WATERMARK.match(line.text.strip())
        image = by_file.get(line.original)
        if found and image is not None and image.accounts:
            _see(seen, evidence, found[1].casefold(), image)
    limits = ("A watermark names who published a picture; anybody can copy it afterwards.",)
    kind = Kind(
        "same_uploader", 10_000, MOST_WATERMARK, "watermark", "watermarks", limits, "watermarks"
    )
    return _ties(kind, seen, apart=True)


def _ids(image: Image) -> Iterator[str]:
    for field in DOCUMENT_FIELDS:
        for value in image.documents.get(field, "").split("|"):
            if value.strip():
                yield value.strip().casefold()


def _blank(evidence: Evidence) -> set[str]:
    """Files that show an empty area."""
    groups = evidence.same.groups if evidence.same else ()
    return {name for group in groups if not group.telling for name in group.originals}


def _empty() -> Seen:
    return defaultdict(lambda: defaultdict(lambda: defaultdict(set)))


def _see(seen: Seen, evidence: Evidence, thing: str, image: Image) -> None:
    """Note a file under each account that posted it."""
    for account in image.accounts:
        seen[thing][account][evidence.set_of(image.original)].add(image.original)


def _ties(kind: Kind, seen: Seen, *, apart: bool) -> Ties:
    """Edges from things; with `apart`, copies of a picture that several accounts posted are out."""
    looked = len({account for carriers in seen.values() for account in carriers})
    things: dict[str, Mapping[str, Carrier]] = {}
    for thing in sorted(seen):
        common = _common(seen[thing]) if apart else frozenset()
        carriers = {
            account: Carrier(frozenset(RowRef(one, 0) for one in files))
            for account, sets in sorted(seen[thing].items())
            if (files := {f for name, those in sets.items() if name not in common for f in those})
        }
        if len(carriers) > 1:
            things[_name(kind.kind, thing)] = carriers
    return ties(kind, things, looked)


def _common(carriers: Mapping[str, Mapping[str, set[str]]]) -> frozenset[str]:
    """Pictures that more than one account posted."""
    number = Counter(name for sets in carriers.values() for name in sets)
    return frozenset(name for name, n in number.items() if n > 1)


def _name(kind: EdgeKind, thing: str) -> str:
    """A name that is safe to print: ids are text of whoever made the file."""
    word = kind.removeprefix("same_")
    return f"{word} {hashlib.sha256(thing.encode()).hexdigest()[:8]}"
