"""What each gate's pre-activation is felt as, step by step: together it is the bias's gradient.

A gate without a bias has weights of the inputs: with the first input, it is their first column's.
"""

import numpy as np

from rnnviz.core import recompute
from rnnviz.core.calculus.expression import name as leaf
from rnnviz.core.cells.base import Cell
from rnnviz.core.checks import rounding
from rnnviz.core.checks.check import Unchecked, Verdict, broken, compare, epsilon, plural
from rnnviz.core.types import Pass

_MOST = 20_000  # steps times sequences that are added


def felt(run: Pass) -> list[Verdict]:
    """sum of dL/dz over steps and sequences = dL/db, for every gate; of dL/dz x = dL/dW."""
    what = "sum of dL/dz over steps and sequences"
    unfit = broken(what, run)
    if unfit:
        return [unfit]
    T_x, m = run.trace.T_x, run.trace.m
    if T_x * m > _MOST:
        return [Unchecked(what, f"{T_x * m:,} steps are too many to be added here")]
    every = [recompute.gate_gradients(run, sequence, np.arange(T_x))[0] for sequence in range(m)]
    biases = {gate.name: (gate.bias, 0) for gate in run.cell.gates if gate.bias}
    verdicts = [_added(run, what, every, biases, np.ones((m, T_x)), "dL/db")] if biases else []
    if weights := _of_inputs(run.cell, run.trace.n_a):
        first, what = run.trace.x[0].astype(float), "sum of dL/dz x over steps and sequences"
        verdicts.append(_added(run, what, every, weights, first, "dL/dW"))
    return verdicts


def _of_inputs(cell: Cell, n_a: int) -> dict[str, tuple[str, int]]:
    """The weights that a gate without a bias reads x with, and the column of the first input."""
    return {
        gate.name: (W, n_a * seen.index(leaf("x")))
        for gate, block in zip(cell.gates, cell.derived.blocks, strict=True)
        if not block.bias
        for W, seen in block.matrices
        if leaf("x") in seen
    }


def _added(run: Pass, what: str, every, places, seen: np.ndarray, source: str) -> Verdict:
    """dL/dz of these gates times what is `seen` (m, T_x), against a column of a parameter's."""
    added, exact, size = [], [], []
    for gate, (parameter, column) in places.items():
        dz = np.concatenate([one[gate] * x for one, x in zip(every, seen, strict=True)], axis=1)
        added.append(dz.sum(axis=1))
        size.append(np.abs(dz).sum(axis=1))
        exact.append(run.gradients.params[parameter][:, column].astype(float))
    # Each dz once more from its step, twice over where late gates come first, then their sum.
    each = 4 * rounding.step(run) + rounding.total(seen.size, epsilon(run))
    tolerance = each * np.concatenate(size) + rounding.underflow(run) * seen.size
    what += f", {plural(tolerance.size, 'number')}"
    source += " of the whole backward pass, every gate's"
    return compare(what, np.concatenate(added), np.concatenate(exact), tolerance, source)
