"""What a server tells of itself: that it lives, who is there, what went wrong."""

import secrets
import time
import traceback
from itertools import count
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import RuntimeState, exists, get_instance

from rnnviz.core import events
from rnnviz.core.errors import ExperimentError
from rnnviz.jobs import executors

_open: dict[int, float] = {}  # when each session that is there began
_numbers = count(1)
_LIVES = (RuntimeState.NO_SESSIONS_CONNECTED, RuntimeState.ONE_OR_MORE_SESSIONS_CONNECTED)


def sessions() -> int:
    """How many browsers' tabs this server serves now."""
    return len(_open)


async def health(request: Request) -> JSONResponse:
    """200 where the server and its pool of jobs live, 503 otherwise; which of them, as JSON."""
    lives = {"server": exists() and get_instance().state in _LIVES, "jobs": executors.alive()}
    well = all(lives.values())
    said = {"status": "ok" if well else "failed", **lives}
    return JSONResponse(said, 200 if well else 503, {"Cache-Control": "no-store"})


class Watched:
    """An application whose sessions, each a websocket, are counted and noted."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and note when a session begins and ends."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        number = next(_numbers)

        async def opened(message) -> None:
            if message["type"] == "websocket.accept":
                _open[number] = time.monotonic()
                events.say("session opened", session=number, sessions=len(_open))
            await send(message)

        try:
            await self._app(scope, receive, opened)
        finally:
            if (began := _open.pop(number, None)) is not None:
                took = round(time.monotonic() - began, 1)
                events.say("session closed", session=number, seconds=took, sessions=len(_open))


def failed(error: Exception) -> bool:
    """A page's error as one sentence, and a line in the log that has its number; neither holds what
    anybody typed, but where input is what is wrong."""
    reference = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)
    where = ["/".join(Path(f.filename).parts[-3:]) + f":{f.lineno} {f.name}" for f in frames[-8:]]
    events.say("error", reference=reference, type=type(error).__name__, where=where)
    noted = f"It is number {reference} in the server's log."
    if isinstance(error, ExperimentError):
        st.error(f"This cannot be shown. {noted}")
        st.text(f"{error}.")
    elif isinstance(error, MemoryError):
        st.error(f"This server's memory is full: try again in a moment, or ask for less. {noted}")
    else:
        st.error(f"Something went wrong here; the address bar still has what you chose. {noted}")
    return True
