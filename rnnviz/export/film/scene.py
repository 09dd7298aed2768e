"""One way of a film: everything that stands still is drawn once, a picture of a step from it."""

from functools import cached_property

from PIL import Image

from rnnviz.export.film import canvas, labels, rows
from rnnviz.export.film.colours import FAINT
from rnnviz.export.film.panel import NormPanel, Panel, UnitPanel
from rnnviz.export.film.view import View
from rnnviz.export.sheet import Sheet


class Scene:
    """The drawing of a view; `picture(t)` is a new Pillow picture, RGB."""

    def __init__(self, view: View):
        self.view, self.geometry = view, view.geometry
        self.panel: Panel = (UnitPanel if view.way == "forward" else NormPanel)(view)

    # -- what stands still -------------------------------------------------------------------------

    @cached_property
    def bare(self) -> Image.Image:
        """Everything but the data."""
        picture = Image.new("RGB", self.geometry.size, self.view.ink.ground)
        labels.heading(self.view, picture)
        self._write(picture)
        return picture

    def _write(self, picture: canvas.Picture) -> None:
        labels.columns(self.view, picture)
        for row, box in zip(self.view.rows, self.geometry.boxes, strict=True):
            labels.row_labels(self.view, picture, row, box)
        self.panel.write_axes(picture)
        labels.time_axis(self.view, picture)
        labels.foot_line(self.view, picture)

    @cached_property
    def whole(self) -> Image.Image:
        """Every step reached."""
        picture = self.bare.copy()
        for row, box in zip(self.view.rows, self.geometry.boxes, strict=True):
            left, top, right, bottom = box
            coloured = rows.cells(row, self.view.film.theme, (right - left, bottom - top))
            picture.paste(Image.fromarray(coloured), (left, top))
        self.panel.draw(picture)
        return picture

    @cached_property
    def faint(self) -> Image.Image:
        """No step reached: the data only to be guessed."""
        return Image.blend(self.bare, self.whole, FAINT)

    # -- a step ------------------------------------------------------------------------------------

    def picture(self, t: int) -> Image.Image:
        """The picture at step t (from 0)."""
        picture, boxes = self.faint.copy(), self.geometry.boxes
        width, height = picture.size
        top, bottom = boxes[0][1], boxes[-1][3]
        left = self.geometry.edge(t)
        right = max(self.geometry.edge(t + 1), left + 1)
        middle = round(float(self.geometry.middle(t)))
        if self.view.way == "forward":
            reached = [(0, top, right, bottom), (0, bottom, middle + 1, height)]
        else:
            known = next(box[1] for r, box in zip(self.view.rows, boxes, strict=True) if r.felt)
            reached = [
                (0, top, width, known),  # the states are there before the way back begins
                (left, known, width, bottom),
                (middle, bottom, width, height),
            ]
        for box in reached:
            picture.paste(self.whole.crop(box), box[:2])
        self._draw_now(picture, t, (left, right))
        self.panel.now(picture, t)
        self._write_now(picture, t)
        return picture

    def still(self, sheet: Sheet, t: int, title: bool, values: bool) -> None:
        """The whole as SVG, every step reached, step t (from 0) marked; with a title, and with the
        numbers of the step, or without."""
        if title:
            labels.heading(self.view, sheet)
        self._write(sheet)
        for row, box in zip(self.view.rows, self.geometry.boxes, strict=True):
            sheet.block(rows.coloured(row.shown, row.limits, self.view.film.theme), box, row.hue)
        self.panel.draw(sheet)
        left = self.geometry.edge(t)
        self._draw_now(sheet, t, (left, max(self.geometry.edge(t + 1), left + 1)))
        self.panel.now(sheet, t)
        if values:
            self._write_now(sheet, t)

    def _draw_now(self, picture: canvas.Picture, t: int, edges: tuple[int, int]) -> None:
        """The cursor: a frame around the column of every row, a line through the panel."""
        wide = max(1, round(self.geometry.em / 9))
        top, bottom = self.geometry.boxes[0][1], self.geometry.boxes[-1][3]
        now, panel = self.view.ink.now, self.geometry.panel
        x = round(float(self.geometry.middle(t)) - wide / 2)
        if edges[1] - edges[0] > 4 * wide:
            frame = (edges[0] - wide, top - wide, edges[1] + wide - 1, bottom + wide - 1)
            canvas.frame(picture, frame, now, wide)
        else:
            canvas.bar(picture, (x, top - wide, x + wide - 1, bottom + wide - 1), now)
        canvas.bar(picture, (x, panel[1], x + wide - 1, panel[3]), now)

    def _write_now(self, picture: canvas.Picture, t: int) -> None:
        """The time counter, and the chosen unit's numbers at the right."""
        labels.counter(self.view, picture, t)
        for row, box in zip(self.view.rows, self.geometry.boxes, strict=True):
            if row.per_unit:
                words = rows.number(float(row.numbers[self.view.film.unit, t]))
                self._value(picture, (box[1] + box[3]) / 2, words, row.hue)
        for hue, y, words in self.panel.values(t):
            self._value(picture, y, words, hue)

    def _value(self, picture: canvas.Picture, y: float, words: str, hue: str) -> None:
        place, colour = (self.geometry.right_edge, y), self.view.line(hue)["colour"]
        size = 0.95 * self.geometry.em
        canvas.text(picture, place, words, size, colour, align="right", anchor="m")
