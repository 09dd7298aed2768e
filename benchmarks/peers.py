"""Other libraries' layers on the same shapes, where they are installed; forward and backward."""

import numpy as np


def torch_pass(cell, n_x, m, n_a, T_x):
    """Functions that run torch.nn forward, and forward + backward, in float64; None without it."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    layer = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
    layer = layer(n_x, n_a, dtype=torch.float64)
    x = torch.randn(T_x, m, n_x, dtype=torch.float64, requires_grad=True)
    up = torch.randn(T_x, m, n_a, dtype=torch.float64)

    def both():
        layer.zero_grad()
        x.grad = None
        a, _ = layer(x)
        a.backward(up)

    def only():
        with torch.no_grad():
            layer(x)

    return only, both


def keras_pass(cell, n_x, m, n_a, T_x):
    """The same for a Keras layer in a compiled tf.function, in float64."""
    try:
        import keras
        import tensorflow as tf
    except ImportError:
        return None
    options = {"reset_after": False} if cell == "gru" else {}
    kinds = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}
    layer = kinds[cell](n_a, return_sequences=True, dtype="float64", **options)
    x, up = (tf.constant(np.random.randn(m, T_x, n)) for n in (n_x, n_a))
    layer(x)

    @tf.function
    def only():
        return layer(x)

    @tf.function
    def both():
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_sum(layer(x) * up)
        return tape.gradient(loss, [x, *layer.trainable_variables])

    return only, both
