"""A trained Keras model and the same in NumPy: the same states, verdicts and gradients."""

import io
import json
import pickle
import zipfile

import numpy as np
import pytest
import tolerance

from rnnviz import ExperimentError
from rnnviz.core.checks import rounding
from rnnviz.sentiment import bridge, models, training, typed
from rnnviz.sentiment.data import Split
from rnnviz.sentiment.reading import read
from rnnviz.sentiment.settings import Settings

keras = pytest.importorskip("keras")
pytestmark = [  # the warnings are TensorFlow's own
    pytest.mark.training,
    pytest.mark.filterwarnings("ignore"),
]
WORDS = 50
both_pools = pytest.mark.parametrize("pool", ["last", "max"])
every_cell = pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
every_dtype = pytest.mark.parametrize("dtype", ["float64", "float32"])


def built(cell, pool="last", dtype="float32", **options):
    """A model with weights far from their start, as training leaves them."""
    keras.utils.set_random_seed(3)
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)  # else the first policy asked for stays
    settings = Settings(
        cell=cell, units=12, embedding=7, pool=pool, dropout=0.2, spatial_dropout=0.3, **options
    )
    model = models.build(settings, WORDS)
    random = np.random.default_rng(5)
    model.set_weights([random.normal(0, 0.4, w.shape) for w in model.get_weights()])
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    return model


def saved(model) -> bytes:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()


def reviews(count=200):
    random = np.random.default_rng(1)
    return [random.integers(1, WORDS, random.integers(1, 30)) for _ in range(count)]


def padded(ids, length=32):
    return np.array([[0] * (length - len(review)) + list(review) for review in ids])


@every_cell
@both_pools
@every_dtype
def test_states_and_verdicts_are_keras(cell, pool, dtype):
    model = built(cell, pool, dtype)
    numpy_model, ids = bridge.read(saved(model)), reviews()
    expected = np.asarray(model(padded(ids), training=False))[:, 0]
    readings = [read(numpy_model, row, dtype) for row in padded(ids)]
    computed = np.array([reading.probabilities[-1] for reading in readings])
    apart = np.array([tolerance.probability(r) for r in readings])
    assert apart.max() < 1e-2  # else this would say nothing
    assert (np.abs(computed - expected) <= apart).all()
    clear = np.abs(expected - 0.5) > apart
    assert clear.mean() > 0.9 and ((computed > 0.5) == (expected > 0.5))[clear].all()
    layer = next(layer for layer in model.layers if hasattr(layer, "cell"))
    layer.return_sequences = True
    embedded = model.layers[0](padded(ids[:20]))
    states = np.asarray(layer(embedded, mask=model.layers[0].compute_mask(padded(ids[:20]))))
    for review, row, reading in zip(ids, states, readings[:20], strict=False):
        h = reading.run.trace.states["a"][:, 0].T
        apart = rounding.apart(reading.run, lambda trace, params: trace.states["a"])
        np.testing.assert_allclose(h, row[-len(review) :], rtol=0, atol=apart)


@every_cell
@both_pools
@every_dtype
def test_gradients_are_tensorflows(cell, pool, dtype):
    import tensorflow as tf

    model = built(cell, pool, dtype)
    numpy_model = bridge.read(saved(model))
    for review in reviews(8):
        x = tf.constant(np.asarray(model.layers[0](padded([review]))))
        mask = model.layers[0].compute_mask(padded([review]))
        layer, dense = next(la for la in model.layers if hasattr(la, "cell")), model.layers[-1]
        with tf.GradientTape() as tape:
            tape.watch(x)
            h = layer(x, mask=mask)
            if pool == "max":
                h = tf.reduce_max(h, axis=1)
            z = (h @ dense.kernel + dense.bias)[0, 0]
        expected = tape.gradient(z, x).numpy()[0, -len(review) :]
        reading = read(numpy_model, padded([review])[0], dtype)
        each = tolerance.felt(reading)
        assert each < 1e-2 * np.abs(expected).max()  # else this would say nothing
        felt = reading.run.gradients.x[:, 0].T
        np.testing.assert_allclose(felt, expected, rtol=0, atol=each)
        assert reading.log_odds == pytest.approx(float(z), abs=tolerance.log_odds(reading))
        words = x.numpy()[0, -len(review) :]
        shares = (expected * words).sum(axis=1)  # the sum of n_x such gradients times the word's x
        np.testing.assert_allclose(
            reading.influence, shares, rtol=0, atol=each * np.abs(words).sum(axis=1).max()
        )


@every_cell
def test_masked_padding_changes_no_last_state(cell):
    numpy_model, review = bridge.read(saved(built(cell))), reviews(1)[0]
    plain, left = (read(numpy_model, ids) for ids in (review, [0] * 9 + list(review)))
    assert (plain.probabilities == left.probabilities).all()
    assert (plain.run.trace.states["a"] == left.run.trace.states["a"]).all()


@pytest.mark.parametrize("mask", [True, False])
@every_cell
@both_pools
def test_the_verdict_is_keras_wherever_zeros_stand(cell, pool, mask):
    """Keras' maximum over time knows no mask: padding in front counts, behind and within not."""
    model = built(cell, pool, "float64", mask=mask)
    numpy_model, said = bridge.read(saved(model)), set()
    review = list(reviews(1)[0])
    for row in (review, [0] * 5 + review, review + [0] * 5, [*review[:2], 0, 0, *review[2:]]):
        expected = float(np.asarray(model(np.array([row]), training=False))[0, 0])
        said.add(round(expected, 9))
        reading = read(numpy_model, row)
        apart = tolerance.probability(reading)
        assert apart < 1e-9 and reading.probabilities[-1] == pytest.approx(expected, abs=apart)
    assert len(said) > 1 or mask  # unmasked padding is read as a word: the rows differ


@pytest.mark.parametrize("padding", ["pre", "post"])
@pytest.mark.parametrize("mask", [True, False])
@both_pools
def test_a_run_reads_a_review_as_its_training_did(pool, mask, padding):
    """The number of Keras' model in the very batches of training, cut and padded there."""
    settings = Settings(cell="gru", length=12, mask=mask, padding=padding, pool=pool)
    keras.utils.set_random_seed(4)
    model = models.build(settings, WORDS)
    split = Split([np.array([1, *ids], np.int32) for ids in reviews(40)], np.zeros(40, int))
    expected = training.probabilities(model, split, settings)
    numpy_model = bridge.read(saved(model))
    assert {len(ids) > 12 for ids in split.ids} == {True, False}
    for ids, p in zip(split.ids, expected, strict=True):
        row, words = typed.as_trained(settings, ids, [str(i) for i in ids])
        reading = read(numpy_model, row, leave_out=True, padding=padding)
        apart = tolerance.probability(reading)
        assert apart < 1e-2 and reading.probabilities[-1] == pytest.approx(p, abs=apart)
        assert [word for word in words if word != "·"] == [str(i) for i in ids[-12:]]
        assert len(words) == len(reading.ids)
        kept = ids[-12:]
        t = len(kept) // 2  # without that word, padded anew as training pads what is shorter
        other = read(numpy_model, training.row(settings, np.delete(kept, t)))
        place = t + (words.index(str(kept[0])) if padding == "pre" else 0)
        lost, apart = reading.log_odds - other.log_odds, map(tolerance.log_odds, (reading, other))
        assert reading.missed[place] == pytest.approx(lost, abs=sum(apart))


def test_a_functional_chain_is_read():
    keras.utils.set_random_seed(2)
    ids = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(WORDS, 4)(ids)
    x = keras.layers.Dropout(0.3)(x)
    x = keras.layers.LSTM(5, return_sequences=True)(x)
    x = keras.layers.GlobalMaxPooling1D()(x)
    model = keras.Model(ids, keras.layers.Dense(2, activation="softmax")(x))
    row = [3, 1, 4, 1, 5]
    expected = float(np.asarray(model(np.array([row])))[0, 1])
    reading = read(bridge.read(saved(model)), row)
    apart = tolerance.probability(reading)
    assert apart < 1e-2 and reading.probabilities[-1] == pytest.approx(expected, abs=apart)


def functional(always=False, within=False, branch=False):
    """A functional model that Keras does not compute as a plain chain."""
    ids = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(WORDS, 4)(ids)
    x = keras.layers.Dropout(0.3)(x, training=True) if always else x
    h = keras.layers.LSTM(4)(x)
    y = keras.layers.Dense(1, activation="sigmoid")(h)
    if branch:
        return keras.Model(ids, [h, y])
    return keras.Model(ids, [y, h] if within else y)


def sequential(last, *before, **options):
    stack = [keras.layers.Embedding(WORDS, 4), keras.layers.LSTM(4, **options), *before, last]
    return keras.Sequential([keras.Input((None,), dtype="int32"), *stack])


def one():
    return keras.layers.Dense(1, activation="sigmoid")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: sequential(keras.layers.Dense(4, activation="relu")), "sigmoid, softmax or no"),
        (lambda: sequential(keras.layers.Dense(1, activation="softmax")), "which is always 1"),
        (
            lambda: sequential(one(), dtype="mixed_float16"),
            r"dtype of lstm\w* \(LSTM\) must be float",
        ),
        (lambda: sequential(one(), recurrent_activation="relu"), "recurrent_activation of lstm"),
        (lambda: sequential(one(), return_sequences=True), "hands on every step"),
        (lambda: functional(always=True), r"\(Dropout\) must be called with its input alone"),
        (lambda: functional(within=True), "must have one output, got 2"),
        (lambda: functional(branch=True), "must have one output, got 2"),
    ],
)
def test_what_keras_computes_otherwise_is_refused(make, sentence):
    with pytest.raises(ExperimentError, match=sentence):
        bridge.read(saved(make()))


@every_cell
def test_the_probability_after_each_word_is_that_of_the_review_cut_there(cell):
    for pool in ("last", "max"):
        numpy_model, review = bridge.read(saved(built(cell, pool))), reviews(1)[0]
        whole = read(numpy_model, review, "float64")
        cut = [read(numpy_model, review[: t + 1], "float64") for t in range(len(review))]
        ends = [reading.probabilities[-1] for reading in cut]
        apart = tolerance.probability(whole)
        np.testing.assert_allclose(whole.probabilities, ends, rtol=0, atol=apart)


@every_cell
@both_pools
def test_what_is_missed_is_what_the_review_without_the_word_says(cell, pool):
    numpy_model, review = bridge.read(saved(built(cell, pool))), reviews(1)[0]
    whole = read(numpy_model, review, "float64", leave_out=True)
    for t in range(len(review)):
        other = read(numpy_model, np.delete(review, t), "float64")
        apart = tolerance.log_odds(whole) + tolerance.log_odds(other)
        assert whole.missed[t] == pytest.approx(whole.log_odds - other.log_odds, abs=apart)


def test_a_model_of_raw_ids_is_read():
    keras.utils.set_random_seed(1)
    model = models.build_rnn_model((40, 1))
    ids = np.array([[0.0] * 30 + list(range(1, 11))])[..., None]
    expected = float(model(ids)[0, 0])
    reading = read(bridge.read(saved(model)), ids[0, :, 0].astype(int))
    apart = tolerance.probability(reading)
    assert apart < 1e-2 and reading.probabilities[-1] == pytest.approx(expected, abs=apart)


@pytest.mark.parametrize(
    ("kind", "units", "count"), [("rnn", 150, 22_951), ("lstm", 50, 10_451), ("gru", 50, 7_851)]
)
def test_the_notebooks_models_have_its_parameters(kind, units, count):
    import rnnviz.notebook

    model = getattr(rnnviz.notebook, f"build_{kind}_model")((2494, 1))
    assert model.count_params() == count
    recurrent, dropout, dense = model.layers
    assert (recurrent.units, recurrent.activation.__name__) == (units, "softmax")
    assert (dropout.rate, dense.units, dense.activation.__name__) == (0.2, 1, "sigmoid")


# -- hostile files ---------------------------------------------------------------------------------


def changed(content: bytes, **members) -> bytes:
    """A .keras file with some members replaced (None: left out)."""
    names = {"config": "config.json", "weights": "model.weights.h5"}
    new = {names[key]: value for key, value in members.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as file:
        for name in old.namelist():
            value = new.get(name, old.read(name))
            if value is not None:
                file.writestr(name, value)
    return out.getvalue()


def locked(content: bytes) -> bytes:
    """The same zip, its members marked as under a password."""
    at, places = bytearray(content), []
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(mark)
        while start >= 0:
            places.append(start + flag)
            start = content.find(mark, start + 4)
    for place in places:
        at[place] |= 1
    return bytes(at)


def squeezed(content: bytes) -> bytes:
    """A zip whose deflated bytes are damaged."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", json.dumps(config(content)))
        start = out.tell() - 400
    damaged = bytearray(out.getvalue())
    damaged[start : start + 40] = b"\xff" * 40
    return bytes(damaged)


def config(content: bytes) -> dict:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return json.loads(file.read("config.json"))


def layer(config_of: dict, name: str) -> dict:
    return next(la for la in config_of["config"]["layers"] if la["class_name"] == name)


def with_config(change, pool="last"):
    content = saved(built("lstm", pool))
    kept = config(content)
    change(kept)
    return changed(content, config=json.dumps(kept))


def weights(write) -> bytes:
    import h5py

    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        write(file)
    return changed(saved(built("lstm")), weights=out.getvalue())


def link_elsewhere(file):
    import h5py

    file["layers/embedding/vars/0"] = h5py.ExternalLink("/etc/passwd", "/")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: b"", "must be a .keras file"),
        (lambda: pickle.dumps(print), "got a pickle, which could run anything"),
        (lambda: changed(saved(built("lstm")), config=None), "must hold config.json"),
        (lambda: changed(saved(built("lstm")), config="[" * 100_000), "must be a .keras file"),
        (lambda: changed(saved(built("lstm")), config="{}"), "config.json must describe"),
        (lambda: locked(saved(built("lstm"))), "must be a .keras file"),
        (lambda: squeezed(saved(built("lstm"))), "must be a .keras file"),
        (
            lambda: changed(saved(built("lstm")), weights=b"nothing"),
            "model.weights.h5 must be HDF5",
        ),
        (
            lambda: with_config(lambda c: layer(c, "Dense").update(class_name="Lambda")),
            r"every layer must be one of .* got dense\w* \(Lambda\)",
        ),
        (
            lambda: with_config(lambda c: layer(c, "Dense").update(registered_name="os>system")),
            "every layer must be one of",
        ),
        (
            lambda: with_config(lambda c: layer(c, "LSTM")["config"].update(units=10**9)),
            r"units of lstm\w* \(LSTM\) must be between 1 and 4096",
        ),
        (
            lambda: with_config(lambda c: layer(c, "LSTM")["config"].update(units=13)),
            r"must be floats of shape \(7, 52\)",
        ),
        (
            lambda: with_config(lambda c: layer(c, "LSTM")["config"].update(activation="softmax")),
            r"activation of lstm\w* \(LSTM\) must be tanh, got softmax",
        ),
        (
            lambda: with_config(
                lambda c: layer(c, "GlobalMaxPooling1D")["config"].update(
                    data_format="channels_first"
                ),
                pool="max",
            ),
            r"data_format of .* \(GlobalMaxPooling1D\) must be channels_last",
        ),
        (
            lambda: with_config(lambda c: layer(c, "LSTM")["config"].update(time_major=True)),
            r"time_major of lstm\w* \(LSTM\) must be False",
        ),
        (lambda: weights(lambda file: None), "the weights must hold layers/embedding/vars/0"),
        (lambda: weights(link_elsewhere), "the weights must hold layers/embedding/vars/0"),
        (
            lambda: weights(lambda f: f.create_dataset("layers/embedding/vars/0", data=[b"x"])),
            "must be floats of shape",
        ),
        (
            lambda: weights(
                lambda f: f.create_dataset("layers/embedding/vars/0", data=np.full((50, 7), np.nan))
            ),
            "must hold finite numbers",
        ),
    ],
)
def test_what_cannot_be_read_gets_one_sentence(make, sentence):
    with pytest.raises(ExperimentError, match=sentence) as error:
        bridge.read(make())
    assert len(str(error.value)) < 300 and "\n" not in str(error.value)


def test_a_zip_bomb_is_not_unpacked():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", b"0" * (6 * 2**20))
    with pytest.raises(ExperimentError, match=r"config\.json may unpack to 5 MB, got 6 MB"):
        bridge.read(out.getvalue())


def test_the_default_gru_has_its_second_bias_behind_the_reset_gate():
    keras.utils.set_random_seed(6)
    gru = keras.layers.GRU(3)  # reset_after=True
    model = keras.Sequential(
        [keras.Input((None,), dtype="int32"), keras.layers.Embedding(WORDS, 4), gru, one()]
    )
    random = np.random.default_rng(6)
    model.set_weights([random.normal(0, 0.6, w.shape) for w in model.get_weights()])
    reading = read(bridge.read(saved(model)), [3, 1, 4, 1, 5])
    assert reading.run.cell.name == "gru_after"
    np.testing.assert_array_equal(reading.run.params["ck"][:, 0], gru.get_weights()[2][1, -3:])
    expected = np.asarray(model(np.array([[3, 1, 4, 1, 5]])))[0]
    np.testing.assert_allclose(reading.outputs, expected, rtol=0, atol=tolerance.outputs(reading))


def test_a_word_beyond_the_vocabulary_and_no_word_at_all():
    numpy_model = bridge.read(saved(built("gru")))
    with pytest.raises(ExperimentError, match="ids must be between 0 and 49, got 50"):
        read(numpy_model, [1, 50])
    with pytest.raises(ExperimentError, match="at least one word"):
        read(numpy_model, [0, 0])
