"""The nodes of a cell's diagram as they are written: letters with "_{..}" for what stands below."""

import re

from rnnviz.core.cells import Cell, Gate
from rnnviz.core.diagram import Node
from rnnviz.figures import theme

_CALLS = {"sigmoid": "σ", "tanh": "tanh", "relu": "max", "softmax": "softmax"}
_SIGNS = {"product": " · ", "sum": " + ", "difference": " − ", "quotient": " / "}
_WEAKER = ("sum", "difference", "complement", "negative")  # stands in brackets within a product
_GREEK = {"Delta": "Δ", "omega": "ω", "imath": "i"}
_ACCENTS = {"tilde": "\u0303", "hat": "\u0302", "bar": "\u0304"}


def plain(latex: str) -> str:
    r"""A gate's symbol without LaTeX: "\tilde c" is c with a tilde."""
    for word, letter in _GREEK.items():
        latex = latex.replace(f"\\{word}", letter)
    accent = re.fullmatch(r"\\(tilde|hat|bar)\s*\{?(\w)\}?", latex)
    if accent:
        return accent[2] + _ACCENTS[accent[1]]
    upright = re.sub(r"\\mathrm\{([^}]*)\}", r"\1", latex)
    return upright.replace("\\", "").replace("{", "").replace("}", "")


def _parameter(name: str) -> str:
    """W_{f}."""
    return f"{name[0]}_{{{name[1:]}}}" if name[1:] else name


def at_t(letter: str) -> str:
    """A letter at this step: z_p is z_{p,t}."""
    base, _, below = letter.partition("_")
    return f"{base}_{{{below},t}}" if below else f"{base}_{{t}}"


class Notation:
    """Symbols and lines of one cell's nodes."""

    def __init__(self, cell: Cell, nodes: tuple[Node, ...]):
        self.cell = cell
        self.nodes = {node.name: node for node in nodes}
        self.gates = {gate.name: gate for gate in cell.gates}
        self.named = {gate.name: gate for gate in cell.shown_gates}
        self.roots = {  # an operation that holds a new state
            node.inputs[0]: node.name
            for node in nodes
            if node.kind == "state" and self.nodes[node.inputs[0]].kind not in ("block", "previous")
        }

    def gate(self, node: Node) -> Gate:
        """The gate whose block a node is."""
        return self.gates[node.name.removeprefix("z_") if node.kind == "block" else node.name]

    def symbol(self, name: str) -> str:
        """What the node is called in an equation."""
        node = self.nodes[name]
        if node.kind == "previous":
            return f"{name.removesuffix('_prev')}_{{t−1}}"
        if node.kind in ("input", "state"):
            return f"{name}_{{t}}"
        if node.kind in ("gate", "block"):
            return at_t(plain(self.gate(node).symbol))
        if node.name in self.named:
            return at_t(plain(self.named[node.name].symbol))
        if node.kind == "parameter":
            return self._parameter(node)
        return self._expression(node)

    def _parameter(self, node: Node) -> str:
        """What hangs on parameters alone, by the letters that the cell gives them."""

        def spelt(word: re.Match) -> str:
            letter = plain(self.cell.letters.get(word[0], word[0]))
            written = word[0] in self.cell.letters or word[0] not in self.cell.draws
            return letter if written or not letter[1:] else f"{letter[0]}_{{{letter[1:]}}}"

        return re.sub(r"[A-Za-z]\w*", spelt, node.name).replace(" * ", " ").replace("-", "−")

    def _within(self, name: str, product: bool) -> str:
        if name in self.roots:
            return f"{self.roots[name]}_{{t}}"
        text = self.symbol(name)
        return f"({text})" if product and self.nodes[name].kind in _WEAKER else text

    def _expression(self, node: Node) -> str:
        strong = node.kind in ("product", "quotient")
        inputs = [self._within(name, strong) for name in node.inputs]
        if node.kind in _SIGNS:
            return _SIGNS[node.kind].join(inputs)
        if node.kind == "complement":
            return f"1 − {inputs[0]}"
        if node.kind == "negative":
            return f"−{inputs[0]}"
        if node.kind == "relu":
            return f"max(0, {inputs[0]})"
        if node.kind == "join":
            return f"[{', '.join(inputs)}]"
        call = _CALLS.get(node.kind, node.kind)
        return f"{call}({', '.join(inputs)})"

    def letters(self, node: Node) -> str:
        """The line of the paper that the node stands for."""
        if node.kind in ("gate", "block"):
            return self._gate_line(node)
        if node.kind == "previous":
            name = theme.title_of(node.name.removesuffix("_prev"))
            return f"{name} as the step before left it"
        if node.kind == "input":
            return "input of this step"
        if node.name in self.roots:
            return f"{self.roots[node.name]}_{{t}} = {self._expression(node)}"
        if node.name in self.named:
            return f"{self.title(node)}: {self.symbol(node.name)} = {self._expression(node)}"
        if node.kind == "parameter":
            return f"{self.symbol(node.name)}, the same at every step"
        return self._expression(node)

    def _gate_line(self, node: Node) -> str:
        gate, join = self.gate(node), self.nodes[node.inputs[0]]
        block = next(one for one in self.cell.derived.blocks if one.letter == gate.letter)
        parts = dict.fromkeys(part for _, seen in block.matrices for part in seen)
        words = dict(zip(parts, (self._within(n, False) for n in join.inputs), strict=True))
        terms = []
        for W, seen in block.matrices:
            inside = ", ".join(words[part] for part in seen)
            brackets = len(seen) > 1 or any(sign in inside for sign in " ·+−")
            terms.append(f"{_parameter(W)} {f'[{inside}]' if brackets else inside}")
        total = " + ".join([*terms, *([_parameter(gate.bias)] if gate.bias else [])])
        left = f"{self.title(node)}: {self.symbol(node.name)}"
        return f"{left} = {_CALLS[gate.squash]}({total})" if gate.squash else f"{left} = {total}"

    def title(self, node: Node) -> str:
        """The node's name for a screen reader."""
        if node.kind == "gate":
            return f"{node.name} gate" if node.squash == "sigmoid" else node.name
        if node.kind == "block":
            return "weighted sum"
        if node.name in self.named:
            proposes = self.named[node.name].squash == "tanh"
            return node.name if proposes else f"{node.name} gate"
        if node.kind == "parameter":
            return re.sub(r"_\{([^}]*)\}", r"\1", f"parameter {self.symbol(node.name)}")
        if node.kind in ("previous", "state"):
            name = theme.title_of(node.name.removesuffix("_prev"))
            return f"{name} before the step" if node.kind == "previous" else f"{name} after it"
        if node.kind == "input":
            return "input x"
        return re.sub(r"_\{[^}]*\}", "", f"{node.kind} {self.symbol(node.name)}")
