"""Shorter forms of the same formulas: blends, and products that are known already."""

from collections.abc import Mapping

from rnnviz.core.calculus.expression import ONE, Node, add, made, mul, name, parts, sub


def blended(node: Node) -> Node:
    """u p + (1 - u) q as q + u (p - q), wherever it stands."""
    if not parts(node) or node.op == "matmul":
        return node
    node = Node(node.op, tuple(map(blended, node.args)))
    if node.op == "add" and all(one.op == "mul" for one in node.args):
        for one, other in (node.args, node.args[::-1]):
            for u, p in (one.args, one.args[::-1]):
                for complement, q in (other.args, other.args[::-1]):
                    if complement == Node("sub", (ONE, u)):
                        return add(q, mul(u, sub(p, q)))
    return made(node.op, *node.args)


def shortened(node: Node, known: Mapping[Node, str]) -> Node:
    """The node with what has a name called by it, also within products.

    Where u v is known, u (1 - v^2) becomes u - (u v) v.
    """
    if node in known:
        return name(known[node])
    if node.op != "mul":
        if not parts(node):
            return node
        return made(node.op, *(shortened(one, known) for one in node.args))
    factors = _factors(node)
    for product, letter in known.items():
        rest = _without(factors, _factors(product)) if product.op == "mul" else None
        if rest is not None:
            factors = [name(letter), *rest]
    for one in factors:
        v = _of_square(one)
        for u in factors if v else ():
            for product in (Node("mul", (u, v)), Node("mul", (v, u))):
                if u != one and product in known:
                    rest = _without(factors, [u, one]) or []
                    factors = [sub(u, mul(name(known[product]), v)), *rest]
                    return _product(factors, known)
    return _product(factors, known)


def _product(factors: list[Node], known: Mapping[Node, str]) -> Node:
    whole, *rest = (shortened(one, known) if one.op != "mul" else one for one in factors)
    for one in rest:
        whole = mul(whole, one)
    return whole


def _factors(node: Node) -> list[Node]:
    if node.op == "mul":
        return [factor for one in node.args for factor in _factors(one)]
    return [node]


def _without(factors: list[Node], some: list[Node]) -> list[Node] | None:
    """The others, where all of `some` are among the factors."""
    rest = list(factors)
    for one in some:
        if one not in rest:
            return None
        rest.remove(one)
    return rest


def _of_square(node: Node) -> Node | None:
    """v, of 1 - v^2."""
    if node.op == "sub" and node.args[0] == ONE and node.args[1].op == "mul":
        left, right = node.args[1].args
        return left if left == right else None
    return None
