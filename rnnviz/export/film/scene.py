"""One way of a film: everything that stands still is drawn once, a picture of a step from it."""

from functools import cached_property
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw

from rnnviz.core.types import Run
from rnnviz.export.film import around, canvas, rows
from rnnviz.export.film.choices import Film
from rnnviz.export.film.panel import NormPanel, Panel, UnitPanel
from rnnviz.figures import theme

_INPUT = 0.6  # the height of the input's row, as a share of the others'
FAINT = 0.16  # of what is not reached yet, as much of its colour is to be seen
Box = tuple[int, int, int, int]  # left, top, right, bottom


class Scene:
    """Forward or backward through one sequence; `picture(t)` is a new Pillow picture, RGB."""

    def __init__(self, run: Run, film: Film, way: str):
        self.run, self.film, self.way = run, film, way
        self.ink = theme.MODES[film.theme]
        self.em = 13 + 13 * (film.height - 360) / 720  # the type size in pixels
        make = rows.forward if way == "forward" else rows.backward
        self.rows = make(run, film.sequence)
        self._lay_out()
        kind = UnitPanel if way == "forward" else NormPanel
        self.panel: Panel = kind(self)

    def _lay_out(self) -> None:
        """Every row's box and the panel's; time has the same place in all of them."""
        width, height = self.film.size
        em = self.em
        left, right = round(10.3 * em), width - round(13.4 * em)
        top, bottom = round(6.5 * em), height - round(5.5 * em)
        share = 0.34 if self.way == "forward" else 0.42  # of the height, for the panel
        panel = bottom - round((bottom - top) * share)
        gap, group = max(2, round(0.34 * em)), round(0.9 * em)
        groups = [row.felt for row in self.rows]  # what the loss feels stands a little apart
        gaps = [group if a != b else gap for a, b in pairwise(groups)]
        share = panel - round(1.3 * em) - top - sum(gaps)
        weights = [1.0 if row.per_unit else _INPUT for row in self.rows]
        tall = [max(2, round(share * weight / sum(weights))) for weight in weights]
        self.boxes: list[Box] = []
        for height, below in zip(tall, [*gaps, 0], strict=True):
            self.boxes.append((left, top, right, top + height))
            top += height + below
        self.panel_box: Box = (left, panel, right, bottom)

    # -- places ------------------------------------------------------------------------------------

    @property
    def T_x(self) -> int:
        """Number of time steps."""
        return self.run.trace.T_x

    def edge(self, t: float) -> int:
        """The pixel where step t (from 0) begins: the first that `rows.cells` gives to it."""
        left, _, right, _ = self.panel_box
        return left + int(-(-t * (right - left) // self.T_x))

    def middle(self, t):
        """The x of the middle of a step, or of many."""
        left, _, right, _ = self.panel_box
        return left + (np.asarray(t) + 0.5) * (right - left) / self.T_x

    def line(self, hue: str, width: float = 0.11) -> dict:
        """The arguments of a curve of a quantity: its colour, its dash and a width in ems."""
        found = theme.line(hue, self.film.theme)
        return {"colour": found["color"], "dash": found["dash"], "width": width * self.em}

    # -- what stands still -------------------------------------------------------------------------

    @cached_property
    def bare(self) -> Image.Image:
        """Everything but the data."""
        picture = Image.new("RGB", self.film.size, self.ink.ground)
        around.head(self, picture)
        for row, box in zip(self.rows, self.boxes, strict=True):
            around.beside(self, picture, row, box)
        self.panel.write_axes(picture)
        around.below(self, picture)
        around.foot(self, picture)
        return picture

    @cached_property
    def whole(self) -> Image.Image:
        """Every step reached."""
        picture = self.bare.copy()
        for row, (left, top, right, bottom) in zip(self.rows, self.boxes, strict=True):
            found = rows.cells(row, self.film.theme, (right - left, bottom - top))
            picture.paste(Image.fromarray(found), (left, top))
        self.panel.draw(picture)
        return picture

    @cached_property
    def faint(self) -> Image.Image:
        """No step reached: the data only to be guessed."""
        return Image.blend(self.bare, self.whole, FAINT)

    # -- a step ------------------------------------------------------------------------------------

    def picture(self, t: int) -> Image.Image:
        """The picture at step t (from 0)."""
        picture = self.faint.copy()
        width, height = picture.size
        top, bottom = self.boxes[0][1], self.boxes[-1][3]
        left, right = self.edge(t), max(self.edge(t + 1), self.edge(t) + 1)
        middle = round(float(self.middle(t)))
        if self.way == "forward":
            reached = ((0, top, right, bottom), (0, bottom, middle + 1, height))
        else:
            known = next(box[1] for r, box in zip(self.rows, self.boxes, strict=True) if r.felt)
            reached = (
                (0, top, width, known),  # the states are there before the way back begins
                (left, known, width, bottom),
                (middle, bottom, width, height),
            )
        for box in reached:
            picture.paste(self.whole.crop(box), box[:2])
        self._draw_now(picture, t, (left, right))
        self.panel.now(picture, t)
        self._write_now(picture, t)
        return picture

    def _draw_now(self, picture: Image.Image, t: int, edges: tuple[int, int]) -> None:
        """The cursor: a frame around the column of every row, a line through the panel."""
        pen, wide = ImageDraw.Draw(picture), max(1, round(self.em / 9))
        top, bottom = self.boxes[0][1], self.boxes[-1][3]
        if edges[1] - edges[0] > 4 * wide:
            frame = (edges[0] - wide, top - wide, edges[1] + wide - 1, bottom + wide - 1)
            pen.rectangle(frame, None, self.ink.now, wide)
        else:
            x = round(float(self.middle(t)) - wide / 2)
            pen.rectangle((x, top - wide, x + wide - 1, bottom + wide - 1), self.ink.now)
        x = round(float(self.middle(t)) - wide / 2)
        pen.rectangle((x, self.panel_box[1], x + wide - 1, self.panel_box[3]), self.ink.now)

    def _write_now(self, picture: Image.Image, t: int) -> None:
        """The time counter, and the chosen unit's numbers at the right."""
        em, ink = self.em, self.ink
        right = picture.width - 1.6 * em
        of = f" of {self.T_x}"
        canvas.text(picture, (right, 2.7 * em), of, 1.1 * em, ink.quiet, align="right")
        right -= canvas.length(of, 1.1 * em)
        counter = {"weight": 600, "align": "right"}
        canvas.text(picture, (right, 2.7 * em), f"*t* = {t + 1}", 1.7 * em, ink.now, **counter)
        for row, box in zip(self.rows, self.boxes, strict=True):
            if row.per_unit:
                words = rows.number(float(row.numbers[self.film.unit, t]))
                self._value(picture, (box[1] + box[3]) / 2, words, row.hue)
        for hue, y, words in self.panel.values(t):
            self._value(picture, y, words, hue)

    def _value(self, picture: Image.Image, y: float, words: str, hue: str) -> None:
        colour = theme.line(hue, self.film.theme)["color"]
        place = (picture.width - 1.6 * self.em, y)
        canvas.text(picture, place, words, 0.95 * self.em, colour, align="right", anchor="m")
