"""A user's own input: a file of numbers, rows = time, columns = inputs.

It is read where it can mean one thing alone; what nobody but the user can know is asked.
"""

from typing import NamedTuple

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.settings import BOUNDS
from rnnviz.core.tables import delimited, ways
from rnnviz.core.tables.cells import is_date
from rnnviz.core.tables.delimited import DELIMITERS, Content
from rnnviz.core.tables.gaps import filled
from rnnviz.core.tables.grid import Grid, counts
from rnnviz.core.tables.headers import may_name_columns
from rnnviz.core.tables.meant import Asked, Meant

MAX_NUMBERS = 256 * 5000
MOST_BYTES = 64 * 2**20  # unpacked


class Signal(NamedTuple):
    """The inputs: `rows` (T_x of n_x numbers), their `names` ("" where they have none), how the
    file was understood, and how that was told, one sentence each."""

    rows: tuple[tuple[float, ...], ...]
    names: tuple[str, ...]
    meant: Meant
    told: tuple[str, ...]


def read_csv(data: bytes) -> tuple[tuple[float, ...], ...]:
    """The rows of a CSV file as floats, where it says by itself how it is meant: see `read`.

    >>> read_csv(b"left,right\\n1,2\\n3,4\\n")
    ((1.0, 2.0), (3.0, 4.0))
    """
    return read(data).rows


def read(data: bytes, meant: Meant | None = None) -> Signal:
    """The numbers of a CSV, TSV or text file, also as .gz.

    Decimals have points or commas; a row of names and one of units, a column of steps or dates are
    passed over, and it is told. Raises ExperimentError where a cell is no finite number, a row has
    another width, there are more rows or columns than T_x and n_x may be; Asked where the file may
    mean two things.

    >>> read(b"date;a;b\\n1949-01;0,5;1\\n1949-02;0,7;2\\n").rows
    ((0.5, 1.0), (0.7, 2.0))
    """
    meant = meant or Meant()
    content = delimited.opened(data, MOST_BYTES, ways.NAME)
    chosen, delimiter = ways.chosen(content, meant)
    understood = Meant(bool(chosen.names), 0 in chosen.left_out, chosen.comma, meant.gaps)
    try:
        _check_meaning(chosen, meant)
        _check_size(content, chosen, delimiter)
        numbers, gaps = filled(chosen, _numbers(chosen), meant.gaps)
    except Asked as asked:
        asked.understood = understood._replace(**{asked.what: "" if asked.what == "gaps" else None})
        raise
    told = [_told_form(content, chosen, delimiter), *_told_columns(chosen)]
    names = tuple(chosen.names[k] if chosen.names else "" for k in chosen.inputs)
    return Signal(numbers, names, understood, (*told, *gaps))


def _check_meaning(one: Grid, meant: Meant) -> None:
    """Ask where a row of numbers may be names, or a column of numbers may number the steps."""
    if not one.rows:
        return
    number, first = one.rows[0]
    if meant.header is None and not one.names and may_name_columns(one.rows):
        raise Asked(
            "header",
            f"row {number} of the CSV must be names or numbers of the input, got "
            f"{shown(','.join(first[:9]))}, which may number the columns: say if it names them",
        )
    alone = not one.names and one.width > 1 and 0 not in one.left_out
    if meant.index is None and alone and counts(one):
        raise Asked(
            "index",
            f"column 1 of the CSV must be an input or number the steps, got {shown(first[0])}, "
            f"{shown(one.rows[1][1][0])} and so on: say whether it numbers them",
        )


def _check_size(content: Content, one: Grid, delimiter: str) -> None:
    most_rows, most_columns = BOUNDS["T_x"][1], BOUNDS["n_x"][1]
    count = len(one.rows)
    if count > most_rows:
        count += sum(1 for _ in ways.rows(content, delimiter))
        count -= len(one.rows) + (one.header_row > 0) + (one.units_row > 0)
    if not 1 <= count <= most_rows:
        raise ExperimentError(f"the CSV must have 1 to {most_rows} rows of numbers, got {count}")
    if not 1 <= len(one.inputs) <= most_columns:
        raise ExperimentError(
            f"the CSV must have 1 to {most_columns} columns, got {len(one.inputs)}"
        )


def _numbers(one: Grid) -> list[list[float]]:
    """Every input's numbers, a list a row; NaN stands for a gap."""
    rows = []
    width = len(one.names) or one.width
    like = "cells like the names" if one.names else "numbers like the first"
    for number, line in one.rows:  # first: a row too short or too long spoils whole columns
        if len(line) != width:
            raise ExperimentError(
                f"row {number} of the CSV must have {width} {like}, got {len(line)}"
            )
    for number, line in one.rows:
        row = []
        for place in one.inputs:
            value = one.number(line[place], place)
            if value is None and is_date(
                line[place], one.comma
            ):  # then another one of them is none
                _check_dates(one, place)
            if value is None:
                raise ExperimentError(
                    f"row {number}, column {place + 1} of the CSV must be a finite number, "
                    f"got {shown(line[place].strip())}"
                )
            row.append(value)
        rows.append(row)
    return rows


def _check_dates(one: Grid, place: int) -> None:
    for number, line in one.rows:
        if not is_date(line[place], one.comma):
            raise ExperimentError(
                f"row {number}, column {place + 1} of the CSV must be a date like others, got "
                f"{shown(line[place].strip())}"
            )


def _told_form(content: Content, one: Grid, delimiter: str) -> str:
    between = {" ": "spaces"} | DELIMITERS
    marks = "commas" if one.comma else "points"
    columns = f", {between[delimiter]} between the columns" if one.width > 1 else ""
    header = f", names in row {one.header_row}" if one.names else ", no row of names"
    return f"Read as {content.encoding}{columns}, decimals with {marks}{header}."


def _told_columns(one: Grid) -> list[str]:
    told = [f"Row {number} holds a comment and is no step." for number in one.comments[:3]]
    told += [
        f"Column {place + 1}{_named(one, place)} holds {why} and is no input."
        for place, why in one.left_out.items()
    ]
    if one.units_row:
        told.append(f"Row {one.units_row} holds units and is no step.")
    told += [
        f"Numbers of column {place + 1} are in {shown(unit)}."
        for place, unit in one.suffixes.items()
    ]
    return told


def _named(one: Grid, place: int) -> str:
    return f" ({shown(one.names[place])})" if one.names and one.names[place] else ""
