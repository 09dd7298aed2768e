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
from typing import TypeVar

import numpy as np

from rnnviz.core.axes import blocks
from rnnviz.core.checks.check import epsilon
from rnnviz.core.engine import backward, forward
from rnnviz.core.run import draw
from rnnviz.core.types import Pass, Run, Trace

SAMPLES = 3
OTHERS = 8  # roundings of a step besides its products: tanh, 1/2 + .., f c + i k, o tanh(c)
AnyPass = TypeVar("AnyPass", bound=Pass)  # a Run stays one
Params = Mapping[str, np.ndarray]
Measure = Callable[[Trace, Params], np.ndarray | float]


def step(run: Pass) -> float:
    """What one step rounds, relative to the size of its terms: eps (n_a + n_x + 1 + 8)."""
    return epsilon(run) * (run.trace.n_a + run.trace.n_x + 1 + OTHERS)


def steps(run: Pass) -> float:
    """What all steps round where nothing grows: a state that keeps itself gathers T_x of them."""
    return step(run) + epsilon(run) * run.trace.T_x


def underflow(run: Pass) -> float:
    """What is lost of numbers near zero: every term of a step's sums may be flushed to it."""
    tiny = float(np.finfo(run.trace.dtype).tiny)
    return tiny * run.trace.T_x * step(run) / epsilon(run)


def total(terms: int, eps: float) -> float:
    """What a sum of many terms rounds, relative to the sum of their sizes.

    4 sqrt(n) eps, where that is less than n eps: to exceed it has a probability below 1e-10 (Higham
    & Mary 2019, A new approach to probabilistic rounding error analysis, theorem 2.4).
    """
    return eps * min(terms, 4 * terms**0.5)


def apart(run: Pass, measure: Measure, size: float = 0.0, samples: int = SAMPLES) -> float:
    """How far two computations of `measure(trace, params)` may differ, since both round.

    `size` is that of the terms that are rounded last, where they exceed what they add up to.
    """
    exact, *moved = (np.asarray(measure(*one)) for one in neighbours(run, samples))
    last = steps(run) * max(float(size), float(np.abs(exact).max(initial=0)))
    return 2 * (grown(exact, moved) + last + underflow(run))


def apart_after(
    run: AnyPass,
    measure: Callable[[AnyPass], np.ndarray | float],
    size: float = 0.0,
    samples: int = SAMPLES,
) -> float:
    """The same where what is measured needs the way back: a number of a whole Pass."""
    return apart(run, lambda *one: measure(carried_back(run, *one)), size, samples)


def carried_back(run: AnyPass, trace: Trace, params: Params) -> AnyPass:
    """A neighbour with its gradients: of a Run's own loss, judged again.

    The states of a Pass that is no Run are felt in the same direction, wherever they lie, and so is
    its readout.
    """
    losses, upstream, d_params = run.losses, run.upstream.astype(float), run.gradients.params
    if isinstance(run, Run):
        W, b = run.cell.readout
        loss, target = run.experiment.objective, draw(run.experiment).target
        judged = loss.evaluate(trace.states["a"], params[W], params[b], target)
        losses, upstream, d_params = judged.losses, judged.upstream, {W: judged.dW, b: judged.db}
    gradients = backward(trace, upstream)
    gradients = replace(gradients, params={**d_params, **gradients.params})
    return replace(
        run, params=params, trace=trace, losses=losses, upstream=upstream, gradients=gradients
    )


def grown(exact: np.ndarray, moved: list[np.ndarray]) -> float:
    """How far the moved runs' numbers lie from the exact ones."""
    with np.errstate(all="ignore"):
        return max(float(np.abs(one - exact).max(initial=0)) for one in moved)


def neighbours(run: Pass, samples: int = SAMPLES) -> Iterator[tuple[Trace, dict[str, np.ndarray]]]:
    """Trace and parameters in double precision: as they are, then `samples` times moved."""
    random = np.random.default_rng(run.trace.T_x)

    def moved(values, by):
        exact = np.array(values, float)
        return exact * (1 + either(by, exact.shape, random)) if by else exact

    for by in (0.0, *[step(run)] * samples):
        params = {name: moved(values, by) for name, values in run.params.items()}
        initial = {name: moved(values, by) for name, values in run.trace.initial.items()}
        trace = forward(run.cell, params, moved(run.trace.x, by), initial)
        if by:
            round_again(trace, OTHERS * epsilon(run), random)
        yield trace, params


def round_again(trace: Trace, by: float, random: np.random.Generator) -> None:
    """Move what the way back sees: of a saturated unit's 1 - a^2 only the rounding may be left."""
    states = map(trace.state, trace.cell.states)
    for values in (*trace.gate_values, *states, *trace.lasting.values()):
        values *= 1 + either(by, values.shape, random)
    every = (block for stage in trace.gate_values for block in blocks(stage, trace.n_a))
    pairs = zip(trace.cell.gates, every, strict=True)
    sigmoids = [block for gate, block in pairs if gate.squash == "sigmoid"]
    derived = trace.cell.derived
    lines = [*derived.values.items(), *((name, node) for node, name in derived.kept.items())]
    opened = {name for name, node in lines if node.op == "sigmoid"}
    sigmoids += [values for name, values in trace.values.items() if name in opened]
    for values in sigmoids:  # 1/2 + tanh(z/2)/2 is rounded as the 1/2 is
        values += either(by, values.shape, random)


def either(by: float, shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    """by or -by, at random."""
    return np.array([-by, by])[random.integers(0, 2, shape, np.int8)]
