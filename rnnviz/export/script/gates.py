"""The lines of the script about gates and weights, each with its equation beside it."""

from rnnviz.core.cells import Gate

_SIGNS = {
    r"\odot": "⊙",
    r"\tilde c": "c̃",
    r"\tilde a": "ã",
    r"\operatorname{softmax}": "softmax",
    "\\": "",
}


def plain(latex: str) -> str:
    """An equation as a comment bears it."""
    for sign, word in _SIGNS.items():
        latex = latex.replace(sign, word)
    return latex


def packed(W: str, gates: tuple[Gate, ...], seen: str) -> list[str]:
    """The parameters of some gates side by side, one product for all."""
    rows = [f"[{', '.join((*gate.weights, gate.bias))}]" for gate in gates]
    if len(rows) == 1:
        return [f"{W} = np.hstack({rows[0]})  # acts on [{seen}; x_t; 1]"]
    return [
        f"rows = {', '.join(rows)}  # one product with [{seen}; x_t; 1] serves all",
        f"{W} = np.vstack([np.hstack(row) for row in rows])",
    ]


def unpacked(dW: str, gates: tuple[Gate, ...]) -> list[str]:
    """The gradients of those parameters, by name again."""
    rows = [f"{dW}_{gate.bias}" for gate in gates]
    lines = [f"{', '.join(rows)} = np.split({dW}, {len(rows)})"] if len(rows) > 1 else []
    rows = rows if len(rows) > 1 else [dW]
    for row, gate in zip(rows, gates, strict=True):
        parts = [":, :-1"] if len(gate.weights) == 1 else [":, :n_a", ":, n_a:-1"]
        left = ", ".join(f"d{name}" for name in (*gate.weights, gate.bias))
        lines.append(f"{left} = {', '.join(f'{row}[{part}]' for part in (*parts, ':, -1:'))}")
    return lines


def squashed(W: str, v: str, gates, called: list[str], seen: str) -> list[str]:
    """Each gate from its product, with its equation."""
    z = [f"z_{name}" if gate.squash else name for name, gate in zip(called, gates, strict=False)]
    product = f"np.dot({W}, {v})"
    split = product if len(z) == 1 else f"np.split({product}, {len(z)})"
    lines = [f"    {', '.join(z)} = {split}"]
    for name, gate in zip(called, gates, strict=False):
        weights = " ".join((*gate.weights, f"[{seen}, x_t] + {gate.bias}"))
        if len(gate.weights) == 2:
            weights = f"{gate.weights[0]} {seen} + {gate.weights[1]} x_t + {gate.bias}"
        sign = "σ" if gate.squash == "sigmoid" else "tanh"
        if gate.squash:
            function = "sigmoid" if gate.squash == "sigmoid" else "np.tanh"
            comment = f"{plain(gate.symbol)}_t = {sign}({weights})"
            lines.append(f"    {name} = {function}(z_{name})  # {gate.name}: {comment}")
        else:
            lines[0] += f"  # {plain(gate.symbol)}_t = {weights}"
    return lines


def said(line: str, comments: dict[str, str]) -> str:
    """A line with the equation of what it defines."""
    name = line.split(" = ")[0]
    return f"{line}  # {comments[name]}" if name in comments else line
