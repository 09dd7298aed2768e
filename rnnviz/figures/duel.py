"""Several networks that learn the same batches: their losses, seed by seed, against chance."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from rnnviz.core.phrases import listed, number
from rnnviz.figures import parts, theme
from rnnviz.figures.figure_builder import FigureBuilder
from rnnviz.figures.training import cursor

MEAN_OF = 10  # updates: a single batch's loss jumps
_MOST = 600  # points of a line


class Side(NamedTuple):
    """One side of a duel: its name, its hue in the theme (a cell's, or a place in an order), and
    the losses of each of its seeds by update."""

    name: str
    hue: str | int
    losses: Sequence[np.ndarray]


def losses(
    sides: Sequence[Side],
    chance: float,
    goal: float | None,
    updates: int,
    now: int | None = None,
    *,
    mode="light",
) -> go.Figure:
    """The running mean of each seed's loss, thin, and their median over the seeds, against the loss
    at chance and the one that solves the task; a line at the update `now`."""
    builder, every = FigureBuilder(mode), [np.array([chance if goal is None else goal])]
    for side in sides:
        style = tone(side.hue, mode)
        for seed in side.losses if len(side.losses) > 1 else ():
            at, values = running(seed)
            thin = style | {"width": 1, "dash": "solid"}
            one = parts.line(at, parts.positive(values), "", thin, "")
            builder.add(one | {"opacity": 0.4, "showlegend": False, "hoverinfo": "skip"})
        at, values = median(side.losses)
        hover = f"{side.name}<br>update %{{x}}: %{{y:.4g}}<extra></extra>"
        bold = style | {"width": 3}
        builder.add(parts.line(at, parts.positive(values), side.name, bold, "",
                               hovertemplate=hover))  # fmt: skip
        every += [values]
    for level, name in ((chance, "chance"), (goal, "solved")):
        if level is not None:
            builder.line(y=level, color=builder.ink.now, width=1.5, dash="dash")
            builder.note(f"{name} {number(level)}", x=1, xref="paper", y=float(np.log10(level)),
                         xanchor="right", yanchor="bottom")  # fmt: skip
    cursor(builder, now)
    builder.x("updates", range=[0, updates])
    builder.y("loss", **parts.log_axis(*every, np.array([chance])))
    builder.legend(len(sides))
    names = listed([side.name for side in sides]) if sides else "Nobody"
    said = f"{names} on the same batches; the loss at chance is {number(chance)}."
    return builder.finish("The loss, on the same batches", 440, said)


def tone(hue: str | int, mode: str) -> dict:
    """The line of a side."""
    return theme.tone(hue, mode) if isinstance(hue, int) else theme.line(hue, mode)


def running(losses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The updates and the mean of the losses of the last MEAN_OF batches at each, thinned."""
    sums = np.cumsum(np.insert(np.asarray(losses, float), 0, 0.0))
    ends = np.arange(1, len(sums))
    starts = np.maximum(0, ends - MEAN_OF)
    means = (sums[ends] - sums[starts]) / (ends - starts)
    some = slice(None, None, max(1, -(-len(means) // _MOST)))
    return ends[some], means[some]


def median(several: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The same of the middle seed at each update that all have reached."""
    least = min((len(one) for one in several), default=0)
    if not least:
        return np.array([1]), np.array([np.nan])
    each = [running(np.asarray(one)[:least]) for one in several]
    return each[0][0], np.median([values for _, values in each], axis=0)
