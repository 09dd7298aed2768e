"""States: what does the network remember?"""

from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz.core import measures
from rnnviz.core.checks import Verdict, forward, states
from rnnviz.core.prose import no_states, number
from rnnviz.core.types import Pass, Run
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Mark, cells, line, steps
from rnnviz.figures import parts
from rnnviz.figures.states import overview, saturation, trajectory


def overview_marks(run: Pass, sequence: int = 0, units: Sequence[int] = (0,)) -> list[Mark]:
    """Every unit of every state, then the chosen units of a."""
    time = steps(parts.drawn_steps(run))
    every = [state[:, sequence, : len(time)] for state in run.trace.states.values()]
    chosen = run.trace.states["a"][list(units), sequence, : len(time)]
    lines = [line(values, time, index) for index, values in enumerate(chosen)]
    return [*(cells(values, time) for values in every), *lines]


def overview_checks(run: Run, sequence: int = 0) -> list[Verdict]:
    """Where the states start, and some of the steps that they take."""
    return [*states.start(run), *forward.some(run, sequence, ["states"])]


def overview_caption(run: Pass, sequence: int = 0) -> str:
    """How large the states are and how many units are stuck."""
    end, broke = run.trace.finite_steps, no_states(run)
    if not end:
        return f"There is no state to tell of: {broke}."
    a = run.trace.states["a"][:, sequence, :end]
    unit, t = np.unravel_index(np.abs(a).argmax(), a.shape)
    share = measures.saturated_share(run.trace.states["a"][:, sequence : sequence + 1, :end]).mean()
    sentence = (
        f"Unit {unit + 1} reaches the largest hidden state, {number(float(a[unit, t]), 4)} at "
        f"t = {t + 1}; **{share:.1%}** of the time a unit is beyond ±0.95"
    )
    return f"{sentence}; {broke}." if broke else f"{sentence}."


def overview_table(run: Pass, sequence: int = 0) -> Mapping[str, np.ndarray]:
    """Every state of every unit, one row a time step."""
    each = {name: state[:, sequence] for name, state in run.trace.states.items()}
    return parts.wide(parts.times(run), **each)


def trajectory_marks(run: Pass, sequence: int = 0) -> list[Mark]:
    """The path on two components."""
    end = parts.drawn_steps(run)
    a = run.trace.states["a"][:, sequence, :end].astype(float)
    (first, second), _ = measures.principal_components(a)
    return [line(second, first, hover=steps(end))]


def saturation_marks(run: Pass) -> list[Mark]:
    """The share at each step."""
    end = parts.drawn_steps(run)
    a = run.trace.states["a"][..., :end]
    share = (np.abs(a) > 0.95).mean(axis=(0, 1))
    return [line(share if run.trace.finite_steps else np.full(end, np.nan), steps(end), "a")]


register(
    Exhibit(
        page="States",
        place=20,
        figure=overview,
        marks=overview_marks,
        checks=overview_checks,
        caption=overview_caption,
        table=overview_table,
    )
)
register(
    Exhibit(
        page="States",
        place=21,
        figure=trajectory,
        marks=trajectory_marks,
        checks=lambda run, sequence=0: states.components(run, sequence),
        beside=True,
    )
)
register(
    Exhibit(
        page="States",
        place=22,
        figure=saturation,
        marks=saturation_marks,
        checks=lambda run: states.saturated(run),
        beside=True,
    )
)
