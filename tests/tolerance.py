"""How far each array of a run may lie from the same array computed in another way."""

from dataclasses import replace

import numpy as np

from rnnviz import Experiment, run
from rnnviz.core import losses, tidy, within
from rnnviz.core.checks import rounding
from rnnviz.core.checks.check import epsilon
from rnnviz.core.run import draw
from rnnviz.core.types import Run
from rnnviz.core.unroll import backward


def apart(experiment: Experiment, samples: int = rounding.SAMPLES) -> dict[str, float]:
    """The largest difference that rounding explains, by the names of `tidy.arrays`."""
    done, target = run(experiment), draw(experiment).target

    def again(params, trace) -> Run:
        loss = losses.evaluate(experiment.loss, trace, params, target)
        gradients = backward(trace, loss.upstream)
        gradients.params.update(loss.readout)
        return replace(
            done, params=params, trace=trace, losses=loss.losses, upstream=loss.upstream,
            gradients=gradients,
        )  # fmt: skip

    exact, *moved = (again(*one) for one in rounding.neighbours(done, samples))
    arrays, others = tidy.arrays(exact), [tidy.arrays(one) for one in moved]
    last, least = last_sums(exact, epsilon(done), rounding.steps(done)), rounding.underflow(done)
    return {
        name: 2 * (rounding.grown(array, [one[name] for one in others]) + last[name] + least)
        for name, array in arrays.items()
    }


def last_sums(done: Run, eps: float, steps: float) -> dict[str, float]:
    """What the sums over units, sequences and steps round that come after the steps."""
    e, trace = done.experiment, done.trace
    columns, (W, b) = e.m * e.T_x, done.cell.readout
    found = {name: steps * np.abs(array).max() for name, array in tidy.arrays(done).items()}
    sizes = terms(done)
    for name, size in sizes.items():
        found[name] += rounding.total(columns, eps) * size
    for name in done.gradients.norms:
        found[f"norm_d{name}"] += rounding.total(e.n_a * e.m, eps) * found[f"norm_d{name}"] / steps
    a = np.abs(trace.states["a"])
    if e.loss.startswith("cross_entropy"):  # its dL/d(logit) is (y - 1 or 0) / m, its loss log y
        counted = e.T_x if e.loss.endswith("_every") else 1
        found[f"d{W}"] += rounding.total(counted * e.m, eps) * counted * a.max()
        found[f"d{b}"] += rounding.total(counted * e.m, eps) * counted
        found["loss"] += steps * max(1, (np.abs(done.params[W]).sum(axis=1) * a.max()).max())
    else:
        size = (a * np.abs(done.upstream)).sum(axis=(0, 1)).max()
        found["loss"] += rounding.total(e.n_a * e.m, eps) * size
    return found


def terms(done: Run) -> dict[str, float]:
    """The largest sum of |dz| |what the gate saw| over steps and sequences, by gradient."""
    trace, cell = done.trace, done.cell
    found = {}
    each = [
        within.felt_by_blocks(done, s, np.arange(trace.T_x))[0] for s in range(trace.x.shape[1])
    ]
    for gates, operand in zip((cell.gates, cell.late_gates), trace.operands, strict=True):
        for gate in gates:
            size = sum(
                np.abs(dz[gate.name]) @ np.abs(operand[: trace.T_x, :, s])
                for s, dz in enumerate(each)
            )
            for name in (*gate.weights, gate.bias):
                found[f"d{name}"] = float(size.max())
    return found
