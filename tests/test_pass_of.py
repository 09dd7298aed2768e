"""A Pass of weights that somebody brings along: Keras', PyTorch's and our own conventions."""

import warnings

import numpy as np
import pytest
from test_state_dict import CASES, tensors

import rnnviz
from rnnviz import CELLS, Experiment, ExperimentError
from rnnviz.core.checks import Check, rounding
from rnnviz.exhibits import of_pass
from rnnviz.exhibits.as_drawn import as_drawn

every_cell = pytest.mark.parametrize("cell", CELLS)


def layer(case, suffix="l0"):
    """A layer's tensors by PyTorch's own names, out of the state_dict of a whole model."""
    return {name: one for name, one in tensors(case).items() if name.endswith(f"_{suffix}")}


def linear(case):
    return {part: tensors(case)[f"fc.{part}"] for part in ("weight", "bias")}


def seen(case):
    """What the first layer sees, (n_x, 1, T_x)."""
    return tensors(case)["embedding.weight"][CASES["ids"]].T[:, None]


def near(one, ours, theirs):
    """Both to the rounding of the run itself; float64 in all."""
    off = rounding.apart(one, lambda trace, params: trace.states["a"])
    assert off < 1e-9
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=off)


@pytest.mark.parametrize("case", ["rnn", "lstm", "gru", "gru_plain"])
def test_a_layer_of_pytorch_is_read_as_pytorch_reads_it(case):
    kind = {"gru": "gru_after"}.get(case[:3], case)
    one = rnnviz.pass_of(kind, layer(case), seen(case), readout=linear(case))
    near(one, one.trace.states["a"][:, 0].T, CASES[f"{case}/out"])
    z = CASES[f"{case}/z"]
    if len(z) > 1:
        shares = np.exp(z - z.max())
        np.testing.assert_allclose(one.trace.y[:, 0, -1], shares / shares.sum(), rtol=1e-9)
    else:  # a sigmoid's output is the share of class 1, from 0
        assert one.trace.y[1, 0, -1] == pytest.approx(1 / (1 + np.exp(-z[0])), rel=1e-9)


@pytest.mark.parametrize(("case", "kind"), [("lstm_both", "lstm"), ("gru_both", "gru_after")])
def test_layers_above_and_ways_back_are_passes_of_their_own(case, kind):
    there, back = (
        rnnviz.pass_of(kind, layer(case, f"l0{way}"), seen(case)[..., ::step])
        for way, step in (("", 1), ("_reverse", -1))
    )
    both = np.concatenate([there.trace.states["a"], back.trace.states["a"][..., ::-1]])
    above = rnnviz.pass_of(kind, layer(case, "l1"), both)
    near(above, above.trace.states["a"][:, 0].T, CASES[f"{case}/out"][:, :4])


@every_cell
def test_our_own_names_give_the_run_again(cell):
    run = rnnviz.run(Experiment(cell=cell, T_x=9, m=2, n_a=4, loss="upstream_every"))
    given = (run.cell, run.params, run.trace.x)
    one = rnnviz.pass_of(*given, upstream=run.upstream, initial=run.trace.initial)
    for name, state in run.trace.states.items():
        np.testing.assert_array_equal(one.trace.states[name], state)
        np.testing.assert_array_equal(one.gradients.states[name], run.gradients.states[name])
    # Only the order in which a step's n_a m = 8 products are added may differ.
    sizes = np.abs(run.trace.states["a"] * run.upstream).sum(axis=(0, 1))
    assert (np.abs(one.losses - run.losses) <= 8 * np.finfo(float).eps * sizes).all()


@pytest.mark.slow
@every_cell
def test_every_picture_is_drawn_of_it_and_draws_it(cell):
    run = rnnviz.run(Experiment(cell=cell, T_x=9, m=2, n_a=4))
    one = rnnviz.pass_of(run.cell, run.params, run.trace.x, words=list("abcdefghi"))
    pictures = of_pass(one)
    assert {"step-flow", "states-overview", "gradients-norms"} <= set(pictures)
    for picture in pictures.values():
        verdicts = as_drawn(picture.draw(), picture.marks(), "light")
        assert verdicts and all(v.passed for v in verdicts if isinstance(v, Check))
        assert f"{cell}, n_x 3, n_a 4, n_y 2, m 2, T_x 9" in picture.footer


def test_what_the_gradients_are_of():
    random = np.random.default_rng(3)
    weights = [random.normal(size=shape) for shape in ((3, 16), (4, 16), (16,))]
    x, dense = random.normal(size=(3, 5, 6)), [random.normal(size=(4, 2)), random.normal(size=2)]
    plain = rnnviz.pass_of("lstm", weights, x)
    assert plain.loss == pytest.approx(plain.trace.states["a"][..., -1].sum(), rel=1e-12)
    labels = np.array([0, 1, 1, 0, 1])
    last = rnnviz.pass_of("lstm", weights, x, readout=dense, labels=labels)
    shares = last.trace.y[labels, np.arange(5)]
    assert last.loss == pytest.approx(-np.log(shares[:, -1]).mean(), rel=1e-12)
    every = rnnviz.pass_of("lstm", weights, x, readout=dense, labels=np.tile(labels, (6, 1)).T)
    np.testing.assert_allclose(every.losses, -np.log(shares).mean(axis=0), rtol=1e-12)
    single = rnnviz.pass_of("lstm", weights, x.astype("f4"), readout=[np.ones((4, 1))],
                            labels=labels)  # fmt: skip
    assert single.trace.dtype == np.float32
    p = 1 / (1 + np.exp(-single.trace.states["a"][..., -1].sum(axis=0)))
    likely = np.where(labels == 1, p, 1 - p)
    assert single.loss == pytest.approx(-np.log(likely).mean(), rel=1e-5)


LSTM = [np.ones((3, 20)), np.ones((5, 20)), np.ones(20)]
GRU = [np.ones((3, 15)), np.ones((5, 15)), np.ones((2, 15))]
X = np.zeros((3, 2, 7))


@pytest.mark.parametrize(
    ("given", "more", "sentence"),
    [
        (("lstm2", LSTM, X), {}, "cell must be one of rnn, lstm"),
        (("gru", GRU, X), {}, "cell must be gru_after for a GRU with two biases"),
        (("gru", layer("gru"), X), {}, "cell must be gru_after for PyTorch's GRU"),
        (("lstm", GRU, X), {}, "weights of lstm must have 4 blocks of n_a units"),
        (("gru_after", [*GRU[:2], np.ones(15)], X), {}, "weights of gru_after must have 3 blocks"),
        (("janet", LSTM, X), {}, "weights of janet must be by name"),
        (("lstm", [*LSTM, *LSTM], X), {}, "a kernel, a recurrent kernel and a bias, got arrays of"),
        (("lstm", tensors("lstm_both"), X), {}, "weights must be of one layer and direction"),
        (("lstm", {"Wf": np.ones((5, 8))}, X), {}, "parameters must hold Wf, bf, Wi"),
        (("lstm", LSTM, X.transpose(1, 2, 0)), {}, r"n_x 3, got shape \(2, 7, 3\): a batch"),
        (("lstm", LSTM, X[0]), {}, r"x must be \(n_x, m, T_x\), got shape \(2, 7\)"),
        (("lstm", LSTM, "text"), {}, "x must be numbers that NumPy can read, got str"),
        (("lstm", LSTM, X), {"labels": [0, 1]}, "labels must come with a readout"),
        (("lstm", LSTM, X), {"readout": [np.ones((4, 2))]}, r"Wy must have shape \(2, 5\)"),
        (("lstm", LSTM, X), {"readout": {}}, "readout must hold Wy and by, or weight and bias"),
        (
            ("lstm", LSTM, X),
            {"readout": [np.ones((5, 2))], "labels": [0, 2]},
            r"labels must be whole numbers from 0 to 1 of shape \(2,\) or \(2, 7\)",
        ),
        (("lstm", LSTM, X), {"upstream": np.ones((5, 2))}, r"upstream must have shape \(5, 2, 7\)"),
        (("lstm", LSTM, X), {"initial": {"h": X}}, "initial must be one of a, c, got h"),
        (("lstm", LSTM, X), {"words": ["one"]}, "words must be one a step, 7, got 1"),
    ],
)
def test_what_does_not_fit_is_one_sentence(given, more, sentence):
    with pytest.raises(ExperimentError, match=sentence) as error:
        rnnviz.pass_of(*given, **more)
    assert "\n" not in str(error.value) and len(str(error.value)) < 300


@pytest.mark.training
@pytest.mark.parametrize("n_y", [1, 3])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "gru_after"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_model_of_keras_is_read_as_keras_reads_it(cell, n_y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import keras
        import tensorflow as tf
    kinds = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM}
    options = {} if cell in kinds else {"reset_after": cell == "gru_after"}
    made = kinds.get(cell, keras.layers.GRU)
    recurrent = made(4, return_sequences=True, dtype="float64", **options)
    dense = keras.layers.Dense(n_y, dtype="float64")
    batch, random = np.random.default_rng(5).normal(size=(5, 7, 3)), np.random.default_rng(6)
    labels = random.integers(max(2, n_y), size=5)
    x = tf.constant(batch)
    dense(recurrent(x)[:, -1])
    for one in (recurrent, dense):  # biases, too
        one.set_weights([random.normal(size=W.shape) for W in one.get_weights()])
    with tf.GradientTape() as tape:
        tape.watch(x)
        a = recurrent(x)
        z = dense(a[:, -1])
        if n_y == 1:
            targets = labels[:, None].astype(float)
            each = tf.nn.sigmoid_cross_entropy_with_logits(targets, z)
        else:
            each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, z)
        loss = tf.reduce_mean(each)
    felt = tape.gradient(loss, x).numpy()
    one = rnnviz.pass_of(
        cell, recurrent.get_weights(), batch.transpose(2, 0, 1),
        readout=dense.get_weights(), labels=labels,
    )  # fmt: skip
    near(one, one.trace.states["a"], a.numpy().transpose(2, 0, 1))
    assert one.loss == pytest.approx(float(loss), rel=1e-9)
    off = rounding.apart(one, lambda trace, params: trace.states["a"])
    # What a step back multiplies by is at most what the run's own gradient shows: no more than
    # the products of a few steps here, whose rounding the states' own bound already carries.
    scale = np.abs(felt).max() * len(one.params) * one.trace.T_x
    np.testing.assert_allclose(
        one.gradients.x, felt.transpose(2, 0, 1), rtol=0, atol=max(scale * 1e-13, off)
    )
