"""`python -m rnnviz receipt FILE`: whether a receipt of predictions is as it was signed."""

import argparse
from pathlib import Path


def add(commands) -> argparse.ArgumentParser:
    """Describe the command."""
    one = commands.add_parser(
        "receipt",
        help="check a receipt of predictions, and print its answers",
        description="Check that a receipt was signed with this server's key (RNNVIZ_RECEIPT_KEY, "
        "or the one that is kept beside its runs), and print its answers as JSON.",
    )
    one.add_argument("file", type=Path, metavar="FILE", help="a receipt (.json)")
    return one


def main(chosen: argparse.Namespace) -> int:
    """Check it; raises ExperimentError where it was changed, or is none."""
    import json

    from rnnviz.classroom import verified
    from rnnviz.core.errors import ExperimentError

    try:
        with open(chosen.file, "rb") as file:
            text = file.read(1_000_001).decode("utf-8", "replace")
    except OSError as error:
        raise ExperimentError(f"{chosen.file} cannot be read: {error.strerror}") from None
    print(json.dumps(verified(text), indent=1, ensure_ascii=False))
    return 0
