"""What changes along a bifurcation diagram: a setting, or one number of a parameter."""

from rnnviz.core import dynamics
from rnnviz.core.types import Run
from rnnviz.ui.controls import choose, pick

_SETTINGS = {"gain": "Gain", "forget_bias": "Forget bias"}


def along(run: Run) -> str:
    """Draw the menu, and of a parameter the place of the number; its word, as
    `dynamics.bifurcation_diagram` reads it."""
    settings = dict(_SETTINGS)
    if not dynamics.has_forget_bias(run.cell):
        del settings["forget_bias"]
    inner = [name for name in run.params if name not in run.cell.readout]
    what = pick("along", "Bifurcation over", settings | {n: f"One number of {n}" for n in inner})
    if what in settings:
        return what
    rows, columns = run.params[what].shape
    row = choose("row", f"Row of {what}", 1, rows, 1)
    if columns == 1:
        return f"{what}[{row}]"
    return f"{what}[{row},{choose('column', f'Column of {what}', 1, columns, 1)}]"
