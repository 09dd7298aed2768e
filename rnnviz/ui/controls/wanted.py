"""Whether anybody still waits for a rerun."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def stop_unless_wanted(share: float | None = None) -> None:
    """End this rerun where a newer one waits or the browser has left: between parts of long work.

    Streamlit looks for that whenever a script reads the session's state.
    """
    if get_script_run_ctx(suppress_warning=True) is not None:
        st.session_state.get("wanted")
