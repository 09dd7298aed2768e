"""A trained Keras model and its NumPy twin: the same states, verdicts and gradients."""

import io
import json
import pickle
import zipfile

import numpy as np
import pytest
import tolerance

from rnnviz import ExperimentError
from rnnviz.core.checks import rounding
from rnnviz.sentiment import bridge, models, twin
from rnnviz.sentiment.settings import Settings

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.filterwarnings("ignore")  # TensorFlow's own
WORDS = 50
both_pools = pytest.mark.parametrize("pool", ["last", "max"])
every_cell = pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
every_dtype = pytest.mark.parametrize("dtype", ["float64", "float32"])


def built(cell, pool="last", dtype="float32", **options):
    """A model with weights far from their start, as training leaves them."""
    keras.utils.set_random_seed(3)
    keras.config.set_floatx(dtype)
    settings = Settings(
        cell=cell, units=12, embedding=7, pool=pool, dropout=0.2, spatial_dropout=0.3, **options
    )
    model = models.build(settings, WORDS)
    random = np.random.default_rng(5)
    model.set_weights([random.normal(0, 0.4, w.shape) for w in model.get_weights()])
    keras.config.set_floatx("float32")
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
    readings = [twin.read(numpy_model, review, dtype) for review in ids]
    found = np.array([reading.probabilities[-1] for reading in readings])
    apart = np.array([tolerance.probability(r) for r in readings])
    assert apart.max() < 1e-2  # else this would say nothing
    assert (np.abs(found - expected) <= apart).all()
    clear = np.abs(expected - 0.5) > apart
    assert clear.mean() > 0.9 and ((found > 0.5) == (expected > 0.5))[clear].all()
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
        reading = twin.read(numpy_model, review, dtype)
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
@both_pools
def test_left_padding_changes_nothing(cell, pool):
    numpy_model, review = bridge.read(saved(built(cell, pool))), reviews(1)[0]
    plain, left = (twin.read(numpy_model, ids) for ids in (review, [0] * 9 + list(review)))
    assert (plain.probabilities == left.probabilities).all()
    assert (plain.run.trace.states["a"] == left.run.trace.states["a"]).all()


@every_cell
def test_the_probability_after_each_word_is_that_of_the_review_cut_there(cell):
    for pool in ("last", "max"):
        numpy_model, review = bridge.read(saved(built(cell, pool))), reviews(1)[0]
        whole = twin.read(numpy_model, review, "float64")
        cut = [twin.read(numpy_model, review[: t + 1], "float64") for t in range(len(review))]
        ends = [reading.probabilities[-1] for reading in cut]
        apart = tolerance.probability(whole)
        np.testing.assert_allclose(whole.probabilities, ends, rtol=0, atol=apart)


@every_cell
@both_pools
def test_what_is_missed_is_what_the_review_without_the_word_says(cell, pool):
    numpy_model, review = bridge.read(saved(built(cell, pool))), reviews(1)[0]
    whole = twin.read(numpy_model, review, "float64", leave_out=True)
    for t in range(len(review)):
        other = twin.read(numpy_model, np.delete(review, t), "float64")
        apart = tolerance.log_odds(whole) + tolerance.log_odds(other)
        assert whole.missed[t] == pytest.approx(whole.log_odds - other.log_odds, abs=apart)


def test_a_model_of_raw_ids_is_read():
    keras.utils.set_random_seed(1)
    model = models.build_rnn_model((40, 1))
    ids = np.array([[0.0] * 30 + list(range(1, 11))])[..., None]
    expected = float(model(ids)[0, 0])
    reading = twin.read(bridge.read(saved(model)), ids[0, :, 0].astype(int))
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


def config(content: bytes) -> dict:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return json.loads(file.read("config.json"))


def layer(found: dict, name: str) -> dict:
    return next(la for la in found["config"]["layers"] if la["class_name"] == name)


def with_config(change):
    content = saved(built("lstm"))
    found = config(content)
    change(found)
    return changed(content, config=json.dumps(found))


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
        (lambda: pickle.dumps(print), "must be a .keras file"),
        (lambda: changed(saved(built("lstm")), config=None), "must hold config.json"),
        (lambda: changed(saved(built("lstm")), config="[" * 100_000), "must be a .keras file"),
        (lambda: changed(saved(built("lstm")), config="{}"), "config.json must describe"),
        (
            lambda: changed(saved(built("lstm")), weights=b"nothing"),
            "model.weights.h5 must be HDF5",
        ),
        (
            lambda: with_config(lambda c: layer(c, "Dense").update(class_name="Lambda")),
            "every layer must be one of .* got Lambda",
        ),
        (
            lambda: with_config(lambda c: layer(c, "Dense").update(registered_name="os>system")),
            "every layer must be one of",
        ),
        (
            lambda: with_config(lambda c: layer(c, "LSTM")["config"].update(units=10**9)),
            "units must be between 1 and 256",
        ),
        (
            lambda: with_config(lambda c: layer(c, "LSTM")["config"].update(units=13)),
            r"must be floats of shape \(7, 52\)",
        ),
        (
            lambda: with_config(lambda c: layer(c, "LSTM")["config"].update(activation="softmax")),
            "activation of the LSTM must be tanh, got softmax",
        ),
        (
            lambda: with_config(lambda c: layer(c, "LSTM")["config"].update(go_backwards=True)),
            "go_backwards of the LSTM must be False",
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


def test_the_default_gru_is_named_as_what_it_is():
    layers = keras.layers
    model = keras.Sequential([layers.Input((5, 1)), layers.GRU(3), layers.Dense(1)])
    with pytest.raises(ExperimentError, match="reset_after of the GRU must be False, got True"):
        bridge.read(saved(model))


def test_a_word_beyond_the_vocabulary_and_no_word_at_all():
    numpy_model = bridge.read(saved(built("gru")))
    with pytest.raises(ExperimentError, match="ids must be between 0 and 49, got 50"):
        twin.read(numpy_model, [1, 50])
    with pytest.raises(ExperimentError, match="at least one word"):
        twin.read(numpy_model, [0, 0])
