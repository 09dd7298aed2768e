"""The source notebook's own functions, with its arguments, keys and cache tuples, over the engine.

The mathematics stands in `rnnviz.core`; here it is dressed in the notebook's names. A backward
function runs core's forward again from what the caches hold (x, initial state, parameters), so that
gradients follow from the same lines as everywhere else. Arrays: (n, m) for a step, (n, m, T_x) for
a sequence, weights (n_a, n_a + n_x) unless said. Wrong shapes and missing keys raise
ExperimentError. The sources are those of the cells (`rnnviz.CELLS`).
"""

from collections.abc import Mapping
from numbers import Integral

import numpy as np

from rnnviz.core.activations import softmax as _softmax
from rnnviz.core.cells import CELLS
from rnnviz.core.engine import backward as _backward
from rnnviz.core.engine import forward as _forward
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.training import Adam, Moments, epsilon_inside, epsilon_outside
from rnnviz.core.types import Gradients, Trace

__all__ = [  # `from rnnviz.notebook import *` stands for the cells that define them
    *("softmax", "sigmoid", "initialize_adam", "update_parameters_with_adam"),
    *("rnn_cell_forward", "rnn_forward", "rnn_cell_backward", "rnn_backward"),
    *("lstm_cell_forward", "lstm_forward", "lstm_cell_backward", "lstm_backward"),
    *("gru_cell_forward", "gru_forward", "gru_cell_backward", "gru_backward"),
    *("build_rnn_model", "build_lstm_model", "build_gru_model"),
]

Array = np.ndarray
Parameters = Mapping[str, np.ndarray]


def softmax(x: Array) -> Array:
    """exp(x) normalised over axis 0, for x of (n,) or (n, m).

    The notebook shifts by the maximum of the whole array, this by each column's: the same values,
    and no column can vanish beside a much larger one.

    >>> softmax([0.0, 0.0])
    array([0.5, 0.5])
    """
    x = _array("x", x)
    if x.ndim not in (1, 2) or not len(x):
        raise ExperimentError(f"x must have shape (n,) or (n, m) with n above 0, got {x.shape}")
    return _softmax(x[:, None])[:, 0] if x.ndim == 1 else _softmax(x)


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)) elementwise, without the notebook's overflow for large negative x.

    >>> sigmoid([0.0, -1000.0])
    array([0.5, 0. ])
    """
    x = _array("x", x)
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


# -- Adam ------------------------------------------------------------------------------------------


def initialize_adam(parameters: Parameters) -> tuple[dict[str, Array], dict[str, Array]]:
    """Zero moments (v, s) under the keys dW1, db1, .. for parameters W1, b1, .. of any shapes.

    >>> v, s = initialize_adam({"W1": np.ones((2, 3)), "b1": np.ones((2, 1))})
    >>> list(v), s["dW1"].shape
    (['dW1', 'db1'], (2, 3))
    """
    names = _layers(parameters)
    v = {f"d{name}": np.zeros_like(_array(name, parameters[name])) for name in names}
    return v, {key: np.zeros_like(moment) for key, moment in v.items()}


def update_parameters_with_adam(
    parameters: Parameters,
    grads: Parameters,
    v: dict[str, Array],
    s: dict[str, Array],
    t: int,
    learning_rate: float = 0.01,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    form: str = "notebook",
) -> tuple[dict[str, Array], dict[str, Array], dict[str, Array]]:
    """One step of Adam at time t = 1, 2, ..; gives new (parameters, v, s).

    The notebook writes into the dictionaries it is given; here they keep their values, so go on
    with the ones returned. Arrays of one layer share their shape.

    form "notebook" divides by sqrt(s + epsilon), as the notebook does; "kingma" by
    sqrt(s) + epsilon, as Kingma & Ba 2015, algorithm 1. They differ where s is near epsilon: the
    notebook's first steps along a tiny gradient are much shorter.

    >>> parameters = {"W1": np.ones((1, 1)), "b1": np.ones((1, 1))}
    >>> v, s = initialize_adam(parameters)
    >>> grads = {"dW1": np.full((1, 1), 7.0), "db1": np.full((1, 1), -7.0)}
    >>> new, v, s = update_parameters_with_adam(parameters, grads, v, s, t=1)
    >>> new["W1"].round(6), new["b1"].round(6)
    (array([[0.99]]), array([[1.01]]))
    """
    if form not in ("notebook", "kingma"):
        raise ExperimentError(f"form must be notebook or kingma, got {shown(form)}")
    if isinstance(t, bool) or not isinstance(t, Integral) or t < 1:
        raise ExperimentError(f"t must be a whole number from 1 on, got {shown(repr(t))}")
    old = {name: _array(name, parameters[name]) for name in _layers(parameters)}
    gradients, first, second = (
        {n: _like(a, _take(mapping, f"d{n}", where), f"d{n} of {where}") for n, a in old.items()}
        for where, mapping in (("grads", grads), ("v", v), ("s", s))
    )
    v, s = _mapping("v", v), _mapping("s", s)
    size = epsilon_inside if form == "notebook" else epsilon_outside
    adam = Adam(learning_rate, beta1, beta2, epsilon, size)
    new, moments = adam.step(old, gradients, Moments(first, second, t - 1))
    v, s = (
        {**kept, **{f"d{name}": moment for name, moment in own.items()}}
        for kept, own in ((v, moments.first), (s, moments.second))
    )
    return {**parameters, **new}, v, s


def _layers(parameters: Parameters) -> list[str]:
    count = len(_mapping("parameters", parameters)) // 2
    names = [f"{letter}{layer + 1}" for layer in range(count) for letter in "Wb"]
    for name in names:
        _take(parameters, name, "parameters")
    return names


# -- RNN -------------------------------------------------------------------------------------------


def rnn_cell_forward(xt: Array, a_prev: Array, parameters: Parameters):
    """One step: (a_next (n_a, m), yt_pred (n_y, m), cache (a_next, a_prev, xt, parameters)).

    >>> shapes = CELLS["rnn"].shapes(n_x=3, n_a=5, n_y=2)
    >>> parameters = {name: np.zeros(shape) for name, shape in shapes.items()}
    >>> a_next, yt_pred, cache = rnn_cell_forward(np.ones((3, 10)), np.ones((5, 10)), parameters)
    >>> float(a_next.max()), float(yt_pred.max())
    (0.0, 0.5)
    """
    trace = _step("rnn", xt, parameters, a_prev=a_prev)
    a_next = trace.states["a"][..., 0]
    return a_next, trace.y[..., 0], (a_next, a_prev, xt, parameters)


def rnn_forward(x: Array, a0: Array, parameters: Parameters):
    """A sequence: (a (n_a, m, T_x), y_pred (n_y, m, T_x), caches (one cache a step, x)).

    >>> shapes = CELLS["rnn"].shapes(n_x=3, n_a=5, n_y=2)
    >>> parameters = {name: np.ones(shape) for name, shape in shapes.items()}
    >>> a, y_pred, caches = rnn_forward(np.ones((3, 10, 4)), np.zeros((5, 10)), parameters)
    >>> a.shape, y_pred.shape, rnn_backward(np.ones((5, 10, 4)), caches)["dx"].shape
    ((5, 10, 4), (2, 10, 4), (3, 10, 4))
    """
    x = _array("x", x)
    trace = _sequence("rnn", x, parameters, a0=a0)
    a, before = trace.states["a"], _before(trace, "a")
    steps = [(a[..., t], before[..., t], x[..., t], parameters) for t in range(trace.T_x)]
    return a, trace.y, (steps, x)


def rnn_cell_backward(da_next: Array, cache: tuple) -> dict[str, Array]:
    """Gradients of one step: dxt (n_x, m), da_prev (n_a, m), dWax, dWaa, dba."""
    _, a_prev, xt, parameters = _unpacked(cache, 4, "rnn_cell_forward")
    trace = _step("rnn", xt, parameters, a_prev=a_prev)
    return _cell_gradients(_back(trace, _upstream(trace, da_next, "da_next")), "Wax Waa ba")


def rnn_backward(da: Array, caches: tuple) -> dict[str, Array]:
    """Gradients of a sequence: dx (n_x, m, T_x), da0 (n_a, m), dWax, dWaa, dba.

    T_x is that of da (n_a, m, T_x): where it has fewer steps than x, they are the first ones.
    """
    steps, x = _unpacked(caches, 2, "rnn_forward")
    _, a0, _, parameters = _unpacked(_first(steps, x), 4, "rnn_forward")
    trace = _sequence("rnn", _reached(x, da), parameters, a0=a0)
    return _sequence_gradients(_back(trace, _upstream(trace, da, "da")), "Wax Waa ba")


# -- LSTM ------------------------------------------------------------------------------------------


def lstm_cell_forward(xt: Array, a_prev: Array, c_prev: Array, parameters: Parameters):
    """One step: (a_next, c_next (n_a, m), yt_pred (n_y, m), cache).

    cache is (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters).

    >>> shapes = CELLS["lstm"].shapes(n_x=3, n_a=5, n_y=2)
    >>> parameters = {name: np.zeros(shape) for name, shape in shapes.items()}
    >>> states = np.ones((5, 10)), np.ones((5, 10))
    >>> a_next, c_next, yt_pred, cache = lstm_cell_forward(np.ones((3, 10)), *states, parameters)
    >>> float(c_next.max()), len(cache)  # the forget gate stands at one half
    (0.5, 10)
    """
    trace = _step("lstm", xt, parameters, a_prev=a_prev, c_prev=c_prev)
    a_next, c_next = trace.states["a"][..., 0], trace.states["c"][..., 0]
    cache = (a_next, c_next, a_prev, c_prev, *_lstm_gates(trace, 0), xt, parameters)
    return a_next, c_next, trace.y[..., 0], cache


def lstm_forward(x: Array, a0: Array, parameters: Parameters):
    """A sequence, from c0 = 0: (a, y, c, caches (one cache a step, x)), each (n, m, T_x).

    >>> shapes = CELLS["lstm"].shapes(n_x=3, n_a=5, n_y=2)
    >>> parameters = {name: np.ones(shape) for name, shape in shapes.items()}
    >>> a, y, c, caches = lstm_forward(np.ones((3, 10, 4)), np.zeros((5, 10)), parameters)
    >>> c.shape, lstm_backward(np.ones((5, 10, 4)), caches)["dWf"].shape
    ((5, 10, 4), (5, 8))
    """
    x = _array("x", x)
    trace = _sequence("lstm", x, parameters, a0=a0)
    a, c = trace.states["a"], trace.states["c"]
    states = (a, c, _before(trace, "a"), _before(trace, "c"))
    steps = [
        (*(array[..., t] for array in states), *_lstm_gates(trace, t), x[..., t], parameters)
        for t in range(trace.T_x)
    ]
    return a, trace.y, c, (steps, x)


def lstm_cell_backward(da_next: Array, dc_next: Array, cache: tuple) -> dict[str, Array]:
    """Gradients of one step: dxt, da_prev, dc_prev and those of Wf Wi Wc Wo bf bi bc bo."""
    _, _, a_prev, c_prev, *_, xt, parameters = _unpacked(cache, 10, "lstm_cell_forward")
    trace = _step("lstm", xt, parameters, a_prev=a_prev, c_prev=c_prev)
    carry = {"c": _like(trace.states["c"][..., 0], dc_next, "dc_next")}
    grads = _back(trace, _upstream(trace, da_next, "da_next"), carry)
    gradients = _cell_gradients(grads, "Wf Wi Wc Wo bf bi bc bo")
    return gradients | {"dc_prev": grads.initial["c"]}


def lstm_backward(da: Array, caches: tuple) -> dict[str, Array]:
    """Gradients of a sequence: dx (n_x, m, T_x), da0 (n_a, m), and those of its parameters.

    T_x is that of da, as in `rnn_backward`.
    """
    steps, x = _unpacked(caches, 2, "lstm_forward")
    _, _, a0, c0, *_, parameters = _unpacked(_first(steps, x), 10, "lstm_forward")
    trace = _sequence("lstm", _reached(x, da), parameters, a0=a0, c0=c0)
    return _sequence_gradients(_back(trace, _upstream(trace, da, "da")), "Wf Wi Wc Wo bf bi bc bo")


def _lstm_gates(trace: Trace, t: int) -> tuple[Array, ...]:
    return tuple(trace.gates[n][..., t] for n in ("forget", "input", "candidate", "output"))


# -- GRU -------------------------------------------------------------------------------------------


def gru_cell_forward(xt: Array, c_prev: Array, parameters: Parameters):
    """One step, c being the hidden state: (c_next (n_a, m), yt_pred (n_y, m), cache).

    cache is (a_next, c_next, c_prev, it, rt, cct, xt, parameters), a_next the same as c_next. The
    update gate writes: c_next = it * cct + (1 - it) * c_prev.

    >>> shapes = CELLS["gru"].shapes(n_x=3, n_a=5, n_y=2)
    >>> parameters = {name: np.zeros(shape) for name, shape in shapes.items()}
    >>> c_next, yt_pred, cache = gru_cell_forward(np.ones((3, 10)), np.ones((5, 10)), parameters)
    >>> float(c_next.max()), len(cache)  # the update gate stands at one half
    (0.5, 8)
    """
    trace = _step("gru", xt, parameters, c_prev=c_prev)
    c_next = trace.states["a"][..., 0]
    cache = (c_next, c_next, c_prev, *_gru_gates(trace, 0), xt, parameters)
    return c_next, trace.y[..., 0], cache


def gru_forward(x: Array, c0: Array, parameters: Parameters):
    """A sequence: (y (n_y, m, T_x), c (n_a, m, T_x), caches (one cache a step, x)).

    >>> shapes = CELLS["gru"].shapes(n_x=3, n_a=5, n_y=2)
    >>> parameters = {name: np.ones(shape) for name, shape in shapes.items()}
    >>> y, c, caches = gru_forward(np.ones((3, 10, 4)), np.zeros((5, 10)), parameters)
    >>> y.shape, gru_backward(np.ones((5, 10, 4)), caches)["dWi"].shape
    ((2, 10, 4), (5, 8))
    """
    x = _array("x", x)
    trace = _sequence("gru", x, parameters, c0=c0)
    c, before = trace.states["a"], _before(trace, "a")
    steps = [
        (c[..., t], c[..., t], before[..., t], *_gru_gates(trace, t), x[..., t], parameters)
        for t in range(trace.T_x)
    ]
    return trace.y, c, (steps, x)


def gru_cell_backward(da_next: Array, cache: tuple) -> dict[str, Array]:
    """Gradients of one step: dxt (n_x, m), dc_prev = da_prev (n_a, m), Wi Wr Wc bi br bc.

    The notebook's own dxt, da_prev, dWr and dbr are wrong (it multiplies elementwise where the
    chain rule multiplies by a transposed matrix); these agree with finite differences.
    """
    _, _, c_prev, *_, xt, parameters = _unpacked(cache, 8, "gru_cell_forward")
    trace = _step("gru", xt, parameters, c_prev=c_prev)
    grads = _back(trace, _upstream(trace, da_next, "da_next"))
    gradients = _cell_gradients(grads, "Wi Wr Wc bi br bc")
    return gradients | {"dc_prev": gradients["da_prev"]}


def gru_backward(da: Array, caches: tuple) -> dict[str, Array]:
    """Gradients of a sequence: dx (n_x, m, T_x), da0 (n_a, m), and those of Wi Wr Wc bi br bc.

    T_x is that of da, as in `rnn_backward`.
    """
    steps, x = _unpacked(caches, 2, "gru_forward")
    _, _, c0, *_, parameters = _unpacked(_first(steps, x), 8, "gru_forward")
    trace = _sequence("gru", _reached(x, da), parameters, c0=c0)
    return _sequence_gradients(_back(trace, _upstream(trace, da, "da")), "Wi Wr Wc bi br bc")


def _gru_gates(trace: Trace, t: int) -> tuple[Array, ...]:
    return tuple(trace.gates[name][..., t] for name in ("update", "reset", "candidate"))


# -- between the notebook's words and the engine's -----------------------------------------------


def _step(cell: str, xt: Array, parameters: Parameters, **states: Array) -> Trace:
    """A run of one step."""
    return _run(cell, _array("xt", xt, 2)[..., None], parameters, states, "xt")


def _sequence(cell: str, x: Array, parameters: Parameters, **states: Array) -> Trace:
    return _run(cell, _array("x", x, 3), parameters, states, "x")


def _run(cell: str, x: Array, parameters: Parameters, states: dict, name: str) -> Trace:
    kind = CELLS[cell]
    params = {p: _array(p, _take(parameters, p, "parameters"), 2) for p in kind.draws}
    n_a = params[kind.readout[0]].shape[1]
    _, m, T_x = x.shape
    if not (m and T_x and n_a):
        raise ExperimentError(
            f"{name} must hold at least one sequence and step for at least one unit, got shape "
            f"{x.shape} and n_a = {n_a}"
        )
    initial = {}
    for state, array in states.items():
        key = state[0] if len(kind.states) > 1 else "a"  # the notebook's GRU calls its state c
        initial[key] = _array(state, array, 2)
        if initial[key].shape != (n_a, m):
            raise ExperimentError(f"{state} must have shape {(n_a, m)}, got {initial[key].shape}")
    return _forward(kind, params, x, initial)


def _back(trace: Trace, upstream: Array, carry: dict[str, Array] | None = None) -> Gradients:
    return _backward(trace, upstream, carry)


def _upstream(trace: Trace, gradient: Array, name: str) -> Array:
    """The gradient as (n_a, m, T_x), from that shape or, for a single step, from (n_a, m)."""
    a = trace.states["a"]
    expected = a[..., 0] if name == "da_next" else a
    return _like(expected, gradient, name).reshape(a.shape)


def _like(expected: Array, gradient: Array, name: str) -> Array:
    gradient = _array(name, gradient)
    if gradient.shape != expected.shape:
        raise ExperimentError(f"{name} must have shape {expected.shape}, got {gradient.shape}")
    return gradient


def _cell_gradients(grads: Gradients, names: str) -> dict[str, Array]:
    gradients = {"dxt": grads.x[..., 0], "da_prev": grads.initial["a"]}
    return gradients | {f"d{name}": grads.params[name] for name in names.split()}


def _sequence_gradients(grads: Gradients, names: str) -> dict[str, Array]:
    gradients = {"dx": grads.x, "da0": grads.initial["a"]}
    return gradients | {f"d{name}": grads.params[name] for name in names.split()}


def _before(trace: Trace, state: str) -> Array:
    """A state before each step, (n_a, m, T_x)."""
    return np.moveaxis(trace.state(state)[:-1], 0, -1)


def _array(name: str, value, ndim: int | None = None) -> Array:
    array: Array | None
    try:
        array = np.asarray(value)
        # A complex number would lose its imaginary part without an error.
        array = np.asarray(array, float) if array.dtype.kind != "c" else None
    except (TypeError, ValueError):
        array = None
    if array is None:
        raise ExperimentError(f"{name} must be an array of numbers, got {shown(repr(value))}")
    if ndim is not None and array.ndim != ndim:
        raise ExperimentError(f"{name} must have {ndim} axes, got shape {array.shape}")
    return array


def _mapping(name: str, value) -> Mapping:
    if not isinstance(value, Mapping):
        raise ExperimentError(f"{name} must be a dictionary, got {shown(repr(value))}")
    return value


def _take(mapping: Parameters, key: str, where: str):
    if key not in _mapping(where, mapping):
        came = shown(", ".join(map(str, mapping)))
        raise ExperimentError(f"{where} must hold {key}, got {came}")
    return mapping[key]


def _unpacked(cache, length: int, maker: str) -> tuple:
    if not isinstance(cache, tuple | list) or len(cache) != length:
        came = f"{len(cache)} values" if hasattr(cache, "__len__") else shown(repr(cache))
        raise ExperimentError(f"cache must be the {length} values that {maker} returns, got {came}")
    return tuple(cache)


def _first(steps, x: Array) -> tuple:
    T_x = _array("x", x, 3).shape[-1]
    if not isinstance(steps, tuple | list) or not steps or len(steps) != T_x:
        came = f"{len(steps)} for {T_x} steps" if hasattr(steps, "__len__") else shown(repr(steps))
        raise ExperimentError(f"caches must hold one cache a step, got {came}")
    return steps[0]


def _reached(x: Array, da: Array) -> Array:
    """The steps of x, (n_x, m, T_x), that a gradient da of T_x steps reaches: its first ones."""
    x, da = _array("x", x, 3), _array("da", da, 3)
    if not 1 <= da.shape[-1] <= x.shape[-1]:
        raise ExperimentError(
            f"da must have between 1 and {x.shape[-1]} steps like x, got shape {da.shape}"
        )
    return x[..., : da.shape[-1]]


def __getattr__(name: str):
    """The notebook's Keras models, from where they are defined; only calling one imports Keras."""
    if name in ("build_rnn_model", "build_lstm_model", "build_gru_model"):
        from rnnviz.sentiment import models

        return getattr(models, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
