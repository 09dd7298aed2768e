"""A cell through time: `forward` fills a Trace, `backward` carries the chain rule back along it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
from numpy import add

from rnnviz.core.activations import softmax
from rnnviz.core.axes import time_major
from rnnviz.core.calculus import backward as written_back
from rnnviz.core.calculus import derivatives as written_derivatives
from rnnviz.core.calculus import forward as written
from rnnviz.core.cells.base import Cell
from rnnviz.core.engine import products, workspace
from rnnviz.core.engine.buffers import gradients_for, trace_for
from rnnviz.core.engine.views import backward_steps, forward_steps, hand_on, squashed
from rnnviz.core.engine.weights import halved, unpack, unpacked_vectors
from rnnviz.core.engine.workspace import Stack, products_back
from rnnviz.core.types import Gradients, Trace


def forward(
    cell: Cell,
    params: Mapping[str, np.ndarray],
    x: np.ndarray,
    initial: Mapping[str, np.ndarray] | None = None,
    into: Trace | None = None,
    reads_out: bool = True,
) -> Trace:
    """Run the cell over x and keep everything it saw.

    params by the cell's names (`cell.shapes`), x (..., n_x, m, T_x), initial states (..., n_a, m),
    zeros where left out; the type of x is the type of the run. `into`: an earlier Trace of the same
    shapes, whose buffers are written over. Who computes answers otherwise `reads_out` none: outputs
    are 0. Raises ExperimentError on wrong shapes or missing names. Overflow is no error here: see
    `Trace.finite_steps`.

    >>> from rnnviz.core.cells import CELLS
    >>> shapes = CELLS["lstm"].shapes(n_x=3, n_a=5, n_y=2)
    >>> params = {name: np.zeros(shape) for name, shape in shapes.items()}
    >>> trace = forward(CELLS["lstm"], params, np.zeros((3, 10, 7)))
    >>> trace.states["c"].shape, float(trace.gates["forget"].max())  # sigmoid(0)
    ((5, 10, 7), 0.5)
    """
    trace = trace_for(cell, params, x, initial or {}, into)
    n_a, code = trace.n_a, written.forward(cell.derived)
    pairs = list(zip(cell.stages, trace.weights, strict=True))
    product = [products.multiplication(halved(stage, W, n_a), trace.m) for stage, W in pairs]
    numbers = tuple(np.array(number, x.dtype) for number in code.numbers)
    scratch = tuple(np.empty_like(trace.state("a")[0]) for _ in range(code.scratch))
    with np.errstate(all="ignore"):
        if pairs[0][0].kind == "ahead":  # it sees inputs alone: all steps at once
            _ahead(trace, halved(*pairs[0], n_a))
        steps = forward_steps(trace, into)
        code.function(steps, product, tuple(trace.vectors.values()), numbers, scratch)
        if not reads_out:
            if into is None:
                trace.outputs[...] = 0
            return trace
        Wy, by = (np.asarray(params[name], x.dtype) for name in cell.readout)
        y = np.matmul(Wy, trace.state("a")[1:], out=trace.outputs)
        softmax(add(y, by, out=y), out=y)
    return trace


def _ahead(trace: Trace, W: np.ndarray) -> None:
    views = squashed(trace, 0)
    np.matmul(W, trace.operands[0], out=views["z"])
    np.tanh(views["squashed"], views["squashed"])
    views["sigmoid"] *= 0.5  # 1/2 + tanh(z/2)/2: these rows come in halved
    views["sigmoid"] += 0.5


def backward(
    trace: Trace,
    upstream: np.ndarray | None,
    carry: Mapping[str, np.ndarray] | None = None,
    into: Gradients | None = None,
    inputs: bool = True,
) -> Gradients:
    """Backpropagation through time.

    upstream is dL/da (..., n_a, m, T_x) as each step's own loss sees it, None where no step has
    one; carry is dL/d(state) that arrives at the last states from beyond, (..., n_a, m), zero where
    left out. The readout is not in it: its gradients are the loss's (see `losses`). `into` as in
    `forward`, of a pass with the same `inputs`: who has no use for dL/dx leaves it out, and gets
    one of no inputs.

    >>> from rnnviz.core.cells import CELLS
    >>> params = {"Waa": 2 * np.eye(1), "Wax": np.ones((1, 1)), "ba": np.zeros((1, 1))}
    >>> params |= {"Wya": np.ones((1, 1)), "by": np.zeros((1, 1))}
    >>> linear = CELLS["rnn"].with_activation("linear")
    >>> trace = forward(linear, params, np.ones((1, 1, 4)))
    >>> backward(trace, np.array([[[0.0, 0.0, 0.0, 1.0]]])).states["a"]  # doubled at each step back
    array([[[8., 4., 2., 1.]]])
    """
    n_x, losses = trace.n_x if inputs else 0, upstream is not None
    n_a, grads = trace.n_a, gradients_for(trace, upstream, carry or {}, into, n_x)
    cell, upstream = trace.cell, None if upstream is None else time_major(upstream)
    felt, vectors = dict[str, np.ndarray](), tuple(trace.vectors.values())
    product = products_back(trace, partial(products.multiplication, m=trace.m), n_x)
    with np.errstate(all="ignore"), workspace.reused(trace, losses, n_x) as work:
        steps, inner = backward_steps(trace, grads, work, into), work.inner
        given = product, vectors, work.numbers, work.scratch
        dW = [np.zeros_like(share) for share in work.shares]
        for start in reversed(range(0, trace.T_x, work.length)):  # the last steps first
            chunk = range(start, min(start + work.length, trace.T_x))
            now, count = slice(start, chunk.stop), len(chunk)
            if not work.large:
                inner.local_derivatives(trace, now, count)
            if upstream is not None:
                work.take_losses(upstream, chunk)
            work.code.function(reversed(steps[now]), *given)
            if inputs:
                _add_inputs(trace, inner, grads.inputs[now])
            work.add_weight_gradients(trace, chunk, dW)
            if trace.vectors:
                _add_vectors(trace, grads, inner, now, felt)
        for name in cell.states:
            place = written_back.carried(cell.derived, name)
            if place is not None:
                grads.state(name)[0] = inner.view("slot", place)[0]
        params = unpack(cell, n_a, trace.n_x, tuple(whole.swapaxes(-1, -2) for whole in dW))
        if trace.vectors:
            params |= unpacked_vectors(cell, trace.vectors, felt)
    grads = replace(grads, params=params)
    if into is not None:
        hand_on(into, grads)
    return grads


def _add_inputs(trace: Trace, inner: Stack, d_x: np.ndarray) -> None:
    """dL/dx of what comes to it otherwise than through the first product."""
    if not trace.cell.looked_at:
        d_x[...] = 0
    for at, (stage, operand) in enumerate(zip(trace.cell.stages, inner.operands, strict=True)):
        if operand is not None:
            d_x += operand[: len(d_x), ..., len(stage.looks) * trace.n_a :, :]
        elif stage.kind == "ahead":
            W = trace.weights[at][..., :-1].swapaxes(-1, -2)
            d_x += np.matmul(W, inner.view("dz", at)[: len(d_x)])


def _add_vectors(trace: Trace, grads: Gradients, inner: Stack, now: slice, felt) -> None:
    """dL/d(vectors): the sum over a chunk's steps, and over sequences."""
    derived, code = trace.cell.derived, written_derivatives.vectors(trace.cell.derived)
    arriving = [
        grads.state(name)[1:][now] if name in trace.cell.states
        else inner.view(*derived.gradient(name))[: now.stop - now.start]
        for name in code.sources
    ]  # fmt: skip
    values = [trace.values[name][now] for _, name in code.views]
    for name, each in code.function(values, tuple(trace.vectors.values()), arriving).items():
        felt[name] = felt.get(name, 0) + each.sum(axis=(0, -1))[..., None]
