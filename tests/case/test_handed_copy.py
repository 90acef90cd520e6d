"""Redacted copies, as far as they can be checked without an export; attacks stand with those."""

from __future__ import annotations

from pathlib import Path

import pytest

from forensics.case import verify
from forensics.case.handedcopy import check_copy, handed_names
from forensics.case.refs import REDACTED
from forensics.errors import CaseError


def test_names_in_a_copy() -> None:
    assert handed_names("record.jsonl") == ("record_lines.jsonl", "proofs/record.jsonl")
    assert handed_names("posts.parquet") == ("tables/posts.jsonl", "proofs/posts.jsonl")


def test_a_copy_without_a_seal_is_not_checked(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="no case"):
        verify(tmp_path)
    for text in ("{}", "[", "[]", '{"files_left_out": [1]}'):
        (tmp_path / REDACTED).write_text(text)
        checks, copy, seals = check_copy(tmp_path, ())
        assert seals == ()
        assert copy.misfits == []
        assert {one.status for one in checks} == {"not_checked"}
        assert not verify(tmp_path).ok
