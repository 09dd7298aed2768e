"""The command line's words: one file a command, with `add(commands)` and `main(chosen)`.

`add` describes the command to argparse's subparsers and returns its parser; `main` carries its
words out and returns the exit code: 0 done, 1 failed, 2 bad input. What `main` needs it imports
itself, so that `--help` is quick. The files are found as they lie here, in the order of PLACES.
"""

import pkgutil
from importlib import import_module

PLACES = (
    "app",
    "export",
    "film",
    "page",
    "open",
    "sentiment",
    "inside",
    "dynamics",
    "train",
    "bench",
)  # in the help; others come last
_FOUND = {module.name for module in pkgutil.iter_modules(__path__)}
COMMANDS = {
    name: import_module(f"{__name__}.{name}")
    for name in sorted(_FOUND, key=lambda name: (name not in PLACES, PLACES.index(name)
                                                 if name in PLACES else 0, name))
}  # fmt: skip
