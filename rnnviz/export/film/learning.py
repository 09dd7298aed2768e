"""A film of a training: the loss, how far back it is felt, a probe's answers, the eigenvalues."""

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image, ImageColor

from rnnviz.core.errors import ExperimentError, check_choice
from rnnviz.core.phrases import number
from rnnviz.core.training import Training
from rnnviz.export.film import CONTAINERS, save
from rnnviz.export.film.canvas import Box, curve, dot, segment, text
from rnnviz.figures import theme
from rnnviz.figures import training as figures

SIZE, RATE, STAYS = (1280, 720), 10, 20  # pixels, pictures a second, ticks of the last one
_LOSS, _ANSWERS = (90, 130, 610, 350), (710, 130, 1230, 350)
_LAGS, _CIRCLE = (90, 450, 610, 660), (865, 430, 1095, 660)
_REACH = 1.5  # of the plane around the unit circle
_MOST = 520  # points of the loss, one a pixel


class Learning:
    """The drawing of a training; `picture(k)` is its k-th frame, RGB."""

    def __init__(self, one: Training, title: str, chance: float, mode: str = "light"):
        check_choice("theme", mode, theme.MODES)
        self.one, self.title, self.chance, self.mode = one, title, chance, mode
        self.ink, self.frames = theme.MODES[mode], one.record.frames

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return len(self.frames.rows) if self.one.record.loss else 0

    @cached_property
    def losses(self) -> tuple[np.ndarray, float, float]:
        """log10 of the loss of some updates (k, 2), and the decades that they lie in."""
        loss = np.array(self.one.record.loss, float)
        at = np.arange(0, len(loss), max(1, -(-len(loss) // _MOST)))
        with np.errstate(all="ignore"):
            heights = np.log10(loss[at])
        heights[~np.isfinite(heights)] = np.nan
        every = np.append(heights[np.isfinite(heights)], np.log10(self.chance))
        return (
            np.stack([at + 1.0, heights], axis=1),
            np.floor(every.min()), max(np.ceil(every.max()), np.floor(every.min()) + 1),
        )  # fmt: skip

    @cached_property
    def lags(self) -> tuple[np.ndarray, np.ndarray]:
        """Updates and colours of the gradient by steps back."""
        return coloured_lags(self.one, self.mode)

    def picture(self, k: int) -> Image.Image:
        """The frame of an update, and all that was before it."""
        picture, update = Image.new("RGB", SIZE, self.ink.ground), self.frames.updates[k]
        settings = self.one.settings
        what = f"{self.title}, {self.one.cell.title}, {settings.units} units"
        text(picture, (90, 62), what, 30, self.ink.text, serif=True)
        words = f"update {update:,} of {self.one.done:,}"
        text(picture, (1230, 62), words, 24, self.ink.now, align="right")
        self._loss(picture, update)
        self._answers(picture, k)
        self._lags(picture, update)
        self._eigenvalues(picture, k)
        return picture

    def _loss(self, picture, update: int) -> None:
        points, low, high = self.losses
        ends = (f"{10**low:g}", f"{10**high:g}")
        axes(picture, self.mode, _LOSS, "loss of each batch", "updates", ends)
        level = np.array([[0, np.log10(self.chance)], [self.one.done, np.log10(self.chance)]])
        curve(picture, _LOSS, self._placed(level, low, high), self.ink.quiet, 1.5, "dash")
        y = self._placed(level, low, high)[1, 1]
        words = f"chance {number(self.chance)}"
        text(picture, (_LOSS[2], y - 6), words, 15, self.ink.quiet, align="right")
        until = points[points[:, 0] <= max(update, 1)]
        curve(picture, _LOSS, self._placed(until, low, high), self.ink.lines["blue"], 2)

    def _placed(self, points: np.ndarray, low: float, high: float) -> np.ndarray:
        left, top, right, bottom = _LOSS
        x = left + (right - left) * points[:, 0] / max(1, self.one.done)
        return np.stack([x, bottom - (bottom - top) * (points[:, 1] - low) / (high - low)], axis=1)

    def _answers(self, picture, k: int) -> None:
        given, wanted, mask = figures.answered(self.one, k, 0)
        target = np.where(mask, wanted[0], np.nan)
        numbers = np.concatenate([target, *self.frames.stack("answers")[:, 0, 0]])
        numbers = numbers[np.isfinite(numbers)]
        low, high = (numbers.min(), numbers.max()) if len(numbers) else (0.0, 1.0)
        high = high if high > low else low + 1
        word = figures.word_of(self.one)
        axes(picture, self.mode, _ANSWERS, f"{word} (line) and target (dots)", "time step t",
                   (number(float(low)), number(float(high))))  # fmt: skip
        left, top, right, bottom = _ANSWERS
        x = np.linspace(left + 6, right - 6, len(mask))
        ys = [bottom - (bottom - top) * (v - low) / (high - low) for v in (given[0], target)]
        line = np.stack([x, np.clip(ys[0], top, bottom)], axis=1)
        curve(picture, _ANSWERS, line, self.ink.lines["blue"], 2)
        for place in zip(x, ys[1], strict=True):
            dot(picture, place, 4, self.ink.lines["orange"])

    def _lags(self, picture, update: int) -> None:
        share = max(update, 1) / max(1, self.one.done)
        grown(picture, _LAGS, self.lags, update, share)
        axes(picture, self.mode, _LAGS, "how strongly the loss feels each step back", "updates",
             ("0", f"{len(self.lags[1]) - 1} back"))  # fmt: skip

    def _eigenvalues(self, picture, k: int) -> None:
        row = self.frames.rows[k]
        exponent = number(float(row["exponent"]))
        left, top, right, bottom = _CIRCLE
        words = f"eigenvalues and the unit circle, λ₁ = {exponent}"
        text(picture, (_ANSWERS[0], top - 14), words, 18, self.ink.text)
        angle = np.linspace(0, 2 * np.pi, 181)
        middle, scale = np.array([(left + right) / 2, (top + bottom) / 2]), (right - left) / 2
        circle = middle + scale / _REACH * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        curve(picture, _CIRCLE, circle, self.ink.quiet, 1.5)
        values = self.one.eigenvalues(k)
        for value in () if values is None else values:
            place = middle + scale / _REACH * np.array([value.real, -value.imag])
            if left <= place[0] <= right and top <= place[1] <= bottom:
                dot(picture, (place[0], place[1]), 4, self.ink.lines["blue"])


def axes(picture, mode: str, box: Box, title: str, below: str, ends: tuple[str, str]) -> None:
    """Two axes with a title, what runs to the right, and the numbers at the ends of the other."""
    (left, top, right, bottom), ink = box, theme.MODES[mode]
    text(picture, (left, top - 14), title, 18, ink.text)
    text(picture, (right, bottom + 24), below, 16, ink.quiet, align="right")
    for y, words in zip((bottom, top), ends, strict=True):
        text(picture, (left - 8, y), words, 15, ink.quiet, align="right", anchor="m")
    segment(picture, (left, bottom, right, bottom), ink.grid, 2)
    segment(picture, (left, top, left, bottom), ink.grid, 2)


def coloured_lags(one: Training, mode: str) -> tuple[np.ndarray, np.ndarray]:
    """Updates (k,), and the colours (T_x, k, 3) of the gradient by steps back, 0 below."""
    updates, norms = figures.by_lag(one.record, one.cell.states[0])
    shades, _ = figures.decades(norms)
    scale = theme.MODES[mode].sequential
    places = [at for at, _ in scale]
    ends = np.array([ImageColor.getrgb(colour) for _, colour in scale], float)
    share = shades / theme.DECADES
    rgb = np.stack([np.interp(share, places, ends[:, k]) for k in range(3)], axis=-1)
    return np.asarray(updates), rgb.transpose(1, 0, 2)[::-1].astype(np.uint8)


def grown(
    picture,
    box: tuple[int, int, int, int],
    lags: tuple[np.ndarray, np.ndarray],
    update: int,
    share: float,
) -> None:
    """Paste the map of lags as far as an update, over a share of its box."""
    (updates, rgb), (left, top, right, bottom) = lags, box
    width = round((right - left) * min(1.0, share))
    until = rgb[:, : max(1, int(np.searchsorted(updates, update, side="right")))]
    map_ = Image.fromarray(np.ascontiguousarray(until))
    picture.paste(map_.resize((max(1, width), bottom - top), Image.Resampling.BOX), (left, top))


class Drawing(Protocol):
    """What a film is made of: `picture(k)` of `count` ones."""

    mode: str

    @property
    def count(self) -> int: ...
    def picture(self, k: int) -> Image.Image: ...


def film(drawing: Drawing, path: Path, progress: Callable[[int, int], None] | None = None) -> None:
    """Write the film of a training, or of a duel, in the format of the file's name; `progress`
    is told how many of how many are drawn.

    Raises ExperimentError where the name has none, no update was made, ffmpeg is missing or the
    disk refuses.
    """
    form = path.suffix.removeprefix(".").lower()
    check_choice("format of the film", form, (*CONTAINERS, "mp4"))
    count = drawing.count
    if not count:
        raise ExperimentError("a training that is filmed must have made an update, got none")

    def shots() -> Iterator[tuple[Image.Image, int]]:
        for k in range(count):
            if progress:
                progress(k, count)
            yield drawing.picture(k), STAYS if k == count - 1 else 1

    save(shots(), path, form, SIZE, RATE, True, drawing.mode)
