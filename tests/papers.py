"""One step of each cell as its paper has it: plain loops over units and numbers, no array algebra.

Written from the papers, not from the cells' equations, which `test_papers.py` holds against them.
Numbers may be complex, so that a gradient is a step into the imaginary direction.
"""

import cmath
from collections.abc import Callable, Sequence

Vector = list[complex]
States = dict[str, Vector]
STEPS: dict[str, Callable[..., States]] = {}
COUNTS = {  # of parameters, without the readout: of (n_x, n_a), from each paper's formulas
    "rnn": lambda x, a: a * (a + x + 1),
    "lstm": lambda x, a: 4 * a * (a + x + 1),
    "gru": lambda x, a: 3 * a * (a + x + 1),
    "mgu": lambda x, a: 2 * a * (a + x + 1),
    "mingru": lambda x, a: 2 * a * (x + 1),
    "minlstm": lambda x, a: 3 * a * (x + 1),
    "slstm": lambda x, a: 4 * a * (a + x + 1),
    "s4d": lambda x, a: 2 * a * x + 4 * a,  # B, C, w and D; B and C are complex
    "signed": lambda x, a: 2 * a * (x + 1),
    "janet": lambda x, a: 2 * a * (a + x + 1),
    "indrnn": lambda x, a: a * (x + 2),
    "gru_after": lambda x, a: 3 * a * (a + x) + 4 * a,  # of Keras' 6 a biases, 2 a are sums of two
    "lstm97": lambda x, a: 3 * a * (a + x + 1),
    "lstm_nig": lambda x, a: 3 * a * (a + x + 1),
    "lstm_nog": lambda x, a: 3 * a * (a + x + 1),
    "cifg": lambda x, a: 3 * a * (a + x + 1),
    "lstm_niaf": lambda x, a: 4 * a * (a + x + 1),
    "lstm_noaf": lambda x, a: 4 * a * (a + x + 1),
    "peephole": lambda x, a: 4 * a * (a + x + 1) + 3 * a,
    "lstm_fgr": lambda x, a: 4 * a * (a + x + 1) + 9 * a * a,
}


def paper(*names: str):
    """Decorator: the step of these cells; it gets the cell's name where that is several."""

    def known(step):
        for name in names:
            STEPS[name] = step
        return step

    return known


def sigmoid(z: complex) -> complex:
    return 1 / (1 + cmath.exp(-z))


def larger(u: complex, v: complex) -> complex:
    return u if u.real >= v.real else v


def times(W, vectors: Sequence[Vector], b=None) -> Vector:
    """W [v1, v2, ..] + b, one unit after another."""
    seen = [number for vector in vectors for number in vector]
    rows = []
    for unit in range(len(W)):
        total = 0 if b is None else b[unit][0]
        for column, number in enumerate(seen):
            total = total + W[unit][column] * number
        rows.append(total)
    return rows


@paper("mingru")
def min_gru(p, s: States, x: Vector, name="") -> States:
    """Feng et al. 2024, section 3.1.3: z and h~ of x alone, h = (1 - z) h + z h~."""
    z, k = times(p["Wz"], [x], p["bz"]), times(p["Wk"], [x], p["bk"])
    a = []
    for unit, before in enumerate(s["a"]):
        opened = sigmoid(z[unit])
        a.append((1 - opened) * before + opened * k[unit])
    return {"a": a}


@paper("minlstm")
def min_lstm(p, s: States, x: Vector, name="") -> States:
    """Feng et al. 2024, section 3.2.3: f and i divided by their sum."""
    f, i = times(p["Wf"], [x], p["bf"]), times(p["Wi"], [x], p["bi"])
    k, a = times(p["Wk"], [x], p["bk"]), []
    for unit, before in enumerate(s["a"]):
        keep, write = sigmoid(f[unit]), sigmoid(i[unit])
        both = keep + write
        a.append(keep / both * before + write / both * k[unit])
    return {"a": a}


@paper("slstm")
def s_lstm(p, s: States, x: Vector, name="") -> States:
    """Beck et al. 2024, equations 8 to 17, with f = exp, and the state m called s."""
    seen = [s["a"], x]
    z, i, f, o = (times(p[f"W{gate}"], seen, p[f"b{gate}"]) for gate in "kifo")
    after: States = {"a": [], "c": [], "n": [], "s": []}
    for unit in range(len(z)):
        m = larger(f[unit] + s["s"][unit], i[unit])
        write, keep = cmath.exp(i[unit] - m), cmath.exp(f[unit] + s["s"][unit] - m)
        c = keep * s["c"][unit] + write * cmath.tanh(z[unit])
        n = keep * s["n"][unit] + write
        for letter, value in zip("acns", (sigmoid(o[unit]) * c / n, c, n, m), strict=True):
            after[letter].append(value)
    return after


@paper("s4d")
def s4d(p, s: States, x: Vector, name="") -> States:
    """Gu et al. 2022: h = exp(D A) h + B x, y = Re(C h), the 2 in C, A = -1/2 + i w.

    The real and the imaginary part are both followed as complex numbers, so that a step into the
    imaginary direction of a parameter is not taken for the state's.
    """
    re, im = times(p["Bp"], [x]), times(p["Bq"], [x])
    after: States = {"a": [], "p": [], "q": []}
    for unit in range(len(re)):
        D = cmath.exp(p["d"][unit][0])
        size, turn = cmath.exp(-D / 2), p["w"][unit][0] * D
        u, v = s["p"][unit], s["q"][unit]
        new_u = size * (u * cmath.cos(turn) - v * cmath.sin(turn)) + re[unit]
        new_v = size * (u * cmath.sin(turn) + v * cmath.cos(turn)) + im[unit]
        after["p"].append(new_u)
        after["q"].append(new_v)
        after["a"].append(p["Cp"][unit][0] * new_u - p["Cq"][unit][0] * new_v)
    return after


@paper("signed")
def signed(p, s: States, x: Vector, name="") -> States:
    """Grazzi et al. 2025: a diagonal of 2 sigmoid - 1, from -1 to 1, of x alone."""
    u, k = times(p["Wu"], [x], p["bu"]), times(p["Wk"], [x], p["bk"])
    return {"a": [(2 * sigmoid(u[j]) - 1) * a + k[j] for j, a in enumerate(s["a"])]}


@paper("janet")
def janet(p, s: States, x: Vector, name="") -> States:
    """van der Westhuizen & Lasenby 2018, section 3, with beta = 0."""
    f = times(p["Wf"], [s["a"], x], p["bf"])
    k = times(p["Wk"], [s["a"], x], p["bk"])
    a = []
    for unit, before in enumerate(s["a"]):
        keep = sigmoid(f[unit])
        a.append(keep * before + (1 - keep) * cmath.tanh(k[unit]))
    return {"a": a}


@paper("indrnn")
def ind_rnn(p, s: States, x: Vector, name="") -> States:
    """Li et al. 2018, equation 2: h = relu(W x + u * h + b)."""
    z = times(p["W"], [x], p["b"])
    return {"a": [larger(z[j] + p["u"][j][0] * a, 0j) for j, a in enumerate(s["a"])]}


@paper("gru_after")
def gru_reset_after(p, s: States, x: Vector, name="") -> States:
    """The GRU of CuDNN, of Keras (reset_after=True) and of PyTorch: r behind the product."""
    seen = [s["a"], x]
    z, r = (times(p[f"W{gate}"], seen, p[f"b{gate}"]) for gate in "zr")
    of_x, of_a = times(p["Wk"], [x], p["bk"]), times(p["Uk"], [s["a"]], p["ck"])
    a = []
    for unit, before in enumerate(s["a"]):
        k = cmath.tanh(of_x[unit] + sigmoid(r[unit]) * of_a[unit])
        keep = sigmoid(z[unit])
        a.append(keep * before + (1 - keep) * k)
    return {"a": a}


@paper("lstm97", "lstm_nig", "lstm_nog", "lstm_niaf", "lstm_noaf", "cifg", "peephole", "lstm_fgr")
def greff(p, s: States, x: Vector, name: str) -> States:
    """Greff et al. 2017, section 2 and the list of section 3, each change by itself."""
    after: States = {letter: [] for letter in s}
    z = {}
    for gate in "ifok":
        W = "Wc" if gate == "k" else f"W{gate}"
        if W in p:
            seen = [s["a"], x]
            if name == "lstm_fgr" and gate != "k":
                seen = [s["a"], s["i"], s["f"], s["o"], x]
            z[gate] = times(p[W], seen, p["bc" if gate == "k" else f"b{gate}"])
    for unit, c_before in enumerate(s["c"]):

        def peep(gate, c, unit=unit):
            return p[f"p{gate}"][unit][0] * c if name == "peephole" else 0

        write = 1 if name == "lstm_nig" else sigmoid(z["i"][unit] + peep("i", c_before))
        keep = 1 if name == "lstm97" else 1 - write if name == "cifg" else None
        keep = sigmoid(z["f"][unit] + peep("f", c_before)) if keep is None else keep
        block = z["k"][unit] if name == "lstm_niaf" else cmath.tanh(z["k"][unit])
        c = keep * c_before + write * block
        shown = 1 if name == "lstm_nog" else sigmoid(z["o"][unit] + peep("o", c))
        new = {"a": shown * (c if name == "lstm_noaf" else cmath.tanh(c)), "c": c}
        new |= {"i": write, "f": keep, "o": shown}
        for letter in after:
            after[letter].append(new[letter])
    return after
