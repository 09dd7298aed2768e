"""The controls, the link that holds them, and what a session keeps of both.

The one room that touches the session and the address bar.
"""

from rnnviz.ui.controls.choices import (
    cells,
    choose,
    chosen,
    hear,
    kept,
    options,
    pick,
    sequence,
    switch,
    unfolded,
    unit,
    wish,
    wished,
)
from rnnviz.ui.controls.demo import demo_keys, hear_asked
from rnnviz.ui.controls.lessons import (
    answers,
    forget_answers,
    hear_answers,
    lesson,
    move,
    predict,
    predicted,
    setting,
)
from rnnviz.ui.controls.series import sent
from rnnviz.ui.controls.session import (
    adopt,
    enter,
    link_to,
    say,
    short_link,
    store,
    take_over,
    word,
    write_link,
)
from rnnviz.ui.controls.shared import experiment
from rnnviz.ui.controls.text import hear_edited
from rnnviz.ui.controls.training import (
    field,
    forget_frame,
    frame,
    guess,
    keep_guess,
    own_equations,
    playing,
    replay,
)
from rnnviz.ui.controls.typed import hear_typed, start_from, take, typed

__all__ = [
    "adopt",
    "answers",
    "cells",
    "choose",
    "chosen",
    "demo_keys",
    "enter",
    "experiment",
    "field",
    "forget_answers",
    "forget_frame",
    "frame",
    "guess",
    "hear",
    "hear_answers",
    "hear_asked",
    "hear_edited",
    "hear_typed",
    "keep_guess",
    "kept",
    "lesson",
    "link_to",
    "move",
    "options",
    "own_equations",
    "pick",
    "playing",
    "predict",
    "predicted",
    "replay",
    "say",
    "sent",
    "sequence",
    "setting",
    "short_link",
    "start_from",
    "store",
    "switch",
    "take",
    "take_over",
    "typed",
    "unfolded",
    "unit",
    "wish",
    "wished",
    "word",
    "write_link",
]  # fmt: skip
