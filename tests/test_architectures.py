"""Every model that is accepted gives Keras' own numbers, whatever it is built of."""

import numpy as np
import pytest
import tolerance
from made_models import Architecture, given_weights, saved

from rnnviz.core.checks import Check
from rnnviz.sentiment import bridge, reading_checks, typed
from rnnviz.sentiment.reading import read

pytest.importorskip("keras")
pytestmark = [pytest.mark.training, pytest.mark.filterwarnings("ignore")]  # TensorFlow's own
SEEDS = range(24)


@pytest.mark.parametrize("seed", SEEDS)
def test_outputs_are_keras(seed):
    made = Architecture(seed)
    model, rows = made.built(), made.rows()
    expected = np.asarray(model(np.array(rows), training=False))
    ours = bridge.read(saved(model))
    assert ours.length == made.length
    for row, wanted in zip(rows, expected, strict=True):
        reading = read(ours, row)
        apart = tolerance.outputs(reading)
        assert apart < 1e-2 * max(1, np.abs(wanted).max())  # else this would say nothing
        np.testing.assert_allclose(reading.outputs, wanted, rtol=0, atol=apart)
        last = reading.each_class[:, -1]
        assert reading.outputs.shape == wanted.shape and len(last) == max(2, len(wanted))


@pytest.mark.parametrize("seed", range(100, 104))
def test_a_file_of_keras_2_is_read(seed):
    made = Architecture(seed)
    model, row = made.built(), made.rows()[1]
    expected = np.asarray(model(np.array([row]), training=False))[0]
    reading = read(bridge.read(saved(model, ".h5")), row)
    np.testing.assert_allclose(reading.outputs, expected, rtol=0, atol=tolerance.outputs(reading))


def test_activations_are_read_as_functions_and_as_layers():
    import keras
    import tensorflow as tf

    layers, row = keras.layers, [1, 2, 0, 3, 4]
    for hidden, last in (
        (layers.LeakyReLU(0.1), tf.nn.sigmoid), (layers.ReLU(max_value=0.2), "softmax"),
        (layers.ELU(0.7), layers.Softmax()), (layers.Activation("tanh"), keras.ops.softmax),
        (tf.nn.relu, None),
    ):  # fmt: skip
        model = given_weights(
            keras.Sequential([keras.Input((None,)), layers.Embedding(5, 2), layers.GRU(3),
                              layers.Dense(4, activation=hidden), layers.Dense(2, activation=last)])
        )  # fmt: skip
        reading = read(bridge.read(saved(model)), row)
        expected = np.asarray(model(np.array([row]), training=False))[0]
        apart = tolerance.outputs(reading)
        np.testing.assert_allclose(reading.outputs, expected, rtol=0, atol=apart)
    model.layers[-1].activation = tf.nn.softmax  # is called softmax_v2 in the file
    expected = np.asarray(model(np.array([row]), training=False))[0]
    reading = read(bridge.read(saved(model)), row)
    np.testing.assert_allclose(reading.outputs, expected, rtol=0, atol=tolerance.outputs(reading))


@pytest.mark.parametrize("seed", range(200, 204))
def test_every_layer_and_direction_is_told_as_it_is(seed):
    """Each one's checks hold, and what a word weighs is the same whichever is looked into."""
    made = Architecture(seed)
    model, row = bridge.read(saved(made.built())), made.rows()[2]
    whole = read(model, row, leave_out=True)
    for layer, recurrent in enumerate(model.recurrent):
        for way in range(len(recurrent.ways)):
            one = read(model, row, leave_out=True, layer=layer, way=way)
            np.testing.assert_array_equal(one.influence, whole.influence)
            assert sorted(one.places) == list(range(len(one.ids)))
            made_of = [*reading_checks.states(one), *reading_checks.gates(one)]
            made_of += reading_checks.gradients(one)
            assert not [v for v in made_of if isinstance(v, Check) and not v.passed]
    wrong = [v for v in reading_checks.verdict(whole) if isinstance(v, Check) and not v.passed]
    assert not wrong


@pytest.mark.parametrize("seed", range(300, 304))
def test_words_weigh_what_tensorflows_tape_says(seed):
    import tensorflow as tf

    made = Architecture(seed)
    model, row = made.built(), made.rows()[1]
    reading = read(bridge.read(saved(model)), row)
    embedding = next(la for la in model.layers if type(la).__name__ == "Embedding")
    with tf.GradientTape() as tape:
        z = tf.cast(model(np.array([row]), training=False)[0], tf.float64)
        final = reading.model.final
        if len(z) == 1 or final == "sigmoid":
            p = z[0 if len(z) == 1 else reading.target]
            log_odds = p if final == "linear" else tf.math.log(p) - tf.math.log(1 - p)
            log_odds *= 1 if reading.target or len(z) > 1 else -1
        else:
            p = tf.nn.softmax(z) if final == "linear" else z
            rest = tf.reduce_sum(p) - p[reading.target]
            log_odds = tf.math.log(p[reading.target]) - tf.math.log(rest)
    felt = tf.convert_to_tensor(tape.gradient(log_odds, embedding.embeddings)).numpy()
    table = embedding.embeddings.numpy()
    apart = tolerance.influence(reading)
    # A probability near an end of 0 .. 1 is rounded there, and its log-odds with it.
    p = float(reading.probabilities[-1])
    lost = 8 * float(np.finfo(np.float32).eps) / max(1e-7, min(p, 1 - p))
    apart += lost * float(np.abs(reading.influence).max())
    for id in set(reading.ids.tolist()):
        shares = reading.influence[reading.ids == id].sum()
        assert shares == pytest.approx(float(felt[id] @ table[id]), abs=len(row) * apart)


def test_a_text_vectorization_brings_its_words():
    import keras
    import tensorflow as tf

    words = ["good", "film", "the", "it's", "naïve", "état", "ÉTAT", "the-end", "a_b", "x"]
    text = "The GOOD  film:\u00a0it's naïve,\tÉtat ÉTAT the-end a_b\u3000x & nothing?\n xyzzy good"
    for options in ({}, {"standardize": "lower"}, {"standardize": "strip_punctuation"},
                    {"standardize": None}, {"split": "character"},
                    {"output_sequence_length": 4}, {"output_sequence_length": 20}):  # fmt: skip
        layer = keras.layers.TextVectorization(
            vocabulary=[*words, *"tgif"] if "split" in options else words, **options
        )
        model = keras.Sequential(
            [keras.Input((1,), dtype="string"), layer, keras.layers.Embedding(20, 3),
             keras.layers.LSTM(3), keras.layers.Dense(1, activation="sigmoid")]
        )  # fmt: skip
        ours = bridge.read(saved(given_weights(model)))
        given = ours.vocabulary.read(text)
        padding, _ = typed.guessed(ours)
        row, spelled = typed.as_asked(ours.masked, padding, given)
        assert row.tolist() == layer(tf.constant([[text]])).numpy()[0].tolist(), options
        expected = np.asarray(model(tf.constant([[text]])))[0]
        reading = read(ours, row)
        np.testing.assert_allclose(
            reading.outputs, expected, rtol=0, atol=tolerance.outputs(reading)
        )
        assert len(spelled) == len(reading.ids)


def test_raw_ids_are_read_as_numbers_masked_or_not():
    import keras

    for masking in ([], [keras.layers.Masking()]):
        model = given_weights(
            keras.Sequential([keras.Input((6, 1)), *masking, keras.layers.SimpleRNN(3),
                              keras.layers.Dense(2, activation="softmax")]), size=0.2
        )  # fmt: skip
        row = [0, 0, 3, 1, 0, 2]
        expected = np.asarray(model(np.array(row, float)[None, :, None]))[0]
        ours = bridge.read(saved(model))
        reading = read(ours, row)
        assert ours.masked == bool(masking) and ours.length == 6
        np.testing.assert_allclose(
            reading.outputs, expected, rtol=0, atol=tolerance.outputs(reading)
        )
