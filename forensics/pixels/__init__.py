"""How images look: pixels decoded in watched processes, hashes, same pictures, thumbnails, text.

`pictures` decodes and hashes many files, `same_pictures` says which show one picture, `thumbnail`
draws one anew for the report. With the extra `ocr`, `read_text` reads what is written in a picture.
"""

from __future__ import annotations

from forensics.pixels.limits import Limits
from forensics.pixels.looking import ImageFile, pictures, thumbnail, thumbnails
from forensics.pixels.picture import Picture, picture_from_row
from forensics.pixels.same import Group, Pair, SamePictures, same_pictures, set_name
from forensics.pixels.texts import ImageText, TextSearch, text_from_row

__all__ = [
    "Group",
    "ImageFile",
    "ImageText",
    "Limits",
    "Pair",
    "Picture",
    "SamePictures",
    "TextSearch",
    "picture_from_row",
    "pictures",
    "same_pictures",
    "set_name",
    "text_from_row",
    "thumbnail",
    "thumbnails",
]
