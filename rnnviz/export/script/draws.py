"""What the seed decides, as lines of the script: the draws of `core.run.draw` in their order."""

from rnnviz.core.cells import Cell
from rnnviz.core.experiment import Experiment
from rnnviz.core.losses import LOSSES
from rnnviz.export.script.names import Names

_SIGNALS = {
    "gaussian": [],
    "impulse": ["x[:] = np.arange(T_x) == T_x // 10"],
    "step": ["x[:] = np.arange(T_x) >= T_x // 2"],
    "sine": [
        "phase = np.arange(T_x) / 25 + np.arange(n_x)[:, None] / n_x",
        "x[:] = np.sin(2 * np.pi * phase)[:, None, :]",
    ],
}
_TARGETS = {  # by the kind of loss
    "cross_entropy": "labels = random.randint(n_y, size=(m, T_x))",
    "upstream": "G = random.randn(n_a, m, T_x)  # dL/da as given",
}
_GLOROT = """

def glorot(rows, columns):  # Glorot & Bengio 2010
    limit = np.sqrt(6 / (rows + columns))
    return random.uniform(-limit, limit, (rows, columns))

"""
_RECURRENT = {  # the block of a gate's weights that acts on the state
    "glorot": "",
    "orthogonal": """
def recurrent(rows, columns, at=0):  # on a: the Q of a Gaussian's QR (Saxe et al. 2014)
    W = glorot(rows, columns)
    Q, R = np.linalg.qr(random.randn(n_a, n_a))
    W[:, at : at + n_a] = Q * np.where(np.diag(R) < 0, -1, 1)
    return W

""",
    "identity": """
def recurrent(rows, columns, at=0):  # on a: the identity (Le et al. 2015)
    W = glorot(rows, columns)
    W[:, at : at + n_a] = np.eye(n_a)
    return W

""",
    "chain": """
def recurrent(rows, columns, at=0):  # on a: each unit driven by the next (Ganguli et al. 2008)
    W = glorot(rows, columns)
    W[:, at : at + n_a] = 0.5 * np.eye(n_a) + np.eye(n_a, k=1)
    return W

""",
}


def draws(e: Experiment, cell: Cell) -> list[str]:
    """Everything random in its order, then the input and the type of the numbers."""
    names, units = Names(cell), {cell.readout[0]: "n_y, n_a", cell.readout[1]: "n_y, 1"}
    widths = {
        W: " + ".join("n_x" if part.args[0] == "x" else "n_a" for part in seen)
        for block in cell.derived.blocks
        for W, seen in block.matrices
    }
    shapes = {name: units.get(name, f"n_a, {widths.get(name, 1)}") for name in cell.draws}
    blocks = {name: _recurrent_columns(cell, name) for name in widths}
    recurrent = [names.of(name) for name, columns in blocks.items() if columns == ":n_a"]
    lines = [
        f"random = np.random.RandomState({e.seed})",
        "x, a0 = random.randn(n_x, m, T_x), random.randn(n_a, m)",
    ]
    if e.init == "notebook":
        drawn = {name: f"random.randn({shapes[name]})" for name in cell.draws}
        lines += _pairs({names.of(name): text for name, text in drawn.items()})
    else:
        total = sum(rows * columns for rows, columns in cell.shapes(e.n_x, e.n_a, e.n_y).values())
        lines.append(f"random.randn({total})  # set aside, so that every start shares what follows")
        lines += (_GLOROT + _RECURRENT[e.init]).split("\n")
        starts = {name: f"glorot({shapes[name]})" for name in cell.draws}
        for gate in cell.gates:
            if gate.bias:
                starts[gate.bias] = f"np.zeros(({shapes[gate.bias]}))"
        for name, columns in blocks.items() if _RECURRENT[e.init] else ():
            if columns:
                first = "" if columns == ":n_a" else f", {columns.split(':')[0]}"
                starts[name] = f"recurrent({shapes[name]}{first})"
        starts[cell.readout[1]] = "np.zeros((n_y, 1))"
        lines += _pairs({names.of(name): text for name, text in starts.items()})
    lines += [f"for W in [{', '.join(recurrent)}]:", "    W[:, :n_a] *= gain"] if recurrent else []
    others = {name: columns for name, columns in blocks.items() if columns not in ("", ":n_a")}
    lines += [f"{names.of(name)}[:, {columns}] *= gain" for name, columns in others.items()]
    if cell.memory is not None:
        name, sign = cell.memory
        bias = next(gate.bias for gate in cell.gates if gate.name == name)
        lines.append(
            f"{names.of(bias)} {'+' if sign > 0 else '-'}= {e.forget_bias!r}  # the forget bias"
        )
    lines.append(_TARGETS[LOSSES[e.loss].kind])
    return [*lines, *_signal(e), *_single(e, cell)]


def _recurrent_columns(cell: Cell, name: str) -> str:
    """The columns of a matrix that act on the state, as `core.initialisers.recurrent_block`."""
    (seen,) = (seen for b in cell.derived.blocks for W, seen in b.matrices if name == W)
    at = next((at for at, part in enumerate(seen) if part.args[0] != "x"), None)
    return "" if at is None else "n_x:n_x + n_a" if at else ":n_a"


def _pairs(values: dict[str, str]) -> list[str]:
    """Assignments, two a line; they are carried out from left to right."""
    entries = list(values.items())
    two = (dict(entries[j : j + 2]) for j in range(0, len(entries), 2))
    return [f"{', '.join(some)} = {', '.join(some.values())}" for some in two]


def _signal(e: Experiment) -> list[str]:
    if e.signal != "csv":
        return _SIGNALS[e.signal]
    numbers = " ".join(repr(number) for row in e.series for number in row)
    return [
        f'series = np.array("{numbers}".split(), float)  # your CSV, row by row',
        "x[:] = series.reshape(T_x, n_x).T[:, None, :]",
    ]


def _single(e: Experiment, cell: Cell) -> list[str]:
    if e.dtype == "float64":
        return []
    names = ", ".join(("x", "a0", *map(Names(cell).of, cell.draws)))
    return [f"{names} = (", f"    number.astype(np.{e.dtype}) for number in ({names})", ")"]
