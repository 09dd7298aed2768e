"""`python -m rnnviz bench`: how fast the engine is, beside the notebook's way and others."""

import argparse
import subprocess
import sys
from pathlib import Path

from rnnviz.core.errors import Unavailable


def add(commands) -> argparse.ArgumentParser:
    """Describe the command."""
    return commands.add_parser("bench", help="measure the engine against the notebook's way")


def main(chosen: argparse.Namespace) -> int:
    """Run the checkout's benchmark."""
    script = Path(__file__).parents[2] / "benchmarks" / "engine.py"
    if not script.is_file():
        raise Unavailable("the benchmarks come with the checkout, not with the installed package")
    try:
        return 1 if subprocess.call([sys.executable, str(script)]) else 0
    except KeyboardInterrupt:
        return 130
