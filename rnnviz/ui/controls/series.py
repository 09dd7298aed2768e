"""The upload of a signal: read, or asked about, and shown as it is understood."""

from typing import Any

import pandas as pd
import streamlit as st

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.glossary import told
from rnnviz.core.settings import SETTINGS
from rnnviz.core.tables.meant import WAYS, Asked, Meant
from rnnviz.core.tables.series import MOST_BYTES, Signal, read
from rnnviz.ui.controls.session import store
from rnnviz.ui.letters import letter_by_letter

_KINDS = ["csv", "tsv", "txt", "gz", "zip"]
_SWITCHES = {
    "header": "First row names the columns",
    "index": "First column numbers or dates the steps",
    "comma": "Decimals have commas",
}
_FIRST, _MOST_COLUMNS = 5, 8  # of the numbers that are shown


def draw_series(values: dict) -> None:
    """The upload of numbers, which sets n_x and T_x; without one the signal stays what it was."""
    if values["signal"] != "csv":
        values["series"] = ()
        return
    # A key by what was opened last: the series of a capsule is not put back by an older file.
    if signal := sent(SETTINGS["series"].label, f"csv_{store().opened}"):
        values["series"] = signal.rows
    if values["series"]:
        values["T_x"], values["n_x"] = len(values["series"]), len(values["series"][0])
        st.caption(f"{values['T_x']} steps of {values['n_x']} inputs are in use.")
    else:
        values["signal"] = "gaussian"
        st.caption("Until a file is here, the Gaussian signal runs.")


def sent(label: str, key: str) -> Signal | None:
    """The numbers of a file that is asked for, shown as they are understood; none until there is
    one that can be read."""
    file = st.file_uploader(
        label, type=_KINDS, key=key, max_upload_size=MOST_BYTES >> 20, help=told("series")
    )
    if file is None:
        return None
    try:
        signal, _ = understood(file)
    except ExperimentError as error:
        st.error(letter_by_letter(f"{shown(file.name)}: {str(error).partition(' (--')[0]}."))
        return None
    _preview(signal)
    return signal


def understood(file) -> tuple[Signal, Meant]:
    """The signal as the switches mean it, which begin as the file is understood, and what they say.

    Raises ExperimentError where it is none.
    """
    first = _read(file, Meant())
    seen = first.meant if isinstance(first, Signal) else getattr(first, "understood", Meant())
    said: dict[str, Any] = {}
    for name, label in _SWITCHES.items():
        at, key = getattr(seen, name), f"{name} {file.file_id}"
        place = None if at is None else int(not at)
        answer = st.radio(label, ["yes", "no"], place, key=key, horizontal=True)
        if answer is not None and (answer == "yes") != at:
            said[name] = answer == "yes"
    meant = Meant(**said)
    signal = _read(file, meant)
    if isinstance(signal, Asked) and signal.what == "gaps":
        way = st.radio(
            "Gaps hold", list(WAYS), None, key=f"gaps {file.file_id}", format_func=WAYS.get
        )
        meant = meant._replace(gaps=way or "")
        signal = _read(file, meant) if way else signal
    if isinstance(signal, ExperimentError):
        raise signal
    return signal, meant


def _read(file, meant: Meant) -> Signal | ExperimentError:
    """What a file is, or what is wrong with it; read once for each meaning."""
    known = store().signals
    key = (file.file_id, meant)
    if key not in known:
        while len(known) >= 8:
            known.pop(next(iter(known)))
        try:
            known[key] = read(file.getvalue(), meant)
        except ExperimentError as error:
            known[key] = error
    return known[key]


def _preview(signal: Signal) -> None:
    """How the file was read, and the first steps of the inputs."""
    st.caption(letter_by_letter(" ".join(signal.told)))
    width = len(signal.rows[0])
    titles = [name or f"input {k + 1}" for k, name in enumerate(signal.names)]
    unique = [title if titles.count(title) == 1 else f"{title} ({k + 1})"
              for k, title in enumerate(titles)]  # fmt: skip
    rows = [row[:_MOST_COLUMNS] for row in signal.rows[:_FIRST]]
    frame = pd.DataFrame(rows, range(1, len(rows) + 1), unique[:_MOST_COLUMNS])
    frame.index.name = "step"
    st.dataframe(frame)
    if width > _MOST_COLUMNS:
        st.caption(f"{width - _MOST_COLUMNS} more inputs are not shown here.")
