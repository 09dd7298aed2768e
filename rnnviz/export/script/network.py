"""What a script of trained weights has in place of draws and of a seeded loss."""

import textwrap

import numpy as np

from rnnviz.core.cells import Cell
from rnnviz.core.experiment import Experiment
from rnnviz.export.script.names import Names


def held(e: Experiment, cell: Cell) -> list[str]:
    """The input, the state before it and the weights, out of the arrays beside the script."""
    names = Names(cell)
    there = {"x": "x", "a0": "initial_a"} | {names.of(name): name for name in cell.draws}
    return [
        'held = Path(__file__).with_name("arrays.npz")',
        "if not held.exists():",
        '    raise SystemExit("arrays.npz, which holds the weights and input, must be beside")',
        "with np.load(held, allow_pickle=False) as file:",
        f"    {', '.join(there)} = (",
        f'        file[name] for name in "{" ".join(there.values())}".split()',
        "    )",
        *([f"label = {e.label - 1}  # counted from 0"] if e.objective.kind != "task" else []),
    ]


def loss(e: Experiment, cell: Cell) -> list[str]:
    """-log P(label) of the network's head, as `core.losses.heads`, and what a_t feels of it; of a
    layer without one both are given."""
    W, b = (Names(cell).of(name) for name in cell.readout)
    if e.objective.kind == "layers":
        return [
            "# the layers above read its states; what they made of them is beside",
            "with np.load(held, allow_pickle=False) as file:",
            '    loss, upstream = file["loss"], file["upstream"]  # dL/da_t',
            'arrays["upstream"] = upstream',
            f"d{W}, d{b} = np.zeros_like({W}), np.zeros_like({b})",
        ]
    head = e.objective.evaluate.keywords  # type: ignore[attr-defined]  # of its partial
    lines = ['a = arrays["a"]']
    if head["pool"] == "last":
        lines.append("pooled, source = a[:, :, -1], np.full((n_a, m), T_x - 1)")
    else:
        lines.append("pooled, source = a.max(axis=2), a.argmax(axis=2)  # and the step it is of")
        if head["empty"]:
            lines += [
                "source = np.where(pooled > 0, source, -1)  # padding was a state of zeros",
                "pooled = np.maximum(pooled, 0)",
            ]
    held = ["d[0] = 0  # the first class's row is held at 0"] if head["sigmoid"] else []
    return [
        *lines,
        "hit = np.arange(n_y)[:, None] == label",
        f"z_y = {W} @ pooled + {b}",
        "others, top = np.where(hit, -np.inf, z_y), z_y.max(axis=0)",
        "margin = np.logaddexp.reduce(others, axis=0) - np.where(hit, z_y, 0).sum(axis=0)",
        "loss = np.zeros(T_x, x.dtype)",
        "loss[-1] = np.logaddexp(x.dtype.type(0), margin).mean()  # -log P(label)",
        "share = np.exp(others - top) / np.exp(z_y - top).sum(axis=0)",
        "d = np.where(hit, -share.sum(axis=0), share) / m  # dL/dz of a softmax: y - label",
        f"felt = ({W}.T @ d)[:, :, None]",
        "upstream = np.where(source[:, :, None] == np.arange(T_x), felt, 0)  # dL/da_t",
        *held,
        f"d{W}, d{b} = d @ pooled.T, d.sum(axis=1, keepdims=True)",
    ]


def task_loss(e: Experiment, cell: Cell) -> list[str]:
    """The mean loss of the answers that count, as `core.training.objective`."""
    W, b = (Names(cell).of(name) for name in cell.readout)
    given, words = e.given, e.objective.evaluate.keywords  # type: ignore[attr-defined]
    assert given is not None and given.target is not None, "a task has a target"
    steps = np.flatnonzero(words["mask"][0])
    target = given.target[..., 0, steps] if given.target.ndim == 3 else given.target[0, steps]
    return [
        f"steps = np.array({_literal(steps)})  # whose answers count",
        f"target = np.array({_literal(target)})",
        'count, seen = len(steps), arrays["a"][:, 0, steps]',
        f"z_y = {W} @ seen + {b}",
        *_SLOPES[words["head"]],
        'loss, upstream = np.zeros(T_x, x.dtype), np.zeros_like(arrays["a"])',
        "loss[steps] = each / count",
        f"upstream[:, 0, steps] = {W}.T @ (d / count)  # dL/da_t",
        f"d{W}, d{b} = d @ seen.T / count, d.sum(axis=1, keepdims=True) / count",
    ]


_SQUARED = [
    "each = ((z_y - target) ** 2).mean(axis=0)  # the squared error, mean over outputs",
    "d = 2 * (z_y - target) / n_y",
]
_SLOPES = {  # of each head: the loss of each answer, and its slope by z_y
    "regression": _SQUARED,
    "signs": _SQUARED,
    "softmax": [
        "hit = np.arange(n_y)[:, None] == target",
        "shifted = z_y - z_y.max(axis=0)",
        "each = np.log(np.exp(shifted).sum(axis=0)) - np.where(hit, shifted, 0).sum(axis=0)",
        "d = softmax(z_y) - hit",
    ],
    "binary": [
        "each = (np.logaddexp(0, z_y) - target * z_y).mean(axis=0)  # log(1 + e^z) - t z",
        "d = (sigmoid(z_y) - target) / n_y",
    ],
}


def _literal(numbers: np.ndarray) -> str:
    """As Python writes it, without blanks; whole numbers without a point."""
    whole = numbers.astype(int) if (numbers == numbers.astype(int)).all() else numbers
    return "\n    ".join(textwrap.wrap(repr(whole.tolist()), 88))
