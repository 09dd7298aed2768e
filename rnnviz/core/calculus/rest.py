"""A cell at rest: equations in which states are solved for where they stay, which have the same
fixed points and fewer unknowns.

Of s = p s_prev + q, where s stays it is q / (1 - p): of an LSTM c is i k / (1 - f), which no c_prev
enters, and of a GRU a is its candidate.
"""

from functools import lru_cache

from rnnviz.core.calculus.derive import of_equations
from rnnviz.core.calculus.expression import (
    MAKE,
    ONE,
    ZERO,
    Node,
    div,
    letters,
    name,
    parts,
    sub,
    walk,
)
from rnnviz.core.calculus.graph import Derived
from rnnviz.core.errors import ExperimentError


@lru_cache(maxsize=128)
def at_rest(derived: Derived) -> Derived:
    """The cell whose step leaves as they are the states that this one's does, but for those that it
    need not know: its `states` are the others. This one itself where none can be solved.

    >>> from rnnviz.core.cells import CELLS
    >>> at_rest(CELLS["lstm"].derived).states, at_rest(CELLS["peephole"].derived).states
    (('a',), ('a', 'c'))
    """
    before = derived.equations
    lines = dict(before.lines)
    for state in before.states:
        solved = _solved(lines[state], name(f"{state}_prev"))
        others = [line for one, line in lines.items() if one != state]
        seen = any(f"{state}_prev" in letters(line) for line in (*others, solved))
        if solved.op != "div" or not seen:  # else it would stay unknown, for a division by 0
            lines[state] = solved
    if lines == before.lines:
        return derived
    lines = _needed(lines, before.states)
    used = {part for line in lines.values() for node in walk(line) for part in node.args}
    states = tuple(s for s in before.states if s == "a" or f"{s}_prev" in used)
    kinds = (before.matrices, before.vectors, before.parameters)
    left = [tuple(one for one in kind if one in used) for kind in kinds]
    told = tuple(s for s in before.states if s not in states)
    try:
        return of_equations(type(before)(lines, states, *left, told))
    except ExperimentError:  # what is left has no product
        return derived


def _solved(line: Node, before: Node) -> Node:
    """What a state is where it stays; its line as it was where that cannot be said."""
    parted = _parted(line, before)
    if parted is None or parted[0] in (ZERO, ONE):
        return line
    keeps, rest = parted
    moves = keeps.args[1] if keeps.op == "sub" and keeps.args[0] == ONE else sub(ONE, keeps)
    if rest.op == "mul" and moves in rest.args:  # a mean of it and something else: that one
        return rest.args[1 - rest.args.index(moves)]
    return div(rest, moves)


def _parted(node: Node, before: Node) -> tuple[Node, Node] | None:
    """p and q of p s_prev + q, where q has the s_prev that matrices see; None where it is no such
    sum."""
    if node == before:
        return ONE, ZERO
    if not _holds(node, before):
        return ZERO, node
    pairs = [pair for one in parts(node) if (pair := _parted(one, before))]
    if node.op not in MAKE or len(pairs) < len(parts(node)):
        return None
    make, (p, q) = MAKE[node.op], zip(*pairs, strict=True)
    if node.op in ("add", "sub", "neg"):
        return make(*p), make(*q)
    at = 0 if p[1] == ZERO else 1
    if p[1 - at] != ZERO or (node.op == "div" and at == 1):
        return None
    return make(p[at], q[1 - at]), make(q[at], q[1 - at])


def _holds(node: Node, before: Node) -> bool:
    return node == before or (
        node.op != "matmul" and any(_holds(one, before) for one in parts(node))
    )


def _needed(lines: dict[str, Node], states: tuple[str, ...]) -> dict[str, Node]:
    """The lines that the states hang on, in their order."""
    needed, waiting = set[str](), [*states]
    while waiting:
        one = waiting.pop().removesuffix("_prev")
        if one in lines and one not in needed:
            needed.add(one)
            waiting += letters(lines[one])
    return {one: line for one, line in lines.items() if one in needed}
