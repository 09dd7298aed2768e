"""A recurrent layer of Keras as our cells: the blocks of its kernels, and its sign of the GRU."""

import numpy as np

from rnnviz.core.cells import CELLS, Cell
from rnnviz.core.conventions import KERAS, parameters, reset_after
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.sentiment.files import wrapped
from rnnviz.sentiment.files.entry import Entry
from rnnviz.sentiment.network import Recurrent, Way

MOST_UNITS = 4096  # of a layer: beyond, one review would take seconds a word
KINDS = {"SimpleRNN": "rnn", "LSTM": "lstm", "GRU": "gru"}
_ACTIVATIONS = ("tanh", "relu", "linear", "softmax")  # that our RNN has


def layer(entry: Entry, weights, n_x: int, masked: bool) -> tuple[Recurrent, int]:
    """A SimpleRNN, LSTM, GRU or Bidirectional over n_x numbers, and how many it hands on."""
    if entry.kind != "Bidirectional":
        way = _way(entry, entry, entry.part or "cell", weights, n_x)
        sequences = bool(entry.config["return_sequences"])
        zeros = bool(entry.config.get("zero_output_for_mask", False))
        turned = sequences and way.backwards
        if turned and masked:
            raise ExperimentError(
                f"{entry.told} goes backwards and hands its steps on under a mask, which Keras "
                "does not turn with them: put it into a Bidirectional, or embed without mask_zero"
            )
        return Recurrent(entry.title, (way,), sequences, zeros=zeros, turned=turned), way.n_a
    ways = [_inner(entry, side, weights, n_x) for side in ("forward", "backward")]
    merge = entry.config["merge_mode"]
    if merge not in ("concat", "sum", "ave", "mul"):
        raise ExperimentError(
            f"merge_mode of {entry.told} must be concat, sum, ave or mul, got {shown(merge)}"
        )
    if merge != "concat" and ways[0].n_a != ways[1].n_a:
        raise ExperimentError(f"both layers of {entry.told} must have the same units")
    sequences = bool(entry.config["layer"]["config"]["return_sequences"])
    width = sum(way.n_a for way in ways) if merge == "concat" else ways[0].n_a
    return Recurrent(entry.name, tuple(ways), sequences, merge, zeros=sequences), width


def _inner(entry: Entry, side: str, weights, n_x: int) -> Way:
    """The forward or backward layer of a Bidirectional."""
    first = entry.config["layer"]
    given = entry.config.get("backward_layer") if side == "backward" else first
    if given is None:  # Keras 2 does not name it where it is the other one, turned
        given = first | {"config": first["config"] | {"go_backwards": True}}
    given = wrapped.alone(entry.told, given)
    kind, config = given["class_name"], given["config"]
    if kind not in KINDS or given.get("registered_name") not in (None, "", kind):
        raise ExperimentError(f"{entry.told} must hold a SimpleRNN, LSTM or GRU, got {shown(kind)}")
    inner = Entry(kind, config.get("name") or f"{side} {entry.name}", config, entry.key)
    inner.expect(
        go_backwards=side == "backward", return_sequences=first["config"]["return_sequences"]
    )
    return _way(entry, inner, f"{side}_layer/cell", weights, n_x)


def _way(outer: Entry, entry: Entry, part: str, weights, n_x: int) -> Way:
    """A cell and its parameters, from kernels (n_x, G n_a), (n_a, G n_a) and bias (G n_a,)."""
    kind, n_a = KINDS[entry.kind], entry.size("units", MOST_UNITS)
    entry.expect(time_major=False)
    if kind != "rnn":
        entry.expect(activation="tanh", recurrent_activation="sigmoid")
    after = kind == "gru" and bool(entry.config.get("reset_after", False))
    cell = CELLS[kind]
    if kind == "rnn":
        if entry.config["activation"] not in _ACTIVATIONS:
            raise ExperimentError(
                f"activation of {entry.told} must be {', '.join(_ACTIVATIONS)}, got "
                f"{shown(entry.config['activation'])}"
            )
        cell = cell.with_activation(entry.config["activation"])
    width = len(KERAS[kind]) * n_a
    kernel = weights.take(outer, 0, (n_x, width), part)
    recurrent = weights.take(outer, 1, (n_a, width), part)
    backwards = bool(entry.config.get("go_backwards", False))
    bias = np.zeros((2, width) if after else width, kernel.dtype)
    if entry.config.get("use_bias", True):
        bias = weights.take(outer, 2, bias.shape, part)
    if after:
        return Way(*of_reset_after(KERAS["gru_after"], kernel.T, recurrent.T, *bias), backwards)
    return Way(cell, of_blocks(cell, KERAS[kind], kernel.T, recurrent.T, bias), backwards)


def of_blocks(cell: Cell, blocks: tuple[str, ...], kernel, recurrent, bias) -> dict:
    """`core.conventions.parameters`, and the readout that a pass asks for."""
    params = parameters(cell, blocks, kernel, recurrent, bias)
    return params | _no_readout(cell, recurrent.shape[1], kernel.dtype)


def of_reset_after(blocks: tuple[str, ...], kernel, recurrent, bias, inside) -> tuple[Cell, dict]:
    """The GRU whose reset gate acts behind the product, Keras' reset_after and PyTorch's, with
    `core.conventions.reset_after` and the readout that a pass asks for."""
    cell = CELLS["gru_after"]
    params = reset_after(blocks, kernel, recurrent, bias, inside)
    return cell, params | _no_readout(cell, recurrent.shape[1], kernel.dtype)


def _no_readout(cell: Cell, n_a: int, dtype) -> dict[str, np.ndarray]:
    """A readout of zeros, which no layer has and every pass asks for."""
    W, b = cell.readout
    return {W: np.zeros((1, n_a), dtype), b: np.zeros((1, 1), dtype)}
