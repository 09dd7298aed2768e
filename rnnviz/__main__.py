"""The command line: `python -m rnnviz` opens the dashboard, `python -m rnnviz COMMAND` the rest."""

import argparse
import os
import sys

import rnnviz
from rnnviz.commands import COMMANDS
from rnnviz.core.errors import Unavailable

_EXAMPLES = """\
Each command has its own --help. An experiment is named by the same flags everywhere:

  python -m rnnviz                                             the dashboard
  python -m rnnviz export --cell lstm --n-a 5 --out figures    its figures as files
  python -m rnnviz sentiment --out runs                        models that read reviews

It ends with 0 when all is done, 1 when something failed, 2 when a word was wrong.
"""


def main(arguments: list[str] | None = None) -> int:
    """Parse the words of the command line and carry them out; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="rnnviz",
        description=rnnviz.__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"rnnviz {rnnviz.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for command in COMMANDS.values():
        command.add(commands)
    words = sys.argv[1:] if arguments is None else arguments
    chosen = parser.parse_args(words or ["app"])
    if chosen.command is None:
        parser.error(f"name a command: {', '.join(COMMANDS)}")
    try:
        return COMMANDS[chosen.command].main(chosen)
    except rnnviz.ExperimentError as error:
        print(f"rnnviz {chosen.command}: {error}", file=sys.stderr)
        return 1 if isinstance(error, Unavailable) else 2
    except KeyboardInterrupt:
        return 130  # as a shell counts it
    except BrokenPipeError:  # the reader of our output, such as head, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main())
