"""Files of scripts and styles on their way to a browser: compressed once, then sent from memory.

Streamlit sends its own scripts as they are, compresses Plotly's 4.8 MB anew for everybody who asks,
and lets no browser keep them. A class that opens a page takes both from here.
"""

import asyncio
import gzip

from anyio import to_thread
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KINDS = ("text/", "application/javascript", "application/json", "image/svg+xml")
_LEAST = 1000  # bytes: what is smaller fits a packet as it is
_MOST = 32 * 2**20  # bytes that are kept: more than all of these files take
_YEAR = b"public, immutable, max-age=31536000"
_DROPPED = (b"content-length", b"etag", b"cache-control", b"vary")  # of the file as it was

Headers = list[tuple[bytes, bytes]]


class Packed:
    """An application whose files are compressed once, where their address names their version.

    What else it sends goes through as it is: pages, parts of files, what it refuses.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[str, tuple[Headers, bytes]] = {}  # by path
        self._size = 0
        self._one = asyncio.Lock()  # a class asks for the same file in the same second

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or from the application."""
        if not _asks_for_a_file(scope):
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        async with self._one:
            if path not in self._kept and not await self._keep(path, scope, receive, send):
                return
            headers, packed = self._kept[path]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": packed})

    async def _keep(self, path: str, scope: Scope, receive: Receive, send: Send) -> bool:
        """Take a file from the application and compress it; what cannot stay is sent on instead."""
        said: list[Message] = []

        async def hear(message: Message) -> None:
            said.append(message)

        plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        await self._app({**scope, "headers": plain}, receive, hear)
        start, *parts = said
        body = b"".join(part.get("body", b"") for part in parts)
        headers = dict(start["headers"])
        if not (start["status"] == 200 and _stays(headers) and len(body) >= _LEAST):
            for message in said:
                await send(message)
            return False
        packed = await to_thread.run_sync(gzip.compress, body, 9)
        left = [pair for pair in start["headers"] if pair[0] not in _DROPPED]
        left += [(b"content-encoding", b"gzip"), (b"vary", b"Accept-Encoding")]
        left += [(b"cache-control", _YEAR), (b"content-length", str(len(packed)).encode())]
        while self._kept and self._size + len(packed) > _MOST:
            self._size -= len(self._kept.pop(next(iter(self._kept)))[1])
        self._size += len(packed)
        self._kept[path] = left, packed
        return True


def _asks_for_a_file(scope: Scope) -> bool:
    """Whether somebody asks for a whole file, for the first time, and can take it compressed."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    path, headers = scope["path"], dict(scope["headers"])
    return (
        ("/static/" in path or "/component/" in path)
        and b"gzip" in headers.get(b"accept-encoding", b"")
        and not headers.keys() & {b"range", b"if-none-match", b"if-modified-since"}
    )


def _stays(headers: dict[bytes, bytes]) -> bool:
    """Whether a file is text that its address names for good: the names of Streamlit's own hold a
    hash, a component's address its version behind the question mark."""
    kind = headers.get(b"content-type", b"").decode("latin-1")
    kept = headers.get(b"cache-control", b"")
    named = b"immutable" in kept or kept == b"public"
    return kind.startswith(_KINDS) and b"content-encoding" not in headers and named
