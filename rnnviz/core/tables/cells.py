"""What a cell of a table says: a number, a date, a gap, a number with its unit."""

import math
import re
from collections.abc import Sequence

GAPS = frozenset(
    [
        "",
        "?",
        "-",
        "--",
        ".",
        "*",
        "–",
        "—",
        "na",
        "n/a",
        "#n/a",
        "<na>",
        "nan",
        "-nan",
        "nat",
        "null",
        "none",
        "nil",
        "missing",
        "1.#qnan",
        "1.#ind",
        "-1.#ind",
    ]
)
_MOST_LENGTH = 60  # of a cell that may be a number or a date
# Thousands in groups of three; of points before a decimal comma one alone could be a decimal point.
_GROUPED = {
    False: re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?"),
    True: re.compile(r"[+-]?[1-9]\d{0,2}(?:(?:\.\d{3})+(?=,)|(?:\.\d{3}){2,})(?:,\d+)?"),
}
_SPACED = re.compile(r"[+-]?[1-9]\d{0,2}(?:[ \u00a0\u202f'’]\d{3})+(?:[.,]\d+)?")
_CURRENCY = re.compile(r"([$€£¥])\s*([+-]?[\d.,]*\d)")
_MINUS = re.compile(r"^[−–‐‑﹣－](?=[\d.,])|−")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+(,\d+)?([eE][+-]?\d+)?")
_UNIT = re.compile(r"([+-]?[\d.,]*\d(?:[eE][+-]?\d+)?)\s*([^\W\d_]+[^\d]*|[%‰°µΩ€$£][^\d]*)")
_MONTH = r"(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-zä]*\.?"
_DAY = (
    r"\d{4}([-/.])\d{1,2}(?:\1\d{1,2})?|\d{1,2}([-/.])\d{1,2}\2\d{2,4}|\d{4}-?[qw]\d{1,2}|"
    rf"(?:\d{{1,2}}[-/ .]+)?{_MONTH}[-/ ,]*(?:\d{{1,2}},? )?\d{{2,4}}|\d{{4}}[-/ ]{_MONTH}|"
    r"\d{4}[- ][qw]\d{1,2}|[qw]\d{1,2}[-/ ]?\d{4}|\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?"
)
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[ap]m)?(?: ?(?:z|[+-]\d{2}:?\d{2}))?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?"
_CALENDAR = re.compile(rf"(?:mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day)?\.?|{_MONTH}", re.IGNORECASE)
_DATE = re.compile(rf"{_WEEKDAY}(?:(?:{_DAY})(?:(?: |t|, ){_CLOCK})?|{_CLOCK})", re.IGNORECASE)


def number(word: str, comma: bool) -> float | None:
    """A finite number, with a decimal comma or point; None for anything else.

    >>> number("0,5", comma=True), number("0,5", comma=False)
    (0.5, None)
    >>> number("1.234.567,8", comma=True), number("1,234.5", comma=False)
    (1234567.8, 1234.5)
    """
    word = _MINUS.sub("-", word)
    if len(word) <= _MOST_LENGTH and _SPACED.fullmatch(word):
        word = re.sub("[ \u00a0\u202f'’]", "", word)
    elif len(word) <= _MOST_LENGTH and _GROUPED[comma].fullmatch(word):
        word = word.replace("." if comma else ",", "")
    if len(word) > _MOST_LENGTH or (comma and not _DECIMAL_COMMA.fullmatch(word)):
        return None
    try:
        value = float(word.replace(",", ".") if comma else word)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def is_date(word: str, comma: bool) -> bool:
    """Whether a cell is a date or a time of day and no number.

    >>> is_date("01.01.2009 00:10:00", False), is_date("1949-01", False), is_date("1949", False)
    (True, True, False)
    """
    if len(word) > _MOST_LENGTH or number(word, comma) is not None:
        return False
    return bool(_DATE.fullmatch(word.strip()))


def is_of_a_calendar(word: str) -> bool:
    """Whether a cell is the name of a day or a month.

    >>> is_of_a_calendar("Mon"), is_of_a_calendar("March"), is_of_a_calendar("Monday 3")
    (True, True, False)
    """
    return len(word) <= _MOST_LENGTH and bool(_CALENDAR.fullmatch(word.strip()))


def common_unit(words: Sequence[str], comma: bool) -> str:
    """The unit behind every one of some numbers, or the currency before them, else "".

    >>> common_unit(["1.5 mV", "2 mV"], comma=False)
    'mV'
    """
    units = set()
    for word in words:
        if len(word) > _MOST_LENGTH or len(units) > 1:
            return ""
        value, unit = "", ""
        if match := _UNIT.fullmatch(word):
            value, unit = match.groups()
        elif match := _CURRENCY.fullmatch(word):
            unit, value = match.groups()
        if number(value, comma) is None:
            return ""
        units.add(unit.strip())
    return units.pop() if len(units) == 1 else ""
