"""A cell as a diagram: nodes and wires, read from its equations.

Gates look at a join of [a_{t-1}, x_t]; every other equation is taken apart into products, sums and
functions; `placement.py` gives every node a place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod

from rnnviz.core.calculus import Block
from rnnviz.core.calculus import Node as Expression
from rnnviz.core.calculus.expression import ONE, letters
from rnnviz.core.cells.base import Cell

FUNCTIONS = ("sigmoid", "tanh", "relu", "softmax")  # kinds of nodes that squash one number


@dataclass(frozen=True)
class Node:
    """One thing that holds a value at each step.

    `kind` is "input", "previous" (a state before the step), "join" (what a gate's matrix sees),
    "gate", "block" (a pre-activation), "product", "sum", "difference", "complement" (1 - its
    input), one of FUNCTIONS, "other" (a formula that was not understood) or "state". `inputs` are
    the names of the nodes that it is computed from; `squash` is a gate's own function.
    """

    name: str
    kind: str
    inputs: tuple[str, ...] = ()
    squash: str = ""


def nodes(cell: Cell) -> tuple[Node, ...]:
    """What the cell is made of, every node after those that it is computed from.

    >>> from rnnviz.core.cells import CELLS
    >>> [node.name for node in nodes(CELLS["rnn"])]
    ['x', 'a_prev', 'join', 'z_a', 'tanh(z_a)', 'a']
    """
    builder = _Builder(cell)
    for name in ("x", *(f"{state}_prev" for state in cell.states)):
        builder.add(Node(name, "input" if name == "x" else "previous"))
    for letter in (*builder.blocks, *cell.derived.lines):
        builder.of(letter)
    for state in cell.states:
        builder.add(Node(state, "state", (builder.of(state),)))
    return tuple(builder.nodes.values())


def evaluate(order: tuple[Node, ...], given: Mapping, functions: Mapping[str, Callable]) -> dict:
    """Every node's value, from x, previous states and pre-activations ("z_" before a gate's name).

    Values are numbers or arrays; `functions` are FUNCTIONS by name. A join has none of its own, and
    a formula that was not understood takes the value that is given under its name.

    >>> from rnnviz.core.cells import CELLS
    >>> order = nodes(CELLS["rnn"].with_activation("linear"))
    >>> evaluate(order, {"x": 1.0, "a_prev": 0.0, "z_a": 0.5}, {})["a"]
    0.5
    """
    values = {}
    for node in order:
        inputs = [values[name] for name in node.inputs if name in values]
        if node.kind in ("input", "previous", "block", "other"):
            values[node.name] = given[node.name]
        elif node.kind == "gate":
            values[node.name] = functions[node.squash](given[f"z_{node.name}"])
        elif node.kind in FUNCTIONS:
            values[node.name] = functions[node.kind](*inputs)
        elif node.kind != "join":
            values[node.name] = _ARITHMETIC[node.kind](inputs)
    return values


_ARITHMETIC = {
    "product": prod,
    "sum": sum,
    "difference": lambda inputs: inputs[0] - inputs[1],
    "complement": lambda inputs: 1 - inputs[0],
    "state": lambda inputs: inputs[0],
}


class _Builder:
    """Nodes by name while they are collected; `roots` are those that hold a letter's value."""

    def __init__(self, cell: Cell):
        self.cell = cell
        self.blocks = {block.letter: block for block in cell.derived.blocks}
        self.nodes: dict[str, Node] = {}
        self.roots: dict[str, str] = {}

    def add(self, node: Node) -> str:
        self.nodes.setdefault(node.name, node)
        return node.name

    def of(self, letter: str) -> str:
        """The node that holds the value that the equations call so."""
        if letter == "x" or letter.endswith("_prev"):
            return letter
        if letter not in self.roots:
            block = self.blocks.get(letter)
            line = self.cell.derived.lines.get(letter)
            self.roots[letter] = self.formula(line, letter) if line else self.block(block)
        return self.roots[letter]

    def block(self, block: Block) -> str:
        gate = self.cell.gate(block.letter)
        every = (part for _, seen in block.matrices for part in seen)
        seen = tuple(dict.fromkeys(self.formula(part, f"operand of {gate.name}") for part in every))
        joins = [node for node in self.nodes.values() if node.kind == "join"]
        join = next((node.name for node in joins if node.inputs == seen), "")
        if not join:
            plain = all(look.args[0] in self.nodes for look in block.looks if look.op == "name")
            late = not plain or any(look.op != "name" for look in block.looks)
            word = "late join" if late else "join"
            count = sum(node.name.startswith(word) for node in joins)
            join = self.add(Node(f"{word} {count + 1}" if count else word, "join", seen))
        if gate.squash:
            return self.add(Node(gate.name, "gate", (join,), gate.squash))
        return self.add(Node(f"z_{gate.name}", "block", (join,)))

    def formula(self, node: Expression, letter: str) -> str:
        """The node that an expression amounts to, or one for what there are no signs for."""
        if self.known(node):
            return self.expression(node)
        every = dict.fromkeys(letters(node))
        inputs = (self.of(one) for one in every if one not in self.cell.derived.vectors)
        return self.add(Node(f"{letter} formula", "other", tuple(inputs)))

    def known(self, node: Expression) -> bool:
        """Whether an expression is of what a diagram has signs for."""
        if node.op == "name":
            return node.args[0] not in self.cell.derived.vectors
        inner = node.args[1:] if node.op == "sub" and node.args[0] == ONE else node.args
        return node.op in (*_SIGNS, *FUNCTIONS) and all(map(self.known, inner))

    def expression(self, node: Expression) -> str:
        if node.op == "name":
            return self.of(node.args[0])
        if node.op == "sub" and node.args[0] == ONE:
            return self.operation("complement", "1-{}", node.args[1:])
        if node.op in FUNCTIONS:
            return self.operation(node.op, node.op + "({})", node.args)
        kind, sign = _SIGNS[node.op]
        flat = node.args if node.op == "sub" else _terms(node, node.op)
        return self.operation(kind, sign.join(["{}"] * len(flat)), flat)

    def operation(self, kind: str, name: str, args: tuple[Expression, ...]) -> str:
        inputs = tuple(map(self.expression, args))
        shown = {root: letter for letter, root in self.roots.items() if letter in self.cell.states}
        named = name.format(*(shown.get(one, one) for one in inputs))
        return self.add(Node(named, kind, inputs))


_SIGNS = {"mul": ("product", "*"), "add": ("sum", "+"), "sub": ("difference", "-")}


def _terms(node: Expression, op: str) -> tuple[Expression, ...]:
    if node.op != op:
        return (node,)
    return tuple(term for one in node.args for term in _terms(one, op))
