"""A file name is one claim of an image among others."""

from __future__ import annotations


def test_the_name_is_one_claim_among_others(make, read):
    image, refusals = read(make.jpeg(), "IMG_20210815_220132.jpg")
    assert [claim.field for claim in image.times] == ["name_capture_camera"]
    # The name is no metadata of the file: it is still stripped.
    assert image.stripped
    assert refusals[0].reason == "no_metadata"
