"""States: what does the network remember?"""

from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz.core import measures
from rnnviz.core.checks import Verdict, forward, states
from rnnviz.core.phrases import no_states, number
from rnnviz.core.types import Pass, Run
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Item, Note, broken, cells, line, named, on, steps, upright
from rnnviz.figures import parts
from rnnviz.figures.states import overview, saturation, trajectory


def overview_marks(
    run: Pass, sequence: int = 0, units: Sequence[int] = (0,), t: int | None = None
) -> list[Item]:
    """Every unit of every state, then the chosen units of a, and "now"."""
    time = steps(parts.drawn_steps(run))
    every = [state[:, sequence, : len(time)] for state in run.trace.states.values()]
    chosen = run.trace.states["a"][list(units), sequence, : len(time)]
    marks: list[Item] = []
    for name, values in zip(run.trace.states, every, strict=True):
        heat = cells(values, time, name=name, bar=name, hue=name)
        marks += on(("time step t", f"unit of {name}"), heat)
    for index, (unit, values) in enumerate(zip(units, chosen, strict=True)):
        curve = line(values, time, index, name=f"unit {unit + 1}")
        marks += on(("time step t", "a"), curve)
    marks = named(marks, run.words)
    return [*marks, *([] if t is None else [upright(t + 1)]), *broken(run)]


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
    top = float(a[unit, t])
    largest = (
        f"Unit {unit + 1} reaches the largest hidden state, {number(top, 4)} at t = {t + 1}"
        if top
        else "Every hidden state is 0"
    )
    sentence = f"{largest}; **{share:.1%}** of the time a unit is beyond ±0.95"
    return f"{sentence}; {broke}." if broke else f"{sentence}."


def overview_table(run: Pass, sequence: int = 0) -> Mapping[str, np.ndarray]:
    """Every state of every unit, one row a time step."""
    each = {name: state[:, sequence] for name, state in run.trace.states.items()}
    return parts.wide(parts.times(run), **each)


def trajectory_marks(run: Pass, sequence: int = 0) -> list[Item]:
    """The path on two components, pale where it starts, and a word at either end."""
    end = parts.drawn_steps(run)
    a = run.trace.states["a"][:, sequence, :end].astype(float)
    (first, second), shares = measures.principal_components(a)
    axes = (f"component 1 ({shares[0]:.0%} of the variance)", f"component 2 ({shares[1]:.0%})")
    time, bar = steps(end), "t" if end > 1 else ""
    ends = [Note("start", first[0], second[0]), Note("end", first[-1], second[-1])]
    path = on(axes, line(second, first, hover=time, tint=time, bar=bar))
    return [*path, *(ends if np.isfinite(first).all() else []), *broken(run)]


def saturation_marks(run: Pass) -> list[Item]:
    """The share at each step."""
    end = parts.drawn_steps(run)
    a = run.trace.states["a"][..., :end]
    stuck = (np.abs(a) > 0.95).mean(axis=(0, 1)) if run.trace.finite_steps else np.array([np.nan])
    share = line(stuck, steps(end), "a")
    drawn = on(("time step t", "share with |a| > 0.95"), share)
    return [*named(drawn, run.words), *broken(run)]


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
        share=1 / 2,
    )
)
register(
    Exhibit(
        page="States",
        place=22,
        figure=saturation,
        marks=saturation_marks,
        checks=lambda run: states.saturated(run),
        share=1 / 2,
    )
)
