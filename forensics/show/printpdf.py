"""Pages as PDF through WeasyPrint: tagged, with bookmarks, numbered, and nothing fetched.

WeasyPrint runs no script and applies no style of the page to drawings inside it: the styles of
drawings are written into them first (`printsvg`). It would read any address it finds; here every
address but a `data:` picture stops it.
"""

from __future__ import annotations

import logging
import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forensics.errors import ShowError
from forensics.show.page import static_text, write_bytes
from forensics.show.printsvg import in_page

if TYPE_CHECKING:
    from collections.abc import Iterator

MISSING = "pip install 'gnomon-forensics[pdf]'"
_HEX = re.compile(r"[0-9a-f]{16,128}")
_GLYPH = re.compile(r"U\+([0-9A-F]{4,6})")


def require_pdf() -> None:
    """Nothing, if PDF can be made here.

    Raises:
        ShowError: the extra `pdf` is not installed, or a library it needs is missing.
    """
    if find_spec("weasyprint") is None:
        raise ShowError("PDF needs the extra 'pdf'", where="--pdf", todo=MISSING)
    try:
        import weasyprint  # noqa: F401 - it loads Pango when it is imported
    except OSError as error:
        raise ShowError(
            f"WeasyPrint cannot load a library ({str(error)[:80]!r})",
            where="--pdf",
            todo="install Pango: on Debian, apt install libpango-1.0-0 libpangoft2-1.0-0",
        ) from error


def write_pdf(
    page: str, path: Path, *, label: str, digest: str, sheet: str = "print.css"
) -> tuple[str, ...]:
    """Warnings, after the page was written as PDF in one step; see `pdf_bytes`.

    Raises:
        ShowError: the PDF cannot be made or written.
    """
    data, warnings = pdf_bytes(page, label=label, digest=digest, sheet=sheet)
    write_bytes(path, data)
    return warnings


def pdf_bytes(
    page: str, *, label: str, digest: str, sheet: str = "print.css"
) -> tuple[bytes, tuple[str, ...]]:
    """A sealed page as PDF/UA-1, and what must be said about it.

    Equal pages give equal bytes on one machine; other fonts or another WeasyPrint give others.

    Args:
        page: A page that `seal` has passed.
        label: What stands before the digest at the foot of each sheet.
        digest: Digest of the case, printed whole at the foot of each sheet.
        sheet: A style sheet of static/ that is added for print.

    Raises:
        ShowError: the extra is missing, the page names something to load, or drawing fails.
    """
    require_pdf()
    import weasyprint
    from weasyprint.urls import FatalURLFetchingError

    mark = digest if _HEX.fullmatch(digest) else "none"
    said = "".join(char for char in label if char.isalnum() or char in " :,")
    style = static_text(sheet).replace("LABEL", said).replace("DIGEST", mark)
    heard = _Listener()
    log = logging.getLogger("weasyprint")
    before = log.propagate
    log.addHandler(heard)
    log.propagate = False
    try:
        # last in the head: style sheets given apart would come before those of the page
        whole = in_page(page).replace("</head>", f"<style>{style}</style></head>", 1)
        source = weasyprint.HTML(string=whole, url_fetcher=_refuser())
        data: bytes = source.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=mark.encode()[:32])
    except FatalURLFetchingError as error:
        raise ShowError(
            "the page names something to load", where=str(error)[:80], todo="do not publish it"
        ) from error
    finally:
        log.removeHandler(heard)
        log.propagate = before
    return data, heard.warnings()


def _refuser() -> Any:
    """A fetcher that gives pictures inside the page and refuses everything else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class Refuser(URLFetcher):  # type: ignore[misc]
        """Only `data:image/` addresses."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:image/jpeg;base64,"):
                raise FatalURLFetchingError(f"refused: {url[:60]}")
            return super().fetch(url, headers)

    return Refuser(allowed_protocols={"data"})


class _Listener(logging.Handler):
    """What WeasyPrint says while it draws."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.missing: set[int] = set()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the characters that no font has; the rest is about styles it does not know."""
        text = record.getMessage()
        found = _GLYPH.search(text)
        if ".notdef" in text and found:
            self.missing.add(int(found[1], 16))

    def warnings(self) -> tuple[str, ...]:
        """One line about characters that are printed as boxes, if any are."""
        return tuple(missing_glyphs(self.missing))


def missing_glyphs(codes: set[int]) -> Iterator[str]:
    """One line that names how many characters no font here has, and what helps."""
    if not codes:
        return
    first = ", ".join(f"U+{code:04X}" for code in sorted(codes)[:5])
    han = any(0x2E80 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7AF for code in codes)
    yield (
        f"no font here has {len(codes)} characters ({first}{' ...' if len(codes) > 5 else ''}); "
        f"they are printed as boxes: install {'Noto Sans CJK' if han else 'the Noto fonts'}"
    )
