"""Every figure of an experiment by its name, and the page of the dashboard that shows it."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import plotly.graph_objects as go

from rnnviz import figures
from rnnviz.core import dynamics
from rnnviz.core.run import affordable_seeds, run, seed_norms
from rnnviz.core.types import Run
from rnnviz.export.dress import Look, dressed, footer

PAGES = {  # the names of a page's figures, in the order of the page
    "step": ("step",),
    "states": ("states", "trajectory", "saturation"),
    "gates": ("gates", "stuck-gates", "memory"),
    "gradients": ("gradients", "items", "singular-values"),
    "compare": ("compare-states", "compare-norms", "compare-seeds", "compare-parameters"),
}
SEEDS = 20  # under the band of Compare, fewer where a run is large


class Picture(NamedTuple):
    """A figure to be made: `draw(mode=..)` gives it, `words` are its footer."""

    name: str
    draw: Callable[..., go.Figure]
    words: str

    def dressed(self, look: Look) -> go.Figure:
        """The figure as it leaves."""
        return dressed(self.draw(mode=look.theme), look, self.words)


def pictures(result: Run) -> dict[str, Picture]:
    """Every figure of a run by name; what one needs is computed when it is drawn."""
    found = own(result) | _of_all(result)
    names = (name for page in PAGES.values() for name in page if name in found)
    return {name: found[name] for name in names}


def own(result: Run) -> dict[str, Picture]:
    """The figures of this one run: all but those of Compare."""
    cell, steps = result.cell, dynamics.itemised_steps(result)
    few = dynamics.jacobian_steps(result)

    def items(mode):
        values = dynamics.itemised(result, steps)
        return figures.gradients.itemised(result, values, steps, mode=mode)

    def singular(mode):
        values = dynamics.singular_values(result, 0, few)
        return figures.gradients.singular_values(result, values, few, mode=mode)

    drawn = {
        "step": lambda mode: figures.step.flow(result, mode=mode),
        "states": lambda mode: figures.states.overview(result, mode=mode),
        "trajectory": lambda mode: figures.states.trajectory(result, mode=mode),
        "saturation": lambda mode: figures.states.saturation(result, mode=mode),
        "gradients": lambda mode: figures.gradients.norms(result, mode=mode),
        "items": items,
        "singular-values": singular,
    }
    if cell.shown_gates:
        drawn["gates"] = lambda mode: figures.gates.overview(result, mode=mode)
        drawn["stuck-gates"] = lambda mode: figures.gates.saturation(result, mode=mode)
    if cell.memory:
        drawn["memory"] = lambda mode: figures.gates.memory(result, mode=mode)
    words = footer(result.experiment)
    return {name: Picture(name, draw, words) for name, draw in drawn.items()}


def _of_all(result: Run) -> dict[str, Picture]:
    """The same experiment with every cell, as Compare shows it."""
    each = result.experiment.in_every_cell().values()
    seeds = affordable_seeds(each, SEEDS)

    @cache
    def runs():
        return {e.cell: result if e == result.experiment else run(e) for e in each}

    @cache
    def bands():
        return {e.cell: seed_norms(e, seeds) for e in each}

    drawn = {
        "compare-states": lambda mode: figures.compare.states(runs(), mode=mode),
        "compare-norms": lambda mode: figures.compare.norms(runs(), mode=mode),
        "compare-parameters": lambda mode: figures.compare.parameters(runs(), mode=mode),
    }
    if seeds:
        drawn["compare-seeds"] = lambda mode: figures.compare.band(bands(), mode=mode)
    return {name: Picture(name, draw, footer(*each)) for name, draw in drawn.items()}
