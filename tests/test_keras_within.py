"""Layers in layers, models in models and models of numbers are read as what they compute."""

import numpy as np
import pytest
import tolerance
from made_models import WORDS, given_weights, saved

from rnnviz import ExperimentError
from rnnviz.sentiment import bridge
from rnnviz.sentiment.reading import read

keras = pytest.importorskip("keras")
pytestmark = [pytest.mark.training, pytest.mark.filterwarnings("ignore")]  # TensorFlow's own
layers = keras.layers
ROWS = np.array([[3, 1, 4, 1, 5, 9], [0, 0, 0, 2, 7, 1], [2, 0, 7, 1, 0, 0]])


def one():
    return layers.Dense(1, activation="sigmoid")


def words(mask=True):
    return layers.Embedding(WORDS, 3, mask_zero=mask)


def stack(*given, length=None):
    return keras.Sequential([keras.Input((length,), dtype="int32"), *given])


def chain(*given):
    """The same as a functional model."""
    x = ids = keras.Input((None,), dtype="int32")
    for layer in given:
        x = layer(x)
    return keras.Model(ids, x)


def cells():
    kinds = layers.LSTMCell(3), layers.GRUCell(2, use_bias=False), layers.SimpleRNNCell(3)
    return layers.RNN(list(kinds), return_sequences=True, zero_output_for_mask=True)


def last_state():
    ids = keras.Input((None,), dtype="int32")
    _, state, _ = layers.LSTM(3, return_sequences=True, return_state=True)(words()(ids))
    return keras.Model(ids, one()(state))


def each_step():
    return [
        layers.GRU(3, return_sequences=True), layers.TimeDistributed(layers.Dropout(0.5)),
        layers.TimeDistributed(layers.Dense(3, activation="relu")),
        layers.TimeDistributed(layers.LayerNormalization()), layers.GlobalAveragePooling1D(),
    ]  # fmt: skip


READ = {
    "an RNN of a cell": lambda: stack(words(), layers.RNN(layers.LSTMCell(3)), one()),
    "an RNN of cells": lambda: stack(words(), cells(), layers.GlobalMaxPooling1D(), one()),
    "a Bidirectional RNN": lambda: stack(
        words(), layers.Bidirectional(layers.RNN(layers.GRUCell(2))), one()
    ),
    "a TimeDistributed": lambda: stack(words(), *each_step(), one()),
    "a Flatten of one step": lambda: stack(words(), layers.GRU(3), layers.Flatten(), one()),
    "a Masking of vectors": lambda: stack(words(), layers.Masking(), layers.LSTM(3), one()),
    "models in a Sequential": lambda: stack(
        keras.Sequential([words(), keras.Sequential([layers.LSTM(3, return_sequences=True)])]),
        layers.LSTM(3), keras.Sequential([layers.Dense(2), one()]),
    ),
    "models in a functional one": lambda: chain(chain(words()), layers.GRU(3), one()),
    "a state that is handed on": last_state,
    "a stateful layer": lambda: keras.Sequential(
        [keras.Input(batch_shape=(3, 6), dtype="int32"), words(False),
         layers.LSTM(2, stateful=True), one()]
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", READ)
def test_outputs_are_keras(what):
    model = given_weights(READ[what]())
    expected = np.asarray(model(ROWS, training=False))
    for ending in (".keras", ".h5"):
        ours = bridge.read(saved(model, ending))
        assert ("stateful" in " ".join(ours.notes)) == ("stateful" in what)
        for row, wanted in zip(ROWS, expected, strict=True):
            reading = read(ours, row)
            np.testing.assert_allclose(
                reading.outputs, wanted, rtol=0, atol=tolerance.outputs(reading)
            )


def test_cells_of_one_layer_are_told_apart():
    model = bridge.read(saved(READ["an RNN of cells"]()))
    assert [one.told(0)[-6:] for one in model.recurrent] == ["cell 1", "cell 2", "cell 3"]


def half():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        return stack(words(), layers.LSTM(2), one())
    finally:
        keras.config.set_dtype_policy("float32")


def sequences():
    return layers.LSTM(2, return_sequences=True)


def memory():
    ids = keras.Input((None,), dtype="int32")
    return keras.Model(ids, one()(layers.LSTM(3, return_state=True)(words()(ids))[2]))


def end_of_slices():
    ids = keras.Input((None,), dtype="int32")
    return keras.Model(ids, one()(sequences()(words()(ids))[:, -1]))


def of_one_name():
    inner = [keras.Sequential([layers.LSTM(3, return_sequences=k < 1, name="x")]) for k in (0, 1)]
    return stack(words(), keras.Sequential(inner), one())


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda: stack(words(False), sequences(), layers.Flatten(), one(), length=6),
            r"\(Flatten\) must not stand .*: let the layer before it have return_sequences=False",
        ),
        (
            lambda: stack(words(False), layers.Conv1D(2, 2), layers.LSTM(2), one()),
            r"\(Conv1D\): leave the convolution",
        ),
        (half, r"\(Embedding\) must be float32 or float64, got mixed_bfloat16: build the same"),
        (memory, r"\(LSTM\) must hand on its output or its state a, got its output 3"),
        (end_of_slices, r"\(GetItem\): let the layer before have return_sequences=False"),
        (of_one_name, "must have names of their own, got 2 times x"),
        (
            lambda: stack(words(), layers.TimeDistributed(layers.Embedding(3, 2)), one()),
            r"\(TimeDistributed\) must hold Dense, an activation or a normalisation, got Embedding",
        ),
    ],
)
def test_what_is_not_read_names_the_layer_and_the_change(make, sentence):
    with pytest.raises(ExperimentError, match=sentence) as error:
        bridge.read(saved(make()))
    assert len(str(error.value)) < 300 and "\n" not in str(error.value)


def test_numbers_in_a_keras_model():
    random = np.random.default_rng(0)
    rows = random.normal(0, 1, (6, 4)).round(3)
    rows[[0, 3]] = 0
    for shape, last, masked in (((6, 4), (1, None), False), ((None, 4), (3, "softmax"), True)):
        masking = [layers.Masking()] * masked
        model = given_weights(keras.Sequential(
            [keras.Input(shape), *masking, layers.LSTM(3), layers.Dense(last[0], last[1])]
        ))  # fmt: skip
        ours = bridge.read(saved(model))
        assert ours.numbers == 4 and ours.length == shape[0]
        reading = read(*ours.fed(rows))
        expected = np.asarray(model(rows[None], training=False))[0]
        np.testing.assert_allclose(
            reading.outputs, expected, rtol=0, atol=tolerance.outputs(reading)
        )
        assert (ours.final == "values") == (last[1] is None)
    encoder = given_weights(keras.Sequential([keras.Input((None, 4)), layers.GRU(3)]))
    reading = read(*bridge.read(saved(encoder)).fed(rows))
    expected = np.asarray(encoder(rows[None], training=False))[0]
    np.testing.assert_allclose(reading.outputs, expected, rtol=0, atol=tolerance.outputs(reading))
    fixed = bridge.read(
        saved(keras.Sequential([keras.Input((6, 1)), layers.GRU(2), layers.Dense(1)]))
    )
    assert fixed.numbers == 1 and fixed.final == "values"
    with pytest.raises(ExperimentError, match="must have 6 steps, as the model was built, got 2"):
        fixed.fed([[1.0], [2.0]])
