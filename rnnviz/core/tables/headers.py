"""The rows of a table above its numbers: comments, names of columns, units."""

import re
from collections.abc import Sequence
from itertools import pairwise

from rnnviz.core.tables.cells import GAPS, is_date, number


def without_comments(
    rows: Sequence[tuple[int, list[str]]],
) -> tuple[list[tuple[int, list[str]]], tuple[int, ...]]:
    """The rows without comments, and the numbers of those; the last one of those in front may name
    the columns.

    >>> without_comments([(1, ["# a", "b"]), (2, ["1", "2"]), (3, ["# end"])])
    ([(1, ['a', 'b']), (2, ['1', '2'])], (3,))
    """
    start = 0
    while start < len(rows) and is_comment(rows[start][1]):
        start += 1
    kept = [row for row in rows[start:] if not is_comment(row[1])]
    later = tuple(number for number, row in rows[start:] if is_comment(row))
    if start and kept:
        number, last = rows[start - 1]
        names = [last[0].lstrip().lstrip("#%/!").strip(), *last[1:]]
        if not names[0] and not (len(names) == len(kept[0][1]) and _numbered(kept)):
            names = names[1:]  # the mark stands alone, and names no column
        if len(names) == len(kept[0][1]) > 1:
            return [(number, names), *kept], (*(n for n, _ in rows[: start - 1]), *later)
    return kept, (*(number for number, _ in rows[:start]), *later)


def _numbered(rows: Sequence[tuple[int, list[str]]]) -> bool:
    """Whether the first column counts the rows from 0 or 1 on."""
    return _counted_from([row[0].strip() for _, row in rows]) is not None


def is_comment(row: Sequence[str]) -> bool:
    """Whether a row begins as a comment does.

    >>> is_comment(["# by hand", "5"]), is_comment(["#N/A", "5"])
    (True, False)
    """
    first = row[0].strip()
    return first.startswith(("#", "%", "//", "!")) and first.casefold() not in GAPS


def names_columns(rows: Sequence[tuple[int, list[str]]], comma: bool) -> bool:
    """Whether the first row is surely names: no cell of it is a number; or it counts the columns
    from 0 on, over decimals alone, or behind a first cell that is no number.

    >>> names_columns([(1, ["0", "1"]), (2, ["0.5", "0.7"])], comma=False)
    True
    """
    first = [word.strip() for word in rows[0][1]]
    if any(number(word, comma) is not None for word in first):
        if first[0].casefold() in GAPS or number(first[0], comma) is None:
            counted = _counted_from(first[1:]) is not None
            inner = [(n, row[1:]) for n, row in rows[1:]]
            return not is_date(first[0], comma) and (
                counted or (_rise(first[1:]) and _are_decimals(inner))
            )
        return len(first) > 1 and _counted_from(first) == 0 and _are_decimals(rows[1:])
    words = [word for word in first if word.casefold() not in GAPS]
    return bool(words) and not all(is_date(word, comma) for word in words)


def may_name_columns(rows: Sequence[tuple[int, list[str]]]) -> bool:
    """Whether a first row of numbers may as well name the columns: it has no decimals, and others
    have them, and it counts or rises; or it counts from 0 on, and the second one does not go on.

    >>> may_name_columns([(1, ["0", "1"]), (2, ["0.5", "2"])])
    True
    """
    first = [word.strip() for word in rows[0][1]]
    start = _counted_from(first)
    if start == 0 and len(first) > 1 and len(rows) > 1:
        second = [word.strip() for word in rows[1][1]]
        if second != [str(k + len(first)) for k in range(len(first))]:
            return True
    if len(rows[0][1]) == 1:  # a single 0 is a number as any other, if not the only whole one
        return start == 0 and _are_decimals(rows[1:])
    if _rise(first) and _are_decimals(rows[1:]):
        return True
    return start is not None and any(_has_mark(word) for _, row in rows[1:] for word in row)


def _rise(words: Sequence[str]) -> bool:
    """Whether cells are two or more whole numbers, each larger than the one before: years, say."""
    whole = len(words) > 1 and all(word.isascii() and word.isdigit() for word in words)
    return whole and all(int(a) < int(b) for a, b in pairwise(words))


def _counted_from(words: Sequence[str]) -> int | None:
    """0 or 1 where cells are 0, 1, 2 .. or 1, 2, 3 .., as programs number columns."""
    for start in (0, 1):
        if words and list(words) == [str(k + start) for k in range(len(words))]:
            return start
    return None


def _are_decimals(rows: Sequence[tuple[int, list[str]]]) -> bool:
    """Whether every cell has a decimal mark, as programs write columns of floats."""
    cells = [word for _, row in rows for word in row if word.strip().casefold() not in GAPS]
    return bool(cells) and all(map(_has_mark, cells))


def _has_mark(word: str) -> bool:
    return "." in word or "," in word


def is_units(row: Sequence[str], below: Sequence[str], comma: bool) -> bool:
    """Whether a row under the names has words where the next one has numbers.

    >>> is_units(["s", "mV"], ["0", "1.5"], comma=False)
    True
    """

    def plain(cells):
        return [number(word.strip(), comma) is not None for word in cells]

    words = [word.strip() for word in row]
    wordy = any(word.casefold() not in GAPS and not is_date(word, comma) for word in words)
    begun = any(re.match(r"[-+−]?[\d.,]*\d", word) for word in words)  # a number gone wrong
    return wordy and not begun and not any(plain(row)) and any(plain(below))
