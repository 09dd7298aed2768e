"""The cell's diagram in a film: alone, or at the left of the tape, walking through time with it."""

from functools import cached_property, partial

from PIL import Image

from rnnviz.export.diagram import Diagram
from rnnviz.export.film import labels
from rnnviz.export.film.painting import Painting
from rnnviz.export.film.scene import Scene
from rnnviz.export.film.view import View


class DiagramScene:
    """The drawing of a view with its diagram; `picture(t)` is a new Pillow picture, RGB."""

    def __init__(self, view: View):
        self.view = view
        self.tape = Scene(view) if view.film.picture == "both" else None

    @cached_property
    def bare(self) -> Image.Image:
        """What stands still where there is no tape."""
        picture = Image.new("RGB", self.view.geometry.size, self.view.ink.ground)
        labels.heading(self.view, picture)
        labels.foot_line(self.view, picture)
        return picture

    def picture(self, t: int) -> Image.Image:
        """The picture at step t (from 0)."""
        view, (left, top, right, bottom) = self.view, self.view.geometry.figure
        if self.tape:
            picture = self.tape.picture(t)
        else:
            picture = self.bare.copy()
            labels.counter(view, picture, t)
        on = partial(Painting, room=(right - left, bottom - top))
        film = view.film
        drawn = Diagram(view.run, t, film.sequence, film.unit, film.theme, view.way)
        painted = drawn.draw(title=False, on=on)
        assert isinstance(painted, Painting)
        own = painted.picture()
        place = (left + right - own.width) // 2, (top + bottom - own.height) // 2
        picture.paste(own, place)
        return picture
