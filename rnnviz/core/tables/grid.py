"""What the cells of a table of numbers are: names, steps, dates, gaps, units or numbers."""

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from rnnviz.core.tables.cells import GAPS, common_unit, is_date, is_of_a_calendar, number
from rnnviz.core.tables.headers import is_units, names_columns, without_comments

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
    rows, comments = without_comments(rows)
    if not rows:
        return Grid([], 0, 0, [], {}, {}, comma, comments)
    (first_number, first), body = rows[0], list(rows[1:])
    named = names_columns(rows, comma) if header is None else header
    names, header_row = ([word.strip() for word in first], first_number) if named else ([], 0)
    body, units_row = (body if named else list(rows)), 0
    if named and len(body) > 1 and is_units(body[0][1], body[1][1], comma):
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
