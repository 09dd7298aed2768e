"""A cell's equations as they are printed: from the text as it was written, nothing shortened."""

from collections.abc import Callable, Mapping

from rnnviz.core.calculus.expression import FUNCTIONS, Node, walk
from rnnviz.core.calculus.expression import letters as letters_of
from rnnviz.core.calculus.graph import Derived

_STRENGTH = {"add": 1, "sub": 1, "mul": 2, "div": 2, "neg": 1, "matmul": 2}
_SIGNS = {"add": " + ", "sub": " - ", "div": " / "}
Letters = Mapping[str, str]  # how some letters are written, where not as they are


def line(derived: Derived, letters: Letters, letter: str) -> str:
    r"""One equation, c_t = f_t \odot c_{t-1} + ..."""
    node = derived.equations.lines[letter]
    right = _printed(node, lambda one: symbol(derived, letters, one), r"\odot")
    return f"{symbol(derived, letters, letter)} = {right}"


def numbers(derived: Derived, words: Letters, letter: str) -> str:
    r"""The same as a template for one unit's numbers, {c} = {forget} \cdot {c_prev} + ..

    `words` are the places of letters, where not their own names.
    """
    node = derived.lines[letter]

    def place(one: str) -> str:
        return f"{{{words.get(one, one)}}}"

    right = _printed(node.args[0] if node.op == "softmax" else node, place, r"\cdot")
    if node.op == "softmax":
        right = rf"e^{{{{{right}}}}} \big/ \textstyle\sum_j e^{{{{z_j}}}}"
    return f"{place(letter)} = {right}"


def symbol(derived: Derived, letters: Letters, letter: str) -> str:
    """What a letter is written as: a value of this step, of the step before, or a parameter."""
    if letter in derived.equations.parameters:
        return letters.get(letter) or parameter(letter)
    if not_in_time(derived, letter):
        return letters.get(letter, letter)
    if letter.endswith("_prev"):
        letter = letter.removesuffix("_prev")
        return f"{letters.get(letter, letter)}_{{t-1}}"
    return f"{letters.get(letter, letter)}_t"


def not_in_time(derived: Derived, letter: str) -> bool:
    """Whether a line hangs on parameters alone, and so is the same at every step."""
    lines, vectors = derived.equations.lines, derived.equations.vectors
    return letter in lines and not any(node.op == "matmul" for node in walk(lines[letter])) and all(
        one in vectors or not_in_time(derived, one) for one in letters_of(lines[letter])
    )  # fmt: skip


def parameter(letter: str) -> str:
    """W_{f}."""
    return f"{letter[0]}_{{{letter[1:]}}}" if letter[1:] else letter


def _printed(node: Node, leaf: Callable[[str], str], times: str, within: int = 0) -> str:
    if node.op == "name":
        return leaf(node.args[0])
    if node.op == "number":
        return f"{node.args[0]:g}"
    strength = _STRENGTH.get(node.op)
    if strength is None:
        inner = ", ".join(_printed(one, leaf, times) for one in node.args)
        inner = f"0, {inner}" if node.op == "relu" else inner
        return f"{FUNCTIONS[node.op].latex}({inner})"
    if node.op == "matmul":
        W, *seen = node.args
        text = [_printed(one, leaf, times, 0 if len(seen) > 1 else 3) for one in seen]
        return (
            f"{parameter(W)} [{', '.join(text)}]" if len(seen) > 1 else f"{parameter(W)} {text[0]}"
        )
    if node.op == "div" and times == r"\odot":
        above, below = (_printed(one, leaf, times) for one in node.args)
        return rf"\frac{{{above}}}{{{below}}}"
    sign = _SIGNS.get(node.op, f" {times} ")
    if node.op == "mul" and times == r"\odot" and any(one.op == "number" for one in node.args):
        sign = r"\, "
    after = strength + (node.op in ("sub", "div"))  # what stands behind a minus keeps its brackets
    args = [_printed(one, leaf, times, strength if not at else after)
            for at, one in enumerate(node.args)]  # fmt: skip
    text = f"-{_printed(node.args[0], leaf, times, 2)}" if node.op == "neg" else sign.join(args)
    return f"({text})" if strength < within else text
