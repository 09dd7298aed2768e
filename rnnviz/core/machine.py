"""How much memory there is here: of the machine, of its container, of this process's limit."""

import os
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from rnnviz.core.errors import ExperimentError, shown

VARIABLE = "RNNVIZ_MEMORY"  # MB for all runs together
MB, LEAST = 2**20, 64
_CGROUPS = Path("/sys/fs/cgroup")
resource: Any = import_module("resource") if os.name == "posix" else None


def allowed(word: str | None = None) -> int:
    """Bytes that all runs of a server may take together: what is said in MB, or $RNNVIZ_MEMORY
    says, else half of what there is. Raises ExperimentError for what is no number of MB.

    >>> allowed("512") // MB
    512
    """
    word = os.environ.get(VARIABLE, "") if word is None else word
    if not word:
        return memory() // 2
    if not (word.isascii() and word.isdigit() and LEAST <= int(word[:9]) <= 10**8):
        raise ExperimentError(
            f"the memory for runs must be a whole number of MB from {LEAST}, got {shown(word)}"
        )
    return int(word) * MB


def memory() -> int:
    """Bytes of memory that this process may have: of the machine, less where a limit says so.

    >>> memory() > 0
    True
    """
    return min([_machine(), *_of_groups(), *_of_process()])


def resident() -> int:
    """Bytes of memory that this process takes now; 0 where the system does not say.

    >>> resident() >= 0
    True
    """
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _machine() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # Windows does not say
        return 4 << 30


def _of_process() -> Iterator[int]:
    if resource is not None:
        soft, _ = resource.getrlimit(resource.RLIMIT_AS)
        if soft != resource.RLIM_INFINITY:
            yield soft


def _of_groups(mounted: Path = _CGROUPS, listed: Path = Path("/proc/self/cgroup")) -> Iterator[int]:
    """The limits of the control groups that this process is in, and of those around them."""
    with suppress(OSError):
        for line in listed.read_text().splitlines():
            number, names, path = line.split(":", 2)
            if number == "0":  # version 2, beside which version 1 may stand
                roots, name = (mounted, mounted / "unified"), "memory.max"
            elif "memory" in names.split(","):
                roots, name = (mounted / "memory",), "memory.limit_in_bytes"
            else:
                continue
            for root in roots:
                # A container sees its own group at the root, under the name that it has outside.
                place = root if ".." in path else root / path.strip("/")
                for group in (place, *place.parents):
                    if group.is_relative_to(root):
                        with suppress(OSError, ValueError):  # "max"
                            yield int((group / name).read_text())
