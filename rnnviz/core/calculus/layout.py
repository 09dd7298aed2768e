"""Where the gradients of one step lie: blocks of n_a rows in one stack.

Each edge has a block, the edges of one source side by side, so that one multiplication serves all
of them; the blocks of a stage lie side by side, too, for its product.
"""

from collections.abc import Sequence
from itertools import permutations
from typing import Any, NamedTuple

from rnnviz.core.calculus.blocks import KINDS

_MOST_PERMUTED = 6  # sources; of more the given order is taken


class Range(NamedTuple):
    """The blocks `first` .. `first + count - 1` hang on one source."""

    source: str
    first: int
    count: int
    softmax: bool


class Layout(NamedTuple):
    """The edges in the stack's order; ranges of one source; the first place of each target; and the
    blocks' letters, which lie side by side from `start` on, in the order of their gradients."""

    edges: tuple
    ranges: tuple[Range, ...]
    places: dict[str, tuple[int, ...]]
    blocks: tuple[str, ...]
    start: int


def laid_out(edges, blocks, depth: dict[str, int], sources: Sequence[str]) -> Layout:
    """The layout with the fewest ranges."""
    some = list(sources)
    orders = permutations(some) if len(some) <= _MOST_PERMUTED else [tuple(some)]
    layouts = (_layout(edges, blocks, depth, order) for order in orders)
    return min(layouts, key=lambda one: len(one.ranges))


def _layout(edges, blocks, depth, order: tuple[str, ...]) -> Layout:
    rank = {source: at for at, source in enumerate(order)}
    appearance = {block.letter: at for at, block in enumerate(blocks)}
    kind = {block.letter: KINDS.index(block.squash) for block in blocks}
    main: dict[str, Any] = {}  # the edge that each block's gradient lies at
    for edge in sorted(edges, key=lambda edge: rank[edge.source]):
        if edge.target in appearance:
            main.setdefault(edge.target, edge)
    letters = sorted(main, key=lambda z: (depth[z], kind[z], rank[main[z].source], appearance[z]))
    middle = [main[z] for z in letters]
    rest = {
        source: [e for e in edges if e.source == source and e not in middle] for source in order
    }
    before = rest[order[0]] if len(order) > 1 else []
    after = [edge for source in (*order[-1:], *order[1:-1]) for edge in rest[source]]
    stack = [*before, *middle, *after]
    ranges: list[Range] = []
    for at, edge in enumerate(stack):
        last = ranges[-1] if ranges else None
        if last and last.source == edge.source and last.softmax == edge.softmax:
            ranges[-1] = last._replace(count=last.count + 1)
        else:
            ranges.append(Range(edge.source, at, 1, edge.softmax))
    places: dict[str, tuple[int, ...]] = {}
    for at, edge in enumerate(stack):
        places[edge.target] = (*places.get(edge.target, ()), at)
    for letter, edge in main.items():
        first = stack.index(edge)
        places[letter] = (first, *(at for at in places[letter] if at != first))
    return Layout(tuple(stack), tuple(ranges), places, tuple(letters), len(before))
