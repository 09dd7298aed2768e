"""Several cells in one player: one step, one scale of colours, and each cell's own numbers."""

from itertools import pairwise

import numpy as np
import pytest
import sentences
from players import PLAYER, digits, mounted, number, opened, rests, scrub, step
from test_message import read_several
from test_player_moving import (
    FRAMES,
    SEQUENCE,
    UNIT,
    T_x,
    assert_boxes_are_right,
    of_cell,
    played_together,
)
from test_player_tape import LOOK, NOW, WAYS, assert_colours

import rnnviz
from rnnviz.exhibits.together import MOST_TOGETHER, together, together_caption
from rnnviz.export.player.message import message

browsers = pytest.mark.browser
THREE = ("rnn", "lstm", "gru")
USABLE = {"init": "orthogonal", "forget_bias": 1.0, "n_a": 16, "T_x": 50}


def runs_of(*cells, **more):
    given = {"n_a": 4, "T_x": T_x, "m": 3, "loss": "upstream_every"} | more
    return [rnnviz.run(rnnviz.Experiment(cell=cell, **given)) for cell in cells]


def others(runs, run):
    return [one for one in runs if one is not run]


@pytest.fixture
def player():
    return PLAYER


@browsers
@pytest.mark.parametrize("cells", [("rnn", "lstm"), THREE])
@pytest.mark.parametrize("way", WAYS)
def test_every_cell_shows_the_same_step_at_every_instant(browser, player, cells, way):
    runs, back = runs_of(*cells), way == "backward"
    begun = ((UNIT, SEQUENCE, T_x - 1),) if back else ((UNIT, SEQUENCE, 0), "backward")
    with mounted(browser, player, runs, *begun) as page:
        seen = played_together(page, FRAMES * T_x)
    assert len(seen) == FRAMES * T_x and all(one["backward"] == back for one in seen)
    for n, instant in enumerate(seen):
        assert len(instant["cells"]) == len(runs)
        t, part = divmod(n, FRAMES)
        t = T_x - 1 - t if back else t
        for place, run in enumerate(runs):
            one, beside = of_cell(place, instant), others(runs, run)
            assert_boxes_are_right(run, one, t, part >= FRAMES // 2, beside)
            assert_the_line_is_right(run, one, t, back)


def assert_the_line_is_right(run, instant, t, back):
    """Below a cell stands what it remembers by, or how much the loss feels that."""
    state = "c" if "c" in run.cell.states else "a"
    own, felt = (of.states[state][:, SEQUENCE, t] for of in (run.trace, run.gradients))
    value = digits(np.linalg.norm(felt)) if back else digits(own[UNIT])
    name = f"‖dL/d{state}t‖" if back else f"{state}t"
    waits = instant["boxes"][state]["before"]
    assert instant["lines"] == ["", f"{name} = {'…' if waits else value}"]


@browsers
@pytest.mark.parametrize("direction", WAYS)
def test_the_rows_of_all_cells_are_coloured_on_one_scale(browser, player, direction):
    runs = runs_of(*THREE, init="notebook", gain=2.0)  # whose ranges differ
    at = (UNIT, SEQUENCE, NOW)
    with mounted(browser, player, runs, at, direction) as page:
        panels = page.locator(".player").evaluate(LOOK)["panels"]
    *maps, norms = panels
    assert maps.pop(0)["name"] == "x"
    rows = [(0, "a"), (1, "c"), (2, "a"), (0, "d_a"), (1, "d_c"), (2, "d_a")]
    assert [(panel["run"], panel["name"]) for panel in maps] == rows
    assert_colours(runs, maps, "light", direction)
    assert [(one["run"], one["name"]) for one in norms["curves"]] == rows[:3]


@browsers
def test_words_under_the_pointer_name_the_cell(browser, player):
    runs = runs_of(*THREE)
    with mounted(browser, player, runs, (UNIT, SEQUENCE, NOW), "backward") as page:
        drawn = page.locator(".player").evaluate(LOOK)
        frame = page.locator(".tape").bounding_box()
        for panel in drawn["panels"]:
            x, y = frame["x"] + drawn["xs"][3], frame["y"] + panel["y"] + panel["height"] / 8
            page.mouse.move(x, y)
            told = page.locator(".player .hover").inner_text()
            if panel["kind"] == "input":
                assert told == f"x, number 1, t = 4: {digits(runs[0].trace.x[0, SEQUENCE, 3])}"
                continue
            if panel["kind"] == "norms":
                norms = [
                    digits(np.linalg.norm(run.gradients.states[s][:, SEQUENCE, 3]))
                    for run, s in zip(runs, "aca", strict=True)
                ]
                told_of = zip(runs, "aca", norms, strict=True)
                each = [f"{run.cell.title} ‖dL/d{s}‖ {norm}" for run, s, norm in told_of]
                assert told == f"{', '.join(each)}, sequence {SEQUENCE + 1}, t = 4"
                continue
            run, of = runs[panel["run"]], panel["of"]
            held = run.gradients if panel["kind"] == "gradient" else run.trace
            value = digits(held.states[of][0, SEQUENCE, 3])
            assert told == f"{run.cell.title} {panel['symbol']}, unit 1, t = 4: {value}"


def test_a_run_that_overflows_ends_them_all_and_is_named():
    wild = {"activation": "relu", "gain": 100.0, "T_x": 200}
    runs = runs_of("rnn", "lstm", **wild)
    broken = runs[0].trace.nonfinite_step
    assert broken and runs[1].trace.nonfinite_step is None
    each = read_several(message(runs, 0, 0, 0, "forward", False))
    for head, _ in each:
        assert len(head["steps"]) == broken == head["back_to"]
        said = f"The player stops before t = {broken + 1}, where the numbers of the RNN overflow."
        assert head["note"] == said


def test_what_is_sent_of_each_run_is_its_own():
    runs = runs_of(*THREE)
    for run, (head, arrays) in zip(
        runs, read_several(message(runs, 4, 1, 2, "forward", False)), strict=True
    ):
        assert (head["title"], tuple(head["states"])) == (run.cell.title, run.cell.states)
        for state in run.cell.states:
            sent = arrays[state][:, head["after"]]
            np.testing.assert_array_equal(sent, run.trace.states[state][:, 1])


def test_few_play_at_once_the_pages_own_among_them():
    runs = {cell: cell for cell in ("rnn", "lstm", "gru", "indrnn", "mingru")}
    runs = {cell: runs_of(cell)[0] for cell in runs}
    few = together(runs, "mingru")
    assert [run.experiment.cell for run in few] == ["rnn", "lstm", "mingru"]
    assert len(together(runs, "rnn")) == MOST_TOGETHER


@pytest.mark.parametrize("more", [{}, USABLE, {"gain": 3.0}, {"loss": "cross_entropy_last"}])
@pytest.mark.parametrize("sequence", [0, 2])
def test_the_sentence_is_the_runs(more, sequence):
    runs = runs_of(*THREE, **more)
    assert together_caption(runs, sequence) == sentences.together(runs, sequence)


def test_the_wave_dies_in_the_rnn_and_the_lstms_memory_stays_lit():
    told = together_caption(runs_of("rnn", "lstm", **USABLE, loss="cross_entropy_last"))
    assert "the RNN's a **fades out at t = " in told and "the LSTM's c **stays lit" in told


def test_of_one_step_nothing_walks_back():
    assert together_caption(runs_of(*THREE, T_x=1)).startswith("One step has no way back")


@browsers
def test_compare_plays_its_cells_side_by_side(browser, server):
    with opened(
        browser, server, {"viewport": {"width": 1280, "height": 800}}, on="Compare"
    ) as page:
        boxes = [one.bounding_box() for one in page.locator(".player .cell").all()]
        assert len(boxes) == 3 and len({round(box["y"]) for box in boxes}) == 1
        assert all(a["x"] + a["width"] <= b["x"] for a, b in pairwise(boxes))
        for parts in (".bar", ".tape", ".legend", ".scrub"):
            assert page.locator(f".player {parts}").count() == 1
        told = page.get_by_text("Watch the gradients walk back").bounding_box()
        assert told["y"] + told["height"] <= 800  # question, picture and sentence at once
        page.keyboard.press(" ")
        page.get_by_role("button", name="Pause", exact=True).wait_for()
        page.wait_for_timeout(700)
        page.keyboard.press(" ")
        assert step(page) > 1
        page.get_by_role("button", name="Sequence after").click()
        page.wait_for_url("**sequence=2*")
        rests(page)
        runs = runs_of(*THREE, loss="cross_entropy_last")
        page.get_by_text(plain(together_caption(runs, 1))[:90]).wait_for()
        heard = scrub(page).get_attribute("aria-valuetext").split(": ", 1)[1]
        for part, run in zip(heard.split("; "), runs, strict=True):
            title, numbers = part.split(": ")
            assert title == run.cell.title
            t = step(page) - 1
            value = number(numbers.split(", ")[0].removeprefix("a ").replace(" to the ", ""))
            assert value == pytest.approx(run.trace.states["a"][0, 1, t], rel=1e-3)


def plain(markdown):
    return markdown.replace("**", "")


@browsers
def test_on_a_phone_the_cells_stand_below_one_another(browser, server):
    small = {"viewport": {"width": 480, "height": 900}}
    with opened(browser, server, small, on="Compare") as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 480
        boxes = [one.bounding_box() for one in page.locator(".player .cell, .player .tape").all()]
        for above, below in pairwise(boxes):
            assert below["y"] >= above["y"] + above["height"] - 1


@browsers
def test_the_keys_sentence_tells_of_every_cell(browser, player):
    runs, T = runs_of(*THREE), 4
    with mounted(browser, player, runs, (UNIT, SEQUENCE, T)) as page:
        page.get_by_role("button", name="Keys", exact=True).click()
        told = page.locator(".player .told").inner_text()
    assert told.startswith(f"At t = {T + 1}, unit {UNIT + 1}: RNN: ")
    for run in runs:
        state = run.cell.remembered
        before, now = (run.trace.states[state][UNIT, SEQUENCE, t] for t in (T - 1, T))
        two = [f"{float(f'{v:.1e}'):g}".replace("-", "−") for v in (before, now)]
        assert f"{run.cell.title}: " in told and f"{two[0]} to {two[1]}" in told
    f = runs[1].trace.gates["forget"][UNIT, SEQUENCE, T]
    assert f"LSTM: forget {float(f'{f:.1e}'):g}: " in told
