"""The one error for bad input: a sentence that says what, what was expected and what came."""

from collections.abc import Iterable


class ExperimentError(ValueError):
    """Input that no run can be made of; its text is one sentence fit to be shown to a user.

    >>> issubclass(ExperimentError, ValueError)
    True
    """


class Unavailable(ExperimentError):
    """What was asked for is sound, but this machine lacks a program that it takes."""


def shown(value) -> str:
    """A value as it may stand in a sentence: printable, on one line, at most 42 characters.

    >>> shown("one\\ntwo"), shown(3), shown("")
    ('one?two', '3', 'nothing')
    """
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else "?" for c in text[:41])
    return f"{text[:40]}.." if len(text) > 40 else text or "nothing"


def check_bounds(name: str, value: float, low: float, high: float) -> None:
    """Raise ExperimentError unless low <= value <= high.

    >>> check_bounds("n_a", 0, 1, 256)
    Traceback (most recent call last):
    ...
    rnnviz.core.errors.ExperimentError: n_a must be between 1 and 256, got 0
    """
    if not low <= value <= high:
        raise ExperimentError(f"{name} must be between {low} and {high}, got {shown(value)}")


def check_choice(name: str, value: object, choices: Iterable[str]) -> None:
    """Raise ExperimentError unless the value is one of the choices.

    >>> check_choice("dtype", "int8", ("float64", "float32"))
    Traceback (most recent call last):
    ...
    rnnviz.core.errors.ExperimentError: dtype must be one of float64, float32, got int8
    """
    if not isinstance(value, str) or value not in choices:
        raise ExperimentError(f"{name} must be one of {', '.join(choices)}, got {shown(value)}")
