"""The ways to read a file: what separates its columns, and what its decimals.

The same characters may mean other numbers: "0,5" is one number to half of the world and two to the
other. Each way is tried; the file is read where one alone fits, or all that fit agree.
"""

import re
from collections.abc import Iterator

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.settings import BOUNDS
from rnnviz.core.tables import delimited
from rnnviz.core.tables.delimited import DELIMITERS, Content, Form
from rnnviz.core.tables.grid import Grid, grid
from rnnviz.core.tables.headers import is_comment, names_columns
from rnnviz.core.tables.meant import Asked, Meant

NAME = "the CSV"
# What no whole number looks like beside a comma: 0,05 and -0,5.
_SURELY_DECIMAL = re.compile(r"[+-]?\d+,0\d+|-0+,\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


def chosen(content: Content, meant: Meant) -> tuple[Grid, str]:
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


def rows(content: Content, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, with their numbers."""
    spaces = delimiter == " "
    form = Form("," if spaces else delimiter, quoted=not spaces, spaced=not spaces)
    for number, row in enumerate(delimited.rows(content, form, NAME), 1):
        if spaces:
            row = [cell.strip('"') for cell in ",".join(row).split()]
        if any(map(str.strip, row)):
            yield number, row


def _sampled(content: Content, delimiter: str, comma: bool, meant: Meant) -> Grid:
    """One way to read as many rows as there may be."""
    head = []
    for row in rows(content, delimiter):
        head.append(row)
        if len(head) > BOUNDS["T_x"][1] + 2:  # names and units
            break
    if len(head) > 1 and names_columns(head, comma):
        number, first = head[0]
        several = not is_comment(first) and all(len(row) == len(first) + 1 for _, row in head[1:])
        if several and not any(row[-1].strip() for _, row in head[1:]):  # a delimiter at the end
            head[0] = (number, [*first, ""])
        elif several and delimiter != ",":  # R names no row names
            head[0] = (number, ["", *first])
    return grid(head, comma, meant.header, meant.index)


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
