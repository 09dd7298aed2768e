"""How far each array of a run may lie from the same array computed in another way."""

import numpy as np

from rnnviz import Experiment, run
from rnnviz.core import tidy
from rnnviz.core.checks import rounding, sums
from rnnviz.core.checks.check import epsilon
from rnnviz.core.types import Run
from rnnviz.sentiment import moved
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
    """How far two computations of a review's log-odds may lie apart."""
    return moved.apart(reading, lambda other: other.log_odds)


def probability(reading: Reading) -> float:
    """The same of the probabilities of all classes, after any of its words."""
    return moved.apart(reading, lambda other: other.each_class)


def outputs(reading: Reading) -> float:
    """The same of the model's own outputs."""
    return moved.apart(reading, lambda other: other.outputs)


def influence(reading: Reading) -> float:
    """The same of each word's share of the log-odds to first order."""
    return moved.apart(reading, lambda other: other.influence)


def felt(reading: Reading) -> float:
    """The same of what the log-odds feel of what the layer looked into reads."""
    return moved.apart(reading, lambda other: other.run.gradients.x)


def states(reading: Reading) -> float:
    """The same of the states of what is looked into."""
    return moved.apart(reading, lambda other: other.run.trace.states["a"])
