"""What happens on a server, as lines of JSON: nothing is said until somebody wants to hear it.

Of a student no word is in it: neither names nor addresses nor what was typed.
"""

import json
import time
from contextlib import suppress
from threading import Lock
from typing import TextIO

_file: TextIO | None = None
_lock = Lock()


def log_to(file: TextIO | None) -> None:
    """Say from now on what happens, a line each, into a file; None: nothing more.

    >>> log_to(None)
    """
    global _file
    _file = file


def say(event: str, **more: str | int | float | list[str]) -> None:
    """Say that something happened: when, what, and a few words or numbers.

    >>> import io
    >>> file = io.StringIO()
    >>> log_to(file); say("job", state="done"); log_to(None)
    >>> file.getvalue()[:9], file.getvalue()[-34:]
    ('{"time": ', ' "event": "job", "state": "done"}\\n')
    """
    if _file is None:
        return
    now = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03}Z"
    line = json.dumps({"time": stamp, "event": event, **more})
    with _lock, suppress(OSError, ValueError):  # who cannot be told is not told
        _file.write(f"{line}\n")
        _file.flush()
