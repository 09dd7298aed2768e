"""Of many cells a page shows a chosen few, and a menu stays short."""

import json
from contextlib import ExitStack
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from minimal import MGU, registered
from test_pages import charts, open_page

import rnnviz
from rnnviz.__main__ import main
from rnnviz.core.cells import CELLS, GROUPS, menu, register
from rnnviz.core.cells.base import _registry
from rnnviz.core.experiment import MOST_CELLS
from rnnviz.exhibits import of_run
from rnnviz.exhibits.by_cell import cells_of

COMPARE = "pages/5_Compare.py"
SMALL = {"n_a": "3", "T_x": "6"}
LATER = [f"later{n}" for n in range(8)]


@pytest.fixture
def many():
    """Eight cells more, of one kind."""
    with registered(), ExitStack() as stack:
        for n, name in enumerate(LATER):
            register(replace(MGU, name=name, title=f"Later {n}", source="2020"))
            stack.callback(_registry.pop, name)
        yield


def titles(app):
    """Of the cells that the first picture shows."""
    return [trace["name"] for trace in charts(app)[0]["data"] if trace["type"] == "heatmap"]


def test_a_page_shows_the_notebooks_cells_and_its_own(many):
    for own, due in (("gru", ["RNN", "LSTM", "GRU"]), ("mgu", ["RNN", "LSTM", "GRU", "MGU"])):
        app = open_page(COMPARE, cell=own, **SMALL)
        assert not app.exception and not app.warning
        assert titles(app) == due and "cells" not in app.query_params


def test_cells_are_chosen_on_the_page_and_travel_in_its_link(many):
    app = open_page(COMPARE, cell="gru", **SMALL)
    app.multiselect[0].set_value(["mgu", "rnn"]).run()
    assert titles(app) == ["RNN", "GRU", "MGU"]  # its own is always one of them
    assert app.query_params["cells"] == "rnn-gru-mgu"
    again = open_page(COMPARE, cells="rnn-gru-mgu", cell="gru", **SMALL)
    assert titles(again) == titles(app) and not again.warning
    assert [box.value for box in again.multiselect] == [["rnn", "gru", "mgu"]]
    app.multiselect[0].set_value(["rnn", "lstm"]).run()
    assert "cells" not in app.query_params  # as it stands without a word


def test_another_cell_of_the_page_joins_those_that_were_chosen(many):
    app = open_page(COMPARE, cells="mgu-gru", cell="gru", **SMALL)
    app.selectbox(key="control_cell").set_value("rnn").run()
    assert titles(app) == ["RNN", "GRU", "MGU"] and not app.exception
    plain = open_page(COMPARE, cell="mgu", **SMALL)
    plain.selectbox(key="control_cell").set_value("rnn").run()
    assert titles(plain) == ["RNN", "LSTM", "GRU"]  # nobody chose the one before


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("rnn-xyz", "got xyz; it is left out"),
        ("xyz", "got xyz; it is left out"),
        ("<script>alert(1)</script>", "cells must be one of"),
        ("-", "got nothing; it is left out"),
        ("rnn\n-gru", "cells must be one of"),
        ("rnn-" + "x" * 5000, "cells must be one of"),
        ("-".join(LATER), f"cells must be at most {MOST_CELLS}, got 9; the last are left out"),
    ],
)
def test_a_word_that_names_no_cells_is_a_sentence(word, sentence, many):
    app = open_page(COMPARE, cell="lstm", cells=word, **SMALL)
    assert not app.exception and not app.error
    assert [sentence in one.value and "\n" not in one.value for one in app.warning] == [True]
    assert 2 <= len(titles(app)) <= MOST_CELLS and "LSTM" in titles(app)
    app.run()
    assert not app.exception and [sentence in one.value for one in app.warning] == [True]


@given(st.text(max_size=60) | st.lists(st.sampled_from([*CELLS, "", "x"])).map("-".join))
def test_no_word_brings_it_down(word):
    for own in CELLS:
        cells, sentence = cells_of(word, own)
        assert own in cells and 1 < len(cells) <= MOST_CELLS
        assert cells == [cell for cell in CELLS if cell in cells]
        asked = set(word.split("-")) if word else {"rnn", "lstm", "gru"}
        assert bool(sentence) == (not asked <= set(CELLS) or len({own, *asked}) > MOST_CELLS)


def test_the_lines_the_export_and_the_command_take_the_same_cells(many, tmp_path):
    app = open_page(COMPARE, cell="gru", cells="mgu-later3", **SMALL)
    app.session_state["drawer Python"] = True
    app.run()
    names = {}
    exec(app.code[0].value.removesuffix("fig.show()"), names)
    assert json.loads(names["fig"].to_json())["data"] == charts(app)[0]["data"]
    run = rnnviz.run(rnnviz.Experiment(cell="gru", n_a=3, T_x=6))
    for name in ("compare-states", "compare-parameters"):
        showing = of_run(run, ["mgu", "later3"])[name]
        assert list(showing.subject) == ["gru", "mgu", "later3"]
        assert showing.footer.startswith("gru / mgu / later3, ")
    words = ["export", "--cell", "gru", "--steps", "6"]
    files = ["--figures", "compare-states", "--format", "html", "--out", str(tmp_path)]
    assert main([*words, *files, "--beside", "mgu,later3"]) == 0
    assert "Later 3" in (tmp_path / "compare-states.html").read_text()


def test_the_command_refuses_what_is_no_cell(tmp_path, capsys):
    assert main(["export", "--beside", "rnn,xyz", "--out", str(tmp_path / "new")]) == 2
    assert "cells must be one of" in capsys.readouterr().err


def test_a_menu_begins_with_the_notebooks_cells_and_holds_each_cell_once(many):
    entries = menu(CELLS)
    assert list(entries)[:3] == ["rnn", "lstm", "gru"]
    assert [cell for cells in entries.values() for cell in cells] == list(CELLS)
    assert len(entries) <= 3 + len(GROUPS)
    assert entries[GROUPS["other"]][-8:] == tuple(LATER)


def test_the_cells_of_a_kind_stand_in_a_menu_of_their_own(many):
    app = open_page("pages/2_States.py", cell="later2", **SMALL)
    first, second = app.sidebar.selectbox[:2]
    assert first.options[:3] == ["RNN", "LSTM", "GRU"] and first.value == GROUPS["other"]
    assert second.value == "later2" and second.options[-1] == "Later 7"
    second.set_value("later5").run()
    assert not app.exception and app.query_params["cell"] == "later5"
    app.sidebar.selectbox[0].set_value("gru").run()
    assert app.query_params["cell"] == "gru"
    assert all(box.label != GROUPS["other"] for box in app.sidebar.selectbox)
    app.sidebar.selectbox[0].set_value(GROUPS["other"]).run()
    assert not app.exception and app.query_params["cell"] in menu(CELLS)[GROUPS["other"]]
