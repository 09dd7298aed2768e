"""A cell as a diagram: nodes and wires, read from its equations.

Gates look at a join of [a_{t-1}, x_t]; every other equation is taken apart into products, sums and
functions; what hangs on parameters alone is one node. `placement.py` gives every node a place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from rnnviz.core.calculus import Block
from rnnviz.core.calculus import Node as Expression
from rnnviz.core.calculus.expression import ONE, letters, replaced
from rnnviz.core.calculus.forward import function_of
from rnnviz.core.calculus.latex import not_in_time
from rnnviz.core.calculus.written import infix
from rnnviz.core.cells.base import Cell

FUNCTIONS = (  # kinds of nodes that take one number
    *("sigmoid", "tanh", "relu", "softmax", "exp", "log", "sqrt", "abs", "sin", "cos", "softplus"),
)


@dataclass(frozen=True)
class Node:
    """One thing that holds a value at each step.

    `kind` is "input", "previous" (a state before the step), "join" (what a gate's matrix sees),
    "gate", "block" (a pre-activation), "product", "sum", "difference", "quotient", "negative",
    "max", "min", "complement" (1 - its input), one of FUNCTIONS, "parameter" (the same at every
    step) or "state". `inputs` are the names of the
    nodes that it is computed from; `squash` is a gate's own function, `formula` a parameter's.
    """

    name: str
    kind: str
    inputs: tuple[str, ...] = ()
    squash: str = ""
    formula: Expression | None = None


def nodes(cell: Cell) -> tuple[Node, ...]:
    """What the cell is made of, every node after those that it is computed from.

    >>> from rnnviz.core.cells import CELLS
    >>> [node.name for node in nodes(CELLS["rnn"])]
    ['x', 'a_prev', 'join', 'z_a', 'tanh(z_a)', 'a']
    """
    builder = _Builder(cell)
    builder.add(Node("x", "input"))
    lines = cell.derived.equations.lines
    used = {letter for line in lines.values() for letter in letters(line)}
    for before in (f"{state}_prev" for state in cell.states):
        if before in used:
            builder.add(Node(before, "previous"))
    for letter in (*builder.blocks, *cell.derived.lines):
        if not not_in_time(cell.derived, letter):
            builder.of(letter)
    for state in cell.states:
        builder.add(Node(state, "state", (builder.of(state),)))
    return tuple(builder.nodes.values())


def parameter_values(cell: Cell, params: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What the nodes that hang on parameters alone hold, (n_a, 1) by name.

    >>> from rnnviz import CELLS, Experiment, run
    >>> parameter_values(CELLS["indrnn"], run(Experiment(cell="indrnn", n_a=3)).params)["u"].shape
    (3, 1)
    """
    vectors = {letter: params[letter] for letter in cell.derived.vectors}
    first = next(iter(cell.derived.blocks)).matrices[0][0]
    ones = np.ones((len(params[first]), 1), params[first].dtype)
    with np.errstate(all="ignore"):
        return {
            node.name: ones * function_of(node.formula, tuple(vectors))(tuple(vectors.values()))
            for node in nodes(cell)
            if node.formula is not None
        }


def evaluate(order: tuple[Node, ...], given: Mapping, functions: Mapping[str, Callable]) -> dict:
    """Every node's value, from x, previous states, pre-activations ("z_" before a gate's name) and
    `parameter_values`.

    Values are numbers or arrays; `functions` are FUNCTIONS by name. A join has none of its own.

    >>> from rnnviz.core.cells import CELLS
    >>> order = nodes(CELLS["rnn"].with_activation("linear"))
    >>> evaluate(order, {"x": 1.0, "a_prev": 0.0, "z_a": 0.5}, {})["a"]
    0.5
    """
    values = {}
    for node in order:
        inputs = [values[name] for name in node.inputs if name in values]
        if node.kind in ("input", "previous", "block", "parameter"):
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
    "quotient": lambda inputs: inputs[0] / inputs[1],
    "negative": lambda inputs: -inputs[0],
    "max": lambda inputs: np.maximum(*inputs),
    "min": lambda inputs: np.minimum(*inputs),
    "complement": lambda inputs: 1 - inputs[0],
    "state": lambda inputs: inputs[0],
}


class _Builder:
    """Nodes by name while they are collected; `roots` are those that hold a letter's value."""

    def __init__(self, cell: Cell):
        self.cell = cell
        self.blocks = {block.letter: block for block in cell.derived.blocks}
        self.gates = cell.shown_gates
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
            root = self.expression(line) if line else self.block(block)
            self.roots[letter] = self.named(root, letter)
        return self.roots[letter]

    def named(self, root: str, letter: str) -> str:
        """The node of a gate that is no block's own, under the gate's name."""
        gate = next((one for one in self.gates if one.letter == letter), None)
        if gate is None or letter in self.blocks:
            return root
        node = self.nodes.pop(root)
        return self.add(Node(gate.name, node.kind, node.inputs))

    def block(self, block: Block) -> str:
        gate = self.cell.gate(block.letter)
        every = (part for _, seen in block.matrices for part in seen)
        seen = tuple(dict.fromkeys(self.expression(part) for part in every))
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

    def fixed(self, node: Expression) -> bool:
        """Whether an expression hangs on parameters alone."""
        derived = self.cell.derived
        vectors = derived.equations.vectors
        return all(one in vectors or not_in_time(derived, one) for one in letters(node)) and (
            node.op != "matmul"
        )

    def parameter(self, node: Expression) -> str:
        """One node for all that hangs on parameters alone."""
        lines = self.cell.derived.equations.lines

        def spelt(one: Expression) -> Expression | None:
            line = lines.get(one.args[0]) if one.op == "name" else None
            return replaced(line, spelt) if line else None

        return self.add(Node(infix(node, str, {}), "parameter", formula=replaced(node, spelt)))

    def expression(self, node: Expression) -> str:
        if self.fixed(node):
            return self.parameter(node)
        if node.op == "name":
            return self.of(node.args[0])
        if node.op == "sub" and node.args[0] == ONE:
            return self.operation("complement", "1-{}", node.args[1:])
        if node.op == "neg":
            return self.operation("negative", "-{}", node.args)
        if node.op in FUNCTIONS:
            return self.operation(node.op, node.op + "({})", node.args)
        if node.op in _CALLS:
            return self.operation(node.op, node.op + "({},{})", node.args)
        kind, sign = _SIGNS[node.op]
        flat = node.args if node.op in ("sub", "div") else _terms(node, node.op)
        return self.operation(kind, sign.join(["{}"] * len(flat)), flat)

    def operation(self, kind: str, name: str, args: tuple[Expression, ...]) -> str:
        inputs = tuple(map(self.expression, args))
        shown = {root: letter for letter, root in self.roots.items() if letter in self.cell.states}
        named = name.format(*(shown.get(one, one) for one in inputs))
        return self.add(Node(named, kind, inputs))


_SIGNS = {
    "mul": ("product", "*"),
    "add": ("sum", "+"),
    "sub": ("difference", "-"),
    "div": ("quotient", "/"),
    "neg": ("negative", "-"),
}
_CALLS = ("max", "min")


def _terms(node: Expression, op: str) -> tuple[Expression, ...]:
    if node.op != op:
        return (node,)
    return tuple(term for one in node.args for term in _terms(one, op))
