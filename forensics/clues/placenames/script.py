"""Script, letters and signs of texts, counted by account: weak signs of language and keyboard.

Simplified or traditional characters, Persian or Arabic letters and digits, letters that Ukrainian
or Russian alone has, dates of the Iranian calendar, full-width signs in Latin text. A translation
program, a copied text or a phone sets them as well as a person does: they move nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from forensics.engine import PostTable
from forensics.engine.texts import marks as count_marks
from forensics.model import Json

SIMPLIFIED = (
    "国这们个来对说时会过还后发经学问应开关体东车马鸟鱼门见书长业产亲"
    "众优传伤决军农动务华单卖历厂厅压县双变"
)
TRADITIONAL = (
    "國這們個來對說時會過還後發經學問應開關體東車馬鳥魚門見書長業產親"
    "眾優傳傷決軍農動務華單賣歷廠廳壓縣雙變"
)
"""Pairs of one character in its two forms. 后 is a traditional character too and is not counted."""
_JALALI_MONTHS = "فروردین|اردیبهشت|خرداد|مرداد|شهریور|بهمن|اسفند"
PATTERNS: Mapping[str, str] = {
    "latin": "[A-Za-zÀ-ɏ]",
    "han": "[㐀-鿿]",
    "kana": "[぀-ヿ]",
    "hangul": "[가-힣]",
    "cyrillic": "[Ѐ-ӿ]",
    "arabic": "[ؠ-ۓ]",
    "simplified": f"[{SIMPLIFIED.replace('后', '')}]",
    "traditional": f"[{TRADITIONAL}]",
    "persian_letters": "[پچژگیک]",
    "arabic_letters": "[كيةىأإ]",
    "persian_digits": "[۰-۹]",
    "arabic_digits": "[٠-٩]",
    "jalali_dates": rf"\b1[34]\d\d[/-](?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|[12]\d|3[01])\b|"
    rf"[۱][۳۴][۰-۹][۰-۹]/[۰-۹]{{1,2}}/[۰-۹]{{1,2}}|{_JALALI_MONTHS}",
    "ukrainian_letters": "[ґєіїҐЄІЇ]",
    "russian_letters": "[ыэъёЫЭЪЁ]",
    "full_width_in_latin": r"[A-Za-z][，。！？；：（）]|[Ａ-Ｚａ-ｚ０-９]",
}
"""Mark -> RE2 pattern of which one occurrence is enough."""
ASCII = frozenset(["latin", "jalali_dates"])
"""Marks that a text of plain ASCII may show."""
WORDS: Mapping[str, str] = {
    "latin": "Latin script",
    "han": "Han script",
    "kana": "Japanese kana",
    "hangul": "Hangul",
    "cyrillic": "Cyrillic script",
    "arabic": "Arabic script",
    "simplified": "simplified characters",
    "traditional": "traditional characters",
    "persian_letters": "Persian letters",
    "arabic_letters": "letters usual in Arabic, rare in Persian",
    "persian_digits": "Persian digits",
    "arabic_digits": "Arabic-Indic digits",
    "jalali_dates": "dates of the Iranian calendar",
    "ukrainian_letters": "letters of Ukrainian",
    "russian_letters": "letters that Ukrainian lacks",
    "full_width_in_latin": "full-width signs in Latin text",
}


@dataclass(frozen=True, slots=True)
class Marks:
    """Marks of a set of accounts."""

    accounts: int
    posts: int
    found: Mapping[str, tuple[int, int]]
    """Mark -> (accounts, posts) that show it, in the order of `PATTERNS`; absent ones left out."""

    @classmethod
    def of(
        cls, counted: Mapping[str, tuple[int, Mapping[str, int]]], accounts: Collection[str]
    ) -> Marks:
        """The marks of some accounts out of `marks_of`."""
        mine = [counted[account] for account in accounts if account in counted]
        found = {}
        for mark in PATTERNS:
            shown = [row[mark] for _, row in mine if row[mark]]
            if shown:
                found[mark] = (len(shown), sum(shown))
        return cls(len(mine), sum(posts for posts, _ in mine), found)

    def as_json(self) -> Json:
        """Marks as rows for a table."""
        return {
            mark: {"accounts": accounts, "posts": posts}
            for mark, (accounts, posts) in self.found.items()
        }


def marks_of(posts: PostTable) -> dict[str, tuple[int, Mapping[str, int]]]:
    """Account -> (own posts with a text, posts that show each mark)."""
    rows = count_marks(posts, PATTERNS, never_ascii=PATTERNS.keys() - ASCII)
    return {account: (written, found) for account, written, found in rows}


def marks_sentence(marks: Marks) -> str:
    """One sentence with the marks that occur; empty if the texts are plain Latin script."""
    telling = [mark for mark in marks.found if mark != "latin"]
    if not telling:
        return ""
    shown = ", ".join(f"{WORDS[mark]} {marks.found[mark][0]:,}" for mark in telling)
    return f"Marks of script, by accounts of {marks.accounts:,}: {shown}."
