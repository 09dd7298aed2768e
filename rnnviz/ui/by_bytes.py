"""What is made once for all who ask for the same, kept up to a number of bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")


class ByBytes(Generic[Made]):
    """What was made, by key, those that were asked for last, at most `most` bytes of them together.

    Of many threads that ask for the same at once one makes it, and the others wait for it.
    """

    def __init__(self, most: int, size: Callable[[Made], int]) -> None:
        self.most, self.size = most, 0
        self._size_of = size
        self._kept: OrderedDict[Hashable, Made] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
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

    def drop(self) -> bool:
        """Let go of what was asked for longest ago; False where there is nothing."""
        with self._lock:
            return self._drop()

    def clear(self) -> None:
        """Let go of everything."""
        while self.drop():
            pass

    def _found(self, key: Hashable) -> Made | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def _keep(self, key: Hashable, made: Made) -> None:
        self._kept[key] = made
        self.size += self._size_of(made)
        while self.size > self.most:
            self._drop()

    def _drop(self) -> bool:
        if not self._kept:
            return False
        self.size -= self._size_of(self._kept.popitem(last=False)[1])
        return True
