"""The NumPy script of one experiment: what the paper says, forward and back, in under 150 lines."""

import textwrap

import rnnviz
from rnnviz.core.cells import Cell
from rnnviz.core.experiment import Experiment
from rnnviz.core.losses import LOSSES
from rnnviz.core.networks import DRAWN
from rnnviz.export.script import loops, network
from rnnviz.export.script.draws import draws
from rnnviz.export.script.names import Names

_FUNCTIONS = """

def sigmoid(z):
    return np.tanh(z / 2) / 2 + 0.5  # 1 / (1 + exp(-z)), which would overflow


def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def norm(v):  # scaled first: squares overflow sooner
    scale = np.abs(v).max() or 1
    return scale * np.sqrt(((v / scale) ** 2).sum())
""".split("\n")
_COMPARISON = """
# -- beside the arrays of the dashboard --------------------------------------------
beside, worst, where = Path(__file__).with_name("arrays.npz"), 0.0, "none"
if beside.exists():
    with np.load(beside, allow_pickle=False) as given:
        for name in arrays:
            there, finite = given[name], np.isfinite(given[name])
            scale = max(1, np.abs(there[finite]).max(initial=0))
            here = np.where(np.isnan(arrays[name]), np.inf, arrays[name])
            gap = np.abs(here - there)[finite].max(initial=0) / scale
            if gap > worst:
                worst, where = gap, name
    print(f"largest difference from arrays.npz: {worst:.2g} ({where}; relative beyond 1)")
""".split("\n")


def numpy_script(experiment: Experiment) -> str:
    """A script that needs NumPy alone and computes every array of the experiment's run again.

    The draws from the seed, the steps and the chain rule are the engine's own, in its order. The
    weights and the input of a trained network it takes out of the file arrays.npz beside it.
    """
    cell = experiment.cell_object
    names = Names(cell)
    if experiment.weights == DRAWN:
        begin = [*_title("what the seed decides, in this order"), *draws(experiment, cell)]
        loss = _loss(experiment, cell)
    else:
        begin = [*_title("the network and what it reads"), *network.held(experiment, cell)]
        of_task = experiment.objective.kind == "task"
        own = (network.task_loss if of_task else network.loss)(experiment, cell)
        loss = [*_title("the loss of its head"), *own]
    back = [*loss, *_title("back through time"), *loops.backward(cell), *_gradients(cell)]
    forward = loops.forward(cell)
    zeros = [f"initial_{state}=np.zeros_like(a0)" for state in cell.states[1:]]
    arrays = ["x=x", "initial_a=a0", *zeros, *(f"{name}={names.of(name)}" for name in cell.draws)]
    return "\n".join(
        [
            *_head(experiment, cell),
            *begin,
            *_FUNCTIONS,
            *_title("forward through time"),
            *forward,
            *_update(arrays),
            *back,
            *_COMPARISON,
        ]
    )


def _title(words: str) -> list[str]:
    return ["", f"# -- {words} {'-' * (78 - len(words))}"]


def _head(e: Experiment, cell: Cell) -> list[str]:
    drawn = e.weights == DRAWN
    words = f"start {e.init}, signal {e.signal}, loss {e.loss}" if drawn else f"weights {e.weights}"
    return [
        f'"""{cell.title}, forward and backward through time, in NumPy alone.',
        "",
        f"{cell.source}.",
        *textwrap.wrap(cell.note, 88),
        f"One experiment of rnnviz {rnnviz.__version__}: {words}, {e.dtype}.",
        "n_x inputs, n_a units, n_y outputs, m sequences, T_x steps; arrays are (n, m, T_x).",
        *([] if drawn else ["The weights and the input are in arrays.npz, which must be beside."]),
        "Beside the file arrays.npz it says how far its own arrays are from those.",
        '"""',
        "",
        "from pathlib import Path",
        "",
        "import numpy as np",
        "",
        'np.seterr(all="ignore")  # a state that explodes is there to be seen',
        f"n_x, n_a, n_y, m, T_x = {e.n_x}, {e.n_a}, {e.n_y}, {e.m}, {e.T_x}",
        *([f"gain = {e.gain!r}  # of the recurrent weights"] if drawn else []),
    ]


def _loss(e: Experiment, cell: Cell) -> list[str]:
    W, b = (Names(cell).of(name) for name in cell.readout)
    every = LOSSES[e.loss].every
    lines = [
        *_title(f"the loss, at {'every' if every else 'the last'} step"),
        'loss, upstream = np.zeros(T_x, x.dtype), np.zeros_like(arrays["a"])  # dL_t/da_t',
        f"d{W}, d{b} = np.zeros_like({W}), np.zeros_like({b})",
        f"for t in {'range(T_x)' if every else '[T_x - 1]'}:",
        '    a = arrays["a"][:, :, t]',
    ]
    if LOSSES[e.loss].kind == "upstream":
        return [
            *lines,
            "    loss[t] = (a * G[:, :, t]).sum()  # L = sum of G a, so that dL/da = G",
            "    upstream[:, :, t] = G[:, :, t]",
        ]
    return [
        *lines,
        f"    z_y = {W} @ a + {b}",
        "    z_y = z_y - z_y.max(axis=0)",
        "    log_y = z_y - np.log(np.exp(z_y).sum(axis=0))",
        "    hit = labels[:, t] == np.arange(n_y)[:, None]",
        "    loss[t] = -np.where(hit, log_y, 0).sum() / m  # cross-entropy, mean over sequences",
        "    d = (np.exp(log_y) - hit) / m  # dL/dz of a softmax: y - label",
        f"    upstream[:, :, t] = {W}.T @ d",
        f"    d{W}, d{b} = d{W} + d @ a.T, d{b} + d.sum(axis=1, keepdims=True)",
    ]


def _gradients(cell: Cell) -> list[str]:
    called = Names(cell)
    names = {f"d{name}": f"d{called.of(name)}" for name in cell.draws}
    initial = [f"dinitial_{state}=d{state}_next" for state in cell.states]
    felt = ", ".join(f'"d{name}"' for name in (*cell.states, "x"))
    return [
        *_update(["loss=loss", *initial, *(f"{name}={own}" for name, own in names.items())]),
        f"for name in ({felt}):",
        '    arrays["norm_" + name] = np.array([norm(arrays[name][:, :, t]) for t in range(T_x)])',
    ]


def _update(entries: list[str]) -> list[str]:
    """`arrays.update(..)` over lines of at most 88 characters."""
    lines: list[str] = []
    line = "   "
    for entry in entries:
        if len(line) + len(entry) > 86:
            lines, line = [*lines, line], "   "
        line += f" {entry},"
    return ["arrays.update(", *lines, line, ")"]
