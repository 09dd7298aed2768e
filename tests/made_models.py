"""Trained models for tests: a layer of our own cells, and Keras models of any architecture."""

import tempfile
from pathlib import Path

import numpy as np

from rnnviz.sentiment.network import Dense, Model, Recurrent, Way

WORDS = 30


def one_layer(cell, params, embedding, masked=True, pool="last") -> Model:
    """A model of one layer whose readout tells two classes apart by a softmax."""
    W, b = (params[name] for name in cell.readout)
    layers = (Recurrent("layer", (Way(cell, params),), pool != "last"),)
    return Model(embedding, masked, layers, pool, (Dense("dense", W, b),), "softmax")


def saved(model, ending=".keras") -> bytes:
    """A Keras model as the bytes of its file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"model{ending}"
        model.save(path)
        return path.read_bytes()


def given_weights(model, seed=0, size=0.5):
    """The model with weights far from their start, as training leaves them."""
    random = np.random.default_rng(seed)
    for layer in model.layers:
        own = [random.normal(0, size, w.shape) for w in layer.get_weights()]
        if type(layer).__name__ == "BatchNormalization":
            own[-1] = np.exp(own[-1])  # a variance
        if type(layer).__name__ != "TextVectorization":
            layer.set_weights(own)
    return model


class Architecture:
    """One drawn from a seed: what stands on what, in a Sequential or functional model."""

    def __init__(self, seed: int):
        self.random = np.random.default_rng(seed)
        self.seed, self.length = seed, None

    def one(self, *choices):
        """One of some choices."""
        return choices[self.random.integers(len(choices))]

    def layers(self) -> list:
        """The layers behind the Embedding, fresh."""
        from keras import layers

        pool = self.one("last", "last", "max", "mean")
        depth = int(self.random.integers(1, 4))
        stack = []
        if self.random.random() < 0.2:
            stack.append(layers.SpatialDropout1D(0.3))
        for level in range(depth):
            stack.append(self.recurrent(level < depth - 1 or pool != "last"))
            if self.random.random() < 0.15 and stack[-1].return_sequences:
                stack.append(self.one(layers.LayerNormalization, layers.BatchNormalization)())
        if pool != "last":
            kinds = {"max": layers.GlobalMaxPooling1D, "mean": layers.GlobalAveragePooling1D}
            stack.append(kinds[pool]())
        return stack + self.head()

    def recurrent(self, sequences: bool):
        """A recurrent layer of few units."""
        from keras import layers

        kind = self.one(layers.SimpleRNN, layers.LSTM, layers.GRU)
        options = {"return_sequences": sequences, "use_bias": self.random.random() < 0.8}
        if kind is layers.GRU:
            options["reset_after"] = self.one(*RESETS)
        if kind is layers.SimpleRNN:
            options["activation"] = self.one("tanh", "tanh", "relu", "softmax")
        way = self.one("on", "both", "both", "back")
        if way == "back" and (not sequences or not self.masked):
            options["go_backwards"] = True
        elif self.random.random() < 0.2:
            options["zero_output_for_mask"] = True
        layer = kind(int(self.random.integers(1, 5)), **options)
        if way != "both":
            return layer
        merge = self.one("concat", "sum", "ave", "mul")
        wrapped = layers.Bidirectional(layer, merge_mode=merge)
        wrapped.return_sequences = sequences
        return wrapped

    def head(self) -> list:
        """Dense layers with what may stand between them."""
        from keras import layers

        hidden = self.one("relu", "tanh", "elu", "selu", "gelu", "silu", "softplus", "softsign",
                          "leaky_relu", "sigmoid", "linear", "hard_sigmoid", "exponential",
                          "relu6", "softmax")  # fmt: skip
        dense = [layers.Dense(int(self.random.integers(2, 6)), activation=hidden)]
        between = self.one(
            layers.BatchNormalization, layers.LayerNormalization, layers.ReLU, layers.LeakyReLU,
            layers.ELU, lambda: layers.Activation("tanh"), lambda: layers.Dropout(0.5),
            lambda: layers.BatchNormalization(scale=False), lambda: layers.Softmax(),
            lambda: layers.LayerNormalization(center=False),
        )  # fmt: skip
        stack = [*dense, between()] if self.random.random() < 0.6 else []
        units, final = self.one((1, "sigmoid"), (1, None), (2, "softmax"), (4, "softmax"),
                                (3, None), (3, "sigmoid"))  # fmt: skip
        bias = self.random.random() < 0.8
        if self.random.random() < 0.5:
            return [*stack, layers.Dense(units, activation=final, use_bias=bias)]
        last = [layers.Activation(final)] if final else []
        return [*stack, layers.Dense(units, use_bias=bias), *last]

    def built(self):
        """The Keras model, with weights as training leaves them."""
        import keras

        keras.utils.set_random_seed(self.seed)
        self.masked = bool(self.random.random() < 0.5)
        self.length = self.one(None, None, 9)
        embedding = keras.layers.Embedding(
            WORDS, int(self.random.integers(1, 5)), mask_zero=self.masked
        )
        ids = keras.Input((self.length,), dtype="int32")
        stack = [embedding, *self.layers()]
        if self.random.random() < 0.5:
            return given_weights(keras.Sequential([ids, *stack]), self.seed)
        x = ids
        for layer in stack:
            x = layer(x)
        return given_weights(keras.Model(ids, x), self.seed)

    def rows(self) -> list[list[int]]:
        """A review without padding, with padding in front, behind, and with a zero within, of the
        length that the model was built for, where it was built for one."""
        n = 5
        words = self.random.integers(1, WORDS, 9).tolist()
        short, zeros = words[:n], [0] * (9 - n)
        return [words, zeros + short, short + zeros, [*short[:2], 0, *short[2:], *zeros[1:]]]


RESETS = (True, False)
