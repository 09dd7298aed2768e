"""A cell that is one class, registered, is everywhere: engine, laws, figures and pages."""

import numpy as np
import pytest
import test_laws
import tolerance
from minimal import registered
from test_pages import RUNNERS, open_page

import rnnviz
from rnnviz import figures
from rnnviz.core import dynamics
from rnnviz.core.cells import GROUPS


@pytest.fixture(autouse=True)
def mgu():
    with registered():
        yield


def test_it_runs_under_its_own_name():
    done = rnnviz.run(rnnviz.Experiment(cell="mgu", n_a=5, forget_bias=2.0))
    assert list(done.trace.gates) == ["forget", "candidate"]
    assert list(done.params) == ["Wf", "bf", "Wc", "bc", "Wy", "by"]
    assert dynamics.jacobians(done).shape == (10, 50, 5, 5)


@pytest.mark.parametrize(
    "law",
    [
        test_laws.test_a_trace_has_the_public_shapes_and_is_frozen,
        test_laws.test_jacobians_against_central_differences,
        test_laws.test_backpropagation_is_the_product_of_the_jacobians,
    ],
)
def test_it_obeys_the_laws(law):
    law("mgu", "tanh")


def test_its_gradients_agree_with_central_differences():
    test_laws.test_gradients_agree_with_central_differences.hypothesis.inner_test(
        "mgu", "tanh", n_x=2, n_a=3, n_y=2, m=2, T_x=4, seed=1, loss="cross_entropy_every"
    )


def test_its_many_seeds_and_reused_memory():
    test_laws.test_many_seeds_at_once_are_the_same_runs("mgu", "cross_entropy_every")
    test_laws.test_reused_memory_holds_nothing_of_the_run_before("mgu")


def test_it_is_drawn():
    done = rnnviz.run(rnnviz.Experiment(cell="mgu"))
    fig = figures.gates.overview(done)
    np.testing.assert_allclose(
        np.array(fig.data[0].z, float), done.trace.gates["forget"][:, 0], rtol=tolerance.FLOAT32
    )


@pytest.mark.parametrize("page", RUNNERS)
def test_it_opens_on_every_page(page):
    app = open_page(page, cell="mgu")
    assert not app.exception and not app.warning
    kind, which = app.sidebar.selectbox[:2]  # a cell that names no kind stands among the others
    assert kind.value == GROUPS["other"]
    assert "MGU" in which.options and which.value == "mgu"
    assert app.get("bidi_component")
