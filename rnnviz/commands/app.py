"""`python -m rnnviz app`: the dashboard, for this machine unless told otherwise."""

import argparse
import ipaddress
import os
import subprocess
import sys

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
    command = [sys.executable, "-m", "rnnviz.server", chosen.host, str(chosen.port)]
    if os.name == "posix":  # this process becomes the server: what ends it leaves none behind
        sys.stdout.flush()
        os.execv(command[0], command)
    try:
        return subprocess.call(command)
    except KeyboardInterrupt:
        return 0


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
