"""A browser as the server sees it: Streamlit's own protocol over one websocket.

It takes the XSRF cookie, opens `/_stcore/stream`, sends what every widget says and keeps the
messages that the server may name by their hash, as Streamlit's page does. It draws nothing.
"""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

_MOST = 64 << 20  # bytes of one message


@dataclass
class Answer:
    """What one rerun brought: seconds until the script was over, bytes, texts, and the messages to
    the pictures by name."""

    seconds: float = 0.0
    bytes: int = 0
    texts: list[str] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)


class Browser:
    """One tab. `open` begins a page, `move` sets a control of it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket: ClientConnection | None = None
        self._widgets: dict[str, WidgetState] = {}  # by key
        self._kinds: dict[str, Any] = {}
        self._kept: dict[str, ForwardMsg] = {}
        self._page, self._query = "", ""
        self._cookies: dict[str, str] = {}
        self.server = ""  # which one answered, where a door says so

    async def open(self, page: str, words: dict[str, str]) -> Answer:
        """Load a page by its link: the document, the cookie, the socket, the first run."""
        start = time.perf_counter()
        self._query = urlencode(words)
        await self._get(f"/{page}?{self._query}")
        self._page, self._widgets, self._kinds = "", {}, {}
        await self._connect()
        answer = await self._run(page_name=page)
        answer.seconds = time.perf_counter() - start
        return answer

    async def again(self) -> Answer:
        """What a page does whose server is gone: a new connection, and all that its widgets say."""
        start = time.perf_counter()
        self._kept.clear()
        await self._connect()
        answer = await self._run()
        answer.seconds = time.perf_counter() - start
        return answer

    async def move(self, key: str, value: float) -> Answer:
        """Set a slider or a field of numbers, by the key that the page gave it."""
        state, kind = self._widgets[key], self._kinds[key]
        if isinstance(kind, Slider):
            state.double_array_value.data[:] = [value]
        elif kind.data_type == NumberInput.INT:
            state.int_value = int(value)
        else:
            state.double_value = value
        return await self._run()

    async def close(self) -> None:
        """Leave."""
        if self._socket:
            await self._socket.close()

    async def _connect(self) -> None:
        await self._get("/_stcore/health")
        self._socket = await connect(
            f"{self.address.replace('http', 'ws', 1)}/_stcore/stream",
            origin=self.address,  # type: ignore[arg-type]
            subprotocols=["streamlit", self._cookies["_streamlit_xsrf"]],  # type: ignore[list-item]
            additional_headers={"Cookie": self._cookie},
            max_size=_MOST,
        )

    @property
    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    async def _get(self, path: str) -> None:
        """Ask for a path, and take the cookies that come with it."""
        headers = (await get(self.address, path, self._cookie))[0]
        for line in headers.get("set-cookie", "").splitlines():
            name, _, value = line.split(";")[0].partition("=")
            self._cookies[name] = value
        self.server = headers.get("x-server", "")

    async def _run(self, page_name: str = "") -> Answer:
        assert self._socket, "open comes first"
        asked = BackMsg()
        one = asked.rerun_script
        one.query_string, one.page_name, one.page_script_hash = self._query, page_name, self._page
        one.widget_states.widgets.extend(self._widgets.values())
        one.cached_message_hashes.extend(self._kept)
        one.context_info.timezone, one.context_info.locale = "UTC", "en"
        one.context_info.color_scheme = "light"
        start, answer = time.perf_counter(), Answer()
        await self._socket.send(asked.SerializeToString())
        while True:
            raw = await self._socket.recv(decode=False)
            answer.bytes += len(raw)
            said = ForwardMsg()
            said.ParseFromString(raw)
            if said.WhichOneof("type") == "ref_hash":
                place, said = said.metadata, self._kept[said.ref_hash]
                said.metadata.CopyFrom(place)
            elif said.metadata.cacheable:
                self._kept[said.hash] = said
            if self._hear(said, answer):
                answer.seconds = time.perf_counter() - start
                while len(self._kept) > 30:  # Streamlit's page drops them after a few runs
                    self._kept.pop(next(iter(self._kept)))
                return answer

    def _hear(self, said: ForwardMsg, answer: Answer) -> bool:
        """Take a message; whether the run is over."""
        kind = said.WhichOneof("type")
        if kind == "new_session":
            answer.texts.clear()  # a script that began anew
        elif kind == "navigation":
            self._page = said.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = said.page_info_changed.query_string
        elif kind == "delta" and said.delta.WhichOneof("type") == "new_element":
            self._see(said.delta.new_element, answer)
        return kind == "script_finished" and (
            said.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        )

    def _see(self, element: Element, answer: Answer) -> None:
        kind = element.WhichOneof("type")
        one = getattr(element, kind) if kind else None
        if kind in ("markdown", "alert"):
            answer.texts.append(one.body)
        elif kind == "exception":
            answer.texts.append(f"{one.type}: {one.message}")
        elif kind == "bidi_component":
            answer.pictures[_key(one.id)] = one.bytes
        elif kind in ("slider", "number_input", "checkbox", "selectbox", "multiselect"):
            key = _key(one.id)
            if one.set_value or key not in self._widgets or self._widgets[key].id != one.id:
                self._widgets[key], self._kinds[key] = _says(kind, one), one


def _key(id: str) -> str:
    """The key that the page gave a widget: Streamlit's id ends with it, after a hash."""
    return id.split("-", 2)[-1]


def _says(kind: str, one: Any) -> WidgetState:
    """What a widget says where nobody has touched it."""
    state = WidgetState(id=one.id)
    if kind == "slider":
        state.double_array_value.data[:] = one.value if one.set_value else one.default
    elif kind == "number_input":
        value = one.value if one.set_value else one.default
        if one.data_type == NumberInput.INT:
            state.int_value = int(value)
        else:
            state.double_value = value
    elif kind == "checkbox":
        state.bool_value = one.value if one.set_value else one.default
    elif kind == "selectbox":
        state.string_value = one.raw_value if one.set_value else one.options[one.default]
    else:
        chosen = one.raw_values if one.set_value else [one.options[at] for at in one.default]
        state.string_array_value.data[:] = chosen
    return state


async def get(address: str, path: str, cookie: str = "") -> tuple[dict[str, str], bytes]:
    """The headers, each name's lines below one another, and the body that a GET brings."""
    where = urlsplit(address)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    lines = [f"GET {path} HTTP/1.1", f"Host: {where.netloc}", "Accept-Encoding: gzip"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode())
    head, _, body = (await reader.read(-1)).partition(b"\r\n\r\n")
    writer.close()
    status, *rows = head.decode("latin-1").split("\r\n")
    if " 200 " not in f"{status} ":
        raise ConnectionError(f"GET {path} must be answered with 200, got {status[:80]}")
    headers: dict[str, str] = {}
    for name, _, value in (row.partition(":") for row in rows):
        before = headers.get(name.lower())
        headers[name.lower()] = value.strip() if before is None else f"{before}\n{value.strip()}"
    return headers, body


def figure_of(message: bytes) -> dict:
    """The Plotly figure in the message to a picture."""
    return json.loads(message)["figure"]
