"""`python -m rnnviz` serves, from any folder, the dashboard that `streamlit run app.py` does."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from pathlib import Path

import pytest
from conftest import serve

import rnnviz
from rnnviz.__main__ import main

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
TOLD = """
import json
from streamlit import config
def told(*_, **__):
    options = {key: option.value for key, option in config._config_options.items()}
    print(json.dumps(options, default=repr))
"""
STREAMLIT = f"""{TOLD}
import sys
from streamlit.web import bootstrap, cli
def run(path, is_hello, arguments, flags, **_):
    bootstrap.load_config_options(flags)
    told()
bootstrap.run = run
cli.main(sys.argv[1:])
"""
SERVER = f"""{TOLD}
import sys
from streamlit.web.server.starlette import starlette_server
starlette_server.UvicornRunner.run = told
from rnnviz import server
server.main(*sys.argv[1:])
"""


def settings(probe, words, cwd) -> dict:
    """Every option of Streamlit as its server understands some words in a folder."""
    # The package is the checkout's, as where it is installed.
    env = {**os.environ, "PYTHONPATH": str(Path(rnnviz.__file__).parents[1])}
    command = [sys.executable, "-c", probe, *words]
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def leaves(table: dict, before: str = "") -> dict:
    """{"server": {"port": 1}} as {"server.port": 1}."""
    flat = {}
    for key, value in table.items():
        name = f"{before}{key}"
        flat |= leaves(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return flat


def launched(monkeypatch, cwd) -> dict:
    """Every option of Streamlit as the launcher hands it on from a folder."""
    calls = []
    with monkeypatch.context() as stand_in:
        stand_in.chdir(cwd)
        stand_in.setattr(os, "execve", lambda path, words, said: calls.append(words))
        stand_in.setattr(subprocess, "call", lambda words, env: 0)  # as on Windows
        main([])
    python, *words = calls[0]
    assert python == sys.executable and words[:2] == ["-m", "rnnviz.server"]
    return settings(SERVER, words[2:], cwd)


def test_every_setting_is_what_it_is_under_streamlit_run(tmp_path, monkeypatch):
    """JSON tells a number, a list, a word and a switch apart: values and types are the same."""
    here = settings(STREAMLIT, ["run", "app.py"], ROOT)
    there = launched(monkeypatch, tmp_path)
    # One is drawn anew by every server, the other names folders that may hold secrets.
    differ = {key for key in here if here[key] != there[key]}
    assert differ == {"server.cookieSecret", "secrets.files"} and here.keys() == there.keys()
    with open(ROOT / ".streamlit" / "config.toml", "rb") as file:
        ours = leaves(tomllib.load(file))
    assert len(ours) > 15 and {key: there[key] for key in ours} == ours


@pytest.mark.skipif(os.name != "posix", reason="a process becomes another one")
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL])
def test_what_ends_the_command_leaves_no_server_on_the_port(sent):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "rnnviz", "app", f"--port={port}"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5).close()
                break
            except OSError:
                assert process.poll() is None, "the dashboard stopped as it started"
                time.sleep(0.1)
        process.send_signal(sent)
        process.wait(30)
        with pytest.raises(ConnectionRefusedError), socket.socket() as one:
            one.connect(("127.0.0.1", port))
    finally:
        process.kill()


def test_what_the_user_has_set_goes_first(tmp_path, monkeypatch):
    monkeypatch.setenv("STREAMLIT_CLIENT_SHOW_ERROR_DETAILS", "full")
    assert launched(monkeypatch, tmp_path)["client.showErrorDetails"] == "full"


@pytest.mark.browser
def test_its_log_is_quiet_and_headings_have_their_size(browser, tmp_path, monkeypatch):
    # The package is the checkout's, as where it is installed.
    monkeypatch.setenv("PYTHONPATH", str(Path(rnnviz.__file__).parents[1]))
    with open(ROOT / ".streamlit" / "config.toml", "rb") as file:
        sizes = tomllib.load(file)["theme"]["headingFontSizes"]
    with open(tmp_path / "log", "w+") as log:
        with serve(("-m", "rnnviz", "app"), "--port", log, tmp_path) as address:
            page = browser.new_page()
            page.goto(f"{address}/States")
            page.get_by_role("heading", level=2).first.wait_for()
            drawn = page.evaluate(
                """() => [document.documentElement, document.querySelector("h2")]
                .map(one => parseFloat(getComputedStyle(one).fontSize))"""
            )
            page.close()
        log.seek(0)
        said = log.read()
    assert address in said and "Traceback" not in said and "Failed" not in said
    assert drawn[1] / drawn[0] == pytest.approx(float(sizes[1].removesuffix("rem")))
