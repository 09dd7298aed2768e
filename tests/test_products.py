"""A step's product is the same product however it is carried out."""

import os
import subprocess
import sys

import numpy as np
import pytest
import tolerance

import rnnviz
from rnnviz.core import tidy
from rnnviz.core.engine import backward, forward, products, views, workspace
from rnnviz.core.engine.buffers import allocate


@pytest.fixture(params=[True, False], ids=["blocks", "one piece"])
def by_blocks(request, monkeypatch):
    monkeypatch.setattr(products, "blocks_are_quicker", lambda: request.param)
    return request.param


@pytest.mark.parametrize("rows, inner, m", [(1024, 321, 64), (750, 261, 32), (251, 251, 64)])
def test_every_way_gives_the_same_numbers(by_blocks, rows, inner, m):
    random = np.random.default_rng(rows)
    W, operand = (random.integers(-9, 10, s).astype(float) for s in ((rows, inner), (inner, m)))
    out = np.full((rows, m), np.nan)
    product = products.multiplication(W, m)
    product(operand, out)
    # Whole numbers this small are exact in any order of the sum.
    assert np.array_equal(out, np.einsum("ik,km->im", W.astype(int), operand.astype(int)))
    assert (getattr(product, "__self__", None) is W) == (rows == 251 or not by_blocks)


def test_small_products_stay_in_one_piece(by_blocks):
    W = np.ones((20, 9))
    assert products.multiplication(W, 10).__self__ is W


@pytest.mark.slow
@pytest.mark.parametrize("cell", rnnviz.CELLS)
def test_a_run_does_not_depend_on_the_way(cell, monkeypatch):
    experiment, ways = rnnviz.Experiment(cell=cell, n_a=128, m=64, T_x=4, gain=0.1), []
    for way in (True, False):
        monkeypatch.setattr(products, "blocks_are_quicker", lambda way=way: way)
        ways.append(tidy.arrays(rnnviz.run(experiment)))
    one, other = ways
    for name, off in tolerance.apart(experiment).items():
        np.testing.assert_allclose(one[name], other[name], rtol=0, atol=off, err_msg=name)
        assert off <= 1e-9 * max(1, np.abs(one[name]).max())


@pytest.mark.parametrize("cell", rnnviz.CELLS)
def test_a_large_step_that_makes_its_own_local_derivatives_has_the_same_gradients(
    cell, monkeypatch
):
    experiment, ways = rnnviz.Experiment(cell=cell, T_x=9), []
    for least in (1, 1 << 40):
        monkeypatch.setattr(workspace, "_LARGE", least)
        monkeypatch.setattr(workspace, "_kept", {})
        ways.append(tidy.arrays(rnnviz.run(experiment)))
    one, other = ways
    for name, off in tolerance.apart(experiment).items():
        if cell in ("rnn", "lstm", "gru"):  # theirs are products and differences, the same ones
            off = 0
        np.testing.assert_allclose(one[name], other[name], rtol=0, atol=off, err_msg=name)


@pytest.mark.parametrize("cell", rnnviz.CELLS)
def test_views_of_one_trace_are_not_those_of_another(cell, monkeypatch):
    monkeypatch.setattr(workspace, "_LARGE", 1)
    monkeypatch.setattr(workspace, "_kept", {})
    first, second = (rnnviz.run(rnnviz.Experiment(cell=cell, T_x=9, seed=s)) for s in (1, 2))
    grads = None
    for run in (first, first, second):
        grads = backward(run.trace, run.upstream, into=grads)
    assert (grads.states["a"] == second.gradients.states["a"]).all()


@pytest.mark.parametrize("cell", rnnviz.CELLS)
def test_views_are_made_once_for_buffers_that_are_used_again(cell, monkeypatch):
    run, made = rnnviz.run(rnnviz.Experiment(cell=cell, T_x=9)), []
    for name in ("_forward_steps", "_backward_steps"):
        right = getattr(views, name)
        monkeypatch.setattr(views, name, lambda *v, right=right: (made.append(right), right(*v))[1])
    trace, grads = run.trace, run.gradients
    for _ in range(3):
        trace = forward(run.cell, run.params, np.array(run.trace.x), into=trace)
        grads = backward(trace, run.upstream, into=grads)
    assert len(made) == 2


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_arrays_of_one_piece_begin_with_a_cache_line_and_never_meet(dtype):
    arrays = allocate(dtype, [(3, 5), (64, 64), (1,), (7, 2, 3)])
    places = [array.ctypes.data for array in arrays]
    assert all(place % 64 == 0 for place in places)
    for array, place, after in zip(arrays, places, places[1:], strict=False):
        assert place + array.nbytes < after


@pytest.mark.parametrize("kernels, blocks", [("SkylakeX", True), ("Zen", False)])
def test_the_kernels_decide_and_no_clock(kernels, blocks, monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", kernels)
    assert products.blocks_are_quicker.__wrapped__() == blocks
    monkeypatch.delenv("OPENBLAS_CORETYPE")
    own = {products.blocks_are_quicker.__wrapped__() for _ in range(3)}
    assert len(own) == 1
    assert "time" not in vars(products) and "perf_counter" not in vars(products)


_ASKED = """
from threadpoolctl import threadpool_info
from rnnviz.core.engine import products
for pool in threadpool_info():
    if pool["internal_api"] == "openblas":
        print(products.blocks_are_quicker() == (pool["architecture"].lower() in products._AVX512))
"""


def test_the_kernels_are_those_that_openblas_chose():
    own = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    told = subprocess.run([sys.executable, "-c", _ASKED], env=own, capture_output=True, text=True)
    assert not told.stderr and {*told.stdout.split()} <= {"True"}
