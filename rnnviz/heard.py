"""What a browser says, judged before Streamlit reads it.

Streamlit turns what widgets and components send into numbers and objects and takes for granted
that its own page has written it: an infinity for a whole number, or brackets nested a thousand
deep, end in an error of its own in place of the page. Such a word is left out here; what the widget
said before stands.
"""

import json
import math

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

_MOST = (
    1 << 20
)  # letters of what a component says; a picture's place and a text have a few thousand
_DEEP = 40  # brackets within one another
_WHOLE = 1 << 53  # beyond which a browser has no whole numbers of its own


class Heard:
    """An application whose websockets bring only what a page of ours can have said."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as ever; of a websocket the messages are judged."""

        async def judged() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and message.get("bytes"):
                return {**message, "bytes": without_nonsense(message["bytes"])}
            return message

        await self._app(scope, judged if scope["type"] == "websocket" else receive, send)


def without_nonsense(raw: bytes) -> bytes:
    """A message to the server without what no widget says; the same bytes where there is none."""
    said = BackMsg()
    try:
        said.ParseFromString(raw)
    except DecodeError:
        return raw  # which Streamlit refuses
    states = said.rerun_script.widget_states.widgets
    if all(map(makes_sense, states)):
        return raw
    kept = [one for one in states if makes_sense(one)]
    del states[:]
    states.extend(kept)
    return said.SerializeToString()


def makes_sense(state: WidgetState) -> bool:
    """Whether a widget's word is one that it can have: finite numbers, JSON that can be read.

    >>> makes_sense(WidgetState(double_value=2.5)), makes_sense(WidgetState(double_value=1e999))
    (True, False)
    >>> makes_sense(WidgetState(json_value='{"t": 3}')), makes_sense(WidgetState(json_value="{"))
    (True, False)
    """
    kind = state.WhichOneof("value")
    if kind == "double_value":
        return math.isfinite(state.double_value)
    if kind == "double_array_value":
        return all(map(math.isfinite, state.double_array_value.data))
    if kind in ("json_value", "json_trigger_value"):
        return _reads(getattr(state, kind))
    return True


def _reads(text: str) -> bool:
    if len(text) > _MOST:
        return False
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return _fits(said, _DEEP)


def _fits(said: object, deep: int) -> bool:
    if isinstance(said, list | dict):
        parts = said.values() if isinstance(said, dict) else said
        return deep > 0 and all(_fits(part, deep - 1) for part in parts)
    if isinstance(said, int | float):
        return math.isfinite(said) if isinstance(said, float) else abs(said) <= _WHOLE
    return True
