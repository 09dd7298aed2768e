"""Local derivatives of many steps at once, as text: nested, only the last operation in place."""

from functools import lru_cache

from rnnviz.core.calculus.expression import Node, factors_of, letters, name, parts, walk
from rnnviz.core.calculus.graph import Derived, Edge
from rnnviz.core.calculus.writer import PLACE, Code, compiled, computed, constants, text, unpacked


@lru_cache(maxsize=128)
def derivatives(derived: Derived) -> Code:
    """`derivatives(values, vectors, out)`: every edge's factor, in the stack's order."""
    edges = derived.layout.edges
    lines: list[str] = []
    places: dict[Node, Node] = {}
    # The short ones first: others may be made of them.
    for at in sorted(range(len(edges)), key=lambda at: len(list(walk(edges[at].factor)))):
        factor, place = edges[at].factor, f"out{at}"
        shorter = _reused(factor, places)
        places.setdefault(factor, name(PLACE + place))
        lines.append(f"    {_assigned(shorter, place)}")
    values = _values(derived, edges)
    whole = "\n".join([
        "def derivatives(values, vectors, out):",
        *unpacked([f"v_{one}" for one in values], "values"),
        *constants(derived),
        *unpacked([f"out{at}" for at in range(len(edges))], "out"),
        *lines,
    ])  # fmt: skip
    return Code(whole, compiled(whole, "derivatives"), tuple(("value", one) for one in values))


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
