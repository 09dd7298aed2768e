"""The controls in the sidebar that all pages share: together they are an Experiment."""

from typing import Any

import streamlit as st

from rnnviz.core.cells import CELLS, menu
from rnnviz.core.cells.own import NAME, own
from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.core.glossary import told
from rnnviz.core.networks import DRAWN
from rnnviz.core.settings import SETTINGS, TRAINED, Setting
from rnnviz.core.signals import SIGNALS
from rnnviz.ui.controls import weights
from rnnviz.ui.controls.choices import title_of
from rnnviz.ui.controls.series import draw_series
from rnnviz.ui.controls.session import store
from rnnviz.ui.controls.text import draw_text
from rnnviz.ui.letters import letter_by_letter

_FIRST = (  # the controls in their order; all others follow under "Advanced"
    *("cell", "seed", "signal", "n_a", "T_x", "m", "n_x", "n_y"),
    *("gain", "forget_bias", "activation", "loss"),
)


def experiment() -> Experiment:
    """Draw the shared controls in the sidebar; the experiment that they and the link describe."""
    kept = store()
    for problem in kept.problems:
        st.warning(letter_by_letter(problem))
    before = weights.still_here(kept.experiment)
    redraw = kept.redraw or before != kept.experiment
    word = st.session_state.get(weights.KEY, before.weights)
    if not redraw and word != before.weights:
        before, redraw = weights.switched(before, word, kept.drawn), True
    with st.sidebar:
        values = _draw(before, redraw)
    kept.experiment = before
    try:
        kept.experiment = Experiment(**values)
        if kept.experiment.weights == DRAWN:
            kept.drawn = kept.experiment
    except ExperimentError as error:
        told = f"{error}. The picture still shows the last experiment that could run."
        st.error(letter_by_letter(told))
        return kept.experiment
    sizes = {name: values[name] for name in ("n_x", "T_x") if kept.experiment.series}
    if any(st.session_state.get(f"control_{name}", size) != size for name, size in sizes.items()):
        kept.adopted = True  # a file set what was drawn above it: once more, with its sizes
        st.rerun()
    return kept.experiment


def _key(name: str, value, redraw: bool) -> str:
    """The widget's key, its value put in place where the session forgot it or a link changed it."""
    key = f"control_{name}"
    if redraw or key not in st.session_state:
        st.session_state[key] = value
    return key


def _draw(kept: Experiment, redraw: bool) -> dict:
    values = {name: getattr(kept, name) for name in SETTINGS}
    trained = values["weights"] != DRAWN
    if kept.equations:
        store().own = (kept.cell, kept.equations)
    mine = store().own
    exact = st.session_state.get("control_exact", False)

    def decided() -> bool:
        """Whether the input decides its own sizes."""
        return bool(values["series"] or SIGNALS[values["signal"]].symbols)

    def draw(setting: Setting) -> None:
        name, label = setting.name, setting.label
        if not (setting.choices or setting.bounds):
            return
        fixed = (trained and name in weights.FIXED) or (name in ("n_x", "T_x") and decided())
        if name == "cell":
            _draw_cell(label, values, mine, redraw or fixed, fixed)
            return
        key = _key(name, values[name], redraw or fixed)
        if setting.choices:
            entries = list(setting.choices)
            values[name] = st.selectbox(
                label, entries, format_func=setting.title, key=key, disabled=fixed,
                help=told(name),
            )  # fmt: skip
        else:
            span = setting.slider or ()
            slides = span and not exact and span[0] <= st.session_state[key] <= span[1]
            box: Any = st.slider if slides else st.number_input
            step = None if slides else 1 if setting.kind is int else 0.1
            span = span if slides else setting.bounds
            values[name] = box(label, *span, step=step, key=key, disabled=fixed, help=told(name))

    def used(name: str) -> bool:
        heeded = name in weights.FIXED if trained else name not in TRAINED
        text, cell = values["equations"], values["cell"]
        return heeded and SETTINGS[name].used_by(own(text, cell) if text else CELLS[cell])

    for name in _FIRST:
        if used(name):
            draw(SETTINGS[name])
        if name == "signal" and used(name):
            st.caption(f"{SETTINGS[name].sentence(values[name])}.".capitalize())
            draw_series(values)
            draw_text(values, redraw)
        if name == "cell":
            values["weights"] = weights.choose(values["weights"], redraw)
            values |= weights.reads(kept, redraw)
    with st.expander("Advanced"):
        for name, setting in SETTINGS.items():
            if name in _FIRST or not used(name):
                continue
            draw(setting)
            if setting.choices and (sentence := setting.sentence(values[name])):
                st.caption(sentence)
        st.toggle(
            "Type numbers instead of sliding", key="control_exact", value=exact, help=told("exact")
        )
    return values


def _draw_cell(label: str, values: dict, mine: tuple[str, str], redraw: bool, fixed: bool) -> None:
    """The menu of cells; those of one kind stand behind it, in a menu of their own; last of all
    stands this session's own, where there is one."""
    cell, entries = values["cell"], menu(CELLS)
    kind = next(entry for entry, cells in entries.items() if cell in cells)
    title = own(mine[1], mine[0]).title if mine[1] else ""
    listed = [*entries, *([NAME] if title else [])]
    key = _key("cell", NAME if values["equations"] else kind, redraw)
    if st.session_state[key] not in listed:
        st.session_state[key] = kind
    kind = st.selectbox(
        label, listed, key=key, disabled=fixed, help=told("cell"),
        format_func=lambda entry: title if entry == NAME else _title_of_entry(entry),
    )  # fmt: skip
    if kind == NAME:
        values["cell"], values["equations"] = mine
        return
    values["equations"] = ""
    cells = entries[kind]
    if cells == (kind,):
        values["cell"] = kind
        return
    key = _key(kind, cell if cell in cells else cells[0], redraw)
    values["cell"] = st.selectbox(
        kind,
        list(cells),
        format_func=title_of,
        key=key,
        label_visibility="collapsed",
        disabled=fixed,
    )


def _title_of_entry(entry: str) -> str:
    return title_of(entry) if entry in CELLS else entry
