"""What a cell becomes without one of its gates: text in, text out, all other lines as they are."""

import ast
from functools import lru_cache
from typing import NamedTuple

from rnnviz.core.cells.base import CELLS
from rnnviz.core.cells.own import cleaned, own
from rnnviz.core.errors import ExperimentError


class Edit(NamedTuple):
    """A gate by its name, what stands in its place ("1", "0", "i", "1 - i", said in `words`), and
    the equations that this leaves."""

    gate: str
    becomes: str
    words: str
    equations: str


def equations_of(origin: str, equations: str = "") -> str:
    """The text of a cell: a person's own, or the registered one's.

    >>> equations_of("lstm").splitlines()[-1]
    'a = o * tanh(c)'
    """
    return (cleaned(equations) or cleaned(CELLS[origin].text)).strip("\n")


@lru_cache(maxsize=128)
def edits(origin: str, equations: str = "") -> tuple[Edit, ...]:
    """Every way to take a sigmoid gate away, or to tie it to another one, that leaves a cell.

    >>> [edit.words for edit in edits("gru") if edit.gate == "update"]
    ['1, always open', '1 - reset, tied', 'reset, the same']
    """
    text = equations_of(origin, equations)
    opened = {g.letter: g.name for g in own(text, origin).shown_gates if g.squash == "sigmoid"}
    possible = []
    for letter, gate in opened.items():
        others = [(other, name) for other, name in opened.items() if other != letter]
        ways = [("1", "1, always open"), ("0", "0, always shut")]
        ways += [(f"1 - {other}", f"1 - {name}, tied") for other, name in others]
        ways += [(other, f"{name}, the same") for other, name in others]
        for becomes, words in ways:
            try:
                left = without(text, letter, becomes)
                own(left, origin)
            except ExperimentError:  # nothing is left to learn from, or it would come too late
                continue
            possible.append(Edit(gate, becomes, words, left))
    return tuple(possible)


def without(equations: str, letter: str, becomes: str) -> str:
    """The equations with something else in a line's place, and without what that leaves unused.

    >>> print(without("f = sigmoid(W @ x)\\nc = f * c_prev + U @ x\\na = c", "f", "1"))
    c = c_prev + U @ x
    a = c
    """
    lines = equations.split("\n")
    tree = ast.parse(equations).body
    put = _Put(letter, ast.parse(becomes, mode="eval").body)
    written = {}
    for one in tree:
        assert isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
        place = slice(one.lineno - 1, one.end_lineno)
        before = ast.unparse(one)
        after = ast.unparse(put.visit(one))
        text = lines[place] if after == before else [after]
        written[one.targets[0].id] = (place, text, one)
    gone = _unused(written, {letter})
    whole = list(lines)
    for name, (place, text, _) in reversed(written.items()):
        whole[place] = [] if name in gone else text
    return "\n".join(whole)


def _unused(written: dict, gone: set[str]) -> set[str]:
    """The lines to leave out: those that are gone, and those that only they needed."""
    while True:
        kept = [one for name, (_, _, one) in written.items() if name not in gone]
        used = {n.id for one in kept for n in ast.walk(one.value) if isinstance(n, ast.Name)}
        more = {name for name in written if name not in gone | {"a"} and name not in used
                and f"{name}_prev" not in used}  # fmt: skip
        if not more:
            return gone
        gone = gone | more


class _Put(ast.NodeTransformer):
    """Something else in a name's place; what is then a product with 1 or 0 is carried out."""

    def __init__(self, letter: str, other: ast.expr):
        self.letter, self.other = letter, other

    def visit_Name(self, node: ast.Name):
        reads = isinstance(node.ctx, ast.Load) and node.id == self.letter
        return self.other if reads else node

    def visit_List(self, node: ast.List):
        """What a matrix sees: it does not see what is 0."""
        self.generic_visit(node)
        seen = [one for one in node.elts if _number(one) != 0]
        return seen[0] if len(seen) == 1 else ast.List(seen, ast.Load())

    def visit_BinOp(self, node: ast.BinOp):
        self.generic_visit(node)
        left, right = _number(node.left), _number(node.right)
        match node.op:
            case ast.Mult() if 0 in (left, right):
                return ast.Constant(0)
            case ast.Mult() if 1 in (left, right):
                return node.right if left == 1 else node.left
            case ast.Add() if 0 in (left, right):
                return node.right if left == 0 else node.left
            case ast.Sub() if right == 0:
                return node.left
            case ast.Sub() if left is not None and right is not None:
                return ast.Constant(left - right)
            case ast.Sub() if left == 1 and (inner := _complement(node.right)) is not None:
                return inner
        return node


def _number(node: ast.expr) -> float | None:
    return node.value if isinstance(node, ast.Constant) else None


def _complement(node: ast.expr) -> ast.expr | None:
    """u, of 1 - u."""
    match node:
        case ast.BinOp(left, ast.Sub(), right) if _number(left) == 1:
            return right
    return None
