"""What all objects of a STIX bundle share: ids, marking, author."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from forensics.export.handed import NAMESPACE, Handed, kept, sound

CONFIDENCE = {"low": 15, "moderate": 50, "high": 85}
SCO_NAMESPACE = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""Namespace that STIX 2.1 prescribes for the ids of observables."""
TOOL = f"identity--{uuid5(NAMESPACE, 'gnomon')}"
AMBER_STRICT = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
"""TLP:AMBER+STRICT of TLP 2.0, by the id that OASIS gave it."""


def sdo(handed: Handed, kind: str, key: tuple[object, ...], **fields: Any) -> dict[str, Any]:
    """An object with what all of ours share; its id depends on the case and the key alone."""
    return kept(
        {
            "type": kind,
            "spec_version": "2.1",
            "id": f"{kind}--{handed.uid(kind, *key)}",
            "created": handed.at,
            "modified": handed.at,
            "created_by_ref": TOOL,
            "object_marking_refs": [AMBER_STRICT],
            **fields,
        }
    )


def sco(kind: str, key: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """An observable with the id that STIX prescribes: from the properties in `key`."""
    name = json.dumps(key, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    found = {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{uuid5(SCO_NAMESPACE, sound(name))}",
    }
    return kept({**found, "object_marking_refs": [AMBER_STRICT], **key, **fields})
