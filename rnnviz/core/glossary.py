"""The glossary: every symbol and every control, each in one sentence, a formula, a unit, a lesson.

What is shown anywhere stands in glossary.toml, and tests/test_glossary.py goes over all: a cell's
letters, the nodes of its diagram, the rows of the tape, the axes of the pictures, the controls.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from rnnviz.core.cells import CELLS


@dataclass(frozen=True)
class Term:
    """One thing that is shown: its key, its group, and what is said of it.

    `symbol` is its letter in LaTeX or the words at its control, `formula` LaTeX or "", `unit` its
    shape, range or unit, `lesson` the name of the lesson that shows it best, or "". `axes` is a
    pattern of the titles of axes that mean it.
    """

    key: str
    group: str
    symbol: str
    sentence: str
    formula: str = ""
    unit: str = ""
    lesson: str = ""
    axes: str = ""


_FILE = Path(__file__).with_suffix(".toml")
GLOSSARY = MappingProxyType(
    {key: Term(key, **said) for key, said in tomllib.loads(_FILE.read_text("utf-8")).items()}
)


def term(key: str) -> Term:
    """The term of a key; of a state or gate that has none of its own, that of all such.

    >>> term("gate-forget").sentence
    'The forget gate: how much of the old memory is kept.'
    >>> term("gate-k7").key
    'gate'
    """
    return GLOSSARY.get(key) or GLOSSARY[key.partition("-")[0]]


def of_axis(title: str) -> Term | None:
    """What the title of an axis means.

    >>> of_axis("norm of dL/dc").key, of_axis("unit of a").key
    ('norm', 'unit')
    """
    title = title.replace("<br>", " ")
    if re.fullmatch("[a-z]", title):  # some units of a state
        return term(f"state-{title}")
    if any(title == cell.title for cell in CELLS.values()):
        return GLOSSARY["cell"]
    named = (one for one in GLOSSARY.values() if one.axes and re.fullmatch(one.axes, title))
    return next(named, None)


_SIGNS = {  # LaTeX's words of the table, as letters
    r"\\lVert ?": "‖", r" ?\\rVert": "‖", r"\\partial ?": "d", r"\\sigma": "σ", r"\\theta": "θ",
    r"\\beta": "β", r"\\times": "×", r"\\cdot": "·", r"\\div": "÷", r"\\in": "∈",
    r"\\leftarrow": "←",
    r"\\imath": "ı", r"\\mathbb\{R\}": "ℝ", r"\\sqrt\{": "√{", r"\\sqrt": "√", r"\\sum": "Σ",
    r"\\(textstyle|,|\s)": "", r"\\(mathrm|text)\{([^}]*)\}": r"\2",
    r"\\(tanh|exp|log|ln|max|min|sin|cos)": r"\1",
}  # fmt: skip


def plain(latex: str) -> str:
    r"""A formula without LaTeX, with "_{..}" and "^{..}" for what stands lower and higher.

    >>> plain(r"\tilde c_t = \tanh(W_c [a_{t-1}, x_t] + b_c)")
    'c̃_{t} = tanh(W_{c} [a_{t−1}, x_{t}] + b_{c})'
    """
    for pattern, letter in _SIGNS.items():
        latex = re.sub(pattern, letter, latex)
    latex = re.sub(r"\\tilde ?(\w)", "\\1\u0303", latex)
    latex = re.sub(r"√\{ ?\}", "√", latex)
    latex = re.sub(r"√\{(.*)\}$", r"√(\1)", latex)
    latex = re.sub(r"([_^])(\w)", r"\1{\2}", latex)
    return re.sub(r"(?<![A-Za-z])-|-(?![A-Za-z])", "−", latex)


def told(key: str) -> str:
    """A term as Markdown, for the help beside a control: its sentence, then its formula and unit,
    then the ways to its lesson and to the glossary.

    >>> told("seed").splitlines()[0]
    'The number that all random numbers follow from: the same seed gives the same picture.'
    """
    one = GLOSSARY.get(key)
    if one is None:
        return ""
    formula = f"${one.formula}$" if one.formula else ""
    facts = " · ".join(part for part in (formula, one.unit) if part)
    lesson = f"[Lesson](Lessons?lesson={one.lesson})" if one.lesson else ""
    every = f"[Glossary](Glossary?term={one.key})"
    return "\n\n".join(part for part in (one.sentence, facts, f"{lesson} {every}".strip()) if part)
