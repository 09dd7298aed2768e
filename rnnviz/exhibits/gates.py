"""Gates: when do they open?"""

from collections.abc import Mapping

import numpy as np

from rnnviz.core import measures
from rnnviz.core.checks import Verdict, forward, gates
from rnnviz.core.prose import no_states, number
from rnnviz.core.types import Pass, Run
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Mark, cells, line, log_line, steps
from rnnviz.figures import parts
from rnnviz.figures.gates import memory, overview, saturation


def has_gates(run: Pass) -> bool:
    """Whether the cell has any."""
    return bool(run.cell.shown_gates)


def overview_marks(run: Pass, sequence: int = 0, unit: int = 0) -> list[Mark]:
    """Each gate: every unit, then the chosen one as a line."""
    time, marks = steps(parts.drawn_steps(run)), []
    for gate in run.cell.shown_gates:
        values = run.trace.gates[gate.name][:, sequence, : len(time)]
        marks += [cells(values, time, gate.range), line(values[unit], time, gate.name)]
    return marks


def overview_checks(run: Run, sequence: int = 0) -> list[Verdict]:
    """The gates of some steps."""
    return forward.some(run, sequence, ["gates"])


def overview_caption(run: Pass) -> str:
    """How open each gate is, and how long memory lasts behind the one that keeps it."""
    end, broke = run.trace.finite_steps, no_states(run)
    if not end:
        return f"The gates have no average: {broke}."
    sigmoid = [gate.name for gate in run.cell.shown_gates if gate.squash == "sigmoid"]
    means = ", ".join(f"{name} {run.trace.gates[name][..., :end].mean():.2f}" for name in sigmoid)
    sentence = f"On average over units, sequences and time the gates stand at {means}"
    kept = measures.retention(run.trace)
    if kept is not None:
        half = np.median(measures.half_life(kept[..., :end]))
        sentence += (
            f"; half of the median unit's memory is gone after **{number(half)} steps**"
            if np.isfinite(half)
            else "; the median unit's memory **does not fade**"
        )
    return f"{sentence}; {broke}." if broke else f"{sentence}."


def overview_table(run: Pass, sequence: int = 0) -> Mapping[str, np.ndarray]:
    """Every gate of every unit, one row a time step."""
    each = {name: gate[:, sequence] for name, gate in run.trace.gates.items()}
    return parts.wide(parts.times(run), **each)


def saturation_marks(run: Pass) -> list[Mark]:
    """Each unit's share of time below 0.1, and above 0.9."""
    end, marks = parts.drawn_steps(run), []
    for gate in run.cell.shown_gates:
        if gate.squash == "sigmoid":
            values = run.trace.gates[gate.name][..., :end]
            shut, wide = (one.mean(axis=(1, 2)) for one in (values < 0.1, values > 0.9))
            if not run.trace.finite_steps:
                shut, wide = np.full((2, len(shut)), np.nan)
            marks.append(line(wide, shut, gate.name, hover=steps(len(shut))))
    return marks


def memory_marks(run: Pass) -> list[Mark]:
    """Each unit's half-life."""
    kept = measures.retention(run.trace)
    if kept is None or run.cell.memory is None:
        return []
    lives = measures.half_life(kept[..., : parts.drawn_steps(run)])
    return [log_line(lives, steps(run.trace.n_a), run.cell.memory[0])]


register(
    Exhibit(
        page="Gates",
        place=30,
        figure=overview,
        marks=overview_marks,
        checks=overview_checks,
        caption=overview_caption,
        table=overview_table,
        fits=has_gates,
    )
)
register(
    Exhibit(
        page="Gates",
        place=31,
        figure=saturation,
        marks=saturation_marks,
        checks=lambda run: gates.saturation(run),
        fits=has_gates,
        beside=True,
    )
)
register(
    Exhibit(
        page="Gates",
        place=32,
        figure=memory,
        marks=memory_marks,
        checks=lambda run: gates.memory(run),
        fits=lambda run: run.cell.memory is not None,
        beside=True,
    )
)
