"""The two loops of the script: a cell's step forward, and its chain rule back through time."""

from rnnviz.core.cells import Cell
from rnnviz.export.script.formulas import Lines, names
from rnnviz.export.script.gates import packed, plain, said, squashed, unpacked
from rnnviz.export.script.symbols import Stack, Symbol, symbol


def forward(cell: Cell, needed: list[str]) -> list[str]:
    """The lines that run the cell over x; `needed` is what each step keeps for the way back."""
    called = names(cell)
    early, states = len(cell.gates), len(cell.states)
    gates, (before, rest) = _gates(cell, called), _split(called[len(cell.all_gates) :], states)
    places = {name: symbol(name) for name in (*gates, *before)}
    places |= {name: Symbol(None) for name in rest}
    cell.step(*places.values())
    comments = {one.defines: plain(one.latex) for one in cell.equations}
    step = Lines().of({name: places[name] for name in rest})
    zeros = ["np.zeros_like(a0)"] * (states - 1)
    lines = packed("W", cell.gates, "a_{t-1}")
    if cell.late_gates:
        seen = plain(cell.operand_latex)
        lines += packed("W_late", cell.late_gates, seen)
    lines += [
        "one = np.ones((1, m), x.dtype)",
        f"{', '.join(cell.states)} = {', '.join(['a0', *zeros])}",
        f"shown{', needed' if needed else ''} = []{', []' if needed else ''}",
        "for t in range(T_x):",
        f"    {', '.join(before)} = {', '.join(cell.states)}",
        "    v = np.vstack([a_prev, x[:, :, t], one])",
        *squashed("W", "v", cell.gates, gates, "a_{t-1}"),
    ]
    if cell.late_gates:
        operand = Symbol(None)
        cell.operand(*map(symbol, gates[:early]), symbol("a_prev"), out=operand)
        lines += [f"    {line}" for line in Lines().of({"operand": operand})]
        lines += ["    v_late = np.vstack([operand, x[:, :, t], one])"]
        lines += squashed("W_late", "v_late", cell.late_gates, gates[early:], seen)
    lines += [f"    {said(line, comments)}" for line in step]
    opened = [name for name, gate in zip(gates, cell.all_gates, strict=True) if gate.squash]
    keys = [gate.name for gate in cell.all_gates if gate.squash]
    keys += [f"z_{gate.name}" for gate in cell.all_gates]
    shown = [*opened, *preactivations(cell), *cell.states, "y"]
    W, b = cell.readout
    return [
        *lines,
        f"    y = softmax({W} @ a + {b})",
        f"    shown.append(({', '.join(shown)}))",
        *([f"    needed.append(({', '.join(needed)}))"] if needed else []),
        f'names = "{" ".join([*keys, *cell.states, "y"])}".split()',
        "arrays = dict(zip(names, (np.stack(each, axis=-1) for each in zip(*shown))))",
    ]


def backward(cell: Cell) -> tuple[list[str], list[str]]:
    """The lines that carry dL/da back, with every parameter's gradient; and what they need."""
    early, z = len(cell.gates), preactivations(cell)
    by, to = (Stack(Symbol(None) for _ in range(sum(cell.reach.values()))) for _ in range(2))
    cell.local_derivatives(*map(symbol, names(cell)), out=by)
    derivatives, blocks = _groups(cell, by), _groups(cell, to)
    operand = (derivatives.pop("operand", None), blocks.pop("operand", None))
    whole = {f"d{state}": Symbol(None) for state in cell.states[1:]}
    pairs = [one for name, place in whole.items() for one in (symbol(f"{name}_next"), place)]
    cell.backstep(*derivatives.values(), *blocks.values(), symbol("da"), *pairs)
    dz, rest = _split(to.places[cell.passed_on :], len(cell.all_gates))
    past, memory = _split(rest, int(cell.skips))
    shares = {"da_past": past[0]} if cell.skips else {}  # past the gates
    lines, now = Lines(), [f"d{name}" for name in z]
    needed = [name for name in names(cell) if name in _used(by)]
    body = ["    da = da_next + upstream[:, :, t]  # from the steps after, and this step's loss"]
    targets = dict(whole)
    if cell.late_gates:
        late = dict(zip(now[early:], dz[early:], strict=True))
        body += [f"    {line}" for line in lines.of(whole | late)]
        dz_late = now[early] if len(cell.late_gates) == 1 else "dz_late"
        if dz_late == "dz_late":
            body += [f"    dz_late = np.vstack([{', '.join(now[early:])}])"]
        body += [
            f"    dv_late, dW_late = W_late.T @ {dz_late}, dW_late + {dz_late} @ v_late.T",
            "    d_operand = dv_late[:n_a]",
        ]
        cell.backoperand(*operand, symbol("d_operand"), Stack(dz[:early]))
        shares = {"da_operand": to[0]} | shares
        targets = {}
    targets |= dict(zip(now[:early], dz[:early], strict=True)) | shares
    body += [f"    {line}" for line in lines.of(targets)]
    all_dz = now[0] if early == 1 else "dz"
    body += [f"    dz = np.vstack([{', '.join(now[:early])}])"] if early > 1 else []
    body += [
        f"    dv, dW = W.T @ {all_dz}, dW + {all_dz} @ v.T  # through the weights",
        f"    dx = dv[n_a:-1]{' + dv_late[n_a:-1]' if cell.late_gates else ''}",
        f"    felt.append((da, {''.join(f'{name}, ' for name in whole)}dx))",
        f"    da_next = {' + '.join(['dv[:n_a]', *shares])}",
    ]
    carried = dict(zip((f"{name}_next" for name in whole), memory, strict=True))
    body += [f"    {line}" for line in lines.of(carried)]
    needed = ["v", *(["v_late"] if cell.late_gates else []), *needed]
    return [
        "felt, da_next, dW = [], np.zeros_like(a0), np.zeros_like(W)",
        *(f"{name}_next = np.zeros_like(a0)" for name in whole),
        *(["dW_late = np.zeros_like(W_late)"] if cell.late_gates else []),
        "for t in reversed(range(T_x)):",
        f"    {', '.join(needed)} = needed[t]",
        *body,
        f'names = "{" ".join(["da", *whole, "dx"])}".split()',
        "arrays |= dict(zip(names, (np.stack(each[::-1], axis=-1) for each in zip(*felt))))",
        *unpacked("dW", cell.gates),
        *(unpacked("dW_late", cell.late_gates) if cell.late_gates else []),
    ], needed


def preactivations(cell: Cell) -> list[str]:
    """What the script calls W [a, x] + b of every block."""
    gates = _gates(cell, names(cell))
    pairs = zip(gates, cell.all_gates, strict=True)
    return [f"z_{name}" if gate.squash else name for name, gate in pairs]


def _groups(cell: Cell, stack: Stack) -> dict[str, Symbol]:
    """A stack of blocks by what they hang on, as the engine's workspace hands them to the cell."""
    blocks, first = {}, 0
    for name, count in cell.reach.items():
        blocks[name] = stack[first] if count == 1 else stack[first : first + count]
        first += count
    return blocks


def _used(stack: Stack) -> set[str]:
    return set().union(*(place.names for place in stack))


def _gates(cell: Cell, called: list[str]) -> list[str]:
    return called[: len(cell.all_gates)]


def _split(entries: list, first: int) -> tuple[list, list]:
    return entries[:first], entries[first:]
