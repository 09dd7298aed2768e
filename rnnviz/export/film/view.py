"""What one way of a film shows, and where: the frozen value that all its drawing takes."""

from dataclasses import dataclass
from typing import Protocol

from rnnviz.core.types import Run
from rnnviz.export.film import rows
from rnnviz.export.film.choices import Film
from rnnviz.export.film.geometry import Geometry, geometry
from rnnviz.figures import theme


class Asked(Protocol):
    """What a view asks of a Film, or of a single picture."""

    @property
    def theme(self) -> str: ...
    @property
    def sequence(self) -> int: ...
    @property
    def unit(self) -> int: ...
    @property
    def picture(self) -> str: ...


@dataclass(frozen=True, eq=False)
class View:
    """Forward or backward through one sequence of a run: its rows and their places."""

    run: Run
    film: Asked
    way: str
    rows: tuple[rows.Row, ...]
    geometry: Geometry

    @property
    def ink(self) -> theme.Ink:
        """The colours of the film's theme."""
        return theme.MODES[self.film.theme]

    def line(self, hue: str, width: float = 0.11) -> dict:
        """The arguments of a curve of a quantity: its colour, its dash and a width in ems."""
        style = theme.line(hue, self.film.theme)
        width *= self.geometry.em
        return {"colour": style["color"], "dash": style["dash"], "width": width}


def rows_of(run: Run, way: str, sequence: int) -> tuple[rows.Row, ...]:
    """What is seen of a sequence, `way` being "forward" or "backward"."""
    return tuple((rows.forward if way == "forward" else rows.backward)(run, sequence))


def view(run: Run, film: Film, way: str) -> View:
    """The view of a run."""
    shown = rows_of(run, way, film.sequence)
    return View(
        run, film, way, shown, geometry(film.size, way, shown, beside=film.picture == "both")
    )
