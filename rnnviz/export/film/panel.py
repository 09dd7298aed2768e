"""The panel below the rows: the chosen unit's lines, or the gradients' norms on a log scale."""

import numpy as np

from rnnviz.export.film import canvas, labels, rows
from rnnviz.export.film.view import View
from rnnviz.figures import parts


class Panel:
    """Lines over the same time as the rows; `curves` by name, `low` to `high` is its height."""

    title: str
    curves: dict[str, np.ndarray]  # (T_x,), as high as they are drawn
    low: float
    high: float

    def __init__(self, view: View):
        self.view, self.geometry = view, view.geometry

    def marks(self) -> list[tuple[float, str]]:
        """Heights that get a line of the grid, and what stands at them."""
        raise NotImplementedError

    def values(self, t: int) -> list[tuple[str, float, str]]:
        """Hue, y in pixels and words of the numbers that stand at the right."""
        return []

    def y(self, height):
        """The pixel of a height, or of many."""
        _, top, _, bottom = self.geometry.panel
        with np.errstate(all="ignore"):
            share = (np.asarray(height) - self.low) / (self.high - self.low)
        return bottom - share * (bottom - top)

    def write_axes(self, picture: canvas.Picture) -> None:
        """Grid, the words at it, and the panel's title."""
        em, ink = self.geometry.em, self.view.ink
        left, top, right, bottom = self.geometry.panel
        thin = max(1, round(em / 20))
        for height, words in self.marks():
            y = float(self.y(height))
            canvas.segment(picture, (left, y, right - 1, y), ink.grid, thin)
            place = (left - 0.5 * em, y)
            canvas.text(picture, place, words, 0.85 * em, ink.quiet, align="right", anchor="m")
        canvas.segment(picture, (left, bottom, right - 1, bottom), ink.quiet, thin)
        place = (left - 3.9 * em, (top + bottom) / 2)
        canvas.text(picture, place, self.title, em, ink.text, weight=500, align="right", anchor="m")

    def draw(self, picture: canvas.Picture) -> None:
        """Every curve from the first step to the last."""
        em, T_x = self.geometry.em, self.geometry.T_x
        left, top, right, bottom = self.geometry.panel
        reach = round(em / 4)
        box = (left - reach, top - reach, right + reach, bottom + reach)
        across = self.geometry.middle(np.arange(T_x))
        for name, heights in self.curves.items():
            style = self.view.line(name)
            if right - left < 2 * T_x:  # too dense for dashes
                style |= {"dash": "solid", "width": 0.04 * em}
            canvas.curve(picture, box, np.stack([across, self.y(heights)], axis=1), **style)

    def now(self, picture: canvas.Picture, t: int) -> None:
        """A dot on every curve at step t."""
        em, x = self.geometry.em, float(self.geometry.middle(t))
        for name, heights in self.curves.items():
            centre = (x, float(self.y(heights[t])))
            canvas.dot(picture, centre, 0.36 * em, self.view.ink.ground)
            canvas.dot(picture, centre, 0.25 * em, self.view.line(name)["colour"])


class UnitPanel(Panel):
    """Every gate and state of the chosen unit."""

    def __init__(self, view: View):
        super().__init__(view)
        unit = view.film.unit
        self.title = f"unit {unit + 1}"
        self.curves = {
            row.hue: np.where(np.isfinite(row.numbers[unit]), row.numbers[unit], np.nan)
            for row in view.rows
            if row.per_unit
        }
        top = max(parts.largest(*self.curves.values()), 1.0)
        signed = min(np.nanmin(c, initial=0) for c in self.curves.values()) < 0
        self.top = top
        self.curves = {name: curve / top for name, curve in self.curves.items()}
        self.low, self.high = (-1.06 if signed else -0.04), 1.06

    def marks(self) -> list[tuple[float, str]]:
        step = 10.0 ** np.floor(np.log10(self.top))
        step = step if self.top / step < 4 else 2 * step if self.top / step < 7 else 5 * step
        heights = np.arange(-10, 11) * (step / self.top)
        return [
            (height, rows.short(height * self.top))
            for height in heights
            if max(self.low, -1.0001) <= height <= 1.0001
        ]


class NormPanel(Panel):
    """||dL/d(state)|| over the units of the sequence, as the power of ten."""

    title = "norm"

    def __init__(self, view: View):
        super().__init__(view)
        norms, sequence = view.run.gradients.sequence_norms, view.film.sequence
        self.norms = {name: parts.positive(norms[name][sequence]) for name in view.run.cell.states}
        self.curves = {name: np.log10(norm) for name, norm in self.norms.items()}
        self.low, self.high = parts.log_axis(*self.norms.values())["range"]

    def marks(self) -> list[tuple[float, str]]:
        _, top, _, bottom = self.geometry.panel
        room = max(2, int((bottom - top) / (1.6 * self.geometry.em)))
        step = max(1, int(np.ceil((self.high - self.low) / room)))
        exponents = range(int(np.ceil(self.high / step)) * step, int(self.low) - 1, -step)
        return [
            (float(exponent), rows.power(exponent))
            for exponent in exponents
            if self.low <= exponent <= self.high
        ]

    def write_axes(self, picture: canvas.Picture) -> None:
        super().write_axes(picture)
        em, right = self.geometry.em, self.geometry.panel[2]
        for name, y in self._heights().items():
            place, colour = (right + 0.55 * em, y), self.view.line(name)["colour"]
            canvas.text(picture, place, f"‖d*L*/d*{name}*‖", em, colour, anchor="m")
            labels.line_sample(self.view, picture, name, y)

    def values(self, t: int) -> list[tuple[str, float, str]]:
        heights = self._heights()
        return [(n, heights[n], rows.number(float(norm[t]))) for n, norm in self.norms.items()]

    def _heights(self) -> dict[str, float]:
        em, top = self.geometry.em, self.geometry.panel[1]
        return {name: top + (0.5 + 1.5 * index) * em for index, name in enumerate(self.norms)}
