"""Arithmetic by hand, number by number in plain Python: no array of the engine's is trusted."""

import ast
import inspect
import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence


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


FUNCTIONS: dict[str, Callable[..., float]] = {
    "sigmoid": sigmoid,
    "tanh": math.tanh,
    "relu": lambda z: max(0.0, z),
    "linear": lambda z: z,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "abs": abs,
    "sin": math.sin,
    "cos": math.cos,
    "softplus": lambda z: max(0.0, z) + math.log1p(math.exp(-abs(z))),
    "max": max,
    "min": min,
}
_OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class Walk:
    """One step through a cell's own text, unit by unit; nothing of `core/calculus` is asked.

    `known` are floats by name, and parameters as lists of rows; `largest` becomes the
    largest sum of magnitudes of a product, which bounds what it rounds, and `taken` what each
    function took, by the line that it is the whole of.
    """

    def __init__(self, known: Mapping[str, list], n_a: int, activation: str):
        self.known, self.n_a, self.activation = dict(known), n_a, activation
        self.largest, self.taken = 1.0, dict[str, list[float]]()

    def lines(self, text: str) -> None:
        """Every line's value, by its name. Raises ValueError where a line cannot be read."""
        for line in ast.parse(inspect.cleandoc(text)).body:
            match line:
                case ast.Assign([ast.Name(id=name)], ast.Call(_, [inner]) as value):
                    self.taken[name] = self.value(inner)
                    self.known[name] = self.value(value)
                case ast.Assign([ast.Name(id=name)], value):
                    self.taken[name] = self.known[name] = self.value(value)

    def value(self, node: ast.expr) -> list[float]:
        match node:
            case ast.Constant(value=int() | float() as number):
                return [float(number)] * self.n_a
            case ast.Name(id=name) if name in self.known:
                value = self.known[name]
                return [row[0] for row in value] if isinstance(value[0], list) else value
            case ast.UnaryOp(ast.USub(), operand):
                return [-one for one in self.value(operand)]
            case ast.BinOp(ast.Name(id=W), ast.MatMult(), right):
                entries = right.elts if isinstance(right, ast.List) else [right]
                seen = [number for one in entries for number in self.value(one)]
                sizes = [abs(number) for number in seen]
                rows = self.known[W]
                self.largest = max(self.largest, *(dot(map(abs, row), sizes) for row in rows))
                return [dot(row, seen) for row in rows]
            case ast.BinOp(left, op, right) if type(op) in _OPERATIONS:
                pairs = zip(self.value(left), self.value(right), strict=True)
                return [_OPERATIONS[type(op)](*pair) for pair in pairs]
            case ast.Call(ast.Name(id=name), args):
                name = self.activation if name == "activation" else name
                each = [self.value(one) for one in args]
                if name == "softmax":
                    return softmax(each[0])
                if name in FUNCTIONS:
                    return [FUNCTIONS[name](*numbers) for numbers in zip(*each, strict=True)]
        raise ValueError(f"an equation cannot be read by hand: {ast.unparse(node)}")
