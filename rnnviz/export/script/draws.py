"""What the seed decides, as lines of the script: the draws of `core.run.draw` in their order."""

from collections.abc import Iterable

from rnnviz.core.cells import Cell
from rnnviz.core.experiment import Experiment
from rnnviz.core.losses import LOSSES
from rnnviz.core.signals import SIGNALS
from rnnviz.core.symbols import Symbols
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
    names = Names(cell)
    lines = [
        f"random = np.random.RandomState({e.seed})",
        "x, a0 = random.randn(n_x, m, T_x), random.randn(n_a, m)",
        *_parameters(e, e.origin, e.origin.draws, names),
    ]
    target = _TARGETS[LOSSES[e.loss].kind]
    if e.equations:
        lines += [target, *_shared(e, cell, names)]
    every = {name: _recurrent_columns(cell, name) for name in _widths(cell)}
    recurrent = [names.of(name) for name, columns in every.items() if columns == ":n_a"]
    lines += [f"for W in [{', '.join(recurrent)}]:", "    W[:, :n_a] *= gain"] if recurrent else []
    others = {name: columns for name, columns in every.items() if columns not in ("", ":n_a")}
    lines += [f"{names.of(name)}[:, {columns}] *= gain" for name, columns in others.items()]
    lines += [f"{names.of(name)} *= gain" for name in cell.recurrent_vectors]
    if cell.memory is not None:
        name, sign = cell.memory
        bias = next(gate.bias for gate in cell.gates if gate.name == name)
        if bias:
            lines.append(
                f"{names.of(bias)} {'+' if sign > 0 else '-'}= {e.forget_bias!r}  # the forget bias"
            )
    lines += [] if e.equations else [target]
    return [*lines, *_signal(e), *_single(e, cell)]


def _widths(cell: Cell) -> dict[str, str]:
    """How many columns each matrix has, by name."""
    return {
        W: " + ".join("n_x" if part.args[0] == "x" else "n_a" for part in seen)
        for block in cell.derived.blocks
        for W, seen in block.matrices
    }


def _parameters(e: Experiment, cell: Cell, drawn: Iterable[str], names: Names) -> list[str]:
    """The draws of some of a cell's parameters, in their order."""
    units, widths = {cell.readout[0]: "n_y, n_a", cell.readout[1]: "n_y, 1"}, _widths(cell)
    shapes = {name: units.get(name, f"n_a, {widths.get(name, 1)}") for name in drawn}
    own = [f"{names.of(name)} = {one.text}" for name, one in cell.starts.items() if name in shapes]
    if e.init == "notebook":
        texts = {names.of(name): f"random.randn({shape})" for name, shape in shapes.items()}
        return [*_pairs(texts), *own]
    sizes = cell.shapes(e.n_x, e.n_a, e.n_y)
    total = sum(sizes[name][0] * sizes[name][1] for name in shapes)
    lines = [f"random.randn({total})  # set aside, so that every start shares what follows"]
    lines += (_GLOROT + _RECURRENT[e.init]).split("\n") if cell is e.origin else []
    starts = {name: f"glorot({shape})" for name, shape in shapes.items()}
    for name in widths if _RECURRENT[e.init] else ():
        if columns := _recurrent_columns(cell, name):
            first = "" if columns == ":n_a" else f", {columns.split(':')[0]}"
            starts[name] = f"recurrent({shapes.get(name, '')}{first})"
    zeros = {gate.bias for gate in cell.gates} | {cell.readout[1]}
    starts |= {name: f"np.zeros(({shapes[name]}))" for name in zeros & shapes.keys()}
    return [*lines, *_pairs({names.of(name): starts[name] for name in shapes}), *own]


def _shared(e: Experiment, cell: Cell, names: Names) -> list[str]:
    """What a cell of a person's own draws besides, and the columns that it shares with the one
    that it was made from, as `core.initialisers.shared`."""
    sizes = (e.n_x, e.n_a, e.n_y)
    there = e.origin.shapes(*sizes)
    new = [name for name, shape in cell.shapes(*sizes).items() if there.get(name) != shape]
    both = [name for name in new if name in there]
    lines = [f"{names.of(name)}_before = {names.of(name)}" for name in both]
    lines += _parameters(e, cell, new, names) if new else []
    for name in both:
        mine, other = (_columns(one, name) for one in (cell, e.origin))
        pairs = [pair for is_x in (True, False) for pair in zip(
            [columns for x, columns in mine if x is is_x],
            [columns for x, columns in other if x is is_x], strict=False)]  # fmt: skip
        lines += [
            f"{names.of(name)}[:, {here}] = {names.of(name)}_before[:, {from_}]"
            for here, from_ in pairs
        ]
    return lines


def _columns(cell: Cell, name: str) -> list[tuple[bool, str]]:
    """What a matrix sees, part by part: whether that is x, and which columns act on it."""
    widths = _widths(cell).get(name, "")
    columns, before = [], "0"
    for width in widths.split(" + ") if widths else ():
        after = f"{before} + {width}".removeprefix("0 + ")
        columns.append((width == "n_x", f"{before}:{after}"))
        before = after
    return columns


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
    if symbols := SIGNALS[e.signal].symbols:
        return _text(e, symbols)
    if e.signal != "csv":
        return _SIGNALS[e.signal]
    numbers = " ".join(repr(number) for row in e.series for number in row)
    return [
        f'series = np.array("{numbers}".split(), float)  # your CSV, row by row',
        "x[:] = series.reshape(T_x, n_x).T[:, None, :]",
    ]


def _text(e: Experiment, symbols: Symbols) -> list[str]:
    """A text of symbols: the numbers of each, and the input that they make."""
    every, split = [*symbols.codes], ".split()" if symbols.between else ""
    if symbols.n_x == len(every):
        halves = (every[: len(every) // 2], every[len(every) // 2 :])
        first, second = (symbols.between.join(half) for half in halves)
        codes = [
            "symbols = (", f"    {first + symbols.between!r}", f"    {second!r}", f"){split}",
            "codes = dict(zip(symbols, np.eye(n_x)))",
        ]  # fmt: skip
    else:
        codes = [f"codes = {dict(symbols.codes)}"]
    text = f"text = {e.text!r}{split}"
    return [*codes, text, "x[:] = np.array([codes[one] for one in text]).T[:, None, :]"]


def _single(e: Experiment, cell: Cell) -> list[str]:
    if e.dtype == "float64":
        return []
    names = ", ".join(("x", "a0", *map(Names(cell).of, cell.draws)))
    return [f"{names} = (", f"    number.astype(np.{e.dtype}) for number in ({names})", ")"]
