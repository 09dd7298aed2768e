"""A user's own input: a CSV of numbers, rows = time, columns = inputs."""

import csv
import io
import math

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.experiment import BOUNDS

MAX_NUMBERS = 256 * 5000


def read_csv(data: bytes) -> tuple[tuple[float, ...], ...]:
    """The rows of a CSV file as floats; one header row of names is passed over.

    Separated by commas, semicolons or tabs. Raises ExperimentError where a cell is no finite
    number, a row has another width, or there are more rows or columns than T_x and n_x may be.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExperimentError(
            f"the CSV must be text in UTF-8, got other bytes at position {error.start}"
        ) from None
    first = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise ExperimentError(
            f"the CSV must hold rows of numbers, got an unreadable row: {shown(str(error))}"
        ) from None
    rows = [(number, line) for number, line in enumerate(lines, 1) if any(map(str.strip, line))]
    if rows and not any(map(_is_number, rows[0][1])):
        rows = rows[1:]
    most_rows, most_columns = BOUNDS["T_x"][1], BOUNDS["n_x"][1]
    if not 1 <= len(rows) <= most_rows:
        raise ExperimentError(
            f"the CSV must have 1 to {most_rows} rows of numbers, got {len(rows)}"
        )
    width = len(rows[0][1])
    if width > most_columns:
        raise ExperimentError(f"the CSV must have 1 to {most_columns} columns, got {width}")
    return tuple(_row(number, line, width) for number, line in rows)


def _row(number: int, line: list[str], width: int) -> tuple[float, ...]:
    if len(line) != width:
        raise ExperimentError(
            f"row {number} of the CSV must have {width} numbers like the first, got {len(line)}"
        )
    for column, word in enumerate(line, 1):
        if not _is_number(word):
            raise ExperimentError(
                f"row {number}, column {column} of the CSV must be a finite number, "
                f"got {shown(word.strip())}"
            )
    return tuple(float(word) for word in line)


def _is_number(word: str) -> bool:
    try:
        return math.isfinite(float(word))
    except ValueError:
        return False
