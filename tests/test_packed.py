"""Files go compressed to those who can take that, and are the same bytes as for all others."""

import gzip
import urllib.request

import pytest
from conftest import awaited, serve

from rnnviz.packed import Packed

LONG = b"let one = 1;\n" * 1000


def application(calls, **changed):
    """An application that answers every request with one file, and notes the paths asked for."""
    said = {"status": 200, "kind": b"text/javascript", "kept": b"public", "body": LONG} | changed

    async def answer(scope, receive, send):
        calls.append(scope["path"])
        headers = [(b"content-type", said["kind"]), (b"cache-control", said["kept"])]
        headers += [(b"etag", b"1"), (b"access-control-allow-origin", b"*")]
        await send({"type": "http.response.start", "status": said["status"], "headers": headers})
        await send({"type": "http.response.body", "body": said["body"]})

    return answer


def ask(app, path="/component/x/a.js", accept=b"gzip, br", **others):
    """The status, headers and body of an answer."""
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"1"} | others
    scope.setdefault("headers", [(b"accept-encoding", accept)])
    said = []

    async def send(message):
        said.append(message)

    awaited(app(scope, None, send))
    return said[0]["status"], dict(said[0]["headers"]), said[1]["body"]


def test_a_file_is_compressed_once_and_is_the_same():
    calls = []
    app = Packed(application(calls))
    for query in (b"1", b"2"):  # nobody fills the memory, or the processor, with questions
        status, headers, body = ask(app, query_string=query)
        assert status == 200 and gzip.decompress(body) == LONG and len(body) < len(LONG) / 10
        assert headers[b"content-encoding"] == b"gzip" and b"etag" not in headers
        assert headers[b"content-length"] == str(len(body)).encode()
        assert headers[b"access-control-allow-origin"] == b"*"
    assert calls == ["/component/x/a.js"]


@pytest.mark.parametrize(
    ("changed", "asked"),
    [
        ({}, {"accept": b"br"}),
        ({}, {"method": "HEAD"}),
        ({}, {"path": "/States"}),
        ({}, {"headers": [(b"accept-encoding", b"gzip"), (b"range", b"bytes=0-9")]}),
        ({"kept": b"no-cache"}, {}),
        ({"status": 404}, {}),
        ({"kind": b"font/woff2"}, {}),
        ({"body": b"short"}, {}),
    ],
)
def test_what_else_is_sent_goes_through(changed, asked):
    calls = []
    app = Packed(application(calls, **changed))
    for _ in range(2):
        status, headers, body = ask(app, **asked)
        assert (status, body) == (changed.get("status", 200), changed.get("body", LONG))
        assert b"content-encoding" not in headers and headers[b"etag"] == b"1"
    assert len(calls) == 2


@pytest.mark.slow
def test_what_the_server_sends_is_what_streamlit_would():
    with serve(("-m", "rnnviz", "app"), "--port") as address:
        one = urllib.request.urlopen(f"{address}/States").read().decode()
        script = one.split('src="./static/js/')[1].split('"')[0]
        address = f"{address}/static/js/{script}"
        plain = urllib.request.urlopen(address).read()
        asked = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(asked) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(answer.read()) == plain
