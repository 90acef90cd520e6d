"""Place names written into a picture: what it shows, said by whoever captioned it."""

from __future__ import annotations

from collections.abc import Mapping

_PLACES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "iptc": (("iptc_country", "iptc_country_code"), ("iptc_province",), ("iptc_city",),
             ("iptc_sublocation",)),
    "xmp": (("xmp_country", "xmp_country_code"), ("xmp_state",), ("xmp_city",),
            ("xmp_location",)),
    "created": (("xmp_created_country",), ("xmp_created_state",), ("xmp_created_city",),
                ("xmp_created_location",)),
    "shown": (("xmp_shown_country",), ("xmp_shown_state",), ("xmp_shown_city",),
              ("xmp_shown_location",)),
}  # fmt: skip


def place_names(documents: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """(Where it stands, the names from the country inwards) of every place named in the metadata.

    Typed by a person or an agency, often about what is shown and not where the camera stood
    (`shown` says that outright, `created` the contrary). The same place in two records is given
    once.

    Example: `(("iptc", "United Kingdom > Lincolnshire > Boston"),)`.
    """
    out: dict[str, str] = {}
    for record, levels in _PLACES.items():
        names = [
            next((documents[key] for key in keys if documents.get(key)), "") for keys in levels
        ]
        text = " > ".join(name for name in names if name)
        if text and text not in out:
            out[text] = record
    return tuple((record, text) for text, record in out.items())
