"""A page's own choices, part of its link: numbers, switches, what a component says."""

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from rnnviz.core.cells import CELLS
from rnnviz.core.experiment import MOST_CELLS
from rnnviz.core.glossary import told
from rnnviz.exhibits.by_cell import cells_of
from rnnviz.ui.controls.session import say, store, word
from rnnviz.ui.letters import letter_by_letter

_UP, _DOWN = ":material/keyboard_arrow_up:", ":material/keyboard_arrow_down:"


def choose(name: str, label: str, low, high, default, step=None):
    """A slider of the page itself, part of the link; drawn only where there is a choice."""
    kept, value = store(), chosen(name, low, high, default)
    key = f"choice_{kept.page}_{name}"
    if kept.redraw or key not in st.session_state:
        st.session_state[key] = value
    st.session_state[key] = min(max(st.session_state[key], low), high)
    if low < high:
        value = st.slider(label, low, high, step=step, key=key, help=told(name))
    kept.view[name], kept.defaults[name] = str(value), str(default)
    return value


def menu(label: str, entries: list[str], **more: Any) -> str:
    """Streamlit's menu, but for a word that is none of its entries, which Streamlit hands on as a
    browser says it: the first then."""
    said = st.selectbox(label, entries, **more)
    return said if said in entries else entries[0]


def pick(name: str, label: str, titles: Mapping[str, str]) -> str:
    """One of some words, as part of the link; the first unless the link says another."""
    kept, words = store(), list(titles)
    key = f"choice_{kept.page}_{name}"
    if kept.redraw or st.session_state.get(key) not in words:
        st.session_state[key] = word(name) if word(name) in words else words[0]
    picked = menu(label, words, format_func=titles.__getitem__, key=key, help=told(name))
    kept.view[name], kept.defaults[name] = picked, words[0]
    return picked


def switch(name: str, label: str, place=st) -> bool:
    """A toggle that is part of the link of every page; off unless the link says 1."""
    kept, key = store(), f"choice_{name}"
    if kept.redraw or key not in st.session_state:
        st.session_state[key] = word(name) == "1"
    on = place.toggle(label, key=key, help=told(name))
    say(name, "1" if on else "")
    return on


def kept(key: str, default):
    """The key of a page's own widget that is in no link: where the reader left it when the page
    was drawn last, else at its default. Streamlit forgets widgets that another page does not draw.
    """
    answers = store().answers
    answers[key] = st.session_state.setdefault(key, answers.get(key, default))
    return key


def unfolded(label: str, row) -> bool:
    """A button in a row that opens a part of the page, and shuts it; whether it is open."""
    key = f"drawer {label}"
    on = st.session_state.setdefault(key, False)
    term = f"foot-{re.sub('[^a-z]+', '-', label.lower())}"
    row.button(
        label, key=f"open {label}", type="tertiary", on_click=_turn, args=(key,), help=told(term),
        icon=_UP if on else _DOWN, icon_position="right",
    )  # fmt: skip
    return on


def _turn(key: str) -> None:
    st.session_state[key] = not st.session_state[key]


def chosen(name: str, low, high, default):
    """A number of this page's link within its bounds, where the page draws no slider for it."""
    kept, kind = store(), type(default)
    try:
        value = kind(kept.view.get(name, default))
    except ValueError:
        value = default
    value = min(max(value, low), high) if value == value else default
    kept.view[name] = str(value)
    return value


def hear(key: str, numbers: tuple[str, ...], words: dict[str, tuple[str, ...]]) -> None:
    """Put what a component's trigger `chosen` said into this page's link.

    `numbers` count from 0 there and from 1 in the link; `words` may be one of those given. Anything
    else is not ours, and is left out.
    """
    said = st.session_state.get(key, {}).get("chosen")
    if not isinstance(said, dict):
        return
    for name in numbers:
        if type(said.get(name)) is int and 0 <= said[name] < 10**6:
            say(name, str(said[name] + 1))
    for name, choices in words.items():
        if said.get(name) in choices:
            say(name, said[name])


def options(name: str, label: str, entries: list, default: list) -> list:
    """Several of some entries (numbers from 1), as part of the link."""
    kept = store()
    words = kept.view.get(name, "").split("-")
    chosen = [int(w) for w in words if w.isascii() and w.isdigit() and int(w[:6]) in entries]
    key = f"choice_{kept.page}_{name}"
    if kept.redraw or key not in st.session_state:
        st.session_state[key] = chosen or default
    st.session_state[key] = [e for e in st.session_state[key] if e in entries] or default
    picked = st.multiselect(label, entries, key=key, max_selections=8, help=told(name)) or default
    kept.view[name], kept.defaults[name] = ("-".join(map(str, one)) for one in (picked, default))
    return picked


def cells(own: str) -> list[str]:
    """The cells to compare, in the menus' order, the page's own always among them."""
    kept = store()
    default, _ = cells_of("", own)
    key = f"choice_{kept.page}_cells_{own}"
    if kept.redraw or key not in st.session_state:
        st.session_state[key], problem = cells_of(word("cells"), own)
        if problem:
            kept.problems = [*kept.problems, problem]
            st.warning(letter_by_letter(problem))
    picked = [own, *(cell for cell in st.session_state[key] if cell != own)][:MOST_CELLS]
    st.session_state[key] = [cell for cell in CELLS if cell in picked]
    picked = st.multiselect(
        "Cells", list(CELLS), key=key, format_func=title_of, max_selections=MOST_CELLS,
        help=told("cells"),
    )  # fmt: skip
    say("cells", "" if picked == default else "-".join(picked))
    return picked


def title_of(cell: str) -> str:
    """A cell as menus show it."""
    return CELLS[cell].title


def sequence(run) -> int:
    """The sequence to look at, from 0; shown from 1."""
    return choose("sequence", "Sequence", 1, run.experiment.m, 1) - 1


def unit(run) -> int:
    """The unit to look at, from 0; shown from 1."""
    return choose("unit", "Unit", 1, run.experiment.n_a, 1) - 1


def wish(name: str, follows, steps: int) -> None:
    """Keep that a slow picture is wanted over so many steps, of this subject; 0 for no more."""
    store().wishes[name] = (follows, steps)


def wished(name: str, follows) -> int:
    """Over how many steps a slow picture of this subject is wanted; 0 where it is not."""
    key, steps = store().wishes.get(name, (None, 0))
    return steps if key == follows else 0
