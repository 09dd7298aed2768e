"""What layers of Keras hold, as layers of their own: cells in an RNN, one in a TimeDistributed."""

from collections.abc import Container, Iterator
from dataclasses import replace

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.sentiment.files.entry import Entry

_CELLS = {"SimpleRNNCell": "SimpleRNN", "LSTMCell": "LSTM", "GRUCell": "GRU"}
_EACH_STEP = (  # does the same alone as in a TimeDistributed
    *("Dense", "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "LayerNormalization"),
    *(
        "BatchNormalization",
        "Dropout",
        "GaussianNoise",
        "GaussianDropout",
        "ActivityRegularization",
    ),
)


def layers(entry: Entry) -> Iterator[Entry]:
    """An Entry, or what it stands for. Raises ExperimentError for what is not read here."""
    if entry.kind == "TimeDistributed":
        inner = entry.config["layer"]
        kind = _known(entry.told, inner, _EACH_STEP, "Dense, an activation or a normalisation")
        yield replace(entry, kind=kind, config=inner["config"], part="layer")
    elif entry.kind == "RNN":
        yield from _cells(entry)
    else:
        yield entry


def alone(told: str, one: dict) -> dict:
    """A recurrent layer's description; of an RNN of one cell as the layer that it is."""
    if one["class_name"] != "RNN":
        return one
    cell = one["config"]["cell"]
    kind = _known(told, cell, _CELLS, "a SimpleRNNCell, LSTMCell or GRUCell")
    return {"class_name": _CELLS[kind], "config": _merged(one["config"], cell["config"])}


def _cells(entry: Entry) -> Iterator[Entry]:
    given = entry.config["cell"]
    stacked = given["class_name"] == "StackedRNNCells"
    cells = given["config"]["cells"] if stacked else [given]
    if stacked:
        entry.expect(go_backwards=False)
    before, counted = 0, dict.fromkeys(_CELLS, 0)
    for place, cell in enumerate(cells):
        kind = _known(entry.told, cell, _CELLS, "a SimpleRNNCell, LSTMCell or GRUCell")
        config, part = _merged(entry.config, cell["config"]), "cell"
        if stacked:
            key = {"SimpleRNNCell": "simple_rnn_cell"}.get(kind, kind.replace("Cell", "_cell"))
            part = f"cell/cells/{key.lower()}" + (f"_{counted[kind]}" if counted[kind] else "")
        if place < len(cells) - 1:
            config |= {"return_sequences": True, "zero_output_for_mask": False}
        suffix = f", cell {place + 1}" if stacked else ""
        own = replace(entry, kind=_CELLS[kind], config=config, part=part)
        yield replace(own, before=before, suffix=suffix)
        counted[kind] += 1
        before += 2 + bool(cell["config"].get("use_bias", True))


def _merged(layer: dict, cell: dict) -> dict:
    outer = {name: value for name, value in layer.items() if name != "cell"}
    return {**cell, **outer}


def _known(told: str, inner: dict, kinds: Container[str], wanted: str) -> str:
    kind = inner["class_name"]
    if kind not in kinds or inner.get("registered_name") not in (None, "", kind):
        raise ExperimentError(f"{told} must hold {wanted}, got {shown(kind)}")
    return kind
