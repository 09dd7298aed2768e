"""The pictures of a training as one web page that opens offline."""

from collections.abc import Callable
from dataclasses import dataclass

import plotly.graph_objects as go

from rnnviz.core.training import Training
from rnnviz.export.offline import html
from rnnviz.figures import training as figures


@dataclass(frozen=True, eq=False)
class Picture:
    """One picture by its name, with what stands below it."""

    name: str
    footer: str
    made: Callable[..., go.Figure]

    def draw(self, mode: str = "light") -> go.Figure:
        """The figure for a ground."""
        return self.made(mode=mode)


def page(one: Training, title: str, chance: float, goal: float | None) -> str:
    """The loss, the gradient by lag of each state, the probe's answers and the eigenvalues."""
    settings = one.settings
    footer = (f"{title}, {one.cell.title}, {settings.units} units, seed {settings.seed}, "
              f"{one.done} updates")  # fmt: skip
    made: dict[str, Callable[..., go.Figure]] = {
        "training-loss": lambda mode: figures.loss(one, chance, goal, mode=mode)
    }
    for state in one.cell.states:
        made[f"training-lags-{state}"] = lambda mode, s=state: figures.lags(one, s, mode=mode)
    made["training-answers"] = lambda mode: figures.answers(one, mode=mode)
    if figures.eigenvalues(one) is not None:
        made["training-eigenvalues"] = lambda mode: figures.eigenvalues(one, mode=mode)
    return html(Picture(name, footer, draw) for name, draw in made.items())
