"""The pieces that several pictures share: heatmaps over time, lines over time, notes."""

from collections.abc import Collection, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from rnnviz.core.phrases import no_gradient, no_states, number
from rnnviz.core.types import Pass
from rnnviz.figures import theme
from rnnviz.figures.figure_builder import TICK_SIZE, FigureBuilder

_WIDEST = np.finfo(float).max / 4
WORDS_TITLE = "word at time step t"
WORDS_MARGIN = MappingProxyType({"l": 76, "r": 100})  # pixels beside pictures under one another
SEEN = 470  # pixels: a picture that a laptop shows whole, with the question and its sentence
_EXPLODED = 1e30
_MOST_TICKS = 30  # words that an axis can name side by side
MOST_CELLS = 120_000  # of one heatmap: more cannot be told apart, and takes long to send


class Words(NamedTuple):
    """The words of a review along the time axis: `names`, one a place from 1 on, the place `at`
    which each step of a pass stands, and the `weights` by which some are named where not all have
    room."""

    names: Sequence[str]
    at: np.ndarray
    weights: np.ndarray

    def axis(self) -> dict:
        """The words under the axis, which is the same of every picture of the review."""
        places, count = self.named(), len(self.names)
        return {
            "tickvals": [place + 1 for place in places],
            "ticktext": [self.names[place] for place in places],
            **{"tickangle": -60, "range": [0.3, count + 0.7], "automargin": "height"},
        }

    def named(self) -> list[int]:
        """The places worth a name: all, or the weightiest that leave room for each other."""
        gap = len(self.names) / _MOST_TICKS
        named: list[int] = []
        for place in np.argsort(-np.nan_to_num(np.abs(self.weights)), kind="stable"):
            if gap <= 1 or all(abs(place - other) >= gap for other in named):
                named.append(int(place))
        return sorted(named)


def along(run: Pass, end: int, words: Words | None) -> tuple[np.ndarray, np.ndarray]:
    """The places of the first `end` steps from left to right, and the order of the steps that
    brings them there."""
    places = times(run)[:end] if words is None else words.at[:end]
    order = np.argsort(places, kind="stable")
    return places[order], order


def under_words(builder: FigureBuilder, rows: int, words: Words | None) -> dict:
    """Names the time axis by words, and keeps the plots above one another from picture to picture:
    the margins for `finish`."""
    if words is None:
        return {}
    builder.x(WORDS_TITLE, **words.axis())
    for row in range(1, rows + 1):
        builder.y("", row, automargin=False)
    return dict(WORDS_MARGIN)


def times(run: Pass) -> np.ndarray:
    """The time axis, 1 .. T_x."""
    return np.arange(1, run.trace.T_x + 1)


def common_words(runs: Collection[Pass]) -> tuple[str, ...]:
    """The words of the steps, where all of the runs that have any have the same."""
    different = {run.words for run in runs if run.words}
    end = min(drawn_steps(run) for run in runs)
    return different.pop()[:end] if len(different) == 1 else ()


def drawn_steps(run: Pass) -> int:
    """How many steps there are to draw: up to the first NaN or infinity, at least one."""
    return max(1, run.trace.finite_steps)


def stride(rows: int, steps: int) -> int:
    """Every how many-th step a heatmap of `rows` shows."""
    return max(1, -(-rows * steps // MOST_CELLS))


def largest(*arrays: np.ndarray) -> float:
    """The largest finite magnitude, for a scale that is centred on zero; 1 where all is zero.

    At most so large that a browser can take one end of the scale from the other.
    """
    finite = [np.abs(a[np.isfinite(a)]) for a in arrays]
    return min(max((float(a.max()) for a in finite if a.size), default=0.0), _WIDEST) or 1.0


def usual(*arrays: np.ndarray) -> tuple[float, bool]:
    """An end for a scale that is centred on zero and not set by a few: what 98 of 100 finite
    magnitudes stay within, and whether others lie beyond; the largest, where that is near, or where
    numbers explode."""
    top = largest(*arrays)
    every = np.concatenate([np.abs(a[np.isfinite(a)]).ravel().astype(float) for a in arrays])
    most = float(np.percentile(every, 98)) if every.size else 0.0
    return (most, True) if 0 < most < 0.8 * top < _EXPLODED else (top, False)


def heatmap(
    values: np.ndarray, t: np.ndarray, ink: theme.Ink, limits: tuple[float, float], name: str
) -> dict:
    """Units x time, (n, T_x); diverging where the limits lie on both sides of zero."""
    every = stride(*values.shape)
    small = limits[1] < _EXPLODED  # what an explosion leaves needs the range of float64
    return {
        "type": "heatmap",
        "z": np.asarray(values[:, ::every], np.float32 if small else float),
        "x": t[::every],
        "y": np.arange(1, len(values) + 1),
        "zmin": limits[0],
        "zmax": limits[1],
        "colorscale": scale(ink, limits),
        "showscale": False,
        "name": name,
        "hovertemplate": f"{name}<br>unit %{{y}}, t = %{{x}}<br>%{{z:.6g}}<extra></extra>",
    }


def scale(ink: theme.Ink, limits: tuple[float, float]) -> list:
    """The diverging scale for signed values, the sequential one from 0 to 1."""
    return ink.diverging if limits[0] < 0 else ink.sequential


def bar(
    ink: theme.Ink,
    limits: tuple[float, float],
    place: tuple[float, float],
    title: str,
    beyond: bool = False,
):
    """An empty trace that carries one colour bar, its middle and length shares of the figure.

    Where numbers lie `beyond` the limits, and are drawn as the ends, those say so: "≥ 0.87".
    """
    colorbar = {
        "title": {"text": title, "side": "top", "font": {"size": 13}},
        **{"y": place[0], "yanchor": "middle", "len": place[1]},
        **{"thickness": 10, "outlinewidth": 0, "tickfont": {"size": 13}, "nticks": 5},
    }
    if beyond:
        colorbar |= ends(limits)
    marker = {
        **{"color": [limits[0]], "cmin": limits[0], "cmax": limits[1]},
        **{"colorscale": scale(ink, limits), "showscale": True, "colorbar": colorbar},
    }
    empty = {"type": "scatter", "x": [None], "y": [None], "mode": "markers", "marker": marker}
    return empty | {"showlegend": False, "hoverinfo": "skip"}


def ends(limits: tuple[float, float]) -> dict:
    """The ticks of a colour bar whose ends stand for all beyond them, too."""
    low, high = (number(end, 2) for end in limits)
    return {"tickvals": [limits[0], 0, limits[1]], "ticktext": [f"≤ {low}", "0", f"≥ {high}"]}


def line(x: np.ndarray, y: np.ndarray, name: str, style: dict, hover: str, **more) -> dict:
    """A line, drawn as a point where there is one step; hover says what stands before x and y."""
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "lines+markers" if len(x) == 1 else "lines",
        "name": name,
        "line": style,
        "hovertemplate": f"{hover}%{{x}}<br>%{{y:.6g}}<extra></extra>",
        **more,
    }


def cursor(builder: FigureBuilder, t: int | None) -> None:
    """The line at "now" through every row."""
    if t is not None:
        builder.line(x=t + 1, color=builder.ink.now, width=1.5)


def unit_axis(n: int, most: int = 8) -> dict:
    """Ticks for units 1 .. n, first one on top; `most` have room side by side."""
    step = 1 if n <= most else -(-n // min(most, 5))
    return {"autorange": "reversed", "tickvals": list(range(1, n + 1, step))}


def note_broken(builder: FigureBuilder, *runs: Pass, felt: bool = False, above: int = 0) -> None:
    """Say on the picture where the states, or what is `felt` of a loss, left the finite numbers.

    Several runs are told apart by their cells; `above` pixels are left free for a legend.
    """
    clauses = {run.cell.title: (no_gradient if felt else no_states)(run) for run in runs}
    lines = [(title, clause) for title, clause in clauses.items() if clause]
    several = len(runs) > 1
    builder.remark([f"{title}: {clause}" if several else clause for title, clause in lines], above)


def norm_title(of: str, sequence: int | None = None) -> str:
    """The name of an axis of gradients' norms, which says of what and of which sequences.

    >>> norm_title("a"), norm_title("(state)", 2)
    ('norm of dL/da, all sequences', 'norm of dL/d(state), sequence 3')
    """
    return (
        f"norm of dL/d{of}, {'all sequences' if sequence is None else f'sequence {sequence + 1}'}"
    )


def told(value: float) -> str:
    """A number in a text alternative."""
    return f"{value + 0.0:.3g}" if np.isfinite(value) else "not finite"


def positive(values: np.ndarray) -> np.ndarray:
    """Values as a log axis can take them: what is not above zero, or not finite, is left out."""
    values = np.array(values, float)
    values[~(np.isfinite(values) & (values > 0))] = np.nan
    return values


def log_axis(*values: np.ndarray) -> dict:
    """A log axis of whole decades around the values, two at least, ticks as powers of ten."""
    every = np.concatenate([positive(v).ravel() for v in values])
    every = every[~np.isnan(every)]
    low, high = (every.min(), every.max()) if every.size else (0.1, 1.0)
    low, high = np.floor(np.log10(low) - 0.05), np.ceil(np.log10(high) + 0.05)
    if high - low < 2:
        low = high - 2
    decade = max(1, int(np.ceil((high - low) / 6)))
    ticks = {"dtick": decade, "exponentformat": "power", "showexponent": "all"}
    # Plotly writes a power of ten 1.25 times as large as any other label.
    ticks["tickfont"] = {"size": TICK_SIZE / 1.25}
    return {"type": "log", "range": [low, high], **ticks}


def wide(t: np.ndarray, **arrays: np.ndarray) -> dict[str, np.ndarray]:
    """Arrays (n, T_x) as table columns "a 1", "a 2", .. beside the time steps."""
    columns = {"t": t}
    for name, array in arrays.items():
        columns |= {f"{name} {row}": values for row, values in enumerate(array, 1)}
    return columns
