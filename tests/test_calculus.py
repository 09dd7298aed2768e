"""What follows from equations: what is read, what is refused, and what is written from it."""

import re
import shutil
import subprocess

import numpy as np
import pytest
import reference
from test_derived import check

from rnnviz import CELLS
from rnnviz.core.calculus import backward, derivatives, derived, forward, javascript
from rnnviz.core.calculus.expression import OPERATIONS, Node, add, neg, sub
from rnnviz.core.calculus.expression import name as leaf
from rnnviz.core.calculus.parse import MOST_EQUATIONS, MOST_LETTERS
from rnnviz.core.cells import Cell
from rnnviz.core.engine import forward as carried_out
from rnnviz.core.errors import ExperimentError

PLAIN = "a = tanh(W @ [a_prev, x] + b)"
HOSTILE = {
    "a = __import__('os').system('true')": 'got "\'" in line 1, column 16',
    "a = (1).real": "got 1 .real in line 1, column 5",
    "import os": "name = .., got another one in line 1, column 1",
    "a = b = tanh(W @ x)": "in line 1, column 1",
    "a = [q for q in x]": "in line 1, column 5",
    "a = lambda: 1": "plain letters, digits and signs, got ':'",
    "a = eval(x)": "a function must be one of",
    "a = tanh(z, out)": "got tanh of 2",
    "a = tanh(*z)": "got *z in line 1, column 10",
    "a = exec": "must look at the input",
    "a = tanh(W @ [a_prev, x]": "in line 1, column",
    "a = x ** 2": "an equation must be made of",
    "a = W @ x + 1e99": "at most 1e30, got a larger one in line 1, column 13",
    "a = W @ x + x": "x must stand behind a matrix, W @ x, got it without one in line 1, column 13",
    "a = W @ (2 * x)": "x must stand behind a matrix",
    "a = W @ x + True": "got True in line 1",
    "W = 1\na = W @ x": "a matrix must be a name of its own",
    "a = W @ x + W @ a_prev": "a matrix must be a name of its own before @, used once, got W",
    "a = (U * W) @ x": "a matrix must be a name of its own",
    "a = q + W @ x\nq = a": "q must be defined before it is used",
    "a = W @ x\na = a": "an equation must define a name that has no meaning yet, got a",
    "tanh = W @ x\na = tanh": "got tanh in line 1",
    "a_prev = W @ x": "got a_prev in line 1",
    "_a = W @ x\na = _a": "a letter first",
    "z_f = W @ x\na = z_f": "no z_ before them",
    "a = W @ [x, b_prev]": "b_prev must be of a state that a line defines",
    "a = W @ [x, x]": "W must see different things",
    "a = W @ [p, x]": "W must see what changes in time, got parameters alone in line 1, column 9",
    "a = W @ x + U @ exp(p)": "U must see what changes in time",
    "b = W @ x": "equations must define a",
    "a = W @ x\nq = a": "every equation must be used, got q that is not",
    "a = 1 + a_prev": "must look at the input",
    "a" * 17 + " = 1": "at most 16",
    "": "equations must be 1 to 20, got 0",
    "a = " + "(" * 300 + "1" + ")" * 300: "equations must be",
    "a = " + "-" * 900 + "x": "equations must",
    "a = " + "a_prev + " * 400 + "W @ x": "equations must",
    "a = 0" + "0" * 5000: "equations must be at most 4000 letters",
    "a = 1\u00a0": "plain letters",
    "a = 0if 1else 2": "in line 1",
}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_gets_one_sentence(text):
    with pytest.raises(ExperimentError) as refused:
        derived(text)
    sentence = str(refused.value)
    assert HOSTILE[text] in sentence, sentence
    assert "\n" not in sentence and len(sentence) < 200 and ", got" in sentence


def test_what_is_too_much_is_refused():
    lines = [f"q{n} = {f'q{n - 1}' if n else 'a_prev'} + 1" for n in range(MOST_EQUATIONS)]
    with pytest.raises(ExperimentError, match="1 to 20, got 21"):
        derived("\n".join([*lines, "a = W @ x"]))
    gates = " + ".join(f"sigmoid(W{n} @ x)" for n in range(9))
    with pytest.raises(ExperimentError, match="products must be 1 to 8, got 9"):
        derived(f"a = {gates}")
    states = "\n".join(f"s{n} = s{n}_prev + W{n} @ x" for n in range(6))
    with pytest.raises(ExperimentError, match="states must be at most 6, got 7"):
        derived(f"{states}\na = s0 + s1 + s2 + s3 + s4 + s5")
    with pytest.raises(ExperimentError, match="at most 200 operations, 60 in one"):
        derived("a = W @ x + " + " + ".join(["a_prev"] * 70))
    wide = "\n".join(f"q{n} = {' * '.join(['a_prev'] * 50)}" for n in range(5))
    with pytest.raises(ExperimentError, match="at most 200 operations"):
        derived(f"{wide}\na = W @ x + q0 + q1 + q2 + q3 + q4")
    assert len(" ".join(lines)) < MOST_LETTERS


def test_a_long_text_within_the_limits_is_derived_in_time():
    """No expression grows beyond what is written: products of sums, each needed twice."""
    lines = ["q0 = W @ [a_prev, x] + b"]
    lines += [f"q{n} = (q{n - 1} + p) * (q{n - 1} - p) * 0.5" for n in range(1, 18)]
    made = derived("\n".join([*lines, "a = tanh(q17)"]))
    assert len(derivatives.derivatives(made).text) < 4000


# -- what the deriver may trip over ----------------------------------------------------------------

TRAPS = {
    "a sum of only negative terms": "a = tanh(-(a_prev) - p + (-(W @ x) - U @ a_prev))",
    "names of ours": """
        v_a = sigmoid(W @ [a_prev, x] + operand_0)
        product0 = tanh(U @ [v_a * a_prev, x] + steps)
        out0 = product0 * n0 + out0_prev * scratch0
        a = v_a * out0 + (1 - v_a) * product0""",
    "softmax within": "a = 2 * softmax(0.5 * a_prev + W @ x) - softmax(exp(p)) + 0.1",
    "a softmax of a gate": "f = sigmoid(W @ [a_prev, x] + b)\na = softmax(f) * f",
    "a blend": "u = sigmoid(W @ [a_prev, x] + b)\na = a_prev * (1 - u) + tanh(U @ x) * u",
    "a line between for a blend": """
        u = sigmoid(W @ [a_prev, x] + b)
        k = 1 - u
        a = k * a_prev + u * tanh(U @ x)""",
    "a state that no product sees": "c = 0.5 * c_prev + W @ x\na = tanh(c)",
    "a state seen after it is new": """
        c = 0.5 * c_prev + tanh(W @ [a_prev, x] + b)
        o = sigmoid(V @ [a_prev, c, x] + d)
        a = o * tanh(c)""",
    "a sees a of this step": "a = tanh(W @ [a_prev, x] + b)\nc = a * p + 0.5 * c_prev * a_prev",
    "all states in the first product": """
        c = tanh(W @ [c_prev, a_prev, x] + b)
        a = tanh(V @ [x, c_prev] + U @ a_prev) * c""",
    "peepholes": """
        f = sigmoid(Wf @ [a_prev, x] + pf * c_prev + bf)
        c = f * c_prev + (1 - f) * tanh(Wc @ [a_prev, x] + bc)
        a = sigmoid(Wo @ [a_prev, x] + po * c + bo) * tanh(c)""",
    "IndRNN": "a = relu(W @ x + u * a_prev + b)",
    "decays of parameters alone": """
        h = exp(-exp(r) * 0.1) * h_prev - sin(w) * g_prev + W @ x
        g = exp(-exp(r) * 0.1) * g_prev + sin(w) * h_prev
        a = p * h - q * g""",
    "a vector in two products": "a = tanh(W @ x + b) * sigmoid(U @ a_prev + b)",
    "what cancels out": "q = a_prev * p\na = tanh(W @ [a_prev, x] + b) + (q - q)",
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_heeded(trap):
    assert check(Cell("trap", "Trap", "1999", TRAPS[trap]), 3)


def test_signs_are_kept():
    a, b = leaf("a"), leaf("b")
    assert add(neg(a), neg(b)) == sub(neg(a), b)
    assert sub(neg(a), neg(b)) == sub(b, a)
    assert neg(neg(a)) == a


def test_what_is_known_is_not_computed_again():
    """o tanh(c) is a, o (1 - tanh(c)^2) is o - a tanh(c), r a_prev is what the product saw."""
    lstm = derivatives.derivatives(CELLS["lstm"].derived).text
    assert "subtract(v_o, v_a * v__kept0, out0)" in lstm and "multiply(v_a, 1 - v_o, out1)" in lstm
    gru = derivatives.derivatives(CELLS["gru"].derived).text
    assert "multiply(v__look1_0, 1 - v_r, out1)" in gru


@pytest.mark.parametrize(
    ("cell", "ahead", "local", "back"), [("rnn", 2, 2, 3), ("lstm", 9, 13, 5), ("gru", 10, 10, 7)]
)
def test_as_few_operations_as_by_hand(cell, ahead, local, back):
    """Those that a careful author needs, and one more at most (i k, which the LSTM needs twice)."""
    one = CELLS[cell].derived
    calls = re.compile(r"^\s+\w+\(", re.MULTILINE)
    assert len(calls.findall(forward.forward(one).text)) == ahead
    text = derivatives.derivatives(one).text
    inner = re.findall(r"(?<=[\w)]) [-+*/] ", text)
    assert len(calls.findall(text)) + len(inner) + text.count("[...]") <= local + 1
    assert len(calls.findall(backward.backward(one, True, False).text)) <= back


def test_one_product_serves_all_gates_of_a_stage():
    stages = {name: [(s.kind, len(s.blocks)) for s in cell.stages] for name, cell in CELLS.items()}
    assert stages["lstm"] == [("first", 4)] and stages["rnn"] == [("first", 1)]
    assert stages["gru"] == [("first", 2), ("later", 1)]
    minimal = derived("z = sigmoid(Wz @ x + bz)\nk = Wk @ x\na = z * k + (1 - z) * a_prev")
    assert [(s.kind, len(s.blocks)) for s in minimal.stages] == [("ahead", 2)]
    assert "product" not in forward.forward(minimal).text.split("\n", 2)[2]


# -- what is written -------------------------------------------------------------------------------


def test_latex_is_of_the_text_as_it_was_written():
    cell = Cell("q", "Q", "1999", """
        i = sigmoid(Wi @ [a_prev, x] + bi)
        k = tanh(Wk @ x + bk + i * (U @ a_prev + bu))
        a = (1 - i) * a_prev + i * k - (p - (k - 1)) / exp(a_prev)""",
        letters={"k": r"\tilde a"})  # fmt: skip
    assert [cell.latex(letter) for letter in ("i", "k", "a")] == [
        r"i_t = \sigma(W_{i} [a_{t-1}, x_t] + b_{i})",
        r"\tilde a_t = \tanh(W_{k} x_t + b_{k} + i_t \odot (U a_{t-1} + b_{u}))",
        r"a_t = (1 - i_t) \odot a_{t-1} + i_t \odot \tilde a_t"
        r" - \frac{p - (\tilde a_t - 1)}{\exp(a_{t-1})}",
    ]


def test_memory_is_the_gate_that_keeps_or_writes():
    assert {name: CELLS[name].memory for name in ("rnn", "lstm", "gru")} == {
        "rnn": None, "lstm": ("forget", 1), "gru": ("update", -1),
    }  # fmt: skip


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")
@pytest.mark.parametrize("name", sorted(set(reference.FUNCTIONS) - {"linear", "softmax"}))
def test_javascript_computes_the_same(name):
    count = OPERATIONS[name].count
    node = Node(name, tuple(map(leaf, "uv"[:count])))
    values = {"u": 0.7, "v": 1.3}
    program = f"const u = 0.7, v = 1.3; console.log({javascript(node)});"
    said = subprocess.run(["node", "-e", program], capture_output=True, text=True, timeout=60)
    expected = reference.FUNCTIONS[name](*(values[one] for one in "uv"[:count]))
    np.testing.assert_allclose(float(said.stdout), float(np.real(expected)), rtol=1e-15)


def test_what_equations_compute_is_what_a_plain_walk_computes():
    """In single precision too, and with an axis of seeds in front."""
    cell = Cell("trap", "Trap", "1999", TRAPS["peepholes"])
    random = np.random.default_rng(0)
    params = {n: random.standard_normal((5, *s)) for n, s in cell.shapes(2, 3, 2).items()}
    x = random.standard_normal((5, 2, 4, 6))
    zeros = {name: np.zeros((5, 3, 4)) for name in cell.states}
    walked = reference.states(cell, params, x, zeros)
    single = {name: value.astype(np.float32) for name, value in params.items()}
    for given, digits in ((params, 1e-13), (single, 1e-5)):
        trace = carried_out(cell, given, x.astype(given["Wf"].dtype))
        for name, states in walked.items():
            here = trace.states[name]
            assert here.dtype == given["Wf"].dtype
            np.testing.assert_allclose(here, np.moveaxis(states, 0, -1), rtol=0, atol=digits * 10)
