"""What assets/figures must know of lines and words, which core and theme have in Python."""

from collections.abc import Iterable

from rnnviz.core.cells import Cell
from rnnviz.export.player.cell import inks
from rnnviz.figures import theme


def lines(cells: Iterable[Cell]) -> dict:
    """What assets/figures knows of lines and words beside the inks."""
    modes, names = ("light", "dark"), inks(cells)["light"]["hues"]
    return {
        "font": theme.FONT,
        "serif": theme.SERIF,
        "decades": theme.DECADES,
        "dashes": {name: theme.line(name, "light")["dash"] for name in names},
        "titles": {name: theme.title_of(name) for name in names},
        "tones": {mode: [theme.tone(index, mode) for index in range(8)] for mode in modes},
        "lines": {mode: theme.MODES[mode].lines for mode in modes},
    }
