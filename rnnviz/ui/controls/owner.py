"""Whose a job is, asked from a page: on a server that others reach each browser has its own jobs.

The server gives every browser a cookie, a drawn word that no script can read. Whoever knows the
teacher's token may change every job. On one's own machine every job is one's own.
"""

import hmac
import os

import streamlit as st

from rnnviz.core.loopback import is_loopback
from rnnviz.jobs import owners
from rnnviz.jobs.folder import Folder
from rnnviz.jobs.queue import Queue
from rnnviz.ui.controls.session import store
from rnnviz.ui.controls.training import who

COOKIE, TOKEN = "rnnviz_owner", "RNNVIZ_TEACHER_TOKEN"


def open_to_others() -> bool:
    """Whether others reach this server."""
    behind_a_door = bool(os.environ.get(TOKEN) or os.environ.get("RNNVIZ_PUBLIC"))
    return behind_a_door or not is_loopback(st.get_option("server.address") or "")


def mine(folder: Folder) -> bool:
    """Whether who looks at a page may rename, stop or delete a job."""
    return not open_to_others() or teaches() or owners.owner_of(folder) == browser()


def check_share(queue: Queue) -> None:
    """Raise ExperimentError where a browser of a shared server has enough jobs going."""
    if open_to_others() and not teaches():
        owners.check_share(queue.root, browser())


def claim(folder: Folder) -> None:
    """Note that this browser asked for a job, unless another did before."""
    owners.claim(folder, browser())


def teaches() -> bool:
    """Whether this session has shown the teacher's token."""
    return bool(store().answers.get("teaches"))


def teach(token: str) -> bool:
    """Whether that is the teacher's token, which the session then has shown."""
    known = os.environ.get(TOKEN, "")
    right = bool(known) and hmac.compare_digest(token.encode(), known.encode())
    store().answers["teaches"] = right
    return right


def browser() -> str:
    """The digest of this browser's cookie; under `streamlit run` of the session alone."""
    cookie = st.context.cookies.get(COOKIE)
    return owners.digest(cookie if isinstance(cookie, str) else who())
