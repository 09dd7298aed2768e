"""One step of a run as a picture of its own: the cell's diagram, or the tape with that step marked.

Both are drawn as SVG, which needs no browser; PDF, PNG and WebP are made of it by a Chrome.
"""

from dataclasses import dataclass
from functools import partial

from rnnviz.core.errors import ExperimentError, check_choice, shown
from rnnviz.core.types import Run
from rnnviz.export import choices
from rnnviz.export.diagram import diagram
from rnnviz.export.dress import Look, family
from rnnviz.export.film.geometry import geometry
from rnnviz.export.film.scene import Scene
from rnnviz.export.film.view import View, rows_of
from rnnviz.export.images import Order
from rnnviz.export.sheet import Sheet
from rnnviz.figures import theme

KINDS = {
    "diagram": "the cell, with what every box and wire carries",
    "diagram-back": "the cell, with how the loss feels every box",
    "tape": "what each unit holds at each step",
    "tape-back": "how the loss is felt at each step before it",
}
_EM = 13.0  # units of a tape's type
_TALL = {"px": 9 / 16, "mm": 0.62}  # a tape's height by its width


@dataclass(frozen=True)
class Still:
    """Which picture: its kind, the step, sequence and unit (from 0), and whether its
    numbers are in it."""

    kind: str
    t: int = 0
    sequence: int = 0
    unit: int = 0
    values: bool = True

    def check(self, run: Run) -> None:
        """Raise ExperimentError unless the run has such a picture."""
        check_choice("pictures", self.kind, KINDS)
        sizes = {"at": (self.t, run.trace.T_x), "sequence": (self.sequence, run.trace.m)}
        for name, (value, most) in (sizes | {"unit": (self.unit, run.trace.n_a)}).items():
            if not 0 <= value < most:
                raise ExperimentError(
                    f"{name} must be between 1 and {most}, got {shown(value + 1)}"
                )


@dataclass(frozen=True)
class _Shown:
    """What a film's scene asks of a film."""

    theme: str
    sequence: int
    unit: int
    size: tuple[int, int]
    picture: str = "tape"


def sheet(run: Run, still: Still, look: Look) -> Sheet:
    """The picture as it is drawn. Raises ExperimentError."""
    still.check(run)
    if look.steps:
        raise ExperimentError(f"pictures must be of all steps, got a range of {look.steps}")
    if look.common:
        raise ExperimentError(f"common must be no of pictures of one step, got {still.kind}")
    way = "backward" if still.kind.endswith("-back") else "forward"
    if still.kind.startswith("diagram"):
        chosen = (still.t, still.sequence, still.unit)
        return diagram(run, chosen, look.theme, way, look.title, still.values)
    wide = look.width if look.mm is None else round(_EM * look.mm / 25.4 * 72 / look.points)
    size = wide, max(360, round(wide * _TALL["px" if look.mm is None else "mm"]))
    asked = _Shown(look.theme, still.sequence, still.unit, size)
    every = rows_of(run, way, still.sequence)
    em = _EM if look.mm is not None else None
    one = Scene(View(run, asked, way, every, geometry(size, way, every, em)))
    top = 0 if look.title else one.geometry.boxes[0][1] - 1.6 * one.geometry.em
    drawn = Sheet((size[0], size[1] - top), look.theme, (0, top))
    one.still(drawn, still.t, look.title, still.values)
    return drawn


def svg(run: Run, still: Still, look: Look) -> str:
    """The picture as the text of an SVG file, as wide as the look has it. Raises
    ExperimentError."""
    drawn = sheet(run, still, look)
    share = drawn.height / drawn.width
    if look.mm is None:
        width, height = f"{look.width}", f"{look.width * share:.2f}"
    else:
        width, height = f"{look.mm:g}mm", f"{look.mm * share:.2f}mm"
    unit, sequence, t = still.unit + 1, still.sequence + 1, still.t + 1
    title = f"{run.cell.title}, {KINDS[still.kind]}: t = {t}, sequence {sequence}, unit {unit}"
    return drawn.svg(width, height, title, family(look) or theme.FONT)


def order(name: str, run: Run, still: Still, look: Look, form: str, scale: float = 1.0) -> Order:
    """The picture as a file of a format, to be drawn with others."""
    return Order(name, partial(svg, run, still, look), look, form, scale, is_svg=True)


def flags(still: Still, look: Look, form: str, scale: float = 1.0) -> list[str]:
    """What `python -m rnnviz export` is told to write the same file."""
    place = {"t": still.t, "sequence": still.sequence, "unit": still.unit}
    words = ["--pictures", still.kind, *choices.flags(place)]
    words += ["--values", "yes" if still.values else "no"]
    return [*words, *look.flags, "--format", form, "--scale", f"{scale:g}"]
