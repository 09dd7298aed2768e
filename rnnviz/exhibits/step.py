"""Step: what happens in one time step?"""

from collections.abc import Mapping

import numpy as np

from rnnviz.core.checks import Verdict, backward, biases, forward, jacobians, states
from rnnviz.core.prose import fixed, no_states
from rnnviz.core.types import Pass, Run
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Mark, cells, largest, steps, written
from rnnviz.figures.step import MOST_NUMBERS, columns, flow

Column = tuple[np.ndarray, tuple[float, float] | None]


def player_checks(run: Run, sequence: int = 0) -> list[Verdict]:
    """Of what plays: states, gates, outputs and the gradient of one sequence."""
    verdicts = [*states.start(run), *forward.some(run, sequence, forward.KINDS)]
    verdicts += [*jacobians.product(run, sequence), *backward.norms(run, sequence)]
    return verdicts + biases.felt(run)


def player_caption(run: Pass, t: int = 0, sequence: int = 0, unit: int = 0) -> str:
    """What the step did to one unit, and which class it made likeliest."""
    trace = run.trace
    before, after = trace.state("a")[t][unit, sequence], trace.states["a"][unit, sequence, t]
    y = trace.y[:, sequence, t]
    if not np.isfinite([before, after, *y]).all():
        return f"At t = {t + 1} there is nothing finite to tell: {no_states(run)}."
    return (
        f"At t = {t + 1}, unit {unit + 1} goes from a = {fixed(before, 4)} to "
        f"**{fixed(after, 8)}**; class {y.argmax() + 1} is likeliest, {y.max():.1%}."
    )


def flow_marks(run: Pass, t: int = 0, sequence: int = 0) -> list[Mark]:
    """The columns from input to output, those of one scale in a heatmap, their numbers on it."""
    every = _columns(run, t, sequence)
    signed = largest(*(values for values, limits in every if limits is None))
    rows = max(len(values) for values, _ in every)
    scales = [limits or signed for _, limits in every]
    marks = []
    for scale in dict.fromkeys(scales):
        matrix = np.full((rows, len(every)), np.nan)
        at = [place for place, limits in enumerate(scales) if limits == scale]
        for place in at:
            column, _ = every[place]
            matrix[: len(column), place] = column
        marks.append(cells(matrix, steps(len(every)), scale))
        if rows <= MOST_NUMBERS:
            numbers = [(p + 1, row + 1, v) for p in at for row, v in enumerate(every[p][0])]
            places, heights, values = zip(*numbers, strict=True)
            marks.append(written(values, places, heights, 2))
    return marks


def _columns(run: Pass, t: int, sequence: int) -> list[Column]:
    """x, the states before, each gate's pre-activation and value, the new states, y."""
    trace, cell, at = run.trace, run.cell, (slice(None), sequence, t)
    every: list[Column] = [(trace.x[at], None)]
    every += [(trace.state(name)[t][:, sequence], None) for name in cell.states]
    for gate in cell.shown_gates or cell.gates:
        every.append((trace.preactivations[gate.name][at], None))
        if gate.squash:
            every.append((trace.gates[gate.name][at], gate.range))
    every += [(trace.states[name][at], None) for name in reversed(cell.states)]
    return [*every, (trace.y[at], (0.0, 1.0))]


def flow_checks(run: Run, t: int = 0, sequence: int = 0) -> list[Verdict]:
    """Every number of the step."""
    return forward.step(run, t, sequence)


def flow_table(run: Pass, t: int = 0, sequence: int = 0) -> Mapping[str, np.ndarray]:
    """The columns as one table; those shorter than the longest end in NaN."""
    every = columns(run, t, sequence)
    rows = max(len(values) for _, _, values, _ in every)
    table = {"row": np.arange(1, rows + 1)}
    for name, _, values, _ in every:
        table[name] = np.append(values, np.full(rows - len(values), np.nan))
    return table


register(
    Exhibit(
        page="Step",
        place=10,
        figure=flow,
        marks=flow_marks,
        checks=flow_checks,
        table=flow_table,
    )
)
