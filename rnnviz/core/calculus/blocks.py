"""The matrix products of equations: blocks of n_a rows, and the stages in which they are taken."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from rnnviz.core.calculus.expression import (
    Node,
    letters,
    made,
    name,
    parts,
)
from rnnviz.core.calculus.parse import Equations

KINDS = ("sigmoid", "tanh", "")  # in this order, so that one tanh serves all gates of a stage


@dataclass(frozen=True)
class Block:
    """n_a rows W @ [parts] + .. + bias, squashed by "sigmoid", "tanh" or not at all ("").

    `matrices` are (name, what it sees); `letter` is what the value is called; `line` the equation
    that it comes from.
    """

    letter: str
    line: str
    squash: str
    matrices: tuple[tuple[str, tuple[Node, ...]], ...]
    bias: str

    @property
    def looks(self) -> tuple[Node, ...]:
        """What it sees besides x, each once."""
        seen = dict.fromkeys(part for _, entries in self.matrices for part in entries)
        return tuple(part for part in seen if part != name("x"))


@dataclass(frozen=True)
class Stage:
    """Blocks whose products are one: `looks` is what they see together, besides x and a one.

    `kind` is "ahead" (inputs alone: all steps at once), "first" (states before the step) or "later"
    (what is known within the step only).
    """

    kind: str
    looks: tuple[Node, ...]
    blocks: tuple[Block, ...]


def extracted(equations: Equations) -> tuple[dict[str, Node], list[Block]]:
    """The lines with each block's letter in its place (a gate's own line is left out), and the
    blocks as they appear."""
    reader = _Extractor(equations)
    lines = {}
    for target, node in equations.lines.items():
        first = len(reader.blocks)
        lines[target] = reader.read(node, target)
        own = [at for at in range(first, len(reader.blocks)) if reader.blocks[at].line == target]
        squash = lines[target].op if lines[target].op in ("sigmoid", "tanh") else ""
        inner = lines[target].args[0] if squash else lines[target]
        if own and inner == name(reader.blocks[own[-1]].letter) and target not in equations.states:
            block = reader.blocks[own[-1]]
            reader.blocks[own[-1]] = replace(block, letter=target, squash=squash)
            del lines[target]
    return lines, reader.blocks


class _Extractor:
    def __init__(self, equations: Equations):
        counted = [one for node in equations.lines.values() for one in letters(node)]
        self.biases = {v for v in equations.vectors if counted.count(v) == 1}
        self.blocks: list[Block] = []

    def read(self, node: Node, line: str) -> Node:
        if node.op not in ("add", "sub", "matmul"):
            return Node(node.op, tuple(
                self.read(one, line) if isinstance(one, Node) else one for one in node.args
            )) if parts(node) else node  # fmt: skip
        terms = _terms(node)
        products = [term for sign, term in terms if sign > 0 and term.op == "matmul"]
        if not products:
            return Node(node.op, tuple(
                self.negative(one, line) for one in node.args
            ))  # fmt: skip
        free = (t.args[0] for sign, t in terms if sign > 0 and t.op == "name")
        bias = next((letter for letter in free if letter in self.biases), "")
        total = self.block(products, bias, line)
        for sign, term in terms:
            if term not in products and term != name(bias):
                total = made("add" if sign > 0 else "sub", total, self.negative(term, line))
        return total

    def negative(self, node: Node, line: str) -> Node:
        """A part of a sum that holds no product, or one that is subtracted."""
        return self.block([node], "", line) if node.op == "matmul" else self.read(node, line)

    def block(self, products: list[Node], bias: str, line: str) -> Node:
        matrices = []
        for product in products:
            W, *entries = product.args
            matrices.append((W, tuple(self.read(one, line) for one in entries)))
        count = sum(block.line == line for block in self.blocks)
        letter = f"z_{line}{count + 1 if count else ''}"
        self.blocks.append(Block(letter, line, "", tuple(matrices), bias))
        return name(letter)


def _terms(node: Node) -> list[tuple[int, Node]]:
    """A sum as its terms, each with its sign."""
    if node.op == "add":
        return [term for one in node.args for term in _terms(one)]
    if node.op == "sub":
        left, right = (_terms(one) for one in node.args)
        return left + [(-sign, term) for sign, term in right]
    return [(1, node)]


def depths(blocks: list[Block], within: Callable[[Node], Iterable[str]]) -> dict[str, int]:
    """How many products stand before each block's in a step, by its letter; -1: it sees no state.

    `within` are the letters of the blocks that an expression hangs on.
    """
    depth: dict[str, int] = {}
    for block in blocks:  # what one hangs on comes before it
        plain = all(look.op == "name" and look.args[0].endswith("_prev") for look in block.looks)
        before = (depth[letter] for look in block.looks for letter in within(look))
        within_step = 1 + max(before, default=0)
        depth[block.letter] = -1 if not block.looks else 0 if plain else max(1, within_step)
    return depth


def staged(blocks: Iterable[Block], depth: dict[str, int]) -> tuple[Stage, ...]:
    """Blocks of one depth together, in their order."""
    stages = []
    for level in sorted(set(depth.values())):
        some = tuple(block for block in blocks if depth[block.letter] == level)
        looks = tuple(dict.fromkeys(look for block in some for look in block.looks))
        stages.append(Stage("ahead" if level < 0 else "later" if level else "first", looks, some))
    return tuple(stages)
