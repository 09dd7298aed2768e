"""Stopping and going on: all that it takes as arrays by name, to the same bits."""

from collections.abc import Mapping

import numpy as np

from rnnviz.core.errors import ExperimentError
from rnnviz.core.training.loop import ALL, Training
from rnnviz.core.training.optimisers import Moments
from rnnviz.core.training.record import Record


def snapshot(one: Training) -> dict[str, np.ndarray]:
    """Copies of all that going on takes, fit for np.savez.

    >>> from rnnviz.core.training import Settings
    >>> from rnnviz.tasks import TASKS
    >>> words = Settings(cell="rnn", units=4, steps=5)
    >>> one, other = (Training(TASKS["parity"], words) for _ in range(2))
    >>> made = list(one.run(3))
    >>> restore(other, snapshot(one))
    >>> other.done, bool((other.params.vector == one.params.vector).all())
    (3, True)
    """
    own = {
        "done": np.array(one.done),
        "weights": one.params.vector.copy(),
        "first": one.moments.first[ALL].copy(),
        "second": one.moments.second[ALL].copy(),
        "t": np.array(one.moments.t),
    }
    states = {f"state/{name}": state.copy() for name, state in one.states.items()}
    kept = {f"record/{name}": array for name, array in one.record.arrays().items()}
    return own | states | kept


def restore(one: Training, arrays: Mapping[str, np.ndarray]) -> None:
    """Go on where a snapshot of the same task and settings was taken. Raises ExperimentError.

    >>> from rnnviz.core.training import Settings
    >>> from rnnviz.tasks import TASKS
    >>> small, large = (
    ...     Training(TASKS["parity"], Settings(cell="rnn", units=units, steps=5))
    ...     for units in (4, 5)
    ... )
    >>> restore(large, snapshot(small))
    Traceback (most recent call last):
    ...
    rnnviz.core.errors.ExperimentError: a snapshot must have 41 weights, got 29
    """
    count, given = len(one.params.vector), len(arrays["weights"])
    if given != count:
        raise ExperimentError(f"a snapshot must have {count} weights, got {given}")
    one.done = int(arrays["done"])
    one.params.vector[...] = arrays["weights"]
    moments = ({ALL: np.array(arrays[name])} for name in ("first", "second"))
    one.moments = Moments(*moments, int(arrays["t"]))
    states, record = _under("state/", arrays), _under("record/", arrays)
    one.states = {name: np.array(state) for name, state in states.items()}
    one.record, one.fault = Record.of(record, one.settings.steps), None


def _under(front: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The arrays whose names begin so, by what follows."""
    return {n.removeprefix(front): a for n, a in arrays.items() if n.startswith(front)}
