"""A review read number by number, in plain loops: what the fast reading is held against.

But for the activations it shares no line with `network`: places are walked one after the other, as
Keras' own loop does, with the mask asked at each.
"""

import numpy as np

from rnnviz.core.checks import forward, hand
from rnnviz.sentiment.network import Dense, Model, Normed, Recurrent, Scaled, Squashed, Way
from rnnviz.sentiment.network.squash import SQUASHES

Vector = list[float]


def products(model: Model) -> int:
    """How many products a step of a review takes, in all layers."""
    return sum(array.size for array in model.arrays())


def last_numbers(model: Model, row: np.ndarray) -> Vector:
    """The numbers of which a model's outputs are made, for ids as they are given to it."""
    last = model.layers[-1]
    whole = not isinstance(last, Recurrent) or last.sequences
    steps, mask = handed_on(model, row, len(model.layers) - (not whole))
    end: Vector = []
    if isinstance(last, Recurrent) and not last.sequences:
        end = _merged([_run(way, steps, mask, last.zeros)[-1] for way in last.ways], last)
    if model.pool == "max":
        end = [max(unit) for unit in zip(*steps, strict=True)]
    elif model.pool == "mean":
        kept = [step for step, there in zip(steps, mask, strict=True) if there]
        end = [hand.dot(unit, [1.0] * len(kept)) / len(kept) for unit in zip(*kept, strict=True)]
    for stage in model.head:
        end = _pointwise(stage, end)
    return end


def handed_on(model: Model, row: np.ndarray, count: int) -> tuple[list[Vector], list[bool]]:
    """What the first `count` layers, each of sequences, hand on at every place, and which places
    are read."""
    ids = [int(one) for one in row]
    if model.embedding is None:
        steps = [[float(one)] for one in ids]
    else:
        steps = [model.embedding[one].tolist() for one in ids]
    mask = [one != 0 or not model.masked for one in ids]
    for layer in model.layers[:count]:
        if isinstance(layer, Recurrent):
            steps = _merged_steps(layer, steps, mask)
        else:
            steps = [_pointwise(layer, step) for step in steps]
    return steps, mask


def _merged_steps(layer: Recurrent, steps: list[Vector], mask: list[bool]) -> list[Vector]:
    outputs = []
    for way in layer.ways:
        each = _run(way, steps, mask, layer.zeros)
        outputs.append(each[::-1] if way.backwards and not layer.turned else each)
    return [_merged(list(parts), layer) for parts in zip(*outputs, strict=True)]


def _run(way: Way, steps: list[Vector], mask: list[bool], zeros: bool) -> list[Vector]:
    """What a cell gives at each place, in the order in which it reads them."""
    states = {name: [0.0] * way.n_a for name in way.cell.states}
    before, given = [0.0] * way.n_a, []
    places = list(zip(steps, mask, strict=True))
    for x, there in reversed(places) if way.backwards else places:
        if there:
            numbers, _ = forward.by_hand(way.cell, way.params, states, x)
            states = {name: numbers[name] for name in way.cell.states}
            before = states["a"]
        elif zeros:
            before = [0.0] * way.n_a
        given.append(before)
    return given


def _merged(parts: list[Vector], layer: Recurrent) -> Vector:
    if len(parts) == 1 or layer.merge == "concat":
        return [number for part in parts for number in part]
    if layer.merge == "mul":
        return [one * other for one, other in zip(*parts, strict=True)]
    share = 2 if layer.merge == "ave" else 1
    return [(one + other) / share for one, other in zip(*parts, strict=True)]


def _pointwise(stage, v: Vector) -> Vector:
    if isinstance(stage, Dense):
        W, b = stage.W.tolist(), stage.b.tolist()
        return [hand.dot([*w, *c], [*v, 1.0]) for w, c in zip(W, b, strict=True)]
    if isinstance(stage, Scaled):
        factor, shift = stage.factor[:, 0].tolist(), stage.shift[:, 0].tolist()
        return [f * one + s for f, one, s in zip(factor, v, shift, strict=True)]
    if isinstance(stage, Normed):
        mean = hand.dot(v, [1.0] * len(v)) / len(v)
        centred = [one - mean for one in v]
        width = (hand.dot(centred, centred) / len(v) + stage.epsilon) ** 0.5
        gamma, beta = stage.gamma[:, 0].tolist(), stage.beta[:, 0].tolist()
        return [g * one / width + b for g, one, b in zip(gamma, centred, beta, strict=True)]
    assert isinstance(stage, Squashed)
    squash = stage.own or SQUASHES[stage.activation]
    return squash.value(np.array(v)).tolist()
