"""One layer and direction of a model of several layers, as a network of core.

It sees what the layers below hand on, and has no readout: its loss is what the layers above, run
again, make of its states.
"""

import hashlib
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

import numpy as np

from rnnviz.core import array_files
from rnnviz.core.errors import ExperimentError, check_bounds
from rnnviz.core.losses import LOSSES, Evaluation, Loss, head
from rnnviz.core.networks import Given, Network
from rnnviz.sentiment import by_hand, reading
from rnnviz.sentiment.labels import CLASSES
from rnnviz.sentiment.moved import apart
from rnnviz.sentiment.network import Model, classes, walk
from rnnviz.sentiment.network.model import VALUES
from rnnviz.sentiment.network.recurrent import LayerRead
from rnnviz.sentiment.network.squash import sigmoid
from rnnviz.sentiment.reader import asked, named, note, padded, sample
from rnnviz.sentiment.reading import Reading
from rnnviz.sentiment.settings import Settings
from rnnviz.sentiment.typed import Padding
from rnnviz.sentiment.vocabulary import Vocabulary

_PRODUCTS = 5_000_000  # that a review may take by hand


@dataclass(frozen=True, eq=False)
class Layered:
    """A layer (from 0) of a model, one `way` of its directions, and what a Reader has.

    `content` is the model's file. Raises ExperimentError for a layer that it does not have.
    """

    content: bytes
    model: Model
    layer: int
    way: int = 0
    vocabulary: Vocabulary | None = None
    padding: Padding = field(default_factory=Padding)
    settings: Settings | None = None

    def __post_init__(self):
        if self.model.numbers or self.model.final == VALUES:
            raise ExperimentError(
                "weights must be of a model that reads words and tells classes apart, got another: "
                "Inside shows it"
            )
        check_bounds("layer", self.layer, 0, len(self.model.recurrent) - 1)
        check_bounds("way", self.way, 0, len(self.model.recurrent[self.layer].ways) - 1)

    @property
    def masked(self) -> bool:
        """Whether 0 is padding."""
        return self.model.masked

    @property
    def rows(self) -> int | None:
        """How many ids it knows."""
        return None if self.model.embedding is None else len(self.model.embedding)

    @property
    def title(self) -> str:
        """The layer and its direction."""
        return self.model.recurrent[self.layer].told(self.way)

    @property
    def reads(self) -> dict[str, object]:
        """What is not the model's file of all that its numbers follow from, as JSON holds it."""
        reads: dict[str, object] = {"layer": self.layer, "way": self.way}
        if self.vocabulary and self.model.vocabulary is None:
            reads["vocabulary"] = self.vocabulary.packed(self.rows or 10**9)
        return reads | padded(self.padding)

    def pack(self) -> bytes:
        """The file that `networks.take` reads again."""
        return array_files.packed({"model": np.frombuffer(self.content, np.uint8)}, self.reads)


def digest(layered: Layered) -> str:
    """SHA-256 of all that its numbers follow from."""
    return hashlib.sha256(
        layered.content + repr(sorted(layered.reads.items())).encode()
    ).hexdigest()


def network(layered: Layered) -> Network:
    """The layer as a network of core, with a readout of zeros, one row a class."""
    one, model = layered.model.recurrent[layered.layer].ways[layered.way], layered.model
    params = {name: np.array(param, model.dtype) for name, param in one.params.items()}
    for name in one.cell.readout:
        params[name] = np.zeros((model.classes, params[name].shape[1]), model.dtype)
    for param in params.values():
        param.flags.writeable = False
    names = CLASSES if model.classes == 2 else tuple(f"class {k + 1}" for k in range(model.classes))
    return Network(
        title=layered.title,
        cell=one.cell,
        params=params,
        vectors=None,
        classes=names,
        digest=digest(layered),
        sample=sample(layered),
        read=lru_cache(16)(partial(_given, layered)),
        pack=layered.pack,
        note=f"This is the layer {layered.title} alone; the rest of the model reads its states. "
        f"{note(layered)}",
    )


def _given(layered: Layered, text: str) -> Given:
    """A review as the layer reads it, its steps in its own direction. Raises ExperimentError."""
    told, row, words = asked(layered, text)
    model = layered.model
    read = reading.read(model, row, target=0, layer=layered.layer, way=layered.way)
    x = np.array(read.run.trace.x)
    x.flags.writeable = False
    again = None
    if by_hand.products(model) * len(row) <= _PRODUCTS:
        again = lru_cache(1)(partial(_seen_by_hand, read))
    names = named([words[place] for place in read.places])
    return Given(told, read.ids[read.places], names, _loss(read), x, again)


def _seen_by_hand(read: Reading) -> tuple[np.ndarray, float]:
    """What the layer sees, number by number, and how far rounding may take the two apart."""
    layer = read.model.recurrent[read.layer]
    steps, mask = by_hand.handed_on(read.model, read.row, read.model.layers.index(layer))
    seen = [step for step, there in zip(steps, mask, strict=True) if there]
    x = np.array(seen[::-1] if layer.ways[read.way].backwards else seen).T[:, None]
    return x, apart(read, lambda other: other.run.trace.x)


def _loss(read: Reading) -> Loss:
    """-log P(label) at the model's end, of the states of the layer that is looked into."""
    return Loss(
        name="layers_above",
        kind="layers",
        title="cross-entropy at the model's end",
        sentence="−log P(label) at the end of the whole model",
        every=False,
        draw=head("last").draw,
        evaluate=_Above(read).evaluate,
        size=_size,
    )


def _size(a: np.ndarray, W: np.ndarray, b: np.ndarray, upstream: np.ndarray) -> float:
    """Of the loss's own order, and of what it is made of to first order."""
    return 1 + LOSSES["upstream_every"].size(a, W, b, upstream)


class _Above:
    """All of a model that stands above one direction of a layer, on one review."""

    def __init__(self, read: Reading):
        self.read = read
        self.walks: dict[np.dtype, tuple[Model, LayerRead]] = {}

    def evaluate(self, a: np.ndarray, W: np.ndarray, b: np.ndarray, target) -> Evaluation:
        """The loss of other states a (n_a, 1, T_x) against a label (1,) from 0, in their precision;
        the other direction, where there is one, is as it was."""
        model, kept = self._walk(a.dtype)
        layer, way = self.read.layer, self.read.way
        ways = list(kept.ways)
        buffer = np.concatenate([ways[way].trace.state("a")[:1], np.moveaxis(a, -1, 0)])
        states = dict(ways[way].trace.buffers) | {"a": buffer}
        ways[way] = replace(ways[way], trace=replace(ways[way].trace, buffers=states))
        moved = replace(kept, ways=tuple(ways))
        at = model.layers.index(model.recurrent[layer])
        above = replace(model, layers=model.layers[at + 1 :])
        whole = walk(above, moved.handed_on(), kept.mask)
        z, label = whole.z[:, 0], int(np.asarray(target)[0])
        losses, odds = np.zeros(a.shape[-1], a.dtype), classes.log_odds(model.final, z, label)
        losses[-1] = np.logaddexp(a.dtype.type(0), -odds)  # -log of P = sigmoid(odds)
        felt = whole.back(-sigmoid(-odds) * classes.slope(model.final, z, label))
        upstream = moved.upstreams(felt.words)[way]
        return Evaluation(losses, upstream, np.zeros_like(W, a.dtype), np.zeros_like(b, a.dtype))

    def _walk(self, dtype: np.dtype) -> tuple[Model, LayerRead]:
        """The model in a precision, and how its layer reads the review."""
        if dtype not in self.walks:
            model = self.read.model.in_precision(dtype)
            x, mask = self.read.seen(dtype)
            read = walk(model, x, mask).reads[model.layers.index(model.recurrent[self.read.layer])]
            assert read is not None, "a recurrent layer reads"
            self.walks[dtype] = model, read
        return self.walks[dtype]
