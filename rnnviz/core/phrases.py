"""Numbers as they stand in a sentence, and where a run has none."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rnnviz.core.types import Pass

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int = 3) -> str:
    """A number to so many significant digits, with a true minus: 0.0123, −4.56, 3.26 × 10⁻¹³.

    >>> number(0.0123456), number(-4.5e-13)
    ('0.0123', '−4.5 × 10⁻¹³')
    """
    if not math.isfinite(value):
        return "undefined" if math.isnan(value) else "∞" if value > 0 else "−∞"
    text = f"{value + 0.0:.{digits}g}"  # -0.0 has no sign to tell
    mantissa, _, exponent = text.partition("e")
    if exponent:
        text = f"{mantissa} × 10{str(int(exponent)).translate(_RAISED)}"
    return text.replace("-", "−")


def power(base: float, exponent: int) -> str:
    """A number of three digits and what comes of its power, which a reader can calculate again.

    >>> power(0.72106, 49)
    '0.721⁴⁹ = 1.1 × 10⁻⁷'
    """
    said = float(f"{base:.3g}")
    with np.errstate(over="ignore", under="ignore"):
        raised = float(np.float64(said) ** exponent)
    return f"{number(said)}{str(exponent).translate(_RAISED)} = {number(raised, 2)}"


def no_states(run: "Pass") -> str:
    """ "the states are not finite from t = 4 on", or the outputs where they alone break; or "".

    >>> from rnnviz import Experiment, run
    >>> no_states(run(Experiment()))
    ''
    """
    trace, t = run.trace, run.trace.finite_steps
    if t == trace.T_x:
        return ""
    sound = all(np.isfinite(trace.state(name)[t + 1]).all() for name in trace.cell.states)
    return f"the {'outputs' if sound else 'states'} are not finite from t = {t + 1} on"


def no_gradient(run: "Pass") -> str:
    """ "the gradient is not finite from t = 3 back", the states where they broke first; or "".

    >>> from rnnviz import Experiment, run
    >>> no_gradient(run(Experiment()))
    ''
    """
    left = run.trace.T_x - run.gradients.finite_steps
    if not left:
        return ""
    return no_states(run) or f"the gradient is not finite from t = {left} back"


def listed(words: Sequence[str]) -> str:
    """One, one and another, or several with commas.

    >>> listed(["RNN", "LSTM", "GRU"])
    'RNN, LSTM and GRU'
    """
    *front, last = words
    return f"{', '.join(front)} and {last}" if front else last


def fixed(value: float, digits: int) -> str:
    """So many digits after the point, of numbers that have a point, with a true minus.

    >>> fixed(-2.0, 3), fixed(1.5e9, 3), fixed(-1e-9, 2)
    ('−2.000', '1.5 × 10⁹', '0.00')
    """
    if not abs(value) < 1e6:
        return number(value, digits)
    text = f"{round(float(value), digits) + 0.0:.{digits}f}"  # what rounds to 0 has no sign
    return text.replace("-", "−")


def ratio(first: float, last: float) -> str:
    """How many times as much, where even that may be beyond a float, or below all of them.

    >>> ratio(1.0, 4.0), ratio(1e300, 1e-300), ratio(1e-300, 1e300)
    ('0.25', 'more than 10³⁰⁸', 'less than 10⁻³²³')
    """
    with np.errstate(over="ignore", under="ignore"):
        times = np.float64(first) / np.float64(last)
    if first > 0 and times == 0:
        return "less than 10⁻³²³"
    return number(times) if np.isfinite(times) else "more than 10³⁰⁸"
