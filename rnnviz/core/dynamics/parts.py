"""Work that yields between its parts, so that whoever waits no longer can let it be."""

from collections.abc import Generator
from typing import Any, TypeVar

Result = TypeVar("Result")


def exhausted(work: Generator[Any, None, Result]) -> Result:
    """What it comes to.

    >>> from rnnviz import Experiment, run
    >>> from rnnviz.core.dynamics import settling
    >>> [point.kind for point in exhausted(settling(run(Experiment(cell="gru", n_a=2)))).points]
    ['stable']
    """
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value


def within(
    work: Generator[float, None, Result], low: float, high: float
) -> Generator[float, None, Result]:
    """Work of which the share that is done lies between two of a larger one.

    >>> def halves():
    ...     yield from (0.5, 1.0)
    >>> [*within(halves(), 0.2, 0.4)]
    [0.30000000000000004, 0.4]
    """
    while True:
        try:
            share = next(work)
        except StopIteration as done:
            return done.value
        yield low + share * (high - low)
