"""The controls in the sidebar that all pages share: together they are an Experiment."""

from dataclasses import fields

import streamlit as st

from rnnviz.core.cells import CELLS
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.experiment import BOUNDS, CHOICES, Experiment
from rnnviz.core.losses import LOSSES
from rnnviz.core.series import read_csv
from rnnviz.ui.controls.session import store

SLIDERS = {  # what a slider spans; numbers beyond are typed
    "n_x": (1, 32),
    "n_a": (1, 32),
    "n_y": (1, 32),
    "m": (1, 32),
    "T_x": (1, 200),
    "gain": (0.0, 3.0),
    "forget_bias": (-5.0, 5.0),
}
LABELS = {
    "cell": "Cell",
    "seed": "Seed",
    "n_x": "Inputs n_x",
    "n_a": "Hidden units n_a",
    "n_y": "Outputs n_y",
    "m": "Sequences m",
    "T_x": "Time steps T_x",
    "init": "Weights start as",
    "gain": "Gain of the recurrent weights",
    "forget_bias": "Forget bias",
    "signal": "Input signal",
    "loss": "Loss",
    "activation": "Activation",
    "dtype": "Numbers",
}


def experiment() -> Experiment:
    """Draw the shared controls in the sidebar; the experiment that they and the link describe."""
    kept = store()
    for problem in kept.problems:
        st.warning(problem)
    with st.sidebar:
        values = _draw(kept.experiment, kept.redraw)
    try:
        kept.experiment = Experiment(**values)
    except ExperimentError as error:
        st.error(f"{error}. The picture still shows the last experiment that could run.")
    return kept.experiment


def _key(name: str, value, redraw: bool) -> str:
    """The widget's key, its value put in place where the session forgot it or a link changed it."""
    key = f"control_{name}"
    if redraw or key not in st.session_state:
        st.session_state[key] = value
    return key


def _draw(kept: Experiment, redraw: bool) -> dict:
    values = {f.name: getattr(kept, f.name) for f in fields(Experiment)}

    def menu(name, entries, titles):
        key = _key(name, values[name], redraw)
        values[name] = st.selectbox(LABELS[name], entries, format_func=titles.get, key=key)

    def number(name, exact=False, disabled=False):
        low, high = SLIDERS.get(name, BOUNDS[name])
        key = _key(name, values[name], redraw or disabled)
        wide = exact or name not in SLIDERS or not low <= st.session_state[key] <= high
        if wide:
            step = 1 if isinstance(low, int) else 0.1
            values[name] = st.number_input(
                LABELS[name], *BOUNDS[name], step=step, key=key, disabled=disabled
            )
        else:
            values[name] = st.slider(LABELS[name], low, high, key=key, disabled=disabled)

    menu("cell", list(CELLS), {name: cell.title for name, cell in CELLS.items()})
    cell = CELLS[values["cell"]]
    number("seed")
    exact = st.session_state.get("control_exact", False)
    csv = values["signal"] == "csv" and bool(values["series"])
    for name in ("n_a", "T_x", "m", "n_x", "n_y"):
        number(name, exact, disabled=csv and name in ("n_x", "T_x"))
    number("gain", exact)
    if cell.memory is not None:
        number("forget_bias", exact)
    if cell != cell.with_activation("relu"):
        menu("activation", list(CHOICES["activation"]), {a: a for a in CHOICES["activation"]})
    titles = {name: _title(name) for choices in CHOICES.values() for name in choices}
    menu("loss", list(CHOICES["loss"]), titles)
    with st.expander("Advanced"):
        menu("init", list(CHOICES["init"]), titles)
        st.caption(CHOICES["init"][values["init"]])
        menu("signal", list(CHOICES["signal"]), titles)
        st.caption(CHOICES["signal"][values["signal"]])
        _draw_series(values, redraw)
        menu("dtype", list(CHOICES["dtype"]), titles)
        st.toggle("Type numbers instead of sliding", key="control_exact", value=exact)
    return values


def _draw_series(values: dict, redraw: bool) -> None:
    """The upload of a CSV, which sets n_x and T_x; without one the signal stays what it was."""
    if values["signal"] != "csv":
        values["series"] = ()
        return
    # A key by what was opened last: the series of a capsule is not put back by an older CSV.
    kind, key = ["csv", "txt"], f"csv_{store().opened}"
    file = st.file_uploader("CSV: rows are time steps, columns are inputs", type=kind, key=key)
    if file is not None:
        try:
            values["series"] = read_csv(file.getvalue())
        except ExperimentError as error:
            st.error(f"{shown(file.name)}: {error}")
    if values["series"]:
        values["T_x"], values["n_x"] = len(values["series"]), len(values["series"][0])
        st.caption(f"{values['T_x']} steps of {values['n_x']} inputs are in use.")
    else:
        values["signal"] = "gaussian"
        st.caption("Until a file is here, the Gaussian signal runs.")


def _title(name: str) -> str:
    words = {loss.name: loss.title for loss in LOSSES.values()} | {"csv": "your own CSV"}
    return words.get(name, name)
