"""Text that is not UTF-8: read by an encoding that somebody states, or refused with a proposal.

No encoding is guessed: nearly any bytes are text in several. Where a file is not UTF-8, the refusal
shows how its first foreign letters would read in those encodings that fit its first 64 KiB, and a
person chooses: `--map encoding=gb18030`. The statement applies to files that are not UTF-8 and
stands in the source list.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from pathlib import Path

from forensics.errors import ReadError
from forensics.read.options import UnreadableFileError
from forensics.read.unpack import BLOCK, HEAD, Unpacked

PROPOSED = ("gb18030", "big5", "shift_jis", "euc_kr", "cp1251", "cp1252")
"""Encodings that are tried on a file that is not UTF-8."""
_FAMILIES = re.compile(
    r"gb18030|gbk|gb2312|hz|big5(?:hkscs)?|shift_jis(?:_2004|x0213)?|euc_(?:jp|kr|jis_2004)|"
    r"cp(?:932|949|950|125\d|437|85\d|866)|iso8859-\d{1,2}|koi8-[rut]|mac-(?:roman|cyrillic)|"
    r"utf-16(?:-[lb]e)?|utf-32(?:-[lb]e)?"
)
_WIDER = {"gbk": "gb18030", "gb2312": "gb18030"}
"""Encodings whose files programs write in a wider one under the old name."""
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_FOREIGN = re.compile(r"[^\x00-\x7f][^\r\n]{0,15}")
_LETTERS = {
    "gb18030": re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]"),
    "big5": re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]"),
    "shift_jis": re.compile("[\u3040-\u30ff\u4e00-\u9fff]"),
    "euc_kr": re.compile("[\uac00-\ud7af]"),
    "cp1251": re.compile("[\u0400-\u04ff]"),
    "cp1252": re.compile("[\u00a0-\u00ff\u2010-\u2026\u20ac]"),
}
"""Letters one expects in such a text; a proposal needs most foreign ones to be of these."""


def codec_of(stated: str) -> str:
    """The encoding somebody stated, by the name this language knows.

    Raises:
        ReadError: no encoding of text is called so.
    """
    try:
        name = codecs.lookup(stated.strip()).name if len(stated) <= 40 else ""
    except (LookupError, ValueError, UnicodeError):
        name = ""
    if not _FAMILIES.fullmatch(name):
        raise ReadError(
            f"no encoding is called {stated[:40]!r}",
            where="--map encoding",
            todo="use one such as gb18030, big5, shift_jis, windows-1251, windows-1252, utf-16-le",
        )
    return _WIDER.get(name, name)


def decoded(plain: Unpacked, name: str, scratch: Path, stated: str | None) -> Unpacked:
    """The file as UTF-8: as it is where it is that already, else by the stated encoding.

    Raises:
        UnreadableFileError: the bytes are not text in that encoding.
        ReadError: no encoding is called so.
    """
    if not stated:
        return plain
    codec = codec_of(stated)
    if codec.startswith(("utf-16", "utf-32")):
        foreign = _wide(plain.head) is not None
    else:
        foreign = not _CONTROL.search(plain.head) and not _is_utf8(plain.path)
    if not foreign:
        return plain
    target = scratch / "decoded"
    decoder, done = codecs.getincrementaldecoder(codec)("strict"), 0
    try:
        with plain.path.open("rb") as source, target.open("wb") as out:
            while block := source.read(BLOCK):
                out.write(decoder.decode(block).encode("utf-8", "replace"))
                done += len(block)
            out.write(decoder.decode(b"", final=True).encode("utf-8", "replace"))
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"is not {stated} near byte {done + error.start:,} ({error.reason})",
            reason="bad_encoding",
            where=name,
            todo="state another encoding, or save the file as UTF-8",
        ) from None
    with target.open("rb") as file:
        head = file.read(HEAD)
    return replace(plain, path=target, head=head, steps=(*plain.steps, f"{codec} as stated"))


def proposal(head: bytes) -> str:
    """What to do about a file that is not UTF-8; empty where its first 64 KiB are.

    Every encoding in which the sample is text, with how its first foreign letters read.
    """
    wide = _wide(head)
    if wide is not None:
        return f"if it is text without its mark, state it: --map encoding={wide}"
    if _CONTROL.search(head) or _fits(head, "utf-8") is not None or _mostly_utf8(head):
        return ""
    shown = []
    for codec in PROPOSED:
        text = _fits(head, codec)
        foreign = [char for char in text or "" if char > "\x7f"]
        if text is None or len(_LETTERS[codec].findall("".join(foreign))) * 10 < len(foreign) * 8:
            continue
        sample = _FOREIGN.search(text)
        shown.append(f"{codec} ({sample[0].strip() if sample else ''})")
    if not shown:
        return "save it as UTF-8, or state its encoding: --map encoding=NAME"
    return (
        f"its first bytes would read {', '.join(shown)}: choose the one that makes sense, with "
        f"--map encoding={shown[0].partition(' ')[0]} for instance, or save it as UTF-8"
    )


def _mostly_utf8(head: bytes) -> bool:
    """True if more lines with foreign letters are UTF-8 than not: then a few lines are damaged."""
    foreign = [line for line in head.split(b"\n") if not line.isascii()]
    return sum(_fits(line, "utf-8") is not None for line in foreign) * 2 > len(foreign)


def _fits(head: bytes, codec: str) -> str | None:
    """The sample as text; None if it is none. A letter cut off at its end does not count."""
    try:
        return codecs.getincrementaldecoder(codec)("strict").decode(head)
    except UnicodeDecodeError:
        return None


def _is_utf8(path: Path) -> bool:
    """True if a whole file is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _wide(head: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` where every second byte of ASCII text is zero; else None."""
    even, odd = head[::2], head[1::2]
    if len(odd) < 8:
        return None
    for codec, zeros, texts in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros.count(0) * 10 >= len(zeros) * 6 and not texts.count(0):
            return codec
    return None
