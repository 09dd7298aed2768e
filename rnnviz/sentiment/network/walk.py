"""A review's way through a whole model, and the gradient's way back.

Many reviews may lie side by side; the way back is of one.
"""

from dataclasses import dataclass

import numpy as np

from rnnviz.core.types import Gradients
from rnnviz.sentiment.network.model import Model, Recurrent
from rnnviz.sentiment.network.recurrent import LayerRead, Watch, read_layer


@dataclass(frozen=True, eq=False)
class Felt:
    """How a number at a model's end feels the words, dL/dx (n_x, T), and for each layer the
    gradients and the upstream of each of its ways (none for a layer that is not recurrent)."""

    words: np.ndarray
    gradients: tuple[list[Gradients], ...]
    upstreams: tuple[list[np.ndarray], ...]


@dataclass(frozen=True, eq=False)
class Walk:
    """Everything that stood on the way: what went into each layer, (n, m, T), how each recurrent
    one read it, what the pool saw, and every stage of the head, the last numbers z (k, m) at its
    end."""

    model: Model
    mask: np.ndarray
    lengths: np.ndarray
    inputs: tuple[np.ndarray, ...]
    reads: tuple[LayerRead | None, ...]
    top: np.ndarray
    stages: tuple[np.ndarray, ...]

    @property
    def z(self) -> np.ndarray:
        """What the outputs are made of, (k, m)."""
        return self.stages[-1]

    def after(self, ends: np.ndarray) -> np.ndarray:
        """z (k, len(ends)) of one review of a causal model, cut behind each of some places."""
        if self.model.pool == "last":
            top = self.reads[-1]
            read = top.mask[0, ends] if top.layer.zeros else 1
            pooled = top.ways[0].everywhere()[:, 0, ends] * read
        elif self.model.pool == "max":
            pooled = np.maximum.accumulate(self.top[:, 0], axis=1)[:, ends]
        else:
            summed = np.cumsum(np.where(self.mask[0], self.top[:, 0], 0), axis=1)
            pooled = summed[:, ends] / np.cumsum(self.mask[0])[ends].astype(self.top.dtype)
        return _head(self.model, pooled.astype(self.top.dtype))[-1]

    def back(self, dz: np.ndarray) -> Felt:
        """From what is felt of z, (k,), down to the words."""
        d = dz[:, None]
        for stage, v, y in zip(
            reversed(self.model.head), self.stages[-2::-1], self.stages[:0:-1], strict=True
        ):
            d = stage.vjp(v, y, d)
        felt, gradients, upstreams = self._unpooled(d[:, 0]), [], []
        for layer, x, read, y in zip(
            reversed(self.model.layers),
            reversed(self.inputs),
            reversed(self.reads),
            reversed([*self.inputs, self.top][1:]),
            strict=True,
        ):
            if isinstance(layer, Recurrent):
                felt, grads, upstream = read.back(felt)
            else:
                felt, grads, upstream = layer.vjp(x[:, 0], y[:, 0], felt), [], []
            gradients.insert(0, grads)
            upstreams.insert(0, upstream)
        return Felt(felt, tuple(gradients), tuple(upstreams))

    def _unpooled(self, d: np.ndarray) -> np.ndarray:
        if self.model.pool == "last":
            return d
        spread = np.zeros(self.top[:, 0].shape, d.dtype)
        if self.model.pool == "max":
            spread[np.arange(len(d)), self.top[:, 0].argmax(axis=1)] = d
            return spread
        return np.where(self.mask[0], d[:, None] / self.mask[0].sum().astype(d.dtype), spread)


def embed(model: Model, rows: np.ndarray, dtype) -> np.ndarray:
    """What the first layer sees of ids (m, T): (n_x, m, T)."""
    if model.embedding is None:
        return rows[None].astype(dtype)
    return np.moveaxis(model.embedding[rows].astype(dtype), -1, 0)


def masked(model: Model, rows: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Which places (m, T) of ids are read."""
    there = np.arange(rows.shape[1]) < lengths[:, None]
    return there & (rows != 0) if model.masked else there


def walk(
    model: Model,
    x: np.ndarray,
    mask: np.ndarray,
    lengths: np.ndarray | None = None,
    watch: Watch | None = None,
) -> Walk:
    """Carry x (n_x, m, T) through the model, whose numbers have the same precision."""
    lengths = np.full(len(mask), mask.shape[1]) if lengths is None else lengths
    values, inputs, reads = x, [], []
    for layer in model.layers:
        inputs.append(values)
        read = None
        if isinstance(layer, Recurrent):
            read = read_layer(layer, values, mask, lengths, watch)
            values = read.handed_on()
        else:
            flat = layer.apply(values.reshape(len(values), -1))
            values = flat.reshape(len(flat), *values.shape[1:])
        reads.append(read)
    stages = _head(model, _pooled(model.pool, values, mask, lengths))
    return Walk(model, mask, lengths, tuple(inputs), tuple(reads), values, tuple(stages))


def _pooled(pool: str, top: np.ndarray, mask: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """What the head sees, (n, m); Keras' maximum over time knows no mask, its average does."""
    if pool == "last":
        return top
    if pool == "max":
        there = np.arange(top.shape[2]) < lengths[:, None]
        return np.where(there, top, -np.inf).max(axis=2).astype(top.dtype)
    return np.where(mask, top, 0).sum(axis=2) / np.maximum(1, mask.sum(axis=1)).astype(top.dtype)


def _head(model: Model, pooled: np.ndarray) -> list[np.ndarray]:
    stages = [pooled]
    for stage in model.head:
        stages.append(stage.apply(stages[-1]))
    return stages
