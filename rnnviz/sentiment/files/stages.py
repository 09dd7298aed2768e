"""A chain of Keras' layers and their weights as a model of ours."""

from dataclasses import dataclass, field

import numpy as np

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.settings import BOUNDS
from rnnviz.sentiment.files import cells
from rnnviz.sentiment.files.chain import RECURRENT
from rnnviz.sentiment.files.entry import Entry
from rnnviz.sentiment.network import Dense, Model, Normed, Pointwise, Scaled, Squashed
from rnnviz.sentiment.network.model import FINALS, VALUES, Layer
from rnnviz.sentiment.network.squash import SQUASHES, Squash, clipped, elu, leaky

_MOST_WORDS = 2_000_000
MOST_NUMBERS = BOUNDS["n_x"][1]
_POOLS = {"GlobalMaxPooling1D": "max", "GlobalAveragePooling1D": "mean"}


@dataclass(eq=False)
class _Parts:
    """What has been read of a model so far."""

    weights: object
    vocabulary: object = None
    embedding: np.ndarray | None = None
    masked: bool = False
    width: int = 1  # of what the last layer hands on
    numbers: int = 0  # that it reads a step, where it embeds no words
    length: int | None = None
    layers: list[Layer] = field(default_factory=list)
    pool: str = ""
    head: list[Pointwise] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def model(entries: list[Entry], weights, vocabulary=None) -> Model:
    """The model; `vocabulary` makes that of a TextVectorization of its entry.

    Raises ExperimentError, which names the layer, for what is not read here.
    """
    parts = _Parts(weights)
    for entry in entries:
        if entry.kind == "InputLayer" or "batch_input_shape" in entry.config:
            _input(parts, entry, any(one.kind == "Embedding" for one in entries))
        if entry.kind != "InputLayer":
            _add(parts, entry, vocabulary)
    if not any(entry.kind in (*RECURRENT, "Bidirectional") for entry in entries):
        raise ExperimentError("a model must have a recurrent layer, got none")
    if not parts.pool:
        last = entries[-1].told
        raise ExperimentError(
            f"a model must end in one verdict a review, but {last} hands on every step: let its "
            "last recurrent layer have return_sequences=False, or put a GlobalMaxPooling1D behind"
        )
    head, final = _final(parts, entries[-1])
    numbers = parts.numbers if parts.numbers > 1 or final == VALUES else 0
    length = parts.vocabulary.length if parts.vocabulary else parts.length
    return Model(
        **{"embedding": parts.embedding, "masked": parts.masked, "layers": tuple(parts.layers)},
        **{"pool": parts.pool, "head": head, "final": final, "length": length},
        **{"numbers": numbers, "vocabulary": parts.vocabulary},
        notes=tuple(dict.fromkeys(parts.notes)),
    )


def _add(parts: _Parts, entry: Entry, vocabulary) -> None:
    begun = bool(parts.layers or parts.pool)
    if entry.kind == "TextVectorization" and not begun and parts.embedding is None and vocabulary:
        parts.vocabulary = vocabulary(entry)
    elif entry.kind == "Embedding" and not begun and parts.embedding is None:
        shape = entry.size("input_dim", _MOST_WORDS), entry.size("output_dim", cells.MOST_UNITS)
        parts.embedding, parts.width = parts.weights.take(entry, 0, shape), shape[1]
        parts.masked = bool(entry.config.get("mask_zero", False))
    elif entry.kind == "Masking" and not begun:
        entry.expect(mask_value=0.0)
        parts.masked = parts.embedding is None or _masks(entry, parts.embedding)
    elif entry.kind == "Flatten" and parts.pool:
        pass  # one step is flat
    elif entry.kind == "Flatten":
        raise ExperimentError(
            f"{entry.told} must not stand behind a layer that hands on every step: let the layer "
            "before it have return_sequences=False, or put a GlobalMaxPooling1D in its place"
        )
    elif entry.kind in (*RECURRENT, "Bidirectional") and not parts.pool:
        one, parts.width = cells.layer(entry, parts.weights, parts.width, parts.masked)
        parts.layers.append(one)
        parts.pool = "" if one.sequences else "last"
        if entry.config.get("stateful"):
            parts.notes.append(f"{entry.told} is stateful: every review is read from zero states")
    elif entry.kind in _POOLS and not parts.pool:
        entry.expect(data_format="channels_last", keepdims=False)
        parts.pool = _POOLS[entry.kind]
    elif entry.kind in _POINTWISE:
        made = _POINTWISE[entry.kind](parts, entry)
        (parts.head if parts.pool else parts.layers).extend(made)
    else:
        where = "behind a pooling or a last state" if parts.pool else "where it stands"
        raise ExperimentError(
            f"{entry.told} must not stand {where}: layers must be Embedding, recurrent layers, a "
            "pooling, Dense"
        )


def _masks(entry: Entry, embedding: np.ndarray) -> bool:
    """Whether a Masking behind an Embedding masks id 0: a word is masked where its vector is 0."""
    zeros = np.flatnonzero(~embedding.any(axis=1)).tolist()
    if zeros not in ([], [0]):
        raise ExperimentError(
            f"{entry.told} must mask no other id than 0, got {zeros[-1]}, whose vector is 0: embed "
            "with mask_zero=True in its place"
        )
    return zeros == [0]


def _input(parts: _Parts, entry: Entry, embedded: bool) -> None:
    """Takes the length that a model was built for, where it is one; without an Embedding, how many
    numbers it reads a step."""
    given = entry.config.get("batch_shape") or entry.config.get("batch_input_shape")
    _, *shape = given if isinstance(given, list) else (None, None)
    if entry.config.get("dtype") == "string":
        return
    if not embedded:
        if len(shape) != 2 or not isinstance(shape[1], int) or not 1 <= shape[1] <= MOST_NUMBERS:
            raise ExperimentError(
                f"a model without an Embedding must read steps of 1 to {MOST_NUMBERS} numbers, got "
                f"inputs of shape {shown(tuple(shape))}: give it an Input of (steps, numbers)"
            )
        parts.numbers = parts.width = shape[1]
    if shape and isinstance(shape[0], int) and shape[0] > 0:  # what Keras 2 says twice, once as any
        parts.length = shape[0]


def _dense(parts: _Parts, entry: Entry) -> list[Pointwise]:
    units = entry.size("units", cells.MOST_UNITS)
    W = parts.weights.take(entry, 0, (parts.width, units)).T
    if entry.config.get("use_bias", True):
        b = parts.weights.take(entry, 1, (units,))[:, None]
    else:
        b = np.zeros((units, 1), W.dtype)
    parts.width = units
    return [Dense(entry.name, W, b), *_activation(parts, entry)]


def _activation(parts: _Parts, entry: Entry) -> list[Pointwise]:
    """An activation by its name, or as a layer within the layer."""
    given = entry.config["activation"]
    if isinstance(given, dict):
        kind = given["class_name"]
        if kind in ("Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"):
            return _POINTWISE[kind](parts, Entry(kind, entry.name, given["config"], entry.key))
        given = kind
    return _squashed(entry, given)


def _squashed(entry: Entry, activation, own: Squash | None = None) -> list[Pointwise]:
    if own is None and activation not in SQUASHES:
        raise ExperimentError(
            f"activation of {entry.told} must be one of {', '.join(SQUASHES)}, got "
            f"{shown(activation)}"
        )
    return [] if activation == "linear" else [Squashed(entry.name, activation, own)]


def _relu(parts: _Parts, entry: Entry) -> list[Pointwise]:
    entry.expect(negative_slope=0.0, threshold=0.0)
    most = entry.config.get("max_value")
    return _squashed(entry, "relu", None if most is None else clipped(0.0, float(most)))


def _leaky(parts: _Parts, entry: Entry) -> list[Pointwise]:
    slope = entry.config.get("negative_slope", entry.config.get("alpha", 0.3))
    return _squashed(entry, "leaky_relu", leaky(float(slope)))


def _softmax(parts: _Parts, entry: Entry) -> list[Pointwise]:
    entry.expect(axis=-1)
    return _squashed(entry, "softmax")


def _axis(parts: _Parts, entry: Entry) -> None:
    """A normalisation must be one over units."""
    axis = entry.config.get("axis", -1)
    last = 1 if parts.pool else 2
    if axis not in (-1, last, [-1], [last]):
        raise ExperimentError(
            f"axis of {entry.told} must be -1, got {shown(axis)}: normalise units, not steps"
        )


def _batch(parts: _Parts, entry: Entry) -> list[Pointwise]:
    _axis(parts, entry)
    epsilon, names = float(entry.config["epsilon"]), ["moving_mean", "moving_variance"]
    names = ["beta"] * bool(entry.config["center"]) + names
    names = ["gamma"] * bool(entry.config["scale"]) + names
    column = {
        name: parts.weights.take(entry, n, (parts.width,))[:, None].astype(float)
        for n, name in enumerate(names)
    }
    if (column["moving_variance"] < 0).any():
        raise ExperimentError(f"moving_variance of {entry.told} must not be below 0")
    factor = column.get("gamma", 1.0) / np.sqrt(column["moving_variance"] + epsilon)
    shift = column.get("beta", 0.0) - column["moving_mean"] * factor
    return [Scaled(entry.name, factor, shift)]


def _layer(parts: _Parts, entry: Entry) -> list[Pointwise]:
    _axis(parts, entry)
    entry.expect(rms_scaling=False)
    scale, center = (bool(entry.config[name]) for name in ("scale", "center"))
    shape, one = (parts.width,), np.ones((parts.width, 1))
    gamma = parts.weights.take(entry, 0, shape)[:, None] if scale else one
    beta = parts.weights.take(entry, int(scale), shape)[:, None] if center else 0 * one
    return [Normed(entry.name, gamma, beta, float(entry.config["epsilon"]))]


_POINTWISE = {
    "Dense": _dense,
    "Activation": _activation,
    "ReLU": _relu,
    "LeakyReLU": _leaky,
    "ELU": lambda parts, entry: _squashed(entry, "elu", elu(float(entry.config["alpha"]))),
    "Softmax": _softmax,
    "BatchNormalization": _batch,
    "LayerNormalization": _layer,
}


def _final(parts: _Parts, last: Entry) -> tuple[tuple[Pointwise, ...], str]:
    """The head without what makes outputs of its last numbers, and what that is."""
    head, final = parts.head, "linear"
    if not any(isinstance(stage, Dense) for stage in head):
        parts.notes.append("the file has no Dense layer behind its states, so it tells no classes")
        return tuple(head), VALUES
    if isinstance(head[-1], Squashed):
        final, head = head[-1].activation, head[:-1]
    if final not in FINALS:
        raise ExperimentError(
            f"a model must end in sigmoid, softmax or no activation, got {shown(final)} of "
            f"{last.told}: give its last Dense layer one of these"
        )
    if final == "linear" and parts.numbers:
        parts.notes.append(f"{last.told} gives plain numbers, which are shown as they are")
        return tuple(head), VALUES
    units = next(len(stage.W) for stage in reversed(head) if isinstance(stage, Dense))
    if units == 1 and final == "softmax":
        raise ExperimentError(
            f"{last.told} is a softmax of one unit, which is always 1: give it a sigmoid"
        )
    return tuple(head), final
