"""A member of an archive, taken out once more."""

from __future__ import annotations

from pathlib import Path

from forensics.errors import ReadError
from forensics.read import SourceFile
from forensics.read.archiveform import head_of
from forensics.read.archives import Limits, Member, expand, members


def taken_out(archive: Path, parent: str, name: str, sha256: str, scratch: Path) -> Path:
    """The bytes of a member, in a file inside `scratch`; others are removed as they come.

    Args:
        archive: The archive.
        parent: Its SHA-256.
        name: The name of the member, `archive.zip/folder/file.csv`.
        sha256: The hash it must have.
        scratch: A folder that is made.

    Raises:
        ReadError: the archive holds no such member.
    """
    file = SourceFile(parent, name.split("/", 1)[0], archive)
    single = scratch / "one"
    single.mkdir(parents=True)
    for item in members(file, head_of(archive), single, Limits()):
        if isinstance(item, Member):
            if item.sha256 == sha256:
                return item.path
            item.path.unlink()
    # The histories of git repositories are put together after unpacking.
    for made in expand([file], scratch / "all").files:
        if made.sha256 == sha256:
            return made.path
    raise ReadError("the archive holds no such member", where=name, todo="run gnomon verify")
