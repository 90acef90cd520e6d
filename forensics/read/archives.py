"""Archives: the members of a zip or tar become files that can be read, or are refused by name.

An archive is data from somebody who may want to harm: names in it are labels and never paths
(members are written under numbers), only regular files come out, and everything is counted before
it is kept. Members come in the order of the archive, so equal bytes give equal results.
"""

from __future__ import annotations

import gzip
import hashlib
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from forensics.case.gitfolder import may_be_history
from forensics.errors import ReadError
from forensics.model import Refusal
from forensics.read import zipdir, zstd
from forensics.read.archiveform import Form, filled, form_of, head_of, tar_bytes
from forensics.read.gitmembers import Reduced, reduced
from forensics.read.options import UNKNOWN_CLOCK, Source, SourceFile
from forensics.read.tarstream import DamagedTarError, TarStream

NAME_CHARS = 500
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
"""Methods whose unpacking needs little memory whatever the file says."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may unpack to."""

    members: int = 10_000
    member_bytes: int = 16 << 30
    total_bytes: int = 64 << 30
    ratio: int = 100
    """Fold by which a member, and the whole, may grow; text grows 3 to 30 fold."""
    ratio_after: int = 64 << 20
    """Bytes up to which no ratio is suspect: a small file of zeros harms nobody."""

    def suspect(self, size: int, packed: int) -> bool:
        """True if so many bytes out of so few are a bomb."""
        return size > self.ratio_after and size > self.ratio * max(packed, 1)


@dataclass(frozen=True, slots=True)
class Member:
    """A regular file taken out of an archive."""

    name: str
    """`archive.zip/folder/file.csv`: data, never a path to write to."""
    path: Path
    """Where its bytes are now."""
    sha256: str
    size: int
    parent: str
    """SHA-256 of the archive."""


@dataclass(frozen=True, slots=True)
class Expanded:
    """Files with every archive among them replaced by its members."""

    files: tuple[SourceFile, ...]
    members: tuple[Member, ...]
    refusals: tuple[Refusal, ...]
    sources: tuple[Source, ...]
    """One line for each archive: how many members, and what was refused."""


class _TooLargeError(Exception):
    """A limit was passed."""


class _Budget:
    """Counts the bytes of an archive as they come out."""

    def __init__(self, limits: Limits, packed: int) -> None:
        self._limits = limits
        self._packed = max(packed, 1)
        self._total = 0

    def spend(self, count: int) -> None:
        """Count bytes.

        Raises:
            _TooLargeError: beyond a limit, with a sentence.
        """
        self._total += count
        if self._total > self._limits.total_bytes:
            raise _TooLargeError(f"unpacks to more than {self._limits.total_bytes:,} bytes")
        if self._limits.suspect(self._total, self._packed):
            raise _TooLargeError(f"unpacks to more than {self._limits.ratio} times its size")


def expand(files: Sequence[SourceFile], scratch: Path, limits: Limits | None = None) -> Expanded:
    """The files, with the members of archives in the place of the archives.

    Archives inside archives are refused by name.

    Raises:
        ReadError: there is no room for the members.
    """
    limits = limits or Limits()
    kept: list[SourceFile] = []
    taken: list[Member] = []
    refusals: list[Refusal] = []
    sources: list[Source] = []
    opened: set[str] = set()
    for number, file in enumerate(files):
        head = head_of(file.path)
        form = form_of(file.path, head)
        if form is None:
            kept.append(file)
        if form is None or file.sha256 in opened:
            continue
        opened.add(file.sha256)
        folder = scratch / str(number)
        folder.mkdir(parents=True)
        found: list[Member] = []
        refused: list[Refusal] = []
        for item in members(file, head, folder, limits):
            if isinstance(item, Member):
                found.append(item)
            else:
                refused.append(item)
        history = reduced({_inner(file, one): one.path for one in found}, folder)
        found = _history_only(file, found, history)
        refused = [one for one in refused if history.stands(one)]
        kept += [SourceFile(item.sha256, item.name, item.path) for item in found]
        taken += found
        refusals += refused
        sources.append(_source(file, form, len(found), refused, history.notes))
    return Expanded(tuple(kept), tuple(taken), tuple(refusals), tuple(sources))


def _inner(file: SourceFile, member: Member) -> str:
    """The name of a member inside its archive."""
    return member.name.removeprefix(f"{file.name}/")


def _history_only(file: SourceFile, found: Sequence[Member], history: Reduced) -> list[Member]:
    """The members without the working files of repositories, and their loose commits as a pack."""
    kept = [one for one in found if _inner(file, one) in history.kept]
    for one in history.packs:
        name = f"{file.name}/{one.name}"
        kept.append(Member(name, one.path, one.sha256, one.size, file.sha256))
    return kept


def _source(
    file: SourceFile, form: Form, read: int, refused: Sequence[Refusal], said: Sequence[str]
) -> Source:
    counts = Counter(item.reason for item in refused)
    notes = [f"{n:,} members refused: {reason}" for reason, n in sorted(counts.items())]
    notes += said
    return Source(
        original=file.sha256,
        name=file.name,
        reader="archive",
        format=f"{form}; {read:,} members taken out",
        rows_present=0,
        rows_read=0,
        rows_refused=0,
        columns={},
        clock=UNKNOWN_CLOCK,
        notes=tuple(notes),
    )


def members(
    file: SourceFile, head: bytes, scratch: Path, limits: Limits
) -> Iterator[Member | Refusal]:
    """The regular files of an archive in its order, and everything in it that is not read.

    Folders and hidden files (`.name`, `__MACOSX`) are passed over, as those of folders are, but for
    the history of git repositories.

    Args:
        file: The archive; its name and hash stand in the results.
        head: Its first 64 KiB.
        scratch: An empty folder; members are written into it under numbers.
        limits: What it may unpack to.

    Raises:
        ReadError: there is no room for the members.
    """
    form = form_of(file.path, head)
    unpacking = _Unpacking(file, scratch, limits)
    try:
        if form == "zip":
            yield from unpacking.of_zip()
        elif form is not None:
            yield from unpacking.of_tar(form)
        if not unpacking.seen:
            yield unpacking.refusal("", "empty_file", "the archive holds no files")
    except (zipfile.BadZipFile, DamagedTarError) as error:
        yield unpacking.refusal("", "damaged", str(error))
    except (EOFError, zlib.error, gzip.BadGzipFile, zstd.DamagedError):
        yield unpacking.refusal("", "damaged", "the packed data are damaged or cut off")
    except _TooLargeError as error:
        yield unpacking.refusal("", "too_large", str(error))
    except OSError as error:
        what = error.strerror or type(error).__name__
        raise ReadError(f"cannot be unpacked ({what})", where=file.name) from None


class _Unpacking:
    """One archive on its way out."""

    def __init__(self, file: SourceFile, scratch: Path, limits: Limits) -> None:
        self._file = file
        self._scratch = scratch
        self._limits = limits
        self._budget = _Budget(limits, file.path.stat().st_size)
        self._names: set[str] = set()
        self.seen = 0
        """Members that are neither folders nor hidden."""

    def refusal(self, name: str, reason: str, detail: str) -> Refusal:
        """A refusal of a member, or of the whole (or the rest) where there is no name."""
        shown = f"{self._file.name}/{name}" if name else self._file.name
        where = f"member {name}" if name else "file"
        return Refusal(self._file.sha256, where, reason, f"{shown}: {detail}"[-200:])

    def of_zip(self) -> Iterator[Member | Refusal]:
        """The members of a zip file."""
        with zipdir.opened(self._file.path) as archive:
            for entry in archive.infolist():
                name = _clean(_zip_name(entry))
                if entry.filename.endswith("/") or _hidden(name):
                    continue
                odd = self._odd(name, *zip_oddity(entry, self._limits))
                if odd is not None:
                    yield odd
                    if self.seen > self._limits.members:
                        return
                    continue
                yield self._of_entry(archive, entry, name)

    def _of_entry(
        self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str
    ) -> Member | Refusal:
        """One member of a zip file. No more comes out of it than its directory says."""

        def counted(size: int) -> bytes:
            data = stream.read(size)
            self._budget.spend(len(data))
            return data

        try:
            with archive.open(entry) as stream:
                return self._take(name, counted)
        except (zipfile.BadZipFile, EOFError, zlib.error, ValueError, NotImplementedError) as error:
            return self.refusal(name, "damaged", str(error))
        except OSError as error:
            if error.errno is not None:
                raise
            return self.refusal(name, "damaged", str(error))  # how bzip2 says so

    def of_tar(self, form: Form) -> Iterator[Member | Refusal]:
        """The members of a tar archive."""
        with tar_bytes(self._file.path, form) as stream:
            archive = TarStream(_Counted(stream.read, self._budget))
            for entry in archive.entries():
                name = _clean(entry.name)
                if entry.kind == "folder" or _hidden(name):
                    continue
                kinds = {"file": "", "sparse": "unsupported_container"}
                reason = kinds.get(entry.kind, "not_a_file")
                if not reason and entry.size > self._limits.member_bytes:
                    reason = "too_large"
                odd = self._odd(name, reason, f"is a {entry.kind} of {entry.size:,} bytes")
                if odd is None:
                    yield self._take(name, archive.read)
                    continue
                yield odd
                if self.seen > self._limits.members:
                    return

    def _odd(self, name: str, reason: str, detail: str) -> Refusal | None:
        """The refusal of a member that is not even opened, or None."""
        self.seen += 1
        if self.seen > self._limits.members:
            what = f"has more than {self._limits.members:,} members; the rest was not read"
            return self.refusal("", "too_large", what)
        if reason:
            return self.refusal(name, reason, detail)
        if name in self._names:
            return self.refusal(name, "duplicate_name", "an earlier member has this name")
        self._names.add(name)
        return None

    def _take(self, name: str, read: Callable[[int], bytes]) -> Member | Refusal:
        """Write a member under a number; an archive is taken away again."""
        target = self._scratch / f"{self.seen:05d}"
        digest, size = hashlib.sha256(), 0
        try:
            with target.open("xb") as out:
                while block := read(zipdir.BLOCK):
                    size += len(block)
                    digest.update(block)
                    out.write(block)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        if form_of(target, head_of(target)) is not None:
            target.unlink()
            return self.refusal(name, "nested_archive", "unpack it and give it by itself")
        shown = name if len(name) <= NAME_CHARS else f"{name[:NAME_CHARS]}…{self.seen}"
        whole = f"{self._file.name}/{shown}"
        return Member(whole, target, digest.hexdigest(), size, self._file.sha256)


class _Counted:
    """A stream whose every byte is counted, also of what is skipped."""

    def __init__(self, read: Callable[[int], bytes], budget: _Budget) -> None:
        self._read = read
        self._budget = budget

    def read(self, size: int, /) -> bytes:
        """The next bytes, all that were asked for unless the stream ends."""
        data = filled(self._read, min(size, zipdir.BLOCK))
        self._budget.spend(len(data))
        return data


def _clean(name: str) -> str:
    """The name of a member as a label: one kind of slash, no empty or `.` steps, no surrogates."""
    text = name.encode("utf-8", "replace").decode("utf-8").replace("\\", "/")
    return "/".join(part for part in text.split("/") if part not in ("", "."))


def _hidden(name: str) -> bool:
    parts = name.split("/")
    if ".git" in parts and may_be_history(name):
        return False
    return parts[0] == "__MACOSX" or any(
        part.startswith(".") and part != ".." for part in parts if part
    )


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """The name; UTF-8 without its flag, as some programs write it, is read as UTF-8."""
    if not entry.flag_bits & 0x800:
        try:
            return entry.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return entry.filename


def zip_oddity(entry: zipfile.ZipInfo, limits: Limits) -> tuple[str, str]:
    """(Reason, detail) why a member is not opened; empty if it may be."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "not_a_file", "is a link or a device"
    if entry.flag_bits & 0x41:
        return "encrypted", "unpack it with its password"
    if entry.compress_type not in _METHODS:
        return "unsupported_container", f"packed by method {entry.compress_type}"
    if entry.file_size > limits.member_bytes or limits.suspect(
        entry.file_size, entry.compress_size
    ):
        return "too_large", f"unpacks from {entry.compress_size:,} to {entry.file_size:,} bytes"
    return "", ""
