"""Formulas as the lines of a script: what a cell calls its arrays, and one assignment for each."""

import ast
import inspect
import keyword
from collections.abc import Iterable

from rnnviz.core.cells import Cell
from rnnviz.export.script.symbols import Symbol

_TAKEN = set(  # names that the rest of the script uses
    "Path np random x y t m n_x n_a n_y T_x a0 gain labels G loss upstream one phase series "
    "names shown needed felt arrays sigmoid softmax norm glorot recurrent rows d z_y log_y hit "
    "W W_late v v_late operand d_operand dW dW_late dz dz_late dv dv_late da_operand da_past "
    "given beside worst where there here finite scale gap".split()
)


def names(cell: Cell) -> list[str]:
    """What a cell's `step` calls its arguments: gates, states before, states after, internals."""
    parameters = list(inspect.signature(cell.step).parameters)
    gates = [gate.name for gate in cell.all_gates]
    states = [*(f"{state}_prev" for state in cell.states), *cell.states]
    plain = [*gates, *states, *(f"kept{j + 1}" for j in range(cell.internals))]
    ours = _TAKEN | {f"{sign}{name}" for name in parameters for sign in ("z_", "d")}
    ours |= set(cell.draws)
    standard = (
        len(parameters) == len(plain)
        and parameters[len(gates) : len(gates) + len(states)] == states
    )
    fine = all(name.isidentifier() and not keyword.iskeyword(name) for name in parameters)
    return parameters if standard and fine and not set(parameters) & ours else plain


class Lines:
    """Formulas as assignments; what has got a name once is called by it from then on.

    What contains a call and is needed twice gets a line of its own.
    """

    def __init__(self):
        self.named: dict[int, str] = {}  # by the identity of a node, which its place keeps alive

    def of(self, targets: dict[str, Symbol]) -> list[str]:
        """One assignment for each target, each in need only of what stands before it."""
        order = sorted(targets, key=lambda name: _depth(targets[name].node))
        uses, lines, named = _uses(t.node for t in targets.values()), list[str](), self.named
        for name in order:
            node = targets[name].node
            for part in sorted(ast.walk(node), key=_depth):
                shared = uses[id(part)] > 1 and id(part) not in named
                if part is not node and shared and _dear(part):
                    title = f"part{len(named) + 1}"
                    lines.append(f"{title} = {_text(part, named)}")
                    named[id(part)] = title
            lines.append(f"{name} = {_text(node, named)}")
            if not isinstance(node, ast.Name | ast.Constant):
                named.setdefault(id(node), name)
        return lines


def _uses(nodes: Iterable[ast.expr]) -> dict[int, int]:
    """How many formulas, or parts of formulas, stand on each part."""
    uses: dict[int, int] = {}
    seen: set[int] = set()
    waiting: list[ast.AST] = list(nodes)
    while waiting:
        node = waiting.pop()
        uses[id(node)] = uses.get(id(node), 0) + 1
        if id(node) not in seen:
            seen.add(id(node))
            waiting += ast.iter_child_nodes(node)
    return uses


def _dear(node: ast.AST) -> bool:
    kinds = (ast.Call, ast.BinOp)
    return isinstance(node, kinds) and any(isinstance(one, ast.Call) for one in ast.walk(node))


def _text(node: ast.AST, named: dict[int, str]) -> str:
    class Named(ast.NodeTransformer):
        def visit(self, inner):
            if id(inner) in named:
                return ast.Name(named[id(inner)])
            return _rebuilt(inner, self)

    return ast.unparse(Named().visit(node))


def _rebuilt(node, visitor):
    """A copy with its parts visited: the original stays as other formulas know it."""
    parts = {
        name: [visitor.visit(one) for one in value] if isinstance(value, list)
        else visitor.visit(value) if isinstance(value, ast.AST) else value
        for name, value in ast.iter_fields(node)
    }  # fmt: skip
    return type(node)(**parts)


def _depth(node: ast.AST) -> int:
    return 1 + max((_depth(inner) for inner in ast.iter_child_nodes(node)), default=0)
