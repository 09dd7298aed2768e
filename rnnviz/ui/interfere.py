"""What is done to a run, and from which step on: the controls of what would have happened."""

import streamlit as st

from rnnviz.core.types import Run
from rnnviz.exhibits.surgery import done_to, held_at
from rnnviz.ui.controls import choose, pick


def interfere(run: Run) -> dict[str, str | int]:
    """Draw them; what the picture takes: `surgery`, `since`. A gate can be held at any number."""
    left, middle, right = st.columns(3)
    free = {letter: f"{title} a value" for letter, title in held_at(run).items()}
    with left:
        surgery = pick("surgery", "Interfere", done_to(run) | free)
    with middle:
        T_x = run.trace.T_x
        since = choose("since", "From step", 1, T_x, T_x // 3)
    if surgery in free:
        with right:
            surgery += f"-{choose('level', 'Held at', 0.0, 1.0, 0.25, 0.05):g}"
    return {"surgery": surgery, "since": since}
