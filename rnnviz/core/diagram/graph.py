"""A cell as a diagram: nodes and wires, read from the cell's own description.

Gates look at a join of [a_{t-1}, x_t]; every template of `Equation.numbers` is taken apart into
products, sums and functions; `placement.py` gives every node a place.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod

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
    builder = _Builder()
    for name in ("x", *(f"{state}_prev" for state in cell.states)):
        builder.add(Node(name, "input" if name == "x" else "previous"))
    builder.add(Node("join", "join", ("a_prev", "x")))
    for gate in cell.gates:
        builder.gate(gate, "join")
    if cell.late_gates:
        builder.add(Node("late join", "join", (_operand(cell, builder), "x")))
        for gate in cell.late_gates:
            builder.gate(gate, "late join")
    for equation in cell.equations:
        builder.equation(equation)
    for state in cell.states:
        builder.add(Node(state, "state", (builder.roots[state],)))
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
    """Nodes by name while they are collected; `roots` are the nodes that hold the new states."""

    def __init__(self):
        self.nodes: dict[str, Node] = {}
        self.roots: dict[str, str] = {}

    def add(self, node: Node) -> str:
        self.nodes.setdefault(node.name, node)
        return node.name

    def gate(self, gate, join: str) -> None:
        if gate.squash:
            self.add(Node(gate.name, "gate", (join,), gate.squash))
        else:
            self.add(Node(f"z_{gate.name}", "block", (join,)))

    def equation(self, equation) -> None:
        left, _, right = equation.numbers.partition(" = ")
        before = set(self.nodes)
        try:
            root = self.expression(right)
        except ValueError:
            for name in set(self.nodes) - before:
                del self.nodes[name]
            names = tuple(n for n in re.findall(r"\{(\w+)\}", right) if n in self.nodes)
            root = self.add(Node(f"{left.strip('{}')} formula", "other", names))
        self.roots[equation.defines] = root

    def expression(self, text: str) -> str:
        """The name of the node that a template amounts to; ValueError if it has another grammar."""
        reader = _Reader(text, self)
        root = reader.sum()
        if reader.tokens:
            raise ValueError(text)
        return self.resolve(root)

    def resolve(self, name: str) -> str:
        """A state that an earlier equation defined is the node at that equation's root."""
        name = self.roots.get(name, name)
        if name not in self.nodes:
            raise ValueError(name)
        return name

    def operation(self, kind: str, *inputs: str) -> str:
        sign = {"product": "*", "sum": "+", "difference": "-"}.get(kind)
        name = sign.join(inputs) if sign else f"{kind}({inputs[0]})"
        name = f"1-{inputs[0]}" if kind == "complement" else name
        return self.add(Node(name, kind, tuple(map(self.resolve, inputs))))


class _Reader:
    """Recursive descent over a template: sums of products of names, functions and 1 - x."""

    def __init__(self, text: str, builder: _Builder):
        softmax = r"e\^\{\{(\{\w+\})\}\} \\big/ \\textstyle\\sum_j e\^\{\{z_j\}\}"
        text = re.sub(softmax, r"\\softmax(\1)", text).replace(r"\max(0,", r"\relu(")
        self.tokens = re.findall(r"\{\w+\}|\\\w+|\S", text)
        self.builder = builder

    def take(self, *expected: str) -> str:
        if not self.tokens or (expected and self.tokens[0] not in expected):
            raise ValueError(f"{expected}, {self.tokens[:1]}")
        return self.tokens.pop(0)

    def next(self, *tokens: str) -> bool:
        return bool(self.tokens) and self.tokens[0] in tokens

    def sum(self) -> str:
        if self.next("1"):
            self.take()
            self.take("-")
            return self.builder.operation("complement", self.product())
        terms = [self.product()]
        while self.next("+"):
            self.take()
            terms.append(self.product())
        whole = self.builder.operation("sum", *terms) if len(terms) > 1 else terms[0]
        while self.next("-"):
            self.take()
            whole = self.builder.operation("difference", whole, self.product())
        return whole

    def product(self) -> str:
        factors = [self.factor()]
        while self.next(r"\cdot", r"\odot"):
            self.take()
            factors.append(self.factor())
        return self.builder.operation("product", *factors) if len(factors) > 1 else factors[0]

    def factor(self) -> str:
        token = self.take()
        kind = {r"\sigma": "sigmoid"}.get(token, token.removeprefix("\\"))
        if token == "(" or kind in FUNCTIONS:
            if token != "(":
                self.take("(")
            inside = self.sum()
            self.take(")")
            return inside if token == "(" else self.builder.operation(kind, inside)
        if not token.startswith("{"):
            raise ValueError(token)
        return token.strip("{}")


def _operand(cell: Cell, builder: _Builder) -> str:
    """What the late gates see in place of a_{t-1}, read from its LaTeX."""
    text = cell.operand_latex.replace("a_{t-1}", "{a_prev}")
    for gate in sorted(cell.gates, key=lambda gate: -len(gate.symbol)):
        text = text.replace(f"{gate.symbol}_t", f"{{{gate.name}}}")
    try:
        return builder.expression(text)
    except ValueError:
        names = (*(gate.name for gate in cell.gates), "a_prev")
        return builder.add(Node("operand", "other", tuple(n for n in names if n in builder.nodes)))
