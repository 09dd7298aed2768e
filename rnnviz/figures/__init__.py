"""Pictures: a Pass goes in, a Plotly figure comes out; nothing here draws on a page."""

from rnnviz.figures import (
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
