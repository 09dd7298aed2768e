"""What a step does, in plain words: a clause for each gate, with places for the step's numbers.

A place is {value:node}, {share:gate}, {class:}, {percent:} or, of the way back, {felt:state} and
{left:state}; the browser fills them while it plays (assets/player/telling.js).
"""

from rnnviz.core.cells import Cell
from rnnviz.core.diagram import Node
from rnnviz.figures.notation import Notation

SHARES = (  # of what a gate lets through, up to each number
    (0.1, "almost nothing"),
    (0.35, "little"),
    (0.65, "about half"),
    (0.9, "most"),
    (1.0, "almost all"),
)
Clause = dict[str, str]  # "text", and the "node" from which on it is true


def telling(cell: Cell, notation: Notation, reads_out: bool = True) -> dict[str, list[Clause]]:
    """The clauses of a step, "there" and "back"; "brief" what its memory keeps and comes to, which
    is what there is room for beside other cells.

    >>> from rnnviz import CELLS
    >>> from rnnviz.core.diagram import nodes
    >>> lstm = CELLS["lstm"]
    >>> clauses = telling(lstm, Notation(lstm, nodes(lstm)))["there"]
    >>> clauses[0]["text"]
    'forget {value:forget}: {share:forget} of the old memory is kept'
    """
    order, state = tuple(notation.nodes.values()), cell.remembered
    clauses = [_of_gate(gate.name, order, notation) for gate in cell.shown_gates
               if gate.range[0] == 0]  # fmt: skip
    goes = f"is {{value:{state}}}"
    if f"{state}_prev" in notation.nodes:
        goes = f"goes from {{value:{state}_prev}} to {{value:{state}}}"
    what = "state" if state == "a" else "memory"
    last = f"the {what} {state} {goes}"
    last += "; class {class:} is likeliest, {percent:}" if reads_out else ""
    back = (
        f"the loss feels {state} with a norm of {{felt:{state}}}; "
        f"{{left:{state}}} times as much goes on to the step before"
    )
    there = [one for one in clauses if one] + [{"text": last, "node": state}]
    before = f"{state}_prev" if f"{state}_prev" in notation.nodes else state
    keeps = [one for one in there if one["text"].partition(", ")[0].endswith("is kept")]
    brief = [*keeps, {"text": f"the {what} {state} {goes}", "node": state}]
    return {"there": there, "brief": brief, "back": [{"text": back, "node": before}]}


def _of_gate(gate: str, order: tuple[Node, ...], notation: Notation) -> Clause | None:
    """What a gate does to the first thing that it is multiplied with; None where there is none."""
    product = next((n for n in order if n.kind == "product" and gate in n.inputs), None)
    if product is None:
        return None
    thing, done = _thing(next(name for name in product.inputs if name != gate), product, notation)
    passes = f"{thing} {done}" if thing else "what comes to it passes"
    text = f"{gate} {{value:{gate}}}: {{share:{gate}}} of {passes}"
    rest = [n.name for n in order if n.kind == "complement" and n.inputs == (gate,)]
    if any(name in n.inputs for name in rest for n in order if n.kind == "product"):
        text += ", the rest is from before" if done == "is written" else ", the rest is new"
    return {"text": text, "node": gate}


def _thing(name: str, product: Node, notation: Notation) -> tuple[str, str]:
    """What a node is called in a sentence, and what becomes of it behind the gate; "" of
    what has no name."""
    node = notation.nodes[name]
    if node.kind == "previous":
        roots = [notation.nodes[root] for root in notation.roots]
        kept = any(product.name in (root.name, *root.inputs) for root in roots)
        old = "the old state" if name == "a_prev" else "the old memory"
        return old, "is kept" if kept else "is let in"
    shown = {gate.name: gate for gate in notation.cell.shown_gates}
    if name in shown:
        return f"the {name} {{value:{name}}}", "is written"
    held = [notation.roots[one] for one in (name, *node.inputs) if one in notation.roots]
    if held:
        return "the state" if held[0] == "a" else "the memory", "is shown"
    return "", ""
