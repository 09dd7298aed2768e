"""Every picture, table, sentence and check bears a run without numbers, and says where it began."""

import json
from itertools import cycle

import numpy as np
import pytest
from broken import ALL, NO_WORD, began, run, texts
from kinds import KINDS
from proofs import everything, red

import rnnviz
from rnnviz.core.cells import CELLS
from rnnviz.core.phrases import number
from rnnviz.core.types import first_nonfinite
from rnnviz.exhibits import compare, gates, gradients, named, of_run, states, step
from rnnviz.figures.columns import columns
from rnnviz.lessons import LESSONS
from rnnviz.ui.equations import substituted
from rnnviz.ui.show import overflow

pytestmark = pytest.mark.slow

every_run = pytest.mark.parametrize("name", ALL)
SHORT = [name for name, experiment in ALL.items() if experiment.T_x < 60]
# What a gradient that breaks alone is seen in, by its name.
FELT = {"gradients-norms", "gradients-itemised", "compare-norms", "workshop-opened"}


def forward_broke(run):
    return run.trace.finite_steps < run.trace.T_x


def test_every_kind_of_break_is_among_them():
    """For every cell at the first, a middle and the last step, and on the way back alone."""
    kinds = set()
    for name in ALL:
        one = run(name)
        kind, fine, T_x = one.experiment.dtype, one.trace.finite_steps, one.trace.T_x
        place = {0: "first", T_x - 1: "last", T_x: ""}.get(fine, "middle")
        back = T_x - one.gradients.finite_steps
        kinds.add((one.cell.name, kind, place or ("back", "back to the first")[back == 1]))
        assert place or back or not np.isfinite(one.gradients.param_norm) or "float64" in name
        for array in (one.trace, one.gradients):
            states = [np.moveaxis(state, -1, 0) for state in array.states.values()]
            if array is one.gradients:
                broke = first_nonfinite(*(np.flip(state, 0) for state in states))
            else:
                broke = first_nonfinite(np.moveaxis(one.trace.y, -1, 0), *states)
            assert array.finite_steps == (T_x if broke is None else broke)
    for cell in KINDS:
        # Of what is linear states grow by what the gradient grows by, and break as soon.
        places = ("first", "middle", "last", *(() if CELLS[cell].derived.linear else ("back",)))
        wanted = [(cell, "float32", place) for place in places]
        assert set(wanted) <= kinds
    assert {("rnn", "float64", place) for place in ("first", "middle", "back")} <= kinds
    assert {("rnn", kind, "back to the first") for kind in ("float32", "float64")} <= kinds


@pytest.mark.parametrize("name, mode", [*zip(ALL, cycle(["light", "dark"]), strict=False)])
def test_every_picture_is_drawn_and_says_where_it_began(name, mode):
    one = run(name)
    for label, picture in of_run(one).items():
        fig = picture.draw(mode)
        sent = json.loads(fig.to_json(validate=False))
        said = list(texts(sent["layout"]))
        assert not [text for text in said if NO_WORD.search(text)], label
        assert all(np.isfinite(v) for v in numbers(sent["layout"])), label
        assert columns(fig), label
        notes = [note["text"] for note in sent["layout"]["annotations"]]
        told = [sent["layout"]["meta"]["description"], " ".join(notes)]
        if label in ("compare-band", "compare-parameters"):
            continue
        if forward_broke(one) or (began(one) and label in FELT):
            assert all(began(one) in text for text in told), label
        elif not label.startswith(("compare", "workshop")):
            assert not any("finite" in text for text in told), label


def numbers(value):
    """Every number in something nested; a missing one as NaN."""
    if isinstance(value, dict):
        for part in value.values():
            yield from numbers(part)
    elif isinstance(value, list):
        for part in value:
            yield from numbers(part)
    elif value is None or isinstance(value, int | float):
        yield np.nan if value is None else value


@every_run
def test_a_band_says_of_how_many_seeds_it_is_not_drawn(name):
    one = run(name)
    if one.trace.T_x > 60:
        return
    fig = of_run(one)["compare-band"].draw()
    notes = " ".join(note.text for note in fig.layout.annotations)
    broken = one.gradients.finite_steps < one.trace.T_x
    assert (f"{one.cell.title}: " in notes) or not broken
    assert all(trace.y is not None for trace in fig.data)


@every_run
def test_every_sentence_says_where_it_began(name):
    one = run(name)
    T_x, where, m = one.trace.T_x, began(one), one.experiment.m
    sentences = [states.overview_caption(one, m - 1), gates.overview_caption(one)]
    of_norms = gradients.norms_caption(one, 1.0).split("\n\n")
    felt = [*of_norms, compare.states_caption({"one": one})]
    steps = [step.player_caption(one, t, m - 1, 1) for t in range(T_x)]
    said = [*sentences, *felt, *steps, overflow(one)]
    assert not [text for text in said if NO_WORD.search(text) or len(text) > 400]
    if forward_broke(one):
        assert all(where in text for text in [*sentences, overflow(one)])
        assert all(where in text for text in steps[one.trace.finite_steps :] if "finite" in text)
        assert "finite" in steps[one.trace.finite_steps] + steps[-1]
    else:
        assert not any("finite" in text for text in sentences + steps)
    if where:
        assert all(where in text for text in [*felt, overflow(one)])
        assert ("states" in felt[0] or "outputs" in felt[0]) == forward_broke(one)
    elif not np.isfinite(one.gradients.param_norm):
        assert "not finite" in felt[1]
    else:
        assert not any("finite" in text for text in [*felt, overflow(one)])


@every_run
def test_the_numbers_in_the_sentence_of_the_gradient_are_its_last_finite_ones(name):
    one = run(name)
    norms = np.linalg.norm(one.gradients.states["a"].astype(np.longdouble), axis=(0, 1))
    back, said = one.gradients.finite_steps, gradients.norms_caption(one)
    most = np.finfo(one.experiment.dtype).max
    if 0 < back < one.trace.T_x and (norms[-back:] > most).any():
        assert f"its norm is beyond {one.experiment.dtype} from t = " in said
    elif 0 < back < one.trace.T_x:
        assert f"at t = {one.trace.T_x - back + 1}, " in said
        assert f"**{number(float(norms[-back]))}**" in said
        assert number(float(norms[-1])) in said


@every_run
def test_the_lines_of_numbers_and_the_tables_can_be_read(name):
    one = run(name)
    for t in {0, min(one.trace.finite_steps, one.trace.T_x - 1), one.trace.T_x - 1}:
        assert not [line for line in substituted(one, t, 0, 0) if NO_WORD.search(line)]
        table = named("step-flow").show(one, t=t).table()
        assert len({len(column) for column in table.values()}) == 1
    for exhibit, subject in (
        ("states-overview", one),
        ("gates-overview", one),
        ("gradients-norms", one),
        ("compare-states", {one.cell.name: one}),
    ):
        table = named(exhibit).show(subject).table()
        assert {len(column) for column in table.values()} == {one.trace.T_x}


@pytest.mark.parametrize("name", SHORT)
def test_every_check_agrees_or_says_why_it_is_not_made(name):
    verdicts = everything(ALL[name])
    assert not red(verdicts)
    reasons = [one.reason for rows in verdicts.values() for one in rows if hasattr(one, "reason")]
    assert not [reason for reason in reasons if NO_WORD.search(reason)]
    if where := began(run(name)):
        assert any(where in reason for reason in reasons)


def test_no_lesson_leads_out_of_the_finite_numbers():
    for lesson in LESSONS.values():
        for words_of in [{}, *(link.words for link in lesson.links)]:
            setting = lesson.changed(lesson.own, words_of)
            one = rnnviz.run(setting.experiment)
            assert one.trace.finite_steps == one.gradients.finite_steps == one.trace.T_x
            assert np.isfinite(lesson.check(one, **setting.choices)[1:4]).all()
