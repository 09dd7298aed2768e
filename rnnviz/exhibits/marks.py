"""The numbers that a picture must draw, as each exhibit says them, straight from its subject."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnviz.core.phrases import no_gradient, no_states
from rnnviz.core.types import Pass

Places = Sequence | np.ndarray  # numbers or names along an axis


class Mark(NamedTuple):
    """One trace that must be drawn, in the order of the figure's own.

    `values` are the heights of a line, points or bars (n,), or the cells of a heatmap (rows, n);
    `at` the places along the first axis (n,), numbers or names; `rows` those along the second, of
    a heatmap, of numbers that are written, or in a scene, whose third axis has the values. `hue` is
    what the colour stands for: a gate, state or cell of the theme (or one a bar), or the place
    among lines that are told apart by their order; "" where a colour says nothing. `limits` are the
    ends of a colour scale, the diverging one for `signed` numbers. `hover` are numbers that only
    hovering shows; `reach` an interval's length down and up; `digits` the decimals of numbers that
    are written, None where they are drawn.

    What stands beside the numbers: `name` in the legend, `axes` the titles of the axes, `bar` that
    of the colour bar, `ticks` names for the places, `text` at each point. `tint` are numbers that
    colour the points, from the pale to the strong end of the sequential scale. `log` says that the
    heights stand on a log axis, `down` that the first row is on top, `beyond` that numbers lie
    beyond the limits, which the colour bar's ends say.
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
    name: str = ""
    axes: tuple[str, ...] = ("", "")
    bar: str = ""
    ticks: Sequence[str] | None = None
    text: Sequence[str] | None = None
    tint: Places | None = None
    log: bool = False
    down: bool = False
    beyond: bool = False


class Line(NamedTuple):
    """A straight line, or a frame, from (x0, y0) to (x1, y1); None where it crosses the paper.

    `ink` is of the theme: "now" for what is chosen or looked at, "quiet" for what is compared with.
    `axis` is the one along which heights are meant.
    """

    x0: float | None
    x1: float | None
    y0: float | None
    y1: float | None
    ink: str = "now"
    axis: str = "y"
    kind: str = "line"


class Note(NamedTuple):
    """Words at a place in the units of the axes, or at a name there; None for one on the paper."""

    text: str
    x: float | None = None
    y: float | str | None = None


Item = Mark | Line | Note


def across(y: float, ink: str = "now", axis: str = "y") -> Line:
    """A level through the whole picture."""
    return Line(None, None, y, y, ink, axis)


def upright(x: float, ink: str = "now") -> Line:
    """A line at x through all rows."""
    return Line(x, x, None, None, ink)


def on(axes: tuple[str, ...], *marks: Mark) -> list[Mark]:
    """Marks in one plot, by the titles of its axes."""
    return [mark._replace(axes=axes) for mark in marks]


def named(marks: Iterable[Item], words: Sequence[str]) -> list[Item]:
    """Marks over time with each step's word at its place, where there are any."""
    return [one._replace(ticks=words or None) if isinstance(one, Mark) else one for one in marks]


def broken(*runs: Pass, felt: bool = False) -> list[Note]:
    """Where the states, or what is `felt` of a loss, are no longer finite; of several, whose."""
    clauses = [(run.cell.title, (no_gradient if felt else no_states)(run)) for run in runs]
    front = "{0}: {1}" if len(runs) > 1 else "{1}"
    words = [front.format(title, clause) for title, clause in clauses if clause]
    return [Note("<br>".join(words))] if words else []


def line(values: np.ndarray, at: Places, hue: str | int = "", **more: Any) -> Mark:
    """A line or points."""
    return Mark(np.asarray(values, float), at, hue=hue, **more)


def log_line(values: np.ndarray, at: Places, hue: str | int = "", **more: Any) -> Mark:
    """A line on a log axis, which leaves out what is not above zero, or not finite."""
    values = np.array(values, float)
    with np.errstate(invalid="ignore"):
        values[~(np.isfinite(values) & (values > 0))] = np.nan
    return Mark(values, at, hue=hue, log=True, **more)


def cells(
    values: np.ndarray,
    at: Places,
    limits: tuple[float, float] | None = None,
    rows: Places | None = None,
    **more: Any,
) -> Mark:
    """A heatmap, rows from 1 on, downwards; limits are by default of the largest magnitude."""
    limits = limits or largest(values)
    more = {"down": rows is None, "signed": limits[0] < 0} | more
    rows = steps(len(values)) if rows is None else rows
    return Mark(np.asarray(values, float), at, rows, limits=limits, **more)


def solid(places: np.ndarray, hue: str | int = "", **more: Any) -> Mark:
    """A line or points in a scene, at places (3, n)."""
    x, y, z = np.asarray(places, float)
    return Mark(z, x, y, hue=hue, **more)


def written(values: Iterable[float], at: Places, rows: Places, digits: int) -> Mark:
    """Numbers that are written into the picture, with so many decimals; one digit from 1e5 on."""
    return Mark(np.asarray(list(values), float), at, rows, digits=digits)


def largest(*arrays: np.ndarray) -> tuple[float, float]:
    """Both ends of a scale that is centred on zero and holds every finite number; 1 for zeros.

    At most so large that a browser can take one end from the other.
    """
    tops = (float(np.abs(a[np.isfinite(a)]).max(initial=0)) for a in map(np.asarray, arrays))
    top = min(max(tops, default=0.0), float(np.finfo(float).max) / 4) or 1.0
    return -top, top


def most(*arrays: np.ndarray) -> tuple[tuple[float, float], bool]:
    """Both ends of a centred scale that holds 98 of 100 magnitudes, and whether any lie beyond; of
    all, where the largest is less than a quarter more, or numbers explode."""
    _, top = largest(*arrays)
    sizes = sorted(abs(float(v)) for a in arrays for v in np.asarray(a).flat if np.isfinite(v))
    place = 0.98 * (len(sizes) - 1) if sizes else 0.0
    below = int(place)
    around = sizes[below : below + 2] or [0.0]
    end = around[0] + (place - below) * (around[-1] - around[0])
    return ((-end, end), True) if 0 < end < 0.8 * top < 1e30 else ((-top, top), False)


def steps(count: int) -> np.ndarray:
    """The time axis, 1 .. count."""
    return np.arange(1, count + 1)
