"""`python -m rnnviz open FILE`: say what a capsule is, and open the dashboard with it."""

import argparse
from pathlib import Path

from rnnviz.commands import app


def add(commands) -> argparse.ArgumentParser:
    """Describe the command."""
    one = commands.add_parser(
        "open",
        help="open a capsule, or the settings out of one, in the dashboard",
        description="Say what a capsule is, whether its numbers come out the same here, and open "
        "the dashboard with its experiment. Nothing in the file is run.",
    )
    one.add_argument(
        "file", type=Path, metavar="FILE", help="a capsule (.zip), or settings (.json)"
    )
    one.add_argument("--port", type=app.port, default=8501, help="port to listen on (%(default)s)")
    one.add_argument(
        "--print-link", action="store_true", help="print the link and leave the dashboard closed"
    )
    return one


def main(chosen: argparse.Namespace) -> int:
    """Open it; raises ExperimentError where the file is none of ours."""
    from urllib.parse import urlencode

    from rnnviz.core import tidy
    from rnnviz.core.errors import ExperimentError
    from rnnviz.core.link import to_link
    from rnnviz.core.run import run
    from rnnviz.core.settings import BOUNDS
    from rnnviz.export import capsule

    try:
        with open(chosen.file, "rb") as file:
            opened = capsule.read(file)
    except OSError as error:
        raise ExperimentError(f"file must be a file to read, got: {error.strerror}") from None
    e = opened.experiment
    link = f"http://127.0.0.1:{chosen.port}/?{urlencode(to_link(e))}"
    if chosen.print_link:
        print(link)
        return 0
    numbers = ", ".join(f"{name} {getattr(e, name)}" for name in BOUNDS if name != "label")
    print(f"{e.cell_object.title}, {numbers}; written by rnnviz {opened.program}")
    print(opened.verdict(tidy.digests(run(e))))
    print(link, flush=True)
    return app.serve(chosen.port)
