"""Every sentence, title, table and picture tells the run's own numbers, and chooses rightly."""

import re
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
import sentences
from kinds import KINDS, THREE
from picture_laws import WILD, faults, run_once

import rnnviz
from rnnviz.exhibits import band, compare, gradients, states, step
from rnnviz.lessons import LESSONS
from rnnviz.sentiment.comparison import verdict

EDGES = {
    "wild": {},
    "one step": {"T_x": 1},
    "one unit": {"n_a": 1},
    "one sequence": {"m": 1},
    "all of them one": {"T_x": 1, "n_a": 1, "m": 1},
    "one loss": {"loss": "upstream_last"},
    "single": {"dtype": "float32"},
    "small": {"gain": 0.05, "T_x": 14, "loss": "cross_entropy_last"},
    "small, single": {"gain": 0.05, "T_x": 14, "loss": "upstream_last", "dtype": "float32"},
    "large": {"gain": 3.0, "forget_bias": 2.0},
}


@pytest.mark.slow
@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("cell", KINDS)
def test_what_is_told_is_the_runs(cell, edge):
    assert not faults(rnnviz.Experiment(cell=cell, **WILD | EDGES[edge]))


@pytest.mark.slow
@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize(("t", "sequence", "unit"), [(0, 0, 0), (4, 2, 1), (9, 1, 3)])
def test_what_is_told_follows_the_choice(cell, t, sequence, unit):
    chosen = {"t": t, "sequence": sequence, "unit": unit, "units": [unit, 2], "clip": 1e3}
    assert not faults(rnnviz.Experiment(cell=cell, **WILD), **chosen)


# -- ties and edges --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def still():
    """Runs by cell whose states are 0 and whose classes are all alike."""
    zeros = {"signal": "csv", "series": ((0.0, 0.0),) * 5, "n_x": 2, "T_x": 5, "n_y": 3}
    experiment = rnnviz.Experiment(
        cell="rnn", activation="relu", gain=0.0, init="identity", **zeros
    )
    run = rnnviz.run(experiment)
    outputs = np.full_like(run.trace.outputs, 1 / 3)
    operands = tuple(0 * one for one in run.trace.operands)
    buffers = {name: 0 * state for name, state in run.trace.buffers.items()}
    trace = replace(run.trace, outputs=outputs, operands=operands, buffers=buffers)
    assert not trace.states["a"].any()
    return replace(run, trace=trace)


def without_gradient(run):
    grads = run.gradients
    states = {name: 0 * state for name, state in grads.buffers.items()}
    params = {name: 0 * param for name, param in grads.params.items()}
    return replace(run, gradients=replace(
        grads, seen=0 * grads.seen, buffers=states, params=params))  # fmt: skip


def test_states_that_are_all_zero_have_no_largest(still):
    told = states.overview_caption(still, 1)
    assert told == sentences.states_overview(still, 1)
    assert told.startswith("Every hidden state is 0; **0.0%**")


def test_classes_that_are_alike_are_all_named(still):
    told = step.player_caption(still, 2, 1, 3)
    assert told == sentences.player(still, 2, 1, 3)
    assert "classes 1, 2 and 3 are likeliest, 33.3% each" in told


@pytest.mark.parametrize("cell", KINDS)
def test_a_gradient_of_zero_is_told_as_it_is(cell):
    run = without_gradient(run_once(rnnviz.Experiment(cell=cell, **WILD)))
    told = gradients.norms_caption(run, 0.5)
    assert told == sentences.gradients_norms(run, 0.5)
    assert "with norm 0 at the last step and with **0** at the first." in told
    assert told.endswith("has norm 0 and stays at **0**.")


def test_cells_that_keep_the_same_are_not_ranked():
    one = {cell: run_once(rnnviz.Experiment(cell=cell, **WILD | {"T_x": 1})) for cell in THREE}
    assert compare.states_caption(one) == sentences.compare_states(one)
    assert compare.states_caption(one).endswith("; all keep the same share of it.")
    runs = {cell: run_once(rnnviz.Experiment(cell=cell, **WILD)) for cell in THREE}
    felt = {cell: run if cell == "gru" else without_gradient(run) for cell, run in runs.items()}
    for several in (runs, felt, felt | {"gru": without_gradient(runs["gru"])}):
        assert compare.states_caption(several) == sentences.compare_states(several)
    # Two of three alike, whatever the third keeps.
    twice = runs | {"lstm": replace(runs["lstm"], gradients=runs["gru"].gradients)}
    told = compare.states_caption(twice)
    assert told == sentences.compare_states(twice)


def test_the_cell_that_keeps_the_most_is_named_in_any_order():
    runs = {cell: run_once(rnnviz.Experiment(cell=cell, **WILD)) for cell in THREE}
    named = set()
    for order in permutations(runs):
        told = compare.states_caption({cell: runs[cell] for cell in order})
        named.add(told.split("\n\n")[0].rsplit(";", 1)[-1])
    assert len(named) == 1


# -- sentences about experiments, predictions and trained models -----------------------------------


@pytest.mark.parametrize("shape", [
    {}, {"n_a": 100, "m": 64, "T_x": 300}, {"n_a": 200, "m": 64, "T_x": 396}, {"n_a": 160, "m": 40},
])  # fmt: skip
@pytest.mark.parametrize("wanted", [2, 20, 100])
def test_the_band_says_of_how_many_seeds_it_is(shape, wanted):
    each = [*rnnviz.Experiment(**shape).in_cells().values()]
    one = 0
    for experiment in each:
        one += experiment.bytes_per_step * experiment.T_x
    count = 0
    while count < wanted and (count + 1) * one <= 2**28:
        count += 1
    told = band.band_note(each, wanted)
    if count == wanted:
        assert told == ""
        return
    drawn = f"drawn over {count} of {wanted} seeds" if count > 1 else "not drawn"
    assert told == (
        f"The band is {drawn}: one seed takes {one / 1024 / 1024:,.0f} MB in all cells together, "
        "and all seeds may take 256 MB."
    )


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_a_prediction_is_compared_with_the_lessons_own_number(lesson):
    answer = lesson.answer(run_once(lesson.experiment), **lesson.choices)
    if isinstance(answer, str):
        for option in lesson.prediction.options:
            told = lesson.prediction.difference(option, answer)
            assert option in told and (answer in told) and ("right" in told) == (option == answer)
        return
    for said in (answer, 3 * answer, answer / 3, answer + 5, answer - 5, -answer):
        told = lesson.prediction.difference(said, answer)
        numbers = [number_of(text) for text in re.findall(NUMBER, told)]
        assert numbers[0] == pytest.approx(said, rel=1e-3)  # four digits are told
        assert numbers[1] == pytest.approx(answer, rel=1e-3)
        right = lesson.prediction.right(said, answer)
        assert ("That is right" in told) == right
        if right or "no factor" in told:
            continue
        larger = abs(said) > abs(answer) if "factor" in told else said > answer
        assert ("too high" in told) == larger
        off = said - answer if "factor" not in told else max(said / answer, answer / said)
        assert numbers[2] == pytest.approx(abs(off), rel=1e-3)


NUMBER = r"[-−]?\d+(?:\.\d+)?(?:\u202f×\u202f10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+"


def number_of(text):
    flat = text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-"))
    head, _, power = flat.partition("\u202f×\u202f10")
    if not power and re.search("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]", text):
        head, power = "1", flat[2:]
    return float(head) * 10.0 ** int(power or 0)


def test_the_best_network_is_compared_with_the_best_bag():
    """Every order and every way in which two intervals may lie to each other."""
    shares = {"rnn": 0.55, "lstm": 0.83, "gru": 0.71}
    ends = {
        0.61: "here the order of the words decides.",
        0.84: "no difference that this test could tell from chance.",
        0.95: "on these reviews single words say enough, and order adds little.",
    }
    for bag, end in ends.items():
        rows = [result(cell, share) for cell, share in shares.items()]
        rows += [result("bow", bag), result("bow", bag - 0.1)]
        for order in permutations(rows):
            told = verdict([*order])
            named = ("LSTM", 0.83), ("bag of words", bag)
            (best, most), (other, less) = sorted(named, key=lambda one: one[1], reverse=True)
            assert told == (
                f"The {best} is right on {most:.1%} of the test reviews, the most; the {other} on "
                f"{less:.1%}: {end}"
            )
    nothing = verdict([result("rnn", 0.51), result("bow", 0.9)])
    assert nothing == (
        "The bag of words is right on 90.0% of the test reviews, the most; the RNN on 51.0%: it "
        "has not learned anything yet."
    )
    assert verdict([result("rnn", 0.51)]) == (
        "The RNN is right on 51.0% of the test reviews: nothing has learned anything yet."
    )
    assert verdict([]) == ""
    phrases = result("bow", 0.9) | {"settings": {"ngrams": 2}}
    assert verdict([phrases]) == (
        "The bag of phrases of up to 2 words is right on 90.0% of the test reviews."
    )
    tied = [result("rnn", 0.9), result("lstm", 1.0), result("gru", 1.0), result("bow", 0.6)]
    assert verdict(tied) == (
        "The LSTM and the GRU are right on 100.0% of the test reviews, the most; the bag of words "
        "on 60.0%: here the order of the words decides."
    )
    assert verdict([result("gru", 0.7)]) == "The GRU is right on 70.0% of the test reviews."


def result(cell, share):
    return {"cell": cell, "test_accuracy": share, "interval": [share - 0.02, share + 0.02]}
