"""Python text of a cell's functions over NumPy, compiled from expressions and never from input.

Every value is called by `v_` and its name, gradients by `d_`: no equation can mean one of ours.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from rnnviz.core.activations import greater, not_less, relu, sigmoid, softmax, softplus
from rnnviz.core.calculus.expression import OPERATIONS, Node, parts
from rnnviz.core.calculus.graph import Derived
from rnnviz.core.calculus.written import infix

_CALLS = {one: f"{operation.numpy}({{}})" for one, operation in OPERATIONS.items()}
_NAMESPACE: dict[str, Callable] = {
    "relu": relu,
    "sigmoid": sigmoid,
    "softmax": softmax,
    "softplus": softplus,
}
_NAMESPACE |= {one.numpy: getattr(np, one.numpy) for one in OPERATIONS.values()
               if hasattr(np, one.numpy)}  # fmt: skip
_NAMESPACE |= {"copyto": np.copyto, "greater": greater, "not_less": not_less}
PLACE = "\0"
Key = tuple  # of what a step reads or writes: a word, then a name or numbers


class Code(NamedTuple):
    """A function, the views that each step hands it (by what they are), and its constants."""

    text: str
    function: Callable
    views: tuple[Key, ...]
    fixed: tuple[Key, ...] = ()
    sources: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()
    scratch: int = 0


def compiled(text: str, name: str) -> Callable:
    """The function of that name in a text of our own."""
    namespace = dict(_NAMESPACE)
    exec(compile(text, f"<{name} of a cell>", "exec"), namespace)
    return namespace[name]


def text(node: Node) -> str:
    """An expression as NumPy's text, nested: its intermediates are never written elsewhere.

    A letter after PLACE is a name of ours.
    """
    return infix(node, lambda one: one[1:] if one[0] == PLACE else f"v_{one}", _CALLS)


def unpacked(names, source: str) -> list[str]:
    """The line that takes a tuple apart."""
    return [f"    {', '.join(names)}, = {source}"] if names else []


def computed(op: str, args: Iterable[str], place: str) -> str:
    """The line that computes one operation where it shall stand."""
    out = f"out={place}" if op in ("max", "min") else place
    return f"{OPERATIONS[op].numpy}({', '.join([*args, out])})"


def constants(derived: Derived) -> list[str]:
    """The line that names the vectors, and what is computed once from them."""
    return unpacked([f"v_{one}" for one in (*derived.vectors, *derived.once)], "vectors")


class Writer:
    """Lines of a loop over steps; what they name is a view that each step brings."""

    def __init__(self, derived: Derived):
        self.derived = derived
        self.lines: list[str] = []
        self.views: dict[Key, str] = {}
        self.numbers: dict[float, str] = {}
        self.scratch = self.free = 0
        self.written: set[Node] = set()

    def view(self, *key) -> str:
        """What the loop calls it."""
        word, *rest = key
        short = "v_" if word == "value" else f"{word}_"
        return self.views.setdefault(key, short + "_".join(map(str, rest)))

    def number(self, value: float) -> str:
        """A constant; an array made before the loop: converting a float takes longer."""
        return self.numbers.setdefault(value, f"n{len(self.numbers)}")

    def call(self, function: str, *args: str) -> None:
        """One call a line."""
        self.lines.append(f"{function}({', '.join(args)})")

    def leaf(self, node: Node) -> str:
        (what,) = node.args
        if node.op == "number":
            return self.number(what)
        fixed = what in self.derived.vectors or what in self.derived.once
        return f"v_{what}" if fixed else self.view("value", what)

    def into(self, node: Node, place: str) -> None:
        """Compute a value where it shall stand; its parts there, too, or in scratch."""
        if not parts(node):
            return self.call("copyto", place, self.leaf(node))
        taken, before = False, self.free
        args = []
        for one in node.args:
            if not parts(one):
                args.append(self.leaf(one))
            elif one in self.derived.kept:
                args.append(self.view("value", self.derived.kept[one]))
                if one not in self.written:
                    self.written.add(one)
                    self.into(one, args[-1])
            elif not taken:
                taken = True
                args.append(place)
                self.into(one, place)
            else:
                args.append(f"scratch{self.free}")
                self.free += 1
                self.scratch = max(self.scratch, self.free)
                self.into(one, args[-1])
        self.free = before
        self.lines.append(computed(node.op, args, place))
