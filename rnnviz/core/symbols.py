"""Inputs with a meaning: a text of symbols, a step each, and the numbers that stand for them."""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from rnnviz.core.errors import ExperimentError, shown

MOST_SYMBOLS = 200  # steps that a text may have
MOST_LETTERS = 2000
SPACE = "\u2423"  # how a space is written under a step
VOCABULARY = (  # of the built-in reviews, enough to turn a verdict round
    *("the", "film", "plot", "music", "ending", "is", "not", "but", "although", "nobody", "says"),
    *("that", "for", "my", "friends", "really", "very", "good", "lovely", "bad", "dull", "boring"),
)


@dataclass(frozen=True)
class Symbols:
    """What texts of one kind are made of: each symbol and its column (n_x,) of numbers.

    `between` stands between two symbols of a text, `text` is the one where none is given. A step is
    named by its symbol where it is `named`.
    """

    codes: MappingProxyType[str, tuple[float, ...]]
    text: str
    between: str = ""
    named: bool = True

    @property
    def n_x(self) -> int:
        """How many numbers stand for a symbol."""
        return len(next(iter(self.codes.values())))

    def read(self, text: str) -> tuple[str, ...]:
        """The symbols of a text, of the own one where it is empty. Raises ExperimentError."""
        if not isinstance(text, str):
            raise ExperimentError(f"text must be text, got {shown(repr(text))}")
        text = (text or self.text).lower()
        symbols = tuple(text.split() if self.between else text)[: MOST_LETTERS + 1]
        unknown = next((one for one in symbols if one not in self.codes), None)
        if unknown is not None:
            every = ", ".join(SPACE if one == " " else one for one in self.codes)
            raise ExperimentError(f"text must be made of {every}, got {shown(unknown)}")
        if not 1 <= len(symbols) <= MOST_SYMBOLS:
            raise ExperimentError(
                f"text must have 1 to {MOST_SYMBOLS} symbols, a step each, got {len(symbols)}"
            )
        return symbols

    def written(self, symbols: tuple[str, ...]) -> str:
        """The text of symbols."""
        return self.between.join(symbols)

    def rows(self, text: str) -> np.ndarray:
        """The input of a text, (n_x, T_x)."""
        return np.array([self.codes[one] for one in self.read(text)]).T

    def words(self, text: str) -> tuple[str, ...]:
        """What its steps are called."""
        return tuple(SPACE if one == " " else one for one in self.read(text)) if self.named else ()

    def edited(self, text: str, t: int, row: int) -> str:
        """The text after a click on one number of the input, step and row from 0: of a number for
        each symbol that symbol; else the next one.

        >>> BRACKETS.edited("(()", 2, 0), PULSES.edited(".+.", 0, 0)
        ('(((', '++.')
        """
        symbols, every = list(self.read(text)), list(self.codes)
        if self.n_x == len(every) and every[row] != symbols[t]:
            symbols[t] = every[row]
        else:
            symbols[t] = every[(every.index(symbols[t]) + 1) % len(every)]
        return self.written(tuple(symbols))


def _one_each(symbols: tuple[str, ...]) -> MappingProxyType:
    """Each symbol as a 1 in a place of its own."""
    return MappingProxyType(
        {one: tuple(map(float, column)) for one, column in
         zip(symbols, np.eye(len(symbols)), strict=True)}
    )  # fmt: skip


PULSES = Symbols(
    MappingProxyType({".": (0.0,), "+": (1.0,), "-": (-1.0,)}),
    "..+.........-.................", named=False,
)  # fmt: skip
BRACKETS = Symbols(_one_each(tuple("()")), "(()(()))()((()))")
LETTERS = Symbols(_one_each(tuple("abcdefghijklmnopqrstuvwxyz ")), "the cat sat on the mat")
REVIEW = Symbols(
    _one_each(VOCABULARY), "the plot is dull but the music is really very good", " "
)  # fmt: skip
