"""Where a cell's output y stands in its diagram: near the hidden state that it is read from."""

from itertools import pairwise

import numpy as np

from rnnviz.core.diagram.placement import Place, Wiring


def output_place(diagram: Wiring) -> Place:
    """Below a or above it, where no node stands and no wire runs; else a column behind it.

    >>> from rnnviz.core.cells import CELLS
    >>> from rnnviz.core.diagram import wiring
    >>> output_place(wiring(CELLS["lstm"])), output_place(wiring(CELLS["gru"]))
    ((7.0, 4.0), (6.0, 1.0))
    """
    column, row = diagram.places["a"]
    lowest = max(row for _, row in diagram.places.values())
    for place in ((column, row + 1), (column, row - 1)):
        if 0 <= place[1] <= lowest and _is_free(diagram, place):
            return place
    return column + 1, row


def _is_free(diagram: Wiring, place: Place) -> bool:
    """Whether a box fits in at a place, and a wire there from a, but for what ends in a."""
    a = np.array(diagram.places["a"])
    nodes = np.array([one for name, one in diagram.places.items() if name != "a"])
    ways = [np.linspace(p, q, 20) for w in diagram.wires for p, q in pairwise(w.points)]
    wires = np.concatenate(ways)
    wires = wires[np.abs(wires - a).max(axis=1) > 0.4]
    way = np.linspace(a, place, 20)[8:]
    return bool(
        _apart(place, nodes) >= 0.75
        and _apart(place, wires) > 0.5
        and min(_apart(one, np.concatenate([nodes, wires])) for one in way) > 0.3
    )


def _apart(one: Place, others: np.ndarray) -> float:
    return float(np.abs(others - one).max(axis=1).min())
