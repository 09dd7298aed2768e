"""A small picture for a card: an array as coloured cells, a few kilobytes of SVG."""

import base64
from collections import defaultdict

import numpy as np

from rnnviz.figures import parts, theme

_ROWS, _COLUMNS, _SHADES = 12, 32, 16
_CELL = 10


def thumbnail(values: np.ndarray, mode: str) -> str:
    """An image element that only decorates: an array (n, T) from its first rows and columns on.

    Signed values on the diverging scale, others on the sequential one, each up to the largest, in
    so few shades that no number can be read off.
    """
    shown = np.asarray(values, float)[:_ROWS, :_COLUMNS]
    top = parts.largest(shown)
    low = -top if shown.min() < 0 else 0.0
    shades = np.rint((shown - low) / (top - low) * _SHADES).astype(int)
    scale, places = parts.scale(theme.MODES[mode], (low, top)), defaultdict(list)
    for (row, column), shade in np.ndenumerate(shades):
        places[int(shade)].append(f"M{column * _CELL} {row * _CELL}h9v9h-9z")
    paths = (
        f'<path fill="{theme.colour_at(scale, shade / _SHADES)}" d="{"".join(cells)}"/>'
        for shade, cells in places.items()
    )
    rows, columns = shown.shape
    box = f'viewBox="0 0 {columns * _CELL - 1} {rows * _CELL - 1}" preserveAspectRatio="none"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{"".join(paths)}</svg>'
    return f'<img alt="" src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}">'
