"""The numbers that a picture must draw, as each exhibit says them, straight from its subject."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

Places = Sequence | np.ndarray  # numbers or names along an axis


class Mark(NamedTuple):
    """One trace that must be drawn, in the order of the figure's own.

    `values` are the heights of a line, points or bars (n,), or the cells of a heatmap (rows, n);
    `at` the places along the first axis (n,), numbers or names; `rows` those along the second, of
    a heatmap or of numbers that are written. `hue` is what the colour stands for: a gate, state or
    cell of the theme (or one a bar), or the place among lines that are told apart by their order;
    "" where a colour says nothing. `limits` are the ends of a colour scale, the diverging one for
    `signed` numbers. `hover` are numbers that only hovering shows; `reach` an interval's length
    down and up; `digits` the decimals of numbers that are written, None where they are drawn.
    """

    values: np.ndarray
    at: Places
    rows: Places | None = None
    hue: str | int | tuple[str, ...] = ""
    limits: tuple[float, float] | None = None
    signed: bool = False
    hover: np.ndarray | None = None
    reach: tuple[Sequence[float], Sequence[float]] | None = None
    digits: int | None = None


def line(values: np.ndarray, at: Places, hue: str | int = "", **more: Any) -> Mark:
    """A line or points."""
    return Mark(np.asarray(values, float), at, hue=hue, **more)


def log_line(values: np.ndarray, at: Places, hue: str | int = "") -> Mark:
    """A line on a log axis, which leaves out what is not above zero, or not finite."""
    values = np.array(values, float)
    with np.errstate(invalid="ignore"):
        values[~(np.isfinite(values) & (values > 0))] = np.nan
    return Mark(values, at, hue=hue)


def cells(
    values: np.ndarray,
    at: Places,
    limits: tuple[float, float] | None = None,
    *,
    rows: Places | None = None,
    signed: bool | None = None,
    hover: np.ndarray | None = None,
) -> Mark:
    """A heatmap, rows from 1 on by default; limits are those of the largest magnitude, and signed
    where they lie on both sides of zero."""
    low, high = limits or largest(values)
    scale: dict[str, Any] = {"limits": (low, high), "signed": low < 0 if signed is None else signed}
    rows = steps(len(values)) if rows is None else rows
    return Mark(np.asarray(values, float), at, rows, hover=hover, **scale)


def written(values: Iterable[float], at: Places, rows: Places, digits: int) -> Mark:
    """Numbers that are written into the picture, with so many decimals."""
    return Mark(np.asarray(list(values), float), at, rows, digits=digits)


def largest(*arrays: np.ndarray) -> tuple[float, float]:
    """Both ends of a scale that is centred on zero and holds every finite number; 1 for zeros.

    At most as wide as a browser can take one end from the other.
    """
    tops = (float(np.abs(a[np.isfinite(a)]).max(initial=0)) for a in map(np.asarray, arrays))
    top = min(max(tops, default=0.0), np.finfo(float).max / 4) or 1.0
    return -top, top


def steps(count: int) -> np.ndarray:
    """The time axis, 1 .. count."""
    return np.arange(1, count + 1)
