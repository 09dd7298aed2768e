"""Laws that every cell in CELLS obeys, whatever its shapes and seed."""

from dataclasses import replace

import numpy as np
import pytest
import tolerance
from differences import assert_slopes, differences
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz import CELLS, Experiment, run, run_many
from rnnviz.core import dynamics, tidy
from rnnviz.core.activations import ACTIVATIONS
from rnnviz.core.checks import rounding
from rnnviz.core.checks.check import weight
from rnnviz.core.engine import backward, forward
from rnnviz.core.initialisers import recurrent_block
from rnnviz.core.losses import LOSSES
from rnnviz.core.run import draw

EPS = float(np.finfo(float).eps)
KINDS = [(name, "tanh") for name in CELLS] + [("rnn", a) for a in ACTIVATIONS if a != "tanh"]
every_kind = pytest.mark.parametrize(("cell", "activation"), KINDS)
every_cell = pytest.mark.parametrize("cell", CELLS)
few = settings(deadline=None, derandomize=True, max_examples=6)
small = {
    "n_x": st.integers(1, 3),
    "n_a": st.integers(1, 4),
    "n_y": st.integers(2, 3),
    "m": st.integers(2, 3),
    "T_x": st.integers(3, 5),
    "seed": st.integers(0, 2**32 - 1),
    "loss": st.sampled_from(
        ["cross_entropy_last", "cross_entropy_every", "upstream_last", "upstream_every"]
    ),
}


def judged(experiment, trace, drawn):
    W, b = (drawn.params[name] for name in trace.cell.readout)
    return LOSSES[experiment.loss].evaluate(trace.states["a"], W, b, drawn.target)


@every_kind
@few
@given(**small)
def test_gradients_agree_with_central_differences(cell, activation, **shapes):
    experiment = Experiment(cell=cell, activation=activation, **shapes)
    kind, drawn = experiment.cell_object, draw(experiment)
    initial = {name: np.full_like(drawn.a0, 0.3) for name in kind.states} | {"a": drawn.a0}
    x = drawn.x

    def loss():
        trace = forward(kind, drawn.params, x, initial)
        return judged(experiment, trace, drawn).losses.sum()

    trace = forward(kind, drawn.params, x, initial)
    if activation == "relu" and np.abs(trace.preactivations["a"]).min() < 1e-3:
        return  # a difference across relu's corner is no derivative
    if np.abs(trace.states["a"]).max() > 1e3:
        return  # nor is one of numbers that have exploded
    seen = judged(experiment, trace, drawn)
    grads = backward(trace, seen.upstream)
    readout = dict(zip(kind.readout, (seen.dW, seen.db), strict=True))
    for name in drawn.params:
        assert_slopes((grads.params | readout)[name], loss, drawn.params[name])
    assert_slopes(grads.x, loss, x)
    for name, state in initial.items():
        assert_slopes(grads.initial[name], loss, state)


@every_kind
def test_a_trace_has_the_public_shapes_and_is_frozen(cell, activation):
    e = Experiment(cell=cell, activation=activation, n_x=2, n_a=4, n_y=3, m=5, T_x=6)
    done = run(e)
    trace, grads = done.trace, done.gradients
    hidden = {**trace.states, **trace.gates, **trace.preactivations, **grads.states}
    assert {array.shape for array in hidden.values()} == {(4, 5, 6)}
    assert trace.x.shape == grads.x.shape == (2, 5, 6) and trace.y.shape == (3, 5, 6)
    assert {name: g.shape for name, g in grads.params.items()} == {
        name: p.shape for name, p in done.params.items()
    }
    assert {norm.shape for norm in grads.norms.values()} == {(6,)}
    assert {norm.shape for norm in grads.sequence_norms.values()} == {(5, 6)}
    assert done.losses.shape == (6,)
    for array in [*hidden.values(), trace.x, trace.y, grads.x]:
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0, 0] = 1
    np.testing.assert_allclose(trace.y.sum(axis=0), 1, rtol=2 * e.n_y * EPS)


@every_cell
def test_gates_are_their_squashed_preactivations(cell):
    done = run(Experiment(cell=cell))
    trace = done.trace
    for gate in (gate for gate in CELLS[cell].gates if gate.squash):
        z, W = trace.preactivations[gate.name], done.params[gate.weights[0]]
        squashed = np.tanh(z) if gate.squash == "tanh" else 1 / (1 + np.exp(-z))
        # No squashing is steeper than 1; a product of all steps at once adds up in another order.
        size = max(1, np.abs(W).sum(axis=1).max() * np.abs(trace.operands[0]).max())
        apart = 2 * rounding.step(done) * size
        np.testing.assert_allclose(trace.gates[gate.name], squashed, rtol=0, atol=apart)
        low, high = gate.range
        assert low <= squashed.min() and squashed.max() <= high


@every_cell
def test_norms_are_norms(cell):
    grads = run(Experiment(cell=cell, loss="upstream_every")).gradients
    for name, state in grads.states.items():
        whole, each = (np.sqrt(np.square(state).sum(axis=axis)) for axis in ((0, 1), 0))
        rounded = 4 * EPS + rounding.total(state[..., 0].size, EPS)
        np.testing.assert_allclose(grads.norms[name], whole, rtol=rounded)
        np.testing.assert_allclose(grads.sequence_norms[name], each, rtol=rounded)


@every_cell
@pytest.mark.parametrize("loss", ["cross_entropy_every", "upstream_last"])
def test_many_seeds_at_once_are_the_same_runs(cell, loss):
    experiment = Experiment(cell=cell, loss=loss, T_x=9)
    many = run_many(experiment, [3, 1, 4])
    for index, seed in enumerate([3, 1, 4]):
        alone = replace(experiment, seed=seed)
        one, apart = run(alone), tolerance.apart(alone)

        def same(here, there, name, index=index, apart=apart):
            np.testing.assert_allclose(here[index], there, rtol=0, atol=apart[name])

        for name, state in one.trace.states.items():
            same(many.trace.states[name], state, name)
            same(many.gradients.states[name], one.gradients.states[name], f"d{name}")
        for name, gradient in one.gradients.params.items():
            same(many.gradients.params[name], gradient, f"d{name}")
        same(many.gradients.norms["a"], one.gradients.norms["a"], "norm_da")
        same(many.losses, one.losses, "loss")


@every_cell
def test_single_precision_follows_double(cell):
    runs = [run(Experiment(cell=cell, dtype=dtype, T_x=5)) for dtype in ("float32", "float64")]
    assert runs[0].trace.states["a"].dtype == runs[0].gradients.x.dtype == np.float32
    apart = tolerance.apart(runs[0].experiment)
    assert max(apart["a"], apart["da"]) < 1e-3
    single, double = (tidy.arrays(one) for one in runs)
    for name, array in double.items():
        np.testing.assert_allclose(single[name], array, rtol=0, atol=apart[name], err_msg=name)


@every_cell
def test_reused_memory_holds_nothing_of_the_run_before(cell):
    first, second = (draw(Experiment(cell=cell, seed=s, n_a=5, T_x=7)) for s in (1, 2))
    kind, up = CELLS[cell], np.ones((5, 10, 7))
    fresh = forward(kind, second.params, second.x, {"a": second.a0})
    fresh_grads = backward(fresh, up)
    reused = forward(kind, first.params, first.x, {"a": first.a0})
    grads = backward(reused, up)
    for _ in range(2):  # the second time the views are kept as well
        reused = forward(kind, second.params, second.x, {"a": second.a0}, into=reused)
        grads = backward(reused, up, into=grads)
        assert (reused.states["a"] == fresh.states["a"]).all()
        assert (reused.y == fresh.y).all()
        assert (grads.x == fresh_grads.x).all()
        for name, gradient in fresh_grads.params.items():
            assert (grads.params[name] == gradient).all()
        for name, z in fresh.preactivations.items():
            assert (reused.preactivations[name] == z).all()


@every_cell
def test_a_way_back_leaves_out_losses_that_are_zero_and_inputs_that_nobody_asks_for(cell):
    experiment = Experiment(cell=cell, loss="upstream_last", T_x=7)
    done = run(experiment)
    assert not done.upstream[..., :-1].any()
    grads, readout = None, done.cell.readout
    for _ in range(2):  # the second time in the same memory
        grads = backward(done.trace, None, {"a": done.upstream[..., -1]}, grads, inputs=False)
        assert grads.x.shape == (0, *done.gradients.x.shape[1:])
    params = {**grads.params, **{name: done.gradients.params[name] for name in readout}}
    short = tidy.arrays(replace(done, gradients=replace(grads, params=params)))
    whole = tidy.arrays(done)
    # A product of fewer rows may add in another order.
    for name, off in tolerance.apart(experiment).items():
        if name not in ("dx", "norm_dx"):
            np.testing.assert_allclose(short[name], whole[name], rtol=0, atol=off, err_msg=name)


@every_kind
def test_jacobians_against_central_differences(cell, activation):
    experiment = Experiment(cell=cell, activation=activation, n_a=3, m=2, T_x=4)
    done = run(experiment)
    kind, trace = experiment.cell_object, done.trace
    t, sequence = 2, 1
    x = trace.x[..., t : t + 1].copy()
    before = {name: trace.state(name)[t].copy() for name in kind.states}

    def after():
        stepped = forward(kind, done.params, x, before)
        return np.concatenate([stepped.states[name][:, sequence, 0] for name in kind.states])

    J = dynamics.jacobians(done)[sequence, t]
    for row in range(len(J)):
        parts = np.split(J[row], len(before))
        for part, state in zip(parts, before.values(), strict=True):
            slopes, off = differences(lambda row=row: after()[row], state)
            np.testing.assert_allclose(part, slopes[:, sequence], rtol=0, atol=off)


@every_kind
def test_backpropagation_is_the_product_of_the_jacobians(cell, activation):
    experiment = Experiment(cell=cell, activation=activation, loss="upstream_last", T_x=6, m=2)
    done = run(experiment)
    grads, n_a, jacobians = done.gradients, experiment.n_a, dynamics.jacobians(done)
    apart = tolerance.apart(experiment)
    for sequence in range(2):
        # At the end the memory is felt through the hidden state only.
        d = np.zeros(n_a * len(done.cell.states))
        d[:n_a] = done.upstream[:, sequence, -1]
        for k in reversed(range(6)):
            here = grads.states["a"][:, sequence, k]
            np.testing.assert_allclose(d[:n_a], here, rtol=0, atol=apart["da"])
            d = jacobians[sequence, k].T @ d
        for name, part in zip(done.cell.states, np.split(d, len(done.cell.states)), strict=True):
            here = grads.initial[name][:, sequence]
            np.testing.assert_allclose(part, here, rtol=0, atol=apart[f"dinitial_{name}"])


@every_kind
@pytest.mark.parametrize("loss", ["upstream_every", "cross_entropy_every"])
def test_the_items_sum_to_the_gradient(cell, activation, loss):
    experiment = Experiment(cell=cell, activation=activation, loss=loss, T_x=9)
    done, apart = run(experiment), tolerance.apart(experiment)["da"]
    whole, drawn = done.gradients.states["a"], dynamics.itemised(done)
    for k, items in dynamics.gradients_by_loss_step(done):
        # Each of them has rounded on its way, whether they cancel at the end or not.
        each = rounding.steps(done) * weight(done) * np.abs(items).sum(axis=0).max()
        np.testing.assert_allclose(items.sum(axis=0), whole[..., k], rtol=0, atol=apart + each)
        norms = np.sqrt(np.square(items).sum(axis=(1, 2)))
        rounded = 4 * EPS + rounding.total(items[0].size, EPS)
        np.testing.assert_allclose(drawn[k:, k], norms, rtol=rounded)
    assert np.isnan(drawn[np.triu_indices(9, 1)]).all()


@every_cell
def test_chosen_items_are_rows_of_all_items(cell):
    done = run(Experiment(cell=cell, loss="upstream_every", T_x=12))
    some, every = dynamics.itemised(done, [2, 7, 11]), dynamics.itemised(done)
    # Other columns beside them, and so another order of sums.
    walked = 2 * rounding.steps(done) * weight(done)
    np.testing.assert_allclose(some, every[[2, 7, 11]], rtol=walked)
    values = dynamics.singular_values(done, 3, [0, 5])
    J = dynamics.jacobians(done, 3)[[0, 5]]
    exact = np.linalg.svd(J, compute_uv=False)
    apart = 2 * rounding.step(done) * weight(done) * max(1, exact.max())
    np.testing.assert_allclose(values, exact, rtol=0, atol=apart)


@every_cell
def test_an_initialiser_is_what_it_says(cell):
    kind = CELLS[cell]
    chain = np.diag([1.0] * 6) + np.diag([2.0] * 5, 1)  # twice: half, and one beside it
    for init in ("orthogonal", "identity", "chain", "glorot"):
        e = Experiment(cell=cell, init=init, n_a=6, gain=2.0, forget_bias=0.0)
        params = draw(e).params
        blocks = [
            block
            for gate in kind.gates
            for name in gate.weights
            if (block := recurrent_block(kind, name, params[name])) is not None
        ]
        for block in blocks:
            assert block.shape == (6, 6)
            if init in ("orthogonal", "identity"):
                # A decomposition of 6 x 6 and a product of 6 terms, each of numbers up to 4.
                apart = 2 * 6 * 4 * EPS
                np.testing.assert_allclose(block @ block.T, 4 * np.eye(6), rtol=0, atol=apart)
            if init == "identity":
                assert (block == 2 * np.eye(6)).all()
            if init == "chain":
                assert (block == chain).all()
        assert not any(params[gate.bias].any() for gate in kind.gates if gate.bias)
        looks = any(block.looks for block in kind.derived.blocks)
        assert bool(blocks) is looks


def test_a_memory_that_neither_forgets_nor_writes_is_kept_to_the_last_bit():
    lstm, n = CELLS["lstm"], 4
    params = {name: np.zeros(shape) for name, shape in lstm.shapes(2, n, 2).items()}
    params["bf"] += 100.0  # sigmoid(100) is 1 in float64, sigmoid(-1000) is 0
    params["bi"] -= 1000.0
    params["Wc"] += 1.0
    c0 = np.random.default_rng(0).standard_normal((n, 3))
    x = np.random.default_rng(1).standard_normal((2, 3, 50))
    trace = forward(lstm, params, x, {"a": c0, "c": c0})
    assert (trace.states["c"] == c0[..., None]).all()


@pytest.mark.parametrize("bias", [0.0, 1.0, 3.0])
def test_the_gradient_along_the_memory_decays_as_the_forget_gate(bias):
    lstm, n, T = CELLS["lstm"], 3, 20
    params = {name: np.zeros(shape) for name, shape in lstm.shapes(2, n, 2).items()}
    params["bf"] += bias
    trace = forward(lstm, params, np.zeros((2, 2, T)))
    carry = np.random.default_rng(0).standard_normal((n, 2))
    grads = backward(trace, np.zeros((n, 2, T)), {"c": carry})
    f = 1 / (1 + np.exp(-bias))
    for lag in (1, 7, 19):
        rounded = 8 * (lag + 1) * EPS  # every step multiplies by f once here and once there
        left = grads.states["c"][..., T - 1 - lag]
        np.testing.assert_allclose(left, carry * f**lag, rtol=rounded)
