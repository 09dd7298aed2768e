"""A tolerance follows from the run: above every rounding, near it, and as its Jacobians grow."""

import numpy as np
import pytest
import tolerance

from rnnviz import CELLS, Experiment, run
from rnnviz.core import dynamics, tidy
from rnnviz.core.checks import rounding

every_cell = pytest.mark.parametrize("cell", CELLS)


@every_cell
@pytest.mark.parametrize("loss", ["cross_entropy_every", "upstream_last"])
def test_single_precision_stays_within_it_and_comes_near(cell, loss):
    """Double precision is the exact run here: its own rounding is a billionth of the other's."""
    chosen = {"cell": cell, "loss": loss, "T_x": 12, "init": "glorot"}
    single, exact = (tidy.arrays(run(Experiment(**chosen, dtype=f"float{n}"))) for n in (32, 64))
    apart = tolerance.apart(Experiment(**chosen, dtype="float32"))
    for name, array in exact.items():
        off, size = np.abs(single[name] - array).max(), max(1, np.abs(array).max())
        assert off <= apart[name] <= 1e-3 * size, name
    # No sum reaches n eps, but none is a thousand times more exact than that; of what is linear
    # in numbers far below 1 the sum itself is that much smaller.
    assert np.abs(single["a"] - exact["a"]).max() > apart["a"] / 1000


@every_cell
@pytest.mark.parametrize("gain", [0.2, 1.0, 2.0])
def test_it_grows_as_the_products_of_the_jacobians(cell, gain):
    """|e_t| <= sum over k of ||J_t .. J_{k+1}|| |what step k rounds|, for every step t."""
    done = run(Experiment(cell=cell, gain=gain, m=1, T_x=20, seed=2))
    traces = [trace for trace, _ in rounding.neighbours(done)]
    states = [np.concatenate([*trace.states.values()])[:, 0] for trace in traces]
    e = np.max([np.linalg.norm(one - states[0], axis=0) for one in states[1:]], axis=0)
    rows = max(np.abs(W).sum(axis=1).max() for W in done.trace.weights)
    terms = rows * max(1, np.abs(done.trace.operands[0]).max())
    size = max(1, np.abs(states[0]).max())  # what a gate multiplies
    each = rounding.step(done) * terms * size * len(states[0]) ** 0.5
    bounds = []
    reached = [np.eye(len(states[0]))]  # from every step so far, and the initial state
    for J in dynamics.jacobians(done, 0):
        reached = [J @ product for product in reached] + [np.eye(len(J))]
        bounds.append(each * sum(np.linalg.norm(product, 2) for product in reached))
    assert (e <= bounds).all()
    # A bound takes the largest row and the steepest gate at every step; saturated ones are flat.
    # (And the largest state, which a memory that never forgets, or a stabiliser, makes large.)
    assert cell == "lstm97" or (e >= np.array(bounds) / 10_000).all()


def test_a_sum_is_allowed_what_its_length_says():
    eps = float(np.finfo(np.float32).eps)
    assert rounding.total(1, eps) == eps and rounding.total(10_000, eps) == 400 * eps
    random = np.random.default_rng(0)
    for terms in (10, 1000, 100_000):
        numbers = random.standard_normal(terms).astype(np.float32)
        added = np.float32(0)
        for number in numbers:  # in the worst order there is: one after another
            added += number
        off = abs(float(added) - numbers.sum(dtype=float))
        assert off <= rounding.total(terms, eps) * np.abs(numbers).sum(dtype=float)
