"""Equations walked as they are read, one step after another: slow, plain, apart from the engine.

Any axes may stand before (n_a, m); numbers may be complex, so that one pass with each number moved
by i 1e-30 gives every derivative (Squire & Trapp 1998, Using complex variables to estimate
derivatives): nothing is subtracted, so nothing cancels.
"""

import ast
import inspect

import numpy as np

STEP = 1e-30


def _larger(u, v):
    return np.where(np.real(u) >= np.real(v), u, v)


def _softmax(z):
    e = np.exp(z - np.real(z).max(axis=-2, keepdims=True))
    return e / e.sum(axis=-2, keepdims=True)


FUNCTIONS = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: _larger(z, 0 * z),
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": lambda z: np.where(np.real(z) < 0, -z, z),
    "sin": np.sin,
    "cos": np.cos,
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "max": _larger,
    "min": lambda u, v: -_larger(-u, -v),
    "softmax": _softmax,
    "linear": lambda z: z,
}
SIGNS = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.MatMult: np.matmul,
}


def step(text, known, activation="tanh"):
    """Every line's value from x (..., n_x, m), states `s_prev` and parameters, all by name."""
    known = dict(known)
    for line in ast.parse(inspect.cleandoc(text)).body:
        known[line.targets[0].id] = _value(line.value, known, activation)
    return known


def _value(node, known, activation):
    match node:
        case ast.Constant(value):
            return np.full(known["a_prev"].shape[-2:], float(value))
        case ast.Name(id):
            return known[id]
        case ast.UnaryOp(_, one):
            return -_value(one, known, activation)
        case ast.BinOp(left, op, right):
            args = (_value(one, known, activation) for one in (left, right))
            return SIGNS[type(op)](*args)
        case ast.List(entries):
            parts = [_value(one, known, activation) for one in entries]
            lead = np.broadcast_shapes(*(part.shape[:-2] for part in parts))
            each = [np.broadcast_to(part, (*lead, *part.shape[-2:])) for part in parts]
            return np.concatenate(each, axis=-2)
        case ast.Call(ast.Name(id), args):
            function = FUNCTIONS[activation if id == "activation" else id]
            return function(*(_value(one, known, activation) for one in args))
    raise TypeError(ast.dump(node))


def states(cell, params, x, initial):
    """Every state after each step, (T_x, ..., n_a, m), from x (..., n_x, m, T_x)."""
    now, every = dict(initial), {name: [] for name in cell.states}
    for t in range(x.shape[-1]):
        before = {f"{name}_prev": state for name, state in now.items()}
        known = step(cell.text, {**params, **before, "x": x[..., t]}, cell.activation)
        for name in every:
            shape = np.broadcast_shapes(known[name].shape, now[name].shape)
            now[name] = np.broadcast_to(known[name], shape)
            every[name].append(now[name])
    return {name: np.stack(np.broadcast_arrays(*each)) for name, each in every.items()}


def slopes(cell, params, x, initial, loss):
    """The slope of `loss(states)` by every number of parameters, x and initial states, by name."""
    inputs = {**params, "x": x, **{f"initial_{name}": s for name, s in initial.items()}}
    count, moved, at = sum(array.size for array in inputs.values()), {}, 0
    for name, array in inputs.items():
        each = np.broadcast_to(array.astype(complex), (count, *array.shape)).copy()
        rows = np.arange(array.size)
        each.reshape(count, -1)[at + rows, rows] += 1j * STEP
        moved[name], at = each, at + array.size
    start = {name: moved.pop(f"initial_{name}") for name in initial}
    slope = np.imag(loss(states(cell, moved, moved.pop("x"), start))) / STEP
    ends = np.cumsum([array.size for array in inputs.values()])
    parts = np.split(slope, ends[:-1])
    return {name: part.reshape(inputs[name].shape)
            for name, part in zip(inputs, parts, strict=True)}  # fmt: skip
