"""Inputs with a meaning: what a text of symbols is, in links, on pages, and clicked on the tape."""

import numpy as np
import pytest
import streamlit as st
from players import address, opened
from test_pages import open_page

import rnnviz
from rnnviz.core.errors import ExperimentError
from rnnviz.core.link import from_link, to_link, to_token
from rnnviz.core.signals import SIGNALS
from rnnviz.core.symbols import MOST_SYMBOLS, VOCABULARY
from rnnviz.export.script import numpy_script
from rnnviz.sentiment import corpus
from rnnviz.ui import controls
from rnnviz.ui.controls.text import hear_edited

WRITTEN = {name: one.symbols for name, one in SIGNALS.items() if one.symbols}
TEXTS = {"pulses": "+..-.", "brackets": "(())(", "letters": "a Cat", "review": "the film is bad"}
every_signal = pytest.mark.parametrize("signal", WRITTEN)


def test_what_each_symbol_is_in_numbers():
    given = {signal: rnnviz.run(rnnviz.Experiment(signal=signal, text=text, m=2))
             for signal, text in TEXTS.items()}  # fmt: skip
    assert given["pulses"].trace.x[0, 1].tolist() == [1, 0, 0, -1, 0]
    assert given["brackets"].trace.x[:, 0].tolist() == [[1, 1, 0, 0, 1], [0, 0, 1, 1, 0]]
    assert given["letters"].trace.x[:, 0].argmax(0).tolist() == [0, 26, 2, 0, 19]
    assert given["review"].trace.x[:, 0].argmax(0).tolist() == [0, 1, 5, 19]
    assert VOCABULARY[19] == "bad"
    assert all((run.trace.x.sum(0) == 1).all() for s, run in given.items() if s != "pulses")
    assert given["pulses"].words == () and given["letters"].words == ("a", "␣", "c", "a", "t")


@pytest.mark.slow
def test_the_words_are_those_of_the_built_in_reviews():
    random = np.random.default_rng(1)
    drawn = (corpus.review(random, n % 2).words for n in range(3000))
    assert set(VOCABULARY) <= {word for words in drawn for word in words}


@every_signal
def test_a_text_travels_in_every_link_and_decides_the_sizes(signal):
    one = rnnviz.Experiment(signal=signal, text=TEXTS[signal], n_x=7, T_x=99)
    assert (one.n_x, one.T_x) == (WRITTEN[signal].n_x, len(WRITTEN[signal].read(TEXTS[signal])))
    assert from_link(to_link(one)) == from_link({"x": to_token(one)}) == (one, [])
    own = rnnviz.Experiment(signal=signal)
    assert own.text == WRITTEN[signal].text and from_link(to_link(own)) == (own, [])


def test_other_signals_have_none_and_their_links_stay_as_they_were():
    one = rnnviz.Experiment(text="left over", T_x=9)
    assert one == rnnviz.Experiment(T_x=9) and "text" not in to_link(one)
    assert to_token(rnnviz.Experiment()) == "2"


@every_signal
@pytest.mark.parametrize("text", ["<script>", "\0", "é", "x" * 10_000, "( " * 300, 7])
def test_no_text_is_trusted(signal, text):
    if signal == "letters" and text == "<script>":
        text = "<b>"
    if signal == "letters" and str(text).startswith("x"):
        match = f"1 to {MOST_SYMBOLS} symbols"
    else:
        match = "text must"
    with pytest.raises(ExperimentError, match=match) as raised:
        rnnviz.Experiment(signal=signal, text=text)
    assert len(str(raised.value)) < 400
    experiment, problems = from_link({"v": "2", "signal": signal, "text": str(text)})
    assert experiment == rnnviz.Experiment() and len(problems) == 1


@every_signal
def test_a_click_changes_its_step_alone_and_all_symbols_can_be_reached(signal):
    symbols, text = WRITTEN[signal], TEXTS[signal]
    before = symbols.read(text)
    reached = set()
    for row in range(symbols.n_x):
        after = text
        for _ in symbols.codes:
            after = symbols.edited(after, 1, row)
            changed = symbols.read(after)
            reached.add(changed[1])
            assert changed[:1] + changed[2:] == before[:1] + before[2:]
    assert reached == set(symbols.codes)
    if len(symbols.codes) == symbols.n_x:  # the row that was clicked is the symbol's own
        for row, symbol in enumerate(symbols.codes):
            if symbol != before[1]:
                assert symbols.read(symbols.edited(text, 1, row))[1] == symbol


@pytest.mark.parametrize(
    ("said", "text"),
    [({"t": 1, "row": 1}, "()"), ({"t": 0, "row": 0}, ")("), *(
        (wrong, "((") for wrong in ({"t": 2, "row": 0}, {"t": 0, "row": 2}, {"t": -1, "row": 0},
                                    {"t": True, "row": 0}, {"t": 0}, "t", None, [0, 0]))],
)  # fmt: skip
def test_what_a_click_says_is_never_trusted(monkeypatch, said, text):
    monkeypatch.setattr(st, "session_state", {"player": {"edited": said}})
    kept = controls.store()
    kept.experiment = rnnviz.Experiment(signal="brackets", text="((")
    hear_edited("player")
    assert kept.experiment.text == text and kept.adopted is (text != "((")


@every_signal
def test_the_script_reads_the_same(signal):
    one = rnnviz.Experiment(signal=signal, text=TEXTS[signal], n_a=4, m=2)
    names = {}
    exec(numpy_script(one).partition("def sigmoid")[0], names)
    np.testing.assert_array_equal(names["x"], rnnviz.run(one).trace.x)


@every_signal
def test_the_side_panel_has_the_text_and_the_page_its_symbols(signal):
    app = open_page("pages/2_States.py", v="2", signal=signal, text=TEXTS[signal], n_a="3")
    assert not app.exception and not app.warning and not app.error
    field = app.sidebar.text_area[0]
    one = rnnviz.Experiment(signal=signal, text=TEXTS[signal])
    assert field.value == one.text == app.query_params["text"]
    assert app.query_params["T_x"] == str(one.T_x)
    field.set_value("?").run()
    assert "text must be made of" in app.error[0].value and not app.exception
    assert app.query_params["text"] == one.text


@pytest.mark.browser
def test_a_click_on_the_tape_changes_the_input_and_its_link(browser, server):
    with opened(browser, server, signal="brackets", text="(())()", T_x="6", n_x="2") as page:
        stage = page.locator(".player")
        tape = page.locator(".player .tape").bounding_box()
        left, right, y, height = stage.evaluate(
            "({ player: { tape } }) =>"
            " [tape.left, tape.right, tape.panels[0].y, tape.panels[0].height]"
        )
        memory = "({ player: { run } }) => [...run.arrays.c.values]"
        before = stage.evaluate(memory)
        step = (right - left) / 6
        page.mouse.click(tape["x"] + left + 2.5 * step, tape["y"] + y + height / 4)
        page.wait_for_url("**text=%28%28%28%29%28%29*")
        page.get_by_text("t = 3 of 6 “(”").wait_for()
        assert stage.evaluate("({ player: { run } }) => run.words.join('')") == "((()()"
        after = stage.evaluate(memory)
        moments = len(before) // 4
        assert len(after) == len(before) and moments == 7
        changed = {
            i % moments for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b
        }
        assert changed == {3, 4, 5, 6}  # nothing before the step that was clicked
        assert address(page)["text"] == "((()()" and address(page)["t"] == "3"
