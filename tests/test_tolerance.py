"""A tolerance follows from the run: above every rounding, near it, and as its Jacobians grow."""

import numpy as np
import pytest
import tolerance

from rnnviz import CELLS, Experiment, run
from rnnviz.core import dynamics, tidy
from rnnviz.core.checks import rounding
from rnnviz.core.checks.check import epsilon
from rnnviz.core.engine import forward

every_cell = pytest.mark.parametrize("cell", CELLS)


@every_cell
@pytest.mark.parametrize("loss", ["cross_entropy_every", "upstream_last"])
def test_single_precision_stays_within_it_and_comes_near(cell, loss):
    """Double precision is the exact run here: its own rounding is a billionth of the other's."""
    chosen = {"cell": cell, "loss": loss, "T_x": 12, "init": "glorot", "n_a": 5, "forget_bias": 0.0}
    single, exact = (tidy.arrays(run(Experiment(**chosen, dtype=f"float{n}"))) for n in (32, 64))
    apart = tolerance.apart(Experiment(**chosen, dtype="float32"))
    for name, array in exact.items():
        off, size = np.abs(single[name] - array).max(), max(1, np.abs(array).max())
        assert off <= apart[name] <= 1e-3 * size, name
    # No sum reaches n eps, but none is a thousand times more exact than that.
    assert np.abs(single["a"] - exact["a"]).max() > apart["a"] / 1000


MOVE = 1e-6  # of each number, by itself: small beside it, and large beside its rounding


def rounded(done):
    """At most what each step rounds: (T_x, N) of the joint state, of every number it is made of."""
    trace, cell = done.trace, done.cell
    before = {name: trace.state(name)[:-1, :, 0].T.copy() for name in cell.states}
    x, params = trace.x[:, 0][..., None].copy(), {n: v.copy() for n, v in done.params.items()}

    def after():  # all steps side by side, as the sequences of one step
        states = forward(cell, params, x, before).states.values()
        return np.concatenate([state[..., 0] for state in states]).T

    exact = after()
    total = np.zeros_like(exact)
    shapes = {name: value.shape for name, value in params.items() if name not in cell.readout}
    numbers = [(params[name], at) for name, shape in shapes.items() for at in np.ndindex(shape)]
    numbers += [(array, row) for array in (x, *before.values()) for row in range(len(array))]
    for array, at in numbers:
        old = array[at].copy()
        array[at] = old * (1 + MOVE)
        total += np.abs(after() - exact) / MOVE
        array[at] = old
    others = rounding.OTHERS * epsilon(done) * np.maximum(1, np.abs(exact))
    return rounding.step(done) * total + others


@pytest.mark.slow
@every_cell
@pytest.mark.parametrize("gain", [0.2, 1.0, 2.0])
def test_it_grows_as_the_products_of_the_jacobians(cell, gain):
    """|e_t| <= sum over k of |J_t .. J_{k+1}| |what step k rounds|, for every step t."""
    done = run(Experiment(cell=cell, gain=gain, m=1, T_x=20, seed=2))
    traces = [trace for trace, _ in rounding.neighbours(done)]
    states = [np.concatenate([*trace.states.values()])[:, 0] for trace in traces]
    e = np.max([np.linalg.norm(one - states[0], axis=0) for one in states[1:]], axis=0)
    bounds, reached = [], []  # from every step so far
    for J, each in zip(dynamics.jacobians(done, 0), rounded(done), strict=True):
        reached = [J @ product for product in reached] + [np.diag(each)]
        bounds.append(sum(np.linalg.norm(np.abs(product).sum(axis=1)) for product in reached))
    assert (e <= bounds).all()
    # A bound adds all of a step's some hundred terms, and all steps, as if they had one sign.
    assert (e >= np.array(bounds) / 1000).all()


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
