"""The deriver: from equations to what hangs on what within a step, by which local derivative."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from rnnviz.core.calculus.blocks import Block, depths, extracted, staged
from rnnviz.core.calculus.expression import (
    FUNCTIONS,
    ONE,
    OPERATIONS,
    ZERO,
    Node,
    factors_of,
    letters,
    mul,
    name,
    parts,
    replaced,
    sub,
    walk,
)
from rnnviz.core.calculus.graph import Derived, Edge
from rnnviz.core.calculus.layout import laid_out
from rnnviz.core.calculus.parse import Equations, parse
from rnnviz.core.calculus.simplify import blended, shortened
from rnnviz.core.errors import ExperimentError

MOST_BLOCKS, MOST_FACTORS = 8, 4000


@lru_cache(maxsize=128)
def derived(text: str, activation: str = "tanh") -> Derived:
    """All that follows from equations; ExperimentError where no cell can be made of them."""
    return of_equations(parse(text, activation))


def of_equations(equations: Equations) -> Derived:
    """The same of equations that are read."""
    lines, blocks = extracted(equations)
    if not 1 <= len(blocks) <= MOST_BLOCKS:
        raise ExperimentError(f"products must be 1 to {MOST_BLOCKS}, got {len(blocks)}")
    return _Deriver(equations, lines, blocks).derived()


class _Deriver:
    def __init__(self, equations: Equations, lines: dict[str, Node], blocks: list[Block]):
        self.equations, self.lines = equations, lines
        self.once: dict[str, Node] = {}
        self.values: dict[str, Node] = {}
        inline: dict[str, Node] = {}
        looks = [look for block in blocks for look in block.looks]
        used = [one for node in (*lines.values(), *looks) for one in letters(node)]
        self.letters = {block.letter: block for block in blocks}
        always = {*equations.states, *equations.told}
        for target, node in lines.items():
            node = self.ready(node, inline)
            shown = node.op in ("sigmoid", "tanh") and any(self.hangs_on(node))
            if node.op == "name" and node.args[0] in self.once and target not in always:
                inline[target] = node
            elif target in always or used.count(target) > 1 or shown:
                self.values[target] = node
            else:
                inline[target] = node
        seen = {look: self.ready(look, inline, False) for look in looks}
        self.blocks = [
            replace(block, matrices=tuple(
                (W, tuple(seen.get(entry, entry) for entry in entries))
                for W, entries in block.matrices
            ))
            for block in blocks
        ]  # fmt: skip
        self.letters = {block.letter: block for block in self.blocks}

    def ready(self, node: Node, inline: dict[str, Node], top: bool = True) -> Node:
        """With lines that are needed once in their place, blends, and what is computed once."""
        node = replaced(node, lambda one: inline.get(one.args[0]) if one.op == "name" else None)
        return self.apart(self.hoisted(blended(node)), top)

    def hoisted(self, node: Node) -> Node:
        """Parts that hang on parameters alone by names of their own."""

        def once(one: Node) -> Node | None:
            plain = replaced(one, lambda n: self.once.get(n.args[0]) if n.op == "name" else None)
            names = letters(plain)
            alike = not any(part.op == "softmax" for part in walk(plain))
            fixed = names and {*names} <= {*self.equations.vectors}
            if one.op not in OPERATIONS or not fixed or not alike:
                return None
            known = {node: letter for letter, node in self.once.items()}
            letter = known.setdefault(plain, f"_once{len(known)}")
            self.once[letter] = plain
            return name(letter)

        return replaced(node, once)

    def apart(self, node: Node, top: bool) -> Node:
        """A softmax is a value of its own, and so is what it takes, if that is no raw block."""
        if not parts(node):
            return node
        if node.op == "softmax":
            inner = self.apart(node.args[0], False)
            block = self.letters.get(inner.args[0]) if inner.op == "name" else None
            if not (block and not block.squash) and inner.args[0] not in self.values:
                inner = self.added(inner)
            node = Node("softmax", (inner,))
            return node if top else self.added(node)
        return Node(node.op, tuple(self.apart(one, False) for one in node.args))

    def added(self, node: Node) -> Node:
        letter = f"_value{len(self.values)}"
        self.values[letter] = node
        return name(letter)

    def hangs_on(self, node: Node) -> Iterator[str]:
        """The blocks that an expression hangs on within the step."""
        for letter in letters(node):
            if letter in self.letters:
                yield letter
                for look in self.letters[letter].looks:
                    yield from self.hangs_on(look)
            elif letter in self.values:
                yield from self.hangs_on(self.values[letter])

    def derived(self) -> Derived:
        depth = depths(self.blocks, self.hangs_on)
        stages = staged(self.blocks, depth)
        for at, stage in enumerate(stages):
            if stage.kind == "later":
                self.values |= {f"_look{at}_{n}": look for n, look in enumerate(stage.looks)}
        order = self.scheduled(stages)
        self.values = {str(key): self.values[str(key)] for kind, key in order if kind == "value"}
        edges, vector_edges, kept = self.edges()
        names = [one for one in self.values if any(edge.source == one for edge in edges)]
        layout = laid_out(edges, self.blocks, depth, names)
        at = {block: number for number, block in enumerate(layout.blocks)}
        stages = tuple(
            replace(s, blocks=tuple(sorted(s.blocks, key=lambda b: at[b.letter]))) for s in stages
        )
        return Derived(self.equations, self.lines, self.once, self.values, order, stages, kept,
                       edges, vector_edges, layout)  # fmt: skip

    def scheduled(self, stages) -> tuple[tuple[str, int | str], ...]:
        """What can be computed when: values as soon as they are known, then the next product."""
        order: list[tuple[str, int | str]] = []
        waiting, at, done = dict(self.values), 0, set[str]()
        while waiting or at < len(stages):
            ready = next((one for one, node in waiting.items() if not (
                {*letters(node)} & ({*self.letters, *self.values} - done)
            )), None)  # fmt: skip
            if ready is not None:
                order.append(("value", ready))
                done.add(ready)
                del waiting[ready]
                continue
            order.append(("product", at))
            done |= {block.letter for block in stages[at].blocks}
            at += 1
        return tuple(order)

    def edges(self) -> tuple[tuple[Edge, ...], tuple[Edge, ...], dict[Node, str]]:
        """Local derivatives; which functions' values they need; all called by shorter names."""
        raw = [edge for source in self.values for edge in self.local(source)]
        every = (one for edge in raw for one in walk(edge.factor))
        if next(islice(every, MOST_FACTORS, None), None):  # they grow fast in what nests
            raise ExperimentError(
                f"equations must have derivatives of at most {MOST_FACTORS} operations, got more"
            )
        known = {node: letter for letter, node in self.values.items() if parts(node)}
        forward = {one for node in self.values.values() for one in walk(node)
                   if one.op in FUNCTIONS} - set(known)  # fmt: skip
        needed = dict.fromkeys(
            one for edge in raw for one in walk(shortened(edge.factor, known)) if one in forward
        )
        kept = {node: f"_kept{at}" for at, node in enumerate(needed)}
        done = [replace(edge, factor=shortened(edge.factor, known | kept)) for edge in raw]
        always = {one for one in self.values if one in self.equations.states or one[:5] == "_look"}
        while unfelt := [e for e in done if e.source not in always | {e.target for e in done}]:
            done = [edge for edge in done if edge not in unfelt]  # its factors have cancelled out
        felt, last = {edge.target for edge in done}, next(reversed(self.values))
        done += [Edge(last, one, ZERO) for one in self.letters if one not in felt]
        vectors = {*self.equations.vectors, *self.once}
        return (tuple(edge for edge in done if edge.target not in vectors),
                tuple(edge for edge in done if edge.target in vectors), kept)  # fmt: skip

    def local(self, source: str) -> list[Edge]:
        node = self.values[source]
        if node.op == "softmax":
            return [Edge(source, node.args[0].args[0], name(source), True)]
        edges = []
        for target, factor in factors_of(node).items():
            block = self.letters.get(target)
            if block and block.squash == "sigmoid":
                factor = mul(mul(factor, name(target)), sub(ONE, name(target)))
            elif block and block.squash == "tanh":
                factor = mul(factor, sub(ONE, mul(name(target), name(target))))
            if factor != ZERO:
                edges.append(Edge(source, target, factor))
        return edges
