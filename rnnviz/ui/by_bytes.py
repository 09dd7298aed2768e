"""Pictures that are made once for all who ask for the same, kept up to a number of bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from rnnviz.ui.chart import Picture


class ByBytes:
    """Pictures by key, those that were asked for last, at most `most` bytes of them together.

    Of many threads that ask for the same at once one makes it, and the others wait for it.
    """

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[Hashable, Picture] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Picture]) -> Picture:
        """What stands under the key, made where nothing does."""
        with self._lock:
            made = self._found(key)
            making = self._making.setdefault(key, Lock()) if made is None else Lock()
        if made is not None:
            return made
        with making:
            with self._lock:
                made = self._found(key)
            if made is not None:
                return made
            try:
                made = make()
            finally:
                with self._lock:
                    self._making.pop(key, None)
                    if made is not None:
                        self._keep(key, made)
        return made

    def _found(self, key: Hashable) -> Picture | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def _keep(self, key: Hashable, made: Picture) -> None:
        self._kept[key] = made
        self._size += len(made.message)
        while self._size > self._most:
            self._size -= len(self._kept.popitem(last=False)[1].message)
