"""A cell's equations and its chain rule as JavaScript, for assets/engine.

It is written when a page is made, from what `core/calculus` derives, so that the page needs no
`new Function`. Operations are those of the engine in their order; a value (n_a, m) lies row by row,
`v_` before its letter, `d_` before what the loss feels of it.
"""

import json
from collections.abc import Iterable

from rnnviz.core.calculus import Node, infix
from rnnviz.core.calculus.expression import FUNCTIONS, factors_of, letters, name, replaced
from rnnviz.core.calculus.graph import Derived, Edge
from rnnviz.core.cells import Cell
from rnnviz.core.diagram import nodes
from rnnviz.export.page.described import described, drawn

_CALLS = {one: f"Math.{one}({{}})" for one in FUNCTIONS}
_CALLS |= {"relu": "Math.max(0, {})", "sign": "Math.sign({})", "sigmoid": "sigmoid({})"}
_CALLS |= {"softplus": "softplus({})", "greater": "greater({})", "not_less": "notLess({})"}
_FRESH = "new Float64Array(size)"


def written(cell: Cell, origin: Cell | None = None) -> str:
    """The object of JavaScript that `WrittenCell` in assets/engine/types.d.ts tells of; a person's
    own cell has an origin, whose weights it shares."""
    more = {"origin": drawn(origin)} if origin else {}
    data = json.dumps(described(cell) | more)[1:-1]
    functions = (
        *_held(cell),
        *_once(cell.derived),
        *_step(cell.derived),
        *_back(cell.derived, cell.late),
    )
    return "\n".join(["{", f"{data},", *functions, "}"])


def _text(derived: Derived, node: Node, within: int = 0) -> str:
    """An expression at place j of the arrays, or at row u of parameters."""
    fixed = {*derived.vectors, *derived.once}
    return infix(node, lambda one: f"v_{one}[{'u' if one in fixed else 'j'}]", _CALLS, within)


def _taken(names: Iterable[str], source: str, start: str = "v_") -> list[str]:
    return [f"const {start}{one} = {source}.{one};" for one in names]


def _loop(lines: Iterable[str], fixed: bool) -> list[str]:
    row = ["const u = Math.floor(j / m);"] if fixed else []
    return ["for (let j = 0; j < size; j++) {", *row, *lines, "}"]


def _hangs(derived: Derived, *nodes: Node) -> bool:
    """Whether any is made of parameters, too."""
    return bool({*derived.vectors, *derived.once} & {z for node in nodes for z in letters(node)})


def _held(cell: Cell) -> list[str]:
    """What the nodes that hang on parameters alone hold, as `diagram.parameter_values`."""
    each = (
        f"{json.dumps(node.name)}: Float64Array.from({{ length: rows }}, "
        f"(_, u) => {_text(cell.derived, node.formula)}),"
        for node in nodes(cell)
        if node.formula is not None
    )
    vectors = _taken(cell.derived.vectors, "p")
    return ["held(p, rows) {", *vectors, "return {", *each, "};", "},"]


def _once(derived: Derived) -> list[str]:
    lines = [f"const {{ {', '.join(f'{z}: v_{z}' for z in derived.vectors)} }} = p;"]
    for letter, node in derived.once.items():
        first = f"v_{derived.vectors[0]}"
        lines.append(f"const v_{letter} = {first}.map((_, u) => {_text(derived, node)});")
    given = ", ".join(f"{one}: v_{one}" for one in derived.once)
    back = _taken((*derived.vectors, *derived.once), "p")
    back += _taken((*derived.vectors, *derived.once), "felt", "d_")
    for letter, node in derived.once.items():
        for one, factor in factors_of(node).items():
            back.append(
                f"d_{one}.forEach((_, u) => {{ d_{one}[u] += "
                f"d_{letter}[u] * {_text(derived, factor, 4)}; }});"
            )
    return ["once(p) {", *lines, f"return {{ {given} }};", "},",
            "onceBack(p, felt) {", *back, "},"]  # fmt: skip


def _step(derived: Derived) -> list[str]:
    """One step forward: every value by its letter, the states before it, too."""
    before = [f"{state}_prev" for state in derived.states]
    lines = [f"const v_{one} = before.{one.removesuffix('_prev')};" for one in before]
    lines += [f"const size = v_{before[0]}.length;"]
    lines += _taken((*derived.vectors, *derived.once), "fixed")
    known, written_already = list(before), dict[Node, str]()
    for kind, key in derived.order:
        if kind == "product":
            rows = [block.letter for block in derived.stages[int(key)].blocks]
            looks = ", ".join(f"v_{one}" for one in derived.looks(int(key)))
            named = ", ".join(f"v_{one}" for one in rows)
            lines.append(f"const [{named}] = product({key}, [{looks}]);")
            known += rows
            continue
        node = derived.values[str(key)]
        if node.op == "softmax":
            lines.append(f"const v_{key} = softmax(v_{node.args[0].args[0]}, m);")
            known.append(str(key))
            continue
        body, made = list[str](), list[str]()

        def shorter(one: Node) -> Node | None:
            if one not in derived.kept:
                return None
            letter = derived.kept[one]
            if one not in written_already:
                written_already[one] = letter
                inner = Node(one.op, tuple(replaced(arg, shorter) for arg in one.args))
                made.append(letter)  # noqa: B023  # used in this turn of the loop alone
                body.append(f"v_{letter}[j] = {_text(derived, inner)};")  # noqa: B023
            return name(letter)

        value = _text(derived, replaced(node, shorter))
        made.append(str(key))
        lines += [f"const v_{one} = {_FRESH};" for one in made]
        lines += _loop([*body, f"v_{key}[j] = {value};"], _hangs(derived, node))
        known += made
    given = ", ".join(f"{one}: v_{one}" for one in known)
    return ["step(before, product, fixed, m) {", *lines, f"return {{ {given} }};", "},"]


def _back(derived: Derived, late: str | None) -> list[str]:
    """One step backward: dL/d(every value, and every state before the step)."""
    layout, edges = derived.layout, (*derived.layout.edges, *derived.vector_edges)
    fixed = dict.fromkeys((*derived.vectors, *derived.once))
    used = dict.fromkeys(z for edge in edges for z in edge.letters if z not in fixed)
    lines = ["const size = upstream.length;", *_taken(used, "v"), *_taken(fixed, "fixed")]
    softmaxes = dict.fromkeys(edge.source for edge in layout.edges if edge.softmax)

    def summed(letter: str, *more: str) -> list[str]:
        """dL/d(a letter), from the values that are made of it."""
        own = [layout.edges[at] for at in layout.places.get(letter, ())]
        whole = " + ".join([*more, *(_term(derived, edge) for edge in own)]) or "0"
        loop = _loop([f"d_{letter}[j] = {whole};"], _hangs(derived, *(e.factor for e in own)))
        return [f"const d_{letter} = {_FRESH};", *loop]

    for kind, key in reversed(derived.order):
        if kind == "product":
            blocks = [block.letter for block in derived.stages[int(key)].blocks]
            for letter in blocks:
                lines += summed(letter)
            dz = ", ".join(f"d_{letter}" for letter in blocks)
            lines.append(f"const looks{key} = product({key}, [{dz}]);")
            continue
        more = [f"next.{key}[j]"] if key in derived.states else []
        more += ["upstream[j]"] if key == "a" else []
        if look := derived.look(str(key)):
            more.append(f"looks{look[0]}[{look[1]}][j]")
        lines += summed(str(key), *more)
        if key in softmaxes:
            lines.append(f"const s_{key} = softmaxBack(d_{key}, v_{key}, m);")
        for edge in (edge for edge in derived.vector_edges if edge.source == key):
            lines += _loop([f"felt.{edge.target}[u] += {_term(derived, edge)};"], True)
    first = next((at for at, one in enumerate(derived.stages) if one.kind == "first"), None)
    for state in derived.states:
        more = []
        if first is not None and f"{state}_prev" in derived.looks(first):
            more = [f"looks{first}[{derived.looks(first).index(f'{state}_prev')}][j]"]
        lines += summed(f"{state}_prev", *more)
    known = [*derived.states, *(f"{state}_prev" for state in derived.states)]
    known += [late] if late and late not in known else []
    given = ", ".join(f"{one}: d_{one}" for one in known)
    return ["back(v, next, upstream, product, fixed, felt, m) {", *lines,
            f"return {{ {given} }};", "},"]  # fmt: skip


def _term(derived: Derived, edge: Edge) -> str:
    if edge.softmax:
        return f"s_{edge.source}[j]"
    return f"d_{edge.source}[j] * {_text(derived, edge.factor, 4)}"
