"""What a page is told to draw with: frame, controls, cached runs, pictures, words."""

from rnnviz.ui.cache import bands, itemised, run, singular_values
from rnnviz.ui.controls import (
    choose,
    experiment,
    link_to,
    options,
    sequence,
    unit,
)
from rnnviz.ui.equations import equations, substituted
from rnnviz.ui.film import film
from rnnviz.ui.link import open_capsule, share
from rnnviz.ui.page import page, questions, settle
from rnnviz.ui.pictures import take_pictures
from rnnviz.ui.player import player
from rnnviz.ui.proof import proof
from rnnviz.ui.show import broken, folded, picture, python, table
from rnnviz.ui.take import take

__all__ = [
    "bands",
    "broken",
    "choose",
    "equations",
    "experiment",
    "film",
    "folded",
    "itemised",
    "link_to",
    "open_capsule",
    "options",
    "page",
    "picture",
    "player",
    "proof",
    "python",
    "questions",
    "run",
    "sequence",
    "settle",
    "share",
    "singular_values",
    "substituted",
    "table",
    "take",
    "take_pictures",
    "unit",
]
