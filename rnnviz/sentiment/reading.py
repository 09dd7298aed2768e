"""A trained model on one review, word by word, by our own cells.

The ids are read as they stand, as Keras reads them, zeros in front, behind and within. Of a stack
or a Bidirectional one layer and direction is looked into; the others run, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnnviz.core.errors import ExperimentError, check_bounds
from rnnviz.core.experiment import bytes_per_step
from rnnviz.core.types import Pass
from rnnviz.sentiment.network import Model, Walk, classes, embed, masked, walk
from rnnviz.sentiment.network.model import VALUES


@dataclass(frozen=True, eq=False)
class Reading:
    """What a model did with one review.

    `ids` (T_x,) are the words that it read, masked padding left out, `row` all ids that it was
    given. `outputs` (k,) are the model's own, as Keras' predict gives them; `each_class`
    (classes, T_x) P of every class after each word: of the review cut there. Words are weighed for
    the class `target`: `log_odds` of it at the end, `influence` (T_x,) each word's share of them to
    first order, dz/dx . x, and `missed` (T_x,) how much they fall when that word is left out (NaN
    where that was not asked for), the others moved up, or with `padding` "pre" or "post" a zero in
    its place in front or behind. Of a model of values, each is a class here, with the value itself
    in place of P and of the log-odds.

    `run` is what the `layer` looked into did on its `way`: states, gates, and how the log-odds feel
    every state; its step k stands at the word `places[k]`.
    """

    model: Model
    row: np.ndarray
    ids: np.ndarray
    outputs: np.ndarray
    each_class: np.ndarray
    target: int
    log_odds: float
    influence: np.ndarray
    missed: np.ndarray
    run: Pass
    layer: int
    way: int
    places: np.ndarray
    padding: str = ""

    @property
    def probabilities(self) -> np.ndarray:
        """P of the class that words are weighed for, after each word, (T_x,)."""
        return self.each_class[self.target]

    def cut(self, t: int) -> np.ndarray:
        """The row as it stands once word t has been read: cut before the next one."""
        places = np.append(self._words[1:], len(self.row))
        return self.row[: places[t]]

    def without(self, t: int) -> np.ndarray:
        """The row without word t."""
        return _without(self.row, self._words[t], self.padding)

    def seen(self, dtype) -> tuple[np.ndarray, np.ndarray]:
        """What the first layer sees, (n_x, 1, T), and which places it reads, (1, T)."""
        return _seen(self.model, self.row, dtype)

    @property
    def _words(self) -> np.ndarray:
        return np.flatnonzero(self.seen(float)[1][0])

    @property
    def backwards(self) -> bool:
        """Whether the steps of `run` go from the last word to the first."""
        return len(self.places) > 1 and self.places[0] > self.places[-1]


_TOGETHER = 32  # reviews that lie in memory side by side
_MOST_BYTES = 700 * 2**20  # that they, or one alone, take there
_MOST_PRODUCTS = 10**11  # with the weights, that the readings without each word take together


def read(
    model: Model,
    ids: Sequence[int] | np.ndarray,
    dtype=None,
    leave_out: bool = False,
    padding: str = "",
    target: int | None = None,
    layer: int | None = None,
    way: int = 0,
) -> Reading:
    """Run a model over the ids of one review, forward and backward.

    Zeros are skipped where the model masks them. `leave_out` reads the review once more without
    each word, where that takes at most _MOST_PRODUCTS. `target` is the class that words are weighed
    for: by default the one of class 1 where there are two, else the most probable. `layer` counts
    the recurrent layers from 0, the last one by default, `way` the directions of a Bidirectional.
    Raises ExperimentError where no id is left or one is beyond the model's vocabulary, where the
    review is too long for the memory, or where there is no such class or layer.
    """
    row = np.asarray(ids, int)
    _check(model, row)
    dtype = np.dtype(dtype or model.dtype)
    model = model.in_precision(dtype)
    words = np.flatnonzero(row) if model.masked else np.arange(len(row))
    if not len(words):
        raise ExperimentError("a review must have at least one word, got none")
    most = _MOST_BYTES // _bytes_per_step(model, dtype)
    if len(row) > most:
        raise ExperimentError(
            f"a review for this model must have at most {most} words, got {len(row)}"
        )
    x, mask = _seen(model, row, dtype)
    reading = told(model, row, walk(model, x, mask), target, layer, way)
    missed = np.full(len(words), np.nan)
    if leave_out and len(words) > 1 and _soon(model, row):
        rows = np.array([_without(row, t, padding) for t in words])
        others = _z_of(model, rows, np.full(len(rows), rows.shape[1]))
        missed = reading.log_odds - classes.log_odds(model.final, others, reading.target)
    return replace(reading, missed=missed, padding=padding)


def told(
    model: Model, row: np.ndarray, whole: Walk, target: int | None, layer: int | None, way: int
) -> Reading:
    """The reading of a row that has gone its way through a model; no word is left out."""
    z, words = whole.z[:, 0], np.flatnonzero(whole.mask[0])
    target = _target(model, z, target)
    log_odds = classes.log_odds(model.final, z, target)
    felt = whole.back(classes.slope(model.final, z, target))
    layer, way, run, places = _looked_into(model, whole, felt, words, layer, way, log_odds)
    after = _after_each(model, whole, row, words)
    return Reading(
        **{"model": model, "row": row, "ids": row[words], "target": target, "layer": layer},
        **{"outputs": classes.outputs(model.final, z), "log_odds": float(log_odds)},
        each_class=classes.probabilities(model.final, after),
        influence=(felt.words * whole.inputs[0][:, 0])[:, words].sum(axis=0),
        missed=np.full(len(words), np.nan),
        **{"run": run, "way": way, "places": places},
    )


def _seen(model: Model, row: np.ndarray, dtype) -> tuple[np.ndarray, np.ndarray]:
    """What the first layer sees of a row, (n_x, 1, T), and which places it reads, (1, T)."""
    rows = row[None]
    return embed(model, rows, dtype), masked(model, rows, np.array([len(row)]))


def _soon(model: Model, row: np.ndarray) -> bool:
    """Whether the row can be read again for each of its words."""
    return len(row) ** 2 * sum(array.size for array in model.arrays()) <= _MOST_PRODUCTS


def _check(model: Model, row: np.ndarray) -> None:
    if model.numbers:
        raise ExperimentError(
            f"a model of numbers must be given {model.numbers} a step, got word ids: name a file "
            "of them (--signal FILE)"
        )
    if model.embedding is not None:
        outside = row[(row < 0) | (row >= len(model.embedding))]
        if len(outside):
            most = len(model.embedding) - 1
            raise ExperimentError(f"ids must be between 0 and {most}, got {int(outside[0])}")


def _bytes_per_step(model: Model, dtype: np.dtype) -> int:
    """What a step of one review takes, in all layers."""
    ways = [way for layer in model.recurrent for way in layer.ways]
    widths = (
        max(sum(way.params[W].shape[1] for W in gate.weights) for gate in way.cell.gates)
        for way in ways
    )
    return sum(
        bytes_per_step(way.cell, width - way.n_a, way.n_a, 1, 1, dtype.itemsize)
        for way, width in zip(ways, widths, strict=True)
    )


def _target(model: Model, z: np.ndarray, target: int | None) -> int:
    count = classes.count(model.final, z)
    if target is None and model.final == VALUES:
        return int(np.abs(z).argmax())
    if target is None:
        return 1 if count == 2 else int(classes.probabilities(model.final, z).argmax())
    check_bounds("class", target, 0, count - 1)
    return target


def _after_each(model: Model, whole: Walk, row: np.ndarray, words: np.ndarray) -> np.ndarray:
    """z (k, T_x) of the row cut before each word's next one."""
    ends = np.append(words[1:] - 1, len(row) - 1)
    if model.causal:
        return whole.after(ends)
    after = np.full((len(whole.z), len(words)), np.nan, whole.z.dtype)
    if _soon(model, row):
        after = _z_of(model, np.tile(row, (len(words), 1)), ends + 1)
    after[:, -1] = whole.z[:, 0]
    return after


def _without(row: np.ndarray, at: int, padding: str) -> np.ndarray:
    """The row without the id at a place, and a zero on the side of the padding."""
    rest = np.delete(row, at)
    return np.insert(rest, 0 if padding == "pre" else len(rest), 0) if padding else rest


def _z_of(model: Model, rows: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """z (k, rows) of many rows, a few at a time."""
    dtype = model.dtype
    one = rows.shape[1] * _bytes_per_step(model, dtype)
    together, parts = max(1, min(_TOGETHER, _MOST_BYTES // one)), []
    for start in range(0, len(rows), together):
        some, long = rows[start : start + together], lengths[start : start + together]
        x, mask = embed(model, some, dtype), masked(model, some, long)
        parts.append(walk(model, x, mask, long).z)
    return np.concatenate(parts, axis=1)


def _looked_into(model, whole, felt, words, layer, way, log_odds):
    """The chosen layer and way, its Pass, and the word at each of its steps."""
    layer = len(model.recurrent) - 1 if layer is None else layer
    check_bounds("layer", layer, 0, len(model.recurrent) - 1)
    chosen = model.recurrent[layer]
    if way and len(chosen.ways) == 1:
        raise ExperimentError(f"direction must be forward: {chosen.name} has one, got backward")
    at = model.layers.index(chosen)
    one, grads = whole.reads[at].ways[way], felt.gradients[at][way]
    losses = np.zeros(one.trace.T_x, one.trace.dtype)
    losses[-1] = log_odds
    taken = one.way
    run = Pass(taken.cell, taken.params, one.trace, losses, felt.upstreams[at][way], grads)
    order = one.order[0]
    if sum(below.turned for below in model.recurrent[:layer]) % 2:
        order = whole.mask.shape[1] - 1 - order
    return layer, way, run, np.searchsorted(words, order)
