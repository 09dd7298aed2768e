"""A step's matrix product, in the way that is quickest for its sizes on this machine."""

from collections.abc import Callable
from functools import cache, partial
from time import perf_counter

import numpy as np

_SMALL = 1_000_000  # rows x inner x columns: beyond it OpenBLAS always packs
_ROWS = range(8, 65)  # of a block


def multiplication(W: np.ndarray, m: int) -> Callable:
    """The function f(operand, out) that writes W @ operand into `out`, for m columns.

    W is (..., rows, inner), the operand (..., inner, m), `out` (..., rows, m) and contiguous.
    """
    *many, rows, inner = W.shape
    if many:
        return broadcast(W)
    fitting = (n for n in _ROWS if rows % n == 0 and n * inner * m <= _SMALL)
    block = max(fitting, default=rows) if rows * inner * m > _SMALL else rows
    if block < rows and blocks_are_quicker():
        return partial(_by_blocks, W.reshape(-1, block, inner))
    return W.dot  # a third of np.matmul's time for a small product, two thirds of np.dot's


def broadcast(W: np.ndarray) -> Callable:
    """The same for operands with more axes in front than W has."""
    return partial(np.matmul, W)


@cache
def blocks_are_quicker() -> bool:
    """Whether many products of a few rows each beat the product in one piece; tried once.

    OpenBLAS packs (copies) both matrices before it multiplies them, which weighs much where one is
    a layer's weights and the other a few columns. Its kernels for AVX-512 leave that out where the
    product is small; its others pack always, and each block costs them a packing of its own.
    """
    W, operand, out = np.ones((256, 256)), np.ones((256, 64)), np.empty((256, 64))
    ways = {True: partial(_by_blocks, W.reshape(-1, 32, 256)), False: W.dot}
    seconds = dict.fromkeys(ways, np.inf)
    for _ in range(5):
        for way, product in ways.items():
            start = perf_counter()
            product(operand, out)
            seconds[way] = min(seconds[way], perf_counter() - start)
    return seconds[True] < seconds[False]


def _by_blocks(W, operand, out):
    return np.matmul(W, operand, out=out.reshape(*W.shape[:-1], -1))
