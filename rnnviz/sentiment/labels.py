"""Which of a file's labels is the positive class: known, counted in stars, or to be asked for."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnviz.core.errors import ExperimentError, shown

CLASSES = ("negative", "positive")  # their names where nobody gave others
_PAIRS = (  # negative, positive: what they mean is sure in any spelling of upper and lower case
    *(("negative", "positive"), ("neg", "pos"), ("rotten", "fresh"), ("bad", "good")),
    *(("sad", "happy"), ("0", "1"), ("0", "4"), ("-1", "1"), ("false", "true"), ("no", "yes")),
    *(("f", "t"), ("n", "y"), ("dislike", "like"), ("unhappy", "happy"), ("-", "+")),
    *(
        ("thumbs down", "thumbs up"),
        ("negativ", "positiv"),
        ("négatif", "positif"),
        ("negatif", "positif"),
    ),
    *(("negativo", "positivo"), ("not recommended", "recommended")),
)
_MOST_KINDS, _MOST_STARS = 20, 21  # labels that can be asked about; from 0 to 10 by halves


class UnknownLabels(ExperimentError):
    """Labels of which nobody but the user can say which is the positive one."""

    def __init__(self, labels: Sequence[str]):
        self.labels = tuple(labels)
        *most, last = map(shown, self.labels)
        super().__init__(
            f"label must say which class is positive, got {', '.join(most)} and {last}: "
            "name the positive one (--positive LABEL)"
        )


class Classes(NamedTuple):
    """A class 0 or 1 for every review, (n,); the names of the two as the user has them, the
    negative one first; where labels are stars, the least of the positive class, and all there are.
    """

    labels: np.ndarray
    names: tuple[str, str]
    threshold: float | None = None
    stars: tuple[float, ...] = ()

    def told(self) -> str:
        """Which label is the positive class, and how many there are of either."""
        negative, positive = map(shown, self.names)
        counts = [f"{(self.labels == k).sum():,}" for k in (0, 1)]
        said = f"the positive class is “{positive}” ({counts[1]}), the other “{negative}” "
        stars = self.stars and f"Of labels from {self.stars[0]:g} to {self.stars[-1]:g}, "
        said = f"{stars or ''}{said}({counts[0]})."
        return said[0].upper() + said[1:]


def classes(labels: Sequence[str], positive: str = "", threshold: str = "") -> Classes:
    """The two classes that labels mean; `positive` names one, `threshold` the least stars of it.

    Raises UnknownLabels where that has to be asked for.

    >>> classes(["rotten", "Fresh", "fresh"]).names
    ('rotten', 'Fresh')
    """
    kinds = Counter(labels)
    spelled: dict[str, str] = {}  # the first spelling of every kind
    for label in kinds:
        spelled.setdefault(_kind(label), label)
    if len(spelled) < 2:
        raise ExperimentError(
            f"label must have two classes, got {len(spelled)}: {shown(', '.join(spelled.values()))}"
        )
    if positive and threshold:
        raise ExperimentError("positive or a threshold must be given, got both")
    if positive:
        return _named(labels, spelled, positive)
    numbers = {label: _number(label) for label in kinds}
    stars = sorted({number for number in numbers.values() if number is not None})
    counted = None not in numbers.values() and len(stars) <= _MOST_STARS
    if threshold and not counted:
        raise ExperimentError(
            f"labels must be numbers where there is a threshold, got {shown(min(spelled.values()))}"
        )
    if counted and (threshold or len(stars) > 2):
        return _by_stars(labels, numbers, stars, threshold)
    for pair in _PAIRS:
        if set(pair) == set(spelled):
            return _of(labels, spelled, pair[1])
    if len(spelled) > _MOST_KINDS:
        raise ExperimentError(
            f"label must have two classes, got {len(spelled)}: "
            f"{shown(', '.join(list(spelled.values())[:5]))}"
        )
    raise UnknownLabels(sorted(spelled.values(), key=str.casefold))


def _named(labels: Sequence[str], spelled: dict[str, str], positive: str) -> Classes:
    if _kind(positive) not in spelled:
        *most, last = map(shown, sorted(spelled.values(), key=str.casefold)[:_MOST_KINDS])
        raise ExperimentError(
            f"positive must be one of the labels {', '.join(most)} and {last}, got "
            f"{shown(positive)}"
        )
    return _of(labels, spelled, _kind(positive))


def _of(labels: Sequence[str], spelled: dict[str, str], positive: str) -> Classes:
    """One kind against the other, or against all others."""
    others = [label for kind, label in spelled.items() if kind != positive]
    negative = others[0] if len(others) == 1 else f"not {spelled[positive]}"
    meant = {label: _kind(label) == positive for label in set(labels)}
    values = np.array([meant[label] for label in labels], np.int8)
    return Classes(values, (negative, spelled[positive]))


def _by_stars(labels, numbers: dict, stars: list[float], threshold: str) -> Classes:
    """Stars from a threshold on; by default those above the middle."""
    least = min(star for star in stars if star > (stars[0] + stars[-1]) / 2)
    if threshold:
        asked = _number(threshold)
        if asked is None or not stars[0] < asked <= stars[-1]:
            raise ExperimentError(
                f"threshold must be above {stars[0]:g} and at most {stars[-1]:g}, got "
                f"{shown(threshold)}"
            )
        least = asked
    values = np.array([numbers[label] >= least for label in labels], np.int8)
    names = (f"under {least:g}", f"{least:g} or more")
    return Classes(values, names, least, tuple(stars))


def _kind(label: str) -> str:
    """A label without regard to case and spaces; numbers by their value."""
    number = _number(label)
    return " ".join(label.casefold().split()) if number is None else f"{number:g}"


def _number(label: str) -> float | None:
    """A label's number: 4, 4.0, 4,5 or "4 stars"."""
    word = label.strip().casefold().removesuffix("stars").removesuffix("star").strip()
    try:
        number = float(word.replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) < 1e6 else None
