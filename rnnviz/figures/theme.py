"""Every colour, dash, scale and measure of the pictures, for a light and a dark ground and paper.

The palette is Okabe and Ito's (safe for colour-blind eyes), darkened or lightened until a
line has a contrast of 3:1 and text one of 4.5:1 against its ground.
"""

import re
from functools import lru_cache, partial
from itertools import pairwise, product
from typing import NamedTuple
from zlib import crc32

from plotly.colors import find_intermediate_color, hex_to_rgb

from rnnviz.core.cells import CELLS, Cell, enrolled
from rnnviz.core.cells.own import NAME as OWN
from rnnviz.core.cells.own import TITLE


class Ink(NamedTuple):
    """The colours of one mode; `lines` by the name of the hue."""

    ground: str
    text: str
    quiet: str
    grid: str
    now: str
    lines: dict[str, str]
    diverging: list
    sequential: list
    weight: float = 1.0  # what the widths of lines are multiplied by


MODES = {
    "light": Ink(
        ground="#ffffff",
        text="#1c2126",
        quiet="#5c6670",
        grid="#e3e6ea",
        now="#a3004f",
        lines={
            "blue": "#0b5a8f",
            "orange": "#a86200",
            "green": "#00805e",
            "red": "#c2410c",
            "purple": "#8e3f7d",
            "sky": "#2a7ab0",
            "gold": "#857000",
            "grey": "#5c6670",
            "ink": "#22282e",
            "indigo": "#4f3fc4",
            "brown": "#8a5a3c",
            "teal": "#3f8791",
        },
        diverging=[
            [0, "#0b4f8a"],
            [0.25, "#6fa8d6"],
            [0.5, "#f7f7f5"],
            [0.75, "#eba06a"],
            [1, "#9c3a00"],
        ],
        sequential=[
            [0, "#fbfbf8"],
            [0.25, "#c7dfd8"],
            [0.5, "#7fb8ad"],
            [0.75, "#357f7f"],
            [1, "#0a3d4a"],
        ],
    ),
    "dark": Ink(
        ground="#11161c",
        text="#e6e9ec",
        quiet="#9aa5b0",
        grid="#2a333d",
        now="#ffb3d1",
        lines={
            "blue": "#6cb4e4",
            "orange": "#f0a93a",
            "green": "#34c79a",
            "red": "#f2763a",
            "purple": "#d98fc6",
            "sky": "#9ad8f8",
            "gold": "#e0d04a",
            "grey": "#9aa5b0",
            "ink": "#f2f4f6",
            "indigo": "#9c8cff",
            "brown": "#c99a76",
            "teal": "#6fb3bd",
        },
        diverging=[
            [0, "#8cc8f5"],
            [0.25, "#34719f"],
            [0.5, "#1b222a"],
            [0.75, "#a85a22"],
            [1, "#ffb27a"],
        ],
        sequential=[
            [0, "#171e25"],
            [0.25, "#1d4048"],
            [0.5, "#2d7272"],
            [0.75, "#6bb3a4"],
            [1, "#e3f5ec"],
        ],
    ),
}
# On paper: black on white, the lines and dashes so broad that they differ without their colours.
MODES["print"] = MODES["light"]._replace(ground="#ffffff", text="#000000", weight=1.4)

# One hue and one dash for one thing, on every page and in every export.
HUES = {
    "a": ("blue", "solid"),
    "c": ("orange", "dash"),
    "x": ("grey", "dot"),
    "forget": ("red", "solid"),
    "input": ("green", "dash"),
    "update": ("green", "dash"),
    "output": ("purple", "dot"),
    "reset": ("gold", "dashdot"),
    "candidate": ("sky", "longdash"),
    "rnn": ("ink", "dot"),
    "lstm": ("indigo", "solid"),
    "gru": ("brown", "dash"),
    "bow": ("teal", "dashdot"),
}
FLOOR = (
    2.220446049250313e-16  # float64's epsilon: what is smaller than this share drowns in rounding
)
DECADES = 6  # powers of ten that a gradient's colours span in player and films
# Hues that some eyes, in some mode, do not tell apart: with one dash they are one line.
_ALIKE = frozenset(
    frozenset(pair.split())
    for pair in (
        *("blue purple", "blue sky", "orange red", "orange gold", "red gold", "green grey"),
        *("green brown", "purple grey", "purple teal", "grey teal"),
    )
)
_DASHES = ("dashdot", "longdash", "longdashdot", "solid", "dash", "dot")
_SPARE = [*product(reversed(MODES["light"].lines), _DASHES)]  # of what has no fixed one
_LETTERED = [style for style in _SPARE if style not in HUES.values()]
PAPER_FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"  # what journals ask for
FONT = "'Source Sans', 'Source Sans 3', 'Source Sans Pro', 'Segoe UI', Helvetica, sans-serif"
SERIF = "'Source Serif', 'Source Serif 4', 'Source Serif Pro', Georgia, serif"  # of titles


def line(name: str, mode: str, width: float = 2) -> dict:
    """Colour and dash of a gate, state or cell; one without a fixed line gets one that is free."""
    known = HUES.get(name) or spare_lines(tuple(sorted(CELLS.values(), key=enrolled))).get(name)
    hue, dash = known or _of_letters(name)
    return {"color": MODES[mode].lines[hue], "dash": dash, "width": width * MODES[mode].weight}


def _of_letters(name: str) -> tuple[str, str]:
    """The line of a name in a cell of a person's own, which follows from its letters: the same in
    every picture, and another one for each single letter."""
    place = ord(name) % 64 - 1 if len(name) == 1 and name.isascii() else crc32(name.encode())
    return _LETTERED[7 * place % len(_LETTERED)]  # neighbours in the alphabet in other hues


@lru_cache
def spare_lines(cells: tuple[Cell, ...]) -> dict[str, tuple[str, str]]:
    """Hue and dash of each cell, state and gate that HUES does not know, first come first served.

    None gets the line of a neighbour, or one that some eyes do not tell from it: of another cell,
    or of what else its own cell has; no state gets the dash of another one, for print. Lines that
    nothing has go first, and among them those least like the neighbours'.
    """
    models = (*(cell.name for cell in cells), "bow", OWN)
    groups = [models, *((*c.states, *_gates(c)) for c in cells)]
    lines = HUES | {OWN: ("teal", "solid")}  # the bag of words stands in no picture of runs
    for name in (name for group in groups for name in group):
        near = [lines[n] for group in groups if name in group for n in group if n in lines]
        if name not in lines:
            beside = {n for c in cells if name in c.states for n in c.states if n in lines}
            taken, every = {lines[n][1] for n in beside}, [*lines.values()]
            lines[name] = min(_SPARE, key=partial(_likeness, near=near, taken=taken, every=every))
    return {name: style for name, style in lines.items() if name not in HUES}


def _gates(cell: Cell) -> tuple[str, ...]:
    """The names of a cell's blocks and gates."""
    return tuple(dict.fromkeys(gate.name for gate in (*cell.gates, *cell.shown_gates)))


def _likeness(style: tuple[str, str], near: list, taken: set, every: list) -> tuple:
    """How like its neighbours' lines, and all lines, a hue and dash is."""
    shared = sum((style[0] == hue) + (style[1] == dash) for hue, dash in near)
    confused = [dash for hue, dash in near if frozenset((style[0], hue)) in _ALIKE]
    return style in near, style[1] in confused, style[1] in taken, style in every, shared


def tone(index: int, mode: str) -> dict:
    """The line of the index-th chosen unit, told apart by dash as well as by hue."""
    hues = ("blue", "orange", "green", "purple", "red", "gold", "sky", "grey")
    dashes = ("solid", "dash", "dot", "dashdot")
    ink, dash = MODES[mode], dashes[index // 2 % len(dashes)]
    return {"color": ink.lines[hues[index % len(hues)]], "dash": dash, "width": 2 * ink.weight}


def title_of(name: str) -> str:
    """A state, gate or cell as it is written in a picture."""
    if name in CELLS:
        return CELLS[name].title
    titles = {"a": "hidden state a", "c": "memory c", "x": "input x", OWN: TITLE}
    return titles.get(name, name)


def written(latex: str) -> str:
    """A letter of a gate without LaTeX, as Plotly writes it.

    >>> written(r"\\tilde c"), written("z_{f}")
    ('c\u0303', 'z<sub>f</sub>')
    """
    for word, letter in (("imath", "i"), ("Delta", "Δ"), ("omega", "ω")):
        latex = latex.replace(f"\\{word}", letter)
    latex = re.sub(r"\\tilde\s*(\w)", "\\1\u0303", latex)
    return re.sub(r"_\{([^}]*)\}", r"<sub>\1</sub>", latex)


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2 between two colours "#rrggbb": 4.5 and more reads well."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def colour_at(scale: list, share: float) -> str:
    """The colour of a scale [[0, "#rrggbb"], ..] at a share of its length; its ends beyond them.

    It is mixed in whole 0 to 255: plotly's sample_colorscale mixes in 0 to 1, where rounding turns
    some halves the other way.
    """
    share = max(share, 0.0)
    for (low, start), (high, end) in pairwise(scale):
        if share <= high:
            part = (share - low) / (high - low)
            mixed = find_intermediate_color(rgb(start), rgb(end), part)
            return "#{:02x}{:02x}{:02x}".format(*map(round, mixed))
    return scale[-1][1]


def ink_on(ground: str) -> str:
    """Black or white, whichever reads better on a ground."""
    return max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, ground))


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of "#rrggbb", 0 to 255."""
    return hex_to_rgb(colour)


def _luminance(colour: str) -> float:
    shares = (part / 255 for part in rgb(colour))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
