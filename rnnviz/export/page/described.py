"""What the engine in JavaScript must know of a cell to draw its weights and make its products."""

from rnnviz.core.calculus.expression import name
from rnnviz.core.cells import Cell
from rnnviz.core.cells.starts import Multiples


def described(cell: Cell) -> dict:
    """What the draws and products need to know, as JSON."""
    derived = cell.derived
    keeps = [gate.bias for gate in cell.gates if cell.memory and gate.name == cell.memory[0]]
    stages = [
        [
            {
                "squash": block.squash,
                "bias": block.bias,
                "matrices": [
                    (W, [-1 if one == name("x") else stage.looks.index(one) for one in entries])
                    for W, entries in block.matrices
                ],
            }
            for block in stage.blocks
        ]
        for stage in derived.stages
    ]
    return drawn(cell) | {
        "states": cell.states,
        "late": cell.late,
        "scaled": [
            *(one for gate in cell.gates for one in gate.weights),
            *cell.recurrent_vectors,
        ],
        "memory": (keeps[0], cell.memory[1]) if cell.memory and keeps and keeps[0] else None,
        "readout": cell.readout,
        "stages": stages,
        "sees": _seen(cell),
    }


def _seen(cell: Cell) -> list[list[str]] | None:
    """The states before a step that each stage sees, where none sees anything made of them first,
    and no softmax mixes units: else None."""
    derived = cell.derived
    mixed = any(edge.softmax for edge in derived.edges)
    if mixed or any(stage.kind == "later" for stage in derived.stages):
        return None
    every = range(len(derived.stages))
    return [[one.removesuffix("_prev") for one in derived.looks(at)] for at in every]


def drawn(cell: Cell) -> dict:
    """What weights are drawn of, in the order of the draws."""
    derived, seen = cell.derived, dict[str, list[bool]]()
    for block in derived.blocks:
        for W, entries in block.matrices:
            seen.setdefault(W, [entry == name("x") for entry in entries])
    kinds = {one: "matrix" for one in seen} | {gate.bias: "bias" for gate in cell.gates}
    kinds |= dict(zip(cell.readout, ("readout", "readout bias"), strict=True))
    parameters: list[dict] = [
        {"name": one, "kind": kinds.get(one, "vector"), "seen": seen.get(one, [])}
        for one in cell.draws
    ]
    for one in parameters:
        if start := cell.starts.get(one["name"]):
            each = {"of": start.of} if isinstance(start, Multiples) else vars(start)
            one["start"] = each
    return {"parameters": parameters, "starts": list(cell.starts)}
