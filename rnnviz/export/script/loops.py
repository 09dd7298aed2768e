"""The two loops of the script: a cell's step forward, and its chain rule back through time."""

from rnnviz.core.calculus import Node, factors_of, replaced
from rnnviz.core.cells import Cell
from rnnviz.export.script import packing
from rnnviz.export.script.names import Names


def forward(cell: Cell) -> list[str]:
    """The lines that run the cell over x, and keep of each step what the way back needs."""
    names, derived = Names(cell), cell.derived
    states = [names.of(state) for state in cell.states]
    before = [names.of(f"{state}_prev") for state in cell.states]
    body: list[str] = []
    for kind, key in derived.order:
        if kind == "product":
            body += _product(names, int(key))
        else:
            body += _value(names, str(key))
    opened = {gate.name: names.of(gate.letter) for gate in cell.shown_gates if gate.letter}
    opened = {gate.name: opened.pop(gate.name) for gate in cell.gates if gate.squash} | opened
    shown = opened | {f"z_{gate.name}": names.z(gate.letter) for gate in cell.gates}
    shown |= {**dict(zip(cell.states, states, strict=True)), "y": "y"}
    W, b = (names.of(one) for one in cell.readout)
    zeros = ["np.zeros_like(a0)"] * (len(states) - 1)
    return [
        *(f"{names.of(one)} = {names.text(node)}" for one, node in derived.once.items()),
        *packing.packed(names),
        "one = np.ones((1, m), x.dtype)",
        f"{', '.join(states)} = {', '.join(['a0', *zeros])}",
        "shown, needed = [], []",
        "for t in range(T_x):",
        f"    {', '.join(before)} = {', '.join(states)}",
        *(f"    {line}" for line in body),
        f"    y = softmax({W} @ {names.of('a')} + {b})",
        f"    shown.append(({', '.join(shown.values())}))",
        f"    needed.append(({_needed(names)}))",
        f'names = "{" ".join(shown)}".split()',
        "arrays = dict(zip(names, (np.stack(each, axis=-1) for each in zip(*shown))))",
    ]


def _product(names: Names, at: int) -> list[str]:
    cell, suffix = names.cell, names.suffix(at)
    blocks = cell.stages[at].blocks
    seen = [*map(names.of, cell.derived.looks(at)), "x[:, :, t]", "one"]
    product, z = f"np.dot(W{suffix}, v{suffix})", [names.z(block.letter) for block in blocks]
    split = product if len(z) == 1 else f"np.split({product}, {len(z)})"
    lines = [f"v{suffix} = np.vstack([{', '.join(seen)}])", f"{', '.join(z)} = {split}"]
    for block in blocks:
        own = block.letter in cell.derived.equations.lines
        said = names.said(block.letter) if own else ""
        if block.squash:
            function = "sigmoid" if block.squash == "sigmoid" else "np.tanh"
            said = said.replace("  # ", f"  # {cell.gate(block.letter).name}: ")
            letter = names.of(block.letter)
            lines.append(f"{letter} = {function}(z_{block.letter}){said}")
        elif len(blocks) == 1:
            lines[-1] += said
    return lines


def _value(names: Names, letter: str) -> list[str]:
    kept, lines = names.derived.kept, list[str]()

    def shorter(node: Node) -> Node | None:
        if node not in kept or kept[node] in done:
            return Node("name", (kept[node],)) if node in kept else None
        done.add(kept[node])
        inner = Node(node.op, tuple(replaced(one, shorter) for one in node.args))
        lines.append(f"{names.of(kept[node])} = {names.text(inner)}")
        return Node("name", (kept[node],))

    done = set[str]()
    text = names.text(replaced(names.derived.values[letter], shorter))
    said = names.said(letter) if letter in names.derived.equations.lines else ""
    line = f"{names.of(letter)} = {text}"
    if len(line) + len(said) > packing.WIDTH:
        return [*lines, said.strip(), line]
    return [*lines, line + said]


def _needed(names: Names) -> str:
    derived = names.derived
    fixed = {*derived.vectors, *derived.once}
    edges = (*derived.layout.edges, *derived.vector_edges)
    used = dict.fromkeys(letter for edge in edges for letter in edge.letters)
    operands = (f"v{names.suffix(at)}" for at in range(len(derived.stages)))
    each = [*operands, *(names.of(one) for one in used if one not in fixed)]
    return ", ".join(each) + ("," if len(each) == 1 else "")


def backward(cell: Cell) -> list[str]:
    """The lines that carry dL/da back, with every parameter's gradient."""
    names, derived = Names(cell), cell.derived
    body: list[str] = []
    for kind, key in reversed(derived.order):
        if kind == "product":
            body += _product_back(names, int(key))
            continue
        terms = _terms(names, str(key))
        if key in cell.states:
            loss = ["upstream[:, :, t]"] if key == "a" else []
            terms = [f"d{key}_next", *loss, *terms]
        elif look := derived.look(str(key)):
            stage, at = look
            terms = [f"dv{names.suffix(stage)}[{packing.rows(at)}]"]
        said = "  # from the steps after, and this step's loss" if key == "a" else ""
        whole = " + ".join(terms) or "np.zeros_like(a0)"
        body.append(f"{_felt(names, str(key))} = {whole}{said}")
    stages = range(len(derived.stages))
    parts = [f"dv{names.suffix(at)}[{packing.inputs(derived, at)}]" for at in stages]
    felt = [f"d{state}" for state in cell.states]
    body += [f"dx = {' + '.join(parts)}", f"felt.append(({', '.join([*felt, 'dx'])}))"]
    carried = {}
    for state in cell.states:
        terms = _terms(names, f"{state}_prev")
        if state in cell.looked_at:
            first = next(at for at in stages if derived.stages[at].kind == "first")
            place = packing.rows(cell.looked_at.index(state))
            terms.insert(0, f"dv{names.suffix(first)}[{place}]")
        carried[f"d{state}_next"] = " + ".join(terms) or "np.zeros_like(a0)"
    body += [f"{name} = {text}" for name, text in carried.items()]
    vectors = [one for one in (*derived.vectors, *derived.once)]
    for edge in derived.vector_edges:
        whole = f"({_term(names, edge)}).sum(axis=1, keepdims=True)"
        body.append(f"d{names.of(edge.target)} = d{names.of(edge.target)} + {whole}")
    starts = [f"dW{names.suffix(at)} = np.zeros_like(W{names.suffix(at)})" for at in stages]
    starts += [f"d{names.of(one)} = np.zeros_like({names.of(one)})" for one in vectors]
    nexts = [f"d{state}_next" for state in cell.states]
    zeros = ", ".join(["np.zeros_like(a0)"] * len(nexts))
    if len(nexts) > 3:
        zeros = f"(np.zeros_like(a0) for _ in range({len(nexts)}))"
    return [
        "felt = []",
        f"{', '.join(nexts)} = {zeros}",
        *starts,
        "for t in reversed(range(T_x)):",
        f"    {_needed(names)} = needed[t]",
        *(f"    {line}" for line in body),
        f'names = "{" ".join([*felt, "dx"])}".split()',
        "arrays |= dict(zip(names, (np.stack(each[::-1], axis=-1) for each in zip(*felt))))",
        *packing.unpacked(names),
        *_once_back(names),
    ]


def _felt(names: Names, letter: str) -> str:
    """dL/d(a value)."""
    if letter in names.cell.states:
        return f"d{letter}"
    return f"d_{names.of(letter)}" if letter[0] == "_" else f"d{names.of(letter)}"


def _term(names: Names, edge) -> str:
    d = _felt(names, edge.source)
    if edge.softmax:  # its Jacobian is diag(s) - s s^T
        s = names.of(edge.source)
        return f"({d} * {s} - {s} * ({d} * {s}).sum(axis=0))"
    if edge.factor == Node("number", (1,)):
        return d
    return f"{d} * {names.text(edge.factor, 4)}"


def _terms(names: Names, target: str) -> list[str]:
    """What adds up to dL/d(target) within the step, in the engine's order."""
    layout = names.derived.layout
    return [_term(names, layout.edges[at]) for at in layout.places.get(target, ())]


def _product_back(names: Names, at: int) -> list[str]:
    suffix, blocks = names.suffix(at), names.derived.stages[at].blocks
    z = [f"d{names.z(block.letter)}" for block in blocks]
    lines = []
    for block, one in zip(blocks, z, strict=True):
        lines.append(f"{one} = {' + '.join(_terms(names, block.letter))}")
    dz = z[0] if len(z) == 1 else f"dz{suffix}"
    lines += [f"dz{suffix} = np.vstack([{', '.join(z)}])"] if len(z) > 1 else []
    both = f"W{suffix}.T @ {dz}, dW{suffix} + {dz} @ v{suffix}.T"
    return [*lines, f"dv{suffix}, dW{suffix} = {both}  # through the weights"]


def _once_back(names: Names) -> list[str]:
    """From what was computed once to the vectors that it is made of."""
    lines = []
    for letter, node in names.derived.once.items():
        for one, factor in factors_of(node).items():
            added = f"d{names.of(letter)} * {names.text(factor, 4)}"
            lines.append(f"d{names.of(one)} = d{names.of(one)} + {added}")
    return lines
