"""The loop of a cell's steps forward, as text; and what is computed once, before it."""

from collections.abc import Callable
from functools import lru_cache

from rnnviz.core.calculus.expression import Node
from rnnviz.core.calculus.graph import Derived
from rnnviz.core.calculus.writer import Code, Writer, compiled, constants, text, unpacked


@lru_cache(maxsize=128)
def forward(derived: Derived) -> Code:
    """`forward(steps, products, vectors, numbers, scratch)`: all steps, the first first."""
    w = Writer(derived)
    for kind, key in derived.order:
        if kind == "value":
            w.into(derived.values[str(key)], w.view("value", key))
            continue
        stage = derived.stages[int(key)]
        if stage.kind == "ahead":
            continue
        z = w.view("z", key)
        w.call(f"product{key}", w.view("operand", key), z)
        kinds = [block.squash for block in stage.blocks]
        squashed = z if all(kinds) else w.view("squashed", key) if any(kinds) else ""
        if squashed:
            w.call("tanh", squashed, squashed)
        if "sigmoid" in kinds:  # 1/2 + tanh(z/2)/2: these rows come in halved
            half, opened = w.number(0.5), w.view("sigmoid", key)
            w.call("multiply", opened, half, opened)
            w.call("add", opened, half, opened)
    products = [f"product{at}" for at in range(len(derived.stages))]
    scratch = [f"scratch{at}" for at in range(w.scratch)]
    whole = "\n".join([
        "def forward(steps, products, vectors, numbers, scratch):",
        *unpacked(products, "products"), *constants(derived),
        *unpacked(w.numbers.values(), "numbers"), *unpacked(scratch, "scratch"),
        f"    for {', '.join(w.views.values())}, in steps:",
        *(f"        {line}" for line in w.lines),
    ])  # fmt: skip
    numbers = tuple(w.numbers)
    return Code(
        whole, compiled(whole, "forward"), tuple(w.views), numbers=numbers, scratch=w.scratch
    )


@lru_cache(maxsize=128)
def once(derived: Derived) -> Code:
    """`once(vectors)`: what hangs on parameters alone, from those, in the order of `once`."""
    names = ", ".join(f"v_{one}" for one in derived.once)
    whole = "\n".join([
        "def once(vectors):",
        *unpacked([f"v_{one}" for one in derived.vectors], "vectors"),
        *(f"    v_{one} = {text(node)}" for one, node in derived.once.items()),
        f"    return ({names},)" if names else "    return ()",
    ])  # fmt: skip
    return Code(whole, compiled(whole, "once"), ())


@lru_cache(maxsize=512)
def function_of(node: Node, names: tuple[str, ...]) -> Callable:
    """The function of some names that computes an expression."""
    whole = "\n".join(["def value(names):", *unpacked([f"v_{n}" for n in names], "names"),
                       f"    return {text(node)}"])  # fmt: skip
    return compiled(whole, "value")
