"""The layers that a Keras file's description names, in the order in which one feeds the next.

Whatever would make Keras compute something else than a chain of layers (a branch, a dropout that
stays on, half precision) is refused with the layer's name, so that no model is taken for another.
"""

from collections import Counter
from dataclasses import dataclass

from rnnviz.core.errors import ExperimentError, shown

RECURRENT = ("SimpleRNN", "LSTM", "GRU")
PASSED = (  # do nothing once trained
    *("SpatialDropout1D", "Dropout", "GaussianDropout", "GaussianNoise", "AlphaDropout"),
    "ActivityRegularization",
)
LAYERS = (
    *("InputLayer", "TextVectorization", "Embedding", "Masking", *PASSED, *RECURRENT),
    *("Bidirectional", "GlobalMaxPooling1D", "GlobalAveragePooling1D", "Dense", "Activation"),
    *("ReLU", "LeakyReLU", "ELU", "Softmax", "BatchNormalization", "LayerNormalization"),
)
_IDS = ("InputLayer", "TextVectorization")  # what hands on ids
_MASKS = "NotEqual"  # the operation by which a functional model of Keras 3 finds its padding
_MOST_LAYERS = 100


@dataclass(frozen=True, eq=False)
class Entry:
    """A layer of a file: its class, its name, its settings, the `key` of its weights, which spells
    the class, and its `number` among the layers of it, from 0."""

    kind: str
    name: str
    config: dict
    key: str
    number: int = 0

    @property
    def told(self) -> str:
        """The layer as a sentence names it."""
        return f"{shown(self.name)} ({self.kind})"

    def size(self, setting: str, most: int) -> int:
        """A whole number of its settings, from 1 to `most`."""
        value = self.config[setting]
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise ExperimentError(
                f"{setting} of {self.told} must be between 1 and {most}, got {shown(value)}"
            )
        return value

    def expect(self, **values) -> None:
        """Settings that must be as they are here; one that the file does not name is."""
        for setting, value in values.items():
            came = self.config.get(setting, value)
            if came != value:
                raise ExperimentError(
                    f"{setting} of {self.told} must be {value}, got {shown(came)}: "
                    f"train it with {setting}={value!r}"
                )


def entries(config: dict, before_3: bool = False) -> list[Entry]:
    """The layers that compute, the first one first; `before_3` as Keras 2 meant them.

    Raises ExperimentError for what is not read here, KeyError and the like for what is no config.
    """
    kind, body = config["class_name"], config["config"]
    if kind not in ("Sequential", "Functional", "Model"):
        raise ExperimentError(f"a model must be Sequential or Functional, got {shown(kind)}")
    every = body if isinstance(body, list) else body["layers"]
    if len(every) > _MOST_LAYERS:
        raise ExperimentError(f"a model must have at most {_MOST_LAYERS} layers, got {len(every)}")
    for one in every:
        _check(one)
    if kind != "Sequential":
        every = _chained(every, body["output_layers"])
    counted: Counter = Counter()
    found = []
    for one in every:
        key = _snake(one["class_name"])
        name = one["config"].get("name") or one.get("name") or key
        own = _plain(one["config"], before_3)
        found.append(Entry(one["class_name"], name, own, key, counted[key]))
        counted[key] += 1
    return [one for one in found if one.kind not in PASSED]


def _plain(config: dict, before_3: bool) -> dict:
    """A layer's settings with activations by name: of functions their own, TensorFlow's softmax by
    Keras', and what was called hard_sigmoid before Keras 3 as hard_sigmoid_2."""
    own = dict(config)
    for setting in ("activation", "recurrent_activation"):
        value = own.get(setting)
        if isinstance(value, dict) and value.get("class_name") == "function":
            value = value["config"]
        if isinstance(value, str) and setting in own:
            value = {"softmax_v2": "softmax", "relu_v2": "relu"}.get(value, value)
            own[setting] = value + "_2" * (before_3 and value == "hard_sigmoid")
    return own


def _check(one: dict) -> None:
    name = one["class_name"]
    given = one.get("registered_name")
    if name not in (*LAYERS, _MASKS) or given not in (None, "", name):
        told = f"{shown(one['config'].get('name', 'it'))} ({shown(name)})"
        raise ExperimentError(
            f"every layer must be one of those that are read here, got {told}: build the model of "
            "Embedding, SimpleRNN, LSTM, GRU, Bidirectional, a global pooling, Dense, activations "
            "and normalisations"
        )
    dtype = one["config"].get("dtype", "float32")
    dtype = dtype["config"]["name"] if isinstance(dtype, dict) else dtype
    # What a layer of words or an input computes in says nothing of the numbers.
    if name not in ("InputLayer", "TextVectorization") and dtype not in ("float32", "float64"):
        raise ExperimentError(
            f"dtype of {shown(one['config'].get('name', name))} ({name}) must be float32 or "
            f"float64, got {shown(dtype)}: save it in float32"
        )


def _chained(every: list[dict], outputs: list) -> list[dict]:
    """A functional model must be a chain: each layer called once, on the layer before alone; a mask
    may be handed to it, where it says which ids are not 0."""
    chain, masks, before = [], set(), None
    for one in every:
        calls = [_call(node) for node in one.get("inbound_nodes", [])]
        name = one.get("name") or one["config"]["name"]
        if one["class_name"] == _MASKS:
            ids = [earlier["name"] for earlier in chain if earlier["class_name"] in _IDS]
            if [inputs for inputs, _ in calls] not in ([[one, 0]] for one in ids):
                raise ExperimentError(f"{shown(name)} must say which ids are not 0, got another")
            if not any(earlier["config"].get("mask_zero") for earlier in chain):
                raise ExperimentError(
                    f"{shown(name)} masks ids that the Embedding does not: embed with mask_zero"
                )
            masks.add(name)
            continue
        if len(calls) != (before is not None):
            _branch(name)
        for inputs, options in calls:
            if inputs != [before]:
                _branch(name)
            for option, value in options.items():
                if value not in (None, False) and not (option == "mask" and value in masks):
                    raise ExperimentError(
                        f"{shown(name)} ({one['class_name']}) must be called with its input alone, "
                        f"got {shown(option)}: call it without"
                    )
        chain.append(one | {"name": name})
        before = name
    several = isinstance(outputs[0], list)
    if several and len(outputs) != 1:
        raise ExperimentError(
            f"a functional model must have one output, got {len(outputs)}: save a model of one"
        )
    if (outputs[0] if several else outputs)[0] != before:
        raise ExperimentError("a functional model must end in its output, got one from within")
    return chain


def _branch(name: str) -> None:
    raise ExperimentError(
        f"a functional model must be a chain of layers, got a branch at {shown(name)}: save the "
        "part that is a chain as a model of its own"
    )


def _call(node) -> tuple[list, dict]:
    """Names of the layers (or plain numbers) that a call takes, and its options; of Keras 3, or of
    Keras 2, whose calls are lists [name, node, tensor, options]."""
    if isinstance(node, dict):
        inputs = [_source(one) for one in node["args"]]
        return inputs, {option: _source(value) for option, value in node["kwargs"].items()}
    options: dict = {}
    for one in node:
        options |= one[3] if len(one) > 3 else {}
    return [one[0] for one in node], options


def _source(value):
    """The layer that a tensor comes from; anything else as it is."""
    if isinstance(value, dict) and "keras_history" in value.get("config", {}):
        return value["config"]["keras_history"][0]
    return value


def _snake(kind: str) -> str:
    """A class as Keras spells it in its weights."""
    words = {"SimpleRNN": "simple_rnn", "LSTM": "lstm", "GRU": "gru", "ReLU": "re_lu", "ELU": "elu"}
    if kind in words:
        return words[kind]
    spelled = "".join(f"_{c.lower()}" if c.isupper() else c for c in kind)
    return spelled.lstrip("_")
