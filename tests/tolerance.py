"""How far each array of a run may lie from the same array computed in another way."""

import numpy as np

from rnnviz import Experiment, run
from rnnviz.core import tidy
from rnnviz.core.checks import rounding, sums
from rnnviz.core.checks.check import epsilon
from rnnviz.core.engine import backward
from rnnviz.core.types import Run
from rnnviz.sentiment.reading import Reading

FLOAT32 = float(np.finfo(np.float32).eps)  # relative, of what a picture holds in single precision


def apart(experiment: Experiment, samples: int = rounding.SAMPLES) -> dict[str, float]:
    """The largest difference that rounding explains, by the names of `tidy.arrays`."""
    done = run(experiment)
    exact, *moved = (
        tidy.arrays(rounding.carried_back(done, *one)) for one in rounding.neighbours(done, samples)
    )
    last = last_sums(done)
    return {
        name: 2 * (rounding.grown(array, [one[name] for one in moved]) + last[name])
        for name, array in exact.items()
    }


def last_sums(done: Run) -> dict[str, float]:
    """What is rounded when all has grown: each step's own sums, and those over the whole run."""
    e, a, eps = done.experiment, np.abs(done.trace.states["a"]), epsilon(done)
    steps, least = rounding.steps(done), rounding.underflow(done)
    sizes = {name: float(np.abs(array).max()) for name, array in tidy.arrays(done).items()}
    last = {name: steps * size + least for name, size in sizes.items()}
    for name, size in sums.terms(done).items():
        last[f"d{name}"] += rounding.total(e.m * e.T_x, eps) * size
    for name in done.gradients.norms:
        last[f"norm_d{name}"] += rounding.total(e.n_a * e.m, eps) * sizes[f"norm_d{name}"]
    W = np.abs(done.params[done.cell.readout[0]])
    if e.loss.startswith("cross_entropy"):  # logits are subtracted from each other
        last["loss"] += steps * max(1.0, float((W.sum(axis=1) * a.max()).max()))
    else:
        size = float((a * np.abs(done.upstream)).sum(axis=(0, 1)).max())
        last["loss"] += rounding.total(e.n_a * e.m, eps) * size
    return last


def log_odds(reading: Reading) -> float:
    """How far two computations of a review's log-odds may lie apart, after any of its words."""
    names = reading.run.cell.readout

    def after_each(trace, params):
        W, b = (params[name] for name in names)
        a = trace.states["a"][:, 0]
        if reading.pool == "max":  # where the empty state takes part, no word is below 0
            a = np.maximum.accumulate(a, axis=1)
            a = a.clip(0) if reading.empty else a
        return (W[1] - W[0]) @ a + b[1] - b[0]

    size = sum(np.abs(np.diff(reading.run.params[name], axis=0)).sum() for name in names)
    return rounding.apart(reading.run, after_each, size)  # no state is beyond 1


def probability(reading: Reading) -> float:
    """The same of its probability: a sigmoid is nowhere steeper than 1/4, and rounds its result."""
    return log_odds(reading) / 4 + rounding.step(reading.run)


def felt(reading: Reading) -> float:
    """The same of what the log-odds feel of the words' numbers."""
    upstream = reading.run.upstream.astype(float)
    return rounding.apart(reading.run, lambda trace, params: backward(trace, upstream).x)
