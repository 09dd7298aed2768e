"""Every figure holds the run's own numbers, on the scale and in the colour that are theirs."""

import numpy as np
import plotly.graph_objects as go
import pytest
import tolerance
from kinds import KINDS

import rnnviz
from rnnviz import figures
from rnnviz.core import dynamics
from rnnviz.core.checks import rounding
from rnnviz.figures import figure_builder, parts, theme

every_cell = pytest.mark.parametrize("cell", KINDS)
both_modes = pytest.mark.parametrize("mode", theme.MODES)


def drawn(experiment, mode="light"):
    """Every figure of an experiment by name."""
    run, last = rnnviz.run(experiment), experiment.T_x - 1
    runs = {cell: run for cell in KINDS}
    steps, some = dynamics.itemised_steps(run), dynamics.jacobian_steps(run)
    pictures_by_name = {
        "step": figures.step.flow(run, last, experiment.m - 1, experiment.n_a - 1, mode=mode),
        "states": figures.states.overview(run, 0, range(min(3, experiment.n_a)), last, mode=mode),
        "trajectory": figures.states.trajectory(run, mode=mode),
        "saturated": figures.states.saturation(run, mode=mode),
        "norms": figures.gradients.norms(run, None, 0.1, mode=mode),
        "items": figures.gradients.itemised(run, dynamics.itemised(run, steps), steps, mode=mode),
        "singular": figures.gradients.singular_values(
            run, dynamics.singular_values(run, 0, some), some, mode=mode
        ),
        "compare": figures.compare.states(runs, mode=mode),
        "compare norms": figures.compare.norms(runs, mode=mode),
        "parameters": figures.compare.parameters(runs, mode=mode),
        "band": figures.compare.band({"rnn": np.stack([run.gradients.norms["a"]] * 2)}, mode=mode),
    }
    if run.cell.shown_gates:
        pictures_by_name["gates"] = figures.gates.overview(run, 0, 0, mode=mode)
        pictures_by_name["stuck"] = figures.gates.saturation(run, mode=mode)
    if run.cell.memory:
        pictures_by_name["memory"] = figures.gates.memory(run, mode=mode)
    return pictures_by_name


@pytest.mark.slow
@every_cell
@both_modes
@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"n_x": 1, "n_a": 1, "n_y": 1, "m": 1, "T_x": 1, "loss": "upstream_every"},
        {"n_a": 40, "T_x": 300, "m": 2, "gain": 0.0},
    ],
)
def test_every_figure_is_drawn_and_described(cell, mode, shape):
    for name, fig in drawn(rnnviz.Experiment(cell=cell, **shape), mode).items():
        assert fig.layout.title.text and fig.layout.meta["description"], name
        assert "nan" not in fig.layout.meta["description"], name
        axes = [
            fig.layout[key] for key in fig.to_dict()["layout"] if key.startswith(("xaxis", "yaxis"))
        ]
        assert any(axis.title.text for axis in axes), name
        go.Figure(fig.to_dict())  # Plotly checks every property here, which the figures leave out


def test_default_figures_are_quick_to_send():
    for name, fig in drawn(rnnviz.Experiment()).items():
        assert len(fig.to_json()) < 60_000, name


@every_cell
def test_heatmaps_hold_the_states_and_gates(cell):
    run = rnnviz.run(rnnviz.Experiment(cell=cell, m=3))
    maps = [t for t in figures.states.overview(run, 2).data if t.type == "heatmap"]
    for heatmap, name in zip(maps, run.cell.states, strict=True):
        np.testing.assert_allclose(heatmap.z, run.trace.states[name][:, 2], rtol=tolerance.FLOAT32)
        assert heatmap.zmin == -heatmap.zmax  # zero is the middle of the scale
    if not run.cell.shown_gates:
        return
    maps = [t for t in figures.gates.overview(run, 2, 1).data if t.type == "heatmap"]
    for heatmap, gate in zip(maps, run.cell.shown_gates, strict=True):
        values = run.trace.gates[gate.name][:, 2]
        np.testing.assert_allclose(heatmap.z, values, rtol=tolerance.FLOAT32)
        assert (heatmap.zmin, heatmap.zmax) == gate.range
    lines = [
        t
        for t in figures.gates.overview(run, 2, 1).data
        if t.type == "scatter" and t.mode == "lines"
    ]
    for line, gate in zip(lines, run.cell.shown_gates, strict=True):
        assert (line.y == run.trace.gates[gate.name][1, 2]).all()


@every_cell
def test_lines_hold_the_norms(cell):
    run = rnnviz.run(rnnviz.Experiment(cell=cell, loss="upstream_every"))
    fig = figures.gradients.norms(run)
    for line, name in zip(fig.data, run.cell.states, strict=True):
        expected = np.linalg.norm(run.gradients.states[name], axis=(0, 1))
        eps, terms = np.finfo(float).eps, run.trace.n_a * run.experiment.m
        np.testing.assert_allclose(line.y, expected, rtol=4 * eps + rounding.total(terms, eps))
        assert line.line.color == theme.line(name, "light")["color"]


def test_what_is_drawn_as_clipped_is_what_clipping_cuts():
    run = rnnviz.run(rnnviz.Experiment(loss="upstream_every"))
    every = np.concatenate([g.ravel() for g in run.gradients.params.values()])
    whole = np.linalg.norm(every)
    *_, before, after = figures.gradients.norms(run, clip=whole / 4).data
    np.testing.assert_allclose(before.y, whole)
    np.testing.assert_allclose(after.y, whole / 4)


def test_the_loss_of_one_step_is_a_row_and_many_are_a_square():
    heights = {}
    for loss in ("cross_entropy_last", "upstream_every"):
        run = rnnviz.run(rnnviz.Experiment(loss=loss, T_x=30))
        steps = dynamics.itemised_steps(run)
        fig = figures.gradients.itemised(run, dynamics.itemised(run, steps), steps)
        heights[loss] = len(steps), fig.layout.height
    assert heights["cross_entropy_last"][1] < 200 and heights["upstream_every"] == (30, 440)


def test_one_norm_says_of_which_sequences_it_is():
    run = rnnviz.run(rnnviz.Experiment(m=3))
    for sequence, whose in ((None, "all sequences"), (2, "sequence 3")):
        fig = figures.gradients.norms(run, sequence)
        kept = np.arange(3) if sequence is None else [sequence]
        expected = np.linalg.norm(run.gradients.states["a"][:, kept, 0])
        np.testing.assert_allclose(fig.data[0].y[0], expected)
        assert fig.layout.yaxis.title.text == f"norm of dL/d(state), {whose}"
    runs = {cell: rnnviz.run(one) for cell, one in run.experiment.in_cells().items()}
    assert figures.compare.norms(runs).layout.yaxis.title.text == "norm of dL/da, all sequences"


def test_the_theory_line_lies_on_the_measured_one():
    linear = {"cell": "rnn", "activation": "linear", "init": "orthogonal", "loss": "upstream_last"}
    run = rnnviz.run(rnnviz.Experiment(**linear, gain=0.9))
    measured, theory = figures.gradients.norms(run).data
    walked = 2 * rounding.step(run) * run.trace.n_a**0.5 * run.trace.T_x  # each step rounds again
    np.testing.assert_allclose(measured.y, theory.y, rtol=walked)


@both_modes
def test_an_exploding_run_is_drawn_up_to_where_it_breaks(mode):
    experiment = rnnviz.Experiment(cell="rnn", activation="relu", gain=100.0, T_x=300)
    end = rnnviz.run(experiment).trace.nonfinite_step
    fig = drawn(experiment, mode)["states"]
    assert fig.data[0].z.shape[1] == end and np.isfinite(np.array(fig.data[0].z, float)).all()
    assert any(f"t = {end + 1}" in note.text for note in fig.layout.annotations)


def test_large_heatmaps_are_thinned():
    run = rnnviz.run(rnnviz.Experiment(cell="rnn", n_a=256, m=1, T_x=2000))
    assert figures.states.overview(run).data[0].z.size <= parts.MOST_CELLS + 256


def test_contrast_is_wcags():
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(
        4.48, abs=0.005
    )  # WebAIM's example


@both_modes
def test_numbers_read_well_on_every_colour_of_the_scales(mode):
    ink = theme.MODES[mode]
    for scale in (ink.diverging, ink.sequential):
        for share in np.linspace(0, 1, 101):
            ground = theme.colour_at(scale, share)
            assert theme.contrast(theme.ink_on(ground), ground) >= 4.5
        assert [theme.colour_at(scale, at) for at, _ in scale] == [colour for _, colour in scale]


@both_modes
def test_lines_and_words_stand_out_from_their_ground(mode):
    ink = theme.MODES[mode]
    for colour in (*ink.lines.values(), ink.now):
        assert theme.contrast(colour, ink.ground) >= 3
    for colour in (ink.text, ink.quiet):
        assert theme.contrast(colour, ink.ground) >= 4.5


def test_each_thing_has_its_own_line():
    for group in (("a", "c"), ("forget", "input", "output", "candidate"), ("rnn", "lstm", "gru")):
        assert len({theme.HUES[name] for name in group}) == len(group)
        assert len({theme.HUES[name][1] for name in group}) == len(group)  # told apart in grey


def test_an_enlarged_picture_keeps_its_data_and_grows_its_type():
    run = rnnviz.run(rnnviz.Experiment(T_x=9))
    plain = figures.gradients.norms(run, clip=1.0)
    large = figure_builder.enlarged(plain, 1.5)
    go.Figure(large.to_plotly_json())  # Plotly refuses what it does not know
    one, other = plain.to_plotly_json()["data"], large.to_plotly_json()["data"]
    for before, after in zip(one, other, strict=True):
        assert (before["x"], before["y"]) == (after["x"], after["y"])
        assert after["line"]["width"] == before["line"]["width"] * 1.5
    assert large.layout.title.font.size == plain.layout.title.font.size * 1.5
    assert large.layout.height == plain.layout.height * 1.5


def test_a_long_review_names_the_words_that_weigh_most_and_leaves_room_between():
    missed = np.random.default_rng(0).standard_normal(200)
    words = [f"word{i}" for i in range(200)]
    along = figures.parts.Words(words, np.arange(1, 201), missed)
    fig = figures.reviews.verdict(along, np.full(200, 0.5), missed, missed)
    axis = fig["layout"]["xaxis3"]
    places = np.array(axis["tickvals"])
    assert words[np.abs(missed).argmax()] in axis["ticktext"]
    assert 10 < len(places) <= 30 and np.diff(places).min() >= 200 / 30
    along = figures.parts.Words(words[:20], np.arange(1, 21), missed[:20])
    few = figures.reviews.verdict(along, np.full(20, 0.5), missed[:20], missed[:20])
    assert list(few["layout"]["xaxis3"]["ticktext"]) == words[:20]


def test_a_band_draws_the_seeds_that_are_felt_and_counts_those_that_are_exactly_0():
    norms = np.array([[0.0, 0.0, 4.0], [0.0, 1.0, 5.0], [0.0, 2.0, 6.0], [0.0, 3.0, 7.0]])
    fig = figures.compare.band({"indrnn": norms})
    median = np.asarray(fig.data[1].y, float)
    assert np.isnan(median[0]) and median[1:].tolist() == [2.0, 5.5]
    (remark,) = [note.text for note in fig.layout.annotations]
    assert remark == (
        "IndRNN: 4 of 4 seeds have a gradient of exactly 0 from t = 2 back, and no part in its band"
    )
