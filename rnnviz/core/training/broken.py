"""Backpropagation through time written by hand for three cells, to be right or wrong on purpose.

Slow and plain, step by step; without a mistake it is what the engine computes.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnnviz.core.types import Gradients, Trace


class Part(NamedTuple):
    """What a gate's pre-activation feels, dL/dz (n_a, m), and what its parameters saw."""

    W: str
    b: str
    dz: np.ndarray
    seen: np.ndarray


class WayBack(NamedTuple):
    """`carried` dL/d(state) after each step, but for what the step itself makes of it,
    (T_x, n_a, m); `shares` what each step adds to dL/d(parameter), (T_x, ..); `gradients` the same
    as the engine gives it, all summed."""

    carried: dict[str, np.ndarray]
    shares: dict[str, np.ndarray]
    gradients: Gradients


def walk_back(
    trace: Trace, params: Mapping[str, np.ndarray], upstream: np.ndarray, mistake: str = ""
) -> WayBack:
    """From the last step to the first; upstream dL/da (n_a, m, T_x) as `engine.backward` takes it.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="gru", T_x=5))
    >>> back = walk_back(done.trace, done.params, done.upstream)
    >>> bool(np.allclose(back.shares["Wr"].sum(axis=0), done.gradients.params["Wr"]))
    True
    """
    cell, T_x, n_a = trace.cell, trace.T_x, trace.n_a
    later = {name: np.zeros_like(trace.state(name)[0]) for name in cell.states}
    carried = {name: np.zeros_like(trace.state(name)[1:]) for name in cell.states}
    whole = {name: np.zeros_like(trace.state(name)) for name in cell.states}
    weights = {name: params[name] for name in cell.draws if name not in cell.readout}
    shares = {n: np.zeros((T_x, *W.shape), trace.dtype) for n, W in weights.items()}
    step = {"rnn": _rnn, "lstm": _lstm, "gru": _gru}[cell.name]
    for t in reversed(range(T_x)):
        later["a"] = later["a"] + upstream[..., t]
        for name in cell.states:
            carried[name][t] = later[name]
        values = {name: array[t] for name, array in trace.values.items()}
        felt, parts, later = step(values, trace.x[..., t], weights, later, mistake)
        for name in cell.states:
            whole[name][t + 1] = felt[name]
        if mistake == "not-carried":
            later["a"] = np.zeros_like(later["a"])
        for part in parts:
            _share(shares, part, t, mistake, last=t == T_x - 1, a=values["a"], n_a=n_a)
    for name in cell.states:
        whole[name][0] = later[name]
    summed = {name: share.sum(axis=0) for name, share in shares.items()}
    return WayBack(carried, shares, Gradients(cell, n_a, whole["a"], whole, summed))


def _share(shares, part: Part, t: int, mistake: str, last: bool, a, n_a: int) -> None:
    """Add a gate's dz to the gradients of its weights and bias."""
    seen = part.seen
    if mistake == "wrong-step" and part.W != "Wax":
        seen = np.concatenate([a, seen[n_a:]])
    shares[part.W][t] += part.dz @ seen.T
    if part.b and (last or mistake != "bias-once"):
        shares[part.b][t] += part.dz.sum(axis=1, keepdims=True)


def _back(W: np.ndarray, dz: np.ndarray, mistake: str) -> np.ndarray:
    """dL/d(state) through the weights on it."""
    block = W[:, : len(dz)]
    return (block if mistake == "transposed" else block.T) @ dz


def _slope(squashed: np.ndarray, mistake: str) -> np.ndarray | float:
    return 1.0 if mistake == "no-slope" else 1 - squashed * squashed


def _rnn(v, x, W, later, mistake):
    dz = later["a"] * _slope(v["a"], mistake)
    parts = [Part("Waa", "ba", dz, v["a_prev"]), Part("Wax", "", dz, x)]
    return {"a": later["a"]}, parts, {"a": _back(W["Waa"], dz, mistake)}


def _lstm(v, x, W, later, mistake):
    f, i, o, k = (v[letter] for letter in "fiok")
    seen, tanh_c, da = np.concatenate([v["a_prev"], x]), np.tanh(v["c"]), later["a"]
    dc = later["c"] + da * o * _slope(tanh_c, mistake)
    dz = {
        "f": dc * v["c_prev"] * f * (1 - f),
        "i": dc * k * i * (1 - i),
        "o": da * tanh_c * o * (1 - o),
        "c": dc * i * _slope(k, mistake),
    }
    parts = [Part(f"W{gate}", f"b{gate}", each, seen) for gate, each in dz.items()]
    before = sum(_back(W[f"W{gate}"], each, mistake) for gate, each in dz.items())
    kept = np.zeros_like(dc) if mistake == "no-memory" else dc * f
    return {"a": da, "c": dc}, parts, {"a": before, "c": kept}


def _gru(v, x, W, later, mistake):
    i, r, k, before, da = v["i"], v["r"], v["k"], v["a_prev"], later["a"]
    seen, gated = np.concatenate([before, x]), np.concatenate([r * before, x])
    dz_k = da * i * _slope(k, mistake)
    dz_i = da * (k - before) * i * (1 - i)
    d_gated = _back(W["Wc"], dz_k, mistake)
    dz_r = d_gated * before * r * (1 - r)
    back = (
        da * (1 - i) + d_gated * r + _back(W["Wi"], dz_i, mistake) + _back(W["Wr"], dz_r, mistake)
    )
    if mistake == "notebook":
        dz_r, back = _notebook(i, r, k, before, da, W)
    told = seen if mistake == "reset-path" else gated
    parts = [
        Part("Wi", "bi", dz_i, seen),
        Part("Wr", "br", dz_r, seen),
        Part("Wc", "bc", dz_k, told),
    ]
    return {"a": da}, parts, {"a": back}


def _notebook(i, r, k, before, da, W):
    """The source notebook's dL/dz of the reset gate, and its da_prev."""
    Wi, Wr, Wc = (W[name][:, : len(i)] for name in ("Wi", "Wr", "Wc"))
    ones, slope = np.ones_like(before), i * (1 - k * k)
    dz_r = da * slope * r * (1 - r) * (Wc @ before)
    left = 1 - i + (k - before) * i * (1 - i) * (Wi @ ones) + slope
    return dz_r, da * left * (Wc @ r + (Wc @ before) * r * (1 - r) * (Wr @ ones))
