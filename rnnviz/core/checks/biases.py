"""What each gate's pre-activation is felt as, step by step: together it is the bias's gradient."""

import numpy as np

from rnnviz.core import recompute
from rnnviz.core.checks import rounding
from rnnviz.core.checks.check import Unchecked, Verdict, broken, compare, epsilon, plural
from rnnviz.core.types import Pass

_MOST = 20_000  # steps times sequences that are added


def felt(run: Pass) -> list[Verdict]:
    """sum of dL/dz over steps and sequences = dL/db, for every gate."""
    what = "sum of dL/dz over steps and sequences"
    unfit = broken(what, run)
    if unfit:
        return [unfit]
    T_x, m = run.trace.T_x, run.trace.m
    if T_x * m > _MOST:
        return [Unchecked(what, f"{T_x * m:,} steps are too many to be added here")]
    every = [recompute.gate_gradients(run, sequence, np.arange(T_x))[0] for sequence in range(m)]
    added, exact, size = [], [], []
    gates = [gate for gate in run.cell.gates if gate.bias]
    if not gates:
        return [Unchecked(what, f"the {run.cell.title} has no biases")]
    for gate in gates:
        dz = np.concatenate([one[gate.name] for one in every], axis=1).astype(float)
        added.append(dz.sum(axis=1))
        size.append(np.abs(dz).sum(axis=1))
        exact.append(run.gradients.params[gate.bias][:, 0].astype(float))
    # Each dz once more from its step, twice over where late gates come first, then their sum.
    each = 4 * rounding.step(run) + rounding.total(T_x * m, epsilon(run))
    tolerance = each * np.concatenate(size) + rounding.underflow(run) * T_x * m
    what += f", {plural(tolerance.size, 'number')}"
    source = "dL/db of the whole backward pass, every gate's"
    return [compare(what, np.concatenate(added), np.concatenate(exact), tolerance, source)]
