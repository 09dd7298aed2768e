"""Who learns the adding problem in benchmarks/training.py, each in a process of its own.

`python benchmarks/learners.py NAME CELL DTYPE ROOT` says "ready" (or why it cannot), then makes as
many updates as each line of its input says, and answers the seconds of CPU time that they took, of
all its threads. ROOT is the checkout whose rnnviz learns.
"""

import sys
import time

sys.path.insert(0, sys.argv[4])

import numpy as np

from rnnviz.core.training import Key, Settings, Training
from rnnviz.tasks import TASKS

TASK, STEPS, UNITS, BATCH, RATE, CLIP = TASKS["adding"], 50, 32, 64, 0.01, 1.0
MANY = 10**6  # updates, more than are made


class Bare(Training):
    """The same without its record."""

    def _look(self, n: int) -> None:
        self.record.lags.stride = 1 << 40


def ours(cell: str, dtype: str, kind=Training):
    """A function that makes so many updates, batches and record included."""
    words = Settings(cell=cell, units=UNITS, dtype=dtype, rate=RATE, clip=CLIP, updates=MANY)
    one = kind(TASK, words)
    return lambda count: [None for _ in one.run(count)]


def bare(cell: str, dtype: str):
    """The same without the record."""
    return ours(cell, dtype, Bare)


class Alike(Bare):
    """What the peers do: neither a record nor draws, ten batches that are there already."""

    def __init__(self, *given):
        super().__init__(*given)
        self.ten = [super(Bare, self)._batch(Key(1, n), BATCH) for n in range(10)]

    def _batch(self, key: Key, m: int):
        return self.ten[key.number % 10]


def alike(cell: str, dtype: str):
    """Updates alone."""
    return ours(cell, dtype, Alike)


def products(cell: str, dtype: str):
    """The matrix products of an update alone: nobody who uses this BLAS is quicker."""
    from floor import floor_pass

    from rnnviz.core.cells import CELLS

    _, both = floor_pass(CELLS[cell], 2, BATCH, UNITS, STEPS, dtype)
    return lambda count: [both() for _ in range(count)]


def batches(dtype: str):
    """Ten batches as others want them: x (m, T_x, n_x), y (m, 1)."""
    drawn = (TASK.draw(Key(1, n), BATCH, STEPS) for n in range(10))
    pairs = ((x.transpose(1, 2, 0), y[:, :, -1].T) for x, y, _ in drawn)
    return [tuple(np.ascontiguousarray(one, dtype) for one in pair) for pair in pairs]


def keras(cell: str, dtype: str, **compiled):
    """`train_on_batch`, compiled as Keras does it by itself."""
    import keras

    kinds = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}
    options = {"reset_after": False} if cell == "gru" else {}
    model = keras.Sequential([
        keras.Input((STEPS, 2), dtype=dtype),
        kinds[cell](UNITS, dtype=dtype, **options),
        keras.layers.Dense(1, dtype=dtype),
    ])  # fmt: skip
    model.compile(keras.optimizers.Adam(RATE, global_clipnorm=CLIP), "mse", **compiled)
    given = batches(dtype)
    return lambda count: [model.train_on_batch(*given[n % 10]) for n in range(count)]


def keras_xla(cell: str, dtype: str):
    """The same, compiled by XLA whether Keras would or not."""
    return keras(cell, dtype, jit_compile=True)


def keras_plain(cell: str, dtype: str):
    """The same, a tf.function without XLA."""
    return keras(cell, dtype, jit_compile=False)


def torch(cell: str, dtype: str):
    """The same in PyTorch, eager."""
    import torch

    torch.set_num_threads(1)
    kinds = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
    layer = kinds[cell](2, UNITS, batch_first=True, dtype=getattr(torch, dtype))
    dense = torch.nn.Linear(UNITS, 1, dtype=getattr(torch, dtype))
    every = [*layer.parameters(), *dense.parameters()]
    adam = torch.optim.Adam(every, RATE)
    given = [tuple(map(torch.from_numpy, pair)) for pair in batches(dtype)]

    def updates(count: int) -> None:
        for n in range(count):
            x, y = given[n % 10]
            adam.zero_grad()
            loss = torch.nn.functional.mse_loss(dense(layer(x)[0][:, -1]), y)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(every, CLIP)
            adam.step()
            loss.item()  # the others tell it after each update, too

    return updates


LEARNERS = {
    one.__name__: one for one in (ours, bare, alike, products, keras, keras_xla, keras_plain, torch)
}


def main(name: str, cell: str, dtype: str) -> None:
    try:
        updates = LEARNERS[name](cell, dtype)
        updates(20)  # compiles, fills caches
    except Exception as error:  # whatever a peer cannot is its own affair
        sentence = " ".join(str(error).split())[:90]
        print(f"{type(error).__name__}: {sentence}", flush=True)
        return
    print("ready", flush=True)
    for line in sys.stdin:
        start = time.process_time()
        updates(int(line))
        print(time.process_time() - start, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:4])
