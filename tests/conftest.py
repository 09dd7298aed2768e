"""A browser and a fresh server for the tests that need them; one line says what was left out."""

import ast
import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STREAMLIT = ("-m", "streamlit", "run", "app.py")
collect_ignore = ["pytorch/make.py", "keras2/make.py"]  # need what the tests do not
SLOW = {"open_page", "AppTest", "subprocess", "carried_out"}  # a test that calls one is slow
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The browser to test with: $RNNVIZ_CHROMIUM, or the first that is installed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("RNNVIZ_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def pytest_ignore_collect(collection_path, config):
    """Whether a file is not even imported: TensorFlow alone takes seconds, also where none runs."""
    left_out = set(re.findall(r"not (\w+)", config.option.markexpr))
    if not left_out or collection_path.suffix != ".py" or "(" in config.option.markexpr:
        return None
    return bool(marks(ast.parse(collection_path.read_text()), "pytestmark") & left_out) or None


def marks(tree, name):
    """The marks that a file's assignment to `name` holds."""
    values = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    ]
    return {n.attr for value in values for n in ast.walk(value) if isinstance(n, ast.Attribute)}


@pytest.hookimpl(tryfirst=True)  # before -m leaves anything out
def pytest_collection_modifyitems(items):
    for item in items:  # a page takes a second, and so does another process
        code = getattr(getattr(item, "function", None), "__code__", None)  # an example has none
        params = getattr(getattr(item, "callspec", None), "params", {})
        if (code and SLOW & set(code.co_names)) or of_later_cells(params):
            item.add_marker(pytest.mark.slow)
    if find_chromium() or os.environ.get("RNNVIZ_REQUIRE_BROWSER"):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no browser"))


def of_later_cells(params):
    """Whether a case is of a cell beside the three that the quick loop tries."""
    from kinds import THREE  # here: scripts beside the tests take a server from this file alone

    from rnnviz.core.cells import CELLS

    names = {v for v in params.values() if isinstance(v, str)}
    return bool(names & CELLS.keys() - set(THREE))


def pytest_terminal_summary(terminalreporter):
    skipped = terminalreporter.stats.get("skipped", [])
    left_out = sorted(
        {r.nodeid.split("::")[-1] for r in skipped if "no browser" in str(r.longrepr)}
    )
    if left_out:
        terminalreporter.write_line(f"no browser found; left out: {', '.join(left_out)}")


@pytest.fixture(scope="session", autouse=True)
def own_runs(tmp_path_factory):
    """What a test trains is kept in a folder of the tests, not in the user's."""
    os.environ["RNNVIZ_RUNS"] = str(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="session")
def browser():
    """Chromium under Playwright."""
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    assert path, "a browser is required here: install Debian's chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@contextmanager
def serve(start=STREAMLIT, port_flag="--server.port", log=subprocess.DEVNULL, cwd=ROOT):
    """A fresh dashboard on a free port of the loopback; gives its address, leaves no orphan.

    `port_flag` is how `start` takes its port; what is said goes to `log`, an open file.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, *start, f"{port_flag}={port}"]
    process = subprocess.Popen(
        command,
        cwd=cwd,
        start_new_session=True,
        stdout=log,
        stderr=log,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                    break
            except (urllib.error.URLError, ConnectionError):
                assert process.poll() is None, "the dashboard stopped as it started"
                time.sleep(0.1)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def awaited(coroutine):
    """What a coroutine comes to: in a thread of its own, as the browser of other tests keeps a loop
    running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


@pytest.fixture(scope="session")
def server():
    """The address of the dashboard that most tests share."""
    with serve() as address:
        yield address


@pytest.fixture
def fresh_server():
    """The address of a dashboard that nobody has opened yet."""
    with serve() as address:
        yield address


def pick(page, label, choice):
    """Choose an entry of a menu; a drawer that still slides open may swallow the first click."""
    from playwright.sync_api import TimeoutError

    for last in (False, False, True):
        page.get_by_role("combobox", name=label, exact=True).click()
        try:
            page.get_by_role("option", name=choice).click(timeout=5000)
            return
        except TimeoutError:
            if last:
                raise
