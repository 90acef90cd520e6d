"""What the holiday package does not hold, kept by hand: weekends by date, gaps, local practice.

Every line carries its source. `certain` means that an official text or a report of it was read;
`stated` rests on the package or on general description; `doubtful` lines are used but marked.
"""

from __future__ import annotations

from typing import NamedTuple

ALWAYS = 20050101
PACKAGE = "holidays 0.109"


class Weekend(NamedTuple):
    """Weekly rest from a date on."""

    since: int
    """First day, YYYYMMDD."""
    rest: str
    """Weekdays of full rest, Monday = 0."""
    half: str
    """Weekdays on which offices commonly work half the day."""
    certainty: str
    source: str


SATURDAY_SUNDAY = Weekend(ALWAYS, "56", "", "stated", PACKAGE)

WEEKENDS: dict[str, tuple[Weekend, ...]] = {
    "AE": (
        Weekend(ALWAYS, "34", "", "doubtful", "Thursday and Friday to August 2006: recalled"),
        Weekend(20060901, "45", "", "stated", PACKAGE + "; start of September 2006: recalled"),
        Weekend(
            20220101,
            "56",
            "4",
            "certain",
            "Government announcement of 7 December 2021 (thenationalnews.com, zawya.com); Friday"
            " half-day; private employers were free to choose",
        ),
    ),
    "BD": (
        Weekend(ALWAYS, "4", "", "doubtful", "Friday alone from 2001: endroar.com"),
        Weekend(20050909, "45", "", "doubtful", PACKAGE + "; day of the change: recalled"),
    ),
    "EG": (Weekend(ALWAYS, "45", "", "stated", PACKAGE),),
    "HK": (
        Weekend(ALWAYS, "6", "5", "stated", PACKAGE + ": Sunday; Saturday is a short day"),
        Weekend(20060701, "56", "", "doubtful", "five-day week of the civil service; recalled"),
    ),
    "IL": (Weekend(ALWAYS, "45", "", "stated", PACKAGE),),
    "IN": (Weekend(ALWAYS, "56", "", "doubtful", PACKAGE + "; many employers work on Saturday"),),
    "IR": (
        Weekend(ALWAYS, "4", "3", "stated", PACKAGE + ": Friday; Thursday half-day: recalled"),
        Weekend(20240601, "4", "35", "doubtful", "bill for a second day debated: recalled"),
    ),
    "KP": (Weekend(ALWAYS, "6", "", "doubtful", "Sundays are holidays: theinfolist.com"),),
    "MY": (
        Weekend(ALWAYS, "56", "", "doubtful", PACKAGE + "; some states rest on Friday, Saturday"),
    ),
    "PK": (
        Weekend(ALWAYS, "6", "", "doubtful", "Sunday alone: qppstudio.net, November 2010"),
        Weekend(
            20111015,
            "56",
            "",
            "certain",
            "Notification of the Ministry of the Interior, October 2011 (tribune.com.pk); provinces"
            " and private employers differ",
        ),
    ),
    "SA": (
        Weekend(ALWAYS, "34", "", "certain", "Before the order of 23 June 2013 (crowell.com)"),
        Weekend(
            20130628,
            "45",
            "",
            "certain",
            "Royal order A/185 of 23 June 2013, in force from Saturday 29 June (agip.com)",
        ),
    ),
    "VE": (
        Weekend(ALWAYS, "6", "5", "doubtful", PACKAGE),
        Weekend(20130507, "56", "", "doubtful", "two days of rest by the labour law: recalled"),
    ),
}  # fmt: skip

UNKNOWN: dict[str, tuple[tuple[int, int, str], ...]] = {
    "AZ": ((20270101, 20271231, "no notice of transferred days yet"),),
    "AM": ((20270101, 20271231, "no notice of transferred days yet"),),
    "BY": ((20270101, 20271231, "no notice of transferred days yet"),),
    "CN": ((20270101, 20271231, "no notice of the State Council yet"),),
    "ID": ((20270101, 20271231, "no joint decree read"),),
    "KG": ((20270101, 20271231, "no notice of transferred days yet"),),
    "KZ": ((20270101, 20271231, "no notice of transferred days yet"),),
    "PH": ((20270101, 20271231, "no proclamation read"),),
    "RU": (
        (20200330, 20200508, "days declared non-working in the epidemic; many worked at home"),
        (20200624, 20200624, "day declared non-working (parade)"),
        (20200701, 20200701, "day declared non-working (vote)"),
        (20210504, 20210507, "days declared non-working in the epidemic"),
        (20211030, 20211107, "days declared non-working in the epidemic"),
    ),
    "UA": ((20220224, 20271231, "martial law: holidays are no days off"),),
    "UZ": ((20270101, 20271231, "no notice of transferred days yet"),),
    "VN": ((20270101, 20271231, "no notice of transferred days read"),),
}

ALSO_HOLIDAYS: dict[str, tuple[str, str]] = {
    "HK": ("optional", "general holidays; the category `public` holds the statutory ones only"),
}
"""Country -> (category of the package, why) counted as holidays of the whole country."""

ALSO_BRIDGES: dict[str, tuple[str, str]] = {
    "ID": ("government", "joint leave days"),
    "JP": ("bank", "year-end closure, 31 December to 3 January"),
    "KR": ("bank", "Labour Day: employees are off, offices of the state are not"),
    "SE": ("de_facto", "eves that are free by custom"),
}

ALSO_PARTLY: dict[str, tuple[str, str]] = {
    "AE": ("government", "government only"),
    "EG": ("government", "government only"),
    "IL": ("optional", "days between the holy days, Purim, memorial days"),
    "MO": ("government", "government; the category `public` holds the ten compulsory ones"),
    "TW": ("optional", "Labour Day: employees are off, offices of the state are not before 2026"),
}  # fmt: skip

PARTLY: dict[str, tuple[str, ...]] = {
    "KP": ("Cheongmyeong", "Daeboreum", "Women's Day", "Children's Union", "Youth Day",
           "Mother's Day", "Songun"),
    "US": ("Martin Luther King", "Washington's Birthday", "Columbus Day", "Veterans Day",
           "Juneteenth"),
}  # fmt: skip
"""Public holidays, by part of their name, on which most private employers work."""

NAMES = {
    "AE": "United Arab Emirates", "AM": "Armenia", "AR": "Argentina", "AU": "Australia",
    "AZ": "Azerbaijan", "BD": "Bangladesh", "BR": "Brazil", "BY": "Belarus", "CA": "Canada",
    "CN": "China", "CU": "Cuba", "CZ": "Czechia", "DE": "Germany", "EG": "Egypt", "ES": "Spain",
    "ET": "Ethiopia", "FR": "France", "GB": "United Kingdom", "GE": "Georgia", "GH": "Ghana",
    "HK": "Hong Kong", "HU": "Hungary", "ID": "Indonesia", "IL": "Israel", "IN": "India",
    "IR": "Iran", "IT": "Italy", "JP": "Japan", "KE": "Kenya", "KG": "Kyrgyzstan",
    "KP": "North Korea", "KR": "South Korea", "KZ": "Kazakhstan", "MN": "Mongolia", "MO": "Macau",
    "MX": "Mexico", "MY": "Malaysia", "NG": "Nigeria", "NL": "Netherlands", "NZ": "New Zealand",
    "PH": "Philippines", "PK": "Pakistan", "PL": "Poland", "RU": "Russia", "SA": "Saudi Arabia",
    "SE": "Sweden", "SG": "Singapore", "TH": "Thailand", "TR": "Turkey", "TW": "Taiwan",
    "UA": "Ukraine", "US": "United States", "UZ": "Uzbekistan", "VE": "Venezuela",
    "VN": "Vietnam", "ZA": "South Africa",
}  # fmt: skip

SUBNATIONAL = frozenset({"AR", "AU", "BR", "CA", "DE", "ES", "ET", "GB", "IN", "IT", "MY", "NZ",
                         "PH", "PK", "RU", "UA", "US", "BY", "KZ"})  # fmt: skip
"""Countries that also keep holidays of states or provinces; those are left out."""

CHECKED = {
    "CN": "notices of the State Council for 2010, 2013, 2016, 2020, 2024 and 2026 (gov.cn and"
    " copies): every weekday off and every make-up day agree",
    "RU": "government orders on transferred days for 2011, 2012, 2016, 2018, 2019 and 2024"
    " (garant.ru, kontur.ru, interfax.ru): every transferred day and working Saturday agrees",
    "JP": "Cabinet Office list for 2020 and the special laws for 2019 (rikanenpyo.jp and copies)",
    "TW": "office calendars of the Executive Yuan for 2015, 2021, 2024 and 2025 (chc.edu.tw and"
    " copies): make-up days and closing days of the lunar new year agree",
}

DOUBTFUL = {
    "KP": "no official list can be read abroad; the package's list differs from travel agencies'",
    "CU": "year-end days off are decreed year by year and may be missing",
    "VE": "days off decreed during power cuts are in part of the years only",
    "IN": "days gazetted for the central government; private employers keep about ten of them",
    "ET": "own calendar; dates of Islamic holidays estimated",
    "PK": "dates of Islamic holidays before 2005 and in 2027 estimated",
}
