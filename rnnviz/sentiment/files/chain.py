"""The layers that a Keras file's description names, in the order in which one feeds the next.

Models within the model, the cells of an RNN and what a TimeDistributed holds stand in its place.
Whatever would make Keras compute something else than a chain of layers (a branch, half precision)
is refused with the layer's name, so that no model is taken for another.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.sentiment.files import functional, wrapped
from rnnviz.sentiment.files.entry import Entry, snake

RECURRENT = ("SimpleRNN", "LSTM", "GRU")
PASSED = (  # do nothing once trained
    *("SpatialDropout1D", "Dropout", "GaussianDropout", "GaussianNoise", "AlphaDropout"),
    "ActivityRegularization",
)
LAYERS = (
    *("InputLayer", "TextVectorization", "Embedding", "Masking", *PASSED, *RECURRENT),
    *("Bidirectional", "GlobalMaxPooling1D", "GlobalAveragePooling1D", "Dense", "Activation"),
    *("ReLU", "LeakyReLU", "ELU", "Softmax", "BatchNormalization", "LayerNormalization"),
    *("RNN", "TimeDistributed", "Flatten"),
)
MODELS = ("Sequential", "Functional", "Model")
_CHANGES = {  # of a layer that is not read here, where one is known that people want with it
    "Conv1D": "leave the convolution and its pooling out, so that the RNN reads the words",
    "GetItem": "let the layer before have return_sequences=False in place of [:, -1]",
    "Attention": "put a GlobalAveragePooling1D in its place",
    "Concatenate": "let one layer feed the next, without branches",
    "Lambda": "put a layer of Keras' own in its place, since a Lambda is code",
}
_CHANGES |= dict.fromkeys(("MaxPooling1D", "AveragePooling1D", "SeparableConv1D"),
                          _CHANGES["Conv1D"])  # fmt: skip
_CHANGES |= dict.fromkeys(("Add", "Multiply", "Average"), _CHANGES["Concatenate"])
_CHANGES |= dict.fromkeys(("MultiHeadAttention", "AdditiveAttention"), _CHANGES["Attention"])
_MOST_LAYERS, _MOST_WITHIN = 100, 8


def entries(config: dict, before_3: bool = False) -> list[Entry]:
    """The layers that compute, the first one first; `before_3` as Keras 2 meant them.

    Raises ExperimentError for what is not read here, KeyError and the like for what is no config.
    """
    every = [one for one in _flat(config, before_3, ()) if one.kind not in PASSED]
    if len(every) > _MOST_LAYERS:
        raise ExperimentError(f"a model must have at most {_MOST_LAYERS} layers, got {len(every)}")
    for (outer, name), several in _called(every).items():
        if len(several) > 1:
            raise ExperimentError(
                f"layers within {shown(outer)} must have names of their own, got {len(several)} "
                f"times {shown(name)}: rename them"
            )
    inputs = [one for one in every if one.kind == "InputLayer"][1:]  # of the models within
    return [one for one in every if one not in inputs]


def _called(every: list[Entry]) -> dict[tuple[str, str], set]:
    """The layers within models by what their weights are called in a .h5 file."""
    called: dict[tuple[str, str], set] = {}
    for one in every:
        if one.within:
            own = (*(outer.name for outer in one.within), one.key, one.number)
            called.setdefault((one.within[0].name, one.name), set()).add(own)
    return called


def _flat(config: dict, before_3: bool, within: tuple[Entry, ...]) -> Iterator[Entry]:
    """The layers of a model, those of the models in it in their places."""
    kind, body = config["class_name"], config["config"]
    if kind not in MODELS:
        raise ExperimentError(
            f"a model must be Sequential or Functional, got {shown(kind)}: build it of layers, "
            "as one of these"
        )
    every = body if isinstance(body, list) else body["layers"]
    if len(every) > _MOST_LAYERS or len(within) > _MOST_WITHIN:
        raise ExperimentError(
            f"a model must have at most {_MOST_LAYERS} layers, and {_MOST_WITHIN} models around "
            "one, got more"
        )
    for one in every:
        _check(one)
    if kind != "Sequential":
        every = functional.chained(every, body["output_layers"])
    counted: Counter = Counter()
    for one in every:
        key = snake(one["class_name"])
        name = one["config"].get("name") or one.get("name") or key
        own = Entry(one["class_name"], name, one["config"], key, counted[key], within)
        counted[key] += 1
        if own.kind in MODELS:
            yield from _flat(one, before_3, (*within, own))
        else:
            for layer in wrapped.layers(own):
                yield replace(layer, config=_plain(layer.config, before_3))


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
    given, told = one.get("registered_name"), f"{shown(_name(one))} ({shown(name)})"
    ours = given in (None, "", name) or name in MODELS
    if name not in (*LAYERS, *MODELS, functional.MASKS) or not ours:
        change = "build the model of Embedding, SimpleRNN, LSTM, GRU, Bidirectional, a global "
        change += "pooling, Dense, activations and normalisations"
        raise ExperimentError(
            f"every layer must be one of those that are read here, got {told}: "
            f"{_CHANGES.get(name, change)}"
        )
    if name in MODELS:
        return
    dtype = one["config"].get("dtype", "float32")
    dtype = dtype["config"]["name"] if isinstance(dtype, dict) else dtype
    # What a layer of words or an input computes in says nothing of the numbers.
    if name not in ("InputLayer", "TextVectorization") and dtype not in ("float32", "float64"):
        raise ExperimentError(
            f"dtype of {told} must be float32 or float64, got {shown(dtype)}: build the same model "
            "under keras.config.set_dtype_policy('float32'), give it these weights "
            "(set_weights(model.get_weights())) and save that"
        )


def _name(one: dict) -> str:
    return one["config"].get("name", "it") if isinstance(one["config"], dict) else "it"
