"""LaTeX as MathML, which every browser sets by itself: as much of it as the lessons write."""

import re
from html import escape

from rnnviz.core.errors import ExperimentError

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[^\s]", re.DOTALL)
_LETTERS = {"sigma": "σ", "partial": "∂", "tanh": "tanh", "ln": "ln"}
_SIGNS = {"pm": "±", "times": "×", "top": "⊤", "ddots": "⋱", "to": "→"}
_SPACES = {",": 0.17, "qquad": 2}  # in the width of an m
_MATRIX = list("{pmatrix}")  # what stands behind \\begin and \\end


def mathml(latex: str, block: bool = False) -> str:
    """A formula; ExperimentError names what it knows no sign for.

    >>> mathml(r"f^k = \\frac12")[6:54]
    '<mrow><msup><mi>f</mi><mi>k</mi></msup><mo>=</mo'
    """
    tokens = _TOKEN.findall(latex)
    row = _row(tokens)
    shown = ' display="block"' if block else ""
    return f"<math{shown}>{row}</math>"


def _row(tokens: list[str], ends: str = "") -> str:
    """Everything up to one of the tokens `ends`, which stays."""
    parts = list[str]()
    while tokens and tokens[0] not in ends.split():
        parts.append(_scripted(tokens))
    if ends and not tokens:
        raise ExperimentError(f"a formula must go on to {ends}, got its end")
    return f"<mrow>{''.join(parts)}</mrow>"


def _scripted(tokens: list[str]) -> str:
    """One thing with what stands below and above it."""
    base, scripts = _whole(tokens), dict[str, str]()
    while tokens and tokens[0] in ("_", "^"):
        way = tokens.pop(0)
        scripts[way] = _one(tokens)
    name = {"_": "msub", "^": "msup", "_^": "msubsup"}.get("".join(sorted(scripts, reverse=True)))
    every = "".join(scripts[way] for way in ("_", "^") if way in scripts)
    return f"<{name}>{base}{every}</{name}>" if name else base


def _whole(tokens: list[str]) -> str:
    """A number with all its digits, or one thing."""
    digits = ""
    while tokens and re.fullmatch(r"\d|\.", tokens[0]):
        digits += tokens.pop(0)
    return f"<mn>{digits}</mn>" if digits else _one(tokens)


def _one(tokens: list[str]) -> str:
    if not tokens:
        raise ExperimentError("a formula must say what stands there, got nothing")
    token = tokens.pop(0)
    if token == "{":
        row = _row(tokens, "}")
        tokens.pop(0)
        return row
    if token in ("}", "&"):
        raise ExperimentError(f"a formula must open what it closes, got {token}")
    if token.startswith("\\"):
        return _command(token[1:], tokens)
    if token.isdigit():
        return f"<mn>{token}</mn>"
    if token.isalpha():
        return f"<mi>{token}</mi>"
    return f"<mo>{escape(token.replace('-', '−'))}</mo>"


def _command(name: str, tokens: list[str]) -> str:
    if name in _LETTERS:
        gap = len(_LETTERS[name]) > 1 and tokens[:1] != ["("]  # of a function: ln 2, but tanh(2)
        return f"<mi>{_LETTERS[name]}</mi>{_space(0.17) if gap else ''}"
    if name in _SIGNS:
        return f"<mo>{_SIGNS[name]}</mo>"
    if name in _SPACES:
        return _space(_SPACES[name])
    if name == "frac":
        return f"<mfrac>{_one(tokens)}{_one(tokens)}</mfrac>"
    if name == "sqrt":
        return f"<msqrt>{_one(tokens)}</msqrt>"
    if name == "tilde":
        return f'<mover accent="true">{_one(tokens)}<mo>~</mo></mover>'
    if name == "begin" and tokens[: len(_MATRIX)] == _MATRIX:
        return _matrix(tokens)
    raise ExperimentError(f"a formula must be made of what mathml.py knows, got \\{name}")


def _space(width: float) -> str:
    return f'<mspace width="{width}em"></mspace>'


def _matrix(tokens: list[str]) -> str:
    del tokens[: len(_MATRIX)]
    rows = [[_row(tokens, r"& \\ \end")]]
    while tokens[0] != r"\end":
        if tokens.pop(0) == "&":
            rows[-1].append(_row(tokens, r"& \\ \end"))
        else:
            rows.append([_row(tokens, r"& \\ \end")])
    del tokens[: 1 + len(_MATRIX)]
    lines = ("".join(f"<mtd>{one}</mtd>" for one in row) for row in rows)
    table = "".join(f"<mtr>{line}</mtr>" for line in lines)
    return f"<mtable>{table}</mtable>"  # the page's style draws its brackets
