"""Order and chaos of 900 networks at once, against one network at a time, in the same run.

    python benchmarks/diagrams.py

One at a time: each network's weights made of its gain and forget bias, and both trajectories in
double precision (`dynamics.growth`), of a few networks, times their number.
"""

import time

import numpy as np

import rnnviz
from rnnviz.core import dynamics
from rnnviz.core.dynamics import StepMap
from rnnviz.core.initialisers import adjust

UNITS, STEPS, BURN_IN, SOME = 64, dynamics.PREVIEW, 100, 6


def together(run) -> tuple[float, int]:
    """Seconds of processor for the whole picture, and how many networks it has."""
    start = time.process_time()
    found = dynamics.exhausted(dynamics.phase_diagram(run.cell, run.params))
    return time.process_time() - start, found.exponents.size


def alone(run) -> float:
    """Seconds of processor for one network, of some."""
    random = np.random.RandomState(0)
    start = time.process_time()
    for gain in np.linspace(0.5, 4, SOME):
        params = {name: param.copy() for name, param in run.params.items()}
        adjust(run.cell, params, float(gain), 1.0)
        one = StepMap.of(run.cell, params)
        dynamics.growth(one, random.standard_normal((one.N, 1)), STEPS, BURN_IN)
    return (time.process_time() - start) / SOME


def main() -> None:
    """Print a row a cell."""
    print(f"{UNITS} units, {STEPS} steps: seconds together, how many, times one at a time")
    for cell in ("rnn", "gru", "lstm"):
        e = rnnviz.Experiment(cell=cell, n_a=UNITS, T_x=2, m=1, gain=1.0, forget_bias=0.0)
        run = rnnviz.run(e)
        (seconds, count), each = together(run), alone(run)
        print(f"{cell:5} {seconds:6.2f} {count:5} {count * each / seconds:6.1f}")


if __name__ == "__main__":
    main()
