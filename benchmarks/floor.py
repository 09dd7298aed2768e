"""What the matrix products of a pass take alone, each in the quickest way that the engine knows."""

import numpy as np

from rnnviz.core.cells import Cell
from rnnviz.core.engine.buffers import allocate
from rnnviz.core.engine.products import multiplication

COLUMNS = 512  # of the products that need not wait for a step


def floor_pass(cell: Cell, n_x: int, m: int, n_a: int, T_x: int, dtype: str = "float64"):
    """Functions that do the products of forward, and of forward + backward, on warm memory.

    A step multiplies its recurrent weights; inputs, dL/dx and the weights' gradients, which wait
    for no step, are products of many columns. The readout is left out.
    """
    stages = [len(stage.blocks) * n_a for stage in cell.stages]
    rows, every, random = sum(stages), T_x * m, np.random.default_rng(0)
    wide = min(COLUMNS, every)

    def product(left, right):
        matrix, operand, out = allocate(dtype, [left, right, (left[0], right[1])])
        matrix[:], operand[:] = random.standard_normal(left), random.standard_normal(right)
        return multiplication(matrix, right[1]), operand, out

    ahead = [product((stage, n_a), (n_a, m)) for stage in stages]
    back = [product((n_a, stage), (stage, m)) for stage in stages]
    inputs = product((rows, n_x), (n_x, wide))
    d_inputs = product((n_x, rows), (rows, wide))
    weights = product((rows, wide), (wide, n_a + n_x + 1))

    def carry_out(a_step, at_once):
        for _ in range(T_x):
            for multiply, operand, out in a_step:
                multiply(operand, out)
        for _ in range(round(every / wide)):
            for multiply, operand, out in at_once:
                multiply(operand, out)

    def forward():
        carry_out(ahead, [inputs])

    def both():
        carry_out(ahead + back, [inputs, d_inputs, weights])

    return forward, both
