"""Runs that leave the finite numbers at their first, a middle or their last step, or on the way
back alone, with every cell that can be driven there."""

import re
from collections.abc import Iterator
from functools import cache

import numpy as np
from kinds import KINDS

import rnnviz
from rnnviz.core.cells import CELLS
from rnnviz.core.types import Run

HUGE = {"float32": 1e39, "float64": 1.7e308}  # infinite in the type, or once a weight multiplies it
TINY = {"float32": 1e-37, "float64": 1e-300}
SIZES = {"n_a": 4, "n_x": 16, "n_y": 2, "m": 2}  # so many inputs that infinities of both signs meet
STEPS = 6
DRAWS = {"init": "notebook", "forget_bias": 0.0}  # large enough to leave the finite numbers


def forward(cell: str, dtype: str, before: int, **more) -> rnnviz.Experiment:
    """An input that no cell bears, after so many steps of zeros."""
    rows = [(0.0,) * SIZES["n_x"]] * before + [(HUGE[dtype],) * SIZES["n_x"]] * (STEPS - before)
    given = {"cell": cell, "dtype": dtype, "loss": "cross_entropy_every"} | more
    return rnnviz.Experiment(**SIZES, T_x=STEPS, signal="csv", series=tuple(rows), **given)


def backward(dtype: str, T_x: int, loss: str = "upstream_last") -> rnnviz.Experiment:
    """A gradient that grows a hundredfold at every step back, where the states stay small.

    Each unit of this ReLU network stands alone: its first input shuts it, its second one sets it to
    the smallest number there is room for, and from there on it grows.
    """
    given = {"cell": "rnn", "activation": "relu", "init": "identity", "gain": 100.0}
    given |= {"n_x": 4, "n_a": 4, "m": 1, "T_x": T_x, "dtype": dtype, "loss": loss}
    (W,) = (p for p in rnnviz.run(rnnviz.Experiment(**given)).params.values() if p.shape == (4, 4)
            and not np.allclose(p, 100 * np.eye(4)))  # fmt: skip
    rows = np.zeros((T_x, 4))
    rows[0] = np.linalg.solve(W.astype(float), np.full(4, -1e6))
    rows[1] = np.linalg.solve(W.astype(float), np.ones(4)) * TINY[dtype]
    return rnnviz.Experiment(**given, signal="csv", series=tuple(map(tuple, rows.tolist())))


def chaotic(cell: str) -> rnnviz.Experiment:
    """A gradient that overflows single precision on a long way back through states near 1.

    Every kernel takes another chaotic path, so that the growth is far beyond what is needed: e^89
    is the largest number, and these grow at least as e^150.
    """
    n_a, gain = {"rnn": (64, 1.0), "lstm": (32, 5.0)}.get(cell, (64, 2.0))
    sizes = {"n_a": n_a, "n_x": 3, "m": 1, "T_x": 300, "dtype": "float32"} | DRAWS
    return rnnviz.Experiment(cell=cell, gain=gain, **sizes, loss="upstream_last")


def saturated(cell: str) -> rnnviz.Experiment:
    """An infinite input behind which a cell stands at its limits: only dL/dW is not finite."""
    series = ((0.5,), (1e39,), (0.25,), (-1.0,))
    sizes = {"n_a": 4, "n_x": 1, "m": 2, "T_x": 4, "dtype": "float32"} | DRAWS
    return rnnviz.Experiment(cell=cell, **sizes, signal="csv", series=series)


def experiments() -> dict[str, rnnviz.Experiment]:
    """All of them by a name that tells what is wrong."""
    every = {}
    for dtype in HUGE:
        for cell in KINDS:
            for place, before in (("first", 0), ("middle", 3), ("last", STEPS - 1)):
                every[f"{cell}-{dtype}-{place}"] = forward(cell, dtype, before)
        for name in ("relu", "linear", "softmax"):
            one = forward("rnn", dtype, 3, activation=name, loss="cross_entropy_last")
            every[f"{name}-{dtype}-middle"] = one
        overflows = {"float32": 21, "float64": 156}[dtype]  # the first T_x at which anything does
        every[f"back-{dtype}-first"] = backward(dtype, overflows)
        every[f"back-{dtype}-middle"] = backward(dtype, overflows + 8)
        every[f"back-{dtype}-every"] = backward(dtype, overflows + 8, "upstream_every")
    for cell in KINDS:
        if not CELLS[cell].derived.linear:  # whose gradient grows as its states do
            every[f"{cell}-chaotic"] = chaotic(cell)
        every[f"{cell}-saturated"] = saturated(cell)
    grows = {"cell": "rnn", "activation": "relu", "gain": 100.0, "T_x": 400} | DRAWS
    every["relu-grows"] = rnnviz.Experiment(**grows)
    rows = ((1e308,) * 3,) * 4
    every["relu-largest"] = rnnviz.Experiment(
        cell="rnn", activation="relu", n_a=5, T_x=4, signal="csv", series=rows, **DRAWS
    )
    return every


@cache
def run(name: str) -> Run:
    """The run of one of them."""
    return rnnviz.run(ALL[name])


def began(run: Run) -> str:
    """The words that every sentence about a run without numbers holds: where that began."""
    fine, trace = run.trace.finite_steps, run.trace
    if fine < trace.T_x:
        return f"t = {fine + 1} on"
    bad = [~np.isfinite(d).all(axis=(0, 1)) for d in run.gradients.states.values()]
    steps = np.flatnonzero(np.any(bad, axis=0))
    return f"t = {steps[-1] + 1} back" if len(steps) else ""


def texts(value) -> Iterator[str]:
    """Every word in something nested, such as a figure as JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts(part)


NO_WORD = re.compile(r"\b([Nn]a[Nn]|inf)\b|Infinity|explode")  # in anything that is read
ALL = experiments()
