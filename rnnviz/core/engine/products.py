"""A step's matrix product, in the way that is quickest for its sizes on this machine."""

import os
from collections.abc import Callable
from functools import cache, partial

import numpy as np
from numpy.lib.introspect import opt_func_info

_SMALL = 1_000_000  # rows x inner x columns: beyond it OpenBLAS always packs
_ROWS = range(8, 65)  # of a block
_AVX512 = ("skylakex", "cooperlake", "sapphirerapids")  # OpenBLAS' names for its kernels


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
    """Whether many products of a few rows each beat the product in one piece, with these kernels.

    OpenBLAS packs (copies) both matrices before it multiplies them, which weighs much where one is
    a layer's weights and the other a few columns. Its kernels for AVX-512 leave that out where the
    product is small; its others pack always, and each block costs them a packing of its own. It
    follows from the processor (or what the environment forces), never from a clock: blocks add up
    in another order, and a run must give the same bits under load. NumPy tells of the processor by
    the loops that it chose; of some operations, such as products, it has none for AVX-512.
    """
    forced = os.environ.get("OPENBLAS_CORETYPE", "").lower()
    if forced:
        return forced in _AVX512
    functions = opt_func_info(signature="float64").values()
    chosen = [loop["current"] for loops in functions for loop in loops.values()]
    return any(name.startswith(("X86_V4", "AVX512")) for name in chosen)


def _by_blocks(W, operand, out):
    return np.matmul(W, operand, out=out.reshape(*W.shape[:-1], -1))
