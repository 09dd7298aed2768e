"""What is generated from equations is what complex steps through a plain walk of them give."""

import numpy as np
import pytest
import reference
from random_cells import cells

from rnnviz import CELLS
from rnnviz.core import dynamics, recompute
from rnnviz.core.engine import backward, forward, workspace
from rnnviz.core.types import Pass

EPS = float(np.finfo(float).eps)
N_X, N_A, M, T_X = 2, 3, 2, 4
COUNT = 300


def drawn(cell, seed):
    random = np.random.default_rng(seed)
    params = {n: random.standard_normal(s) / 2 for n, s in cell.shapes(N_X, N_A, 2).items()}
    x = random.standard_normal((N_X, M, T_X))
    initial = {name: random.standard_normal((N_A, M)) / 2 for name in cell.states}
    return params, x, initial, random.standard_normal((N_A, M, T_X))


def close(here, there, what):
    """A few operations a step, each as large as its slope: what they round, over the whole run."""
    size = max(1.0, float(np.abs(there).max(initial=0)))
    np.testing.assert_allclose(here, there, rtol=0, atol=500 * T_X * EPS * size, err_msg=what)


def check(cell, seed):
    params, x, initial, up = drawn(cell, seed)
    inner = {name: params[name] for name in params if name not in cell.readout}
    trace = forward(cell, params, x, initial)
    walked = reference.states(cell, inner, x, initial)
    size = max(float(np.abs(states).max()) for states in walked.values())
    for name, states in walked.items():
        close(trace.states[name], np.moveaxis(states, 0, -1), f"{cell.text}\n{name}")
    if not size < 50:
        return False  # it explodes: what is rounded has grown with it

    def loss(states):
        return np.einsum("tpim,imt->p", states["a"], up)

    slopes = reference.slopes(cell, inner, x, initial, loss)
    grads = backward(trace, up)
    found = grads.params | {"x": grads.x} | {f"initial_{n}": d for n, d in grads.initial.items()}
    assert found.keys() == slopes.keys()
    for name, slope in slopes.items():
        close(found[name], slope, f"{cell.text}\nd{name}")
    run = Pass(cell, params, trace, np.zeros(T_X), up, grads)
    d = {name: np.zeros((N_A, M)) for name in cell.states}
    J = dynamics.jacobians(run)
    for t in reversed(range(T_X)):
        d["a"] = d["a"] + up[..., t]
        joint = np.concatenate(list(d.values()))
        joint = np.stack([J[s, t].T @ joint[:, s] for s in range(M)], axis=-1)
        d = dict(zip(cell.states, np.split(joint, len(cell.states)), strict=True))
    for name, state in d.items():
        close(state, grads.initial[name], f"{cell.text}\nJacobians, d{name}")
    felt = [recompute.gate_gradients(run, s, np.arange(T_X))[0] for s in range(M)]
    for gate in cell.gates:
        if gate.bias:
            whole = sum(one[gate.name].sum(axis=1) for one in felt)
            close(whole, grads.params[gate.bias][:, 0], f"{cell.text}\ndz of {gate.name}")
    return True


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_random_cells_agree_with_complex_steps(part, monkeypatch):
    judged = 0
    for seed, cell in cells(COUNT // 10, 10_000 * part):
        length = seed % 4  # of a chunk; 0: as long as it is
        step_bytes = len(cell.gates) * N_A * M * 8
        monkeypatch.setattr(workspace, "_MOST_BYTES", length * step_bytes or 1 << 20)
        monkeypatch.setattr(workspace, "_LARGE", 1 if seed % 8 < 4 else 1 << 13)
        judged += check(cell, seed)
        workspace._kept.clear()
    assert judged > 0.8 * COUNT / 10


@pytest.mark.parametrize("name", CELLS)
def test_registered_cells_agree_with_complex_steps(name):
    assert check(CELLS[name], 1)
