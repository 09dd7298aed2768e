"""A cell's diagram computes what the engine computes, shows all of it, and has no knots."""

from dataclasses import replace

import numpy as np
import pytest
import tolerance
from minimal import MGU, registered

import rnnviz
from rnnviz.core import recompute
from rnnviz.core.activations import ACTIVATIONS, softmax
from rnnviz.core.axes import time_major
from rnnviz.core.calculus.expression import letters
from rnnviz.core.cells import CELLS
from rnnviz.core.checks import rounding
from rnnviz.core.diagram import evaluate, nodes, output_place, parameter_values, wiring
from rnnviz.core.engine import forward
from rnnviz.figures.notation import Notation

FUNCTIONS = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "softmax": softmax,
    "exp": np.exp,
}
with registered():
    NAMES, DRAWN = [*CELLS], [name for name, cell in CELLS.items() if cell.placement]
EVERY = [(name, "tanh") for name in NAMES] + [("rnn", a) for a in ACTIVATIONS if a != "tanh"]
every_cell = pytest.mark.parametrize(("name", "activation"), EVERY)


@pytest.fixture(autouse=True)
def mgu():
    with registered():
        yield


def make(name, activation, **fields):
    return rnnviz.run(rnnviz.Experiment(cell=name, activation=activation, T_x=6, m=3, **fields))


def given(run):
    """What a diagram starts from, (T_x, n_a, m)."""
    trace = run.trace
    values = {f"{s}_prev": trace.state(s)[:-1] for s in run.cell.states}
    z = {f"z_{k}": time_major(z) for k, z in trace.preactivations.items()}
    fixed = parameter_values(run.cell, run.params)
    return values | z | fixed | {"x": time_major(trace.x)}


@every_cell
def test_the_diagram_computes_the_runs_states_gates_and_operand(name, activation):
    run = make(name, activation)
    values = evaluate(nodes(run.cell), given(run), FUNCTIONS)
    apart = tolerance.apart(run.experiment)
    for key, expected in (run.trace.states | run.trace.gates).items():
        np.testing.assert_allclose(values[key], time_major(expected), rtol=0, atol=apart[key])
    if run.cell.late:
        late = next(node for node in nodes(run.cell) if node.name == "late join")
        expected = time_major(run.trace.operand)
        np.testing.assert_allclose(values[late.inputs[0]], expected, rtol=0, atol=apart["a"])


@every_cell
def test_every_gate_and_state_appears_and_nothing_hangs_loose(name, activation):
    cell = CELLS[name].with_activation(activation)
    parts = nodes(cell)
    names = [node.name for node in parts]
    blocks = {gate.name if gate.squash else f"z_{gate.name}" for gate in cell.gates}
    every = {letter for line in cell.derived.equations.lines.values() for letter in letters(line)}
    states = {*cell.states, *(before for s in cell.states if (before := f"{s}_prev") in every)}
    assert {gate.name for gate in cell.shown_gates} <= set(names)
    assert blocks | states | {"x"} <= set(names) and len(set(names)) == len(names)
    used = {source for node in parts for source in node.inputs}
    assert set(names) - used == set(cell.states)
    for index, node in enumerate(parts):
        assert set(node.inputs) <= set(names[:index]), node.name


def without_placement(cell):
    """The same cell, as if it had no drawing of its own."""
    return replace(cell, placement={})


@every_cell
@pytest.mark.parametrize("drawing", [lambda cell: cell, without_placement], ids=["own", "none"])
def test_nothing_collides_in_a_diagram(name, activation, drawing):
    """Nodes stand apart, time runs to the right, and no wire runs through a foreign node."""
    graph = wiring(drawing(CELLS[name].with_activation(activation)))
    places = [(node.name, np.array(graph.places[node.name])) for node in graph.nodes]
    for index, (one, place) in enumerate(places):
        for other, elsewhere in places[:index]:
            assert np.abs(place - elsewhere).max() >= 0.7, (one, other)
    for wire in graph.wires:
        assert wire.points[0] == graph.places[wire.source]
        assert wire.points[-1] == graph.places[wire.target]
        assert wire.points[0][0] <= wire.points[-1][0]
        way = [np.linspace(p, q, 20) for p, q in zip(wire.points, wire.points[1:], strict=False)]
        for node, place in places:
            if node not in (wire.source, wire.target):
                apart = np.linalg.norm(np.concatenate(way) - place, axis=1).min()
                assert apart > 0.3, (wire.source, wire.target, node)
    edges = {(source, node.name) for node in graph.nodes for source in node.inputs}
    assert {(wire.source, wire.target) for wire in graph.wires} == edges


@every_cell
def test_the_output_stands_clear_of_the_cell(name, activation):
    graph = wiring(CELLS[name].with_activation(activation))
    place = np.array(output_place(graph))
    for node, elsewhere in graph.places.items():
        assert np.abs(place - elsewhere).max() >= 0.7, node
    for wire in graph.wires:
        way = [np.linspace(p, q, 20) for p, q in zip(wire.points, wire.points[1:], strict=False)]
        assert np.linalg.norm(np.concatenate(way) - place, axis=1).min() > 0.3, wire


@pytest.mark.parametrize("name", DRAWN)
def test_a_placement_names_nodes_that_are_there(name):
    cell, there = CELLS[name], set()
    for activation in ACTIVATIONS:
        there |= {node.name for node in nodes(cell.with_activation(activation))}
    assert set(cell.placement) == there


def test_a_cell_without_a_drawing_is_laid_out_in_layers():
    graph = wiring(CELLS["mgu"])
    assert not CELLS["mgu"].placement
    assert graph.places["a"][0] == max(column for column, _ in graph.places.values())
    assert graph.places["a_prev"][0] == graph.places["x"][0] == 0


def test_whatever_an_equation_may_hold_is_drawn():
    text = """
    f = sigmoid(Wf @ [a_prev, x] + bf)
    k = tanh(Wc @ [exp(f) * a_prev, x] + bc)
    g = exp(-abs(k)) / 2
    a = f * exp(p) + max(k, -a_prev) / 2 - min(sqrt(f), cos(sin(k))) + log(softplus(g)) * relu(k)
    """
    odd = replace(MGU, name="odd", text=text)
    random, order = np.random.RandomState(0), nodes(odd)
    params = {key: random.randn(*shape) for key, shape in odd.shapes(2, 3, 2).items()}
    trace = forward(odd, params, random.randn(2, 4, 5), {"a": random.randn(3, 4)})
    z = {f"z_{key}": time_major(value) for key, value in trace.preactivations.items()}
    more = {"x": time_major(trace.x), "a_prev": trace.state("a")[:-1]}
    more |= parameter_values(odd, params)
    functions = FUNCTIONS | {
        name: getattr(np, name) for name in ("log", "sqrt", "abs", "sin", "cos")
    }
    functions |= {"softplus": lambda z: np.log1p(np.exp(z))}
    a = evaluate(order, z | more, functions)["a"]
    np.testing.assert_allclose(a, time_major(trace.states["a"]), rtol=1e-13, atol=1e-13)
    notation = Notation(odd, order)
    assert all(notation.letters(node) and notation.title(node) for node in order)


def test_letters_are_the_papers():
    cell = CELLS["lstm"]
    notation = Notation(cell, nodes(cell))
    lines = {node.name: notation.letters(node) for node in nodes(cell)}
    assert lines["forget"] == "forget gate: f_{t} = σ(W_{f} [a_{t−1}, x_{t}] + b_{f})"
    assert lines["forget*c_prev+input*candidate"] == "c_{t} = f_{t} · c_{t−1} + i_{t} · c̃_{t}"
    assert lines["output*tanh(c)"] == "a_{t} = o_{t} · tanh(c_{t})"


@every_cell
def test_what_blocks_feel_adds_up_to_the_biases_gradients(name, activation):
    run = make(name, activation, loss="upstream_every")
    steps = np.arange(6)
    whole = dict.fromkeys((gate.name for gate in run.cell.gates), 0)
    for sequence in range(3):
        dz, d_operand = recompute.gate_gradients(run, sequence, steps)
        for key in whole:
            whole[key] = whole[key] + dz[key].sum(axis=1)
        if d_operand is not None:  # the late gates' matrix carries it
            gates = [run.cell.gate(block.letter) for block in run.cell.stages[1].blocks]
            W = np.concatenate([run.params[gate.weights[0]][:, : run.trace.n_a] for gate in gates])
            late = np.concatenate([dz[gate.name] for gate in gates])
            apart = 2 * rounding.step(run) * (np.abs(W.T) @ np.abs(late)).max()
            np.testing.assert_allclose(d_operand, W.T @ late, rtol=0, atol=apart)
    apart = tolerance.apart(run.experiment)
    for gate in run.cell.gates:
        if not gate.bias:
            continue
        expected = run.gradients.params[gate.bias][:, 0]
        off = apart[f"d{gate.bias}"]
        np.testing.assert_allclose(whole[gate.name], expected, rtol=0, atol=off)


@every_cell
def test_preactivations_of_some_steps_are_the_traces(name, activation):
    run = make(name, activation)
    trace, apart = run.trace, tolerance.apart(run.experiment)
    z = recompute.preactivations(trace, 2, np.array([1, 4]))
    for key, expected in trace.preactivations.items():
        off = apart[f"z_{key}"]
        np.testing.assert_allclose(z[key], expected[:, 2, [1, 4]], rtol=0, atol=off)


def test_an_activation_of_the_rnn_changes_its_diagram_only():
    rnn = CELLS["rnn"]
    kinds = {a: [n.kind for n in nodes(replace(rnn, activation=a))][4:-1] for a in ACTIVATIONS}
    assert kinds == {"tanh": ["tanh"], "relu": ["relu"], "softmax": ["softmax"], "linear": []}
