"""`python -m rnnviz page`: the player as one HTML file that needs no server."""

import argparse
from pathlib import Path


def add(commands) -> argparse.ArgumentParser:
    """Describe the command."""
    one = commands.add_parser(
        "page",
        help="write the player as one HTML file that works offline",
        usage="rnnviz page --out FILE",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="  python -m rnnviz page --out rnnviz.html",
    )
    one.add_argument("--out", type=Path, required=True, metavar="FILE", help="file to write")
    return one


def main(chosen: argparse.Namespace) -> int:
    """Write the file. Raises ExperimentError where it cannot be written."""
    from rnnviz.core.errors import ExperimentError
    from rnnviz.export.page.page import page

    try:
        chosen.out.write_text(page(), encoding="utf-8")
    except OSError as error:
        raise ExperimentError(
            f"out must be a file that can be written, got {chosen.out}: {error.strerror}"
        ) from error
    print(chosen.out)
    return 0
