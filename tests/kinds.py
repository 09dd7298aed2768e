"""The cells that slow tests run over: of every structure that occurs among all, at least one.

Laws that take a moment hold of every cell; what draws pages, films and pictures would take hours.
"""

from collections.abc import Iterable

from rnnviz.core.calculus.expression import FUNCTIONS, walk
from rnnviz.core.cells import CELLS, NOTEBOOK, Cell


def facets(cell: Cell) -> set[str]:
    """What a description is built of, as words: what calculus, engine and pages branch upon."""
    derived = cell.derived
    words = {f"squashed by {gate.squash or 'nothing'}" for gate in cell.gates}
    words |= {f"{len(gate.weights)} matrices a block" for gate in cell.gates}
    words |= {"a block without a bias" for gate in cell.gates if not gate.bias}
    words |= {"a gate that is no block" for gate in cell.shown_gates if gate not in cell.gates}
    words |= {f"a {stage.kind} stage" for stage in cell.stages}
    words |= {"several looks"} if any(len(stage.looks) > 1 for stage in cell.stages) else set()
    words |= {"vectors"} if derived.vectors else set()
    words |= {"computed once"} if derived.once else set()
    words |= {"starts of its own"} if cell.starts else set()
    words.add(f"{min(len(cell.states), 3)} states")  # or more
    words.add("gates" if cell.shown_gates else "no gates")
    words.add(f"memory {cell.memory[1]:+d}" if cell.memory else "no memory")
    words |= {"activation"} if cell != cell.with_activation("relu") else set()
    lines = derived.equations.lines.values()
    return words | {node.op for line in lines for node in walk(line) if node.op in FUNCTIONS}


def chosen(cells: dict[str, Cell]) -> list[str]:
    """The notebook's cells, and of the others as few as have what none of those has."""
    names = [name for name, cell in cells.items() if cell.group == NOTEBOOK]
    first, every = len(names), structure(cells, cells)
    while new := every - structure(cells, names):
        names.append(max(cells, key=lambda name: len(facets(cells[name]) & new)))
    for name in names[first:]:
        without = [other for other in names if other != name]
        names = without if structure(cells, without) == every else names
    return [name for name in cells if name in names]


def structure(cells: dict[str, Cell], names: Iterable[str]) -> set[str]:
    """The facets of some of the cells together."""
    return {facet for name in names for facet in facets(cells[name])}


THREE = [name for name, cell in CELLS.items() if cell.group == NOTEBOOK]
KINDS = chosen(dict(CELLS))
