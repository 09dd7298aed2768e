"""A budget of memory for all runs of one process together; without one they take what they ask for.

A run reserves what it will take before it begins. What it keeps then stays reserved for as long as
anybody holds it: a kept run, a page that is being drawn, a file that is being made.
"""

import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock
from typing import Any

from rnnviz.core import events
from rnnviz.core.errors import ExperimentError

_LOOK = 0.05  # seconds between two looks at what was given back
MB = 2**20


class OutOfMemory(ExperimentError):
    """A run that there is no memory for; it may well fit later."""


class Budget:
    """At most so many bytes (`most`) of runs at once.

    Where there is no room, `spare` is asked to let go of something that is kept, until it says that
    it has nothing; then a run waits for `patience` seconds under `waiting`, which is told why, and
    `between` is called again and again: it may raise.
    """

    def __init__(
        self,
        most: int,
        patience: float = 20.0,
        spare: Callable[[], bool] = lambda: False,
        waiting: Callable[[str], AbstractContextManager] = nullcontext,
        between: Callable[[], None] = lambda: None,
    ) -> None:
        self.most, self.patience, self.refused = most, patience, 0
        self._spare, self._waiting, self._between = spare, waiting, between
        self._taken, self._lock = 0, Lock()
        # What is given back is only noted: the last who holds a run may let go of it anywhere.
        self._returned: deque[int] = deque()

    @property
    def taken(self) -> int:
        """Bytes that are reserved now."""
        with self._lock:
            return self._settled()

    @contextmanager
    def reserved(self, size: int) -> Iterator[Callable[[Any], None]]:
        """Room for `size` bytes while something is made. What is handed to the function that it
        gives keeps them for as long as somebody holds it.

        Raises OutOfMemory where there is no room, and none comes.
        """
        self._reserve(size)
        held = False

        def hold(made: Any) -> None:
            nonlocal held
            held = True
            weakref.finalize(made, self._returned.append, size).atexit = False

        try:
            yield hold
        finally:
            if not held:
                self._returned.append(size)

    def _reserve(self, size: int) -> None:
        if self._fits(size):
            return
        if size > self.most:
            self._refuse(f"this one needs {_mb(size)} alone")
        others = f"others have {_mb(self.taken)} of {_mb(self.most)}"
        with self._waiting(f"Waiting for memory: this run needs {_mb(size)}, {others} .."):
            end = time.monotonic() + self.patience
            while not self._fits(size):
                if time.monotonic() > end:
                    beside = _mb(self.taken)
                    self._refuse(f"this one needs {_mb(size)} beside the {beside} of others")
                time.sleep(_LOOK)
                self._between()

    def _fits(self, size: int) -> bool:
        """Whether there is room, which then is taken; lets go of what is kept."""
        while True:
            with self._lock:
                if self._settled() + size <= self.most:
                    self._taken += size
                    return True
            if size > self.most or not self._spare():
                return False

    def _settled(self) -> int:
        while self._returned:
            self._taken -= self._returned.popleft()
        return self._taken

    def _refuse(self, came: str) -> None:
        self.refused += 1
        events.say("refused", what="memory", taken=self.taken, most=self.most)
        raise OutOfMemory(
            f"all runs together must take at most {_mb(self.most)} of this server's memory; {came}"
        )


_budget: Budget | None = None


def limit(budget: Budget | None) -> None:
    """Set the budget of this process; None: no limit.

    >>> limit(None)
    """
    global _budget
    _budget = budget


def budget() -> Budget | None:
    """The budget of this process, where it has one.

    >>> before = budget()
    >>> limit(Budget(100))
    >>> budget().most
    100
    >>> limit(before)
    """
    return _budget


@contextmanager
def reserved(size: int) -> Iterator[Callable[[Any], None]]:
    """`Budget.reserved` of this process's; without one there is always room. A MemoryError that
    comes all the same is an OutOfMemory.

    >>> with reserved(100):
    ...     made = bytes(100)
    """
    try:
        with _budget.reserved(size) if _budget else nullcontext(id) as hold:
            yield hold
    except MemoryError:
        raise OutOfMemory(
            f"a run must fit this machine's memory; this one needs {_mb(size)}, which is not there"
        ) from None


def _mb(size: int) -> str:
    return f"{max(1, round(size / MB)):,} MB"
