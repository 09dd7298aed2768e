"""A server dies, and its browsers come to another one: the first touch there counts."""

import pytest
from streamlit.testing.v1 import AppTest
from test_pages import ROOT, charts, open_page

from rnnviz.core.cells import CELLS
from rnnviz.core.settings import SETTINGS

pytestmark = pytest.mark.slow
LINK = {"v": "2", "seed": "7", "T_x": "20", "n_a": "5", "cell": "lstm"}


def touched(app, key, value):
    """What the browser of a page says after one touch."""
    states = app._tree.get_widget_states()
    (one,) = (state for state in states.widgets if state.id.split("-", 2)[-1] == key)
    if one.WhichOneof("value") == "double_array_value":
        one.double_array_value.data[:] = [value]
    else:
        setattr(one, one.WhichOneof("value"), value)
    return states


def elsewhere(app, states):
    """The same page at a server that has never seen it: the link, and what the widgets say."""
    other = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    other.switch_page("pages/3_Gates.py")
    for name, words in app.query_params.items():
        other.query_params[name] = words
    return other._run(states)


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("control_gain", 2.0, {"gain": "2.0"}),
        ("control_n_a", 7, {"n_a": "7"}),
        ("control_seed", 99, {"seed": "99"}),
        ("control_init", SETTINGS["init"].title("notebook"), {"init": "notebook"}),
        ("control_cell", CELLS["gru"].title, {"cell": "gru"}),
        ("choice_Gates_unit", 3, {"unit": "3"}),
        ("choice_projector", True, {"projector": "1"}),
    ],
)
def test_the_first_touch_at_another_server_counts(key, value, word):
    app = open_page("pages/3_Gates.py", **LINK)
    other = elsewhere(app, touched(app, key, value))
    there = open_page("pages/3_Gates.py", **LINK | word)
    assert not other.exception
    assert dict(other.query_params) == dict(there.query_params) != dict(app.query_params)
    assert charts(other) == charts(there)


@pytest.mark.parametrize("value", [1e308, -1.0, 0.5, float(2**60)])
def test_what_no_experiment_can_be_leaves_the_link_as_it_is(value):
    app = open_page("pages/3_Gates.py", **LINK)
    before = dict(app.query_params)
    other = elsewhere(app, touched(app, "control_n_a", value))
    assert not other.exception
    assert dict(other.query_params) == before
