"""Symbols that take the place of arrays in a cell's methods, and note what is done to them.

So a formula is what the engine computes, in its order, down to the last bit; and a new cell need
say nothing more than its methods do.
"""

import ast
from collections.abc import Iterable

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

_OPERATORS: dict[np.ufunc, type[ast.cmpop] | type[ast.operator]] = {
    np.add: ast.Add, np.subtract: ast.Sub, np.multiply: ast.Mult, np.true_divide: ast.Div,
    np.power: ast.Pow, np.greater: ast.Gt, np.greater_equal: ast.GtE, np.less: ast.Lt,
    np.less_equal: ast.LtE,
}  # fmt: skip


_NOTHING = ast.Constant(None)  # in a place that nothing has been written into


class Symbol(NDArrayOperatorsMixin):
    """A place (n_a, m) that holds a formula, an `ast` expression; writing into it replaces that."""

    def __init__(self, node: ast.expr | None = None):
        self.node: ast.expr = node or _NOTHING

    def __setitem__(self, index, value):
        if index is not Ellipsis:
            raise TypeError("a formula is of all units and sequences alike")
        self.node = _node(value)

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        if method != "__call__" or options:
            return NotImplemented
        target = out[0] if out else None
        stacks = [one for one in (*inputs, target) if isinstance(one, Stack)]
        if not stacks:
            return _put(_applied(ufunc, inputs), target)
        target = Stack(Symbol(None) for _ in stacks[0]) if target is None else target
        for j, place in enumerate(target):
            each = (one[j] if isinstance(one, Stack) else one for one in inputs)
            place.node = _applied(ufunc, each)
        return target

    def __array_function__(self, function, types, arguments, options):
        if function is np.copyto:
            place, value = arguments
            return _put(_node(value), place)
        if function in (np.ones_like, np.zeros_like):
            return Symbol(ast.Constant(int(function is np.ones_like)))
        return Symbol(_call(_numpy(function), arguments, options))

    def __bool__(self):
        raise TypeError("a formula is neither true nor false before there are numbers")

    @property
    def names(self) -> set[str]:
        """The arrays that the formula stands on."""
        return {node.id for node in ast.walk(self.node) if isinstance(node, ast.Name)}

    @property
    def dtype(self):
        """The type of the numbers, itself a formula."""
        return Symbol(ast.Attribute(self.node, "dtype"))


def _method(name):
    def call(self, *arguments, out=None, **options):
        return _put(_call(ast.Attribute(self.node, name), arguments, options), out)

    return call


for _name in ("max", "min", "sum", "mean", "astype"):
    setattr(Symbol, _name, _method(_name))


class Stack(Symbol):
    """Several places, one behind the other on the first axis."""

    def __init__(self, places: Iterable[Symbol]):
        self.places = list(places)

    def __iter__(self):
        return iter(self.places)

    def __getitem__(self, index):
        part = self.places[index]
        return Stack(part) if isinstance(index, slice) else part

    def __setitem__(self, index, value):
        targets = self.places if index is Ellipsis else self.places[index]
        targets = targets if isinstance(targets, list) else [targets]
        values = value if isinstance(value, Stack) else [value] * len(targets)
        for place, one in zip(targets, values, strict=True):
            place.node = _node(one)


def symbol(name: str) -> Symbol:
    """The place that holds nothing but its own name."""
    return Symbol(ast.Name(name))


def _put(node: ast.expr, place: Symbol | None) -> Symbol:
    if place is None:
        return Symbol(node)
    place.node = node
    return place


def _applied(ufunc, inputs) -> ast.expr:
    nodes = [_node(one) for one in inputs]
    if ufunc is np.negative:
        return ast.UnaryOp(ast.USub(), *nodes)
    if ufunc is np.multiply and 1 in (ones := [_value(node) for node in nodes]):
        return nodes[1 - ones.index(1)]
    if ufunc not in _OPERATORS:
        return _call(_numpy(ufunc), nodes, {})
    operator: ast.cmpop | ast.operator = _OPERATORS[ufunc]()
    if isinstance(operator, ast.cmpop):
        return ast.Compare(nodes[0], [operator], nodes[1:])
    return ast.BinOp(nodes[0], operator, nodes[1])


def _call(function: ast.expr, arguments, options) -> ast.Call:
    keywords = [ast.keyword(name, _node(value)) for name, value in options.items()]
    return ast.Call(function, [_node(one) for one in arguments], keywords)


def _numpy(function) -> ast.expr:
    name = function.__name__
    if getattr(np, name, None) is not function:
        raise TypeError(f"{name} is no function of NumPy's own")
    return ast.Attribute(ast.Name("np"), name)


def _value(node: ast.expr):
    return node.value if isinstance(node, ast.Constant) else None


def _node(value) -> ast.expr:
    if isinstance(value, ast.expr):
        return value
    if isinstance(value, Symbol) and not isinstance(value, Stack):
        return value.node
    return ast.Constant(np.asarray(value).item())  # raises where it is no single number
