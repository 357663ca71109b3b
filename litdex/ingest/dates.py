"""Dates as sources write them, to ISO 8601 as precise as the source is."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MONTH_STEMS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {stem: number for number, stem in enumerate(_MONTH_STEMS, 1)}

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?!\d)")
_DAY_FIRST = re.compile(r"\b(\d{1,2})\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})\b")
_MONTH_FIRST = re.compile(r"\b([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
_MONTH_YEAR = re.compile(r"\b([A-Za-z]{3,9})\.?,?\s+(\d{4})\b")
_YEAR_MONTH = re.compile(r"\b(\d{4})\s+([A-Za-z]{3,9})\b(?:\.?\s+(\d{1,2})\b)?")


def iso_date(year: str, month: str = "", day: str = "") -> str:
    """ "2008", "Sep", "7" -> "2008-09-07". A month or day that is none ("Spring", "31" in June) is left off."""
    year = year.strip()
    if not re.fullmatch(r"1[4-9]\d\d|20\d\d|2100", year):
        return ""
    number = month_number(month)
    if not number:
        return year
    date = f"{year}-{number:02}"
    if not re.fullmatch(r"\s*0?[1-9]\s*|\s*[12]\d\s*|\s*3[01]\s*", day):
        return date
    last = 31 - (number in {4, 6, 9, 11}) - 2 * (number == 2)
    return f"{date}-{int(day):02}" if int(day) <= last else date


def month_number(text: str) -> int:
    """1 to 12 for a month's number or English name, 0 for anything else."""
    text = text.strip().lower()
    if text.isdecimal():
        return int(text) if 1 <= int(text) <= 12 else 0
    return MONTHS.get(text[:3], 0)


def find_date(text: str) -> str:
    """The first date that a text states: ISO, "1998 Dec-1999 Jan", "19 September 2008", "Mon, 2 Apr 2007"; or ""."""
    for pattern, order in (
        (_DAY_FIRST, (3, 2, 1)),
        (_MONTH_FIRST, (3, 1, 2)),
        (_YEAR_MONTH, (1, 2, 3)),
        (_MONTH_YEAR, (2, 1)),
        (_ISO, (1, 2, 3)),
    ):
        for match in pattern.finditer(text):
            parts = [match[group] or "" for group in order]
            date = iso_date(*parts)
            if date and (pattern is _ISO or month_number(parts[1])):
                return date
    year = re.search(r"(?<!\d)(?:1[4-9]|20)\d\d(?!\d)", text)
    return year[0] if year else ""


def earliest(dates: Iterable[str]) -> str:
    """The earliest date; of two that agree as far as they go, the more precise ("2004-06-15" over "2004-06")."""
    return min((date for date in dates if date), key=lambda date: date + "-99-99"[len(date) - 4 :], default="")
