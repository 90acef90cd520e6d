"""Makes fixtures/collection/: one small log per reader beside the files they are about. Invented.

    python tools/make_collection_fixtures.py            writes the files
    python tools/make_collection_fixtures.py --check    says whether they are what this script makes

Seeded: the same script gives the same bytes, whatever the version of zlib, because nothing is
compressed. The names of columns, members and headers are those of the programs; all texts are ours.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import random
import struct
import sys
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "collection"
SEED = 20260301
DATE = "2026-03-01T09:30:00Z"
WORDS = ("harbour", "lamp", "ferry", "orchard", "bridge", "window", "paper", "evening")
TITLE = 'Lamps <script>alert(1)</script> & "evening" \N{RIGHT-TO-LEFT OVERRIDE}reversed'


def posts() -> bytes:
    """A small export of posts: the evidence that the logs are about."""
    rng = random.Random(SEED)  # noqa: S311 - test content, no secret
    lines = ["account,created_at,text"]
    for day in range(1, 29):
        for account in ("harbour_lights", "quiet_orchard"):
            hour, minute = rng.randrange(1, 9), rng.randrange(60)
            text = f"{rng.choice(WORDS)} {rng.choice(WORDS)}"
            lines.append(f"{account},2026-02-{day:02d}T{hour:02d}:{minute:02d}:17Z,{text}")
    return ("\n".join(lines) + "\n").encode()


def screenshot() -> bytes:
    """Another file that was collected; no picture, so that nothing looks into it."""
    rng = random.Random(SEED + 1)  # noqa: S311 - test content, no secret
    return b"%PDF-1.4\n% invented\n" + rng.randbytes(200).hex().encode() + b"\n%%EOF\n"


def sha256(data: bytes) -> str:
    """The hash as hex digits."""
    return hashlib.sha256(data).hexdigest()


# ---- web archives ------------------------------------------------------------------------------


def gzipped(data: bytes) -> bytes:
    """One gzip member that stores its bytes as they are."""
    packer = zlib.compressobj(0, zlib.DEFLATED, -15)
    body = packer.compress(data) + packer.flush()
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    return head + body + struct.pack("<II", zlib.crc32(data), len(data))


def record(kind: str, block: bytes, **headers: str) -> bytes:
    """One record of a web archive."""
    number = int(hashlib.sha256(block + kind.encode()).hexdigest()[:12], 16)
    lines = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{number:012x}>",
        "WARC-Date": DATE,
        **{name.replace("_", "-"): value for name, value in headers.items()},
        "Content-Length": str(len(block)),
    }
    text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return b"WARC/1.0\r\n" + text.encode() + b"\r\n" + block + b"\r\n\r\n"


def response(url: str, body: bytes, extra: str = "", digest: str = "") -> bytes:
    """A response with its payload digest; of other bytes where one is given."""
    sha1 = base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{extra}\r\n".encode()
    return record(
        "response",
        head + body,
        WARC_Target_URI=url,
        WARC_Payload_Digest=digest or f"sha1:{sha1}",
        Content_Type="application/http; msgtype=response",
    )


def warc_records() -> list[bytes]:
    """A `warcinfo`, the export of posts as it was downloaded, and a page."""
    info = b"software: Browsertrix-Crawler 1.2.3 (with warcio.js 2.2.1)\r\noperator: Desk three\r\n"
    return [
        record("warcinfo", info, Content_Type="application/warc-fields"),
        response("https://social.example/export.csv", posts()),
        response("https://social.example/about", b"<title>About</title>hello"),
        record("request", b"GET / HTTP/1.1\r\n\r\n", WARC_Target_URI="https://social.example/"),
    ]


def warc() -> bytes:
    """The records, each a gzip member of its own."""
    return b"".join(map(gzipped, warc_records()))


def wacz(changed: bytes = b"") -> bytes:
    """A package; with other bytes in its records than it says, where any are given."""
    header = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
    page = {"id": "1", "url": "https://social.example/about", "title": TITLE, "ts": DATE}
    parts = {
        "archive/data.warc.gz": warc(),
        "indexes/index.cdx": b'com,example 20260301093000 {"url": "https://social.example/"}\n',
        "pages/pages.jsonl": f"{json.dumps(header)}\n{json.dumps(page)}\n".encode(),
    }
    package = {
        "profile": "data-package",
        "resources": [
            {
                "name": name.rpartition("/")[2],
                "path": name,
                "hash": f"sha256:{sha256(data)}",
                "bytes": len(data),
            }
            for name, data in parts.items()
        ],
        "title": "Export and page",
        "mainPageUrl": "https://social.example/about",
        "mainPageDate": DATE,
        "created": "2026-03-01T10:00:00Z",
        "wacz_version": "1.1.1",
        "software": "invented-packer 2.0",
    }
    described = json.dumps(package, indent=2).encode()
    digest = {"path": "datapackage.json", "hash": f"sha256:{sha256(described)}"}
    parts["archive/data.warc.gz"] += changed
    parts["datapackage.json"] = described
    parts["datapackage-digest.json"] = json.dumps(digest).encode()
    return zipped(parts)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A zip that stores its members, with one date for all."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, (2026, 3, 1, 9, 30, 0))
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            made.writestr(entry, data)
    return out.getvalue()


# ---- auto-archiver -----------------------------------------------------------------------------


def archived() -> dict[str, Any]:
    """One result of auto-archiver with two files, one inside the other."""
    inner = {"filename": "x/t.jpg", "_key": "2026/t.jpg", "urls": [], "properties": {}}
    return {
        "status": "generic_extractor: success",
        "metadata": {
            "_processed_at": "2026-03-01 09:30:00.250000+00:00",
            "url": "https://social.example/export.csv",
            "title": TITLE,
            "timestamp": "2026-02-28 23:00:00",
            "archive_duration_seconds": 3,
        },
        "media": [
            {
                "filename": "x/posts.csv",
                "_key": "2026/posts.csv",
                "urls": ["./local/2026/posts.csv"],
                "properties": {"hash": f"SHA-256:{sha256(posts())}", "thumbnails": [inner]},
                "_mimetype": "text/csv",
            },
            {
                "filename": "x/screenshot.pdf",
                "_key": "2026/screenshot.pdf",
                "urls": [],
                "properties": {"hash": f"SHA-256:{sha256(screenshot())}", "bytes": 7},
                "_mimetype": "application/pdf",
            },
        ],
    }


def archived_csv(one: Mapping[str, Any]) -> bytes:
    """The same as its CSV database has it: cells as Python prints them."""
    printed = repr(one["metadata"]).replace(
        "'2026-03-01 09:30:00.250000+00:00'",
        "datetime.datetime(2026, 3, 1, 9, 30, 0, 250000, tzinfo=datetime.timezone.utc)",
    )
    printed = printed.replace("'2026-02-28 23:00:00'", "datetime.datetime(2026, 2, 28, 23, 0)")
    cells = (one["status"], printed, repr(one["media"]))
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    return f"status,metadata,media\r\n{row}\r\n".encode()


def archived_page(one: Mapping[str, Any]) -> bytes:
    """The same as a page: the elements and classes that the program writes, and no more."""
    from html import escape

    url = escape(one["metadata"]["url"])
    rows = [
        '<!DOCTYPE html>\n<html lang="en"><head><title>x</title></head><body>',
        f'<h2>Archived media for <span class="copy">{url}</span> - <a href="#">open</a></h2>',
        f"<p><b>title:</b> '<span class=\"copy\">{escape(TITLE)}</span>'</p>",
        '<table class="content"><tr><th>about</th><th>files and preview</th></tr><tbody>',
    ]
    rows += [
        f'<tr><td><ul><li><b>key:</b> <span class="copy">{media["_key"]}</span></li>'
        f'<li><b>type:</b> <span class="copy">{media["_mimetype"]}</span></li>'
        f'<li><b>hash:</b> <span class="copy">{media["properties"]["hash"]}</span></li>'
        "</ul></td><td></td></tr>"
        for media in one["media"]
    ]
    rows.append('</tbody></table><table class="metadata"><tr><th>key</th><th>value</th></tr>')
    for key, value in one["metadata"].items():
        shown = escape(str(value))
        rows.append(f'<tr><td>{key}</td><td><span class="copy">{shown}</span></td></tr>')
    rows.append(
        '</table><p class="center">Made with <a href="#">bellingcat/auto-archiver</a>\n v1.2.9</p>'
        "</body><script>document.title = 'never run'</script></html>\n"
    )
    return "\n".join(rows).encode()


# ---- Hunchly, a saved page, lists kept by hand -------------------------------------------------


def saved_page() -> bytes:
    """A page as a browser saves it."""
    return (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://social.example/about\r\n"
        b"Subject: About =?utf-8?Q?=E7=9B=90=E5=9F=8E?=\r\n"
        b"Date: Sun, 1 Mar 2026 09:30:00 -0000\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>hello</p>\r\n--b--\r\n"
    )


def hunchly() -> bytes:
    """A case export: lists beside the files they are about."""
    pages = [
        {
            "id": 1,
            "case_id": 3,
            "url": "https://social.example/about",
            "title": "About",
            "timestamp_created": "2026-03-01T09:30:02.1206299Z",
            "content_hash": sha256(saved_page()),
            "tags": None,
        }
    ]
    attachments = [
        {
            "ID": 70,
            "CaseId": 3,
            "Filename": "posts.csv",
            "Source": "Added Manually",
            "Hash": sha256(posts()),
            "Description": "",
            "AttachedDate": "2026-03-01T10:17:03Z",
        }
    ]
    header = "id,case_id,url,title,timestamp_created,content_hash,tags"
    row = ",".join(str(value) if value is not None else "" for value in pages[0].values())
    return zipped(
        {
            "case_data/pages.json": json.dumps(pages).encode(),
            "case_data/pages.csv": f"{header}\n{row}\n".encode(),
            "case_data/case_attachments.json": json.dumps(attachments).encode(),
            "pages/1.mhtml": saved_page(),
            "attachments/posts.csv": posts(),
        }
    )


def by_hand() -> bytes:
    """A list with one row that is right, one whose hash is of other bytes, and gaps."""
    columns = (
        "file,sha256,source_url,title,collector,tool,tool_version,method,captured_at,clock,"
        "clock_offset_s,received,note"
    )
    good = (
        f"posts.csv,{sha256(posts())},https://social.example/export.csv,Export,Desk one,Firefox,"
        "140.0,download,2026-03-01T17:30:00+08:00,NTP,-1.25,courier,"
    )
    wrong = (
        f"screenshot.pdf,{sha256(b'other bytes')},https://social.example/about,{'About'},Desk two,"
        "Firefox,,screenshot,2026-03-01 09:31,,,,evening shift"
    )
    gone = "video.mp4,,https://social.example/v,,Desk two,,,,2026-03-01T09:40:00Z,,,,"
    return "\n".join((columns, good, wrong, gone, "")).encode()


def by_hand_toml() -> bytes:
    """The same kind of list as TOML, with a time and a number of its own."""
    return (
        '[[item]]\nfile = "posts.csv"\n'
        f'hash = "md5:{hashlib.md5(posts(), usedforsecurity=False).hexdigest()}"\n'
        'source_url = "https://social.example/export.csv"\ncollector = "Desk one"\n'
        "captured_at = 2026-03-01T09:30:00Z\nclock_offset_s = 0.5\n"
    ).encode()


def files() -> dict[str, bytes]:
    """Every fixture by name."""
    one = archived()
    return {
        "posts.csv": posts(),
        "screenshot.pdf": screenshot(),
        "autoarchiver.csv": archived_csv(one),
        "autoarchiver.json": json.dumps(one, indent=4, ensure_ascii=False).encode(),
        "autoarchiver.html": archived_page(one),
        "hunchly.zip": hunchly(),
        "page.mhtml": saved_page(),
        "crawl.warc.gz": warc(),
        "crawl.warc": b"".join(warc_records()),
        "crawl.wacz": wacz(),
        "altered.wacz": wacz(gzipped(response("https://social.example/late", b"added later"))),
        "collection.csv": by_hand(),
        "collection.toml": by_hand_toml(),
    }


def main() -> int:
    """Write or compare; 1 if something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    made = files()
    if parser.parse_args().check:
        wrong = [
            name
            for name, data in made.items()
            if not (FOLDER / name).is_file() or (FOLDER / name).read_bytes() != data
        ]
        print("differs:", *wrong) if wrong else print("the fixtures are what this script makes")
        return 1 if wrong else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        (FOLDER / name).write_bytes(data)
    print(f"wrote {len(made)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
