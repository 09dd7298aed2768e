"""`python -m rnnviz app`: the dashboard, for this machine unless told otherwise."""

import argparse
import ipaddress
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from rnnviz.core.errors import ExperimentError, shown


def add(commands) -> argparse.ArgumentParser:
    """Describe the command."""
    one = commands.add_parser("app", help="open the dashboard (what happens without a command)")
    one.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    one.add_argument("--port", type=port, default=8501, help="port to listen on (%(default)s)")
    one.add_argument(
        "--public", action="store_true", help="allow an address that other machines can reach"
    )
    return one


def main(chosen: argparse.Namespace) -> int:
    """Serve until it is stopped."""
    if not chosen.public and not _is_loopback(chosen.host):
        raise ExperimentError(
            f"host must be a loopback address such as 127.0.0.1 unless --public is given, "
            f"got {shown(chosen.host)}"
        )
    home = dashboard()
    # Streamlit reads config.toml from the working directory only; as variables its settings hold
    # wherever the command is given. Those that the user has set already stay.
    with open(home / ".streamlit" / "config.toml", "rb") as file:
        settings = variables("STREAMLIT", tomllib.load(file))
    command = [sys.executable, "-m", "streamlit", "run", str(home / "app.py")]
    command += [f"--server.address={chosen.host}", f"--server.port={chosen.port}"]
    try:
        return subprocess.call(command, env=settings | os.environ)
    except KeyboardInterrupt:
        return 0


def dashboard() -> Path:
    """The folder that holds app.py: the checkout's, or what an installed package carries."""
    package = Path(__file__).parents[1]
    installed = package / "_dashboard"
    return installed if installed.is_dir() else package.parent


def variables(prefix: str, table: dict) -> dict[str, str]:
    """{"server": {"maxUploadSize": 20}} as STREAMLIT_SERVER_MAX_UPLOAD_SIZE=20."""
    found = {}
    for key, value in table.items():
        name = prefix + "_" + "".join(f"_{c}" if c.isupper() else c for c in key).upper()
        if isinstance(value, dict):
            found |= variables(name, value)
        else:
            found[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return found


def port(word: str) -> int:
    """A port of the command line; argparse shows the sentence where it is none."""
    if not (word.isascii() and word.isdigit() and 1 <= int(word[:9]) <= 65535):
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to 65535, got {word[:40]}")
    return int(word)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
