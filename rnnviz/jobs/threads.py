"""One thread for a product of matrices: a server has a session for each of its cores already.

OpenBLAS shares a product out over all cores, whose threads then wait for one another at full
speed. Where sessions, or other programs, want the same cores, that costs ten times the work.
"""

import os
from functools import cache

from threadpoolctl import threadpool_limits


@cache
def one_thread() -> None:
    """Let products of matrices run in the thread that asks, from now on in the whole process.

    What OPENBLAS_NUM_THREADS says holds.
    """
    if "OPENBLAS_NUM_THREADS" not in os.environ:
        threadpool_limits(1, user_api="blas")
