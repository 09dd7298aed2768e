"""A cell through time: `forward` fills a Trace, `backward` carries the chain rule back along it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy import add, multiply, tanh

from rnnviz.core.activations import softmax
from rnnviz.core.axes import time_major
from rnnviz.core.cells.base import Cell
from rnnviz.core.engine import products, workspace
from rnnviz.core.engine.buffers import gradients_for, trace_for
from rnnviz.core.engine.chain import Chain
from rnnviz.core.engine.views import backward_steps, forward_steps
from rnnviz.core.engine.weights import halved, unpack
from rnnviz.core.types import Gradients, Trace


def forward(
    cell: Cell,
    params: Mapping[str, np.ndarray],
    x: np.ndarray,
    initial: Mapping[str, np.ndarray] | None = None,
    into: Trace | None = None,
) -> Trace:
    """Run the cell over x and keep everything it saw.

    params by the cell's names (`cell.shapes`), x (..., n_x, m, T_x), initial states (..., n_a, m),
    zeros where left out; the type of x is the type of the run. `into`: an earlier Trace of the same
    shapes, whose buffers are written over. Raises ExperimentError on wrong shapes or missing names.
    Overflow is no error here: see `Trace.finite_steps`.

    >>> from rnnviz.core.cells import CELLS
    >>> shapes = CELLS["lstm"].shapes(n_x=3, n_a=5, n_y=2)
    >>> params = {name: np.zeros(shape) for name, shape in shapes.items()}
    >>> trace = forward(CELLS["lstm"], params, np.zeros((3, 10, 7)))
    >>> trace.states["c"].shape, float(trace.gates["forget"].max())  # sigmoid(0)
    ((5, 10, 7), 0.5)
    """
    trace = trace_for(cell, params, x, initial or {}, into)
    weights, n_a, n_early, n_gates = trace.weights, trace.n_a, len(cell.gates), len(cell.all_gates)
    stages = zip((cell.gates, cell.late_gates), weights, strict=True)
    product, late_product = (
        None if W is None else products.multiplication(halved(gates, W, n_a), trace.m)
        for gates, W in stages
    )
    gated, cell_step = bool(cell.gates[0].squash), cell.step
    half = np.array(0.5, x.dtype)  # an array, because converting a Python float takes longer
    with np.errstate(all="ignore"):
        for step in forward_steps(trace, into):
            operand, z, sigmoid, late, late_a, z_late, sigmoid_late, views = step
            product(operand, z)
            if gated:
                _squash(z, sigmoid, half)
            if late_product is not None:
                cell.operand(*views[:n_early], views[n_gates], out=late_a)
                late_product(late, z_late)
                _squash(z_late, sigmoid_late, half)
            cell_step(*views)
        Wy, by = (np.asarray(params[name], x.dtype) for name in cell.readout)
        y = np.matmul(Wy, trace.state("a")[1:], out=trace.outputs)
        softmax(add(y, by, out=y), out=y)
    return trace


def _squash(z, sigmoid, half):
    """One tanh for all rows: the sigmoid ones come in halved, 1/2 + tanh(z/2)/2."""
    tanh(z, z)
    if sigmoid is not None:
        multiply(sigmoid, half, sigmoid)
        add(sigmoid, half, sigmoid)


def backward(
    trace: Trace,
    upstream: np.ndarray,
    carry: Mapping[str, np.ndarray] | None = None,
    into: Gradients | None = None,
) -> Gradients:
    """Backpropagation through time.

    upstream is dL/da (..., n_a, m, T_x) as each step's own loss sees it; carry is dL/d(state) that
    arrives at the last states from beyond, (..., n_a, m), zero where left out. The readout is not
    in it: its gradients are the loss's (see `losses`). `into` as in `forward`.

    >>> from rnnviz.core.cells import CELLS
    >>> params = {"Waa": 2 * np.eye(1), "Wax": np.ones((1, 1)), "ba": np.zeros((1, 1))}
    >>> params |= {"Wya": np.ones((1, 1)), "by": np.zeros((1, 1))}
    >>> linear = CELLS["rnn"].with_activation("linear")
    >>> trace = forward(linear, params, np.ones((1, 1, 4)))
    >>> backward(trace, np.array([[[0.0, 0.0, 0.0, 1.0]]])).states["a"]  # doubled at each step back
    array([[[8., 4., 2., 1.]]])
    """
    n_a, grads = trace.n_a, gradients_for(trace, upstream, carry or {}, into)
    chain, upstream = Chain.of(trace, grads.seen.shape[-2]), time_major(upstream)
    with np.errstate(all="ignore"), workspace.reused(trace) as work:
        steps, inner = backward_steps(grads, work, into), work.inner
        dW = [np.zeros_like(share) for share in work.shares]
        for start in reversed(range(0, trace.T_x, work.length)):  # the last steps first
            chunk = range(start, min(start + work.length, trace.T_x))
            now, count = slice(start, chunk.stop), len(chunk)
            chain.local_derivatives(now, inner.derivatives[:count])
            work.take_losses(upstream, chunk)
            chain.vjp(reversed(steps[now]))
            if inner.d_operand is not None:
                grads.inputs[now] += inner.d_operand[:count, ..., n_a:, :]
            work.add_weight_gradients(trace, chunk, dW)
        for index, name in enumerate(trace.cell.states[1:]):
            grads.state(name)[0] = inner.state(index)[0]
    packed = tuple(whole.swapaxes(-1, -2) for whole in dW)
    return replace(grads, params=unpack(trace.cell, n_a, packed))
