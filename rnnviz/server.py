"""The dashboard's server: Streamlit's own, whose pages wear their style from the first byte.

A page of Streamlit is an empty document; its style comes with the script's first messages, and
until then a frame of another width stands there, so that everything moves once. Here the document
of each page carries `assets/page.css`, `assets/first.css`, and `assets/aside.css` where controls
stand on its left. `streamlit run app.py` serves the same pages without that, and so does this
below a path of its own (`server.baseUrlPath`).
"""

import logging
import secrets
import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import file_util
from streamlit.web import cli

import rnnviz
from rnnviz.core import events, machine
from rnnviz.fonts import FOLDER, Fonts
from rnnviz.heard import Heard
from rnnviz.packed import Packed
from rnnviz.sitemap import ROOT, TEXT, pages
from rnnviz.watched import Watched, failed, health

COOKIE = "rnnviz_owner"
_YEAR = 365 * 24 * 3600  # seconds that a browser keeps its word
# A page fetches nothing from elsewhere, whatever a name says that another student chose.
_GUARD = "; ".join(
    [
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "frame-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    ]
)


def document(title: str) -> str:
    """The HTML in which the browser finds a page: Streamlit's, with the page's name and style."""
    html = (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")
    sheets = ["page.css", "first.css"] if title in TEXT else ["page.css", "first.css", "aside.css"]
    paths = [FOLDER / "rest.css", *(ROOT / "assets" / sheet for sheet in sheets)]
    style = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    html = html.replace("<title>Streamlit</title>", f"<title>{title} · rnnviz</title>{_fonts()}")
    # In the body, so that it comes behind the styles that Streamlit adds to the head.
    return html.replace("<body>", f"<body><style>{style}</style>")


def _fonts() -> str:
    """Streamlit's document sends for the font of texts ahead; ours for that of headings, too."""
    static = Path(file_util.get_static_dir())
    return "".join(
        f'<link rel="preload" href="./{font.relative_to(static).as_posix()}" as="font" '
        'type="font/woff2" crossorigin />'
        for font in static.glob("static/media/SourceSerif*Roman*.woff2")
    )


def dashboard() -> st.App:
    """The dashboard as an ASGI application."""
    routes = [
        Route("/" if title == "Home" else f"/{title}", _answer(document(title)))
        for title in pages()
    ]
    routes.append(Route("/healthz", health))
    inside = [Middleware(one) for one in (Watched, Closed, Heard, Fonts, Packed)]
    return st.App(ROOT / "app.py", routes=routes, middleware=inside, on_script_error=failed)


class Closed:
    """An application without what Streamlit tells of its sessions and caches to anybody."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, but for /_stcore/metrics."""
        closed = scope["type"] == "http" and scope["path"].rstrip("/").endswith("/_stcore/metrics")
        await (PlainTextResponse("Not found", 404) if closed else self._app)(scope, receive, send)


def _answer(html: str):
    said = {"Cache-Control": "no-cache", "Content-Security-Policy": _GUARD}

    async def answer(request: Request) -> HTMLResponse:
        page = HTMLResponse(html, headers=said)
        if COOKIE not in request.cookies:  # whose a job is (ui/controls/owner.py)
            page.set_cookie(COOKIE, secrets.token_urlsafe(16), _YEAR, httponly=True, samesite="lax")
        return page

    return answer


def main(host: str, port: str) -> None:
    """Serve until it is stopped; what STREAMLIT_ variables and the settings' file say holds."""
    script = str(ROOT / "app.py")
    words = [script, f"--server.address={host}", f"--server.port={port}"]
    # `streamlit run` reads the variables, the server itself does not.
    said = cli.main_run.make_context("run", words).params
    options = {
        name.replace("_", "."): value
        for name, value in said.items()
        if name not in ("target", "args") and value not in (None, ())
    }
    events.log_to(sys.stderr)
    events.say("start", version=rnnviz.__version__, port=int(port), memory=machine.allowed())
    # Its tracebacks hold what people typed; `failed` notes where an error was.
    logging.getLogger("streamlit.error_util").setLevel(logging.CRITICAL)
    sys.argv = [script]  # beside which the server looks for the settings' file
    dashboard().run(config=options)


if __name__ == "__main__":
    main(*sys.argv[1:])
