"""What stands in a film's rows: the run's numbers with their colours and scales."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from rnnviz.core.types import Run
from rnnviz.figures import parts, theme

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
DECADES = theme.DECADES
_LEVELS = 1024  # of a colour scale


@dataclass(frozen=True, eq=False)
class Row:
    """One quantity as units x time.

    `numbers` (n, T_x) are the run's own, `shown` what is coloured, between `limits`; `ends` are the
    numbers at the limits; `hue` is its name in theme.py; `per_unit` tells whether the chosen unit
    is one of its rows, `felt` whether it is a gradient.
    """

    title: str
    hue: str
    numbers: np.ndarray
    shown: np.ndarray
    limits: tuple[float, float]
    ends: tuple[float, float]
    per_unit: bool = True
    felt: bool = False


def forward(run: Run, sequence: int) -> list[Row]:
    """What comes in, every gate, every state, each (n, T_x)."""
    trace = run.trace
    shown = [_signed("input *x*", "x", trace.x[:, sequence], per_unit=False)]
    for gate in run.cell.shown_gates:
        values = trace.gates[gate.name][:, sequence]
        shown.append(Row(gate.name, gate.name, values, values, gate.range, gate.range))
    return shown + _states(run, sequence)


def backward(run: Run, sequence: int) -> list[Row]:
    """The states, and how the loss feels each, a gradient on a log scale to both sides of zero."""
    felt = []
    for name, gradient in run.gradients.states.items():
        numbers = gradient[:, sequence]
        title, top = f"d*L*/d*{name}*", parts.largest(numbers)
        shown, ends = _signed_log(numbers / top), (-top, top)
        felt.append(Row(title, name, numbers, shown, (-1.0, 1.0), ends, felt=True))
    return _states(run, sequence) + felt


def _states(run: Run, sequence: int) -> list[Row]:
    return [
        _signed(_title(name), name, state[:, sequence]) for name, state in run.trace.states.items()
    ]


def _title(name: str) -> str:
    """As theme.title_of, the letter itself in italics."""
    title = theme.title_of(name)
    words = title.split(" ")
    return " ".join([*words[:-1], f"*{words[-1]}*"]) if len(words[-1]) == 1 else title


def _signed(title: str, hue: str, values: np.ndarray, per_unit: bool = True) -> Row:
    top = parts.largest(values)
    return Row(title, hue, values, values, (-top, top), (-top, top), per_unit)


def _signed_log(shares: np.ndarray) -> np.ndarray:
    """-1 to 1: the last DECADES powers of ten below the largest on each side, what is smaller 0."""
    with np.errstate(divide="ignore"):
        strength = 1 + np.log10(np.abs(shares)) / DECADES
    return np.where(np.isnan(shares), np.nan, np.sign(shares) * np.clip(strength, 0, 1))


def coloured(values: np.ndarray, limits: tuple[float, float], mode: str) -> np.ndarray:
    """Red, green and blue of each value, (..., 3) bytes; what is not finite is grey."""
    ink = theme.MODES[mode]
    shares = values / limits[1] if limits[0] == 0 else values / limits[1] / 2 + 0.5
    finite = np.isfinite(values)
    level = np.rint(np.clip(np.where(finite, shares, 0), 0, 1) * _LEVELS).astype(int)
    colours = _table(mode, limits[0] < 0)[level]
    colours[~finite] = theme.rgb(ink.grid)
    return colours


@cache
def _table(mode: str, signed: bool) -> np.ndarray:
    scale = parts.scale(theme.MODES[mode], (-1 if signed else 0, 1))
    shares = np.arange(_LEVELS + 1) / _LEVELS
    return np.array([theme.rgb(theme.colour_at(scale, share)) for share in shares], np.uint8)


def cells(row: Row, mode: str, size: tuple[int, int]) -> np.ndarray:
    """The row as a picture of (width, height) pixels, every pixel the cell that it lies in."""
    width, height = size
    n, T_x = row.shown.shape
    across = (np.arange(width) * T_x) // width
    down = (np.arange(height) * n) // height
    return coloured(row.shown[:, across], row.limits, mode)[down]


def number(value: float) -> str:
    """A number in a few figures, for a column of numbers that change."""
    if not np.isfinite(value):
        return "none"
    size = abs(value)
    if size and not 1e-3 <= size < 1e3:
        return _powers(f"{value:.2e}")
    return _powers(f"{value:.4f}" if size < 10 else f"{value:.2f}")


def short(value: float) -> str:
    """A number in at most three figures, for a scale."""
    return _powers(f"{value:.3g}") if abs(value) > 1e-12 else "0"


def _powers(words: str) -> str:
    """ "-1.5e-09" as −1.5·10⁻⁹."""
    digits, _, exponent = words.replace("-", "−").partition("e")
    return f"{digits}·{power(int(exponent.replace('−', '-')))}" if exponent else digits


def power(exponent: int) -> str:
    """10 with an exponent."""
    return f"10{str(exponent).translate(_RAISED)}"
