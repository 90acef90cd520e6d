"""Archives are opened without trusting them: every member comes out whole or is refused by name."""

from __future__ import annotations

import gzip
import hashlib
import io
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from forensics.read import SourceFile
from forensics.read.archiveform import form_of
from forensics.read.archives import Expanded, Limits, expand

CSV = b"account,time\na,2023-01-01T00:00:00Z\n"
LIMITS = Limits(members=5, member_bytes=1 << 20, total_bytes=3 << 20, ratio=50, ratio_after=100_000)
HEADER_AT_NAME = 30


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files:
            info = zipfile.ZipInfo(name, (2023, 1, 1, 0, 0, 0))
            info.compress_type = method
            archive.writestr(info, data)
    return out.getvalue()


def tarred(
    *files: tuple[str, bytes], kind: bytes = tarfile.REGTYPE, form: int = tarfile.PAX_FORMAT
) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd" if kind in b"12" else ""
            info.size = len(data) if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def opened(folder: Path, data: bytes, limits: Limits = LIMITS) -> Expanded:
    path = folder / "given.bin"
    path.write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    return expand([SourceFile(sha256, "a.bin", path)], folder / "out", limits)


def patched(data: bytes, at: int, change: bytes) -> bytes:
    return data[:at] + change + data[at + len(change) :]


def central(data: bytes) -> int:
    return data.index(b"PK\x01\x02")


def unix_mode(mode: int) -> bytes:
    data = zipped(("x", b"/etc/passwd"))
    data = patched(data, central(data) + 5, b"\x03")
    return patched(data, central(data) + 38, struct.pack("<I", mode << 16))


def with_flag(data: bytes, flag: int) -> bytes:
    return patched(patched(data, 6, bytes([flag])), central(data) + 8, bytes([flag]))


def overlapping() -> bytes:
    """Two directory entries that name one member's bytes."""
    data = zipped(("a", CSV), ("b", CSV))
    second = data.index(b"PK\x01\x02", central(data) + 4)
    return patched(data, second + 42, struct.pack("<I", 0))


def lying_size() -> bytes:
    """A directory that says a member holds ten bytes when it holds more."""
    data = zipped(("a", CSV))
    return patched(data, central(data) + 24, struct.pack("<I", 10))


def with_checksum(header: bytes) -> bytes:
    blank = patched(header, 148, b" " * 8)
    return patched(blank, 148, f"{sum(blank):06o}\0 ".encode())


def long_name_of(size: int) -> bytes:
    header = bytearray(512)
    header[:4], header[124:135], header[156:157] = b"long", f"{size:011o}".encode(), b"L"
    return with_checksum(bytes(header)) + bytes(2048)


def pax(record: bytes) -> bytes:
    header = bytearray(512)
    header[:3], header[124:135], header[156:157] = b"pax", f"{len(record):011o}".encode(), b"x"
    return with_checksum(bytes(header)) + record.ljust(512, b"\0") + tarred(("a", CSV))


GOOD: dict[str, tuple[bytes, str]] = {
    "zip": (zipped(("posts/a.csv", CSV), ("b.csv", CSV * 2)), "zip"),
    "stored zip": (zipped(("posts/a.csv", CSV), ("b.csv", CSV * 2), method=0), "zip"),
    "bzip2 zip": (zipped(("posts/a.csv", CSV), ("b.csv", CSV * 2), method=12), "zip"),
    "tar": (tarred(("posts/a.csv", CSV), ("b.csv", CSV * 2)), "tar"),
    "gnu tar": (tarred(("./posts/a.csv", CSV), ("b.csv", CSV * 2), form=tarfile.GNU_FORMAT), "tar"),
    "tar.gz": (gzip.compress(tarred(("posts/a.csv", CSV), ("b.csv", CSV * 2))), "tar, gzip"),
    "tar.zst": (
        zstandard.compress(tarred(("posts/a.csv", CSV), ("b.csv", CSV * 2))), "tar, zstd",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_members_come_out_in_order_with_their_own_hashes(name: str, tmp_path: Path) -> None:
    data, form = GOOD[name]
    found = opened(tmp_path, data)
    assert [(item.name, item.sha256, item.size) for item in found.members] == [
        ("a.bin/posts/a.csv", hashlib.sha256(CSV).hexdigest(), len(CSV)),
        ("a.bin/b.csv", hashlib.sha256(CSV * 2).hexdigest(), 2 * len(CSV)),
    ]
    assert [item.path.read_bytes() for item in found.files] == [CSV, CSV * 2]
    assert {item.parent for item in found.members} == {hashlib.sha256(data).hexdigest()}
    assert found.refusals == ()
    (source,) = found.sources
    assert (source.reader, source.format) == ("archive", f"{form}; 2 members taken out")


HOSTILE: dict[str, tuple[bytes, list[str], list[tuple[str, str]]]] = {
    "climbs out": (zipped(("../../up.csv", CSV)), ["a.bin/../../up.csv"], []),
    "absolute": (zipped(("/etc/cron.d/x", CSV)), ["a.bin/etc/cron.d/x"], []),
    "drive": (zipped(("C:\\x\\y.csv", CSV)), ["a.bin/C:/x/y.csv"], []),
    "climbs out of a tar": (tarred(("../../up.csv", CSV)), ["a.bin/../../up.csv"], []),
    "hidden": (zipped((".x", CSV), ("__MACOSX/a", CSV), ("b", CSV)), ["a.bin/b"], []),
    "symbolic link": (unix_mode(stat.S_IFLNK | 0o777), [], [("member x", "not_a_file")]),
    "device in a zip": (unix_mode(stat.S_IFCHR | 0o777), [], [("member x", "not_a_file")]),
    "link in a tar": (tarred(("x", b""), kind=b"2"), [], [("member x", "not_a_file")]),
    "hard link": (tarred(("x", b""), kind=b"1"), [], [("member x", "not_a_file")]),
    "device": (tarred(("x", b""), kind=b"3"), [], [("member x", "not_a_file")]),
    "fifo": (tarred(("x", b""), kind=b"6"), [], [("member x", "not_a_file")]),
    "unknown kind": (tarred(("x", b""), kind=b"Z"), [], [("member x", "not_a_file")]),
    "encrypted": (with_flag(zipped(("x", CSV)), 1), [], [("member x", "encrypted")]),
    "method": (zipped(("x", CSV), method=14), [], [("member x", "unsupported_container")]),
    "same name": (
        zipped(("x", CSV), ("./x", b"other")), ["a.bin/x"], [("member x", "duplicate_name")],
    ),
    "same name in a tar": (
        tarred(("x", CSV), ("x", b"other")), ["a.bin/x"], [("member x", "duplicate_name")],
    ),
    "bomb": (
        zipped(("x", bytes(1 << 19)), ("y", CSV)), ["a.bin/y"], [("member x", "too_large")],
    ),
    "large member": (
        zipped(("x", bytes(2 << 20)), method=0), [], [("member x", "too_large")],
    ),
    "large member of a tar": (
        tarred(("x", bytes(2 << 20)), ("y", CSV)), ["a.bin/y"], [("member x", "too_large")],
    ),
    "bomb in tar.gz": (
        gzip.compress(tarred(("y", CSV), ("x", bytes(1 << 19)))), ["a.bin/y"],
        [("file", "too_large")],
    ),
    "bomb in tar.zst": (
        zstandard.compress(tarred(("y", CSV), ("x", bytes(1 << 19)))), ["a.bin/y"],
        [("file", "too_large")],
    ),
    "large in all": (
        zipped(*((str(n), bytes([n]) * 1_000_000) for n in range(4)), method=0),
        ["a.bin/0", "a.bin/1", "a.bin/2"], [("file", "too_large")],
    ),
    "many members": (
        zipped(*((str(n), CSV) for n in range(9))), [f"a.bin/{n}" for n in range(5)],
        [("file", "too_large")],
    ),
    "many members of a tar": (
        tarred(*((str(n), CSV) for n in range(9))), [f"a.bin/{n}" for n in range(5)],
        [("file", "too_large")],
    ),
    "nested zip": (
        zipped(("in.csv", zipped(("x", CSV))), ("y", CSV)), ["a.bin/y"],
        [("member in.csv", "nested_archive")],
    ),
    "nested tar.gz": (
        tarred(("in", gzip.compress(tarred(("x", CSV))))), [], [("member in", "nested_archive")],
    ),
    "overlapping": (overlapping(), [], [("file", "damaged")]),
    "lying size": (lying_size(), [], [("member a", "damaged")]),
    "damaged bytes": (
        patched(zipped(("a", CSV), method=0), 35, b"XXXX"), [], [("member a", "damaged")],
    ),
    "damaged deflate": (
        patched(zipped(("a", CSV)), 31, b"\xff\xff\xff"), [], [("member a", "damaged")],
    ),
    "damaged bzip2": (
        patched(zipped(("a", CSV), method=12), 31, b"XXXX"), [], [("member a", "damaged")],
    ),
    "no directory": (zipped(("a", CSV))[:40], [], [("file", "damaged")]),
    "empty zip": (zipped(), [], [("file", "empty_file")]),
    "long name of a gigabyte": (long_name_of(1 << 30), [], [("file", "damaged")]),
    "long name cut off": (long_name_of(60_000), [], [("file", "damaged")]),
    "pax without equals": (pax(b"9 path_x\n"), [], [("file", "damaged")]),
    "pax of length nought": (pax(b"0 path=x\n"), [], [("file", "damaged")]),
    "pax of length 9999": (pax(b"9999 path=x\n"), [], [("file", "damaged")]),
    "pax record without a blank": (
        pax(b"12 path=posts/" + b"a" * 40 + b"\n"), [], [("file", "damaged")],
    ),
    "pax size": (pax(b"11 size=-5\n"), [], [("file", "damaged")]),
    "sparse": (
        pax(b"22 GNU.sparse.major=1\n"), [], [("member a", "unsupported_container")],
    ),
    "a thousand extensions": (
        long_name_of(1)[:1024] * 1000, [], [("file", "damaged")],
    ),
    "damaged header": (
        tarred(("a", CSV)) [:1024] + b"x" * 512, ["a.bin/a"], [("file", "damaged")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_archives(name: str, tmp_path: Path) -> None:
    data, names, refused = HOSTILE[name]
    found = opened(tmp_path, data)
    assert [item.name for item in found.members] == names
    assert [(item.where, item.reason) for item in found.refusals] == refused
    assert all(item.original == hashlib.sha256(data).hexdigest() for item in found.refusals)
    assert all(item.raw.startswith("a.bin") for item in found.refusals)
    written = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    expected = [item.path for item in found.members]
    assert written == sorted([tmp_path / "given.bin", *expected])
    assert all(path.parent == tmp_path / "out" / "0" and path.name.isdigit() for path in expected)


@pytest.mark.parametrize("form", ["tar", "tar.gz"])
def test_a_tar_cut_off_anywhere_gives_its_whole_members_and_says_so(
    form: str, tmp_path: Path
) -> None:
    data = tarred(("a", CSV), ("b", CSV * 40), ("c", CSV))[:6144]
    packed = gzip.compress(data) if form == "tar.gz" else data
    whole = opened(tmp_path, packed, Limits())
    assert len(whole.members) == 3
    for number, end in enumerate(range(600, len(packed) if form == "tar.gz" else 4600, 97)):
        folder = tmp_path / str(number)
        folder.mkdir()
        found = opened(folder, packed[:end], Limits())
        assert found.refusals
        if found.sources:
            assert found.refusals[-1].reason == "damaged"
            assert [item.sha256 for item in found.members] == [
                item.sha256 for item in whole.members
            ][: len(found.members)]


def test_a_zip_with_a_directory_beyond_reason_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forensics.read.zipdir.MAX_DIRECTORY", 200)
    found = opened(tmp_path, zipped(*(("x" * 90 + str(n), CSV) for n in range(4))))
    assert [(item.where, item.reason) for item in found.refusals] == [("file", "damaged")]


def test_names_are_data(tmp_path: Path) -> None:
    names = ["Фото/снимок.csv", "微博.csv", "a\x1b[31m.csv", "n" * 90 + ".csv", "q" * 3000]
    found = opened(tmp_path, zipped(*((name, name.encode()) for name in names)), Limits())
    assert [item.name for item in found.members[:4]] == [f"a.bin/{name}" for name in names[:4]]
    assert len(found.members[4].name) < 600
    flagless = zipped(("微博.csv", CSV))
    flagless = patched(flagless, 6, b"\0\0")
    flagless = patched(flagless, central(flagless) + 8, b"\0\0")
    (tmp_path / "flagless").mkdir()
    assert opened(tmp_path / "flagless", flagless).members[0].name == "a.bin/微博.csv"


@pytest.mark.parametrize(
    "data",
    [
        CSV,
        gzip.compress(CSV, mtime=0),
        zstandard.compress(CSV),
        zstandard.compress(tarred(("a", CSV)))[:-9],
        b"\x1f\x8b" + b"x" * 600,
        zipped(("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")),
        zipped(("word.xml", b"<x/>"), ("mimetype", b"application/x")),
        bytes(1024),
        b"x" * 148 + b"9999999\0" + b"x" * 400,
        b"",
    ],
)
def test_what_is_no_archive_stays_as_it_is(data: bytes, tmp_path: Path) -> None:
    found = opened(tmp_path, data)
    assert [file.name for file in found.files] == ["a.bin"]
    assert (found.members, found.refusals, found.sources) == ((), (), ())


def test_equal_archives_are_opened_once(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(zipped(("x", CSV)))
    files = [SourceFile("0" * 64, name, path) for name in ("a.zip", "b.zip")]
    assert [file.name for file in expand(files, tmp_path / "out").files] == ["a.zip/x"]


@given(
    files=st.lists(
        st.tuples(st.text("abc/é中", min_size=1, max_size=120), st.binary(max_size=2000)),
        max_size=6, unique_by=lambda item: item[0],
    ),
    make=st.sampled_from([
        tarred,
        lambda *files: tarred(*files, form=tarfile.GNU_FORMAT),
        lambda *files: tarred(*files, form=tarfile.USTAR_FORMAT),
        lambda *files: gzip.compress(tarred(*files)),
        lambda *files: zstandard.compress(tarred(*files)),
        zipped,
    ]),
)  # fmt: skip
def test_whatever_another_program_packs_comes_out_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    files: list[tuple[str, bytes]],
    make: Callable[..., bytes],
) -> None:
    clean = {"/".join(part for part in name.split("/") if part): data for name, data in files}
    files = [(name, b"=" + data) for name, data in clean.items() if name]  # no archive
    try:
        packed = make(*files)
    except ValueError:
        return  # names that this form cannot hold
    if not files:
        return
    found = opened(tmp_path_factory.mktemp("a"), packed, Limits())
    assert [(item.name, item.path.read_bytes()) for item in found.members] == [
        (f"a.bin/{name}", data) for name, data in files
    ]


@given(st.binary(max_size=600), st.integers(0, 2000), st.sampled_from(sorted(GOOD)))
def test_no_bytes_break_it(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int, name: str
) -> None:
    data = patched(GOOD[name][0], at, noise)
    folder = tmp_path_factory.mktemp("n")
    (folder / "given.bin").write_bytes(data)
    form = form_of(folder / "given.bin", data)
    found = opened(folder, data)
    assert bool(found.sources) == (form is not None)
    for item in found.members:
        assert hashlib.sha256(item.path.read_bytes()).hexdigest() == item.sha256


def test_a_member_without_a_name_is_a_member(tmp_path: Path) -> None:
    data = zipped(("n", CSV))
    at = central(data)
    local = data[:26] + b"\0\0" + data[28:30] + data[31:at]
    entry = data[at : at + 28] + b"\0\0" + data[at + 30 : at + 46] + data[at + 47 :]
    end = bytearray(local + entry)
    end[-10:-2] = (len(entry) - 22).to_bytes(4, "little") + len(local).to_bytes(4, "little")
    found = opened(tmp_path, bytes(end))
    assert [(item.name, item.path.read_bytes()) for item in found.members] == [("a.bin/", CSV)]
