"""The notebook's functions give its printed numbers, and the right ones where it is wrong."""

import numpy as np
import pytest
from differences import assert_slopes

import rnnviz
from rnnviz import notebook as nb
from rnnviz.core.checks import rounding, sums
from rnnviz.core.engine import backward, forward
from rnnviz.core.types import Pass

EPS = float(np.finfo(float).eps)
# Two computations of one step's numbers, of n_a + n_x + 1 + 8 terms and roundings; the sums over
# ten sequences have terms of up to ten times that size.
STEP = 2 * (5 + 3 + 1 + 8) * EPS


def passed(cell, x, a0, parameters, da=None):
    """A run of the engine on the notebook's numbers, which says how far these may be rounded."""
    upstream = np.zeros((*a0.shape, x.shape[-1])) if da is None else da
    trace = forward(rnnviz.CELLS[cell], parameters, x, {"a": a0})
    gradients = backward(trace, upstream)
    return Pass(rnnviz.CELLS[cell], parameters, trace, np.zeros(x.shape[-1]), upstream, gradients)


def apart(run):
    """How far two computations of its states and outputs may differ."""
    return rounding.apart(run, lambda trace, _: np.concatenate([*trace.states.values(), trace.y]))


def draws(*shapes, seed=1):
    np.random.seed(seed)
    return [np.random.randn(*shape) for shape in shapes]


RNN = {"Waa": (5, 5), "Wax": (5, 3), "Wya": (2, 5), "ba": (5, 1), "by": (2, 1)}
RNN_BACK = {"Wax": (5, 3), "Waa": (5, 5), "Wya": (2, 5), "ba": (5, 1), "by": (2, 1)}
LSTM = {f"{k}{g}": (5, 8) if k == "W" else (5, 1) for g in "fioc" for k in "Wb"}
LSTM |= {"Wy": (2, 5), "by": (2, 1)}
GRU = {f"{k}{g}": (5, 8) if k == "W" else (5, 1) for g in "irc" for k in "Wb"}
GRU |= {"Wy": (2, 5), "by": (2, 1)}


def example(shapes, *first):
    drawn = draws(*first, *shapes.values())
    return *drawn[: len(first)], dict(zip(shapes, drawn[len(first) :], strict=True))


def equal(computed, printed):
    np.testing.assert_allclose(computed, np.array(printed.split(), float), rtol=0, atol=6e-9)


def test_rnn_cell():
    xt, a_prev, parameters = example(RNN, (3, 10), (5, 10))
    a_next, y, cache = nb.rnn_cell_forward(xt, a_prev, parameters)
    equal(
        a_next[4],
        "0.59584544 0.18141802 0.61311866 0.99808218 0.85016201 0.99980978 -0.18887155 0.99815551"
        " 0.6531151 0.82872037",
    )
    equal(
        y[1],
        "0.9888161 0.01682021 0.21140899 0.36817467 0.98988387 0.88945212 0.36920224 0.9966312"
        " 0.9982559 0.17746526",
    )
    assert a_next.shape == (5, 10) and y.shape == (2, 10) and len(cache) == 4


def test_rnn_sequence():
    x, a0, parameters = example(RNN, (3, 10, 4), (5, 10))
    a, y, caches = nb.rnn_forward(x, a0, parameters)
    equal(a[4][1], "-0.99999375 0.77911235 -0.99861469 -0.99833267")
    equal(y[1][3], "0.79560373 0.86224861 0.11118257 0.81515947")
    equal(caches[1][1][3], "-1.1425182 -0.34934272 -0.20889423 0.58662319")
    assert a.shape == (5, 10, 4) and y.shape == (2, 10, 4) and len(caches) == 2


def test_lstm_cell():
    xt, a_prev, c_prev, parameters = example(LSTM, (3, 10), (5, 10), (5, 10))
    a, c, y, cache = nb.lstm_cell_forward(xt, a_prev, c_prev, parameters)
    equal(
        a[4],
        "-0.66408471 0.0036921 0.02088357 0.22834167 -0.85575339 0.00138482 0.76566531 0.34631421"
        " -0.00215674 0.43827275",
    )
    equal(
        c[2],
        "0.63267805 1.00570849 0.35504474 0.20690913 -1.64566718 0.11832942 0.76449811 -0.0981561"
        " -0.74348425 -0.26810932",
    )
    equal(
        y[1],
        "0.79913913 0.15986619 0.22412122 0.15606108 0.97057211 0.31146381 0.00943007 0.12666353"
        " 0.39380172 0.07828381",
    )
    equal(
        cache[1][3],
        "-0.16263996 1.03729328 0.72938082 -0.54101719 0.02752074 -0.30821874 0.07651101"
        " -1.03752894 1.41219977 -0.37647422",
    )
    assert len(cache) == 10


def test_lstm_sequence():
    x, a0, parameters = example(LSTM, (3, 10, 7), (5, 10))
    a, y, c, caches = nb.lstm_forward(x, a0, parameters)
    off = apart(passed("lstm", x, a0, parameters))
    assert a[4][3][6] == pytest.approx(0.17211776753291672, abs=off)
    assert y[1][4][3] == pytest.approx(0.9508734618501101, abs=off)
    assert c[1][2][1] == pytest.approx(-0.8555449167181981, abs=off)
    equal(
        caches[1][1][1],
        "0.82797464 0.23009474 0.76201118 -0.22232814 -0.20075807 0.18656139 0.41005165",
    )
    assert a.shape == (5, 10, 7) and y.shape == (2, 10, 7) and len(caches) == 2


def test_gru_cell_whose_output_the_notebook_does_not_show():
    xt, c_prev, parameters = example(GRU, (3, 10), (5, 10))
    c, y, cache = nb.gru_cell_forward(xt, c_prev, parameters)
    equal(
        c[2],
        "0.96835301 -0.88762039 0.62503132 0.01958295 0.97551784 0.38587312 0.88733595 0.24367956"
        " 0.82957926 0.92582788",
    )
    equal(
        y[1],
        "0.75531427 0.00261152 0.04392701 0.03915876 0.09527215 0.2514967 0.1331264 0.10993315"
        " 0.01768743 0.53323971",
    )
    assert len(cache) == 8


def test_gru_sequence():
    x, c0, parameters = example(GRU, (3, 10, 7), (5, 10))
    y, c, caches = nb.gru_forward(x, c0, parameters)
    off = apart(passed("gru", x, c0, parameters))
    assert y[1][4][3] == pytest.approx(0.41095408633521757, abs=off)
    assert c[1][2][1] == pytest.approx(1.5179668926616001, abs=off)
    assert len(caches) == 2


def test_rnn_cell_backward_needs_the_ba_left_over_from_the_sequence():
    _, _, before = example(RNN, (3, 10, 4), (5, 10))
    xt, a_prev, parameters = example(RNN_BACK, (3, 10), (5, 10))
    parameters["ba"] = before["ba"]
    _, _, cache = nb.rnn_cell_forward(xt, a_prev, parameters)
    grads = nb.rnn_cell_backward(np.random.randn(5, 10), cache)
    assert grads["dxt"][1][2] == pytest.approx(-0.4605641030588796, abs=10 * STEP)
    assert grads["da_prev"][2][3] == pytest.approx(0.08429686538067724, abs=10 * STEP)
    assert grads["dWax"][3][1] == pytest.approx(0.39308187392193034, abs=10 * STEP)
    assert grads["dWaa"][1][2] == pytest.approx(-0.28483955786960663, abs=10 * STEP)
    assert grads["dba"][4] == pytest.approx(0.80517166, abs=6e-9)
    shapes = {name: grad.shape for name, grad in grads.items()}
    assert shapes == {
        "dxt": (3, 10), "da_prev": (5, 10), "dWax": (5, 3), "dWaa": (5, 5), "dba": (5, 1)
    }  # fmt: skip


def test_rnn_backward():
    x, a0, parameters = example(RNN_BACK, (3, 10, 4), (5, 10))
    _, _, caches = nb.rnn_forward(x, a0, parameters)
    da = np.random.randn(5, 10, 4)
    grads = nb.rnn_backward(da, caches)
    off = sums.apart(passed("rnn", x, a0, parameters, da))
    equal(grads["dx"][1][2], "-2.07101689 -0.59255627 0.02466855 0.01483317")
    assert grads["da0"][2][3] == pytest.approx(-0.31494237512664996, abs=off["initial_a"])
    assert grads["dWax"][3][1] == pytest.approx(11.264104496527777, abs=off["Wax"])
    assert grads["dWaa"][1][2] == pytest.approx(2.303333126579893, abs=off["Waa"])
    assert grads["dba"][4] == pytest.approx(-0.74747722, abs=6e-9)


def test_gru_cell_backward_is_put_right():
    xt, c_prev, parameters = example(GRU, (3, 10), (5, 10))
    _, _, cache = nb.gru_cell_forward(xt, c_prev, parameters)
    grads = nb.gru_cell_backward(np.random.randn(5, 10), cache)
    assert grads["dxt"].shape == (3, 10)
    assert grads["dxt"][1][2] == pytest.approx(-0.551122746, abs=1e-9)
    assert grads["da_prev"][2][3] == pytest.approx(0.434827240, abs=1e-9)
    assert grads["dc_prev"] is grads["da_prev"]
    assert grads["dWi"][3][1] == pytest.approx(-0.09076245489943323, abs=10 * STEP)
    assert grads["dWc"][1][2] == pytest.approx(-0.2826884118186385, abs=10 * STEP)
    assert grads["dbr"][4] == pytest.approx(0.185875983, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_backward_over_a_sequence_against_differences(cell):
    shapes = {"rnn": RNN, "lstm": LSTM, "gru": GRU}[cell]
    x, state, parameters = example(shapes, (3, 2, 4), (5, 2))
    da = np.random.randn(5, 2, 4)
    forward, index = getattr(nb, f"{cell}_forward"), {"rnn": 0, "lstm": 0, "gru": 1}[cell]
    grads = getattr(nb, f"{cell}_backward")(da, forward(x, state, parameters)[-1])

    def loss():
        return (forward(x, state, parameters)[index] * da).sum()

    readout = {"Wy", "by", "Wya"}
    assert set(grads) == {"dx", "da0"} | {f"d{name}" for name in set(shapes) - readout}
    assert_slopes(grads["dx"], loss, x)
    assert_slopes(grads["da0"], loss, state)
    for name in set(shapes) - readout:
        assert_slopes(grads[f"d{name}"], loss, parameters[name])


def test_lstm_cell_backward_against_differences():
    xt, a_prev, c_prev, parameters = example(LSTM, (3, 2), (5, 2), (5, 2))
    da, dc = np.random.randn(2, 5, 2)
    grads = nb.lstm_cell_backward(da, dc, nb.lstm_cell_forward(xt, a_prev, c_prev, parameters)[-1])

    def loss():
        a, c, _, _ = nb.lstm_cell_forward(xt, a_prev, c_prev, parameters)
        return (a * da).sum() + (c * dc).sum()

    arrays = {"xt": xt, "a_prev": a_prev, "c_prev": c_prev} | parameters
    keys = ["dxt", "da_prev", "dc_prev", "dWf", "dWi", "dWc", "dWo", "dbf", "dbi", "dbc", "dbo"]
    assert set(grads) == set(keys)
    for key in keys:
        assert_slopes(grads[key], loss, arrays[key[1:]])


def test_softmax_and_sigmoid_are_stable():
    z = np.array([[1.0, 800.0], [2.0, -800.0]])
    e = np.exp([1.0, 2.0])
    np.testing.assert_allclose(nb.softmax(z)[:, 0], e / e.sum())
    assert nb.softmax(z)[:, 1].tolist() == [1.0, 0.0]
    np.testing.assert_allclose(nb.softmax(np.array([1.0, 2.0])), e / e.sum())
    assert nb.sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist() == [0.0, 0.5, 1.0]
    assert nb.sigmoid(np.array(-40.0)) == pytest.approx(np.exp(-40.0), rel=8 * EPS)


@pytest.mark.parametrize("form", ["notebook", "kingma"])
def test_adam(form):
    W, g = np.array([[1.0, 2.0]]), np.array([[0.1, 1e-9]])
    parameters, grads = {"W1": W, "b1": np.zeros((1, 1))}, {"dW1": g, "db1": np.ones((1, 1))}
    v, s = nb.initialize_adam(parameters)
    assert set(v) == set(s) == {"dW1", "db1"} and not v["dW1"].any()
    new, v, s = nb.update_parameters_with_adam(parameters, grads, v, s, 1, form=form)
    # At t = 1 the corrected moments are g and g^2.
    size = np.sqrt(g**2 + 1e-8) if form == "notebook" else np.abs(g) + 1e-8
    np.testing.assert_allclose(new["W1"], W - 0.01 * g / size, rtol=16 * EPS)
    assert parameters["W1"] is W


@pytest.mark.parametrize("form", ["notebook", "kingma"])
def test_adam_over_several_steps(form):
    random = np.random.default_rng(3)
    seen = random.standard_normal((6, 2, 3)) * 1e-4  # small, so that the two forms differ
    W, b = random.standard_normal((2, 3)), np.zeros((2, 1))
    parameters = {"W1": W, "b1": b}
    v, s = nb.initialize_adam(parameters)
    rate, beta1, beta2, epsilon = 0.1, 0.8, 0.95, 1e-6
    for t, gradient in enumerate(seen, start=1):
        parameters, v, s = nb.update_parameters_with_adam(
            parameters, {"dW1": gradient, "db1": b}, v, s, np.int64(t), rate, beta1, beta2, epsilon,
            form=form,
        )  # fmt: skip
        # The moments as the weighted means that they stand for, with no recursion.
        past = np.arange(t)[::-1, None, None]
        mean = (beta1**past * seen[:t]).sum(axis=0) / (beta1**past).sum()
        square = (beta2**past * seen[:t] ** 2).sum(axis=0) / (beta2**past).sum()
        inside = form == "notebook"
        W = W - rate * mean / (np.sqrt(square + epsilon) if inside else np.sqrt(square) + epsilon)
        # Some 16 operations a step, t steps, numbers of about 1.
        np.testing.assert_allclose(parameters["W1"], W, rtol=0, atol=16 * t * EPS)


def test_nested_lists_are_arrays_too():
    x, a0, parameters = example(RNN, (3, 10, 4), (5, 10))
    a, _, caches = nb.rnn_forward(x, a0, parameters)
    from_lists, _, cached = nb.rnn_forward(x.tolist(), a0.tolist(), parameters)
    assert (from_lists == a).all() and (cached[1] == caches[1]).all()


def test_wrong_input_gets_one_sentence():
    x, a0, parameters = example(RNN, (3, 10, 4), (5, 10))
    _, _, caches = nb.rnn_forward(x, a0, parameters)
    wrong = {
        "parameters must hold ba": lambda: nb.rnn_forward(
            x, a0, {k: v for k, v in parameters.items() if k != "ba"}
        ),
        "x must have 3 axes": lambda: nb.rnn_forward(x[0], a0, parameters),
        "a0 must have shape (5, 10), got (4, 10)": lambda: nb.rnn_forward(x, a0[:4], parameters),
        "Wax must have shape (5, 2), got (5, 3)": lambda: nb.rnn_forward(x[:2], a0, parameters),
        "da must have between 1 and 4 steps like x, got shape (5, 10, 5)": lambda: nb.rnn_backward(
            np.ones((5, 10, 5)), caches
        ),
        "da must have 3 axes": lambda: nb.rnn_backward(np.ones((5, 10)), caches),
        "da must have shape (5, 10, 4), got (4, 10, 4)": lambda: nb.rnn_backward(
            np.ones((4, 10, 4)), caches
        ),
        "cache must be the 4 values": lambda: nb.rnn_cell_backward(a0, (1, 2)),
        "caches must hold one cache": lambda: nb.rnn_backward(x, ([], x)),
        "x must be an array of numbers": lambda: nb.rnn_forward("x", a0, parameters),
        "parameters must be a dictionary": lambda: nb.rnn_forward(x, a0, None),
        "form must be": lambda: nb.update_parameters_with_adam({}, {}, {}, {}, 1, form="x"),
        "got 2 for 4 steps": lambda: nb.rnn_backward(np.ones((5, 10, 4)), (caches[0][:2], x)),
        "at least one unit": lambda: nb.rnn_forward(
            x, a0[:0], parameters | {"Wya": np.ones((2, 0))}
        ),
        "a0 must be an array of numbers": lambda: nb.rnn_forward(x, a0 + 1j, parameters),
        "parameters must hold Waa, got 1": lambda: nb.rnn_forward(x, a0, {1: 2}),
        "x must have shape (n,) or (n, m)": lambda: nb.softmax(x),
        "with n above 0, got ()": lambda: nb.softmax(1.0),
        "x must be an array of numbers, got 'z'": lambda: nb.sigmoid("z"),
    }
    W, b = np.ones((1, 2)), np.ones((1, 1))
    layer, grads, v = {"W1": W, "b1": b}, {"dW1": W, "db1": b}, {"dW1": W, "db1": b}
    adam = nb.update_parameters_with_adam
    wrong |= {
        "parameters must be a dictionary, got 3": lambda: nb.initialize_adam(3),
        "W1 must be an array of numbers": lambda: nb.initialize_adam(layer | {"W1": "w"}),
        "grads must be a dictionary": lambda: adam(layer, None, v, v, 1),
        "grads must hold db1, got dW1": lambda: adam(layer, {"dW1": W}, v, v, 1),
        "dW1 of grads must have shape (1, 2)": lambda: adam(layer, grads | {"dW1": b}, v, v, 1),
        "dW1 of v must have shape (1, 2)": lambda: adam(layer, grads, v | {"dW1": b}, v, 1),
        "s must be a dictionary": lambda: adam(layer, grads, v, None, 1),
        "t must be a whole number from 1 on, got 0": lambda: adam(layer, grads, v, v, 0),
        "t must be a whole number from 1 on, got True": lambda: adam(layer, grads, v, v, True),
    }
    for sentence, call in wrong.items():
        with pytest.raises(rnnviz.ExperimentError) as error:
            call()
        assert sentence in str(error.value) and "\n" not in str(error.value)
