"""The engine: cells, unroll, gradients and dynamics, on NumPy alone."""
