"""Who carries jobs out: threads of this process, or the workers of a Dask scheduler."""

import os
from concurrent.futures import Executor, Future
from functools import cache
from queue import SimpleQueue
from threading import Thread
from weakref import WeakSet

from rnnviz.core.errors import ExperimentError, shown

_PATIENCE = "5s"  # for a scheduler to answer
_begun: "WeakSet[Threads]" = WeakSet()


def executor(count: int) -> Executor:
    """`count` threads here, or the workers of the scheduler that $RNNVIZ_SCHEDULER names."""
    address = os.environ.get("RNNVIZ_SCHEDULER")
    return Cluster(address) if address else Threads(count)


class Cluster(Executor):
    """The workers of a Dask scheduler: they have this package, and the folder of runs at the same
    path; each carries out as many jobs at once as it has threads.
    """

    def __init__(self, address: str):
        self.address = address

    def submit(self, function, /, *arguments, **options) -> Future:
        """Queue a call. Raises ExperimentError where the scheduler does not answer."""
        client = _client(self.address)
        if client.status != "running":  # the scheduler went, and may be back
            _client.cache_clear()
            client = _client(self.address)
        # A job that is resumed is the same call: not pure, or it would be held to be done already.
        return client.get_executor(pure=False).submit(function, *arguments, **options)


@cache
def _client(address: str):
    try:
        from distributed import Client
    except ImportError:
        raise ExperimentError(
            "RNNVIZ_SCHEDULER needs Dask, which is not installed: pip install 'rnnviz[cluster]'"
        ) from None
    try:
        return Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError):
        raise ExperimentError(
            f"RNNVIZ_SCHEDULER must name a Dask scheduler that answers, got {shown(address)}"
        ) from None


def alive() -> bool:
    """Whether whoever carries jobs out here does."""
    return all(one.alive() for one in list(_begun))


class Threads(Executor):
    """Threads that do not keep the server from stopping, as those of a ThreadPoolExecutor do."""

    def __init__(self, count: int):
        self.waiting: SimpleQueue = SimpleQueue()
        self._threads = [Thread(target=self._work, name="job", daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()
        _begun.add(self)

    def alive(self) -> bool:
        """Whether all of its threads do."""
        return all(thread.is_alive() for thread in self._threads)

    def submit(self, function, /, *arguments, **options) -> Future:
        """Queue a call."""
        future: Future = Future()
        self.waiting.put((future, function, arguments, options))
        return future

    def _work(self) -> None:
        while True:
            future, function, arguments, options = self.waiting.get()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(function(*arguments, **options))
            except BaseException as error:  # the future's owner is the one to hear of it
                future.set_exception(error)
