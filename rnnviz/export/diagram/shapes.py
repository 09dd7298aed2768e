"""How large a diagram's nodes are and which way its wires run, as in the player (assets/player)."""

import math
from itertools import pairwise

from rnnviz.core.diagram import Node, Place

COLUMN, ROW = 61, 70  # from one place to the next
GATE, STATE, FUNCTION, OPERATION = (25, 23), (27, 23), (22, 14), (14, 14)
SIZES = {  # half the width and half the height of a node, by its kind
    **dict.fromkeys(("gate", "block"), GATE),
    **dict.fromkeys(("previous", "state", "input", "output"), STATE),
    **{"join": (4.5, 4.5), "softmax": (32, 14), "softplus": (32, 14)},
    **dict.fromkeys(
        ("tanh", "relu", "exp", "log", "sqrt", "abs", "sin", "cos", "max", "min"), FUNCTION
    ),
}
SYMBOLS = {
    **{"product": "×", "sum": "+", "difference": "−", "complement": "1 −", "sigmoid": "σ"},
    **{"quotient": "÷", "negative": "−", "sqrt": "√", "join": ""},
    **{
        one: one
        for one in (
            *("tanh", "relu", "softmax", "exp", "log", "abs", "sin", "cos", "softplus"),
            *("max", "min"),
        )
    },
}
_CORNER = 10  # the radius of a wire's turn


def half_size(node: Node, gate: bool, symbol: str) -> Place:
    """Half the width and half the height of a node; `gate` says whether it is one."""
    if node.kind == "parameter":
        bare = symbol.translate(str.maketrans("", "", "_{}"))
        return min(30, 7 + 3 * len(bare)), 14
    return GATE if gate else SIZES.get(node.kind, OPERATION)


def placed(place: Place) -> Place:
    """A place (column, row) in the units of the drawing."""
    return place[0] * COLUMN, place[1] * ROW


def trimmed(points: list[Place], start: Place, end: Place) -> list[Place]:
    """A wire's points with both ends cut back to the edge of their nodes, of such half sizes."""

    def cut(at: Place, towards: Place, half: Place) -> Place:
        if abs(towards[0] - at[0]) < 1:
            return at[0], at[1] + _sign(towards[1] - at[1]) * half[1]
        return at[0] + _sign(towards[0] - at[0]) * half[0], at[1]

    first, last = cut(points[0], points[1], start), cut(points[-1], points[-2], end)
    return [first, *points[1:-1], last]


def path(points: list[Place]) -> str:
    """Straight stretches with round corners; slanted ones swing from level to level."""
    d = f"M{_at(points[0])}"
    for i, (a, b) in enumerate(pairwise(points), 1):
        after = points[i + 1] if i + 1 < len(points) else None
        if not _straight(a, b):
            middle = (a[0] + b[0]) / 2
            d += f"C{_at((middle, a[1]))} {_at((middle, b[1]))} {_at(b)}"
        elif after and _turns(a, b, after):
            d += f"L{_at(_toward(b, a))}Q{_at(b)} {_at(_toward(b, after))}"
        else:
            d += f"L{_at(b)}"
    return d


def arrow(points: list[Place]) -> str:
    """The head at the end of a wire: a slanted one ends level."""
    before, tip = points[-2:]
    if not _straight(before, tip):
        before = before[0], tip[1]
    angle = math.atan2(tip[1] - before[1], tip[0] - before[0])
    along, across = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    wings = (
        (tip[0] - 9 * along[0] + s * across[0], tip[1] - 9 * along[1] + s * across[1])
        for s in (-5.5, 5.5)
    )
    return f"M{_at(tip)}" + "".join(f"L{_at(one)}" for one in wings) + "Z"


def dots(wires: list[tuple[str, list[Place]]]) -> list[Place]:
    """Where several wires of one node, (its name, points), part."""
    corners: dict[Place, None] = {}
    for index, (source, points) in enumerate(wires):
        others = [p for n, (s, p) in enumerate(wires) if s == source and n != index]
        for corner in points[1:-1]:
            for other in others:
                if any(_inside(corner, *ends) for ends in pairwise(other)):
                    corners[corner] = None
    return list(corners)


def _inside(corner: Place, a: Place, b: Place) -> bool:
    level = a[1] == b[1] == corner[1] and min(a[0], b[0]) < corner[0] < max(a[0], b[0])
    upright = a[0] == b[0] == corner[0] and min(a[1], b[1]) < corner[1] < max(a[1], b[1])
    return level or upright


def _straight(a: Place, b: Place) -> bool:
    return abs(a[0] - b[0]) < 1 or abs(a[1] - b[1]) < 1


def _turns(a: Place, b: Place, c: Place) -> bool:
    return (abs(a[0] - b[0]) < 1 and abs(b[1] - c[1]) < 1) or (
        abs(a[1] - b[1]) < 1 and abs(b[0] - c[0]) < 1
    )


def _toward(a: Place, b: Place) -> Place:
    far = math.dist(a, b)
    return a[0] + (b[0] - a[0]) * _CORNER / far, a[1] + (b[1] - a[1]) * _CORNER / far


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _at(place: Place) -> str:
    return f"{place[0]:g} {place[1]:g}" if all(float(v).is_integer() for v in place) else (
        f"{place[0]:.2f} {place[1]:.2f}"
    )  # fmt: skip
