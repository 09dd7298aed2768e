"""Several networks that learn the same batches: started together, watched together."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import streamlit as st

from rnnviz.core.training import Settings
from rnnviz.exhibits import duel as exhibits
from rnnviz.exhibits import training
from rnnviz.exhibits.duel import Contestant, Duel, middle
from rnnviz.exhibits.replay import duel_updates
from rnnviz.lessons.predictions import Choice
from rnnviz.tasks.runs import Folder
from rnnviz.ui import cache, controls
from rnnviz.ui.learning.choose import Chosen
from rnnviz.ui.learning.follow import BUSY, begun, leave, stands, submit, watched
from rnnviz.ui.learning.replay import replay
from rnnviz.ui.learning.single import singly
from rnnviz.ui.learning.when import NEAR
from rnnviz.ui.show import exhibit

_EVERY = 0.6  # seconds between two looks
_NOBODY = "None of them"


class Side(NamedTuple):
    """One side before it has begun: name, hue, and what is trained, one a seed."""

    name: str
    hue: str | int
    several: Sequence[Settings]


def contest(chosen: Chosen, sides: Sequence[Side], mistake: str = "") -> Duel:
    """The buttons, what was predicted, and the pictures, which are redrawn as they learn."""
    order = [one for seed in zip(*(side.several for side in sides), strict=True) for one in seed]
    states = [state_of(chosen, settings)[1] for settings in order]
    busy = any(state in BUSY for state in states)
    if set(states) == {""}:
        cache.trainings().await_start()
    _buttons(chosen, sides, order, states, mistake)

    @st.fragment(run_every=_EVERY if busy else None)
    def live():
        now = [state_of(chosen, settings)[1] for settings in order]
        if busy and not any(state in BUSY for state in now):
            st.rerun()
        one = seen(chosen, sides, mistake)
        done = sum(w.one.done for side in one.sides for w in side.each if w.seconds is None)
        over = sum(s.updates for s, state in zip(order, now, strict=True) if state == "done")
        whole = sum(s.updates for s in order)
        words = f"{sum(state == 'done' for state in now)} of {len(order)} networks have learned"
        press = 0 if busy else controls.playing(_of(sides))
        place, at = st.container(key="training-at"), None
        if not press:
            with place:
                if over < whole:
                    st.progress(min(1.0, (done * busy + over) / whole), words)
                else:
                    at = _at(one)
        exhibit(exhibits.losses, one, of=one.of, now=at)
        for n, (column, side) in enumerate(zip(st.columns(len(sides)), one.sides, strict=True)):
            with column:
                if mistake:
                    st.markdown(f"**{side.name}**")
                first = side.each[0]
                exhibit(training.lags, first, place=f"-{n}", of=first.of, now=at)
        if press:  # the pictures stand by now
            with place:
                _play(one, press)

    with st.container(key="training-live"):
        live()
    one = seen(chosen, sides, mistake)
    if not busy and set(states) == {"done"}:
        _tell(one, _of(sides))
        if not mistake:
            singly(chosen, order)
    return one


def _at(one: Duel) -> int | None:
    """The update at which all networks are looked at, by the slider; None at the end."""
    updates = duel_updates(one)
    at = controls.frame(updates)
    return updates[at] if at < len(updates) - 1 else None


def _play(one: Duel, press: int) -> None:
    at = replay(one, press)
    if at is not None:
        updates = duel_updates(one)
        controls.look_at(updates[at] if at < len(updates) - 1 else None)
        st.rerun()


def seen(chosen: Chosen, sides: Sequence[Side], mistake: str = "") -> Duel:
    """All sides as far as they are; the first seed after its first update of one that has not
    begun."""
    contestants = []
    for side in sides:
        every = ((s, *state_of(chosen, s)) for s in side.several)
        some = [(s, folder, state) for s, folder, state in every if begun(folder)]
        each = [watched(chosen, *one) for one in some or [(side.several[0], None, "")]]
        contestants.append(Contestant(side.name, side.hue, each))
    first = contestants[0].each[0]
    key = " ".join([chosen.plan.view, *(w.key for side in contestants for w in side.each)])
    names = " / ".join(side.name for side in sides)
    of = f"{first.title}, {names}, seeds from {sides[0].several[0].seed}"
    updates = sides[0].several[0].updates
    return Duel(contestants, first.chance, first.goal, updates, key, of, mistake)


def state_of(chosen: Chosen, settings: Settings) -> tuple[Folder | None, str]:
    """The folder of a training, where there is one, and where it stands."""
    folder = cache.trainings().find(chosen.plan.asked, settings, chosen.data)
    return folder, stands(folder)


def _buttons(chosen: Chosen, sides, order, states, mistake: str) -> None:
    if any(state in BUSY for state in states):
        folders = [folder for s in order if (folder := state_of(chosen, s)[0])]
        leave(chosen, folders)
        return
    said = None if mistake or set(states) != {""} else _predict(sides)
    done = set(states) == {"done"}
    label = "Train again" if done else "Start" if set(states) == {""} else "Go on"
    chosen.row.button(
        label, key="training-start", icon=":material/play_arrow:",
        on_click=partial(_start, chosen, order, done, said, _of(sides)),
    )  # fmt: skip
    if done:
        chosen.row.button("Play", key="training-play", icon=":material/replay:",
                          on_click=controls.replay, args=(_of(sides),))  # fmt: skip


def _start(chosen: Chosen, order: Sequence[Settings], anew: bool, said, of: str) -> None:
    if said:
        controls.keep_guess(of, said)
    submit(chosen, list(order), anew)


def _of(sides: Sequence[Side]) -> str:
    return f"duel {[(side.name, *side.several) for side in sides]}"


def _predict(sides: Sequence[Side]) -> tuple[str, float | None] | None:
    """Who gets there first, and when; None where nobody says."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    options = [*(side.name for side in sides), _NOBODY]
    first = left.radio("Predict: who gets there first?", options, index=None, horizontal=True)
    after = right.number_input("After how many updates?", 1, 10**6, value=None)
    return (first, after) if first else None


def _tell(one: Duel, of: str) -> None:
    """What was predicted, and what came."""
    if (said := controls.guess(of)) is None:
        return
    name, after = said
    options = (*(side.name for side in one.sides), _NOBODY)
    first = one.first
    st.markdown(Choice(options).difference(name, first.name if first else _NOBODY))
    if first and after is not None:
        st.markdown(NEAR.difference(float(after), middle(first)))
