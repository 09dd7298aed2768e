"""Whether a figure draws its marks, and nothing else.

A figure is taken at its word: the arrays, places, colours and scales that Plotly is given.
"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from rnnviz.core.checks.check import Unchecked, Verdict, compare, plural
from rnnviz.exhibits.beside import faults
from rnnviz.exhibits.marks import Item, Line, Mark, Note
from rnnviz.figures import theme

_LONGEST = 5  # digits before the point that are written out with decimals
_SINGLE = np.finfo(np.float32)  # in which heatmaps are sent


def as_drawn(fig: go.Figure, items: Sequence[Item], mode: str) -> list[Verdict]:
    """A figure's numbers, places, colours, names and lines against what it must draw."""
    marks = [one for one in items if isinstance(one, Mark)]
    lines = [one for one in items if isinstance(one, Line)]
    notes = [one for one in items if isinstance(one, Note)]
    drawn = [trace for trace in fig.data if not _empty(trace)]
    if len(drawn) != len(marks):
        what = "lines, heatmaps and labels drawn"
        return [compare(what, len(drawn), len(marks), 0, "what the picture is made of")]
    pairs = list(zip(drawn, marks, strict=True))
    misplaced = sum(not _in_place(*pair) for pair in pairs)
    if misplaced:
        return [compare("lines or heatmaps out of place", misplaced, 0, 0, "the run's own axes")]
    columns = zip(*(_numbers(*pair) for pair in pairs), strict=True)
    shown, wanted, allowed = (np.concatenate(column) for column in columns)
    if not shown.size:
        return [Unchecked("what is drawn", "this run leaves nothing to draw")]
    what, source = f"what is drawn, {plural(shown.size, 'number')}", "the subject's own arrays"
    others = sum(not _in_colour(*pair, mode) for pair in pairs)
    beside = len(faults(fig, pairs, lines, notes, mode))
    return [
        compare(what, shown, wanted, allowed, source),
        compare("colours of another thing", others, 0, 0, "the theme's colour for each thing"),
        compare("names, axes, lines of another thing", beside, 0, 0, "the subject's own"),
    ]


def _empty(trace) -> bool:
    """Whether a trace carries no number: a colour bar's, or a legend's."""
    return trace.type == "scatter" and trace.x is not None and list(trace.x) == [None]


def _lies(trace, mark: Mark) -> bool:
    """Whether the numbers run along the first axis, and names stand along the second."""
    return mark.rows is None and np.asarray(trace.y).dtype.kind in "UO"


def _thinned(trace, mark: Mark, array: np.ndarray) -> np.ndarray:
    """What a long heatmap leaves of a mark's steps: every k-th."""
    if trace.type != "heatmap":
        return array
    return array[..., :: -(-len(mark.at) // max(1, len(trace.x)))]


def _in_place(trace, mark: Mark) -> bool:
    """Whether a trace stands at the mark's places, and has a number for each."""
    along, across = (trace.y, trace.x) if _lies(trace, mark) else (trace.x, trace.y)
    places = _thinned(trace, mark, np.asarray(mark.at))
    fits = _same(along, places) and (mark.rows is None or _same(across, np.asarray(mark.rows)))
    return fits and _heights(trace, mark).shape == _thinned(trace, mark, mark.values).shape


def _same(drawn, expected: np.ndarray) -> bool:
    drawn = np.asarray(drawn)
    if drawn.shape != expected.shape:
        return False
    if expected.dtype.kind in "UO":
        return drawn.tolist() == expected.tolist()
    return bool(np.array_equal(drawn.astype(float), expected.astype(float), equal_nan=True))


def _heights(trace, mark: Mark) -> np.ndarray:
    if mark.digits is not None:
        return np.array([_read(text) for text in trace.text])
    if trace.type in ("heatmap", "scatter3d"):
        return np.asarray(trace.z, float)
    return np.asarray(trace.x if _lies(trace, mark) else trace.y, float)


def _read(text: str) -> float:
    """A written number; "–" stands for what is none."""
    for sign, plain in {"−": "-", ",": "", "–": "nan", "∞": "inf"}.items():
        text = text.replace(sign, plain)
    return float(text)


def _numbers(trace, mark: Mark) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What is drawn, what must be, and by how much they may differ; gaps (NaN) are left out."""
    shown, wanted = [_heights(trace, mark)], [_thinned(trace, mark, mark.values)]
    exact = trace.type != "heatmap"
    share = [np.full(wanted[0].shape, 0.0 if exact else float(_SINGLE.eps))]
    if mark.hover is not None:
        shown.append(np.asarray(trace.customdata, float))
        wanted.append(_thinned(trace, mark, np.asarray(mark.hover, float)))
    if mark.reach is not None:
        shown += [np.asarray(trace.error_x.arrayminus), np.asarray(trace.error_x.array)]
        wanted += [np.asarray(length, float) for length in mark.reach]
    share += [np.zeros(array.shape) for array in wanted[1:]]
    drawn, expected, relative = (
        np.concatenate([array.ravel() for array in arrays]) for arrays in (shown, wanted, share)
    )
    gaps = np.isnan(drawn) & np.isnan(expected)
    drawn, expected = np.where(gaps, 0.0, drawn), np.where(gaps, 0.0, expected)
    allowed = relative * np.where(np.isfinite(expected), np.abs(expected), 0.0)
    allowed = allowed + (relative > 0) * float(_SINGLE.smallest_subnormal)
    if mark.digits is not None:
        allowed = allowed + _half_a_digit(expected, mark.digits)
    return drawn, expected, allowed


def _half_a_digit(values: np.ndarray, digits: int) -> np.ndarray:
    """Half of the last digit that is written: of so many decimals, of one in all where they would
    not fit into a cell."""
    with np.errstate(all="ignore"):
        size = np.floor(np.log10(np.maximum(np.where(np.isfinite(values), np.abs(values), 0), 1)))
    last = np.where((size >= _LONGEST) & (digits > 0), 10.0**size, 10.0**-digits)
    return 0.5 * last * (1 + 1e-9)


def _in_colour(trace, mark: Mark, mode: str) -> bool:
    """Whether the scale, or the colour and dash, are the theme's for what the trace stands for."""
    if mark.limits is not None:
        return _on_scale(trace, mark, mode)
    if mark.tint is not None:
        return _tinted(trace, mark, mode)
    if mark.hue == "":
        return True
    if isinstance(mark.hue, tuple):
        return list(trace.marker.color) == [theme.line(one, mode)["color"] for one in mark.hue]
    style = theme.tone(mark.hue, mode) if isinstance(mark.hue, int) else theme.line(mark.hue, mode)
    if "lines" not in (trace.mode or ""):
        return trace.marker.color == style["color"]
    return trace.line.color == style["color"] and (trace.line.dash or "solid") == style["dash"]


def _on_scale(trace, mark: Mark, mode: str) -> bool:
    """Whether numbers are coloured on the theme's scale, between the mark's limits."""
    ink = theme.MODES[mode]
    scale = ink.diverging if mark.signed else ink.sequential
    heat = trace.type == "heatmap"
    given = trace if heat else trace.marker
    drawn = [list(pair) for pair in given.colorscale]
    ends = (given.zmin, given.zmax) if heat else (given.cmin, given.cmax)
    if heat:
        coloured = drawn == [list(pair) for pair in scale]
    else:  # bars leave out the pale middle, in which they could not be seen
        coloured = (drawn[0][1], drawn[-1][1]) == (scale[0][1], scale[-1][1])
        hues = [hue for _, hue in drawn]
        coloured &= hues == [hue for _, hue in scale if hue in hues]
        coloured &= np.array_equal(given.color, np.nan_to_num(mark.values))
    return coloured and bool(np.allclose(ends, np.array(mark.limits), rtol=1e-12, atol=0))


def _tinted(trace, mark: Mark, mode: str) -> bool:
    """Whether points have the mark's own numbers as colours, pale first, of the sequential."""
    (_, first), (_, last) = trace.marker.colorscale[0], trace.marker.colorscale[-1]
    colours = [colour for _, colour in theme.MODES[mode].sequential]
    rising = first in colours and colours.index(first) < colours.index(last) == len(colours) - 1
    return (
        rising
        and not trace.marker.reversescale
        and _same(trace.marker.color, np.asarray(mark.tint))
    )
