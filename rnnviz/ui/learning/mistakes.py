"""Broken backpropagation: a mistake beside the right gradient, and what finds each of all."""

import hashlib
from dataclasses import replace

import streamlit as st

from rnnviz.core.phrases import number
from rnnviz.core.training import MISTAKES, Settings
from rnnviz.exhibits.duel import Contestant, curve_says
from rnnviz.ui import cache
from rnnviz.ui.learning.choose import Chosen
from rnnviz.ui.learning.contest import Side, contest, seen, state_of
from rnnviz.ui.learning.follow import BUSY, submit
from rnnviz.ui.learning.sides import possible

_RIGHT = "The right gradient"
_EVERY = 1.0  # seconds between two looks at all of them


def mistake(chosen: Chosen) -> None:
    """What the check finds of the chosen one, both losses, and the table of all."""
    settings, name = chosen.plan.settings, chosen.plan.mistake
    told = found(chosen, replace(settings, mistake=name))
    st.markdown(f"The gradient check: **{told or 'it finds nothing here'}**.")
    contest(chosen, _sides(chosen, name), name)
    _all(chosen)


def _sides(chosen: Chosen, name: str) -> list[Side]:
    settings = chosen.plan.settings
    right, wrong = (replace(settings, mistake=one) for one in ("", name))
    return [Side(_RIGHT, 0, [right]), Side(MISTAKES[name].title.capitalize(), 1, [wrong])]


def found(chosen: Chosen, settings: Settings) -> str:
    """What the gradient check says; "" where it finds nothing."""
    digest = hashlib.sha256(chosen.data or b"").hexdigest()
    return cache.found(chosen.plan.asked, settings, digest, chosen.data)


def _all(chosen: Chosen) -> None:
    """Every mistake of the cell: what the check finds, and whether the loss says anything."""
    names = possible(chosen.plan.settings)
    every = [replace(chosen.plan.settings, mistake=name) for name in ("", *names)]
    st.subheader("Which of them does the loss show?", anchor=False)
    st.button("Train all of them", key="training-all", on_click=submit, args=(chosen, every))
    busy = any(state_of(chosen, settings)[1] in BUSY for settings in every)

    @st.fragment(run_every=_EVERY if busy else None)
    def draw():
        now = any(state_of(chosen, settings)[1] in BUSY for settings in every)
        if busy and not now:
            st.rerun()
        st.markdown("\n".join(_rows(chosen, names)))

    draw()


def _rows(chosen: Chosen, names: list[str]) -> list[str]:
    rows = ["| mistake | the gradient check | solved after | largest norm | the loss |",
            "| --- | --- | --- | --- | --- |"]  # fmt: skip
    for name in names:
        right, wrong = seen(chosen, _sides(chosen, name), name).sides
        told = found(chosen, replace(chosen.plan.settings, mistake=name)) or "nothing"
        says = curve_says(right, wrong).replace("*", "").partition(":")[0].rstrip(".") or "–"
        row = (MISTAKES[name].title, told, _solved(wrong), _norm(wrong), says)
        rows.append(f"| {' | '.join(row)} |")
    return rows


def _over(one: Contestant) -> bool:
    return all(w.seconds is not None for w in one.each)


def _solved(one: Contestant) -> str:
    if not _over(one):
        return "–"
    return str(one.solved[0]) if one.solved else "not"


def _norm(one: Contestant) -> str:
    """The largest norm of a whole gradient, of the batches."""
    norms = [w.largest_norm for w in one.each if _over(one)]
    return number(max(norms), 2) if norms else "–"
