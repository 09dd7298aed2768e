"""The Keras models: the source notebook's three, and the modern recipe from its settings.

Keras is imported by the functions that need it, and by nothing else.
"""

from rnnviz.core.errors import check_choice
from rnnviz.sentiment.settings import CELLS, Settings


def build_rnn_model(input_shape):
    """The notebook's SimpleRNN(150) on raw ids (T_x, 1): 22,951 parameters."""
    return _notebook("rnn", 150, input_shape)


def build_lstm_model(input_shape):
    """The notebook's LSTM(50) on raw ids (T_x, 1): 10,451 parameters."""
    return _notebook("lstm", 50, input_shape)


def build_gru_model(input_shape):
    """The notebook's GRU(50) on raw ids (T_x, 1), reset before the product: 7,851 parameters."""
    return _notebook("gru", 50, input_shape)


def _notebook(cell: str, units: int, input_shape):
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input(tuple(input_shape)),
            _recurrent(cell, units, activation="softmax"),
            layers.Dropout(0.2),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def _recurrent(cell: str, units: int, **options):
    from keras import layers

    if cell == "gru":
        options["reset_after"] = False  # the notebook's formula; Keras' default has another
    kinds = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
    return kinds[cell](units, **options)


def build(settings: Settings, words: int):
    """The model of some settings over `words` different ids; not compiled."""
    from keras import Sequential, layers

    check_choice("cell", settings.cell, CELLS)
    if settings.embedding:
        stack = [
            layers.Input((None,), dtype="int32"),
            layers.Embedding(words, settings.embedding, mask_zero=settings.mask),
        ]
    else:
        stack = [layers.Input((settings.length, 1))]
    if settings.spatial_dropout:
        stack.append(layers.SpatialDropout1D(settings.spatial_dropout))
    options = {"activation": settings.activation, "return_sequences": settings.pool == "max"}
    # As a dict: an initializer made here would draw its seed before the layer's others draw theirs.
    options["recurrent_initializer"] = {
        "class_name": "Orthogonal",
        "config": {"gain": settings.gain},
    }
    stack.append(_recurrent(settings.cell, settings.units, **options))
    if settings.pool == "max":
        stack.append(layers.GlobalMaxPooling1D())
    if settings.dropout:
        stack.append(layers.Dropout(settings.dropout))
    return Sequential([*stack, layers.Dense(1, activation="sigmoid")])


def cell_parameters(settings: Settings, units: int) -> int:
    """What a cell of `units` and its readout learn: G n (n + n_x + 1) + n + 1."""
    gates = {"rnn": 1, "lstm": 4, "gru": 3}[settings.cell]
    return gates * units * (units + (settings.embedding or 1) + 1) + units + 1


def matched_units(settings: Settings, target: int) -> int:
    """How many units bring a cell's parameters (its readout included) closest to `target`."""
    return min(range(1, 257), key=lambda n: abs(cell_parameters(settings, n) - target))
