"""Where states settle and how they part, against the naive ways in the same run.

    python benchmarks/dynamics.py

Seconds of processor, one thread, the best of several; a ratio is how many times as fast as the
other way. Goals stand behind. Newton's iterations over a whole sequence are counts.
"""

import time

import numpy as np
from scipy.optimize import least_squares
from threadpoolctl import threadpool_limits

import rnnviz
from rnnviz.core import dynamics, networks
from rnnviz.core.dynamics import StepMap
from rnnviz.sentiment.held import NEUTRAL, heard, visited

UNITS, STARTS, SOME, STEPS = 64, 1000, 8, 1000


def seconds(function, times: int = 3) -> float:
    """The least seconds of processor of some calls."""
    least = np.inf
    for _ in range(times):
        start = time.process_time()
        function()
        least = min(least, time.process_time() - start)
    return least


def network(cell: str, units: int = UNITS, **more) -> tuple[rnnviz.Run, StepMap]:
    """A random network and its map."""
    given = {"n_a": units, "T_x": 200, "m": 5, "init": "glorot", "gain": 1.5, **more}
    run = rnnviz.run(rnnviz.Experiment(cell=cell, **given))
    return run, StepMap.of(run.cell, run.params)


def searched(cell: str) -> None:
    """All starts together, against one solver a start that is given the same Jacobian."""
    run, one = network(cell)
    states = np.concatenate([run.trace.states[name] for name in run.cell.states])
    begin = dynamics.starts(states.reshape(one.N, -1), STARTS, np.random.RandomState(0))

    def alone():
        for state in begin.T[:SOME]:
            least_squares(
                lambda s: one.step(s[:, None])[:, 0] - s,
                state,
                jac=lambda s: one.jacobians(s[:, None])[0] - np.eye(one.N),
            )

    together = seconds(lambda: dynamics.fixed_points(one, begin), 1)
    each = seconds(alone, 1) / SOME
    print(f"{STARTS} starts, {cell:4} {together:6.2f} s {each * STARTS / together:6.1f} times (10)")


def of_reviews() -> None:
    """The points of the trained RNN under the mean neutral word."""
    rnn = networks.find(networks.Weights.of("run-rnn"))
    assert rnn is not None
    params = {name: param.astype(float) for name, param in rnn.params.items()}
    one = StepMap.of(rnn.cell, params, heard(rnn, NEUTRAL))
    begin = dynamics.starts(visited(rnn), 400, np.random.RandomState(1))
    found = dynamics.fixed_points(one, begin)
    took = seconds(lambda: dynamics.fixed_points(one, begin))
    print(f"trained RNN, {found.by_unstable} {took:6.2f} s (0.2)")


def every_step(jacobians: np.ndarray, first: int) -> np.ndarray:
    """Exponents with one QR a step."""
    Q, sums = np.eye(jacobians.shape[-1])[:, :first], np.zeros(first)
    for J in jacobians:
        Q, R = np.linalg.qr(J @ Q)
        sums += np.log(np.abs(np.diagonal(R)))
    return sums / len(jacobians)


def parted(cell: str) -> None:
    """All exponents and the first ten, beside one QR a step of the same Jacobians."""
    _, one = network(cell)
    state = np.random.RandomState(0).standard_normal(one.N)
    for _ in range(100):
        state = one.step(state[:, None])[:, 0]
    way = [state[:, None]]
    for _ in range(STEPS - 1):
        way.append(one.step(way[-1]))
    J = one.jacobians(np.concatenate(way, axis=1))
    whole = seconds(lambda: dynamics.lyapunov(one, state, STEPS))
    told = [f"exponents, {cell:4} {whole:6.2f} s (0.33 of rnn and gru)"]
    for first, goal in ((one.N, 1), (10, 2)):
        ours = seconds(lambda: dynamics.spectrum([J], None if first == one.N else first))  # noqa: B023
        naive = seconds(lambda: every_step(J, first))  # noqa: B023
        told.append(f"{'all' if first == one.N else first}: {naive / ours:4.1f} times ({goal})")
    print(", ".join(told))


def field() -> None:
    """A step of 40 x 40 states of two units, and the lines on which one stays."""
    for cell in ("rnn", "gru", "lstm"):
        run, one = network(cell, 2)
        settled = dynamics.settle(run)
        seen = dynamics.plane(settled)
        places = np.random.RandomState(0).uniform(-1, 1, (one.N, 1600))
        took = seconds(lambda: one.step(places))  # noqa: B023
        lines = seconds(lambda: dynamics.nullclines(settled, seen))  # noqa: B023
        print(f"40 x 40, {cell:4} {took * 1e3:5.2f} ms, nullclines {lines * 1e3:5.1f} ms (40)")


def at_once() -> None:
    """Newton's iterations over 200 steps of 32 units, by the first exponent."""
    for gain in (0.5, 1.0, 1.1, 2.0, 4.0):
        run, one = network("rnn", 32, init="orthogonal", gain=gain, m=1)
        x, start = 0 * run.trace.x[:, 0], run.trace.initial["a"][:, 0]
        found = dynamics.at_once(one, x, start, most=60)
        first = dynamics.lyapunov(one, start, 200, 0, x, 1).exponents[0]
        after = f"{found.iterations} iterations" if found.solved else "not within 60 iterations"
        print(f"all of 200 steps at once, exponent {first:+.2f}: {after}")


def main() -> None:
    """Print a row each."""
    with threadpool_limits(1):
        for cell in ("rnn", "gru", "lstm"):
            searched(cell)
        of_reviews()
        for cell in ("rnn", "gru", "lstm"):
            parted(cell)
        field()
        at_once()


if __name__ == "__main__":
    main()
