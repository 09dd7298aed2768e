"""How far apart two computations of one run may lie: from its arithmetic and its own dynamics.

A computed product of n terms is the exact product with a matrix whose entries are moved by at most
n eps of themselves, in whatever order it was added up (Higham 2002, Accuracy and Stability of
Numerical Algorithms, section 3.5). What step k rounds has grown by J_t .. J_{k+1} when it reaches
step t, and by the transposed product on the gradient's way back. That growth is measured: the run
is carried out again in double precision with every number it is made of moved by n eps, up or down
at random, and the largest of a few such moves is taken (Kenney & Laub 1994, Small-sample
statistical condition estimates: all of k samples are ten times too small with a probability of
about 0.06^k). No product is as wrong as that: n roundings at random come to about sqrt(n) eps / 2.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from rnnviz.core import losses
from rnnviz.core.checks.check import epsilon
from rnnviz.core.run import draw
from rnnviz.core.types import Run, Trace
from rnnviz.core.unroll import backward, forward

SAMPLES = 3
_OTHERS = 8  # roundings of a step besides its products: tanh, 1/2 + .., f c + i k, o tanh(c)
Params = Mapping[str, np.ndarray]
Measure = Callable[[Trace, Params], np.ndarray | float]
Evaluate = Callable[[Trace, Params], losses.Loss]


def step(run: Run) -> float:
    """What one step rounds, relative to the size of its terms: eps (n_a + n_x + 1 + 8)."""
    return epsilon(run) * (run.trace.n_a + run.trace.x.shape[-3] + 1 + _OTHERS)


def steps(run: Run) -> float:
    """What all steps round where nothing grows: a state that keeps itself gathers T_x of them."""
    return step(run) + epsilon(run) * run.trace.T_x


def underflow(run: Run) -> float:
    """What is lost of numbers near zero: every term of a step's sums may be flushed to it."""
    tiny = float(np.finfo(run.trace.outputs.dtype).tiny)
    return tiny * run.trace.T_x * step(run) / epsilon(run)


def total(terms: int, eps: float) -> float:
    """What a sum of many terms rounds, relative to the sum of their sizes.

    4 sqrt(n) eps, where that is less than n eps: to exceed it has a probability below 1e-10 (Higham
    & Mary 2019, A new approach to probabilistic rounding error analysis, theorem 2.4).
    """
    return eps * min(terms, 4 * terms**0.5)


def apart(run: Run, measure: Measure, size: float = 0.0, samples: int = SAMPLES) -> float:
    """How far two computations of `measure(trace, params)` may differ, since both round.

    `size` is that of the terms that are rounded last, where they exceed what they add up to.
    """
    exact, *moved = (np.asarray(measure(*one)) for one in neighbours(run, samples))
    last = steps(run) * max(float(size), float(np.abs(exact).max(initial=0)))
    return 2 * (grown(exact, moved) + last + underflow(run))


def apart_after(
    run: Run, measure: Callable[[Run], float], size: float = 0.0, samples: int = SAMPLES
) -> float:
    """The same where what is measured needs the way back: a number of an experiment's Run."""
    return apart(run, lambda *one: measure(carried_back(run, *one)), size, samples)


def carried_back(run: Run, trace: Trace, params: Params, evaluate: Evaluate | None = None) -> Run:
    """A neighbour with its gradients, of `evaluate`'s loss or of the experiment's."""
    if evaluate is None:
        target = draw(run.experiment).target
        loss = losses.evaluate(run.experiment.loss, trace, params, target)
    else:
        loss = evaluate(trace, params)
    gradients = backward(trace, loss.upstream)
    gradients.params.update(loss.readout)
    return replace(
        run, params=params, trace=trace, losses=loss.losses, upstream=loss.upstream,
        gradients=gradients,
    )  # fmt: skip


def grown(exact: np.ndarray, moved: list[np.ndarray]) -> float:
    """How far the moved runs' numbers lie from the exact ones."""
    with np.errstate(all="ignore"):
        return max(float(np.abs(one - exact).max(initial=0)) for one in moved)


def neighbours(run: Run, samples: int = SAMPLES) -> Iterator[tuple[Trace, dict[str, np.ndarray]]]:
    """Trace and parameters in double precision: as they are, then `samples` times moved."""
    random = np.random.default_rng(run.trace.T_x)

    def moved(values, by):
        exact = np.array(values, float)
        return exact * (1 + _either(by, exact.shape, random)) if by else exact

    for by in (0.0, *[step(run)] * samples):
        params = {name: moved(values, by) for name, values in run.params.items()}
        initial = {name: moved(values, by) for name, values in run.trace.initial.items()}
        trace = forward(run.cell, params, moved(run.trace.x, by), initial)
        if by:
            _round_again(trace, _OTHERS * epsilon(run), random)
        yield trace, params


def _round_again(trace: Trace, by: float, random: np.random.Generator) -> None:
    """Move what the way back sees: of a saturated unit's 1 - a^2 only the rounding may be left."""
    for values in (*trace.squashed, *map(trace.state, trace.cell.states), *trace.internals):
        if values is not None:
            values *= 1 + _either(by, values.shape, random)
    for gates in trace.sigmoids():  # 1/2 + tanh(z/2)/2 is rounded as the 1/2 is
        if gates is not None:
            gates += _either(by, gates.shape, random)


def _either(by: float, shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    """by or -by, at random."""
    return np.array([-by, by])[random.integers(0, 2, shape, np.int8)]
