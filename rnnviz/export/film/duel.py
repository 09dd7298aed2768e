"""A film of a duel: all losses as they fall, and how far back the last answer is felt."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from rnnviz.core.errors import check_choice
from rnnviz.core.phrases import number
from rnnviz.core.training import Training
from rnnviz.export.film.canvas import curve, text
from rnnviz.export.film.learning import SIZE, axes, coloured_lags, grown
from rnnviz.figures import duel as figures
from rnnviz.figures import theme

MOST = 120  # pictures
_LOSS = (90, 130, 1230, 390)
_TOP, _BOTTOM, _BETWEEN = 490, 660, 90  # of the maps of lags, and what lies between two
_LINE = 130  # pixels from name to name


class Side(NamedTuple):
    """One side: its name, its hue (a cell's, or a place in an order), its trainings by seed."""

    name: str
    hue: str | int
    each: Sequence[Training]


class DuelLearning:
    """The drawing of a duel; `picture(k)` is all of its networks at the same update, RGB."""

    def __init__(self, sides: Sequence[Side], title: str, chance: float, mode: str = "light"):
        check_choice("theme", mode, theme.MODES)
        self.sides, self.title, self.chance, self.mode = sides, title, chance, mode
        self.ink = theme.MODES[mode]
        self.done = max((one.done for side in sides for one in side.each), default=0)
        self.updates = sorted({round(k * self.done / MOST) for k in range(MOST + 1)})
        losses = [[np.array(one.record.loss) for one in side.each] for side in sides]
        self.thin = [[_log(*figures.running(one)) for one in some] for some in losses]
        self.bold = [_log(*figures.median(some)) for some in losses]
        level = np.array([[0, np.log10(chance)]])
        every = np.concatenate([level, *self.bold, *(one for some in self.thin for one in some)])
        heights = every[np.isfinite(every[:, 1]), 1]
        self.low = np.floor(heights.min())
        self.high = max(np.ceil(heights.max()), self.low + 1)
        self.lags = [coloured_lags(side.each[0], mode) if side.each else None for side in sides]

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return len(self.updates) if self.done else 0

    def picture(self, k: int) -> Image.Image:
        """All networks at an update, and all that was before it."""
        picture, update = Image.new("RGB", SIZE, self.ink.ground), self.updates[k]
        several = max(len(side.each) for side in self.sides)
        seeds = f", {several} seeds" if several > 1 else ""
        what = f"{self.title}: {', '.join(side.name for side in self.sides)}{seeds}"
        text(picture, (90, 62), what, 30, self.ink.text, serif=True)
        words = f"update {update:,} of {self.done:,}"
        text(picture, (1230, 62), words, 24, self.ink.now, align="right")
        self._losses(picture, update)
        for n in range(len(self.sides)):
            self._map(picture, n, update)
        return picture

    def _losses(self, picture: Image.Image, update: int) -> None:
        ends = (f"{10**self.low:g}", f"{10**self.high:g}")
        axes(picture, self.mode, _LOSS, "loss, the mean of ten batches", "updates", ends)
        level = np.array([[0, np.log10(self.chance)], [self.done, np.log10(self.chance)]])
        places = self._placed(level)
        curve(picture, _LOSS, places, self.ink.quiet, 1.5, "dash")
        words = f"chance {number(self.chance)}"
        text(picture, (_LOSS[2], places[1, 1] - 6), words, 15, self.ink.quiet, align="right")
        for n, side in enumerate(self.sides):
            tone = figures.tone(side.hue, self.mode)
            name = (_LOSS[2] - _LINE * (len(self.sides) - 1 - n), _LOSS[1] - 14)
            text(picture, name, side.name, 20, tone["color"], weight=600, align="right")
            for points in self.thin[n] if len(side.each) > 1 else ():
                until = points[points[:, 0] <= max(update, 1)]
                curve(picture, _LOSS, self._placed(until), tone["color"], 1.5)
            until = self.bold[n][self.bold[n][:, 0] <= max(update, 1)]
            curve(picture, _LOSS, self._placed(until), tone["color"], 3, tone["dash"])

    def _placed(self, points: np.ndarray) -> np.ndarray:
        left, top, right, bottom = _LOSS
        x = left + (right - left) * points[:, 0] / max(1, self.done)
        share = (points[:, 1] - self.low) / (self.high - self.low)
        return np.stack([x, bottom - (bottom - top) * share], axis=1)

    def _map(self, picture: Image.Image, n: int, update: int) -> None:
        """How far back the first seed of a side feels the last answer."""
        lags = self.lags[n]
        wide = (_LOSS[2] - _LOSS[0] - _BETWEEN * (len(self.sides) - 1)) // len(self.sides)
        left = _LOSS[0] + n * (wide + _BETWEEN)
        box = (left, _TOP, left + wide, _BOTTOM)
        if lags is None:
            return
        grown(picture, box, lags, update, max(update, 1) / max(1, self.done))
        words = f"{self.sides[n].name}: gradient by steps back"
        ends = ("0", f"{len(lags[1]) - 1}")
        axes(picture, self.mode, box, words, "updates", ends)


def _log(at: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Updates and log10 of what was there, (k, 2); NaN where that is no number."""
    with np.errstate(all="ignore"):
        heights = np.log10(values)
    heights[~np.isfinite(heights)] = np.nan
    return np.stack([at.astype(float), heights], axis=1)
