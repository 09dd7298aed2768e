"""deploy/: the image's files are enough to serve from; behind one door each browser keeps to its
server, and when that is killed, it is back on the same picture by its link."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from conftest import serve

from rnnviz.sitemap import ROOT

DEPLOY = ROOT / "deploy"
NAMES = re.findall(r"^\s+server (\w+):8501", (DEPLOY / "nginx.conf").read_text(), re.MULTILINE)
SLIDER = "Gain of the recurrent weights"


def image(target: Path) -> Path:
    """What deploy/Dockerfile copies into the image, in a folder."""
    target.mkdir()
    copies = re.findall(r"^COPY (.+) (\S+)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    for sources, place in copies:
        for source in sources.split():
            goal = target / (source if place == "./" else place.removeprefix("/srv/rnnviz/"))
            skip = shutil.ignore_patterns("__pycache__")
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, goal, ignore=skip)
            else:
                shutil.copy(ROOT / source, goal)
    return target


@contextmanager
def door(servers: list[str], folder: Path):
    """nginx with deploy/nginx.conf in front of servers on loopback, which are named in a header."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = (DEPLOY / "nginx.conf").read_text()
    for name, address in zip(NAMES, servers, strict=True):
        words = words.replace(f"server {name}:8501", f"server {address.removeprefix('http://')}")
    words = words.replace("listen 8080", f"listen 127.0.0.1:{port}").replace("/tmp/", f"{folder}/")
    words = words.replace("proxy_pass", "add_header X-Server $upstream_addr;\nproxy_pass", 1)
    path = folder / "nginx.conf"
    path.write_text(words)
    nginx = subprocess.Popen(["nginx", "-c", str(path), "-g", "daemon off;"])
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", port)):
                    break
            assert nginx.poll() is None, "nginx refuses deploy/nginx.conf"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        nginx.terminate()
        nginx.wait(10)


def asked(url: str, cookie: str = "") -> tuple[str, str, str]:
    """Which server answers, the cookie by which it is found again, and how the answer is packed."""
    headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        said = answer.headers
    cookies = [one.split(";")[0] for one in said.get_all("Set-Cookie", [])]
    (own,) = (one for one in cookies if one.startswith("rnnviz_server="))
    return said["X-Server"], own, said.get("Content-Encoding", "")


def process(address: str) -> int:
    """The process that listens at an address."""
    port = address.rsplit(":", 1)[1]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"rnnviz.server" in words and port.encode() in words:
            return int(folder.name)
    raise AssertionError(f"no server at {address}")


def test_the_door_and_the_servers_are_the_same():
    compose = (DEPLOY / "compose.yaml").read_text()
    assert re.findall(r"^  (\w+): \*server$", compose, re.MULTILINE) == NAMES
    assert len(NAMES) == 3


def test_the_image_is_sent_what_it_copies():
    sent = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    copied = re.findall(r"^COPY (.+) \S+$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert sent == {source for sources in copied for source in sources.split()}


@pytest.fixture
def three(tmp_path, monkeypatch):
    """Three servers out of the image's files, and the door before them."""
    if not shutil.which("nginx"):
        pytest.skip("needs nginx")
    root = image(tmp_path / "image")
    (tmp_path / "nginx").mkdir()
    monkeypatch.setenv("RNNVIZ_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("STREAMLIT_SERVER_COOKIE_SECRET", "one for all")
    monkeypatch.setenv("PYTHONPATH", str(root))
    with ExitStack() as stack:
        start = ("-m", "rnnviz", "app")
        servers = [stack.enter_context(serve(start, "--port", cwd=root)) for _ in NAMES]
        yield stack.enter_context(door(servers, tmp_path / "nginx")), servers


@pytest.mark.browser
@pytest.mark.slow
def test_a_killed_server_costs_its_users_nothing_and_the_others_less(browser, three):
    address, servers = three
    visitors = [asked(f"{address}/Gates") for _ in range(40)]
    assert {server for server, _, _ in visitors} == {one.removeprefix("http://") for one in servers}
    for server, cookie, packed in visitors[:6]:
        assert asked(f"{address}/States", cookie)[0] == server and packed == "gzip"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        asked(f"{address}/_stcore/metrics")

    tabs = {}
    while len(tabs) < 2:
        context = browser.new_context()
        page = context.new_page()
        server = page.goto(f"{address}/Gates?v=2&seed=7&T_x=20").headers["x-server"]
        page.get_by_role("slider", name=SLIDER).wait_for(timeout=60_000)
        tabs.setdefault(server, page)
    (killed, lost), (_, spared) = tabs.items()
    for page in tabs.values():
        moved(page)
        page.evaluate("window.mark = 'same'")
    link, picture = lost.url, drawn(lost)
    with lost.expect_websocket(timeout=60_000):  # which the page opens again by itself
        os.kill(process(killed), signal.SIGKILL)
        moved(spared)  # on its own server
    assert drawn(lost) == picture
    moved(lost)  # by one touch, at a server that knows nothing but the link
    assert {page.evaluate("window.mark") for page in tabs.values()} == {"same"}
    first, last = (parse_qs(urlparse(one).query) for one in (link, lost.url))
    assert {name for name in first if first[name] != last[name]} == {"gain"}
    assert drawn(lost) != picture
    for page in tabs.values():
        page.context.close()


def moved(page) -> None:
    """Press a slider's key, and wait until the link says so."""
    before = page.url
    page.get_by_role("slider", name=SLIDER).press("ArrowRight")
    page.wait_for_function("before => location.href !== before", arg=before, timeout=60_000)


def drawn(page) -> list:
    """The first picture's numbers, once nothing is on its way."""
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=60_000)
    page.wait_for_function(
        """() => !document.querySelector(
            '[data-testid="stStatusWidget"], [data-testid="stSkeleton"], [data-stale="true"]')"""
    )
    return page.evaluate(
        """() => document.querySelector('.js-plotly-plot')._fullData
            .map(trace => [...trace.y ?? []].slice(0, 20))"""
    )
