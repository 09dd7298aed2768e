"""Forward and backward against Keras in float64, which shares no line with the engine."""

import warnings

import numpy as np
import pytest

from rnnviz import CELLS
from rnnviz.core.checks import rounding, sums
from rnnviz.core.engine import backward, forward
from rnnviz.core.types import Pass

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its own import's deprecations are no business of ours
    tf = pytest.importorskip("tensorflow")
    import keras

pytestmark = pytest.mark.training
N_X, N_A, M, T_X = 3, 4, 5, 7


def to_keras(cell: str, params: dict) -> list[np.ndarray]:
    """Our parameters as a Keras layer's kernel, recurrent kernel and bias."""
    if cell == "rnn":
        return [params["Wax"].T, params["Waa"].T, params["ba"].ravel()]
    order = {"lstm": "ifco", "gru": "irc"}[cell]
    # Keras' z keeps where our update gate i writes: z = 1 - i is the gate of -W, -b.
    sign = {name: -1 if (cell, name) == ("gru", "i") else 1 for name in order}
    W = np.concatenate([sign[g] * params[f"W{g}"] for g in order])
    b = np.concatenate([sign[g] * params[f"b{g}"] for g in order])
    return [W[:, N_A:].T, W[:, :N_A].T, b.ravel()]


# Other releases of Keras and NumPy deprecate each other's ways; numbers that warn still fail.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_keras_agrees(cell):
    random = np.random.default_rng(7)
    params = {n: random.standard_normal(s) for n, s in CELLS[cell].shapes(N_X, N_A, 2).items()}
    x = random.standard_normal((N_X, M, T_X))
    initial = {name: random.standard_normal((N_A, M)) for name in CELLS[cell].states}
    upstream = random.standard_normal((N_A, M, T_X))
    layer = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}
    options = {"reset_after": False} if cell == "gru" else {}
    layer = layer[cell](N_A, return_sequences=True, dtype="float64", **options)
    layer.build((M, T_X, N_X))
    layer.set_weights(to_keras(cell, params))
    theirs = {"x": tf.constant(x.transpose(1, 2, 0))}
    theirs |= {name: tf.constant(state.T) for name, state in initial.items()}
    with tf.GradientTape() as tape:
        tape.watch(list(theirs.values()))
        a = layer(theirs["x"], initial_state=[theirs[name] for name in CELLS[cell].states])
        loss = tf.reduce_sum(a * upstream.transpose(1, 2, 0))
    *d, dW, dU, db = tape.gradient(loss, [*theirs.values(), *layer.trainable_variables])
    trace = forward(CELLS[cell], params, x, initial)
    grads = backward(trace, upstream)
    run = Pass(CELLS[cell], params, trace, np.zeros(T_X), upstream, grads)
    off = rounding.apart(run, lambda trace, params: trace.states["a"])
    apart = sums.apart(run)
    assert max(off, *apart.values()) < 1e-9
    np.testing.assert_allclose(trace.states["a"].transpose(1, 2, 0), a, rtol=0, atol=off)
    np.testing.assert_allclose(grads.x.transpose(1, 2, 0), d[0], rtol=0, atol=apart["x"])
    for name, theirs in zip(CELLS[cell].states, d[1:], strict=True):
        off = apart[f"initial_{name}"]
        np.testing.assert_allclose(grads.initial[name].T, theirs, rtol=0, atol=off)
    off = max(apart[name] for name in grads.params)  # Keras keeps several in one array
    for ours, theirs in zip(to_keras(cell, grads.params), (dW, dU, db), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=off)
