"""The Workshop's page, pictures and sentences, and what a session keeps of what is typed."""

import random
from dataclasses import replace

import pytest
import sentences
from hostile_equations import HOSTILE, ODD
from picture_laws import WILD, faults, run_once
from test_pages import RUNNERS, charts, open_page

import rnnviz
from rnnviz.core.cells.edits import edits, equations_of
from rnnviz.core.cells.own import own
from rnnviz.core.link import to_link
from rnnviz.core.variants import beside, opened
from rnnviz.exhibits import workshop
from rnnviz.ui import controls
from rnnviz.ui.controls import session

PAGE = "pages/5_Workshop.py"
BARE = next(e for e in edits("lstm") if (e.gate, e.becomes) == ("forget", "1")).equations
NEW = """m = sigmoid(Wm @ [a_prev, x] + bm)
n = tanh(Wn @ [m * a_prev, x] + bn)
h = m * h_prev + n
a = m * tanh(h)"""
OWN = {"bare": ("lstm", BARE), "new": ("gru", NEW), "typed": ("rnn", equations_of("rnn"))}


@pytest.mark.slow
@pytest.mark.parametrize("edge", [{}, {"T_x": 1}, {"dtype": "float32", "gain": 0.05, "T_x": 14}])
@pytest.mark.parametrize("name", OWN)
def test_every_picture_and_sentence_of_an_own_cell_is_its_runs(name, edge):
    cell, equations = OWN[name]
    assert not faults(rnnviz.Experiment(cell=cell, equations=equations, **WILD | edge))


@pytest.mark.parametrize("page", RUNNERS)
@pytest.mark.parametrize("name", ["bare", "new"])
def test_every_page_opens_with_it(page, name):
    cell, equations = OWN[name]
    one = rnnviz.Experiment(cell=cell, equations=f"# mine\n{equations}", n_a=4, T_x=12)
    app = open_page(page, **to_link(one))
    assert not app.exception and not app.error and not app.warning
    assert charts(app) or page == "app.py"
    menu = next(box for box in app.sidebar.selectbox if box.label == "Cell")
    assert menu.value == "own" and app.query_params["equations"] == to_link(one)["equations"]
    menu.set_value("rnn").run()  # another cell, and back: it is still there
    assert not app.exception and "equations" not in app.query_params
    menu = next(box for box in app.sidebar.selectbox if box.label == "Cell")
    menu.set_value("own").run()
    assert app.query_params["equations"] == to_link(one)["equations"]
    assert app.query_params["cell"] == cell


def test_what_one_session_typed_no_other_session_sees():
    one = rnnviz.Experiment(equations=f"# mine alone\n{BARE}")
    open_page(PAGE, **to_link(one))
    app = open_page(PAGE)
    menu = next(box for box in app.sidebar.selectbox if box.label == "Cell")
    assert "mine alone" not in menu.options and "own" not in rnnviz.CELLS


@pytest.mark.parametrize("text", [HOSTILE["a lambda"], HOSTILE["markup"], "x" * 10_000, "\0", "A"])
def test_a_hostile_link_gives_the_default_and_one_sentence(text):
    app = open_page(PAGE, equations=text, n_a="4")
    assert not app.exception and charts(app)
    (warning,) = app.warning
    assert warning.value.endswith("; the default is used") and len(warning.value) < 300
    assert app.query_params["n_a"] == "4" and "equations" not in app.query_params


@pytest.fixture
def typing(monkeypatch):
    """A page on which something is typed: before its script runs, as the editor's news come."""
    texts, enter = [], session.enter

    def first(*given):
        while texts:
            controls.take(texts.pop())
        enter(*given)

    monkeypatch.setattr(controls, "enter", first)
    app = open_page(PAGE)

    def typed(text):
        texts.append(text)
        return app.run()

    return typed


@pytest.mark.slow
def test_a_mistake_keeps_the_last_cell_and_what_was_typed(typing):
    app = typing(BARE)
    assert not app.exception and not app.error
    link, before = app.query_params["equations"], charts(app)
    for name, text in random.Random(3).sample(sorted(HOSTILE.items()), 8):
        app = typing(text)
        assert not app.exception, name
        (error,) = app.error
        assert error.value.endswith("The picture still shows the last cell that could run.")
        assert app.query_params["equations"] == link and charts(app) == before
        assert app.session_state["store"].drafts["lstm", BARE][0] == text
    app = typing(equations_of("lstm"))
    assert not app.error and "equations" not in app.query_params


@pytest.mark.slow
def test_odd_texts_are_drawn(typing):
    for name, text in ODD.items():
        app = typing(text)
        assert not app.exception and not app.error, name
        assert charts(app), name


@pytest.mark.slow
def test_a_session_keeps_few_drafts(typing):
    for number in range(30):
        app = typing(BARE.replace("c_prev", f"{number}.5 * c_prev"))
    assert len(app.session_state["store"].drafts) <= 20


@pytest.mark.parametrize("name", ["bare", "new"])
def test_the_captions_tell_ties_and_edges(name):
    cell, equations = OWN[name]
    one = rnnviz.Experiment(cell=cell, equations=equations, **WILD)
    same = replace(one, equations=equations_of(cell))
    for experiment in (one, same):
        runs = {n: run_once(e) for n, e in beside(experiment).items()}
        assert workshop.beside_caption(runs) == sentences.workshop_beside(runs)
    assert workshop.beside_caption(runs).startswith("The hidden states are the same, to the last")
    runs = {n: run_once(e) for n, e in opened(one).items()}
    assert workshop.opened_caption(runs) == sentences.workshop_opened(runs)
    alike = dict.fromkeys(runs, next(iter(runs.values())))
    told = workshop.opened_caption(alike)
    assert told == sentences.workshop_opened(alike)


def test_its_lines_of_python_run_as_they_stand():
    one = rnnviz.Experiment(equations=BARE, n_a=4, T_x=12)
    app = open_page(PAGE, **to_link(one))
    app.session_state["drawer Python"] = True
    app.run()
    names = {}
    exec(app.code[-1].value.removesuffix("fig.show()"), names)
    assert names["experiment"] == one
    assert names["fig"].layout.title.text == "The same input, and the same weights by name"


@pytest.mark.slow
def test_the_cache_of_cells_is_bounded():
    for number in range(300):
        own(BARE.replace("c_prev", f"{number}.5 * c_prev"))
    assert own.cache_info().currsize <= own.cache_info().maxsize <= 256
