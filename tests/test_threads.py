"""The dashboard's products of matrices have one thread each."""

import pytest

from rnnviz.ui.threads import library, one_thread

BLAS = library()
needs_openblas = pytest.mark.skipif(BLAS is None, reason="this NumPy computes with another BLAS")


@pytest.fixture
def threads(monkeypatch):
    """How many threads there are now, of two at first."""
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    count, choose = (
        getattr(BLAS, f"scipy_openblas_{word}_num_threads64_") for word in ("get", "set")
    )
    before = count()
    choose(2)
    if count() != 2:
        pytest.skip("a machine of one core")
    yield count
    choose(before)


@needs_openblas
def test_a_product_keeps_to_the_thread_that_asks(threads):
    one_thread.__wrapped__()
    assert threads() == 1


@needs_openblas
def test_what_the_environment_says_holds(threads, monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    one_thread.__wrapped__()
    assert threads() == 2
