"""Local derivatives as text: of many steps at once, nested, only the last operation in place; of
one large step in place or in scratch, line by line."""

from collections.abc import Callable, Iterator
from functools import lru_cache

from rnnviz.core.calculus.expression import Node, factors_of, letters, name, parts, walk
from rnnviz.core.calculus.graph import Derived, Edge
from rnnviz.core.calculus.writer import (
    PLACE,
    Code,
    Writer,
    compiled,
    computed,
    constants,
    text,
    unpacked,
)


@lru_cache(maxsize=128)
def derivatives(derived: Derived) -> Code:
    """`derivatives(values, vectors, out)`: every edge's factor, in the stack's order."""
    edges = derived.layout.edges
    lines = [
        f"    {_assigned(factor, f'out{at}')}"
        for at, factor in _shortest_first(derived, "out{}".format)
    ]
    values = _values(derived, edges)
    whole = "\n".join([
        "def derivatives(values, vectors, out):",
        *unpacked([f"v_{one}" for one in values], "values"),
        *constants(derived),
        *unpacked([f"out{at}" for at in range(len(edges))], "out"),
        *lines,
    ])  # fmt: skip
    return Code(whole, compiled(whole, "derivatives"), tuple(("value", one) for one in values))


def in_place(derived: Derived, given: Writer, fixed: Writer) -> list[str]:
    """The lines of one step: each factor into ("by", its place, 1) of what is `fixed`, from the
    values that are `given`; what each is then called, a value by its own name."""
    w = _InPlace(derived, given)
    names = {}
    for at, factor in _shortest_first(derived, lambda at: fixed.view("by", at, 1)):
        if parts(factor) or derived.layout.edges[at].softmax:
            names[at] = fixed.view("by", at, 1)
            w.into(factor, names[at])
        else:
            names[at] = w.leaf(factor)
    fixed.lines += w.lines
    fixed.numbers, fixed.scratch = w.numbers, w.scratch
    return [names[at] for at in range(len(names))]


class _InPlace(Writer):
    """Names what stands in its place already by that."""

    def __init__(self, derived: Derived, given: Writer):
        super().__init__(derived)
        self.views = given.views
        self.written = set(derived.kept)  # on the way forward

    def leaf(self, node: Node) -> str:
        (what,) = node.args
        place = isinstance(what, str) and what.startswith(PLACE)
        return what.removeprefix(PLACE) if place else super().leaf(node)


def _shortest_first(derived: Derived, called: Callable[[int], str]) -> Iterator[tuple[int, Node]]:
    """Every edge's place and factor: others may be made of the short ones, and then name their
    places as they are `called`."""
    edges = derived.layout.edges
    places: dict[Node, Node] = {}
    for at in sorted(range(len(edges)), key=lambda at: len(list(walk(edges[at].factor)))):
        factor = edges[at].factor
        yield at, _reused(factor, places)
        if parts(factor):
            places.setdefault(factor, name(PLACE + called(at)))


def _values(derived: Derived, edges: tuple[Edge, ...]) -> tuple[str, ...]:
    """What some factors are made of, besides parameters."""
    fixed = {*derived.vectors, *derived.once}
    every = dict.fromkeys(letter for edge in edges for letter in letters(edge.factor))
    return tuple(one for one in every if one not in fixed)


def _reused(node: Node, places: dict[Node, Node]) -> Node:
    """The parts that stand in a place already by its name."""
    if not parts(node):
        return node
    if node in places:
        return places[node]
    return Node(node.op, tuple(_reused(one, places) for one in node.args))


def _assigned(node: Node, place: str) -> str:
    if not parts(node):
        return f"{place}[...] = {text(node)}"
    return computed(node.op, map(text, node.args), place)


@lru_cache(maxsize=128)
def vectors(derived: Derived) -> Code:
    """`vectors(values, vectors, felt)`: what each step adds to the gradients of the vectors.

    `felt` are dL/d(each of `sources`), in their order; given back are arrays by vector.
    """
    edges = derived.vector_edges
    sources = tuple(dict.fromkeys(edge.source for edge in edges))
    targets = [one for one in (*derived.vectors, *derived.once)
               if any(edge.target == one for edge in edges)]  # fmt: skip
    values = _values(derived, edges)
    sums = []
    for one in targets:
        terms = (f"d_{e.source} * ({text(e.factor)})" for e in edges if e.target == one)
        sums.append(f"    {one!r}: {' + '.join(terms)},")
    whole = "\n".join([
        "def vectors(values, vectors, felt):",
        *unpacked([f"v_{one}" for one in values], "values"),
        *constants(derived),
        *unpacked([f"d_{one}" for one in sources], "felt"),
        "    return {", *sums, "    }",
    ])  # fmt: skip
    views = tuple(("value", one) for one in values)
    return Code(whole, compiled(whole, "vectors"), views, sources=sources)


@lru_cache(maxsize=128)
def of_once(derived: Derived) -> Code:
    """`of_once(vectors, felt)`: dL/d(vectors) by name, from dL/d(each of them and of `once`)."""
    names = (*derived.vectors, *derived.once)
    sums = {one: [f"d_{one}"] for one in derived.vectors}
    for letter, node in derived.once.items():
        for one, factor in factors_of(node).items():
            sums[one].append(f"d_{letter} * ({text(factor)})")
    whole = "\n".join([
        "def of_once(vectors, felt):",
        *unpacked([f"v_{one}" for one in derived.vectors], "vectors"),
        *unpacked([f"d_{one}" for one in names], "felt"),
        "    return {", *(f"    {one!r}: {' + '.join(s)}," for one, s in sums.items()), "    }",
    ])  # fmt: skip
    return Code(whole, compiled(whole, "of_once"), ())
