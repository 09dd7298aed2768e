"""What one training run is told: a frozen record, checked, that a run folder keeps as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from rnnviz.core.errors import ExperimentError, check_bounds, check_choice, shown

CELLS = ("rnn", "lstm", "gru")  # those that Keras has, too
MODELS = (*CELLS, "bow")  # and the peer without memory: a bag of words
CHOICES = {
    "cell": MODELS,
    "recipe": ("modern", "notebook"),
    "pool": ("last", "max"),
    "padding": ("pre", "post"),
    "activation": ("tanh", "softmax"),
    "header": ("", "yes", "no"),
}
BOUNDS = {
    "seed": (0, 2**31 - 1),
    "units": (1, 256),
    "words": (10, 100_000),
    "length": (5, 2500),
    "embedding": (0, 512),
    "epochs": (1, 100),
    "batch": (1, 8192),
    "rate": (1e-6, 1.0),
    "dropout": (0.0, 0.95),
    "spatial_dropout": (0.0, 0.95),
    "gain": (0.0, 2.0),
    "smoothing": (0.0, 0.5),
    "clip": (0.0, 1000.0),
    "size": (200, 100_000),
    "ngrams": (1, 3),
}


@dataclass(frozen=True)
class Settings:
    """One model on one dataset.

    `data` is "builtin", "imdb", or the path of an imdb.npz or of a CSV. `embedding` 0 feeds the raw
    word ids as numbers. The recurrent matrix starts as `gain` times a random one with orthonormal
    rows. `clip` bounds the gradient's norm (0: not at all); `cosine` lets the rate fall to 0 along
    a half cosine; `short_first` shows the short reviews first in the first epoch. `size` is how
    many reviews the built-in corpus trains on, `ngrams` the bag of words' longest. Of a CSV,
    `positive` is the label of its positive class where its labels do not say so, `threshold` the
    least number of stars of it, `text_column` and `label_column` are names or numbers from 1, and
    `header` says whether the first row names the columns ("": found out).
    """

    data: str = "builtin"
    cell: str = "gru"
    recipe: str = "modern"
    seed: int = 1
    units: int = 32
    words: int = 10_000
    length: int = 120
    embedding: int = 16
    mask: bool = True
    padding: str = "pre"
    activation: str = "tanh"
    pool: str = "last"
    dropout: float = 0.0
    spatial_dropout: float = 0.0
    gain: float = 1.0
    smoothing: float = 0.0
    epochs: int = 6
    batch: int = 32
    rate: float = 0.01
    cosine: bool = True
    clip: float = 1.0
    short_first: bool = True
    size: int = 12_000
    ngrams: int = 1
    positive: str = ""
    threshold: str = ""
    text_column: str = ""
    label_column: str = ""
    header: str = ""

    def __post_init__(self):
        for field in fields(self):
            value, name = getattr(self, field.name), field.name
            kinds = (int, float) if field.type is float else (field.type,)
            if not isinstance(value, kinds) or (field.type is not bool and value is True):
                kind = field.type.__name__
                raise ExperimentError(f"{name} must be of type {kind}, got {shown(value)}")
            if name in CHOICES:
                check_choice(name, value, CHOICES[name])
            if name in BOUNDS:
                check_bounds(name, value, *BOUNDS[name])

    @property
    def masked(self) -> bool:
        """Whether padding is masked; where ids are fed as numbers there is nothing to mask it."""
        return self.mask and self.embedding > 0

    def to_dict(self) -> dict:
        """As JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, given: Mapping) -> "Settings":
        """From JSON; unknown names are an error, missing ones take their defaults."""
        names = {field.name for field in fields(cls)}
        unknown = set(given) - names
        if unknown:
            raise ExperimentError(f"settings must not hold {shown(min(unknown))}")
        return cls(**given)


def recipe(name: str, data: str, cell: str, **changed) -> Settings:
    """The settings of a recipe for a dataset and a cell, some of them changed.

    "notebook" is the source notebook's: raw ids, softmax inside the cell, padded to the longest
    review. docs/RESULTS.md says how "modern" was chosen.
    """
    check_choice("recipe", name, CHOICES["recipe"])
    base = {"data": data, "cell": cell, "recipe": name}
    if name == "notebook":
        base |= {
            **{"embedding": 0, "mask": False, "activation": "softmax", "cosine": False},
            **{"clip": 0.0, "rate": 1e-3, "dropout": 0.2, "short_first": False},
            **{"words": 100_000, "length": 2494, "units": 150 if cell == "rnn" else 50},
            **{"batch": 2048 if cell == "rnn" else 512, "epochs": 3 if cell == "gru" else 4},
        }
    elif data != "builtin":
        base |= {
            **{"units": 64, "length": 400, "embedding": 64, "pool": "max", "dropout": 0.3},
            **{"spatial_dropout": 0.5, "smoothing": 0.05, "epochs": 4, "short_first": False},
            **{"batch": 128, "rate": 3e-3},
        }
        if cell == "rnn":  # the smaller it starts, the better it validates
            base |= {"gain": 0.1}
    elif cell == "rnn":
        base |= {"rate": 0.002, "epochs": 8}
    elif cell == "bow":
        base |= {"ngrams": 3}  # even phrases of three words do not tell what decides
    return Settings(**(base | changed))
