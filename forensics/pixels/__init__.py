"""How images look: pixels decoded in watched processes, hashes, same pictures, thumbnails, text.

`pictures` decodes and hashes many files, `same_pictures` says which show one picture, `thumbnail`
draws one anew for the report. With the extra `ocr`, `read_text` reads what is written in a picture.
"""

from __future__ import annotations

from forensics.pixels.limits import Limits
from forensics.pixels.looking import ImageFile, pictures, thumbnail, thumbnails
from forensics.pixels.picture import Picture, picture_from_row
from forensics.pixels.same import Group, Pair, SamePictures, same_pictures

__all__ = [
    "Group",
    "ImageFile",
    "Limits",
    "Pair",
    "Picture",
    "SamePictures",
    "picture_from_row",
    "pictures",
    "same_pictures",
    "thumbnail",
    "thumbnails",
]
