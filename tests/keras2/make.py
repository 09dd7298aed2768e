"""Makes the files of this folder: models as Keras 2 wrote them, and the numbers that it gave.

    python -m venv /tmp/keras2 && /tmp/keras2/bin/pip install tensorflow tf_keras
    /tmp/keras2/bin/python tests/keras2/make.py

tf_keras goes on where Keras 2.15 ended. Up to 2.14 a model's attributes were visited in the order
of the alphabet, _layer_checkpoint_dependencies among them, up to 2.13 a layer was counted whenever
it was met, and paths had the separator of the system that they were written on. The tests need
neither of them.
"""

import builtins
import inspect
import json
from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras as keras
from tf_keras import layers
from tf_keras.src.saving import saving_lib

HERE, WORDS, TEXT = Path(__file__).parent, ["good", "film", "bad", "not"], "Not a GOOD film, bad"
STATE = inspect.getsource(saving_lib._save_state)
CONTAINER = inspect.getsource(saving_lib._save_container_state)
SKIPPED, BEFORE = saving_lib.ATTR_SKIPLIST, {"_layer_checkpoint_dependencies"}
ROWS = [[3, 1, 4, 1, 5, 9], [0, 0, 3, 1, 4, 1], [3, 1, 4, 1, 0, 0], [3, 0, 4, 1, 5, 0]]


def writing_as(version: str, windows: bool) -> None:
    """Let the library walk through a model as it once did."""
    ascending = version < "2.15"
    saving_lib.sorted = lambda names, reverse: builtins.sorted(names, reverse=not ascending)
    saving_lib.ATTR_SKIPLIST = SKIPPED - BEFORE if ascending else SKIPPED
    saving_lib.joined = lambda *parts: ("\\" if windows else "/").join(filter(None, parts))
    container = CONTAINER
    if version < "2.14":
        container = container.replace("id(trackable) in visited_trackables", "False")
    for source in (STATE, container):
        exec(source.replace("tf.io.gfile.join", "joined"), saving_lib.__dict__)


def two_of_each():
    """Layers of one class that have to be counted, and what Keras 3 takes for something else."""
    return keras.Sequential([
        layers.Embedding(10, 2, mask_zero=True, input_length=6),
        layers.LSTM(3, return_sequences=True), layers.SpatialDropout1D(0.2), layers.LSTM(2),
        layers.Dense(3, activation="hard_sigmoid"), layers.BatchNormalization(),
        layers.Dense(2), layers.LeakyReLU(), layers.Dense(1, activation="sigmoid"),
    ])  # fmt: skip


def functional():
    """Both directions, twice, and a GRU of the default kind, under a mask."""
    ids = keras.Input((6,))
    x = layers.Embedding(10, 2, mask_zero=True)(ids)
    for merge in ("concat", "sum"):
        x = layers.Bidirectional(layers.GRU(2, return_sequences=True), merge_mode=merge)(x)
    x = layers.GlobalMaxPooling1D()(layers.SimpleRNN(3, return_sequences=True)(x))
    return keras.Model(ids, layers.Dense(3, activation="softmax")(x))


def of_words():
    """Words inside, adapted."""
    words = layers.TextVectorization(output_sequence_length=6)
    words.adapt([" ".join(WORDS)])
    return keras.Sequential([
        keras.Input((1,), dtype="string"), words, layers.Embedding(10, 2), layers.LSTM(2),
        layers.Dense(1, activation="sigmoid"),
    ])  # fmt: skip


CASES = {"2.13": [two_of_each, functional, of_words], "2.13 windows": [two_of_each, functional],
         "2.14": [two_of_each, functional], "2.15": [two_of_each, functional, of_words],
         "2.15 windows": [two_of_each]}  # fmt: skip


def main():
    expected = {}
    for release, kinds in CASES.items():
        version, _, system = release.partition(" ")
        writing_as(version, bool(system))
        for kind in kinds:
            keras.backend.clear_session()
            random, model = np.random.default_rng(len(expected)), kind()
            for layer in model.layers:
                own = [random.normal(0, 0.7, w.shape) for w in layer.get_weights()]
                if isinstance(layer, layers.BatchNormalization):
                    own[-1] = np.exp(own[-1])  # a variance
                if not isinstance(layer, layers.TextVectorization):
                    layer.set_weights(own)
            name = f"{release} {kind.__name__}".replace(" ", "_") + ".keras"
            model.save(HERE / name)
            given = tf.constant([[TEXT]]) if kind is of_words else np.array(ROWS)
            expected[name] = model(given).numpy().tolist()
    told = {"rows": ROWS, "text": TEXT, "outputs": expected}
    (HERE / "expected.json").write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
