"""The lines of the script that lay a stage's parameters side by side, and take them apart again."""

from rnnviz.core.calculus import Block, Derived, Node
from rnnviz.export.script.names import Names

WIDTH = 110  # characters of a line that can be put otherwise
_X = Node("name", ("x",))


def rows(at: int) -> str:
    """The slice of the at-th n_a rows."""
    return f"{_times(at)}:{_times(at + 1)}"


def _times(count: int) -> str:
    return "" if not count else "n_a" if count == 1 else f"{count} * n_a"


def inputs(derived: Derived, stage: int) -> str:
    """The slice of the rows of x."""
    return f"{_times(len(derived.stages[stage].looks))}:-1"


def packed(names: Names) -> list[str]:
    """Each stage's parameters, one product for all."""
    lines = []
    for at, stage in enumerate(names.derived.stages):
        W = f"W{names.suffix(at)}"
        each = [f"[{', '.join(_row(names, block, stage.looks))}]" for block in stage.blocks]
        said = "; ".join([*_said(names, at), "x_t", "1"])
        if len(each) == 1:
            lines.append(f"{W} = np.hstack({each[0]})  # acts on [{said}]")
        else:
            why = f"  # one product with [{said}] serves all"
            rows = [f"rows = {', '.join(each)}{why}"]
            if len(rows[0]) > WIDTH:
                rows = [f"rows = ({why}", *(f"    {row}," for row in each), ")"]
            lines += [*rows, f"{W} = np.vstack([np.hstack(row) for row in rows])"]
    return lines


def _said(names: Names, at: int) -> list[str]:
    derived = names.derived
    if derived.stages[at].kind == "later":
        return [names.of(look) for look in derived.looks(at)]
    return [look.replace("_prev", "_{t-1}") for look in derived.looks(at)]


def _row(names: Names, block: Block, looks: tuple[Node, ...]) -> list[str]:
    """A block's matrices in the order of what its stage sees, zeros where it does not look."""
    parts = (*looks, _X)
    bias = names.of(block.bias) if block.bias else "np.zeros((n_a, 1), x.dtype)"
    if [seen for _, seen in block.matrices] == [parts]:
        return [names.of(block.matrices[0][0]), bias]
    entries = []
    for part in parts:
        width = "n_x" if part == _X else "n_a"
        terms = [
            names.of(W) + (f"[:, {_columns(seen, part)}]" if len(seen) > 1 else "")
            for W, seen in block.matrices
            if part in seen
        ]
        entries.append(" + ".join(terms) or f"np.zeros((n_a, {width}), x.dtype)")
    return [*entries, bias]


def _columns(seen: tuple[Node, ...], part: Node) -> str:
    at = seen.index(part)
    end = "" if at == len(seen) - 1 else _sum((*seen[: at + 1],))
    return f"{_sum(seen[:at])}:{end}"


def _sum(parts: tuple[Node, ...]) -> str:
    units = _times(len(parts) - (_X in parts))
    return " + ".join([one for one in (units, "n_x" if _X in parts else "") if one])


def unpacked(names: Names) -> list[str]:
    """The gradients of those parameters, by name again."""
    lines = []
    for at, stage in enumerate(names.derived.stages):
        dW, parts = f"dW{names.suffix(at)}", (*stage.looks, _X)
        each = [f"{dW}_{block.letter}" for block in stage.blocks]
        if len(each) > 1:
            lines.append(f"{', '.join(each)} = np.split({dW}, {len(each)})")
        for row, block in zip(each if len(each) > 1 else [dW], stage.blocks, strict=True):
            values = {}
            for W, seen in block.matrices:
                columns = [f"{row}[:, {_place(parts, part)}]" for part in seen]
                whole = seen == parts
                text = columns[0] if len(columns) == 1 else f"np.hstack([{', '.join(columns)}])"
                values[f"d{names.of(W)}"] = f"{row}[:, :-1]" if whole else text
            if block.bias:
                values[f"d{names.of(block.bias)}"] = f"{row}[:, -1:]"
            lines.append(f"{', '.join(values)} = {', '.join(values.values())}")
    return lines


def _place(parts: tuple[Node, ...], part: Node) -> str:
    at = parts.index(part)
    return f"{_times(at)}:-1" if part == _X else rows(at)
