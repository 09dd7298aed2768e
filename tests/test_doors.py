"""A public server answers under its names and no other, and tells nobody of its sessions."""

import socket
import urllib.error
import urllib.request

import pytest
from conftest import serve

from rnnviz.__main__ import main

ELSEWHERE = "evil.example.org"
KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # of RFC 6455


def shakes_hands(address: str, name: str) -> int:
    """The status of a websocket's handshake from a page under a name."""
    host, port = address.removeprefix("http://").split(":")
    lines = [
        "GET /_stcore/stream HTTP/1.1", f"Host: {name}:{port}", "Upgrade: websocket",
        "Connection: Upgrade", f"Sec-WebSocket-Key: {KEY}", "Sec-WebSocket-Version: 13",
        f"Origin: http://{name}:{port}", "", "",
    ]  # fmt: skip
    with socket.create_connection((host, int(port)), 30) as one:
        one.sendall("\r\n".join(lines).encode())
        return int(one.recv(100).split()[1])


@pytest.mark.slow
def test_a_public_server_answers_pages_under_its_names_alone():
    start = ("-m", "rnnviz", "app", "--public", "--name", "class.example.org")
    with serve(start, "--port") as address:
        own = socket.gethostname().lower()
        for name in ("class.example.org", own, "127.0.0.1"):
            assert shakes_hands(address, name) == 101, name
        assert shakes_hands(address, ELSEWHERE) == 403
        for path in ("/_stcore/metrics", "/_stcore/metrics/"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(address + path)
        assert urllib.request.urlopen(f"{address}/_stcore/health").read() == b"ok"


@pytest.mark.slow
def test_a_name_that_is_made_to_lead_here_opens_nothing_at_home_and_any_name_a_public_server():
    with serve(("-m", "rnnviz", "app"), "--port") as address:
        assert shakes_hands(address, "localhost") == shakes_hands(address, "127.0.0.1") == 101
        assert shakes_hands(address, ELSEWHERE) == 403
    with serve(("-m", "rnnviz", "app", "--public"), "--port") as address:
        assert shakes_hands(address, ELSEWHERE) == 101


@pytest.mark.parametrize("name", ["*", "a b", "http://a.b", "", "a/b", "x" * 300])
def test_what_is_no_name_is_refused(name, capsys):
    assert main(["app", "--public", "--name", name]) == 2
    said = capsys.readouterr().err
    assert "name must be a host's" in said and said.count("\n") == 1
