"""The losses of several trainings, over their updates."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from rnnviz.core.cells import CELLS
from rnnviz.core.phrases import number
from rnnviz.figures import parts
from rnnviz.figures.duel import tone
from rnnviz.figures.figure_builder import FigureBuilder

AXES = ("updates", "loss")
_BESIDE = 0.6  # opacity


def trials(
    losses: Mapping[str, Sequence[np.ndarray]], chance: float, task: str, own: str, *, mode="light"
) -> go.Figure:
    """The loss of every batch, of ways to train by their labels, a line a seed; the loss at chance.

    A line ends where a number is no longer finite; that of the network called `own` is stronger.
    """
    builder = FigureBuilder(mode)
    for index, (label, seeds) in enumerate(losses.items()):
        for at, loss in enumerate(seeds):
            name = named(label, at)
            updates = np.arange(1, len(loss) + 1)
            line = parts.line(
                updates,
                parts.positive(loss),
                name,
                tone(hue(label, index), mode),
                f"{name}, update ",
            )
            builder.add(line | {"opacity": 1.0 if name == own else _BESIDE})
    builder.line(y=chance, color=builder.ink.quiet, width=1.5)
    builder.note(f"chance {number(chance)}", x=1, xref="paper", y=float(np.log10(chance)),
                 xanchor="right", yanchor="bottom")  # fmt: skip
    every = [loss for seeds in losses.values() for loss in seeds]
    builder.x(AXES[0], rangemode="tozero")
    builder.y(AXES[1], **parts.log_axis(*every, np.array([chance])))
    builder.legend(len(every))
    each = "; ".join(
        f"{label}: {', '.join(parts.told(float(loss[-1])) for loss in seeds)}"
        for label, seeds in losses.items()
    )
    return builder.finish(f"{task}: the loss while it learns", 420, f"The last losses. {each}.")


def hue(label: str, index: int) -> str | int:
    """The hue of a way to train: the cell's whose title it is, else one by its place."""
    return next((name for name, cell in CELLS.items() if cell.title == label), index)


def named(label: str, at: int) -> str:
    """What the line of a seed, counted from 0, is called."""
    return f"{label}, seed {at + 1}"
