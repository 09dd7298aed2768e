"""Expressions: names, numbers and operations, each operation beside its derivative."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple


class Node(NamedTuple):
    """A "name" or "number" with what it is, a "matmul" of a matrix's name with the parts that it
    sees, or an operation of OPERATIONS with its arguments."""

    op: str
    args: tuple[Any, ...]


ZERO, ONE = (Node("number", (value,)) for value in (0, 1))


def name(letter: str) -> Node:
    """The leaf that stands for a value."""
    return Node("name", (letter,))


@dataclass(frozen=True)
class Operation:
    """`derivative` is by each argument, from the value y and the arguments; `numpy` what computes
    it; the rest how it is written: between its arguments where it has a `sign`, else as a call."""

    numpy: str
    derivative: Callable[..., tuple[Node, ...]]
    latex: str = ""
    sign: str = ""
    count: int = 1


def neg(u: Node) -> Node:
    """-u."""
    if u.op == "number":
        return Node("number", (-u.args[0],))
    return u.args[0] if u.op == "neg" else Node("neg", (u,))


def add(u: Node, v: Node) -> Node:
    """u + v."""
    if ZERO in (u, v):
        return v if u == ZERO else u
    if v.op == "neg":
        return sub(u, v.args[0])
    return sub(v, u.args[0]) if u.op == "neg" else _folded("add", u, v)


def sub(u: Node, v: Node) -> Node:
    """u - v."""
    if ZERO in (u, v):
        return neg(v) if u == ZERO else u
    return add(u, v.args[0]) if v.op == "neg" else _folded("sub", u, v)


def mul(u: Node, v: Node) -> Node:
    """u v."""
    if ZERO in (u, v):
        return ZERO
    for one, other in ((u, v), (v, u)):
        if one.op == "number" and one.args[0] in (1, -1):
            return other if one == ONE else neg(other)
        if one.op == "neg":
            return neg(mul(one.args[0], other))
    return _folded("mul", u, v)


def div(u: Node, v: Node) -> Node:
    """u / v."""
    return u if v == ONE else Node("div", (u, v))


def _folded(op: str, u: Node, v: Node) -> Node:
    if u.op == v.op == "number":
        (p,), (q,) = u.args, v.args
        return Node("number", ({"add": p + q, "sub": p - q, "mul": p * q}[op],))
    return Node(op, (u, v))


def _compare(op: str, u: Node, v: Node) -> Node:
    return Node(op, (u, v))


def _none(*_):
    raise ValueError("this operation has no derivative by its arguments one by one")


def _call(numpy, derivative, latex="", count=1):
    return Operation(numpy, derivative, latex, count=count)


FUNCTIONS = {
    "sigmoid": _call("sigmoid", lambda y, u: (mul(y, sub(ONE, y)),), r"\sigma"),
    "tanh": _call("tanh", lambda y, u: (sub(ONE, mul(y, y)),), r"\tanh"),
    "relu": _call("relu", lambda y, u: (_compare("greater", y, ZERO),), r"\max"),
    "exp": _call("exp", lambda y, u: (y,), r"\exp"),
    "log": _call("log", lambda y, u: (div(ONE, u),), r"\ln"),
    "sqrt": _call("sqrt", lambda y, u: (div(Node("number", (0.5,)), y),), r"\sqrt"),
    "abs": _call("absolute", lambda y, u: (Node("sign", (u,)),), r"\operatorname{abs}"),
    "sin": _call("sin", lambda y, u: (Node("cos", (u,)),), r"\sin"),
    "cos": _call("cos", lambda y, u: (neg(Node("sin", (u,))),), r"\cos"),
    "softplus": _call(
        "softplus", lambda y, u: (Node("sigmoid", (u,)),), r"\operatorname{softplus}"
    ),
    "max": _call(
        "maximum", lambda y, u, v: (_compare("not_less", u, v), _compare("greater", v, u)),
        r"\max", 2,
    ),
    "min": _call(
        "minimum", lambda y, u, v: (_compare("not_less", v, u), _compare("greater", u, v)),
        r"\min", 2,
    ),
    "softmax": _call("softmax", _none, r"\operatorname{softmax}"),  # units feel each other
}  # fmt: skip
OPERATIONS = FUNCTIONS | {
    "add": Operation("add", lambda y, u, v: (ONE, ONE), sign="+"),
    "sub": Operation("subtract", lambda y, u, v: (ONE, neg(ONE)), sign="-"),
    "mul": Operation("multiply", lambda y, u, v: (v, u), sign="*"),
    "div": Operation("true_divide", lambda y, u, v: (div(ONE, v), neg(div(y, v))), sign="/"),
    "neg": Operation("negative", lambda y, u: (neg(ONE),)),
    "greater": Operation("greater", _none),
    "not_less": Operation("not_less", _none),
    "sign": Operation("sign", _none),
}
MAKE = {"add": add, "sub": sub, "mul": mul, "div": div, "neg": neg}


def made(op: str, *args: Node) -> Node:
    """The operation, where it has a shorter form that one."""
    return MAKE[op](*args) if op in MAKE else Node(op, args)


def parts(node: Node) -> tuple[Node, ...]:
    """What a node is computed from."""
    return tuple(one for one in node.args if isinstance(one, Node))


def walk(node: Node) -> Iterator[Node]:
    """The node and all that it is made of."""
    yield node
    for part in parts(node):
        yield from walk(part)


def letters(node: Node) -> list[str]:
    """The names in it, as often as they stand there."""
    return [one.args[0] for one in walk(node) if one.op == "name"]


def replaced(node: Node, by: Callable[[Node], Node | None]) -> Node:
    """The node with parts in others' place, from the top: `by` gives one, or None."""
    other = by(node)
    if other is not None:
        return other
    if not parts(node):
        return node
    args = [replaced(one, by) if isinstance(one, Node) else one for one in node.args]
    return Node(node.op, tuple(args)) if node.op == "matmul" else made(node.op, *args)


def factors_of(node: Node) -> dict[str, Node]:
    """The local derivative of an expression by each of its letters: the chain rule."""
    factors: dict[str, Node] = {}

    def pull(one: Node, factor: Node) -> None:
        if one.op == "name":
            factors[one.args[0]] = add(factors.get(one.args[0], ZERO), factor)
        elif parts(one):
            each = OPERATIONS[one.op].derivative(one, *one.args)
            for part, by in zip(one.args, each, strict=True):
                pull(part, mul(factor, by))

    pull(node, ONE)
    return factors
