"""Compare: what to see while a few cells play at once, their gradients walking back together."""

from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz.core.phrases import no_gradient, ratio
from rnnviz.core.types import Pass
from rnnviz.figures import theme

MOST_TOGETHER = 3  # more would be too small to be read


def together(runs: Mapping[str, Pass], own: str) -> list[Pass]:
    """The runs that play at once: the page's own, and the first of the others that are as long."""
    others = [cell for cell in runs if cell != own and runs[cell].trace.T_x == runs[own].trace.T_x]
    few = {own, *others[: MOST_TOGETHER - 1]}
    return [run for cell, run in runs.items() if cell in few]


def together_caption(runs: Sequence[Pass], sequence: int = 0) -> str:
    """Where each cell's gradient leaves the scale of colours, and how much of it comes to t = 1."""
    last = runs[0].trace.T_x
    if last == 1:
        return "One step has no way back: give it more."
    top = max(_sizes(run, sequence).max(initial=0) for run in runs)
    told = "; ".join(_told(run, sequence, top) for run in runs)
    return f"Watch the gradients walk back from t = {last}: {told}."


def _sizes(run: Pass, sequence: int) -> np.ndarray:
    """The largest finite gradient over the units, of every state, (states, T_x + 1)."""
    felt = [np.abs(run.gradients.state(name)[:, :, sequence]) for name in run.cell.states]
    return np.where(np.isfinite(felt), felt, 0).max(axis=2)


def _told(run: Pass, sequence: int, top: float) -> str:
    title, name = run.cell.title, run.cell.remembered
    if reason := no_gradient(run):
        return f"in the {title} {reason}"
    felt = run.gradients.sequence_norms[name][sequence].astype(float)
    of = f"the {title}'s {name}"
    if not felt[-1] > 0:
        return f"{of} feels nothing at the last step"
    sizes = np.abs(run.gradients.states[name][:, sequence]).max(axis=0)
    pale = np.flatnonzero(sizes < top / 10**theme.DECADES)
    times = "of" if felt[0] <= felt[-1] else "times"
    left = f"{ratio(felt[0], felt[-1])} {times} it at t = 1"
    if len(pale):
        return f"{of} **fades out at t = {pale[-1] + 1}** ({left})"
    return f"{of} **stays lit to t = 1** ({left})"
