"""Expressions as text between brackets: of Python, of NumPy, of JavaScript."""

from collections.abc import Callable, Mapping

from rnnviz.core.calculus.expression import FUNCTIONS, OPERATIONS, Node

_STRENGTH = {"add": 1, "sub": 1, "mul": 2, "div": 2, "neg": 3}
JAVASCRIPT = {"relu": "Math.max(0, {})", "sigmoid": "1 / (1 + Math.exp(-({})))"} | {
    "softplus": "Math.log1p(Math.exp(-Math.abs({0}))) + Math.max(0, {0})"
}


def infix(node: Node, leaf: Callable[[str], str], calls: Mapping[str, str], within: int = 0) -> str:
    """The expression, in the order in which its tree computes.

    `leaf` names a letter; `calls` are templates for functions, their names by default.
    """
    if node.op == "name":
        return leaf(node.args[0])
    if node.op == "number":
        return f"({node.args[0]!r})" if node.args[0] < 0 and within else repr(node.args[0])
    strength = _STRENGTH.get(node.op)
    if strength is None:
        args = [infix(one, leaf, calls) for one in node.args]
        return calls.get(node.op, node.op + "({})").format(", ".join(args))
    args = [infix(one, leaf, calls, strength + at) for at, one in enumerate(node.args)]
    text = f"-{args[0]}" if node.op == "neg" else f" {OPERATIONS[node.op].sign} ".join(args)
    return f"({text})" if strength < within or (node.op == "neg" and within) else text


def javascript(node: Node) -> str:
    """One unit's value as JavaScript, from letters.

    >>> from rnnviz.core.calculus.expression import name
    >>> javascript(Node("mul", (name("o"), Node("tanh", (name("c"),)))))
    'o * Math.tanh(c)'
    """
    calls = {one: f"Math.{one}({{}})" for one in FUNCTIONS} | JAVASCRIPT
    calls |= {one: f"({JAVASCRIPT[one]})" for one in ("sigmoid", "softplus")}
    return infix(node, str, calls)
