"""Uploaders inside names of Weibo's pictures: known answers and names that hold none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.ids.weibo_images import uploader_of_file, uploaders_in_text

REST = "gy1h9abcdefghij20u00u0abc"
KNOWN = {
    "593793e5": 1496814565,
    "645ffc15": 1684012053,
    "005vnhZY": 5044281310,
    "69bdf737": 1774057271,
    "001W3LkX": 1774057271,
}
"""First eight characters -> account; the last two are one account under both forms."""


@pytest.mark.parametrize("code", KNOWN)
@pytest.mark.parametrize("form", ["{}.jpg", "{}", "large/{}.jpeg", "C:\\pictures\\{}.png"])
def test_known_uploaders(code: str, form: str) -> None:
    assert uploader_of_file(form.format(code + REST)) == KNOWN[code]


@pytest.mark.parametrize(
    ("defect", "name"),
    [
        ("a camera's name", "IMG_20240305_091244.jpg"),
        ("the digits alone", "593793e5.jpg"),
        ("a hash", "d41d8cd98f00b204e9800998ecf8427e.jpg"),
        ("hexadecimal in capitals", f"593793E5{REST}.jpg"),
        ("neither base 62 nor hexadecimal", f"5zz793e5{REST}.jpg"),
        ("too small a number", f"0000000a{REST}.jpg"),
        ("another ending", f"593793e5{REST}.exe"),
        ("nothing", ""),
    ],
)
def test_names_without_an_uploader(defect: str, name: str) -> None:
    assert uploader_of_file(name) is None


def test_letter_case_matters() -> None:
    assert uploader_of_file(f"005vnhzy{REST}.jpg") != KNOWN["005vnhZY"]


def test_addresses_in_texts() -> None:
    text = (
        f"one https://wx1.sinaimg.cn/large/005vnhZY{REST}.jpg two "
        f"http://tvax1.sinaimg.cn/crop.0.0.1080.1080.180/593793e5{REST}.jpg?KID=x "
        f"not https://example.org/large/645ffc15{REST}.jpg"
    )
    assert list(uploaders_in_text(text)) == [5044281310, 1496814565]


@given(st.text(max_size=300))
def test_any_text_gives_account_numbers_or_nothing(text: str) -> None:
    assert all(10**9 <= number < 10**10 for number in uploaders_in_text(text))
    found = uploader_of_file(text)
    assert found is None or 10**9 <= found < 10**10
