"""What a page lets you take with you: its arrays, the long table, the settings, the picture."""

import io

import numpy as np
import streamlit as st

from rnnviz.core import tidy
from rnnviz.core.types import Run
from rnnviz.ui.show import folded


def take(run: Run) -> None:
    """The run as files, each made when it is asked for."""
    drawer = folded("Take the data with you")
    if not drawer.open:
        return
    e = run.experiment
    name = f"rnnviz-{e.cell}-seed{e.seed}"
    with drawer:
        st.caption(
            "All arrays of this run: states, gates, pre-activations, outputs, parameters, and how "
            "the loss feels each. The camera over a picture saves that picture as SVG."
        )
        places = st.columns(3)
        files = (
            ("NumPy (.npz)", "npz", "application/octet-stream", lambda: npz(run)),
            ("Long table (.csv)", "csv", "text/csv", lambda: "".join(tidy.csv_lines(run))),
            ("Settings (.json)", "json", "application/json", lambda: tidy.settings(e)),
        )
        for place, (label, end, kind, make) in zip(places, files, strict=True):
            place.download_button(label, make, f"{name}.{end}", kind, on_click="ignore")


def npz(run: Run) -> bytes:
    """Every array, compressed, without pickles."""
    out = io.BytesIO()
    np.savez_compressed(out, **tidy.arrays(run))
    return out.getvalue()
