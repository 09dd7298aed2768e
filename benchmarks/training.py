"""Updates a second on the adding problem, against Keras' `train_on_batch` and PyTorch eager.

One thread, CPU time, interleaved, medians: the same 64 sequences of 50 steps, 32 units, Adam,
clipping at 1. Ours draws its batches and keeps its record; "bare" keeps none. Peers that are not
installed are left out. A ratio over 1 says that ours is quicker.
"""

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from threadpoolctl import threadpool_info

from rnnviz.core.training import Key, Settings, Training
from rnnviz.tasks import TASKS

TASK, STEPS, UNITS, BATCH = TASKS["adding"], 50, 32, 64
MANY = 10**6  # updates, more than are made


class Bare(Training):
    """The same without its record."""

    def _look(self, n: int) -> None:
        self.record.lags.stride = 1 << 40


def ours(kind, cell: str, dtype: str):
    one = kind(TASK, Settings(cell=cell, units=UNITS, dtype=dtype, updates=MANY))
    return lambda count: [None for _ in one.run(count)]


def batches(dtype: str):
    """Ten batches as others want them: x (m, T_x, n_x), y (m, 1)."""
    drawn = (TASK.draw(Key(1, n), BATCH, STEPS) for n in range(10))
    return [(x.transpose(1, 2, 0).astype(dtype), y[:, :, -1].T.astype(dtype)) for x, y, _ in drawn]


def keras_updates(cell: str, dtype: str):
    """A function that makes so many updates with `train_on_batch`; None without Keras."""
    try:
        import keras
    except ImportError:
        return None
    kinds = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}
    options = {"reset_after": False} if cell == "gru" else {}
    model = keras.Sequential([
        keras.Input((STEPS, 2), dtype=dtype),
        kinds[cell](UNITS, dtype=dtype, **options),
        keras.layers.Dense(1, dtype=dtype),
    ])  # fmt: skip
    model.compile(keras.optimizers.Adam(0.01, global_clipnorm=1.0), "mse")
    given = batches(dtype)

    def updates(count: int) -> None:
        for n in range(count):
            model.train_on_batch(*given[n % 10])

    return updates


def torch_updates(cell: str, dtype: str):
    """The same in PyTorch, eager; None without it."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    kinds = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
    layer = kinds[cell](2, UNITS, batch_first=True, dtype=getattr(torch, dtype))
    dense = torch.nn.Linear(UNITS, 1, dtype=getattr(torch, dtype))
    every = [*layer.parameters(), *dense.parameters()]
    adam = torch.optim.Adam(every, 0.01)
    given = [tuple(map(torch.from_numpy, pair)) for pair in batches(dtype)]

    def updates(count: int) -> None:
        for n in range(count):
            x, y = given[n % 10]
            adam.zero_grad()
            torch.nn.functional.mse_loss(dense(layer(x)[0][:, -1]), y).backward()
            torch.nn.utils.clip_grad_norm_(every, 1.0)
            adam.step()

    return updates


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", default="lstm,gru,rnn")
    parser.add_argument("--rounds", type=int, default=7, help="of 20 updates each (%(default)s)")
    chosen = parser.parse_args()
    for pool in threadpool_info():
        print(f"BLAS: {pool['internal_api']} {pool.get('version')} {pool.get('architecture')}")
    print(f"{'cell':6}{'type':9}{'ours':>8}{'bare':>8}{'record':>8}{'keras':>8}{'ratio':>7}"
          f"{'torch':>8}{'ratio':>7}   (updates a second, ratios)")  # fmt: skip
    for cell in chosen.cells.split(","):
        for dtype in ("float64", "float32"):
            compare(cell, dtype, chosen.rounds)
    return 0


def compare(cell: str, dtype: str, rounds: int) -> None:
    """Print a row."""
    each = {"ours": ours(Training, cell, dtype), "bare": ours(Bare, cell, dtype)}
    each |= {"keras": keras_updates(cell, dtype), "torch": torch_updates(cell, dtype)}
    each = {name: updates for name, updates in each.items() if updates}
    seconds: dict[str, list[float]] = {name: [] for name in each}
    for updates in each.values():
        updates(20)
    for _ in range(rounds):
        for name, updates in each.items():
            start = time.process_time()
            updates(20)
            seconds[name].append((time.process_time() - start) / 20)
    median = {name: float(np.median(times)) for name, times in seconds.items()}
    line = f"{cell:6}{dtype:9}{1 / median['ours']:8.0f}{1 / median['bare']:8.0f}"
    line += f"{median['ours'] / median['bare'] - 1:8.0%}"
    for peer in ("keras", "torch"):
        known = peer in median
        line += f"{1 / median[peer]:8.0f}{median[peer] / median['ours']:7.2f}" if known else (
            f"{'-':>8}{'-':>7}")  # fmt: skip
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
