"""The layers that a .keras file's config.json names, each held against what is read here.

Whatever would make Keras compute another number (a branch, a dropout that stays on, half
precision) is refused, so that no model is taken for another.
"""

from rnnviz.core.errors import ExperimentError, shown

KINDS = {"SimpleRNN": "rnn", "LSTM": "lstm", "GRU": "gru"}
PASSED = ("SpatialDropout1D", "Dropout")  # do nothing once trained
LAYERS = ("InputLayer", "Embedding", *PASSED, *KINDS, "GlobalMaxPooling1D", "Dense")
_OPTIONAL = ((), ("Embedding",), ("GlobalMaxPooling1D",), ("Embedding", "GlobalMaxPooling1D"))
_BRANCH = "a functional model must be a chain of layers, got a branch"


def layers(config: dict) -> dict[str, dict]:
    """The settings of each layer that computes, by its class, in order.

    Raises ExperimentError for what is not read here, KeyError and the like for what is no config.
    """
    if config["class_name"] not in ("Sequential", "Functional", "Model"):
        raise ExperimentError(
            f"a model must be Sequential or Functional, got {shown(config['class_name'])}"
        )
    every = config["config"]["layers"]
    for layer in every:
        name = layer["class_name"]
        if name not in LAYERS or layer.get("registered_name") not in (None, "", name):
            raise ExperimentError(
                f"every layer must be one of {', '.join(LAYERS)}, got {shown(name)}"
            )
        _check_dtype(name, layer["config"])
    if config["class_name"] != "Sequential":
        _check_chain(every, config["config"]["output_layers"])
    computing = [one for one in every if one["class_name"] not in PASSED]
    _check_order([one["class_name"] for one in computing if one["class_name"] != "InputLayer"])
    return {one["class_name"]: one["config"] for one in computing}


def _check_dtype(name: str, config: dict) -> None:
    """Numbers are those of Keras in whole precision alone; an input's dtype says nothing of it."""
    dtype = config.get("dtype", "float32")
    dtype = dtype["config"]["name"] if isinstance(dtype, dict) else dtype
    if name != "InputLayer" and dtype not in ("float32", "float64"):
        raise ExperimentError(f"dtype of the {name} must be float32 or float64, got {shown(dtype)}")


def _check_chain(every: list[dict], outputs: list) -> None:
    """A functional model must be a chain: each layer called once, on the layer before alone."""
    before = None
    for layer in every:
        nodes = layer.get("inbound_nodes", [])
        if len(nodes) != (before is not None):
            raise ExperimentError(_BRANCH)
        for node in nodes:
            inputs = [one["config"]["keras_history"][0] for one in node["args"]]
            if inputs != [before]:
                raise ExperimentError(_BRANCH)
            for name, value in node["kwargs"].items():
                if value not in (None, False):
                    raise ExperimentError(
                        f"a {layer['class_name']} must be called with its input alone, got "
                        f"{shown(name)}"
                    )
        before = layer["name"]
    several = isinstance(outputs[0], list)
    if several and len(outputs) != 1:
        raise ExperimentError(f"a functional model must have one output, got {len(outputs)}")
    if (outputs[0] if several else outputs)[0] != before:
        raise ExperimentError("a functional model must end in its output, got one from within")


def _check_order(names: list[str]) -> None:
    recurrent = [name for name in names if name in KINDS]
    if len(recurrent) != 1:
        raise ExperimentError(f"a model must have one recurrent layer, got {len(recurrent)}")
    order = ["Embedding", recurrent[0], "GlobalMaxPooling1D", "Dense"]
    if names not in ([name for name in order if name not in left] for left in _OPTIONAL):
        raise ExperimentError(
            "layers must be Embedding, one recurrent layer, GlobalMaxPooling1D and one Dense "
            f"(first and third may be missing), got {shown(', '.join(names))}"
        )


def size(config: dict, name: str, most: int) -> int:
    """A whole number of a layer's settings, from 1 to `most`."""
    value = config[name]
    if not isinstance(value, int) or not 1 <= value <= most:
        raise ExperimentError(f"{name} must be between 1 and {most}, got {shown(value)}")
    return value


def expect(config: dict, layer: str, **values) -> None:
    """Settings of a layer that must be as they are here."""
    for name, value in values.items():
        if config[name] != value:
            raise ExperimentError(
                f"{name} of the {layer} must be {value}, got {shown(config[name])}"
            )
