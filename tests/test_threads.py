"""The dashboard's products of matrices have one thread each."""

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from rnnviz.jobs.threads import one_thread


def count() -> set[int]:
    """How many threads the libraries of products have now."""
    return {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}


@pytest.fixture
def two(monkeypatch):
    """Two threads at first, where the machine has as many."""
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    with threadpool_limits(2, user_api="blas"):
        if count() != {2}:
            pytest.skip("a machine of one core")
        yield


def test_a_product_keeps_to_the_thread_that_asks(two):
    one_thread.__wrapped__()
    assert count() == {1}


def test_what_the_environment_says_holds(two, monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    one_thread.__wrapped__()
    assert count() == {2}
