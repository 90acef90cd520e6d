"""The contact sheet and the claims of images: bounded, counted, inert, and linked."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image as Pillow

from forensics.clues import LOOSE
from forensics.model import Image, ImageTime, Instant, LocalTime, Position, Refusal
from forensics.read.images import Credentials
from forensics.show import contactsheet
from forensics.show.contactsheet import Sheets
from forensics.show.imagesview import ImagesView, PictureSet
from forensics.show.page import report_page
from forensics.show.view import ReportView

NOON_US = 1_710_382_811_000_000
"""2024-03-14T02:20:11Z."""
HISTORY = range(9)
EVIL = '"><img src=x onerror=alert(1)>.jpg'


def jpeg(shade: int = 90) -> str:
    out = io.BytesIO()
    Pillow.new("RGB", (40, 30), (shade, 90, 90)).save(out, "JPEG")
    return base64.b64encode(out.getvalue()).decode()


def name(number: int) -> str:
    return f"{number:064x}"


FULL = Image(
    original=name(1),
    name="photos/one.jpg",
    format="jpeg",
    times=(
        ImageTime("exif_original", "camera", LocalTime("2024-03-14T10:20:11", 480, "07")),
        ImageTime("exif_modified", "editor", LocalTime("2024-03-15T09:00:00")),
        ImageTime("gps", "satellite", instant=Instant(NOON_US, "stated", "satellite")),
        *(ImageTime("xmp_history", "editor", LocalTime(f"2024-03-16T0{n}:00:00")) for n in HISTORY),
    ),
    positions=(Position(33_360_000, 120_200_000, 39, "exif"),),
    altitude_mm=12_000,
    gps={"fix": "void", "error_mm": 38_813, "dop_milli": 2600, "method": "gps",
         "direction_mdeg": 348_055, "direction_north": "magnetic",
         "destination_lat_udeg": -500_000, "destination_lon_udeg": 9_000_000},
    camera={"make": "Acme", "model": "Acme One", "body_serial": "SERIAL123456",
            "lens_serial": "LENS987654", "owner_hash": "ad0711ee5e4b3d78"},
    software="Editor 3",
    documents={"xmp_document_id": "doc-1", "c2pa": "present"},
    clock_offset_min=480,
    clock_residual_s=3,
    marks={"app": "whatsapp", "platform": "WhatsApp", "stripped": "expected", "screenshot": "name",
           "jpeg_quality": "80", "thumbnail": "does not match"},
    accounts=("acct-01",),
)  # fmt: skip
SAID = (
    "2024-03-14 10:20:11.07 UTC+8, by the camera's clock (exif original)",
    "2024-03-15 09:00:00 no zone written, by an editor's clock (exif modified)",
    "2024-03-14T02:20:11Z by the satellites' clock (gps)",
    "xmp history, the last 8 of 9",
    "33.360000, 120.200000 within 39 m (exif), height 12.0 m",
    "the fix is void",
    "error 38.8 m, dilution 2.6, method gps",
    "looks to 348.0° (magnetic north)",
    "destination -0.500000, 9.000000",
    "serial …3456",
    "lens serial …7654",
    "owner present (hash not printed; kept in the table)",
    "software Editor 3",
    "UTC+8 against the satellites (remainder +3 s: strong)",
    "no metadata, as expected of WhatsApp",
    "screenshot: name",
    "tables of the common library at quality: 80",
    "thumbnail does not match: does not match",
    "document doc-1",
    "C2PA valid: the signature holds, nobody vouches for the signer",
    "by Acme Signing, with Editor 1, at 2024-03-16T00:00:00Z",
    "GPSAltitude: the position has a zero denominator (0/0)",
    "set 000000000001, same picture by its hash, 12 of 256 bits: also two.jpg",
)


@pytest.fixture
def shown() -> ImagesView:
    return ImagesView(
        sets=(PictureSet(name(1)[-12:], (name(1), name(2)), "pdq", 12),),
        seen=frozenset({name(1), name(2), name(3)}),
        thumbnails={name(1): jpeg(), name(3): jpeg(10)},
        signed={name(1): Credentials("valid", "Acme Signing", "Editor 1", "2024-03-16T00:00:00Z")},
        refused={name(1): (Refusal(name(1), "field GPSAltitude", "zero_denominator", "0/0"),)},
    )


@pytest.fixture
def pictured(view: ReportView, shown: ImagesView) -> ReportView:
    images = (
        FULL,
        Image(name(2), "two.jpg", "jpeg", stripped=True, accounts=("acct-02",)),
        Image(name(3), EVIL, "png", accounts=("acct-02",)),
        Image(name(4), "film.mp4", "mp4", accounts=("acct-02",)),
    )
    return replace(view, images=images, sheet=shown, units=view.units[:1])


def test_every_claim_stands_in_the_page(pictured: ReportView, dom: Callable) -> None:
    text = " ".join(dom(report_page(pictured)).text().split())
    assert [item for item in SAID if item not in text] == []
    for hidden in ("SERIAL123456", "LENS987654", "ad0711ee5e4b3d78"):
        assert hidden not in report_page(pictured)
    assert "case/tables/images.jsonl" in text


def test_one_card_for_each_set_linked_to_its_row(pictured: ReportView, dom: Callable) -> None:
    page = dom(report_page(pictured))
    cards = [node for node in page.all("li") if page.inside(node, "img")]
    texts = [" ".join(card.text.split()) for card in cards]
    assert texts[0].startswith("one.jpg2 copies, same picture by its hash, 12 of 256 bits")
    assert "2 accounts" in texts[0]
    assert len(cards) == 2
    for card, row in zip(cards, ("photos/one.jpg", EVIL), strict=True):
        (link,) = page.inside(card, "a")
        target = page.id(link.attrs["href"].removeprefix("#"))
        assert row in page.inside(target, "th")[0].text
    text = " ".join(page.text().split())
    assert "4 files, 3 different pictures, 2 drawn here; 1 could not be decoded" in text


def test_pictures_are_ours_and_names_are_inert(pictured: ReportView, dom: Callable) -> None:
    page = dom(report_page(pictured))
    images = page.all("img")
    assert len(images) == 2
    for number, image in enumerate(images, 1):
        assert set(image.attrs) == {"src", "alt", "decoding"}
        assert image.attrs["alt"] == f"Picture {number}", "no foreign text in an attribute"
        data = base64.b64decode(image.attrs["src"].removeprefix("data:image/jpeg;base64,"))
        assert data.startswith(b"\xff\xd8")
        assert b"Exif" not in data
    assert EVIL in page.text()


@pytest.mark.parametrize("wrong", ["", 'x" onerror="alert(1)', "PHN2Zz4=", "/9j/<b>", "/9j/\n"])
def test_what_is_no_jpeg_does_not_become_a_picture(
    pictured: ReportView, shown: ImagesView, wrong: str, dom: Callable
) -> None:
    odd = replace(pictured, sheet=replace(shown, thumbnails={name(1): wrong}))
    assert dom(report_page(odd)).all("img") == []


def many(count: int, accounts: tuple[str, ...] = ("acct-01",)) -> tuple[Image, ...]:
    return tuple(
        replace(FULL, original=name(n), name=f"p{n:04d}.jpg", accounts=accounts)
        for n in range(count)
    )


@pytest.mark.slow
def test_a_thousand_images_stay_below_three_megabytes(view: ReportView, dom: Callable) -> None:
    images = many(1_000)
    picture = "/9j/" + "A" * 3_996
    whole = replace(
        view,
        images=images,
        sheet=ImagesView(
            seen=frozenset(one.original for one in images),
            thumbnails={one.original: picture for one in images},
        ),
    )
    page = report_page(whole)
    assert len(page.encode()) < 3_000_000
    text = " ".join(dom(page).text().split())
    drawn = page.count("data:image/jpeg")
    assert drawn == contactsheet.CARDS_BYTES // 4_000
    assert f"1,000 files, 1,000 different pictures, {drawn} drawn here" in text
    assert f"{1_000 - drawn} more are not drawn" in text
    (rows,) = re.findall(r"The claims of ([\d,]+) of 1,000 images are shown", text)
    assert len(dom(page).all("details")) > int(rows) > 100


def test_estimated_bytes_are_no_less_than_the_real_ones(view: ReportView) -> None:
    empty = len(report_page(replace(view, images=())).encode())
    images = many(200)
    full = report_page(replace(view, images=images, units=view.units[:1]))
    sheet = Sheets(ImagesView(), images, 1).sheet("u1", images, ())
    assert len(full.encode()) - empty < sum(map(contactsheet._size, sheet.rows)) + 20_000


def test_sections_share_the_bytes() -> None:
    images = many(2_000)
    sheets = Sheets(ImagesView(), images, 2)
    first = sheets.sheet("u1", images[:1_000], ())
    second = sheets.sheet("u2", images[1_000:], ())
    assert abs(len(first.rows) - len(second.rows)) <= 2
    little = Sheets(ImagesView(), images, 2)
    little.sheet("u1", images[:3], ())
    assert len(little.sheet("u2", images[3:], ()).rows) > 1.8 * len(second.rows)


def test_blank_pictures_tie_nobody_and_say_so() -> None:
    images = many(2)
    blank = PictureSet("0" * 12, (name(0), name(1)), "pixels", 0, telling=False)
    view = ImagesView((blank,), frozenset({name(0), name(1)}), {name(0): jpeg()})
    sheet = Sheets(view, images, 1).sheet("u1", images, ())
    assert sheet.cards[0].how == "equal pixels, blank: it ties nobody"


def test_anchors_differ_between_sections(view: ReportView, dom: Callable) -> None:
    images = many(3, ("acct-01", "acct-15"))
    page = dom(report_page(replace(view, images=images)))
    ids = [node.attrs["id"] for node in page.nodes if "id" in node.attrs]
    assert len(ids) == len(set(ids))


def test_images_of_nobody_stand_in_their_own_unit(view: ReportView, dom: Callable) -> None:
    unit = view.units[1]
    nobody = replace(unit, accounts=(), assessment=replace(unit.assessment, unit=LOOSE, accounts=0))
    images = many(2, ())
    page = report_page(replace(view, images=images, units=(view.units[0], nobody)))
    assert "u2-image-table" in page
    assert "loose-image-table" not in page
    assert "Images that no post of an assessed account names" in page
    assert "loose-image-table" in report_page(replace(view, images=images))


def test_few_images_are_open_and_many_are_closed() -> None:
    for count, is_open in ((4, True), (5, False)):
        images = many(count)
        assert Sheets(ImagesView(), images, 1).sheet("u1", images, ()).open is is_open


@pytest.mark.slow
def test_page_with_pictures_in_a_browser(pictured: ReportView, browser, tmp_path: Path) -> None:
    """No message, nothing sideways at 360 px, and all claims in print, where details are open."""
    path = tmp_path / "report.html"
    path.write_text(report_page(pictured), encoding="utf-8")
    seen = browser.dom(path, tmp_path / "profile", width=500)
    assert seen.count("data:image/jpeg") == 2
    out = tmp_path / "page.pdf"
    browser.pdf(path, tmp_path / "profile2", out)
    assert out.stat().st_size > 10_000
