"""The inputs x that an Experiment may feed to its cell."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np


@dataclass(frozen=True)
class Signal:
    """An input by name; `sentence` says what it is, `title` names it in menus (else its name).

    `rows` (n_x, T_x, series) gives it as (n_x, T_x), the same for every sequence, so that sequences
    differ by a0 alone; None where the seed's own Gaussian numbers are the input.
    """

    name: str
    sentence: str
    rows: Callable[[int, int, tuple], np.ndarray] | None
    title: str = ""


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
        )
    }
)


def make(signal: str, drawn: np.ndarray, series: tuple) -> np.ndarray:
    """The input (n_x, m, T_x); `drawn` is the seed's Gaussian of it, `series` (T_x, n_x).

    >>> make("step", np.zeros((1, 1, 4)), ())
    array([[[0., 0., 1., 1.]]])
    """
    rows = SIGNALS[signal].rows
    if rows is None:
        return drawn
    n_x, _, T_x = drawn.shape
    return np.broadcast_to(rows(n_x, T_x, series)[:, None, :], drawn.shape).astype(float)
