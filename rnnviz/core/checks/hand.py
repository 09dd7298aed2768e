"""Arithmetic by hand, number by number in plain Python: no array of the engine's is trusted."""

import ast
import math
import operator
import re
from collections.abc import Iterable, Mapping, Sequence

_FUNCTIONS = {
    "tanh": math.tanh,
    "max": max,
    "min": min,
    "exp": math.exp,
}
_OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def dot(row: Iterable[float], column: Iterable[float]) -> float:
    """The sum of the products, rounded once."""
    return math.fsum(map(operator.mul, row, column))


def sigmoid(z: float) -> float:
    """1 / (1 + e^-z), written so that e never overflows."""
    if z < 0:
        return math.exp(z) / (1 + math.exp(z))
    return 1 / (1 + math.exp(-z))


def softmax(z: Sequence[float]) -> list[float]:
    """e^z_i / sum_j e^z_j, each shifted by the largest z."""
    e = [math.exp(one - max(z)) for one in z]
    return [one / math.fsum(e) for one in e]


def norm(numbers: Iterable[float]) -> float:
    """The square root of the sum of squares."""
    return math.hypot(*numbers)


def units(template: str, numbers: Mapping[str, Sequence[float]]) -> list[float]:
    """The right side of an equation's template (`cells.Equation.numbers`) for every unit.

    Knows + - * /, brackets, tanh, max, min, exp, and a softmax over the units. Raises ValueError
    for a template that holds anything else.
    """
    if r"\sum_j" in template:  # e^{z_i} / sum_j e^{z_j}: the only one that looks at other units
        (z,) = [name for name in numbers if f"{{{name}}}" in template and name.startswith("z_")]
        return softmax(numbers[z])
    right = template.partition(" = ")[2]
    text = right.replace(r"\cdot", "*").replace(r"\odot", "*")
    text = re.sub(r"\\([a-z]+)", r"\1", text)
    used = {name: values for name, values in numbers.items() if f"{{{name}}}" in text}
    tree = ast.parse(text.format_map({name: f"({name})" for name in used}), mode="eval").body
    count = len(next(iter(numbers.values())))
    return [_value(tree, {name: used[name][unit] for name in used}) for unit in range(count)]


def _value(node: ast.AST, numbers: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name) if name in numbers:
            return numbers[name]
        case ast.BinOp(left, op, right) if type(op) in _OPERATIONS:
            return _OPERATIONS[type(op)](_value(left, numbers), _value(right, numbers))
        case ast.UnaryOp(ast.USub(), operand):
            return -_value(operand, numbers)
        case ast.Call(func=ast.Name(id=name), args=args) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*(_value(arg, numbers) for arg in args))
    raise ValueError(f"an equation cannot be read by hand: {ast.unparse(node)}")
