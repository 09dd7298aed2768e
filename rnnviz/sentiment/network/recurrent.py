"""How a recurrent layer reads reviews that lie side by side, masked steps left out, as Keras does.

Values are (n, m, T) over places: `mask` (m, T) says which are read, `lengths` (m,) how many of a
review's places there are at all. A cell runs over the places that are read alone, since a masked
step carries the state unchanged; what a masked place hands on is put in afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnnviz.core.engine import backward, forward
from rnnviz.core.types import Gradients, Trace
from rnnviz.sentiment.network.model import Recurrent, Way

Watch = Callable[[Trace], None]  # may move what a pass has kept, before it is handed on


@dataclass(frozen=True, eq=False)
class WayRead:
    """One way over its reviews: `order` (m, steps) is the place that each step reads, `came` (m, T)
    the step whose state stands at a place, -1 before the first, `counts` (m,) the steps of each."""

    way: Way
    trace: Trace
    order: np.ndarray
    came: np.ndarray
    counts: np.ndarray

    def everywhere(self) -> np.ndarray:
        """The state (n_a, m, T) at every place: of a masked one the state before it, or zeros."""
        a = self.trace.states["a"]
        states = np.take_along_axis(a, np.maximum(self.came, 0)[None], axis=2)
        return np.where(self.came < 0, 0, states).astype(a.dtype)

    def last(self) -> np.ndarray:
        """The last state (n_a, m); zeros where nothing was read."""
        at = np.maximum(self.counts - 1, 0)[None, :, None]
        states = np.take_along_axis(self.trace.states["a"], at, axis=2)[..., 0]
        return np.where(self.counts > 0, states, 0).astype(states.dtype)

    def felt(self, places: np.ndarray | None, last: np.ndarray | None) -> np.ndarray:
        """dL/da (n_a, 1, steps) of one review, from what is felt at places (n_a, T) or at last."""
        upstream = np.zeros_like(self.trace.states["a"])
        if places is not None:
            read = self.came[0] >= 0
            np.add.at(upstream[:, 0], (slice(None), self.came[0, read]), places[:, read])
        if last is not None:
            upstream[:, 0, -1] += last
        return upstream


def read_way(
    way: Way, values: np.ndarray, mask: np.ndarray, lengths: np.ndarray, watch: Watch | None = None
) -> WayRead:
    """A cell over values (n_x, m, T)."""
    T, counts = mask.shape[1], mask.sum(axis=1)
    at = np.arange(T)
    ranked = np.where(mask, T - 1 - at if way.backwards else at, T + at)
    order = np.argsort(ranked, axis=1, kind="stable")[:, : max(1, int(counts.max()))]
    seen = np.cumsum(mask[:, ::-1], axis=1)[:, ::-1] if way.backwards else np.cumsum(mask, axis=1)
    came = np.where(at < lengths[:, None], seen - 1, -1)
    trace = forward(way.cell, way.params, np.take_along_axis(values, order[None], axis=2))
    if watch:
        watch(trace)
    return WayRead(way, trace, order, came, counts)


@dataclass(frozen=True, eq=False)
class LayerRead:
    """A recurrent layer over its reviews: each way, and what it hands on, (n, m, T) or (n, m)."""

    layer: Recurrent
    ways: tuple[WayRead, ...]
    mask: np.ndarray
    lengths: np.ndarray

    def handed_on(self) -> np.ndarray:
        """The states at all places, or the last ones."""
        parts = [self._of(one) for one in self.ways]
        merge = self.layer.merge
        if len(parts) == 1 or merge == "concat":
            return np.concatenate(parts)
        if merge == "mul":
            return parts[0] * parts[1]
        return (parts[0] + parts[1]) / (2 if merge == "ave" else 1)

    def _of(self, one: WayRead) -> np.ndarray:
        layer = self.layer
        if not layer.sequences:
            return one.last() * self._end_read(one)
        states = one.everywhere()
        if layer.zeros:
            states = np.where(self.mask, states, 0)
        if layer.turned:
            states = np.take_along_axis(states, turned(self.lengths, states.shape[2])[None], axis=2)
        return states

    def _end_read(self, one: WayRead) -> np.ndarray:
        """0 where the last step is masked and such steps hand on zeros, else 1, (m,)."""
        at = np.zeros_like(self.lengths) if one.way.backwards else self.lengths - 1
        read = np.take_along_axis(self.mask, at[:, None], axis=1)[:, 0]
        dtype = one.trace.dtype
        return read.astype(dtype) if self.layer.zeros else np.ones(len(at), dtype)

    def back(self, d: np.ndarray) -> tuple[np.ndarray, list[Gradients], list[np.ndarray]]:
        """Of one review: dL/dvalues (n_x, T) from what is felt of what was handed on, (n, T) or
        (n,), and every way's gradients and upstream."""
        upstreams, gradients = self.upstreams(d), []
        values = np.zeros((self.ways[0].trace.n_x, self.mask.shape[1]), d.dtype)
        for one, upstream in zip(self.ways, upstreams, strict=True):
            grads = backward(one.trace, upstream)
            values[:, one.order[0]] += grads.x[:, 0]
            gradients.append(grads)
        return values, gradients, upstreams

    def upstreams(self, d: np.ndarray) -> list[np.ndarray]:
        """Of one review: every way's dL/da (n_a, 1, steps), from what is felt of what was handed
        on."""
        upstreams = []
        for one, share in zip(self.ways, self._shares(d), strict=True):
            if not self.layer.sequences:
                upstreams.append(one.felt(None, share * self._end_read(one)[0]))
                continue
            if self.layer.turned:
                share = share[:, turned(self.lengths, share.shape[1])[0]]
            if self.layer.zeros:
                share = np.where(self.mask[0], share, 0)
            upstreams.append(one.felt(share, None))
        return upstreams

    def _shares(self, d: np.ndarray) -> list[np.ndarray]:
        """What is felt of each way's share of what was handed on."""
        merge, count = self.layer.merge, len(self.ways)
        if count == 1:
            return [d]
        if merge == "concat":
            first = self.ways[0].way.n_a
            return [d[:first], d[first:]]
        if merge == "mul":
            parts = [self._of(one)[:, 0] for one in self.ways]
            return [d * parts[1], d * parts[0]]
        return [d / (2 if merge == "ave" else 1)] * 2


def read_layer(
    layer: Recurrent, values: np.ndarray, mask: np.ndarray, lengths, watch: Watch | None = None
) -> LayerRead:
    """All ways of a layer over values (n_x, m, T)."""
    ways = tuple(read_way(way, values, mask, lengths, watch) for way in layer.ways)
    return LayerRead(layer, ways, mask, lengths)


def turned(lengths: np.ndarray, T: int) -> np.ndarray:
    """Places (m, T) in the other order, each review within its own length."""
    at = np.arange(T)
    return np.where(at < lengths[:, None], lengths[:, None] - 1 - at, at)
