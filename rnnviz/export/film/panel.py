"""The panel below the rows: the chosen unit's lines, or the gradients' norms on a log scale."""

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from rnnviz.export.film import around, canvas, rows
from rnnviz.figures import parts, theme

if TYPE_CHECKING:
    from rnnviz.export.film.scene import Scene


class Panel:
    """Lines over the same time as the rows; `curves` by name, `low` to `high` is its height."""

    title: str
    curves: dict[str, np.ndarray]  # (T_x,), as high as they are drawn
    low: float
    high: float

    def __init__(self, scene: "Scene"):
        self.scene = scene

    def marks(self) -> list[tuple[float, str]]:
        """Heights that get a line of the grid, and what stands at them."""
        raise NotImplementedError

    def values(self, t: int) -> list[tuple[str, float, str]]:
        """Hue, y in pixels and words of the numbers that stand at the right."""
        return []

    def y(self, height):
        """The pixel of a height, or of many."""
        _, top, _, bottom = self.scene.panel_box
        with np.errstate(all="ignore"):
            share = (np.asarray(height) - self.low) / (self.high - self.low)
        return bottom - share * (bottom - top)

    def write_axes(self, picture: Image.Image) -> None:
        """Grid, the words at it, and the panel's title."""
        scene, em, ink = self.scene, self.scene.em, self.scene.ink
        left, top, right, bottom = scene.panel_box
        pen, thin = ImageDraw.Draw(picture), max(1, round(em / 20))
        for height, words in self.marks():
            y = float(self.y(height))
            pen.line((left, y, right - 1, y), ink.grid, thin)
            place, to_left = (left - 0.5 * em, y), {"align": "right", "anchor": "m"}
            canvas.text(picture, place, words, 0.85 * em, ink.quiet, **to_left)
        pen.line((left, bottom, right - 1, bottom), ink.quiet, thin)
        place, to_left = (left - 3.9 * em, (top + bottom) / 2), {"align": "right", "anchor": "m"}
        canvas.text(picture, place, self.title, em, ink.text, weight=500, **to_left)

    def draw(self, picture: Image.Image) -> None:
        """Every curve from the first step to the last."""
        scene = self.scene
        left, top, right, bottom = scene.panel_box
        reach = round(scene.em / 4)
        box = (left - reach, top - reach, right + reach, bottom + reach)
        for name, heights in self.curves.items():
            points = np.stack([scene.middle(np.arange(scene.T_x)), self.y(heights)], axis=1)
            style = scene.line(name)
            if right - left < 2 * scene.T_x:  # too dense for dashes
                style |= {"dash": "solid", "width": 0.04 * scene.em}
            canvas.curve(picture, box, points, **style)

    def now(self, picture: Image.Image, t: int) -> None:
        """A dot on every curve at step t."""
        scene, ink = self.scene, self.scene.ink
        for name, heights in self.curves.items():
            centre = (float(scene.middle(t)), float(self.y(heights[t])))
            colour = theme.line(name, scene.film.theme)["color"]
            canvas.dot(picture, centre, 0.36 * scene.em, ink.ground)
            canvas.dot(picture, centre, 0.25 * scene.em, colour)


class UnitPanel(Panel):
    """Every gate and state of the chosen unit."""

    def __init__(self, scene: "Scene"):
        super().__init__(scene)
        unit = scene.film.unit
        self.title = f"unit {unit + 1}"
        self.curves = {
            row.hue: np.where(np.isfinite(row.numbers[unit]), row.numbers[unit], np.nan)
            for row in scene.rows
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

    def __init__(self, scene: "Scene"):
        super().__init__(scene)
        found = scene.run.gradients.sequence_norms
        self.norms = {
            name: parts.positive(found[name][scene.film.sequence]) for name in scene.run.cell.states
        }
        self.curves = {name: np.log10(norm) for name, norm in self.norms.items()}
        self.low, self.high = parts.log_axis(*self.norms.values())["range"]

    def marks(self) -> list[tuple[float, str]]:
        _, top, _, bottom = self.scene.panel_box
        room = max(2, int((bottom - top) / (1.6 * self.scene.em)))
        step = max(1, int(np.ceil((self.high - self.low) / room)))
        exponents = range(int(np.ceil(self.high / step)) * step, int(self.low) - 1, -step)
        return [
            (float(exponent), rows.power(exponent))
            for exponent in exponents
            if self.low <= exponent <= self.high
        ]

    def write_axes(self, picture: Image.Image) -> None:
        super().write_axes(picture)
        scene, em = self.scene, self.scene.em
        for name, y in self._heights().items():
            place, colour = (scene.panel_box[2] + 0.55 * em, y), scene.line(name)["colour"]
            canvas.text(picture, place, f"‖d*L*/d*{name}*‖", em, colour, anchor="m")
            around.sample(scene, picture, name, y)

    def values(self, t: int) -> list[tuple[str, float, str]]:
        heights = self._heights()
        return [(n, heights[n], rows.number(float(norm[t]))) for n, norm in self.norms.items()]

    def _heights(self) -> dict[str, float]:
        em, top = self.scene.em, self.scene.panel_box[1]
        return {name: top + (0.5 + 1.5 * index) * em for index, name in enumerate(self.norms)}
