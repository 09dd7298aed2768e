"""The command line: `python -m rnnviz` opens the dashboard."""

import argparse
import ipaddress
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import rnnviz
from rnnviz.commands import film


def main(arguments: list[str] | None = None) -> int:
    """Parse the words of the command line and carry them out; returns the exit code."""
    parser = argparse.ArgumentParser(prog="rnnviz", description=rnnviz.__doc__)
    parser.add_argument("--version", action="version", version=f"rnnviz {rnnviz.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    app = commands.add_parser("app", help="open the dashboard (what happens without a command)")
    app.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    app.add_argument("--port", type=_port, default=8501, help="port to listen on (%(default)s)")
    app.add_argument(
        "--public", action="store_true", help="allow an address that other machines can reach"
    )
    _add_sentiment(commands)
    _add_export(commands)
    film.add(commands)
    words = sys.argv[1:] if arguments is None else arguments
    chosen = parser.parse_args(words or ["app"])
    if chosen.command is None:
        parser.error(f"name a command: {', '.join(commands.choices)}")
    if chosen.command == "sentiment":
        return _sentiment(chosen)
    if chosen.command == "export":
        from rnnviz import export

        return export.main(chosen)
    if chosen.command == "film":
        try:
            return film.main(chosen)
        except rnnviz.ExperimentError as error:
            print(f"rnnviz film: {error}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            return 130
    if not chosen.public and not _is_loopback(chosen.host):
        app.error(
            f"host must be a loopback address such as 127.0.0.1 unless --public is given, "
            f"got {chosen.host}"
        )
    return _serve(chosen.host, chosen.port)


def _add_sentiment(commands) -> None:
    one = commands.add_parser("sentiment", help="train and compare models that read reviews")
    one.add_argument("--data", default="builtin", help="builtin, imdb, or the path of an imdb.npz "
                     "or a CSV with the columns text and label (%(default)s)")  # fmt: skip
    one.add_argument("--cells", default="rnn,lstm,gru", help="of rnn, lstm, gru and bow, a bag of "
                     "words (%(default)s)")  # fmt: skip
    one.add_argument("--recipe", default="modern", help="modern or notebook (%(default)s)")
    one.add_argument("--epochs", type=int, help="instead of the recipe's")
    one.add_argument("--seed", type=int, default=1, help="(%(default)s)")
    one.add_argument("--set", action="append", default=[], metavar="NAME=VALUE",
                     help="any other setting of the recipe, such as units=64")  # fmt: skip
    one.add_argument("--out", type=Path, required=True, help="folder for the runs and the table")


def _add_export(commands) -> None:
    from rnnviz.export import FORMATS, add_experiment

    one = commands.add_parser("export", help="write figures and data of an experiment as files")
    add_experiment(one)
    one.add_argument("--figures", default="all", help="all, or some of them: step,gates (all)")
    one.add_argument("--format", default="html", help=f"some of {','.join(FORMATS)} (%(default)s)")
    one.add_argument("--theme", choices=("light", "dark"), default="light", help="(%(default)s)")
    one.add_argument("--out", type=Path, required=True, help="folder to write to")


def _sentiment(chosen) -> int:
    from rnnviz.sentiment import command

    try:
        return command.train(chosen)
    except rnnviz.ExperimentError as error:
        print(f"rnnviz sentiment: {error}", file=sys.stderr)
        return 2


def _port(word: str) -> int:
    if not (word.isascii() and word.isdigit() and 1 <= int(word[:9]) <= 65535):
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to 65535, got {word[:40]}")
    return int(word)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def dashboard() -> Path:
    """The folder that holds app.py: the checkout's, or what an installed package carries."""
    package = Path(__file__).parent
    installed = package / "_dashboard"
    return installed if installed.is_dir() else package.parent


def _serve(host: str, port: int) -> int:
    home = dashboard()
    # Streamlit reads config.toml from the working directory only; as variables its settings hold
    # wherever the command is given. Those that the user has set already stay.
    with open(home / ".streamlit" / "config.toml", "rb") as file:
        settings = _variables("STREAMLIT", tomllib.load(file))
    command = [sys.executable, "-m", "streamlit", "run", str(home / "app.py")]
    command += [f"--server.address={host}", f"--server.port={port}"]
    try:
        return subprocess.call(command, env=settings | os.environ)
    except KeyboardInterrupt:
        return 0


def _variables(prefix: str, table: dict) -> dict[str, str]:
    """{"server": {"maxUploadSize": 20}} as STREAMLIT_SERVER_MAX_UPLOAD_SIZE=20."""
    found = {}
    for key, value in table.items():
        name = prefix + "_" + "".join(f"_{c}" if c.isupper() else c for c in key).upper()
        if isinstance(value, dict):
            found |= _variables(name, value)
        else:
            found[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return found


if __name__ == "__main__":
    sys.exit(main())
