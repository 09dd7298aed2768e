"""What would have happened: nothing where nothing is done, and what is done from its step on."""

import numpy as np
import pytest
from kinds import KINDS

import rnnviz
from rnnviz.core import dynamics
from rnnviz.core.cells import CELLS
from rnnviz.core.dynamics import Surgery, distance, operated
from rnnviz.core.errors import ExperimentError


def run(cell="lstm", **fields):
    return rnnviz.run(rnnviz.Experiment(cell=cell, **{"n_a": 5, "m": 3, "T_x": 12} | fields))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("cell", CELLS)
def test_nothing_done_changes_not_one_bit(cell, dtype):
    done = run(cell, dtype=dtype)
    for t in (1, 6):
        for name, after in operated(done, Surgery(t)).items():
            assert after.tobytes() == done.trace.states[name].tobytes()


@pytest.mark.parametrize("cell", CELLS)
def test_a_gate_held_is_held_from_its_step_on(cell):
    done = run(cell, m=2)
    for gate in done.cell.shown_gates:
        after = operated(done, Surgery(4, hold={gate.letter: 0.25}))
        apart = distance(done, after)
        assert (apart[:, :3] == 0).all() and (apart[:, 3:] > 0).any()


def test_open_and_shut_gates_keep_the_memory_to_the_bit():
    done = run("lstm")
    c = operated(done, Surgery(5, hold={"f": 1.0, "i": 0.0}))["c"]
    assert (c[:, :, 4:] == done.trace.states["c"][:, :, 3:4]).all()


def test_a_gate_held_at_a_value_is_the_formula():
    """c = f c_prev + i k with f held, each step from the other run's own states."""
    done = run("lstm")
    after = operated(done, Surgery(3, hold={"f": 0.5}))
    params, x = done.params, done.trace.x
    for t in range(2, 12):
        seen = np.concatenate([after["a"][:, :, t - 1], x[:, :, t]])
        i, o, k = (params[f"W{n}"] @ seen + params[f"b{n}"].reshape(-1, 1) for n in "ioc")
        i, o, k = 1 / (1 + np.exp(-i)), 1 / (1 + np.exp(-o)), np.tanh(k)
        c = 0.5 * after["c"][:, :, t - 1] + i * k
        assert np.abs(c - after["c"][:, :, t]).max() < 1e-13
        assert np.abs(o * np.tanh(c) - after["a"][:, :, t]).max() < 1e-13


@pytest.mark.parametrize("cell", KINDS)
def test_an_ablated_unit_is_silent_in_every_state(cell):
    done = run(cell)
    after = operated(done, Surgery(4, ablated=(1, 3)))
    for name, states in after.items():
        assert not states[[1, 3], :, 3:].any()
        assert (states[:, :, :3] == done.trace.states[name][:, :, :3]).all()
    assert distance(done, after)[:, 4:].any()


@pytest.mark.parametrize("cell", KINDS)
def test_a_small_push_is_carried_by_the_jacobians(cell):
    done = run(cell, m=1, init="orthogonal", gain=0.9)
    n_a, size = done.trace.n_a, 1e-7
    random = np.random.RandomState(3)
    push = {name: size * random.standard_normal(n_a) for name in done.cell.states}
    after = operated(done, Surgery(7, push=push))
    moved = np.concatenate([after[n] - done.trace.states[n] for n in done.cell.states])[:, 0]
    d = np.concatenate([push[name] for name in done.cell.states])
    for t, J in zip(range(6, 12), dynamics.jacobians(done, 0, range(6, 12)), strict=True):
        d = J @ d
        assert np.abs(moved[:, t] - d).max() < 1e-3 * size * max(1, np.abs(J).max())


def test_the_distance_is_over_all_states():
    done = run("lstm")
    others = {name: states + 1.0 for name, states in done.trace.states.items()}
    assert np.allclose(distance(done, others), np.sqrt(10.0), rtol=1e-15)


@pytest.mark.parametrize(
    "surgery, sentence",
    [
        (Surgery(0), "t must be between 1 and 12"),
        (Surgery(13), "t must be between 1 and 12"),
        (Surgery(1, hold={"q": 1.0}), "what is held must be one of a, c, f, i, k, o, got q"),
        (Surgery(1, push={"c": np.zeros(4)}), "numbers, got c of shape"),
        (Surgery(1, push={"z": np.zeros(5)}), "a push must be of a or c"),
        (Surgery(1, ablated=(5,)), "unit must be between 0 and 4"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(surgery, sentence):
    with pytest.raises(ExperimentError, match=sentence):
        operated(run("lstm"), surgery)
