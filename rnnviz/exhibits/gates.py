"""Gates: when do they open?"""

from collections.abc import Mapping

import numpy as np

from rnnviz.core import measures
from rnnviz.core.checks import Verdict, forward, gates
from rnnviz.core.phrases import no_states, number
from rnnviz.core.types import Pass, Run
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Item, Line, broken, cells, line, log_line, named, on, steps
from rnnviz.figures import parts
from rnnviz.figures.gates import memory, overview, saturation


def has_gates(run: Pass) -> bool:
    """Whether the cell has any."""
    return bool(run.cell.shown_gates)


def overview_marks(run: Pass, sequence: int = 0, unit: int = 0) -> list[Item]:
    """Each gate: every unit, then the chosen one as a line; a colour bar for either scale."""
    time, marks, scales = steps(parts.drawn_steps(run)), [], set()
    for gate in run.cell.shown_gates:
        values = run.trace.gates[gate.name][:, sequence, : len(time)]
        about = {"name": gate.name, "hue": gate.name}
        bar = "" if gate.range in scales else "gate" if gate.squash == "sigmoid" else gate.name
        scales.add(gate.range)
        heat, one = cells(values, time, gate.range, bar=bar, **about), values[unit]
        marks += on(("time step t", gate.name), heat)
        marks += on(("time step t", f"unit {unit + 1}"), line(one, time, **about))
    return [*named(marks, run.words), *broken(run)]


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


def opens(run: Pass) -> bool:
    """Whether any gate stands between shut and open."""
    return any(gate.squash == "sigmoid" for gate in run.cell.shown_gates)


def saturation_marks(run: Pass) -> list[Item]:
    """Each unit's share of time below 0.1, and above 0.9, under the line where both make one."""
    end, marks = parts.drawn_steps(run), []
    axes = ("share of time below 0.1 (shut)", "share of time above 0.9 (open)")
    for gate in run.cell.shown_gates:
        if gate.squash == "sigmoid":
            values = run.trace.gates[gate.name][..., :end]
            shares = [one.mean(axis=(1, 2)) for one in (values < 0.1, values > 0.9)]
            shut, wide = shares if run.trace.finite_steps else np.full_like(shares, np.nan)
            units = {"hover": steps(len(shut)), "name": gate.name}
            marks += on(axes, line(wide, shut, gate.name, **units))
    return [*marks, Line(0, 1, 1, 0, "quiet"), *broken(run)]


def memory_marks(run: Pass) -> list[Item]:
    """Each unit's half-life."""
    kept = measures.retention(run.trace)
    if kept is None or run.cell.memory is None:
        return []
    lives = measures.half_life(kept[..., : parts.drawn_steps(run)])
    points = log_line(lives, steps(run.trace.n_a), run.cell.memory[0])
    return [*on(("unit", "half-life (steps)"), points), *broken(run)]


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
        fits=opens,
        share=1 / 2,
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
        share=1 / 2,
    )
)
