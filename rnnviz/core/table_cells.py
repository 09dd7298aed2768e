"""What a cell of a table says: a number, a date, a gap, a number with its unit."""

import math
import re
from collections.abc import Sequence

GAPS = frozenset(
    ["", "?", "-", "--", ".", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "missing"]
)
_MOST_LENGTH = 60  # of a cell that may be a number or a date
_DECIMAL_COMMA = re.compile(r"[+-]?\d+(,\d+)?([eE][+-]?\d+)?")
_UNIT = re.compile(r"([+-]?[\d.,]*\d(?:[eE][+-]?\d+)?)\s*([^\W\d_]+[^\d]*|[%‰°µΩ€$£][^\d]*)")
_MONTH = r"(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-zä]*\.?"
_DAY = (
    r"\d{4}([-/.])\d{1,2}(?:\1\d{1,2})?|\d{1,2}([-/.])\d{1,2}\2\d{2,4}|\d{4}-?[qw]\d{1,2}|"
    rf"(?:\d{{1,2}}[-/ .]+)?{_MONTH}[-/ ,]*(?:\d{{1,2}},? )?\d{{2,4}}|\d{{4}}[-/ ]{_MONTH}"
)
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[ap]m)?(?: ?(?:z|[+-]\d{2}:?\d{2}))?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?"
_DATE = re.compile(rf"{_WEEKDAY}(?:(?:{_DAY})(?:(?: |t|, ){_CLOCK})?|{_CLOCK})", re.IGNORECASE)


def number(word: str, comma: bool) -> float | None:
    """A finite number, with a decimal comma or point; None for anything else.

    >>> number("0,5", comma=True), number("0,5", comma=False)
    (0.5, None)
    """
    word = word.replace("−", "-")
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


def common_unit(words: Sequence[str], comma: bool) -> str:
    """The unit behind every one of some numbers, else "".

    >>> common_unit(["1.5 mV", "2 mV"], comma=False)
    'mV'
    """
    units = set()
    for word in words:
        match = _UNIT.fullmatch(word) if len(word) <= _MOST_LENGTH else None
        if not match or number(match[1], comma) is None or len(units) > 1:
            return ""
        units.add(match[2].strip())
    return units.pop() if len(units) == 1 else ""
