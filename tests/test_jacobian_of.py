"""What a step's Jacobian hangs on follows from the equations, and is what it hangs on."""

import numpy as np
import pytest

from rnnviz import CELLS
from rnnviz.core import dynamics
from rnnviz.core.cells import Cell
from rnnviz.core.engine import backward, forward
from rnnviz.core.types import Pass

EVERY = dict(CELLS) | {
    f"rnn, {name}": CELLS["rnn"].with_activation(name) for name in ("linear", "relu", "softmax")
}
every_cell = pytest.mark.parametrize("cell", EVERY.values(), ids=EVERY)


def passed(cell: Cell, x=0.0, before=0.0) -> Pass:
    """A run of this cell, and the same with other inputs, or from other states."""
    n_a, T_x, random = 4, 6, np.random.RandomState(3)
    params = {key: random.randn(*shape) for key, shape in cell.shapes(2, n_a, 2).items()}
    signal = random.randn(2, 3, T_x) + x * random.randn(2, 3, T_x)
    initial = {key: random.rand(n_a, 3) + 0.5 for key in cell.states}
    initial = {key: value + before * random.rand(n_a, 3) for key, value in initial.items()}
    trace = forward(cell, params, signal, initial)
    upstream = random.randn(n_a, 3, T_x)
    return Pass(cell, params, trace, np.zeros(T_x), upstream, backward(trace, upstream))


def differs(cell: Cell, **moved) -> bool:
    """Whether any Jacobian is another one in the moved run."""
    each = (dynamics.jacobians(passed(cell, **one)) for one in ({}, moved))
    return not np.array_equal(*each)


@every_cell
def test_it_hangs_on_what_is_said_alone(cell):
    on = cell.derived.jacobian_of
    assert differs(cell, x=1.0) == ("x" in on)
    assert differs(cell, before=1.0) == any(f"{state}_prev" in on for state in cell.states)
    every = dynamics.jacobians(passed(cell))
    assert cell.derived.steady == bool((every == every[0, 0]).all())


@every_cell
def test_what_is_linear_moves_as_its_jacobian_says(cell):
    """A difference of states is carried on by J alone, however large it is, beside no corner."""
    one, other = passed(cell), passed(cell, before=1e-3)
    J = dynamics.jacobians(one)[:, 0]
    first, then = (
        np.concatenate([each.trace.state(key)[:2] for key in cell.states], axis=1)
        for each in (one, other)
    )
    apart = then - first
    carried = np.einsum("sij,js->is", J, apart[0])
    size = 100 * np.finfo(float).eps * max(1, np.abs(first).max()) * max(1, np.abs(J).max())
    same = np.abs(apart[1] - carried).max() <= size * J.shape[-1]
    assert same == cell.derived.linear
