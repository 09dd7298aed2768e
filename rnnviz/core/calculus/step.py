"""One step of a cell for many states at once, as text: every value by name, nothing in place."""

from collections.abc import Mapping
from functools import lru_cache

from rnnviz.core.calculus.expression import Node, letters, name, parts
from rnnviz.core.calculus.graph import Derived
from rnnviz.core.calculus.writer import Code, compiled, constants, text, unpacked


@lru_cache(maxsize=128)
def step(derived: Derived, held: tuple[str, ...] = ()) -> Code:
    """`step(products, vectors, before, values)`: the value of every letter, from the states before.

    A product is called with what it looks at and gives the rows of its blocks, squashed; `before`
    are the states in the order of `states`. The operations are those of `forward`, in their order;
    letters that are `held` have those of `values`, in their order, in place of their own.
    """
    products = [f"product{at}" for at in range(len(derived.stages))]
    known, lines = {f"{state}_prev" for state in derived.states}, []
    kept, written = dict(derived.kept), dict[Node, str]()
    for kind, key in derived.order:
        if kind == "value":
            known.add(str(key))
            value = _called(derived.values[str(key)], written)
            lines.append(f"v_{key} = {text(value)}" if key not in held
                         else f"v_{key} = held_{key}")  # fmt: skip
        else:
            rows = [block.letter for block in derived.stages[int(key)].blocks]
            known |= {*rows}
            seen = "".join(f"v_{look}, " for look in derived.looks(int(key)))
            lines.append(f"{', '.join(f'v_{one}' for one in rows)}, = product{key}(({seen}))")
            lines += [f"v_{one} = held_{one}" for one in rows if one in held]
        for node in [node for node in kept if {*letters(node)} - _fixed(derived) <= known]:
            known.add(letter := kept.pop(node))
            lines.append(f"v_{letter} = {text(_called(node, written))}")
            written[node] = letter
    whole = "\n".join([
        "def step(products, vectors, before, values=()):",
        *unpacked([f"held_{one}" for one in held], "values"),
        *unpacked(products, "products"), *constants(derived),
        *unpacked([f"v_{state}_prev" for state in derived.states], "before"),
        *(f"    {line}" for line in lines),
        "    return {", *(f"        {one!r}: v_{one}," for one in sorted(known)), "    }",
    ])  # fmt: skip
    return Code(whole, compiled(whole, "step"), ())


def _called(node: Node, written: Mapping[Node, str]) -> Node:
    """The node with what is computed already called by its name, in the same order."""
    if node in written:
        return name(written[node])
    if not parts(node):
        return node
    return Node(node.op, tuple(_called(one, written) for one in node.args))


def _fixed(derived: Derived) -> set[str]:
    return {*derived.vectors, *derived.once}
