"""The engine in JavaScript gives the numbers of the engine over NumPy, in a browser without net."""

import base64
import contextlib
import itertools
import json
from collections import Counter

import numpy as np
import pytest
from conftest import ROOT
from hostile_equations import ODD
from random_cells import cells

from rnnviz import Experiment, run
from rnnviz.core import initialisers, tidy
from rnnviz.core.cells import CELLS
from rnnviz.core.cells.edits import edits
from rnnviz.core.cells.own import own
from rnnviz.core.checks import rounding, sums
from rnnviz.core.errors import ExperimentError
from rnnviz.core.losses import LOSSES
from rnnviz.export.modules import one_module
from rnnviz.export.page.cells import written

pytestmark = [pytest.mark.browser, pytest.mark.slow]
COUNT = 450  # settings; nothing of a setting hangs on the others
OWN = 40  # of a person's own, by chance
SIGNALS = ("gaussian", "impulse", "step", "sine")
ACTIVATIONS = ("tanh", "relu", "linear", "softmax")
DIGITS, STEADY, TOO_FAR = 1e-12, 1e-13, 1e-9  # of an array's size
# Noise of one ulp stands for all that rounds, products too, in a few samples: a sum of up to 40
# terms, forward and back, seldom exceeds 30 times what they show.
ROUNDINGS = 30
NOISY = 3  # runs with noise
FLOOR = 1e-290  # of gradients that vanish: below the smallest normal numbers digits are lost
PUBLISH = """
function published(cell, e, gates) {
  const done = simulate(cell, e), numbers = [];
  const add = (steps) => steps.forEach((step) => step.forEach((one) => numbers.push(one)));
  add([...Object.values(done.params), ...Object.values(done.dParams), done.losses]);
  add(done.inputs);
  add(done.outputs);
  add(done.upstream);
  for (const name of [...cell.states, ...gates]) add(done.values.map((at) => at[name]));
  for (const name of [...cell.states, "x"]) add(done.felt.map((at) => at[name]));
  return numbers;
}
const signs = new RandomState(0), eps = 2 ** -52;
const noisy = (call) => function (...given) {
  const value = call.apply(this, given), sign = signs.bits() % 2 ? eps : -eps;
  return typeof value === "number" ? value * (1 + sign) : value.map((one) =>
    one * (1 + (signs.bits() % 2 ? eps : -eps)));
};
// The way back sees moved values: what cancels there is rounding alone, and must show as such.
function noisyBack(cell) {
  const move = noisy((values) => values);
  const moved = (all) =>
    Object.fromEntries(Object.entries(all).map(([name, one]) => [name, move(one)]));
  return { ...cell, back: (values, ...given) => cell.back(moved(values), ...given) };
}
function withNoise(then) {
  const own = [Math.tanh, Math.exp, Math.sin, Math.cos];
  const { gaussian, uniform } = RandomState.prototype;
  [Math.tanh, Math.exp, Math.sin, Math.cos] = own.map(noisy);
  Object.assign(RandomState.prototype, { gaussian: noisy(gaussian), uniform: noisy(uniform) });
  try {
    return then();
  } finally {
    [Math.tanh, Math.exp, Math.sin, Math.cos] = own;
    Object.assign(RandomState.prototype, { gaussian, uniform });
  }
}
async function all(settings, samples) {
  const numbers = [];
  const { WebAssembly } = globalThis;
  for (const [place, [cell, e, gates]] of settings.entries()) {
    globalThis.WebAssembly = place % 2 ? WebAssembly : undefined; // else products in JavaScript
    const once = () => published(CELLS[cell], e, gates);
    for (const one of once()) numbers.push(one);
    const moved = () => published(noisyBack(CELLS[cell]), e, gates);
    for (let k = 0; k < samples; k++) for (const one of withNoise(moved)) numbers.push(one);
  }
  const blob = new Blob([Float64Array.from(numbers)]);
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",")[1]);
    reader.readAsDataURL(blob);
  });
}
"""


def experiments(count):
    """Settings at random, every cell as often as the others; last, states that overflow."""
    random = np.random.default_rng(0)
    for at in range(count):
        yield Experiment(
            cell=list(CELLS)[at % len(CELLS)],
            seed=int(random.integers(2**32)),
            n_x=int(random.integers(1, 5)),
            n_a=int(random.integers(1, 17)),
            n_y=int(random.integers(2, 5)),
            m=int(random.integers(1, 5)),
            T_x=int(random.integers(1, 41)) if at % 10 else 150,
            init=str(random.choice(list(initialisers.INITIALISERS))),
            gain=float(random.choice([0, 0.5, 1, 1, 1, 1.5, 3, 100])),
            forget_bias=float(random.choice([-2, 0, 1, 1, 5])),
            signal=str(random.choice(SIGNALS)),
            loss=str(random.choice(list(LOSSES))),
            activation=ACTIVATIONS[at // len(CELLS) % len(ACTIVATIONS)],
        )
    for cell, init in itertools.product(CELLS, initialisers.INITIALISERS):
        for edit in edits(cell)[:2]:  # of a known cell's parameters some, and of other shapes
            yield Experiment(cell=cell, init=init, equations=edit.equations, n_a=3, T_x=9, m=2)
    for text in own_texts():
        yield Experiment(equations=text, n_a=5, T_x=12, m=3)
    for seed, activation in itertools.product(range(3), ("relu", "linear")):
        yield Experiment(cell="rnn", seed=seed, T_x=200, gain=100, activation=activation)


def own_texts():
    """Equations that are made by chance, of those that a person may write, and odd ones."""
    yield from ODD.values()
    for _, cell in cells(OWN):
        with contextlib.suppress(ExperimentError):  # a state that stands still
            yield own(cell.text) and cell.text


def key(e):
    """The name of a cell with its activation; a person's own is told by its text."""
    return f"{e.cell}_{e.activation}{e.equations}"


def in_browser(browser, every):
    """All numbers of all settings from one page that reaches nothing, each with its noisy runs."""
    each = {key(e): written(e.cell_object, e.origin if e.equations else None) for e in every}
    texts = (f"{json.dumps(name)}: {text}" for name, text in each.items())
    engine = one_module(ROOT / "assets" / "engine" / "run.js")
    script = f"{engine}\nconst CELLS = {{{', '.join(texts)}}};\n{PUBLISH}"
    context = browser.new_context(offline=True)
    try:
        page = context.new_page()
        page.set_content("<title>engine</title>")
        page.add_script_tag(content=script)
        fields = "seed n_x n_a n_y m T_x init gain forget_bias signal loss".split()
        settings = [
            [
                key(e),
                {one: getattr(e, one) for one in fields},
                [gate.letter for gate in e.cell_object.shown_gates],
            ]
            for e in every
        ]
        made = page.evaluate("([s, k]) => all(s, k)", [settings, NOISY])
        assert page.evaluate("Boolean(assembly)"), "no setting ran with WebAssembly"
        return np.frombuffer(base64.b64decode(made))
    finally:
        context.close()


def by_name(done, numbers):
    """One run's arrays under the names of `tidy.arrays`, and the numbers of the runs after it."""
    e, cell, found = done.experiment, done.cell, {}

    def take(name, *shape):
        nonlocal numbers
        size = int(np.prod(shape))
        found[name], numbers = numbers[:size].reshape(shape), numbers[size:]

    def take_steps(name, rows):
        take(name, e.T_x, rows, e.m)
        found[name] = found[name].transpose(1, 2, 0)

    for start in ("", "d"):
        for name in cell.draws:
            take(start + name, *done.params[name].shape)
    take("loss", e.T_x)
    take_steps("x", e.n_x)
    take_steps("y", e.n_y)
    take_steps("upstream", e.n_a)
    for name in (*cell.states, *(gate.name for gate in cell.shown_gates)):
        take_steps(name, e.n_a)
    for name in cell.states:
        take_steps(f"d{name}", e.n_a)
    take_steps("dx", e.n_x)
    return found, numbers


def finite(array):
    """How many leading steps are finite."""
    bad = ~np.isfinite(array).reshape(-1, array.shape[-1]).all(axis=0)
    return int(np.argmax(bad)) if bad.any() else array.shape[-1]


def judge(done, found, noisy):
    """How many arrays agree in which way; the assertions say where they do not."""
    e, steps = done.experiment, done.trace.finite_steps
    arrays = tidy.arrays(done) | {"upstream": done.upstream}
    if steps < e.T_x:
        here = min(finite(found[name]) for name in (*done.cell.states, "y"))
        assert here == steps, f"{e}: overflows at step {here}, not {steps}"
        arrays = {name: array[..., :here] for name, array in done.trace.states.items()}
        found, *noisy = (
            {name: one[name][..., :here] for name in arrays} for one in (found, *noisy)
        )
    counts = Counter(overflow=steps < e.T_x)
    # Sums over all steps may cancel to what their terms round.
    last = {f"d{name}": rounding.total(e.m * e.T_x, 2**-52) * size
            for name, size in sums.terms(done).items()}  # fmt: skip
    for name, here in found.items():
        there = arrays[name]
        size = np.abs(there).max(initial=0)
        spread = max(np.abs(one[name] - here).max(initial=0) for one in noisy)
        if spread > TOO_FAR * size + FLOOR:
            counts["left out"] += 1
            continue
        steady = spread <= STEADY * size + FLOOR
        allowed = DIGITS * size + FLOOR + last.get(name, 0) + (0 if steady else ROUNDINGS * spread)
        gap = np.abs(here - there).max(initial=0)
        assert gap <= allowed, f"{e}: {name} by {gap} of {size}, moved by {spread}"
        counts["to twelve digits" if steady else "to 30 times what noise does"] += 1
    return counts


def test_a_browser_computes_the_same_numbers(browser):
    """Every array to 1e-12 of its size, or as its own run makes of a rounding."""
    every = list(experiments(COUNT))
    numbers, counts = in_browser(browser, every), Counter()
    for e in every:
        with np.errstate(all="ignore"):
            done = run(e)
        each = []
        for _ in range(1 + NOISY):
            found, numbers = by_name(done, numbers)
            each.append(found)
        with np.errstate(all="ignore"):
            counts += judge(done, each[0], each[1:])
    print(f"{len(every)} settings, arrays:", dict(counts))
    assert not len(numbers)
    assert counts["to twelve digits"] > 0.7 * (total := sum(counts.values()))
    assert counts["left out"] < 0.2 * total and counts["overflow"]
