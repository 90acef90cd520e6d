"""XMP: parsed as XML, looked up by namespace URI; prefixes mean nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from forensics.model import Position
from forensics.read.images.blocks import Blocks
from forensics.read.images.gps import DEFAULT_RADIUS_M, angle, hemisphere, position
from forensics.read.images.ifd import Ratio
from forensics.read.images.strings import tidy

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_X = "adobe:ns:meta/"
_MM = "http://ns.adobe.com/xap/1.0/mm/"
_BASIC = "http://ns.adobe.com/xap/1.0/"
_EVENT = "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"
_REFERENCE = "http://ns.adobe.com/xap/1.0/sType/ResourceRef#"
_EXIF = "http://ns.adobe.com/exif/1.0/"
_EXIF_EX = "http://cipa.jp/exif/1.0/"
_AUX = "http://ns.adobe.com/exif/1.0/aux/"
_PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
_CORE = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
_EXTENSION = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_DJI = "http://www.dji.com/drone-dji/1.0/"
_NOTE = "http://ns.adobe.com/xmp/note/"

_OPENING = re.compile(r"<([A-Za-z_][\w.\-]{0,30}:(?:xmpmeta|RDF))[\s>]")
MAX_ELEMENTS = 200_000
MAX_HISTORY = 100

_DOCUMENTS: Mapping[tuple[str, str], str] = {
    (_MM, "DocumentID"): "xmp_document_id",
    (_MM, "OriginalDocumentID"): "xmp_original_document_id",
    (_MM, "InstanceID"): "xmp_instance_id",
    (_BASIC, "CreatorTool"): "xmp_creator_tool",
    (_PHOTOSHOP, "City"): "xmp_city",
    (_PHOTOSHOP, "State"): "xmp_state",
    (_PHOTOSHOP, "Country"): "xmp_country",
    (_CORE, "Location"): "xmp_location",
    (_CORE, "CountryCode"): "xmp_country_code",
    (_EXIF, "UserComment"): "xmp_user_comment",
    (_DJI, "GimbalYawDegree"): "dji_gimbal_yaw",
}
_DEVICE: Mapping[tuple[str, str], str] = {
    (_AUX, "SerialNumber"): "body_serial",
    (_EXIF_EX, "BodySerialNumber"): "body_serial",
    (_AUX, "LensSerialNumber"): "lens_serial",
    (_EXIF_EX, "LensSerialNumber"): "lens_serial",
    (_AUX, "Lens"): "lens_model",
    (_EXIF_EX, "LensModel"): "lens_model",
    (_DJI, "CameraSerialNumber"): "body_serial",
    (_DJI, "DroneSerialNumber"): "drone_serial",
    (_AUX, "OwnerName"): "owner",
    (_EXIF_EX, "CameraOwnerName"): "owner",
}
_TIMES: Mapping[tuple[str, str], str] = {
    (_BASIC, "CreateDate"): "xmp_create",
    (_BASIC, "ModifyDate"): "xmp_modify",
    (_BASIC, "MetadataDate"): "xmp_metadata",
    (_PHOTOSHOP, "DateCreated"): "xmp_photoshop_created",
    (_EXIF, "DateTimeOriginal"): "xmp_exif_original",
}


@dataclass(slots=True)
class Xmp:
    """What the packets of a file say; the first packet that has a field wins."""

    documents: dict[str, str] = field(default_factory=dict)
    device: dict[str, str] = field(default_factory=dict)
    times: list[tuple[str, str]] = field(default_factory=list)
    """(Field, text as written), history last and in its order."""
    position: Position | None = None
    seen: bool = False
    """True if any packet could be parsed."""


def read_xmp(blocks: Blocks) -> Xmp:
    """The fields of all packets of a file, Extended XMP joined where the main packet names it."""
    xmp = Xmp()
    roots = [root for packet in blocks.xmp if (root := _parse(packet, blocks)) is not None]
    for root in list(roots):
        guid = next(
            (text for name, text in _properties(root) if name == (_NOTE, "HasExtendedXMP")), ""
        )
        extended = _join(blocks.extended_xmp.get(guid, []))
        more = _parse(extended, blocks) if extended else None
        if more is not None:
            roots.append(more)
    for root in roots:
        xmp.seen = True
        _collect(root, xmp, blocks)
    return xmp


def _join(parts: list[tuple[int, bytes]]) -> bytes:
    """Extended XMP in the order of its offsets; parts that leave a gap are not used."""
    out = b""
    for offset, part in sorted(parts):
        if offset != len(out):
            break
        out += part
    return out


def _parse(packet: bytes, blocks: Blocks) -> Element | None:
    """The packet as XML; None with a reason.

    If it does not parse as a whole, the stretch from the start of `xmpmeta` or `RDF` to the first
    matching end tag is tried: junk behind the document and cut tails are common.
    """
    text = _text(packet)
    if text.count("<") > 2 * MAX_ELEMENTS:
        blocks.problem("field XMP", "too_large")
        return None
    for candidate in (text, _core(text)):
        if not candidate:
            continue
        try:
            root: Element = fromstring(candidate, forbid_dtd=True)
        except DefusedXmlException:
            blocks.problem("field XMP", "damaged", "document type declaration")
            return None
        except (ParseError, ValueError):
            continue
        return root
    blocks.problem("field XMP", "damaged", tidy(text[:100]))
    return None


def _text(packet: bytes) -> str:
    """The packet as text: UTF-8, UTF-16 or UTF-32, found from its first bytes."""
    head = packet[:4]
    if head in {b"\xff\xfe\0\0", b"<\0\0\0"}:
        encoding = "utf-32-le"
    elif head in {b"\0\0\xfe\xff", b"\0\0\0<"}:
        encoding = "utf-32-be"
    elif head[:2] in {b"\xff\xfe", b"<\0"}:
        encoding = "utf-16-le"
    elif head[:2] in {b"\xfe\xff", b"\0<"}:
        encoding = "utf-16-be"
    else:
        encoding = "utf-8"
    text = packet.decode(encoding, "replace").lstrip("\ufeff").strip("\0 \t\r\n")
    # The text is decoded already; an encoding declared inside would be applied a second time.
    return re.sub(r"\A<\?xml[^>]{0,200}\?>\s*", "", text)


def _core(text: str) -> str:
    """From `xmpmeta`, else `RDF`, to its first end tag; empty if there is no such stretch."""
    for match in islice(_OPENING.finditer(text), 4):
        end = text.find(f"</{match.group(1)}>", match.end())
        if end >= 0:
            return text[match.start() : end + len(match.group(1)) + 3]
    return ""


def _split(tag: str) -> tuple[str, str]:
    uri, _, name = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
    return uri, name


def _value(element: Element) -> str:
    """Text of an element: its own, that of `rdf:resource`, or of the first item of a list."""
    resource = element.get(f"{{{_RDF}}}resource")
    if resource:
        return resource
    if element.text and element.text.strip():
        return element.text
    item = next((item for item in element.iter(f"{{{_RDF}}}li")), None)
    return (item.text or "") if item is not None else ""


def _properties(root: Element) -> Iterator[tuple[tuple[str, str], str]]:
    """(Namespace and name, text) of the properties of every `rdf:Description` at the top.

    A property is an attribute, or an element in one of three forms.
    """
    for description in _descriptions(root):
        for name, text in description.attrib.items():
            yield _split(name), text
        for element in description:
            yield _split(element.tag), _value(element)


def _descriptions(root: Element) -> Iterator[Element]:
    places = [root] if root.tag == f"{{{_RDF}}}RDF" else list(root.iter(f"{{{_RDF}}}RDF"))
    for place in places[:10]:
        yield from place.findall(f"{{{_RDF}}}Description")


def _collect(root: Element, xmp: Xmp, blocks: Blocks) -> None:
    toolkit = root.get(f"{{{_X}}}xmptk") or root.get(f"{{{_X}}}xaptk")
    if toolkit:
        xmp.documents.setdefault("xmp_toolkit", tidy(toolkit))
    gps: dict[str, str] = {}
    for name, raw in _properties(root):
        text = tidy(raw)
        if not text:
            continue
        if name in _DOCUMENTS:
            xmp.documents.setdefault(_DOCUMENTS[name], text)
        elif name in _DEVICE:
            xmp.device.setdefault(_DEVICE[name], text)
        elif name in _TIMES and (_TIMES[name], text) not in xmp.times:
            xmp.times.append((_TIMES[name], text))
        elif name[0] == _EXIF and name[1] in {"GPSLatitude", "GPSLongitude"}:
            gps.setdefault(name[1], text)
    _structures(root, xmp)
    if xmp.position is None and gps:
        xmp.position = _position(gps, blocks)


def _structures(root: Element, xmp: Xmp) -> None:
    """DerivedFrom and History, each written as attributes or as elements."""
    instances: list[str] = []
    for description in _descriptions(root):
        derived = description.find(f"{{{_MM}}}DerivedFrom")
        if derived is not None:
            fields = _fields(derived, _REFERENCE)
            for key, name in (("documentID", "document"), ("instanceID", "instance"),
                              ("originalDocumentID", "original_document")):  # fmt: skip
                if fields.get(key):
                    xmp.documents.setdefault(f"xmp_derived_from_{name}_id", fields[key])
        _named_places(description, xmp)
        history = description.find(f"{{{_MM}}}History")
        for item in (
            list(history.iter(f"{{{_RDF}}}li"))[:MAX_HISTORY] if history is not None else ()
        ):
            fields = _fields(item, _EVENT)
            if fields.get("when"):
                xmp.times.append(("xmp_history", fields["when"]))
            if fields.get("instanceID"):
                instances.append(fields["instanceID"])
            if fields.get("softwareAgent"):
                xmp.documents.setdefault("xmp_software_agent", fields["softwareAgent"])
    if instances:
        xmp.documents.setdefault("xmp_history_instance_ids", "|".join(dict.fromkeys(instances)))


_PLACES = (("LocationCreated", "created"), ("LocationShown", "shown"))
_LEVELS = (
    ("CountryName", "country"), ("ProvinceState", "state"), ("City", "city"),
    ("Sublocation", "location"),
)  # fmt: skip


def _named_places(description: Element, xmp: Xmp) -> None:
    """Where the picture was made and what place it shows, in the newer form of IPTC."""
    for name, label in _PLACES:
        found = description.find(f"{{{_EXTENSION}}}{name}")
        item = None if found is None else next(found.iter(f"{{{_RDF}}}li"), None)
        fields = {} if item is None else _fields(item, _EXTENSION)
        for key, level in _LEVELS:
            if fields.get(key):
                xmp.documents.setdefault(f"xmp_{label}_{level}", fields[key])


def _fields(element: Element, uri: str) -> dict[str, str]:
    """Fields of a structure: attributes and children, here or in a Description inside."""
    out: dict[str, str] = {}
    inner = element.find(f"{{{_RDF}}}Description")
    for place in (element, inner):
        if place is None:
            continue
        for name, text in place.attrib.items():
            if _split(name)[0] == uri:
                out.setdefault(_split(name)[1], tidy(text))
        for child in place:
            if _split(child.tag)[0] == uri:
                out.setdefault(_split(child.tag)[1], tidy(_value(child)))
    return out


_COORDINATE = re.compile(
    r"(\d{1,3}),(\d{1,2}(?:\.\d{1,12})?)(?:,(\d{1,2}(?:\.\d{1,12})?))?\s*([NSEWnsew])", re.ASCII
)


def _position(gps: Mapping[str, str], blocks: Blocks) -> Position | None:
    """The position of `exif:GPSLatitude` and `GPSLongitude`, written `48,53.323582N`."""
    raw = " ".join(gps.values())
    found = [_COORDINATE.fullmatch(gps.get(name, "")) for name in ("GPSLatitude", "GPSLongitude")]
    if found[0] is None or found[1] is None:
        reason = "incomplete_position" if len(gps) < 2 else "no_hemisphere"
        blocks.problem("field XMP GPS", reason, raw)
        return None
    angles = [angle(_ratios(match)) for match in found if match]
    signs = (hemisphere(found[0].group(4), "N", "S"), hemisphere(found[1].group(4), "E", "W"))
    lat, lon = angles
    if isinstance(lat, str) or isinstance(lon, str):
        blocks.problem("field XMP GPS", "impossible_position", raw)
        return None
    if signs[0] is None or signs[1] is None:
        blocks.problem("field XMP GPS", "no_hemisphere", raw)
        return None
    out = position(lat, signs[0], lon, signs[1], basis="xmp", radius_m=DEFAULT_RADIUS_M, raw=raw)
    if isinstance(out, str):
        blocks.problem("field XMP GPS", out, raw)
        return None
    return out


def _ratios(match: re.Match[str]) -> tuple[Ratio, ...]:
    parts = [Fraction(part) for part in match.group(1, 2, 3) if part is not None]
    return tuple(Ratio(part.numerator, part.denominator) for part in parts)
