"""Why a cell's gradient fades: what its memory gate lets through, or what its steps stretch."""

from collections.abc import Mapping

import numpy as np

from rnnviz.core import dynamics, measures
from rnnviz.core.phrases import no_gradient, number, power
from rnnviz.core.types import Run

_MOST = 3  # cells that are explained; of more, those that keep most and least


def why_it_fades(runs: Mapping[str, Run]) -> str:
    """One sentence on why each cell keeps what it keeps of its gradient, "" where none can be told.

    A cell with a gate for its memory has that gate's mean over units, sequences and steps, and what
    this leaves along the memory alone; any other has what a step does to a direction, on average
    (`dynamics.mean_stretch`). Either is raised to the number of steps between the first and the
    last, and held beside what all paths together left.
    """
    kept = {cell: share for cell, run in runs.items() if (share := _kept(run))}
    if len(kept) > _MOST:
        kept = {cell: kept[cell] for cell in (max(kept, key=kept.__getitem__),
                                              min(kept, key=kept.__getitem__))}  # fmt: skip
    clauses = [clause for cell, share in kept.items() if (clause := _clause(runs[cell], share))]
    return f"Why, on average: {'; '.join(clauses)}." if clauses else ""


def _kept(run: Run) -> float:
    """The gradient at the first step over that at the last; 0 where there is nothing to explain."""
    first, last = run.gradients.norms["a"][[0, -1]].astype(float)
    fine = run.trace.T_x > 1 and last > 0 and not no_gradient(run)
    with np.errstate(all="ignore"):
        share = first / last if fine else np.inf
    return float(share) if np.isfinite(share) else 0.0


def _clause(run: Run, share: float) -> str:
    title, steps = run.cell.title, run.trace.T_x - 1
    retained = measures.retention(run.trace)
    if retained is not None and run.cell.memory:
        mean = float(retained[..., 1:].mean())
        return (
            f"the {title}'s {run.cell.memory[0]} gate keeps {number(mean)} of the memory a step, "
            f"{power(mean, steps)} along it alone, {_beside(share, mean, steps)} along all paths"
        )
    stretch = dynamics.mean_stretch(run)
    if not 0 < stretch < np.inf:  # a step that lets nothing through has no mean
        return ""
    verb = "stretches" if stretch > 1 else "shrinks"
    return (
        f"the {title}'s step {verb} a direction to {number(stretch)}, {power(stretch, steps)}, "
        f"{_beside(share, stretch, steps)} along the gradient's own"
    )


def _beside(share: float, base: float, steps: int) -> str:
    """How the share stands to the power, to a hundredth."""
    with np.errstate(over="ignore", under="ignore"):
        alone = np.float64(base) ** steps
    return "more" if share > 1.01 * alone else "less" if share < 0.99 * alone else "as much"
