"""How far rounding may carry a run's gradients: what has grown, and the sums over all steps."""

import numpy as np

from rnnviz.core import recompute
from rnnviz.core.checks import rounding
from rnnviz.core.checks.check import epsilon
from rnnviz.core.types import Pass


def gradients(run: Pass) -> dict[str, np.ndarray]:
    """All that the loss may be moved by: parameters, `x`, and `initial_` before a state's name."""
    felt = run.gradients.params
    every = {name: felt[name] for name in run.cell.draws if name in felt} | {"x": run.gradients.x}
    return every | {f"initial_{name}": d for name, d in run.gradients.initial.items()}


def apart(run: Pass, samples: int = rounding.SAMPLES) -> dict[str, float]:
    """How far two computations of each of these gradients may differ, by name."""
    exact, *moved = (
        gradients(rounding.carried_back(run, *one)) for one in rounding.neighbours(run, samples)
    )
    added, columns, allowed = terms(run), run.upstream[0].size, {}
    for name, array in exact.items():
        last = rounding.steps(run) * float(np.abs(array).max())
        last += rounding.total(columns, epsilon(run)) * added.get(name, 0.0)
        grown = rounding.grown(array, [one[name] for one in moved])
        allowed[name] = 2 * (grown + last + rounding.underflow(run))
    return allowed


def terms(run: Pass) -> dict[str, float]:
    """The largest sum of |dz| |what a gate saw| over steps and sequences, by parameter."""
    trace, cell, sizes = run.trace, run.cell, {}
    m, steps = trace.m, np.arange(trace.T_x)
    dz = [recompute.gate_gradients(run, sequence, steps)[0] for sequence in range(m)]
    for stage, operand in zip(cell.stages, trace.operands, strict=True):
        for gate in (cell.gate(block.letter) for block in stage.blocks):
            with np.errstate(all="ignore"):  # an infinite input leaves no sum
                each = [
                    np.abs(one[gate.name]) @ np.abs(operand[: trace.T_x, :, sequence])
                    for sequence, one in enumerate(dz)
                ]
                size = np.sum(each, axis=0)
            names = filter(None, (*gate.weights, gate.bias))
            sizes |= dict.fromkeys(names, float(size.max()))
    sizes |= dict.fromkeys(cell.derived.vectors, max(sizes.values()))
    # A loss feels a logit by (y - 1 or 0) / m, and adds that over its steps and sequences.
    counted = int((np.abs(run.upstream).max(axis=(0, 1)) > 0).sum())
    seen = max(1.0, float(np.abs(trace.states["a"]).max()))
    return sizes | dict.fromkeys(cell.readout, counted * seen)
