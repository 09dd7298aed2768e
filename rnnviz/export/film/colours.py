"""The 255 colours and the transparent one that a GIF has for every picture of a theme."""

from collections.abc import Iterable
from functools import cache

import numpy as np
from plotly.colors import find_intermediate_color

from rnnviz.figures import theme

FAINT = 0.16  # of what is not reached yet, as much of its colour is to be seen
GIF_SPARE = 255  # the index of what did not change
_STEPS = {"whole": 49, "faint": 15}


@cache
def gif_palette(mode: str) -> bytes:
    """256 colours as red, green, blue: the scales, their faint halves, every ink and its edges."""
    ink = theme.MODES[mode]
    ground, lines = theme.rgb(ink.ground), ink.lines.values()
    plain = (ink.ground, ink.text, ink.quiet, ink.grid, ink.now, *lines)
    mixed = [theme.rgb(colour) for colour in plain]
    for scale in (ink.diverging, ink.sequential):
        for steps, share in ((_STEPS["whole"], 1.0), (_STEPS["faint"], FAINT)):
            for part in np.linspace(0, 1, steps):
                mixed += _between(ground, theme.colour_at(scale, part), [share])
    for colour, steps in ((ink.text, 14), (ink.quiet, 10), (ink.now, 8)):
        mixed += _between(ground, colour, np.linspace(0, 1, steps + 2)[1:-1])
    for colour in lines:
        mixed += _between(ground, colour, (FAINT, 0.3, 0.45, 0.6, 0.75, 0.88))
    colours = list(dict.fromkeys(tuple(map(round, colour)) for colour in mixed))[:GIF_SPARE]
    colours += [colours[0]] * (GIF_SPARE + 1 - len(colours))
    return bytes(part for colour in colours for part in colour)


class Nearest:
    """The palette's nearest colour to any colour, each looked for once.

    Pillow's own search is approximate: it would give the ground itself another colour.
    """

    def __init__(self, mode: str):
        self._colours = np.frombuffer(gif_palette(mode), np.uint8).reshape(-1, 3)[:GIF_SPARE]
        self._known = np.full(1 << 24, -1, np.int16)

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        """The indices (n,) of pixels (n, 3)."""
        red, green, blue = pixels.astype(np.int32).T
        packed = red << 16 | green << 8 | blue
        new = np.unique(packed[self._known[packed] < 0])
        for part in np.split(new, range(4096, len(new), 4096)):
            wanted = np.stack([part >> 16, part >> 8 & 255, part & 255], axis=1)
            away = np.square(wanted[:, None] - self._colours.astype(np.int32)).sum(axis=-1)
            self._known[part] = away.argmin(axis=-1)
        return self._known[packed].astype(np.uint8)


def _between(ground: tuple[int, ...], colour: str, shares: Iterable[float]) -> list[tuple]:
    """What lies between the ground and a colour, as at the edge of a letter or a line."""
    return [find_intermediate_color(ground, theme.rgb(colour), share) for share in shares]
