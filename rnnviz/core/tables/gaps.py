"""Gaps in a table of numbers, and what stands in for them."""

import math

import numpy as np

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.tables.grid import Grid
from rnnviz.core.tables.meant import WAYS, Asked


def filled(
    one: Grid, numbers: list[list[float]], way: str
) -> tuple[tuple[tuple[float, ...], ...], list[str]]:
    """The numbers with their gaps filled as the user says, and the sentence that tells it.

    `numbers` are those of the grid's inputs, (T_x, n_x), NaN in a gap. Raises Asked where nothing
    is said, ExperimentError where a column has gaps alone.
    """
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
