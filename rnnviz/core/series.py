"""A user's own input: a file of numbers, rows = time, columns = inputs.

The same characters may mean other numbers: "0,5" is one number to half of the world and two to the
other. Each way to read the file is tried; it is read where one alone fits, or all that fit agree.
What nobody but the user can know is asked.
"""

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnnviz.core import delimited
from rnnviz.core.delimited import DELIMITERS, Content, Form
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.grid import Grid, counts, grid
from rnnviz.core.headers import is_comment, may_name_columns, names_columns
from rnnviz.core.settings import BOUNDS
from rnnviz.core.table_cells import is_date

MAX_NUMBERS = 256 * 5000
MOST_BYTES = 64 * 2**20  # unpacked
WAYS = {"hold": "the value before", "line": "a straight line between"}  # over a gap
_NAME = "the CSV"
# What no whole number looks like beside a comma: 0,05 and -0,5.
_SURELY_DECIMAL = re.compile(r"[+-]?\d+,0\d+|-0+,\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


class Meant(NamedTuple):
    """What a user says of a file: whether the first row names the columns, whether the first column
    numbers the steps (or dates them), whether decimals have commas (None: to be found out), and
    what stands in for gaps ("": nothing does)."""

    header: bool | None = None
    index: bool | None = None
    comma: bool | None = None
    gaps: str = ""


class Asked(ExperimentError):
    """What only the user can say; `what` is the field of Meant that says it, `understood` the rest
    as far as the file says it."""

    def __init__(self, what: str, sentence: str):
        self.what, self.understood = what, Meant()
        flag = {"header": "--signal-header", "index": "--signal-index", "gaps": "--gaps",
                "comma": "--decimal-comma"}[what]  # fmt: skip
        super().__init__(f"{sentence} ({flag} {'|'.join(WAYS) if what == 'gaps' else 'yes|no'})")


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
    content = delimited.opened(data, MOST_BYTES, _NAME)
    chosen, delimiter = _chosen(content, meant)
    understood = Meant(bool(chosen.names), 0 in chosen.left_out, chosen.comma, meant.gaps)
    try:
        _check_meaning(chosen, meant)
        _check_size(content, chosen, delimiter)
        numbers, gaps = _filled(chosen, _numbers(chosen), meant.gaps)
    except Asked as asked:
        asked.understood = understood._replace(**{asked.what: "" if asked.what == "gaps" else None})
        raise
    told = [_told_form(content, chosen, delimiter), *_told_columns(chosen)]
    names = tuple(chosen.names[k] if chosen.names else "" for k in chosen.inputs)
    return Signal(numbers, names, understood, (*told, *gaps))


def _rows(content: Content, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, with their numbers."""
    spaces = delimiter == " "
    form = Form("," if spaces else delimiter, quoted=not spaces, spaced=not spaces)
    for number, row in enumerate(delimited.rows(content, form, _NAME), 1):
        if spaces:
            row = [cell.strip('"') for cell in ",".join(row).split()]
        if any(map(str.strip, row)):
            yield number, row


def _sampled(content: Content, delimiter: str, comma: bool, meant: Meant) -> Grid:
    """One way to read as many rows as there may be."""
    rows = []
    for row in _rows(content, delimiter):
        rows.append(row)
        if len(rows) > BOUNDS["T_x"][1] + 2:  # names and units
            break
    if len(rows) > 1 and names_columns(rows, comma):
        number, first = rows[0]
        several = not is_comment(first) and all(len(row) == len(first) + 1 for _, row in rows[1:])
        if several and not any(row[-1].strip() for _, row in rows[1:]):  # a delimiter at the end
            rows[0] = (number, [*first, ""])
        elif several and delimiter != ",":  # R names no row names
            rows[0] = (number, ["", *first])
    return grid(rows, comma, meant.header, meant.index)


def _chosen(content: Content, meant: Meant) -> tuple[Grid, str]:
    """The way that the file is meant, and what separates its columns."""
    head = content.data[: 1 << 16].decode(content.codec, "replace")
    lines = [line for line in head.splitlines() if line.strip()]
    lines = [line for line in lines if not is_comment([line])][:2] or lines[:2] or [""]
    present = [d for d in DELIMITERS if any(d in line for line in lines)]
    if not present and len(lines[-1].split()) > 1:
        present = [" ", ","]  # one column, where the space stands before a unit
    points, wrong = [], []
    for delimiter in sorted(present or [","], key=lambda d: -lines[0].count(d)):
        try:
            points.append((_sampled(content, delimiter, False, meant), delimiter))
        except ExperimentError as error:  # of a file with quotes, under what does not separate it
            wrong.append(error)
    if not points:
        raise wrong[0]
    best = max(points, key=lambda pair: (pair[0].fits(), pair[0].fits() and pair[0].width))
    if meant.comma is False or not any("," in line for line in head.splitlines()):
        return best
    # One column of decimal commas has no delimiter; a comma that separates quotes its decimals.
    for other in ";\t| ,":
        if other not in (*present, ";", ",", " "):
            continue
        try:
            commas = _sampled(content, other, True, meant)
        except ExperimentError:
            continue
        cells = _with_commas(commas)
        if commas.fits() and cells and (meant.comma or _is_meant(commas, best[0], cells)):
            return commas, other
    return best


def _with_commas(one: Grid) -> list[str]:
    """Its cells that hold a comma, without dates."""
    columns = [k for k in range(one.width) if one.left_out.get(k) != "dates"]
    return [word for place in columns for word in one.column(place) if "," in word]


def _is_meant(commas: Grid, points: Grid, cells: list[str]) -> bool:
    """Whether decimal commas are what the file clearly says, where it can be read with them."""
    ambiguous = "separate columns or decimals"
    if all(map(_THOUSANDS.fullmatch, cells)):
        ambiguous = "separate thousands or decimals"
    elif not points.fits():  # in a file without a header a row may as well be cut short
        return bool(commas.names) or commas.width > 1 or _is_sure(cells)
    elif _is_sure(cells):
        return True
    raise Asked(
        "comma",
        f"commas in the CSV must have one meaning, got {shown(cells[0])}, in which they may "
        f"{ambiguous}: write decimals with a point, columns with semicolons, or a header of "
        "names, or say which",
    )


def _is_sure(cells: list[str]) -> bool:
    return any(map(_SURELY_DECIMAL.fullmatch, cells))


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
        count += sum(1 for _ in _rows(content, delimiter))
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


def _filled(
    one: Grid, numbers: list[list[float]], way: str
) -> tuple[tuple[tuple[float, ...], ...], list[str]]:
    """The numbers with their gaps filled as the user says, and the sentence that tells it."""
    gaps = [(t, k) for t, row in enumerate(numbers) for k, x in enumerate(row) if math.isnan(x)]
    if not gaps:
        return tuple(map(tuple, numbers)), []
    t, k = gaps[0]
    number, line = one.rows[t]
    where = f"row {number}, column {one.inputs[k] + 1} of the CSV"
    if way not in WAYS:
        which = "a gap" if len(gaps) == 1 else f"one of {len(gaps)} gaps"
        raise Asked(
            "gaps",
            f"{where} must be a finite number, got {shown(line[one.inputs[k]].strip())}, {which}: "
            "say whether the value before or a straight line fills them",
        )
    columns = [_without_gaps(column, way, where) for column in np.array(numbers).T]
    said = f"{len(gaps)} gap{'s'[: len(gaps) > 1]} hold{'s'[: len(gaps) == 1]} {WAYS[way]}"
    return tuple(zip(*columns, strict=True)), [f"{said}; the first is in row {number}."]


def _without_gaps(column: np.ndarray, way: str, where: str) -> list[float]:
    """A column, (T_x,), with its NaN filled; before the first number and behind the last, by it."""
    places = np.arange(len(column))
    known = places[~np.isnan(column)]
    if not len(known):
        raise ExperimentError(f"{where} must be in a column with numbers, got gaps alone")
    if way == "line":
        return np.interp(places, known, column[known]).tolist()
    latest = np.maximum(np.searchsorted(known, places, side="right") - 1, 0)
    return column[known[latest]].tolist()


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
