"""What a script of trained weights has in place of draws and of a seeded loss."""

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
        f"label = {e.label - 1}  # counted from 0",
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
