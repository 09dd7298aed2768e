"""What a user says of a file, and what only the user can say."""

from typing import NamedTuple

from rnnviz.core.errors import ExperimentError

WAYS = {"hold": "the value before", "line": "a straight line between"}  # over a gap


class Meant(NamedTuple):
    """What a user says of a file: whether the first row names the columns, whether the first column
    numbers the steps (or dates them), whether decimals have commas (None: to be found out), and
    what stands in for gaps ("": nothing does)."""

    header: bool | None = None
    index: bool | None = None
    comma: bool | None = None
    gaps: str = ""


class Asked(ExperimentError):
    """What only the user can say; `what` is the field of Meant that says it, `understood` the rest
    as far as the file says it."""

    def __init__(self, what: str, sentence: str):
        self.what, self.understood = what, Meant()
        flag = {"header": "--signal-header", "index": "--signal-index", "gaps": "--gaps",
                "comma": "--decimal-comma"}[what]  # fmt: skip
        super().__init__(f"{sentence} ({flag} {'|'.join(WAYS) if what == 'gaps' else 'yes|no'})")
