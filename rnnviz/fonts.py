"""Fonts on their way to a browser: a fifth of their files, which has the letters of the pages.

`assets/fonts` has parts of Streamlit's files under their names (docs/fonts.py); who asks for
`?whole`, as `rest.css` makes a browser do for other letters, gets the file itself.
"""

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from rnnviz.sitemap import ROOT

FOLDER = ROOT / "assets" / "fonts"
_KEPT = {"Cache-Control": "public, immutable, max-age=31536000"}  # their names hold a hash


class Fonts:
    """An application that sends less of its fonts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._parts = {path.name: path.read_bytes() for path in FOLDER.glob("*.woff2")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the part of a font, or what the application answers."""
        app = self._app
        if scope["type"] == "http" and scope["query_string"] != b"whole":
            name = scope["path"].rpartition("/static/media/")[2]
            if name in self._parts:
                app = Response(self._parts[name], headers=_KEPT, media_type="font/woff2")
        await app(scope, receive, send)
