"""`make bench`: the engine against the notebook's way and other libraries, as ratios in one run.

One thread, float64, CPU time, medians of interleaved repetitions. "ours" reuses its buffers and
keeps every gate and every step's gradients; "run()" is the public function, with its draws, checks
and fresh memory. Those two are given as ratios: so many times quicker than the notebook's way.
"most" is the ratio that the matrix products alone would have (see floor.py): a goal beyond it is
out of reach on these kernels. Under "torch" and "keras" stands how many times quicker ours is than
their layers, whose gates nobody sees.
"""

import argparse
import gc
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parent.parent))

import notebook_way
import numpy as np
import peers
from floor import floor_pass
from threadpoolctl import threadpool_info, threadpool_limits

import rnnviz
from rnnviz.core.engine import backward, forward

SHAPES = {  # n_x, m, n_a, T_x
    "classroom": (3, 10, 5, 50),
    "typical": (16, 32, 64, 200),
    "large": (64, 64, 256, 500),
    "long": (8, 1, 32, 5000),
}
REPEAT = {"classroom": 25, "typical": 7, "large": 2, "long": 5}
SAMPLE = 0.02  # seconds
GOALS = {  # forward + backward against the notebook's way
    "lstm": {"classroom": 5.0, "typical": 1.8, "large": 1.6, "long": 5.0},
    "gru": {"classroom": 3.5, "typical": 1.4, "large": 1.2, "long": 3.5},
    "rnn": {"classroom": 5.0, "typical": 1.9, "large": 1.7, "long": 5.0},
}
RUN_GOALS = {"lstm": {"classroom": 3.5, "typical": 1.3, "long": 4.0}}
PEERS = {"torch": peers.torch_pass, "keras": peers.keras_pass}
PEER_GOAL = 1.8  # times as quick as torch.nn
AGREE = 1e-9
BESIDE = ("classroom", "typical")  # the shapes at which every cell is timed beside the LSTM


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", default="rnn,lstm,gru")
    parser.add_argument("--shapes", default=",".join(SHAPES))
    parser.add_argument("--repeat", type=float, default=1.0, help="times the usual repetitions")
    parser.add_argument("--peers", default=",".join(PEERS), help="those that are installed run")
    chosen = parser.parse_args()
    with threadpool_limits(1):
        chosen_kernel = os.environ.get("OPENBLAS_CORETYPE")
        for pool in threadpool_info():
            print(
                f"BLAS: {pool['internal_api']} {pool.get('version')} {pool.get('architecture')}"
                + f" (OPENBLAS_CORETYPE={chosen_kernel})" * bool(chosen_kernel)
            )
        print(
            f"{'shape':10}{'cell':6}{'pass':9}{'notebook':>10}{'ours':>9}{'ratio':>7}{'goal':>6}"
            f"{'most':>7}{'run()':>7}{'goal':>6}{'torch':>8}{'keras':>8}   (ms, then ratios; "
            f"goal against torch {PEER_GOAL})"
        )
        worst = 0.0
        for shape in chosen.shapes.split(","):
            for cell in chosen.cells.split(","):
                repeat = max(1, round(REPEAT[shape] * chosen.repeat))
                worst = max(worst, compare(shape, cell, repeat, chosen.peers.split(",")))
        many(max(1, round(3 * chosen.repeat)))
        for shape in BESIDE:
            beside_the_lstm(shape, max(1, round(REPEAT[shape] * chosen.repeat)))
    print(f"largest difference from the notebook's way: {worst:.1e} (allowed {AGREE:.0e})")
    return int(worst > AGREE)


def beside_the_lstm(shape: str, repeat: int) -> None:
    """Print how many times as long as the LSTM each other cell takes, forward and backward."""
    n_x, m, n_a, T_x = SHAPES[shape]
    ratios = {}
    for cell in [cell for cell in rnnviz.CELLS if cell != "lstm"]:
        passes = {}
        for name in (cell, "lstm"):
            experiment = rnnviz.Experiment(
                cell=name, n_x=n_x, n_a=n_a, m=m, T_x=T_x, init="notebook"
            )
            passes[name] = again(rnnviz.run(experiment))
        times = medians(passes, repeat)
        ratios[cell] = times[cell] / times["lstm"]
    words = ", ".join(f"{cell} {ratio:.2f}" for cell, ratio in ratios.items())
    print(f"forward + backward, {shape}, in times of the LSTM's: {words}")


def again(run: rnnviz.Run):
    """A function that carries out a run once more, in its own buffers."""
    kept = {"trace": run.trace, "grads": run.gradients}

    def both():
        kept["trace"] = forward(
            run.cell, run.params, run.trace.x, run.trace.initial, into=kept["trace"]
        )
        kept["grads"] = backward(kept["trace"], run.upstream, into=kept["grads"])

    return both


def compare(shape: str, cell: str, repeat: int, chosen_peers: list[str]) -> float:
    """Print a row each for forward and for forward + backward; the largest relative difference."""
    n_x, m, n_a, T_x = SHAPES[shape]
    kind, random = rnnviz.CELLS[cell], np.random.default_rng(0)
    sizes = kind.shapes(n_x, n_a, 2)
    params = {n: random.standard_normal(s) / np.sqrt(n_a) for n, s in sizes.items()}
    x, a0, up = (random.standard_normal(s) for s in ((n_x, m, T_x), (n_a, m), (n_a, m, T_x)))
    kept = {"trace": forward(kind, params, x, {"a": a0})}
    kept["grads"] = backward(kept["trace"], up)

    def theirs():
        return notebook_way.forward(cell, params, x, a0)

    def theirs_both():
        a, _, caches = theirs()
        return a, notebook_way.backward(cell, up, caches, n_x)

    def ours():
        kept["trace"] = forward(kind, params, x, {"a": a0}, into=kept["trace"])

    def ours_both():
        ours()
        kept["grads"] = backward(kept["trace"], up, into=kept["grads"])

    passes = {
        "forward": {"notebook": theirs, "ours": ours},
        "both": {"notebook": theirs_both, "ours": ours_both},
    }
    if shape != "large":  # which is beyond what an Experiment may take
        experiment = rnnviz.Experiment(cell=cell, n_x=n_x, n_a=n_a, m=m, T_x=T_x, init="notebook")
        passes["both"]["run"] = lambda: rnnviz.run(experiment)
    passes["forward"]["floor"], passes["both"]["floor"] = floor_pass(kind, n_x, m, n_a, T_x)
    for name, peer in PEERS.items():
        found = peer(cell, n_x, m, n_a, T_x) if name in chosen_peers else None
        if found:
            passes["forward"][name], passes["both"][name] = found
    for name, functions in passes.items():
        times = medians(functions, repeat)
        base, both = times["notebook"], name == "both"
        goal, run_goal = GOALS[cell][shape], RUN_GOALS.get(cell, {}).get(shape)
        print(
            f"{shape:10}{cell:6}{name:9}{base * 1e3:10.2f}{times['ours'] * 1e3:9.2f}"
            f"{base / times['ours']:7.2f}{goal if both else '':>6}{base / times['floor']:7.2f}"
            + (f"{base / times['run']:7.2f}" if "run" in times else f"{'-':>7}")
            + f"{(both and run_goal) or '':>6}"
            + "".join(
                f"{times[peer] / times['ours']:8.2f}" if peer in times else f"{'-':>8}"
                for peer in PEERS
            ),
            flush=True,
        )
    a, grads = theirs_both()
    ours_both()
    pairs = [(kept["trace"].states["a"], a), (kept["grads"].x, grads["dx"])]
    pairs += [(g, grads[f"d{n}"]) for n, g in kept["grads"].params.items() if f"d{n}" in grads]
    return max(float(np.abs(p - q).max() / max(1, np.abs(q).max())) for p, q in pairs)


def many(repeat: int) -> None:
    """100 seeds at once against 100 runs of the notebook's way, on the classroom shape."""
    n_x, m, n_a, T_x = SHAPES["classroom"]
    experiment = rnnviz.Experiment(cell="lstm", n_x=n_x, n_a=n_a, m=m, T_x=T_x, init="notebook")
    one = rnnviz.run(experiment)
    x, a0 = one.trace.x, one.trace.initial["a"]

    def loop():
        for _ in range(100):
            _, _, caches = notebook_way.forward("lstm", one.params, x, a0)
            notebook_way.backward("lstm", one.upstream, caches, n_x)

    stack = {name: np.stack([p] * 100) for name, p in one.params.items()}
    xs, a0s, up = (np.stack([array] * 100) for array in (x, a0, one.upstream))
    trace = forward(one.cell, stack, xs, {"a": a0s})
    kept = {"trace": trace, "grads": backward(trace, up)}

    def at_once():
        kept["trace"] = forward(one.cell, stack, xs, {"a": a0s}, into=kept["trace"])
        kept["grads"] = backward(kept["trace"], up, into=kept["grads"])

    times = medians(
        {
            "loop": loop,
            "at once": at_once,
            "run_many": lambda: rnnviz.run_many(experiment, range(100)),
        },
        repeat,
    )
    base = times.pop("loop")
    words = ", ".join(f"{name} {base / seconds:.1f} times" for name, seconds in times.items())
    print(f"100 seeds (lstm, classroom) against a loop of {base * 1e3:.0f} ms: {words} (goal 18)")


def medians(functions: dict, repeat: int) -> dict[str, float]:
    """Median seconds of CPU time of each function over interleaved samples.

    A sample is three calls in a row, or as many as take SAMPLE seconds, so that each function
    works on buffers of its own in the cache, not on what the function before it left there.
    """
    times, calls = {name: [] for name in functions}, {}
    gc.collect()
    gc.disable()  # as timeit does: the libraries beside us leave much to look through
    for name, function in functions.items():
        function()
        start = time.process_time()
        function()
        calls[name] = max(3, round(SAMPLE / (time.process_time() - start)))
    for _ in range(repeat):
        for name, function in functions.items():
            start = time.process_time()
            for _ in range(calls[name]):
                function()
            times[name].append((time.process_time() - start) / calls[name])
    gc.enable()
    return {name: float(np.median(found)) for name, found in times.items()}


if __name__ == "__main__":
    sys.exit(main())
