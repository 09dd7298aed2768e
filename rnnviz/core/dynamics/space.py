"""The three dimensions in which states are drawn: the three numbers that they have, else three
principal components."""

from dataclasses import dataclass

import numpy as np

from rnnviz.core.dynamics.plane import components
from rnnviz.core.dynamics.settling import Settling


@dataclass(frozen=True, eq=False)
class Space:
    """Places (3, ..) of what is drawn, and the axes' titles.

    `own` (3, T) is a sequence's own path, `paths` (3, steps, some), `points` (3, count), `ways`
    (3, steps) each; `shares` (3,) of the variance, None where nothing is lost.
    """

    axes: tuple[str, str, str]
    own: np.ndarray
    paths: np.ndarray
    points: np.ndarray
    ways: tuple[np.ndarray, ...]
    shares: np.ndarray | None


def space(settling: Settling, sequence: int = 0) -> Space:
    """Where everything stands, of a state of three numbers or more.

    >>> from rnnviz import Experiment, run
    >>> from rnnviz.core.dynamics.settling import settle
    >>> space(settle(run(Experiment(n_a=3, cell="gru")))).axes
    ('a of unit 1', 'a of unit 2', 'a of unit 3')
    """
    one, N = settling, settling.of.N
    points = np.array([point.state for point in one.points]).reshape(-1, N).T
    every = [one.visited[:, :, sequence], one.paths.reshape(N, -1), points, *one.ways]
    shares, axes = None, tuple(f"{one.of.cell.states[0]} of unit {k}" for k in (1, 2, 3))
    if N > 3:
        every, shares = components(every, 3)
        axes = tuple(f"component {k} ({share:.0%})" for k, share in enumerate(shares, 1))
    paths = every[1].reshape(3, -1, one.paths.shape[2])
    return Space((axes[0], axes[1], axes[2]), every[0], paths, every[2], tuple(every[3:]), shares)
