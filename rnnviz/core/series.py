"""A user's own input: a CSV of numbers, rows = time, columns = inputs.

The same characters may mean other numbers: "0,5" is one number to half of the world and two to the
other. Each way to read the file is tried; it is read where one alone fits, or all that fit agree.
"""

import csv
import io
import math
import re
from typing import NamedTuple

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.settings import BOUNDS

MAX_NUMBERS = 256 * 5000
_DECIMAL_COMMA = re.compile(r"[+-]?\d+(,\d+)?([eE][+-]?\d+)?")
# What no whole number looks like beside a comma: 0,05 and -0,5.
_SURELY_DECIMAL = re.compile(r"[+-]?\d+,0\d+|-0+,\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


class _Reading(NamedTuple):
    """One way to read the file: a header of names, or none, and the rows by their number."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    comma: bool  # the decimal mark

    def fits(self) -> bool:
        """Whether all cells are numbers, all rows and the header have one width."""
        widths = {len(row) for _, row in self.rows} | ({len(self.header)} if self.header else set())
        split = self.comma and any("," in name for name in self.header)
        cells = (word for _, row in self.rows for word in row)
        return len(widths) == 1 and not split and all(_is_number(w, self.comma) for w in cells)

    def with_commas(self) -> list[str]:
        """Its cells that hold a comma."""
        return [word.strip() for _, row in self.rows for word in row if "," in word]


def read_csv(data: bytes) -> tuple[tuple[float, ...], ...]:
    """The rows of a CSV file as floats; one header row of names is passed over.

    Separated by commas, semicolons or tabs, decimals by a point or a comma. Raises ExperimentError
    where a cell is no finite number, a row has another width, there are more rows or columns than
    T_x and n_x may be, or a comma may be a separator as well as a decimal mark.

    >>> read_csv(b"left,right\\n1,2\\n3,4\\n")
    ((1.0, 2.0), (3.0, 4.0))
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExperimentError(
            f"the CSV must be text in UTF-8, got other bytes at position {error.start}"
        ) from None
    first = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(",;\t", key=first.count)
    points = _reading(text, delimiter, comma=False)
    # One column of decimal commas has no delimiter; a comma that separates quotes its decimals.
    for other in ";\t,":
        commas = _reading(text, other, comma=True)
        if commas.fits() and commas.with_commas() and _is_meant(commas, points):
            return _numbers(commas)
    return _numbers(points)


def _reading(text: str, delimiter: str, comma: bool) -> _Reading:
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise ExperimentError(
            f"the CSV must hold rows of numbers, got an unreadable row: {shown(str(error))}"
        ) from None
    rows = [(number, line) for number, line in enumerate(lines, 1) if any(map(str.strip, line))]
    if rows and not any(_is_number(word, comma) for word in rows[0][1]):
        return _Reading(rows[0][1], rows[1:], comma)
    return _Reading([], rows, comma)


def _is_meant(commas: _Reading, points: _Reading) -> bool:
    """Whether decimal commas are what the file clearly says, where it can be read with them."""
    cells = commas.with_commas()
    ambiguous = "separate columns or decimals"
    if all(map(_THOUSANDS.fullmatch, cells)):
        ambiguous = "separate thousands or decimals"
    elif not points.fits():  # in a file without a header a row may as well be cut short
        return bool(commas.header) or len(commas.rows[0][1]) > 1 or _is_sure(cells)
    elif _is_sure(cells):
        return True
    raise ExperimentError(
        f"commas in the CSV must have one meaning, got {shown(cells[0])}, in which they may "
        f"{ambiguous}: write decimals with a point, columns with semicolons, or a header of names"
    )


def _is_sure(cells: list[str]) -> bool:
    return any(map(_SURELY_DECIMAL.fullmatch, cells))


def _numbers(reading: _Reading) -> tuple[tuple[float, ...], ...]:
    rows = reading.rows
    most_rows, most_columns = BOUNDS["T_x"][1], BOUNDS["n_x"][1]
    if not 1 <= len(rows) <= most_rows:
        raise ExperimentError(
            f"the CSV must have 1 to {most_rows} rows of numbers, got {len(rows)}"
        )
    width = len(rows[0][1])
    if width > most_columns:
        raise ExperimentError(f"the CSV must have 1 to {most_columns} columns, got {width}")
    _check_count([line for _, line in rows])
    return tuple(_row(number, line, width, reading.comma) for number, line in rows)


def _check_count(rows: list[list[str]]) -> None:
    """Refuse a first row 0, 1, 2 .. over decimals: it may be the numbers of columns."""
    first, rest = [word.strip() for word in rows[0]], rows[1:]
    counted = len(first) > 1 and first == [str(i) for i in range(len(first))]
    if counted and any("." in word for row in rest for word in row):
        raise ExperimentError(
            f"row 1 of the CSV must be names or numbers of the input, got {','.join(first[:9])}, "
            "which may number the columns: write names, or 0.0 for a number"
        )


def _row(number: int, line: list[str], width: int, comma: bool) -> tuple[float, ...]:
    if len(line) != width:
        raise ExperimentError(
            f"row {number} of the CSV must have {width} numbers like the first, got {len(line)}"
        )
    for column, word in enumerate(line, 1):
        if not _is_number(word, comma):
            raise ExperimentError(
                f"row {number}, column {column} of the CSV must be a finite number, "
                f"got {shown(word.strip())}"
            )
    return tuple(float(word.replace(",", ".") if comma else word) for word in line)


def _is_number(word: str, comma: bool) -> bool:
    word = word.strip()
    if comma and not _DECIMAL_COMMA.fullmatch(word):
        return False
    try:
        return math.isfinite(float(word.replace(",", ".") if comma else word))
    except ValueError:
        return False
