"""The page that auto-archiver writes for each result. It alone names the version of the program.

Read with a parser that runs nothing and loads nothing: the text of the elements that carry the
class `copy`, the rows of the table of metadata, and the line at the foot.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

from forensics.read.collection.autoarchiver import TOOL
from forensics.read.collection.items import (
    MAX_ITEMS,
    DamagedLogError,
    Item,
    Log,
    LogFile,
    captured_of,
    digest_of,
    text_of,
    whole_text,
)

MAX_PAGE_BYTES = 8 << 20
MAX_OPEN = 64
"""Opening brackets in a row without a closing one. The program escapes all foreign text, so its
pages have few; the parser needs the square of their number."""
MAX_DECLARATIONS = 16
"""`<!` and `<?` in a page; the program writes one."""
_BRACKET = re.compile("[<>]")
_FOOT = re.compile(r"bellingcat/auto-archiver\s+v([0-9][0-9A-Za-z.+-]{0,40})")
_MARK = b"Archived media for"


def is_page(path: Path, head: bytes) -> bool:
    """True for a page with the heading and the table of such a result."""
    del path
    return b"<html" in head[:2_000].lower() and _MARK in head and b'<table class="content">' in head


@dataclass(slots=True)
class _Seen:
    """What was met on the way through the page."""

    url: str = ""
    title: str = ""
    media: list[dict[str, str]] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    """Walks the page; its state is the table it is in and the label that stands before a value."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = _Seen()
        self._table = ""
        self._tag = ""
        self._label = ""
        self._cells: list[str] = []
        self._copy = 0
        self._held: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter a table, a row, a label or a value."""
        classes = (dict(attrs).get("class") or "").split()
        self._tag = tag
        if tag == "table":
            self._table = classes[0] if classes else ""
        if tag == "tr":
            self._cells = []
        if tag == "td":
            self._cells.append("")
        if tag == "b":
            self._label = ""
        if tag == "span" and "copy" in classes and not self._copy:
            self._copy, self._held = 1, []
        elif self._copy and tag == "span":
            self._copy += 1

    def handle_endtag(self, tag: str) -> None:
        """Leave a value or a row."""
        self._tag = ""
        if tag == "span" and self._copy:
            self._copy -= 1
            if not self._copy:
                self._value("".join(self._held).strip())
        if tag == "tr" and self._table == "metadata" and len(self._cells) == 2:
            key = self._cells[0].strip()
            if key and len(self.seen.metadata) < 1_000:
                self.seen.metadata.setdefault(key, self._cells[1].strip())
        if tag == "table":
            self._table = ""

    def handle_data(self, data: str) -> None:
        """Keep the text where it stands."""
        if data.strip() and self._tag not in ("script", "style"):
            self.seen.text = [*self.seen.text[-3:], data]
        if self._copy:
            self._held.append(data)
        if self._cells and self._table == "metadata":
            self._cells[-1] += data
        if self._tag == "b":
            self._label += data

    def _value(self, value: str) -> None:
        label = self._label.strip().rstrip(":")
        if not self._table:
            if label == "title":
                self.seen.title = self.seen.title or value
            else:
                self.seen.url = self.seen.url or value
        elif self._table == "content" and label in ("key", "type", "hash"):
            if label == "key" and len(self.seen.media) <= MAX_ITEMS:
                self.seen.media.append({})
            if self.seen.media:
                self.seen.media[-1].setdefault(label, value)
        self._label = ""


def _must_be_plain(text: str) -> None:
    """Stop at markup that the program never writes and that would keep the parser busy.

    Raises:
        DamagedLogError: there is some.
    """
    run = 0
    for found in _BRACKET.finditer(text):
        run = run + 1 if found.group() == "<" else 0
        if run > MAX_OPEN:
            raise DamagedLogError("damaged", "markup that no page of this program has")
    if text.count("<!") + text.count("<?") > MAX_DECLARATIONS:
        raise DamagedLogError("damaged", "more declarations than any page of this program has")


def read_page(file: LogFile) -> Log:
    """The items of one page.

    Raises:
        DamagedLogError: too large, no text, or nothing of the page was found.
    """
    if file.path.stat().st_size > MAX_PAGE_BYTES:
        raise DamagedLogError("too_large", f"a page of more than {MAX_PAGE_BYTES:,} bytes")
    text = whole_text(file)
    _must_be_plain(text)
    page = _Page()
    try:
        page.feed(text)
        page.close()
    except AssertionError:  # how the parser speaks of some broken declarations
        raise DamagedLogError("damaged", "markup that cannot be read") from None
    seen = page.seen
    if not seen.url:
        raise DamagedLogError("unknown_format", "the page names no address")
    found = _FOOT.search(" ".join(" ".join(seen.text).split()))
    shared = Item(
        row=1,
        source_url=text_of(seen.metadata.get("original_url")) or text_of(seen.url),
        title=text_of(seen.title),
        tool=TOOL,
        tool_version=found[1] if found else None,
        captured=captured_of(seen.metadata.get("_processed_at")),
    )
    items = []
    for number, media in enumerate(seen.media[:MAX_ITEMS], start=1):
        digest = digest_of(media.get("hash"))
        items.append(
            replace(
                shared,
                row=number,
                file=text_of(media.get("key")),
                digests=(digest,) if digest else (),
                media_type=text_of(media.get("type")),
            )
        )
    notes = () if found else ("the page names no version of the program",)
    one = replace(shared, notes=("no file was kept",))
    return Log("page of one result", tuple(items) or (one,), notes=notes)
