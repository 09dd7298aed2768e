"""What a cell's equations amount to: values, products, and what hangs on what."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from rnnviz.core.calculus.blocks import Block, Stage
from rnnviz.core.calculus.expression import Node, letters, name, parts
from rnnviz.core.calculus.layout import Layout
from rnnviz.core.calculus.parse import Equations


@dataclass(frozen=True)
class Edge:
    """dL/d`target` += dL/d`source` times `factor`; a softmax pulls all its units at once."""

    source: str
    target: str
    factor: Node
    softmax: bool = False

    @property
    def letters(self) -> list[str]:
        """What the factor is made of."""
        return letters(self.factor)


@dataclass(frozen=True, eq=False)
class Derived:
    """A cell as its equations have it.

    `lines` hold the blocks by letter, as they are written; `values` are what a step computes one
    after another, by name: states, lines that are needed twice, and what later stages look at
    (`_look..`). `once` hangs on parameters alone. `order` are ("product", stage) and ("value",
    name) as they can be computed. `kept` are functions' values that the way back needs.
    """

    equations: Equations
    lines: dict[str, Node]
    once: dict[str, Node]
    values: dict[str, Node]
    order: tuple[tuple[str, int | str], ...]
    stages: tuple[Stage, ...]
    kept: dict[Node, str]
    edges: tuple[Edge, ...]
    vector_edges: tuple[Edge, ...]
    layout: Layout

    @property
    def states(self) -> tuple[str, ...]:
        """The hidden state a first, then the others as they appear."""
        return ("a", *(one for one in self.equations.states if one != "a"))

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Every block in the engine's order: by stage, sigmoids before tanhs."""
        return tuple(block for stage in self.stages for block in stage.blocks)

    @cached_property
    def vectors(self) -> tuple[str, ...]:
        """The parameters that are no matrix and no block's bias."""
        biases = {block.bias for block in self.blocks}
        return tuple(one for one in self.equations.vectors if one not in biases)

    @cached_property
    def lasting(self) -> tuple[str, ...]:
        """What is stored of every step besides blocks, states and looks."""
        lines = (one for one in self.values if one not in self.states and one[:5] != "_look")
        return (*lines, *self.kept.values())

    @cached_property
    def looked_at(self) -> tuple[str, ...]:
        """The states that the first product sees, by their own names."""
        first = (stage for stage in self.stages if stage.kind == "first")
        return tuple(look.args[0].removesuffix("_prev") for one in first for look in one.looks)

    def looks(self, stage: int) -> tuple[str, ...]:
        """The names of what a stage sees besides x."""
        one = self.stages[stage]
        if one.kind != "later":
            return tuple(look.args[0] for look in one.looks)
        return tuple(f"_look{stage}_{at}" for at in range(len(one.looks)))

    def look(self, letter: str) -> tuple[int, int] | None:
        """The stage that a value is looked at by, and its place there; None of other values."""
        stages = (at for at, stage in enumerate(self.stages) if stage.kind == "later")
        every = {one: (at, n) for at in stages for n, one in enumerate(self.looks(at))}
        return every.get(letter)

    def gradient(self, letter: str) -> tuple[str | int, ...]:
        """Where dL/d(a value that is no state) is: the view of a step's stack (`Writer`)."""
        look = self.look(letter)
        return ("look", *look) if look else ("slot", self.layout.places[letter][0])

    @cached_property
    def jacobian_of(self) -> frozenset[str]:
        """What a step's Jacobian hangs on: `x`, states before the step (`a_prev`), parameters."""
        return self._leaves(one for factor in self._back for one in letters(factor))

    @property
    def steady(self) -> bool:
        """Whether that is parameters alone: all steps of all sequences have the same Jacobian."""
        return not self.jacobian_of & {"x", *(f"{state}_prev" for state in self.states)}

    @cached_property
    def linear(self) -> bool:
        """Whether a step is linear in the states before it, at least between corners."""
        inside = self._leaves(one for factor in self._back for one in _smooth(factor))
        return not any(f"{state}_prev" in inside for state in self.states)

    @property
    def only_shown(self) -> bool:
        """Whether no later step sees the hidden state, which is read out of the others."""
        return not any("a_prev" in letters(line) for line in self.equations.lines.values())

    @cached_property
    def _back(self) -> list[Node]:
        """The local derivatives on the ways from a state to the states before the step."""

        @cache
        def leads(one: str) -> bool:
            block = next((block for block in self.blocks if block.letter == one), None)
            looks = (seen for look in block.looks for seen in letters(look)) if block else ()
            felt = (edge.target for edge in self.edges if edge.source == one)
            return one.endswith("_prev") or any(map(leads, (*looks, *felt)))

        return [edge.factor for edge in self.edges if leads(edge.target)]

    def _leaves(self, some: Iterable[str]) -> frozenset[str]:
        """What these values are made of, down to inputs, states before the step and parameters."""
        made = self.once | self.values | {letter: node for node, letter in self.kept.items()}
        seen = {block.letter: [*block.looks] for block in self.blocks}
        for block in self.blocks:
            seen[block.letter] += [name("x")] * any(name("x") in of for _, of in block.matrices)
        found, waiting = set[str](), [*some]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                below = seen.get(one, [made[one]] if one in made else [])
                waiting += [letter for node in below for letter in letters(node)]
        return frozenset(found - {*made, *seen})


def _smooth(factor: Node) -> list[str]:
    """The letters of a local derivative but for those that only say on which side of a corner."""
    if factor.op in ("greater", "not_less", "sign"):
        return []
    return letters(factor) if not parts(factor) else [z for u in parts(factor) for z in _smooth(u)]
