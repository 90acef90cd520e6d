"""XMP by namespace URI, in all its encodings and forms."""

from __future__ import annotations

import struct

import pytest

DOCUMENT = 'm:DocumentID="xmp.did:AB" m:OriginalDocumentID="uuid:CD" m:InstanceID="xmp.iid:EF"'


def _documents(make, read, *packets: bytes):
    image, refusals = read(make.jpeg(*(make.xmp_app1(packet) for packet in packets)))
    return image, refusals


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le",
                 "utf-32-be"]
)  # fmt: skip
def test_encodings(encoding, make, read):
    text = make.xmp("<p:City>Köln</p:City>", attributes=DOCUMENT).decode().replace("\ufeff", "")
    image, refusals = _documents(make, read, text.encode(encoding))
    assert refusals == ()
    assert image.documents["xmp_document_id"] == "xmp.did:AB"
    assert image.documents["xmp_original_document_id"] == "uuid:CD"
    assert image.documents["xmp_instance_id"] == "xmp.iid:EF"
    assert image.documents["xmp_city"] == "Köln"
    assert image.documents["xmp_toolkit"] == "Toolkit 1.0"


def test_a_declared_encoding_is_not_applied_twice(make, read):
    packet = b"<?xml version='1.0' encoding='utf-16'?>" + make.xmp("<p:City>\xc3</p:City>")
    assert _documents(make, read, packet)[0].documents["xmp_city"] == "\xc3"


@pytest.mark.parametrize(
    "inside",
    [
        "<m:DocumentID>xmp.did:AB</m:DocumentID>",
        '<m:DocumentID rdf:resource="xmp.did:AB"/>',
        "<m:DocumentID><rdf:Alt><rdf:li>xmp.did:AB</rdf:li></rdf:Alt></m:DocumentID>",
        "<m:DocumentID><rdf:Seq><rdf:li>xmp.did:AB</rdf:li></rdf:Seq></m:DocumentID>",
        '<old:DocumentID xmlns:old="http://ns.adobe.com/xap/1.0/mm/">xmp.did:AB</old:DocumentID>',
    ],
)
def test_four_forms_of_a_property_and_any_prefix(inside, make, read):
    image, _ = _documents(make, read, make.xmp(inside))
    assert image.documents["xmp_document_id"] == "xmp.did:AB"


def test_a_prefix_bound_to_something_else_is_not_believed(make, read):
    inside = '<xmpMM:DocumentID xmlns:xmpMM="urn:other">xmp.did:AB</xmpMM:DocumentID>'
    image, _ = _documents(make, read, make.xmp(inside))
    assert "xmp_document_id" not in image.documents


@pytest.mark.parametrize(
    "change",
    [
        lambda packet: packet + b"<junk>",
        lambda packet: b"\xef\xbb\xbf\0\0" + packet,
        lambda packet: packet[: packet.index(b"</x:xmpmeta>")],
        lambda packet: packet.replace(b"</x:xmpmeta>", b"</x:xmpmeta>&&&"),
    ],
)
def test_junk_and_cut_tails(change, make, read):
    image, _ = _documents(make, read, change(make.xmp("", attributes=DOCUMENT)))
    assert image.documents["xmp_document_id"] == "xmp.did:AB"


@pytest.mark.parametrize("packet", [b"not xml", b"<x:xmpmeta", b"<a><b></a>"])
def test_what_is_no_xml_is_refused(packet, make, read):
    image, refusals = _documents(make, read, packet)
    assert [(item.where, item.reason) for item in refusals] == [("field XMP", "damaged")]
    assert image.documents == {}


def test_history_and_derived_from_in_both_forms(make, read):
    inside = (
        '<m:DerivedFrom rf:documentID="xmp.did:1" rf:instanceID="xmp.iid:2"/>'
        "<m:History><rdf:Seq>"
        '<rdf:li ev:action="created" ev:when="2021-08-15T22:01:32+02:00"'
        ' ev:instanceID="xmp.iid:A" ev:softwareAgent="Editor 1"/>'
        "<rdf:li><rdf:Description><ev:when>2021-08-16T10:00:00+03:00</ev:when>"
        "<ev:instanceID>xmp.iid:B</ev:instanceID></rdf:Description></rdf:li>"
        "<rdf:li/></rdf:Seq></m:History>"
    )
    image, _ = _documents(make, read, make.xmp(inside))
    assert image.documents["xmp_derived_from_document_id"] == "xmp.did:1"
    assert image.documents["xmp_derived_from_instance_id"] == "xmp.iid:2"
    assert image.documents["xmp_history_instance_ids"] == "xmp.iid:A|xmp.iid:B"
    assert image.documents["xmp_software_agent"] == "Editor 1"
    offsets = [claim.local.offset_min for claim in image.times if claim.field == "xmp_history"]
    assert offsets == [120, 180]
    assert all(claim.clock_writer == "editor" for claim in image.times)


def test_times_serials_and_unusable_dates(make, read):
    attributes = (
        'b:CreateDate="2021-08-15T22:01:32" b:ModifyDate="2011-08-24T17:46:58.0+1:00"'
        ' b:MetadataDate="2021" a:SerialNumber="123456" a:Lens="50 mm" b:CreatorTool="Tool 5"'
    )
    image, refusals = _documents(make, read, make.xmp("", attributes=attributes))
    assert [(claim.field, claim.local.text) for claim in image.times] == [
        ("xmp_create", "2021-08-15T22:01:32")
    ]
    assert [(item.where, item.reason) for item in refusals] == [("field xmp_modify", "bad_time")]
    assert image.camera == {"body_serial": "123456", "lens_model": "50 mm"}
    assert image.documents["xmp_creator_tool"] == "Tool 5"


def _extended(guid: bytes, packet: bytes, at: int, part: bytes) -> bytes:
    head = b"http://ns.adobe.com/xmp/extension/\0" + guid + struct.pack(">II", len(packet), at)
    return head + part


def test_extended_xmp_is_joined_by_guid_and_offset(make, read):
    named, other = b"A" * 32, b"B" * 32
    wanted = make.xmp("", attributes='m:DocumentID="xmp.did:LONG"')
    foreign = make.xmp("", attributes='m:DocumentID="xmp.did:FOREIGN"')
    main = make.xmp("", attributes=f'n:HasExtendedXMP="{named.decode()}"')
    half = len(wanted) // 2
    data = make.jpeg(
        make.xmp_app1(main),
        make.segment(0xE1, _extended(other, foreign, 0, foreign)),
        make.segment(0xE1, _extended(named, wanted, half, wanted[half:])),
        make.segment(0xE1, _extended(named, wanted, 0, wanted[:half])),
    )
    image, refusals = read(data)
    assert refusals == ()
    assert image.documents["xmp_document_id"] == "xmp.did:LONG"


def test_extended_xmp_that_nobody_names_or_with_a_gap_is_not_used(make, read):
    guid = b"A" * 32
    wanted = make.xmp("", attributes='m:DocumentID="xmp.did:LONG"')
    image, _ = read(
        make.jpeg(
            make.xmp_app1(make.xmp("")), make.segment(0xE1, _extended(guid, wanted, 0, wanted))
        )
    )
    assert "xmp_document_id" not in image.documents
    main = make.xmp("", attributes=f'n:HasExtendedXMP="{guid.decode()}"')
    image, _ = read(
        make.jpeg(make.xmp_app1(main), make.segment(0xE1, _extended(guid, wanted, 9, wanted)))
    )
    assert "xmp_document_id" not in image.documents


def test_the_first_packet_wins(make, read):
    first = make.xmp("", attributes='m:DocumentID="1st"')
    second = make.xmp("", attributes='m:DocumentID="2nd" m:InstanceID="3rd"')
    image, _ = _documents(make, read, first, second)
    assert image.documents["xmp_document_id"] == "1st"
    assert image.documents["xmp_instance_id"] == "3rd"


def test_rdf_without_its_envelope(make, read):
    packet = make.xmp("", attributes=DOCUMENT)
    bare = packet[packet.index(b"<rdf:RDF") : packet.index(b"</x:xmpmeta>")]
    assert _documents(make, read, bare)[0].documents["xmp_document_id"] == "xmp.did:AB"
