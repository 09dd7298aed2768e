"""Where everything stands in one way of a film: computed once, in pixels, never changed."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rnnviz.export.film.rows import Row

_INPUT = 0.6  # the height of the input's row, as a share of the others'
_FIGURE = 0.38  # of the width, for a diagram beside the tape
_PANEL = {"forward": 0.34, "backward": 0.42}  # of the height, for the panel
Box = tuple[int, int, int, int]  # left, top, right, bottom


@dataclass(frozen=True)
class Geometry:
    """The boxes of the rows and of the panel below them; time has the same place in all of them.

    `size` is the picture's width and height, `em` the type size, `T_x` the number of time steps,
    `start` what a diagram at the left takes.
    """

    size: tuple[int, int]
    em: float
    T_x: int
    boxes: tuple[Box, ...]
    panel: Box
    start: int = 0

    @property
    def figure(self) -> Box:
        """The place of a diagram: at the left of the tape, or all that its absence leaves."""
        wide, high = self.size
        end = self.start or wide - round(self.margin)
        return round(self.margin), round(6.5 * self.em), end, high - round(3 * self.em)

    @property
    def margin(self) -> float:
        """What stays free at the left of the title and at the right of the numbers."""
        return 1.6 * self.em

    @property
    def right_edge(self) -> float:
        """Where words end that stand at the right."""
        return self.size[0] - self.margin

    def edge(self, t: float) -> int:
        """The pixel where step t (from 0) begins: the first that `rows.cells` gives to it."""
        left, _, right, _ = self.panel
        return left + int(-(-t * (right - left) // self.T_x))

    def middle(self, t):
        """The x of the middle of a step, or of many."""
        left, _, right, _ = self.panel
        return left + (np.asarray(t) + 0.5) * (right - left) / self.T_x


def geometry(
    size: tuple[int, int], way: str, rows: tuple[Row, ...], em: float | None = None,
    beside: bool = False,
) -> Geometry:  # fmt: skip
    """The places of some rows, one below the other, in a picture of (width, height) pixels; its
    type is `em` high, by default what a film of that height has, and `beside` says whether a
    diagram stands at their left."""
    width, height = size
    em = em or 13 + 13 * (height - 360) / 720
    start = round(_FIGURE * width) if beside else 0
    left, right = start + round(10.3 * em), width - round(13.4 * em)
    top, bottom = round(6.5 * em), height - round(5.5 * em)
    panel = bottom - round((bottom - top) * _PANEL[way])
    gap, group = max(2, round(0.34 * em)), round(0.9 * em)
    felt = [row.felt for row in rows]  # what the loss feels stands a little apart
    gaps = [group if a != b else gap for a, b in pairwise(felt)]
    free = panel - round(1.3 * em) - top - sum(gaps)
    weights = [1.0 if row.per_unit else _INPUT for row in rows]
    boxes: list[Box] = []
    for weight, below in zip(weights, [*gaps, 0], strict=True):
        tall = max(2, round(free * weight / sum(weights)))
        boxes.append((left, top, right, top + tall))
        top += tall + below
    T_x = rows[0].numbers.shape[1]
    return Geometry(size, em, T_x, tuple(boxes), (left, panel, right, bottom), start)
