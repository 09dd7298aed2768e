"""Where the nodes of a cell's diagram stand, and the way of every wire between them.

Places are (column, row): time runs to the right with the columns, rows run down. A cell may carry a
drawing of its own (`Cell.placement`); every other cell is laid out in layers.
"""

from dataclasses import dataclass

from rnnviz.core.cells.base import Cell
from rnnviz.core.diagram.graph import FUNCTIONS, Node, nodes

Place = tuple[float, float]


@dataclass(frozen=True)
class Wire:
    """From one node to another, through points (column, row), both ends included."""

    source: str
    target: str
    points: tuple[Place, ...]


@dataclass(frozen=True)
class Wiring:
    """A cell's diagram: nodes in the order in which they are computed, a place for each, wires."""

    nodes: tuple[Node, ...]
    places: dict[str, Place]
    wires: tuple[Wire, ...]


def wiring(cell: Cell) -> Wiring:
    """The diagram of a cell, in its own drawing where it has one for all of its nodes.

    >>> from rnnviz.core.cells import CELLS
    >>> wiring(CELLS["gru"]).places["a_prev"]
    (0.0, 0.0)
    """
    order = nodes(cell)
    own = all(node.name in cell.placement for node in order)
    places, via = (
        ({n.name: tuple(map(float, cell.placement[n.name])) for n in order}, None)
        if own
        else _layers(order)
    )
    wires = []
    for node in order:
        for source in dict.fromkeys(node.inputs):
            start, end = places[source], places[node.name]
            between = _bends(source, node, start, end) if own else via(source, node.name)
            wires.append(Wire(source, node.name, (start, *between, end)))
    return Wiring(order, places, tuple(wires))


def _bends(source: str, target: Node, start: Place, end: Place) -> tuple[Place, ...]:
    """The corner of a wire that runs along the grid: gates are entered from below or above."""
    if start[0] == end[0] or start[1] == end[1]:
        return ()
    across = target.kind in ("gate", "block", *FUNCTIONS) or source == "x"
    return ((end[0], start[1]),) if across else ((start[0], end[1]),)


def _layers(order: tuple[Node, ...]):
    """Columns by the longest way from the inputs; rows so that neighbours stand close."""
    column = {}
    for node in order:
        column[node.name] = 1 + max((column[name] for name in node.inputs), default=-1)
    for node in order:
        if node.kind == "parameter":  # beside the first that it is used by
            used = (column[other.name] for other in order if node.name in other.inputs)
            column[node.name] = max(0, min(used) - 1)
    last = max(column.values())
    for node in order:
        if node.kind == "state":
            column[node.name] = last
    # A wire over several columns holds a place in each of them, so that it runs through no node.
    layers = [[] for _ in range(last + 1)]
    for node in order:
        layers[column[node.name]].append(node.name)
    feeds = {}
    for node in order:
        for source in node.inputs:
            before = source
            for passing in range(column[source] + 1, column[node.name]):
                here = (source, passing)
                if here not in layers[passing]:
                    layers[passing].append(here)
                feeds.setdefault(here, {})[before] = None
                before = here
            feeds.setdefault(node.name, {})[before] = None
    fed = {}
    for target, sources in feeds.items():
        for source in sources:
            fed.setdefault(source, {})[target] = None
    rows = {}
    for layer in layers:
        _spread(layer, rows)
    for sweep in range(8):
        forward = sweep % 2 == 0
        for layer in layers if forward else reversed(layers):
            beside = feeds if forward else fed
            wish = {k: _mean([rows[o] for o in beside.get(k, ())], rows[k]) for k in layer}
            layer.sort(key=wish.get)
            _spread(layer, rows)
    top = min(rows.values())
    places = {node.name: (float(column[node.name]), rows[node.name] - top) for node in order}

    def via(source: str, target: str) -> tuple[Place, ...]:
        between = range(column[source] + 1, column[target])
        return tuple((float(c), rows[(source, c)] - top) for c in between)

    return places, via


def _spread(layer: list, rows: dict) -> None:
    """Nodes one apart, wires that only pass through closer, all around the middle."""
    room = [0.5 if isinstance(key, str) else 0.2 for key in layer]
    row = -sum(room)
    for key, half in zip(layer, room, strict=True):
        rows[key] = row + half
        row += 2 * half


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
