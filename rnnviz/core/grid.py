"""What the cells of a table of numbers are: names, steps, dates, gaps, units or numbers."""

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from rnnviz.core.table_cells import GAPS, common_unit, is_date, is_of_a_calendar, number

_INDEX = re.compile(
    r"|unnamed: ?0|index|idx|id|i|n|k|t|no|nr|row|step|time|zeit|#|sample|samples|seconds?|"
    r"time ?[(\[]?(m?s|sec|min|h)[)\]]?|date|day|month|year|datum|jahr|timestamp",
    re.IGNORECASE,
)

_NO_NAME = re.compile(r"|unnamed: ?\d[\d.]*|index|level_\d")
_YEAR = ("year", "yr", "jahr")
_PARTS = ("month", "day", "hour", "minute", "second", "monat", "tag", "stunde")


class Grid(NamedTuple):
    """One way to understand a table.

    `names` of the columns (none: []), in `header_row` (0: in none); `units_row` beneath them; the
    other rows by their numbers; for each column that is no input, why; `suffixes` are units that
    stand at every number of a column; `comma` is the decimal mark; `comments` are rows above
    the table.
    """

    names: list[str]
    header_row: int
    units_row: int
    rows: list[tuple[int, list[str]]]
    left_out: dict[int, str]
    suffixes: dict[int, str]
    comma: bool
    comments: tuple[int, ...] = ()

    @property
    def width(self) -> int:
        """How many columns the first row of numbers has."""
        return len(self.rows[0][1]) if self.rows else len(self.names)

    @property
    def inputs(self) -> list[int]:
        """The columns that are inputs."""
        return [k for k in range(self.width) if k not in self.left_out]

    def column(self, place: int) -> list[str]:
        """Its cells, top down."""
        return [row[place].strip() for _, row in self.rows if place < len(row)]

    def number(self, word: str, place: int) -> float | None:
        """A cell's number: NaN for a gap, None where it is none."""
        word = word.strip()
        if word.casefold() in GAPS:
            return math.nan
        if suffix := self.suffixes.get(place):
            word = word.removesuffix(suffix).removeprefix(suffix).strip()
        return number(word, self.comma)

    def fits(self) -> bool:
        """Whether all rows have one width and every cell of an input is a number or a gap."""
        widths = {len(row) for _, row in self.rows} | ({len(self.names)} if self.names else set())
        split = self.comma and any("," in name for name in self.names)
        if len(widths) != 1 or split or not self.inputs:
            return False
        return all(
            self.number(word, place) is not None
            for place in self.inputs
            for word in self.column(place)
        )


def grid(
    rows: Sequence[tuple[int, list[str]]], comma: bool, header: bool | None, index: bool | None
) -> Grid:
    """Numbered rows of fields as a Grid; `header` and `index` say whether the first row names the
    columns and the first column numbers the steps, None where that is to be seen.

    >>> grid([(1, ["day", "x"]), (2, ["1949-01", "5"])], False, None, None).left_out
    {0: 'dates'}
    """
    rows, comments = _without_comments(rows)
    if not rows:
        return Grid([], 0, 0, [], {}, {}, comma, comments)
    (first_number, first), body = rows[0], list(rows[1:])
    named = names_columns(rows, comma) if header is None else header
    names, header_row = ([word.strip() for word in first], first_number) if named else ([], 0)
    body, units_row = (body if named else list(rows)), 0
    if named and len(body) > 1 and _is_units(body[0][1], body[1][1], comma):
        units_row, body = body[0][0], body[1:]
    plain = Grid(names, header_row, units_row, body, {}, {}, comma, comments)
    left_out, suffixes = {}, {}
    for place in range(plain.width):
        cells = plain.column(place)
        filled = [word for word in cells if word.casefold() not in GAPS]
        if not filled and not (names and place < len(names) and names[place]):
            left_out[place] = "nothing"
        elif filled and all(is_date(w, comma) or is_of_a_calendar(w) for w in filled):
            left_out[place] = "dates"
        elif unit := common_unit(filled, comma):
            suffixes[place] = unit
    if index is False:
        left_out.pop(0, None)
    else:
        left_out |= {0: "an index"} if index else {}
        _leave_leading(plain, left_out)
    return plain._replace(left_out=left_out, suffixes=suffixes)


def _leave_leading(one: Grid, left_out: dict[int, str]) -> None:
    """Leave out what the first columns say of a step: an index, which pandas may write twice, and
    the parts of a date from the year on."""
    dated = False
    for place, name in enumerate(map(str.casefold, one.names[: one.width - 1])):
        if place in left_out:
            continue
        cells = [number(word, one.comma) for word in one.column(place)]
        known = [value for value in cells if value is not None]
        rises = len(known) == len(cells) > 1 and all(a < b for a, b in pairwise(known))
        wordy = not known and place == 0  # names of rows, of R or of pandas
        index = _NO_NAME.fullmatch(name) or (place == 0 and rises and _INDEX.fullmatch(name))
        if (rises or wordy) and index:
            left_out[place] = "an index"
        elif (dated or name in _YEAR) and name in (*_YEAR, *_PARTS):
            if len(known) < len(cells) or any(value % 1 for value in known):
                return
            left_out[place] = "dates"
        else:
            return
        dated |= name in _YEAR


def _without_comments(
    rows: Sequence[tuple[int, list[str]]],
) -> tuple[list[tuple[int, list[str]]], tuple[int, ...]]:
    """The rows without comments; the last one of those in front may name the columns."""
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


def counts(one: Grid) -> bool:
    """Whether the first column rises by the same step from row to row, over three rows or more, or
    rises at all over twelve; not in a table that counts on from each row to the next.

    >>> counts(Grid([], 0, 0, [(k, [str(k), "7"]) for k in (1, 2, 3)], {}, {}, False))
    True
    """
    values = [number(word, one.comma) for word in one.column(0)]
    if len(values) < 3 or None in values:
        return False
    start = [number(word, one.comma) for _, row in one.rows[:2] for word in row]
    if one.width > 2 and start == [start[0] + k for k in range(len(start))]:
        return False
    steps = [after - before for before, after in pairwise(values)]
    even = all(abs(step - steps[0]) <= 1e-6 * abs(steps[0]) for step in steps)
    return min(steps) > 0 and (even or len(values) >= 12)


def _is_units(row: Sequence[str], below: Sequence[str], comma: bool) -> bool:
    """Whether a row under the names has words where the next one has numbers."""

    def plain(cells):
        return [number(word.strip(), comma) is not None for word in cells]

    words = [word.strip() for word in row]
    wordy = any(word.casefold() not in GAPS and not is_date(word, comma) for word in words)
    begun = any(re.match(r"[-+−]?[\d.,]*\d", word) for word in words)  # a number gone wrong
    return wordy and not begun and not any(plain(row)) and any(plain(below))
