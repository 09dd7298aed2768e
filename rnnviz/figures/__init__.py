"""Pictures: a Pass goes in, a Plotly figure comes out; nothing here draws on a page."""

from rnnviz.figures import (
    answer_plane,
    compare,
    diagrams,
    dynamics,
    gates,
    gradients,
    memory,
    newton,
    reviews,
    states,
    step,
    surgery,
    theme,
    training,
    verdicts,
    workshop,
)

__all__ = [
    "answer_plane",
    "compare",
    "diagrams",
    "dynamics",
    "gates",
    "gradients",
    "memory",
    "newton",
    "reviews",
    "states",
    "step",
    "surgery",
    "theme",
    "training",
    "verdicts",
    "workshop",
]
