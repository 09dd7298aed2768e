"""The inputs x that an Experiment may feed to its cell."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from rnnviz.core.symbols import BRACKETS, LETTERS, PULSES, REVIEW, Symbols


@dataclass(frozen=True)
class Signal:
    """An input by name; `sentence` says what it is, `title` names it in menus (else its name).

    `rows` (n_x, T_x, series) gives it as (n_x, T_x), the same for every sequence, so that sequences
    differ by a0 alone; None where the seed's own Gaussian numbers are the input, or where a text of
    `symbols` is.
    """

    name: str
    sentence: str
    rows: Callable[[int, int, tuple], np.ndarray] | None
    title: str = ""
    symbols: Symbols | None = None


def _impulse(n_x, T_x, series):
    return np.tile(np.arange(T_x) == T_x // 10, (n_x, 1))


def _step(n_x, T_x, series):
    return np.tile(np.arange(T_x) >= T_x // 2, (n_x, 1))


def _sine(n_x, T_x, series):
    return np.sin(2 * np.pi * (np.arange(T_x) / 25 + np.arange(n_x)[:, None] / n_x))


def _csv(n_x, T_x, series):
    return np.array(series).T


SIGNALS = MappingProxyType(
    {
        signal.name: signal
        for signal in (
            Signal("gaussian", "standard normal numbers, as in the notebook", None),
            Signal(
                "impulse", "one at a single step, a tenth of the way in; zero elsewhere", _impulse
            ),
            Signal("step", "zero in the first half, one in the second", _step),
            Signal("sine", "one period every 25 steps, shifted from input to input", _sine),
            Signal("csv", "your own numbers, one row per time step", _csv, "your own CSV"),
            Signal(
                "pulses",
                "a pulse here and there to be remembered: . is 0, + is 1, - is −1",
                None,
                "pulses to remember",
                PULSES,
            ),
            Signal(
                "brackets",
                "brackets that open and close, a number for each",
                None,
                "a bracket word",
                BRACKETS,
            ),
            Signal(
                "letters",
                "the letters of a short text, a number for each",
                None,
                "the letters of a text",
                LETTERS,
            ),
            Signal(
                "review",
                "the words of a short review, a number for each",
                None,
                "a short review",
                REVIEW,
            ),
        )
    }
)


def make(signal: str, drawn: np.ndarray, series: tuple, text: str = "") -> np.ndarray:
    """The input (n_x, m, T_x); `drawn` is the seed's Gaussian of it, `series` (T_x, n_x),
    `text` what a signal of symbols reads.

    >>> make("step", np.zeros((1, 1, 4)), ())
    array([[[0., 0., 1., 1.]]])
    """
    rows, symbols = SIGNALS[signal].rows, SIGNALS[signal].symbols
    if rows is None and symbols is None:
        return drawn
    n_x, _, T_x = drawn.shape
    x = symbols.rows(text) if symbols else rows(n_x, T_x, series)
    return np.broadcast_to(x[:, None, :], drawn.shape).astype(float)
