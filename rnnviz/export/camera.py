"""From where a scene is looked at: nine numbers, as a browser or a command line says them."""

from rnnviz.core.errors import ExperimentError, shown

_MOST = 1e6


def camera(said: object) -> tuple[float, ...]:
    """Where the eye is, what it looks at and what is up, x, y, z each, of a list of numbers or of
    a text with commas; () where nobody says it. Raises ExperimentError.

    >>> camera("1.5,-1,0.8,0,0,0,0,0,1")
    (1.5, -1.0, 0.8, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    """
    if said is None or said == "":
        return ()
    numbers = _read(said) if isinstance(said, str) else said
    if isinstance(numbers, list) and len(numbers) == 9 and all(map(_fine, numbers)):
        return tuple(map(float, numbers))
    raise ExperimentError(f"camera must be nine numbers, got {shown(said)}")


def _fine(number: object) -> bool:
    return isinstance(number, int | float) and abs(number) < _MOST


def _read(text: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        return []
