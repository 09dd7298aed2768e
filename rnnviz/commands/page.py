"""`python -m rnnviz page`: player and pictures as one HTML file that needs no server."""

import argparse
from pathlib import Path


def add(commands) -> argparse.ArgumentParser:
    """Describe the command."""
    from rnnviz.export import add_experiment

    one = commands.add_parser(
        "page",
        help="write player and pictures as one HTML file that works offline",
        usage="rnnviz page --out FILE [the experiment]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="it begins with the experiment; a cell of one's own is in it beside the others\n\n"
        "  python -m rnnviz page --out rnnviz.html\n"
        "  python -m rnnviz page --equations 'a = tanh(W @ [a_prev, x] + b)' --out mine.html",
    )
    one.add_argument("--out", type=Path, required=True, metavar="FILE", help="file to write")
    add_experiment(one)
    return one


def main(chosen: argparse.Namespace) -> int:
    """Write the file. Raises ExperimentError where it cannot be written."""
    from rnnviz.core.errors import ExperimentError
    from rnnviz.export.flags import experiment
    from rnnviz.export.page.page import page

    content = page(experiment(chosen))
    try:
        chosen.out.write_text(content, encoding="utf-8")
    except OSError as error:
        raise ExperimentError(
            f"out must be a file that can be written, got {chosen.out}: {error.strerror}"
        ) from error
    print(chosen.out)
    return 0
