"""Step: what happens in one time step?"""

import re
from collections.abc import Mapping

import numpy as np

from rnnviz.core.checks import Verdict, backward, biases, forward, jacobians, states
from rnnviz.core.phrases import fixed, listed, no_states
from rnnviz.core.types import Pass, Run
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Item, Line, broken, cells, largest, on, steps, written
from rnnviz.figures.step import MOST_NUMBERS, columns, flow

Column = tuple[np.ndarray, tuple[float, float] | None]


def player_checks(run: Run, sequence: int = 0) -> list[Verdict]:
    """Of what plays: states, gates, outputs and the gradient of one sequence."""
    verdicts = [*states.start(run), *forward.some(run, sequence, forward.KINDS)]
    verdicts += [*jacobians.product(run, sequence), *backward.norms(run, sequence)]
    return verdicts + biases.felt(run)


def player_caption(run: Pass, t: int = 0, sequence: int = 0, unit: int = 0) -> str:
    """What the step did to one unit, and which class it made likeliest, or which ones; of a layer
    without a readout none."""
    trace = run.trace
    before, after = trace.state("a")[t][unit, sequence], trace.states["a"][unit, sequence, t]
    y = trace.y[:, sequence, t]
    if not np.isfinite([before, after, *y]).all():
        return f"At t = {t + 1} there is nothing finite to tell: {no_states(run)}."
    word = f" (“{run.words[t]}”)" if run.words else ""
    goes = (
        f"At t = {t + 1}{word}, unit {unit + 1} goes from a = {fixed(before, 4)} to "
        f"**{fixed(after, 8)}**"
    )
    if not run.reads_out:
        return f"{goes}. This layer has no output of its own: others read its states."
    top = [str(k) for k, share in enumerate(y, 1) if share == y.max()]
    likely = f"class {top[0]} is likeliest, {y.max():.1%}"
    if len(top) > 1:
        likely = f"classes {listed(top)} are likeliest, {y.max():.1%} each"
    return f"{goes}; {likely}."


def flow_marks(run: Pass, t: int = 0, sequence: int = 0, unit: int = 0) -> list[Item]:
    """The columns from input to output, those of one scale in a heatmap, their numbers on it.

    The frame holds the unit's row, but for x and y, whose rows are no units.
    """
    every = _columns(run, t, sequence)
    signed = largest(*(values for values, limits in every if limits is None))
    rows = max(len(values) for values, _ in every)
    scales = [limits or signed for _, limits in every]
    marks: list[Item] = []
    for scale in dict.fromkeys(scales):
        matrix = np.full((rows, len(every)), np.nan)
        at = [place for place, limits in enumerate(scales) if limits == scale]
        for place in at:
            column, _ = every[place]
            matrix[: len(column), place] = column
        matrices = cells(matrix, steps(len(every)), scale, ticks=_headings(run))
        marks += on(("", "row (unit)"), matrices)
        if rows <= MOST_NUMBERS:
            numbers = [(p + 1, row + 1, v) for p in at for row, v in enumerate(every[p][0])]
            places, heights, values = zip(*numbers, strict=True)
            marks += on(("", "row (unit)"), written(values, places, heights, 2))
    frame = Line(1.5, len(every) - 0.5, unit + 0.5, unit + 1.5, kind="rect")
    return [*marks, frame, *broken(run)]


def _headings(run: Pass) -> list[str]:
    """What stands over the columns: x_t, a_{t-1}, each gate's z and letter, a_t, y_t."""
    before = [f"{name}<sub>t-1</sub>" for name in run.cell.states]
    after = [f"{name}<sub>t</sub>" for name in run.cell.states]
    gates = []
    for gate, summed, squashed in run.cell.pieces:
        letter = _letter(gate.symbol)
        gates += [f"z<sub>{letter}</sub>" if squashed else letter] if summed else []
        gates += [letter] if squashed else []
    output = ["y<sub>t</sub>"] * run.reads_out
    return ["x<sub>t</sub>", *before, *gates, *reversed(after), *output]


def _letter(symbol: str) -> str:
    """A gate's letter as a heading has it: its accent over it, what stands below below."""
    bare = symbol.replace("\\imath", "i")
    accented = re.sub(r"\\tilde (\w)", "\\1\N{COMBINING TILDE}", bare)
    return accented.replace("_{", "<sub>").replace("}", "</sub>")


def _columns(run: Pass, t: int, sequence: int) -> list[Column]:
    """x, the states before, each gate's pre-activation and value, the new states, y."""
    trace, cell, at = run.trace, run.cell, (slice(None), sequence, t)
    every: list[Column] = [(trace.x[at], None)]
    every += [(trace.state(name)[t][:, sequence], None) for name in cell.states]
    for gate, summed, squashed in cell.pieces:
        if summed:
            every.append((trace.preactivations[gate.name][at], None))
        if squashed:
            every.append((trace.gates[gate.name][at], gate.range))
    every += [(trace.states[name][at], None) for name in reversed(cell.states)]
    return [*every, *[(trace.y[at], (0.0, 1.0))] * run.reads_out]


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
