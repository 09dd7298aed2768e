"""What if: the picture of a run that is interfered with, against plain steps and the exponent."""

import argparse
from dataclasses import replace

import numpy as np
import pytest
from kinds import KINDS
from picture_laws import drawn, hovered, in_view
from test_pages import charts, open_page

import rnnviz
from rnnviz import figures
from rnnviz.core import dynamics, glossary
from rnnviz.core.checks import Check
from rnnviz.exhibits import named, surgery
from rnnviz.export import choices
from rnnviz.ui.chart import axis_titles

RECORD = named("surgery-counterfactual")


def run(cell="lstm", **fields):
    return rnnviz.run(rnnviz.Experiment(cell=cell, **{"n_a": 5, "m": 3, "T_x": 24} | fields))


@pytest.mark.slow
@pytest.mark.parametrize("changed", [{}, {"m": 1, "T_x": 12, "dtype": "float32"}, {"gain": 3.0}])
@pytest.mark.parametrize("cell", KINDS)
def test_the_picture_draws_and_proves_what_it_says(cell, changed):
    done = run(cell, **changed)
    if not RECORD.fits(done):
        assert cell == "indrnn" and changed == {"gain": 3.0}  # its units have no bound
        return
    some = [f"{letter}-0.15" for letter in surgery.held_at(done)]
    for what in [*surgery.done_to(done), *some]:
        chosen = {"surgery": what, "since": 5, "sequence": done.trace.m - 1, "unit": 2}
        one = RECORD.show(done, **chosen)
        assert not drawn(one, chosen) and not in_view(one, chosen) and not hovered(one, chosen)
        checks = [check for check in one.checks() if isinstance(check, Check)]
        assert len(checks) == 4 and all(check.passed for check in checks), what
        assert None not in {glossary.of_axis(title) for title in axis_titles(one.draw())}


def test_what_is_offered_are_the_gates_that_can_be_shut():
    assert [*surgery.done_to(run("rnn"))] == ["push", "silence"]
    offered = surgery.done_to(run("gru"))
    assert [*offered][2:] == ["i-0", "i-0.5", "i-1", "r-0", "r-0.5", "r-1"]
    assert offered["i-1"] == "Update gate held at 1"
    with pytest.raises(rnnviz.ExperimentError, match="surgery must be one of push, si"):
        RECORD.show(run("rnn"), surgery="f-0").caption()
    with pytest.raises(rnnviz.ExperimentError, match="since must be between 1 and 24"):
        RECORD.show(run("rnn"), since=25).caption()
    for value in ("1.5", "nan", "half"):
        with pytest.raises(rnnviz.ExperimentError, match="a number from 0 to 1, got"):
            RECORD.show(run(), surgery=f"f-{value}").caption()


def test_a_forget_gate_at_one_and_an_input_gate_at_nothing_keep_the_memory():
    """c = f c_prev + i k, a step by hand."""
    done = run()
    (after, *_) = RECORD.show(done, surgery="f-1", since=4).computed
    P, x = done.params, done.trace.x[:, 1, 3]
    seen = np.concatenate([done.trace.states["a"][:, 1, 2], x])
    i, k = (P[f"W{n}"] @ seen + P[f"b{n}"][:, 0] for n in "ic")
    c = done.trace.states["c"][:, 1, 2] + np.tanh(k) / (1 + np.exp(-i))
    np.testing.assert_allclose(after["c"][:, 1, 3], c, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("part", [0.5, 0.15])
def test_a_forget_gate_held_at_a_part_keeps_that_part_of_the_memory(part):
    """c = part c_prev + i k, a step by hand."""
    done = run()
    (after, *_) = RECORD.show(done, surgery=f"f-{part}", since=4).computed
    P, x = done.params, done.trace.x[:, 1, 3]
    seen = np.concatenate([done.trace.states["a"][:, 1, 2], x])
    i, k = (P[f"W{n}"] @ seen + P[f"b{n}"][:, 0] for n in "ic")
    c = part * done.trace.states["c"][:, 1, 2] + np.tanh(k) / (1 + np.exp(-i))
    np.testing.assert_allclose(after["c"][:, 1, 3], c, rtol=1e-12, atol=1e-14)


def test_in_theory_a_push_goes_by_the_gain_and_so_does_the_exponent():
    done = run("rnn", activation="linear", init="orthogonal", gain=0.9)
    one = RECORD.show(done, since=4)
    after, rate, _, since = one.computed
    told = f"{np.log(0.9):.3g}".replace("-", "−")
    assert f"it goes by **{told}** a step, and the exponent of the same 21 steps is {told}." in (
        one.caption()
    )
    size = np.sqrt(sum(np.square(p).sum() for p in surgery.push(done).values()))
    apart = dynamics.distance(done, after)[0]
    assert since == 4 and not apart[:3].any()
    np.testing.assert_allclose(apart[3:], size * 0.9 ** np.arange(1, 22), rtol=1e-9)
    np.testing.assert_allclose(rate[3:], size * 0.9 ** np.arange(1, 22), rtol=1e-9)
    assert np.isnan(rate[:3]).all()


def test_in_chaos_a_push_grows_by_the_exponent_of_its_window():
    done = run("rnn", gain=2.5, init="orthogonal", n_a=64, T_x=60, m=1)
    one = RECORD.show(done, since=10)
    after, rate, *_ = one.computed
    apart = dynamics.distance(done, after)[0]
    assert rate[-1] > 10 * rate[9] and apart[-1] == pytest.approx(rate[-1], rel=3.0)


def test_a_sentence_has_this_interventions_numbers():
    done = run()
    one = RECORD.show(done, surgery="silence", since=7, unit=3, sequence=2)
    after = one.computed[0]
    apart = [
        np.sqrt(sum(np.square(after[n] - done.trace.states[n])[:, 2, t].sum() for n in "ac"))
        for t in (6, 23)
    ]
    assert not after["a"][3, :, 6:].any() and not after["c"][3, :, 6:].any()
    assert one.caption() == (
        f"The unit silenced from t = 7 on, the states are {apart[0]:.3g} apart after that step and "
        f"{apart[1]:.3g} at the last. That is one intervention: others may do what this unit or "
        "gate does."
    )
    words = one.draw().layout.meta["description"]
    assert words == (
        f"The unit silenced from step 7 on: the states are {apart[1]:.3g} apart at the last step."
    )
    still = (done.trace.states, np.full(24, np.nan), "The unit silenced", 7)
    told = RECORD.show(done, still, surgery="silence").caption()
    assert told == "The unit silenced from t = 7 on: nothing changes, to the last bit."


@pytest.mark.parametrize("what", ["push", "silence", "i-1", "i-0.15"])
def test_a_wrong_step_is_noticed(what):
    done = run()
    one = RECORD.show(done, surgery=what, since=7)
    after, *more = one.computed
    wrong = {name: states.copy() for name, states in after.items()}
    wrong["c"][1, 0, -1] += 1e-6
    checks = RECORD.show(done, (wrong, *more), surgery=what).checks()
    assert not all(check.passed for check in checks)
    other = replace(RECORD.show(done, (done.trace.states, *more), surgery=what))
    assert drawn(replace(other, given=(after, *more)), {}) == []


@pytest.mark.parametrize("what", ["push", "silence", "f-0.5", "f-0.15"])
def test_its_lines_and_its_command_make_the_same_picture(what):
    said = {"surgery": what, "since": 9, "sequence": 1, "unit": 2}
    done = run()
    one = RECORD.show(done, **said)
    names = {"run": done, "figures": figures}
    exec("\n".join(one.lines()), names)
    assert names["fig"].to_json() == one.draw().to_json()
    parser = argparse.ArgumentParser()
    choices.add_choices(parser)
    again = choices.choices(parser.parse_args(choices.flags(said)), done.experiment)
    assert {"surgery": "push"} | again == said


def test_the_page_interferes():
    titles = {}
    for what in ("push", "silence", "f-1", "nonsense"):
        app = open_page("pages/5_Dynamics.py", v="2", n_a="4", surgery=what, since="9")
        assert not app.exception and not app.error
        titles[what] = charts(app)[-1]["layout"]["title"]["text"]
        assert [s.value for s in app.slider if s.label == "From step"] == [9]
    assert titles["f-1"] == "What if: forget gate held at 1"
    assert titles["nonsense"] == titles["push"] != titles["silence"]
    free = {"surgery": "f", "level": "0.35"}
    app = open_page("pages/5_Dynamics.py", v="2", n_a="4", **free)
    assert charts(app)[-1]["layout"]["title"]["text"] == "What if: forget gate held at 0.35"
    assert app.session_state["store"].view | free == app.session_state["store"].view
    short = open_page("pages/5_Dynamics.py", v="2", n_a="4", T_x="9")
    assert not short.exception and "Interfere" not in [box.label for box in short.selectbox]
