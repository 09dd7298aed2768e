"""`python -m rnnviz app`: the dashboard, for this machine unless told otherwise."""

import argparse
import errno
import os
import re
import socket
import subprocess
import sys
from collections.abc import Sequence

from rnnviz.core import machine
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.loopback import is_loopback

HERE = ("localhost", "127.0.0.1", "::1")
SHORTEST = 12  # characters of a token: nobody guesses it at 25 tries a second


def add(commands) -> argparse.ArgumentParser:
    """Describe the command."""
    one = commands.add_parser("app", help="open the dashboard (what happens without a command)")
    one.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    one.add_argument("--port", type=port, default=8501, help="port to listen on (%(default)s)")
    one.add_argument(
        "--public", action="store_true", help="allow an address that other machines can reach"
    )
    one.add_argument(
        "--name", action="append", default=[], metavar="HOST",
        help="with --public, the name in people's address bars (once for each); a page under any "
        "other gets no answer",
    )  # fmt: skip
    one.add_argument(
        "--teacher-token", metavar="WORD",
        help="who enters it on Sentiment may stop and delete everybody's runs; others see to their "
        "own alone ($RNNVIZ_TEACHER_TOKEN)",
    )  # fmt: skip
    one.add_argument(
        "--memory", metavar="MB",
        help="for all runs together (half of this machine's; $RNNVIZ_MEMORY)",
    )  # fmt: skip
    return one


def main(chosen: argparse.Namespace) -> int:
    """Serve until it is stopped."""
    return serve(
        chosen.port, chosen.host, chosen.name,
        public=chosen.public, token=chosen.teacher_token, memory=chosen.memory,
    )  # fmt: skip


def serve(
    port: int,
    host: str = "127.0.0.1",
    names: Sequence[str] = (),
    *,
    public: bool = False,
    token: str | None = None,
    memory: str | None = None,
) -> int:
    """Serve at an address until it is stopped; what the command's words say goes to the server in
    its environment. Raises ExperimentError for what may not be."""
    if not public and not is_loopback(host):
        raise ExperimentError(
            f"host must be a loopback address such as 127.0.0.1 unless --public is given, "
            f"got {shown(host)}"
        )
    check_free(host, port)
    said = dict(os.environ)
    if memory is not None:
        said[machine.VARIABLE] = memory
    machine.allowed(said.get(machine.VARIABLE, ""))
    if public:
        said["RNNVIZ_PUBLIC"] = "1"
    if public or host not in HERE:
        known = hosts(list(names)) if names else ["*"] if public else [host]
        said.setdefault("STREAMLIT_SERVER_ALLOWED_HOSTS", " ".join(known))
    token = token or said.get("RNNVIZ_TEACHER_TOKEN", "")
    if token:
        if len(token) < SHORTEST:
            raise ExperimentError(f"the teacher's token must have at least {SHORTEST} characters")
        said["RNNVIZ_TEACHER_TOKEN"] = token
    command = [sys.executable, "-m", "rnnviz.server", host, str(port)]
    if os.name == "posix":  # this process becomes the server: what ends it leaves none behind
        sys.stdout.flush()
        os.execve(command[0], command, said)
    try:
        return subprocess.call(command, env=said)
    except KeyboardInterrupt:
        return 0


def check_free(host: str, port: int) -> None:
    """Raise ExperimentError where another program listens at an address already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name == "posix")
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                why = "taken" if error.errno == errno.EADDRINUSE else "the system's own"
                raise ExperimentError(
                    f"port must be free, got {port}, which is {why}: say another by --port"
                ) from None


def hosts(names: list[str]) -> list[str]:
    """What a browser may call the server that has these names: they, the machine's own, and here.

    Raises ExperimentError for what is no name of a host.
    """
    for name in names:
        if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", name):
            raise ExperimentError(
                f"name must be a host's, such as class.example.org, got {shown(name)}"
            )
    return [*names, socket.gethostname(), socket.getfqdn(), *HERE]


def port(word: str) -> int:
    """A port of the command line; argparse shows the sentence where it is none."""
    if not (word.isascii() and word.isdigit() and 1 <= int(word[:9]) <= 65535):
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to 65535, got {word[:40]}")
    return int(word)
