"""A Pass of weights and inputs that somebody brings along, with no Experiment behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from rnnviz.core.cells import CELLS, Cell
from rnnviz.core.conventions import Arrays, array, params_of, readout_of
from rnnviz.core.engine import backward, forward
from rnnviz.core.errors import ExperimentError, check_choice, shown
from rnnviz.core.losses import LOSSES, Evaluation, head
from rnnviz.core.types import Pass


def pass_of(
    cell: str | Cell,
    weights: Arrays,
    x: np.ndarray,
    *,
    readout: Arrays | None = None,
    labels: Sequence[int] | np.ndarray | None = None,
    upstream: np.ndarray | None = None,
    initial: Mapping[str, np.ndarray] | None = None,
    words: Sequence[str] = (),
) -> Pass:
    """What a recurrent layer of your own does with an input, forward and backward.

    `weights` are what Keras' `layer.get_weights()` gives, PyTorch's `module.state_dict()`, or
    arrays by our own names; `readout` the same of a Dense or Linear behind it. `x` is
    (n_x, m, T_x), and its type, single or double, that of the run: a batch of Keras, (m, T_x, n_x),
    is `batch.transpose(2, 0, 1)`. `cell` is a name in CELLS, or a Cell: Keras' default GRU and
    PyTorch's are "gru_after". `initial` are states (n_a, m), zeros where left out; `words` name the
    steps.

    What the gradients are of: cross-entropy of the readout against `labels` from 0, (m,) at the
    last step or (m, T_x) at every one (a readout of one output is a sigmoid's, labels 0 and 1); or
    your own loss, of which `upstream` is dL/da (n_a, m, T_x); else the sum of the last states.
    Raises ExperimentError.

    >>> weights = [np.ones((3, 20)), np.eye(5, 20), np.zeros(20)]
    >>> one = pass_of("lstm", weights, np.ones((3, 2, 7)))
    >>> one.trace.gates["forget"].shape, one.gradients.norms["c"].shape
    ((5, 2, 7), (7,))
    """
    if isinstance(cell, str):
        check_choice("cell", cell, CELLS)
        cell = CELLS[cell]
    params, x = params_of(cell, weights), array("x", x)
    W, b = cell.readout
    if readout is not None:
        params |= readout_of(cell, readout)
    missing = [name for name in cell.draws if name not in (*params, *cell.readout)]
    if missing:
        raise ExperimentError(
            f"parameters must hold {', '.join(cell.draws)}, got no {missing[0]} "
            f"({shown(', '.join(params))})"
        )
    n_a = len(params[cell.gates[0].weights[0]])
    single = len(params.get(W, ())) == 1 and readout is not None
    if W not in params:
        params |= {W: np.zeros((1, n_a)), b: np.zeros((1, 1))}
    if single:  # of a sigmoid: a class 0, held at 0, makes a softmax of it
        params |= {name: np.concatenate([0 * params[name], params[name]]) for name in (W, b)}
    _check_x(cell, params, n_a, x)
    params = {name: one.astype(x.dtype, copy=False) for name, one in params.items()}
    started = {name: array(name, one).astype(x.dtype) for name, one in (initial or {}).items()}
    for name in started:
        check_choice("initial", name, cell.states)
    trace = forward(cell, params, x, started)
    if words and len(words) != trace.T_x:
        raise ExperimentError(f"words must be one a step, {trace.T_x}, got {len(words)}")
    a = trace.states["a"]
    if labels is None:
        loss = _given(a, params[W], params[b], upstream)
    elif upstream is not None or readout is None:
        raise ExperimentError("labels must come with a readout and without upstream")
    else:
        loss = _judged(a, params[W], params[b], np.asarray(labels), single)
    gradients = backward(trace, loss.upstream)
    gradients = replace(gradients, params={**gradients.params, W: loss.dW, b: loss.db})
    loss.upstream.flags.writeable = False
    return Pass(
        cell, params, trace, loss.losses, loss.upstream, gradients, words=tuple(map(str, words))
    )


def _check_x(cell: Cell, params: Mapping[str, np.ndarray], n_a: int, x: np.ndarray) -> None:
    """Raise ExperimentError unless x is (n_x, m, T_x), where the weights leave one n_x alone."""
    if x.ndim != 3 or 0 in x.shape:
        raise ExperimentError(f"x must be (n_x, m, T_x), got shape {shown(x.shape)}")
    narrow, wide = (cell.shapes(n_x, n_a, 1) for n_x in (0, 1))
    sees = next((name for name in narrow if wide[name] != narrow[name]), "")
    if sees in params and params[sees].ndim == 2:
        n_x = params[sees].shape[1] - narrow[sees][1]
        if len(x) != n_x:
            raise ExperimentError(
                f"x must be (n_x, m, T_x) with n_x {n_x}, got shape {x.shape}: a batch "
                "(m, T_x, n_x) is turned by x.transpose(2, 0, 1)"
            )


def _given(a: np.ndarray, W: np.ndarray, b: np.ndarray, upstream) -> Evaluation:
    """The sum of upstream * a, or of the last states."""
    if upstream is None:
        return LOSSES["upstream_last"].evaluate(a, W, b, np.ones_like(a))
    felt = array("upstream", upstream)
    if felt.shape != a.shape:
        raise ExperimentError(f"upstream must have shape {a.shape}, got {felt.shape}")
    return LOSSES["upstream_every"].evaluate(a, W, b, felt)


def _judged(
    a: np.ndarray, W: np.ndarray, b: np.ndarray, labels: np.ndarray, single: bool
) -> Evaluation:
    """Cross-entropy at the last step, or at every one."""
    n_y, shapes = len(W), [a.shape[1:2], a.shape[1:]]
    fits = labels.dtype.kind in "iu" and labels.shape in shapes[: 1 if single else 2]
    if not fits or labels.min() < 0 or labels.max() >= n_y:
        raise ExperimentError(
            f"labels must be whole numbers from 0 to {n_y - 1} of shape {shapes[0]}"
            f"{'' if single else f' or {shapes[1]}'}, got {shown(labels.tolist())}"
        )
    if labels.ndim == 1:
        return head("last", sigmoid=single).evaluate(a, W, b, labels)
    return LOSSES["cross_entropy_every"].evaluate(a, W, b, labels)
