"""An Experiment holds only what can be run, says why not in one sentence, and travels in a link."""

import dataclasses
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rnnviz
from rnnviz.core.experiment import MAX_BYTES, MAX_TOGETHER, MOST_CELLS
from rnnviz.core.link import MAX_SERIES, from_link, to_link
from rnnviz.core.settings import BOUNDS, CHOICES
from rnnviz.core.tables.series import read_csv
from rnnviz.core.versions import DEFAULTS


@pytest.mark.parametrize("name", BOUNDS)
def test_numbers_beyond_their_bounds_are_named(name):
    low, high = BOUNDS[name]
    for beyond in (low - 1, high + 1):
        with pytest.raises(rnnviz.ExperimentError) as error:
            rnnviz.Experiment(**{name: beyond})
        assert str(error.value) == f"{name} must be between {low} and {high}, got {beyond}"


@pytest.mark.parametrize("bad", [True, "5", None, float("nan"), float("inf"), 2.5, [], 1j])
def test_shapes_are_whole_numbers(bad):
    with pytest.raises(rnnviz.ExperimentError, match=r"^n_a must be a whole number, got "):
        rnnviz.Experiment(n_a=bad)


@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize("bad", ["no such", "", None, 3, "x" * 10_000, ["lstm"]])
def test_choices_are_named_and_the_sentence_is_short(name, bad):
    with pytest.raises(rnnviz.ExperimentError, match=f"^{name} must be one of ") as error:
        rnnviz.Experiment(**{name: bad})
    assert len(str(error.value)) < 250


def test_one_run_is_bounded_by_what_it_would_take():
    with pytest.raises(rnnviz.ExperimentError, match=r"^T_x must be at most .* got 5000$"):
        rnnviz.Experiment(n_a=256, m=256, T_x=5000)
    allowed = rnnviz.Experiment(n_a=256, m=1, T_x=5000)
    assert allowed.bytes_per_step * allowed.T_x <= MAX_BYTES


@pytest.mark.parametrize("cell", rnnviz.CELLS)
def test_the_estimate_covers_what_a_run_holds(cell):
    experiment = rnnviz.Experiment(cell=cell, n_a=16, n_x=9, n_y=7, m=8, T_x=60)
    run = rnnviz.run(experiment)
    trace, grads = run.trace, run.gradients
    held = [*trace.operands, *trace.gate_values, *trace.lasting.values()]
    held += [trace.outputs, grads.seen, run.upstream]
    for name in set(run.cell.states) - set(run.cell.looked_at):  # the others lie in these
        held += [trace.buffers[name], grads.buffers[name]]
    bytes_held = sum(array.nbytes for array in held)
    assert bytes_held <= experiment.bytes_per_step * (experiment.T_x + 1)


def test_cross_entropy_needs_two_classes():
    with pytest.raises(rnnviz.ExperimentError, match=r"^n_y must be at least 2"):
        rnnviz.Experiment(n_y=1)
    assert rnnviz.Experiment(n_y=1, loss="upstream_last").n_y == 1


def test_an_exploding_run_names_the_first_step_that_is_no_number():
    with_gain = dict(cell="rnn", activation="relu", gain=100.0, T_x=400)
    run = rnnviz.run(rnnviz.Experiment(**with_gain))
    step = run.trace.nonfinite_step
    states = run.trace.states["a"]
    assert 0 < step < 400
    assert np.isfinite(states[..., :step]).all() and not np.isfinite(states[..., step]).all()
    assert rnnviz.run(rnnviz.Experiment()).trace.nonfinite_step is None


experiments = st.builds(
    rnnviz.Experiment,
    seed=st.integers(*BOUNDS["seed"]),
    n_x=st.integers(1, 9),
    n_a=st.integers(1, 9),
    n_y=st.integers(2, 9),
    m=st.integers(1, 9),
    T_x=st.integers(1, 99),
    gain=st.floats(*BOUNDS["gain"]),
    forget_bias=st.floats(*BOUNDS["forget_bias"]),
    signal=st.sampled_from(sorted(set(CHOICES["signal"]) - {"csv"})),
    **{name: st.sampled_from(sorted(CHOICES[name])) for name in CHOICES if name != "signal"},
)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(experiments)
def test_a_link_gives_back_its_experiment(experiment):
    assert from_link(to_link(experiment)) == (experiment, [])


def test_a_link_carries_a_short_series_and_refuses_a_long_one():
    short = rnnviz.Experiment(signal="csv", n_x=2, T_x=3, series=((1, 2), (3, 4), (5, 6.5)))
    assert from_link(to_link(short)) == (short, [])
    rows = tuple(map(tuple, np.random.default_rng(0).standard_normal((900, 1))))
    long = rnnviz.Experiment(signal="csv", n_x=1, T_x=900, series=rows)
    with pytest.raises(rnnviz.ExperimentError, match=f"^series must fit into {MAX_SERIES} "):
        to_link(long)


hostile = st.one_of(
    st.text(max_size=50),
    st.sampled_from(
        ["nan", "-inf", "1e999", "-1", "9" * 10_000, "0x10", "1_0", "٣", "\0", "", "[]"]
    ),
)


@pytest.mark.slow
@settings(deadline=None, derandomize=True, max_examples=150)
@given(
    st.dictionaries(
        st.sampled_from([f.name for f in dataclasses.fields(rnnviz.Experiment)] + ["v", "zzz"]),
        hostile,
    )
)
def test_a_hostile_link_gives_an_experiment_and_sentences(words):
    experiment, problems = from_link(words)
    assert isinstance(experiment, rnnviz.Experiment)
    assert all(len(problem) < 400 and problem.isprintable() for problem in problems)


def test_one_bad_word_spoils_no_other():
    experiment, problems = from_link({"cell": "gru", "n_a": "-3", "T_x": "7", "gain": "nan"})
    assert experiment == rnnviz.Experiment(**DEFAULTS["1"] | {"cell": "gru", "T_x": 7})
    assert [problem.split()[0] for problem in problems] == ["n_a", "gain"]


def test_a_csv_is_rows_of_time():
    assert read_csv(b"\xef\xbb\xbfa;b\r\n1;2\r\n3;4.5\r\n") == ((1.0, 2.0), (3.0, 4.5))
    assert read_csv(b"1\n2\n\n3") == ((1.0,), (2.0,), (3.0,))


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"Wert\n0,5\n0,7\n", ((0.5,), (0.7,))),
        (b"Wert\n0,5\n1\n-0,7\n", ((0.5,), (1.0,), (-0.7,))),
        (b"0,000\n0,327\n-0,191\n", ((0.0,), (0.327,), (-0.191,))),
        (b"1,5\n1,05\n", ((1.5,), (1.05,))),
        (b"a;b\n0,5;1\n2;3,25\n", ((0.5, 1.0), (2.0, 3.25))),
        (b"0,5;0,33\n1,5;2e-3\n", ((0.5, 0.33), (1.5, 0.002))),
        (b"0,5\t0,33\n1,5\t2\n", ((0.5, 0.33), (1.5, 2.0))),
        (b'"0,5","0,7"\n"1,5","2"\n', ((0.5, 0.7), (1.5, 2.0))),
        (b"a,b\n1,2\n3,4\n", ((1.0, 2.0), (3.0, 4.0))),
        (b"a,b\n1,234\n3,456\n", ((1.0, 234.0), (3.0, 456.0))),
        (b"0.5,1\n2,3\n", ((0.5, 1.0), (2.0, 3.0))),
        (b"1, 2\n3, 4\n", ((1.0, 2.0), (3.0, 4.0))),
        (b"1,2,3\n4,5,6\n", ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0))),
        (b"1;2\n3;4\n", ((1.0, 2.0), (3.0, 4.0))),
    ],
)
def test_decimal_commas_are_read_where_they_are_clearly_meant(data, rows):
    assert read_csv(data) == rows


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"0,5\n0,7\n", "got 0,5, in which they may separate columns or decimals"),
        (b"1,2\n3,4\n", "write decimals with a point, columns with semicolons, or a header"),
        (b"Wert\n1,234\n5,678\n", "may separate thousands or decimals"),
        (b"1,234;5,678\n", "may separate thousands or decimals"),
        (b"1.234,5\n2.345,6\n", "got 1.234,5, in which they may separate columns or decimals"),
        (b"0.234,5\n2.345,6\n", None),  # no thousands: two columns, as ever
        (b"0,1,2\n0.5,1,2.5\n", "row 1 of the CSV must be names or numbers"),
        (b"0.5;0,7\n", "row 1, column 1 of the CSV must be a finite number, got 0.5;0"),
        (b"", "1 to 5000 rows of numbers, got 0"),
        (b"a,b\n", "got 0"),
        (b"1,2\n3\n", "row 2 of the CSV must have 2 numbers"),
        (b"1,2\n3,x\n", "row 2, column 2 of the CSV must be a finite number, got x"),
        (b"1,nan\n2,3", "row 1, column 2"),
        (b"\xff\xfe1\n2", "the CSV must be text, got: truncated"),
        (b"1\n" * 5001, "got 5001"),
        (b",".join([b"1"] * 257), "1 to 256 columns, got 257"),
    ],
)
def test_a_wrong_csv_gets_one_sentence(data, says):
    if says is None:
        assert read_csv(data) == ((0.234, 5.0), (2.345, 6.0))
        return
    with pytest.raises(rnnviz.ExperimentError) as error:
        read_csv(data)
    assert says in str(error.value) and "\n" not in str(error.value)


def test_the_global_generator_is_left_alone():
    np.random.seed(5)
    before = np.random.get_state()[1].copy()
    rnnviz.run(rnnviz.Experiment())
    assert (np.random.get_state()[1] == before).all()


def test_a_cell_that_would_not_fit_is_left_out_of_a_comparison():
    assert list(rnnviz.Experiment().in_cells()) == ["rnn", "lstm", "gru"]
    large = rnnviz.Experiment(cell="rnn", n_a=256, m=8, T_x=5000)
    assert list(large.in_cells()) == ["rnn"]


LARGE = {"n_a": 256, "m": 256}
LARGE["T_x"] = min(  # the longest that each cell by itself may be
    MAX_BYTES // rnnviz.Experiment(cell=cell, **LARGE, T_x=1).bytes_per_step
    for cell in rnnviz.CELLS
)


@pytest.mark.parametrize("size", [{}, LARGE])
@pytest.mark.parametrize("cell", rnnviz.CELLS)
def test_a_comparison_is_of_the_cells_asked_for_and_its_own(cell, size):
    """In the menus' order, and together they take no more than a comparison may."""
    one = rnnviz.Experiment(cell=cell, **size)
    some = [name for name in rnnviz.CELLS if name != cell][-MOST_CELLS + 1 :]
    for cells, due in (([], ["rnn", "lstm", "gru"]), (some, some), (some[:1], some[:1])):
        each = one.in_cells(cells)
        wanted = [name for name in rnnviz.CELLS if name in {cell, *due}]
        assert each[cell] is one and all(each[c] == replace(one, cell=c) for c in each)
        assert sum(e.bytes for e in each.values()) <= MAX_TOGETHER
        assert list(each) == (wanted if not size else [c for c in wanted if c in each])


def test_the_notebooks_cells_always_fit_together():
    """The largest run that each of them may be."""
    for cell in ("rnn", "lstm", "gru"):
        size = rnnviz.Experiment(cell=cell, n_a=256, n_x=256, m=64, T_x=1)
        largest = replace(size, T_x=min(5000, MAX_BYTES // size.bytes_per_step))
        each = {}
        for name in ("rnn", "lstm", "gru"):
            try:
                each[name] = replace(largest, cell=name)
            except rnnviz.ExperimentError:
                continue
        assert list(largest.in_cells()) == list(each)


@pytest.mark.parametrize("cells", [["xyz"], [3], ["rnn", "lstm" * 50]])
def test_a_comparison_refuses_what_is_no_cell(cells):
    with pytest.raises(rnnviz.ExperimentError, match="cells must be one of"):
        rnnviz.Experiment().in_cells(cells)
