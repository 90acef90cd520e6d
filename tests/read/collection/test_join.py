"""Items find their files: by hash whatever the name, by name only where no hash leads anywhere."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from forensics.read.collection.items import Digest, Inside, Item, Log, LogFile
from forensics.read.collection.join import FIT_WORDS, MANY, Files, Held, join


def held(folder: Path, name: str, data: bytes, parent: str = "") -> Held:
    sha256 = hashlib.sha256(data).hexdigest()
    path = folder / sha256
    path.write_bytes(data)
    return Held(sha256, name, path, parent)


def sha(data: bytes) -> Digest:
    return Digest("sha256", hashlib.sha256(data).hexdigest())


@pytest.fixture
def logfile(tmp_path: Path) -> LogFile:
    path = tmp_path / "log"
    path.write_bytes(b"log")
    return LogFile("f" * 64, "in/log", path)


def one(item: Item, logfile: LogFile, files: list[Held], parent: str = "", uncertain: str = ""):
    log = Log("x", (item,), uncertain=uncertain)
    return join(log, logfile, Files(files), parent=parent)[0]


def test_a_hash_finds_its_file_under_any_name(tmp_path: Path, logfile: LogFile) -> None:
    files = [held(tmp_path, "in/renamed.bin", b"a"), held(tmp_path, "in/a.csv", b"b")]
    found = one(Item(1, file="a.csv", digests=(sha(b"a"),)), logfile, files)
    assert (found.by, found.fit, found.held) == ("hash", "match", files[0])


def test_a_name_with_another_hash_is_a_mismatch_and_both_hashes_are_kept(
    tmp_path: Path, logfile: LogFile
) -> None:
    files = [held(tmp_path, "in/a.csv", b"b")]
    found = one(Item(1, file="there/a.csv", digests=(sha(b"a"),)), logfile, files)
    assert (found.by, found.fit, found.ours) == ("name", "mismatch", sha(b"b"))


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha512", "sha3_512", "blake2b"])
def test_other_algorithms_are_checked_over_the_bytes(
    tmp_path: Path, logfile: LogFile, algorithm: str
) -> None:
    files = [held(tmp_path, "a.csv", b"a")]
    for data, fit in ((b"a", "match"), (b"b", "mismatch")):
        stated = Digest(algorithm, hashlib.new(algorithm, data).hexdigest())
        found = one(Item(1, file="a.csv", digests=(stated,)), logfile, files)
        assert found.fit == fit
        assert found.ours == Digest(algorithm, hashlib.new(algorithm, b"a").hexdigest())


def test_one_hash_that_does_not_fit_outweighs_one_that_does(
    tmp_path: Path, logfile: LogFile
) -> None:
    files = [held(tmp_path, "a.csv", b"a")]
    both = (sha(b"a"), Digest("md5", hashlib.md5(b"b").hexdigest()))  # noqa: S324 - a stated hash
    assert one(Item(1, file="a.csv", digests=both), logfile, files).fit == "mismatch"


def test_what_is_not_here_is_absent_and_never_a_mismatch(tmp_path: Path, logfile: LogFile) -> None:
    files = [held(tmp_path, "a.csv", b"a")]
    found = one(Item(1, file="gone.mp4", digests=(sha(b"c"),)), logfile, files)
    assert (found.by, found.fit, found.held) == ("nothing", "absent", None)
    assert one(Item(1, source_url="https://a.example"), logfile, files).fit == "not_stated"


def test_a_hash_nobody_can_compute_is_not_checked(tmp_path: Path, logfile: LogFile) -> None:
    files = [held(tmp_path, "a.csv", b"a")]
    found = one(Item(1, file="a.csv", digests=(Digest("tiger", "00"),)), logfile, files)
    assert found.fit == "not_checked"


def test_of_several_files_of_a_name_the_nearest_is_meant(tmp_path: Path, logfile: LogFile) -> None:
    files = [held(tmp_path, "x/2025/a.jpg", b"1"), held(tmp_path, "y/2026/a.jpg", b"2")]
    found = one(Item(1, file="store/2026/a.jpg"), logfile, files)
    assert found.held == files[1]
    unclear = one(Item(1, file="a.jpg"), logfile, files)
    assert unclear.held is None
    assert "2 files are called so" in unclear.notes
    stated = Digest("md5", hashlib.md5(b"2").hexdigest())  # noqa: S324 - a stated hash
    told = one(Item(1, file="a.jpg", digests=(stated,)), logfile, files)
    assert told.held == files[1]


def test_a_log_in_an_archive_means_files_of_that_archive(tmp_path: Path, logfile: LogFile) -> None:
    files = [held(tmp_path, "1.mhtml", b"1"), held(tmp_path, "z.zip/pages/1.mhtml", b"2", "z" * 64)]
    assert one(Item(1, file="1.mhtml"), logfile, files, parent="z" * 64).held == files[1]


def test_a_name_that_thousands_have_means_none(tmp_path: Path, logfile: LogFile) -> None:
    files = [held(tmp_path, f"{n}/index.html", str(n).encode()) for n in range(MANY + 1)]
    found = one(Item(1, file="7/index.html"), logfile, files)
    assert found.held is None


def test_bytes_inside_the_log_are_those_of_a_file_as_stored_or_decoded(
    tmp_path: Path, logfile: LogFile
) -> None:
    files = [held(tmp_path, "posts.csv", b"plain")]
    inside = Inside("1" * 64, 9, decoded_sha256=sha(b"plain").value, fits=True)
    found = one(Item(1, inside=inside, digests=(sha(b"plain"),)), logfile, files)
    assert (found.by, found.held, found.fit) == ("hash", files[0], "match")
    alone = one(Item(1, inside=Inside("1" * 64, 9, fits=False), digests=(sha(b"x"),)), logfile, [])
    assert (alone.by, alone.fit) == ("inside", "mismatch")


def test_empty_payloads_are_no_copies_of_an_empty_file(tmp_path: Path, logfile: LogFile) -> None:
    files = [held(tmp_path, "empty.csv", b"")]
    assert one(Item(1, inside=Inside(sha(b"").value, 0)), logfile, files).by == "inside"


def test_where_no_hash_of_a_list_fits_the_doubt_stands_beside_it(
    tmp_path: Path, logfile: LogFile
) -> None:
    files = [held(tmp_path, "a", b"a"), held(tmp_path, "b", b"b")]
    bad, good = Item(1, file="a", digests=(sha(b"x"),)), Item(2, file="b", digests=(sha(b"b"),))
    alone = join(Log("x", (bad,), uncertain="doubt"), logfile, Files(files))
    assert "doubt" in alone[0].notes
    with_good = join(Log("x", (bad, good), uncertain="doubt"), logfile, Files(files))
    assert [found.fit for found in with_good] == ["mismatch", "match"]
    assert "doubt" not in with_good[0].notes


def test_the_order_of_files_changes_nothing(tmp_path: Path, logfile: LogFile) -> None:
    files = [held(tmp_path, f"{n}/a.jpg", str(n).encode()) for n in range(4)]
    items = tuple(Item(n, file=f"{n}/a.jpg", digests=(sha(b"0"),)) for n in range(4))
    there = join(Log("x", items), logfile, Files(files))
    back = join(Log("x", items), logfile, Files(files[::-1]))
    assert there == back


def test_every_answer_has_its_words() -> None:
    assert set(FIT_WORDS) == {"match", "mismatch", "absent", "not_stated", "not_checked"}
