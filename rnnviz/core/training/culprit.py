"""Which number was the first that is none: the update, the step and the letter to blame."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnnviz.core.types import Gradients, Trace


class Fault(NamedTuple):
    """At an update, from 0, `what` is not finite, at a step from 1; 0 where no step is to blame."""

    update: int
    what: str
    step: int

    @property
    def sentence(self) -> str:
        """The same in words."""
        where = f" at step {self.step}" if self.step else ""
        return f"update {self.update + 1}: {self.what}{where} is no finite number any more"


def _bad(array: np.ndarray) -> bool:
    return not np.isfinite(array).all()


def forward_culprit(
    trace: Trace, params: Mapping[str, np.ndarray], first: int
) -> tuple[str, int] | None:
    """What is not finite in a forward pass: a weight, an input, or the first letter of the
    equations at the first step (`first` steps before it); None where all is finite."""
    for name, param in params.items():
        if _bad(param):
            return f"weight {name}", 0
    values, lines = trace.values, list(trace.cell.derived.equations.lines)
    letters = sorted(
        (one for one in values if not one.endswith("_prev")),
        key=lambda one: lines.index(one) if one in lines else -1,
    )
    for t in range(trace.T_x):
        if _bad(trace.x[..., t]):
            return "input x", first + t + 1
        for letter in letters:
            if _bad(values[letter][t]):
                return letter, first + t + 1
    return None


def backward_culprit(grads: Gradients, first: int) -> tuple[str, int] | None:
    """The gradient that is not finite: of the state at the last such step, where the way back comes
    to it first, or of a parameter; None where all is finite."""
    if (step := grads.nonfinite_step) is not None:
        name = next(n for n in grads.cell.states if _bad(grads.state(n)[step + 1]))
        return f"dL/d{name}", first + step + 1
    for name, gradient in grads.params.items():
        if _bad(gradient):
            return f"dL/d{name}", 0
    return None
