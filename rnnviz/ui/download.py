"""What a page lets you take with you: the run's arrays, the long table, the settings, a capsule."""

from collections.abc import Callable, Sequence
from typing import BinaryIO

import streamlit as st

from rnnviz.core.types import Run
from rnnviz.export import capsule, data
from rnnviz.ui.foot import part

_MOST = 32 * 2**20  # bytes of a run that a server makes into files while others wait
_File = tuple[str, str, str, Callable[[Run, BinaryIO], None]]  # label, ending, type, its writer
_FILES: Sequence[_File] = (
    ("Capsule (.zip)", "zip", "application/zip", capsule.write),
    ("NumPy (.npz)", "npz", "application/octet-stream", data.npz),
    ("Parquet (.parquet)", "parquet", "application/vnd.apache.parquet", data.parquet),
    ("CSV (.csv)", "csv", "text/csv", data.csv),
    ("NumPy script (.py)", "py", "text/x-python", data.script),
    ("Settings (.json)", "json", "application/json", data.json),
)


def download_data(run: Run) -> None:
    """The run as files, each made when it is asked for."""
    place = part("Data")
    if place is None:
        return
    e = run.experiment
    name, size = f"rnnviz-{e.file_name}", e.bytes
    with place:
        st.caption(
            "All arrays of this run: states, gates, pre-activations, outputs, parameters, and how "
            "the loss feels each. The capsule holds them with the settings, the figures and a "
            "plain NumPy script that computes them again; it opens here, too. CSV and Parquet are "
            "one long table: sequence, unit, step, quantity, value."
        )
        files = _FILES
        if size > _MOST:
            st.caption(
                f"This run takes {size / 2**20:.0f} MB, so that only its settings are sent from "
                "here; `python -m rnnviz export` writes the rest."
            )
            files = _FILES[-1:]
        with st.container(horizontal=True):
            for label, end, kind, write in files:
                st.download_button(
                    label, _made(write, run), f"{name}.{end}", kind, on_click="ignore"
                )


def _made(write, run: Run):
    return lambda: data.made(write, run)
