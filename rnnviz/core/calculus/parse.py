"""Equations read from text, which is parsed and never evaluated."""

import ast
import keyword
import math
import re
import textwrap
import warnings
from typing import NamedTuple

from rnnviz.core.calculus.expression import FUNCTIONS, Node, letters, name, walk
from rnnviz.core.errors import ExperimentError, shown

MOST_EQUATIONS, MOST_OPERATIONS, MOST_STATES, MOST_LETTERS = 20, 200, 6, 4000
MOST_IN_ONE, MOST_OF_A_NAME = 60, 16  # operations of one equation; letters of a name
_SIGNS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div"}
_KEPT = {"x", "y", "activation", *FUNCTIONS}  # names that have a meaning already
_PLAIN = re.compile(r"[A-Za-z0-9_ \t\n=+\-*/@.,()\[\]#]")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class Equations(NamedTuple):
    """Lines by what they define, in order; states, matrices, vectors, and all parameters as they
    appear; and lines that are told of a step although no other state hangs on them."""

    lines: dict[str, Node]
    states: tuple[str, ...]
    matrices: tuple[str, ...]
    vectors: tuple[str, ...]
    parameters: tuple[str, ...]
    told: tuple[str, ...] = ()


def parse(text: str, activation: str = "tanh") -> Equations:
    """Read equations, one a line; `activation(..)` is the function of that name.

    `W @ [a_prev, x]` is a matrix, a name that no line defines a vector of parameters, s_prev the
    state s before the step. Raises ExperimentError with one sentence and its place.

    >>> parse("a = tanh(W @ [a_prev, x] + b)").parameters
    ('W', 'b')
    """
    try:
        return _Reader(textwrap.dedent(text), activation).equations()
    except RecursionError:  # of what nests a thousandfold
        raise ExperimentError("equations must nest less to be read, got too deep ones") from None


class _Reader:
    def __init__(self, text: str, activation: str):
        self.activation = activation
        self.tree = _tree(text)
        self.known: list[str] = []
        self.targets = self._targets()
        self.matrices: list[str] = []
        self.vectors: list[str] = []
        self.parameters: list[str] = []
        self.inside = False  # of what a matrix sees

    def equations(self) -> Equations:
        lines: dict[str, Node] = {}
        operations = 0
        for statement, target in zip(self.tree, self.targets, strict=True):
            assert isinstance(statement, ast.Assign)
            here = sum(isinstance(n, ast.BinOp | ast.UnaryOp | ast.Call)
                       for n in ast.walk(statement.value))  # fmt: skip
            operations += here
            if here > MOST_IN_ONE or operations > MOST_OPERATIONS:
                most = f"at most {MOST_OPERATIONS} operations, {MOST_IN_ONE} in one of them"
                raise _wrong(f"equations must have {most}, got more", statement)
            lines[target] = self.read(statement.value)
            self.known.append(target)
        used = {one for node in lines.values() for one in letters(node)}
        states = tuple(s for s in self.targets if f"{s}_prev" in used or s == "a")
        self._check(lines, states, used)
        kinds = (self.matrices, self.vectors, self.parameters)
        return Equations(lines, states, *(tuple(dict.fromkeys(kind)) for kind in kinds))

    def _targets(self) -> list[str]:
        if not 1 <= len(self.tree) <= MOST_EQUATIONS:
            raise ExperimentError(
                f"equations must be 1 to {MOST_EQUATIONS}, got {len(self.tree)} lines of them"
            )
        names: list[str] = []
        for one in self.tree:
            if not (isinstance(one, ast.Assign) and len(one.targets) == 1
                    and isinstance(one.targets[0], ast.Name)):  # fmt: skip
                raise _wrong("a line must be one equation, name = .., got another one", one)
            target = one.targets[0].id
            _check_name(target, one)
            if target in names or target in _KEPT or target.endswith("_prev"):
                what = "a name that has no meaning yet"
                raise _wrong(f"an equation must define {what}, got {target}", one)
            names.append(target)
        return names

    def _check(self, lines, states, used) -> None:
        if "a" not in lines:
            raise ExperimentError("equations must define a, the hidden state, got none that does")
        if len(states) > MOST_STATES:
            raise ExperimentError(f"states must be at most {MOST_STATES}, got {len(states)}")
        if not any(n.op == "matmul" and name("x") in n.args for one in lines.values()
                   for n in walk(one)):  # fmt: skip
            raise ExperimentError("equations must look at the input, W @ x, got none that does")
        for target in lines:
            if target not in used and target not in states:
                raise ExperimentError(f"every equation must be used, got {target} that is not")

    def read(self, node: ast.expr) -> Node:
        match node:
            case ast.Constant(value=int() | float() as v) if not isinstance(v, bool):
                if abs(v) > 1e30 or not math.isfinite(v):
                    raise _wrong("a number must be at most 1e30, got a larger one", node)
                return Node("number", (v,))
            case ast.Name():
                return self.name(node)
            case ast.UnaryOp(ast.USub(), operand):
                return Node("neg", (self.read(operand),))
            case ast.BinOp(left, ast.MatMult(), right):
                return self.product(left, right)
            case ast.BinOp(left, op, right) if type(op) in _SIGNS:
                args = self.read(left), self.read(right)
                return Node(_SIGNS[type(op)], args)
            case ast.Call(ast.Name(id), args, []):
                function = self.activation if id == "activation" else id
                if function == "linear" and id == "activation" and len(args) == 1:
                    return self.read(args[0])
                if function not in FUNCTIONS or len(args) != FUNCTIONS[function].count:
                    known = ", ".join(FUNCTIONS)
                    got = f"{shown(id)} of {len(args)}"
                    raise _wrong(f"a function must be one of {known}, max and min of two, "
                                 f"got {got}", node)  # fmt: skip
                return Node(function, tuple(self.read(one) for one in args))
        got = shown(ast.unparse(node))
        raise _wrong(f"an equation must be made of names, numbers, + - * / @ and calls, got {got}",
                     node)  # fmt: skip

    def name(self, node: ast.Name) -> Node:
        letter = node.id
        _check_name(letter, node)
        if letter == "x" and not self.inside:
            raise _wrong("x must stand behind a matrix, W @ x, got it without one", node)
        if letter in self.known or letter == "x":
            return name(letter)
        if letter in self.targets:
            raise _wrong(f"{letter} must be defined before it is used, got it too early", node)
        if letter.endswith("_prev"):
            if letter.removesuffix("_prev") not in self.targets:
                raise _wrong(f"{letter} must be of a state that a line defines, got none", node)
            return name(letter)
        if letter in _KEPT or letter in self.matrices:
            raise _wrong(f"{letter} must not be a vector, got it as one", node)
        self.vectors.append(letter)
        self.parameters.append(letter)
        return name(letter)

    def product(self, left: ast.expr, right: ast.expr) -> Node:
        W = left.id if isinstance(left, ast.Name) else ""
        taken = {*self.targets, *self.matrices, *self.vectors, *_KEPT}
        if not W or W in taken or W.endswith("_prev"):
            raise _wrong("a matrix must be a name of its own before @, used once, got "
                         f"{shown(ast.unparse(left))}", left)  # fmt: skip
        _check_name(W, left)
        self.matrices.append(W)
        self.parameters.append(W)
        entries = right.elts if isinstance(right, ast.List) else [right]
        before, self.inside = self.inside, True
        seen = []
        for one in entries:
            if not (isinstance(one, ast.Name) and one.id == "x"):
                self.inside = False
            seen.append(self.read(one))
            self.inside = True
        self.inside = before
        if seen.count(name("x")) > 1 or len(set(seen)) < len(seen) or not seen:
            raise _wrong(f"{W} must see different things, got one of them twice", right)
        for part in seen:
            changing = {"x", *self.known, *(f"{s}_prev" for s in self.targets)}
            if not changing & set(letters(part)) and not any(n.op == "matmul" for n in walk(part)):
                raise _wrong(f"{W} must see what changes in time, got parameters alone", right)
        return Node("matmul", (W, *seen))


def _tree(text: str) -> list[ast.stmt]:
    for at, letter in enumerate(text):
        if not _PLAIN.match(letter):
            line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
            raise ExperimentError(
                f"equations must be made of plain letters, digits and signs, got {letter!r} "
                f"in line {line}, column {column}"
            )
    if len(text) > MOST_LETTERS:
        raise ExperimentError(f"equations must be at most {MOST_LETTERS} letters, got {len(text)}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return ast.parse(text).body
    except SyntaxError as error:
        place = f"line {error.lineno}, column {error.offset}"
        raise ExperimentError(f"equations must be read as name = .., got none in {place}") from None
    except (RecursionError, MemoryError, ValueError):
        raise ExperimentError("equations must be shorter to be read, got too long ones") from None


def _check_name(letter: str, node: ast.AST) -> None:
    fine = _NAME.fullmatch(letter) and len(letter) <= MOST_OF_A_NAME
    if not fine or keyword.iskeyword(letter) or letter.startswith("z_"):
        what = f"a letter first, at most {MOST_OF_A_NAME} and no z_ before them"
        raise _wrong(f"a name must have {what}, got {shown(letter)}", node)


def _wrong(sentence: str, node: ast.AST) -> ExperimentError:
    line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1
    return ExperimentError(f"{sentence} in line {line}, column {column}")
