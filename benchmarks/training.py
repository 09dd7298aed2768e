"""Updates a second on the adding problem, against Keras' `train_on_batch` and PyTorch eager.

One thread, CPU time: the same 64 sequences of 50 steps, 32 units, Adam, clipping at 1. Ours draws
its batches and keeps its record: "record" is which share of its time that takes, "products" which
share of the rest its matrix products would take alone, with the BLAS that is told. Each learner is
a process of its own, and they take turns: what is printed is the median over the rounds, of ratios
within a round. A ratio over 1 says that ours is quicker; "(alike)" is the ratio of updates alone,
without our record, of ten batches that were drawn before, which is what the peers are asked for.
Peers that are not installed are left out, with a sentence; `--torch-python` names an interpreter
that has PyTorch. `--against ROOT` is another checkout of rnnviz, beside which this one is held.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

HERE = Path(__file__).resolve().parent
UPDATES = 50  # a round: one test of the record and five of its frames
THREADS = ("OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}


class Learner:
    """One process that makes updates when it is asked; `fault` says why it cannot."""

    def __init__(self, name: str, cell: str, dtype: str, python: str, root: Path):
        words = [python, str(HERE / "learners.py"), name, cell, dtype, str(root)]
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env=dict.fromkeys(THREADS, "1") | QUIET | os.environ,
        )  # fmt: skip
        answer = self.process.stdout.readline().strip()
        self.fault = "" if answer == "ready" else answer or "it ended by itself"

    def seconds(self) -> float:
        """CPU seconds an update."""
        print(UPDATES, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline()) / UPDATES

    def end(self) -> None:
        self.process.communicate()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", default="lstm,gru,rnn")
    parser.add_argument("--dtypes", default="float64,float32")
    parser.add_argument("--rounds", type=int, default=9, help=f"of {UPDATES} updates (%(default)s)")
    parser.add_argument("--peers", default="keras,torch", help="also keras_xla, keras_plain")
    parser.add_argument("--torch-python", default=sys.executable)
    parser.add_argument("--against", type=Path, help="another checkout")
    chosen = parser.parse_args()
    for pool in threadpool_info():
        print(f"BLAS: {pool['internal_api']} {pool.get('version')} {pool.get('architecture')}")
    peers = [*filter(None, chosen.peers.split(",")), *(["before"] if chosen.against else [])]
    print(f"{'cell':6}{'type':9}{'ours':>6}{'record':>8}{'products':>10}"
          + "".join(f"{peer:>14}{'(alike)':>9}" for peer in peers)
          + "   updates a second, shares of an update, ratios")  # fmt: skip
    for cell in chosen.cells.split(","):
        for dtype in chosen.dtypes.split(","):
            compare(cell, dtype, peers, chosen)
    return 0


def compare(cell: str, dtype: str, peers: list[str], chosen) -> None:
    """Print a row."""
    learners: dict[str, Learner] = {}
    for name in ("ours", "bare", "alike", "products", *peers):
        python = chosen.torch_python if name == "torch" else sys.executable
        root = chosen.against if name == "before" else HERE.parent
        one = Learner("ours" if name == "before" else name, cell, dtype, python, root)
        if one.fault:
            print(f"{name} is left out: {one.fault}")
        else:
            learners[name] = one
    rows = [{name: one.seconds() for name, one in learners.items()} for _ in range(chosen.rounds)]
    for one in learners.values():
        one.end()
    each = {name: np.array([row[name] for row in rows]) for name in learners}
    ours, bare = each["ours"], each["bare"]
    line = f"{cell:6}{dtype:9}{1 / np.median(ours):6.0f}{np.median(1 - bare / ours):8.1%}"
    line += f"{np.median(each['products'] / bare):10.0%}"
    for peer in peers:
        if peer in each:
            ratios = (np.median(each[peer] / mine) for mine in (ours, each["alike"]))
            line += "{:7.0f}{:7.2f}{:9.2f}".format(1 / np.median(each[peer]), *ratios)
        else:
            line += f"{'-':>7}{'-':>7}{'-':>9}"
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
