"""What the sentences of a run must say, from its arrays alone, number by number in plain loops.

Nothing of what the sentences themselves are made with is used here.
"""

import math
import re
from dataclasses import replace
from statistics import median

import numpy as np
from papers import COUNTS

import rnnviz
from rnnviz.core.checks import hand
from rnnviz.core.engine import forward

RAISED = dict(zip("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))
TITLES = {"mgu": "MGU", "own": "your cell"}
TITLES |= {name: cell.title for name, cell in rnnviz.CELLS.items()}
STATES = {"a": "hidden state a", "c": "memory c"}


def said(value, digits=3):
    """A number to so many significant digits."""
    value = float(value)
    if value != value:
        return "undefined"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    head, _, power = f"{abs(value):.{digits}g}".partition("e")
    if power:
        head += f" × 10{''.join(RAISED[c] for c in str(int(power)))}"
    return f"−{head}" if math.copysign(1, value) < 0 else head


def told(value):
    """The same in a text alternative."""
    return f"{value:.3g}" if math.isfinite(value) else "not finite"


def size(numbers):
    """A Euclidean norm, scaled lest its squares overflow or vanish."""
    numbers = [abs(float(one)) for one in numbers]
    top = max(numbers, default=0.0)
    return top * math.sqrt(math.fsum((one / top) ** 2 for one in numbers)) if top else 0.0


def norm(run, state, t):
    """||dL/d(state)|| at step t, of all units and sequences."""
    return size(run.gradients.states[state][:, :, t].ravel())


def param_norm(run):
    """The norm of all parameters' gradients together."""
    return size(number for array in run.gradients.params.values() for number in array.ravel())


def mean(numbers):
    numbers = [float(one) for one in numbers]
    return math.fsum(numbers) / len(numbers)


def half_lives(run):
    """Of every unit: after how many steps half of what it keeps is gone."""
    name, sign = run.cell.memory
    lives = []
    for unit in run.trace.gates[name].astype(float):
        kept = [g if sign > 0 else 1 - g for g in unit.ravel()]
        if min(kept) <= 0:
            lives.append(0.0)
            continue
        decay = mean(map(math.log, kept))
        lives.append(math.log(0.5) / decay if decay else math.inf)
    return lives


def listed(words):
    *front, last = words
    return f"{', '.join(front)} and {last}" if front else last


# -- the sentence under each picture ---------------------------------------------------------------


def player(run, t=0, sequence=0, unit=0, **_):
    a, y = run.trace.states["a"], run.trace.y
    before = run.trace.initial["a"][unit, sequence] if t == 0 else a[unit, sequence, t - 1]
    shares = [float(y[k, sequence, t]) for k in range(len(y))]
    top = [k + 1 for k, share in enumerate(shares) if share == max(shares)]
    likely = f"class {top[0]} is likeliest, {max(shares):.1%}"
    if len(top) > 1:
        likely = f"classes {listed([str(k) for k in top])} are likeliest, {max(shares):.1%} each"
    numbers = f"a = {before:.4f} to **{a[unit, sequence, t]:.8f}**".replace("-", "−")
    return f"At t = {t + 1}, unit {unit + 1} goes from {numbers}; {likely}."


def states_overview(run, sequence=0, **_):
    a, most, stuck, count = run.trace.states["a"], (-1.0, 0, 0), 0, 0
    for unit in range(a.shape[0]):
        for t in range(a.shape[2]):
            height = abs(float(a[unit, sequence, t]))
            count, stuck = count + 1, stuck + (height > 0.95)
            if height > most[0]:
                most = (height, unit, t)
    height, unit, t = most
    if height == 0:
        return (
            f"Every hidden state is 0; **{stuck / count:.1%}** of the time a unit is beyond ±0.95."
        )
    return (
        f"Unit {unit + 1} reaches the largest hidden state, {said(a[unit, sequence, t], 4)} at "
        f"t = {t + 1}; **{stuck / count:.1%}** of the time a unit is beyond ±0.95."
    )


def gates_overview(run, **_):
    open_ones = [g.name for g in run.cell.shown_gates if g.squash == "sigmoid"]
    means = ", ".join(f"{name} {mean(run.trace.gates[name].ravel()):.2f}" for name in open_ones)
    sentence = f"On average over units, sequences and time the gates stand at {means}"
    if not run.cell.memory:
        return f"{sentence}."
    half = median(half_lives(run))
    if math.isinf(half):
        return f"{sentence}; the median unit's memory **does not fade**."
    return f"{sentence}; half of the median unit's memory is gone after **{said(half)} steps**."


def gradients_norms(run, clip=None, **_):
    T_x = run.trace.T_x
    first, last = norm(run, "a", 0), norm(run, "a", T_x - 1)
    if T_x == 1:
        sentence = f"The loss feels the hidden state of the one step with norm **{said(last)}**."
    else:
        times = f", {said(first / last)} times as much" if last else ""
        times = times if first or not last else ": nothing is left of it"
        sentence = (
            f"The loss feels the hidden state with norm {said(last)} at the last step and with "
            f"**{said(first)}** at the first{times}."
        )
    if clip is None:
        return sentence
    whole = param_norm(run)
    verb, left = ("is cut to", clip) if whole > clip else ("stays at", whole)
    clipped = f"The parameters' gradient has norm {said(whole, 4)} and {verb} **{said(left, 4)}**."
    return f"{sentence}\n\n{clipped}"


def gradients_singular_values(run, sequence=0, **_):
    whose = f"Of sequence {sequence + 1}, and of the joint state where the cell has several."
    same = " The Jacobian is of parameters alone: every step of every sequence has the same."
    return whose + (same if moves_alike(run) else "")


def gradients_itemised(run, **_):
    row = "A row is a step's loss, a column the state that feels it, of all sequences together."
    if sum(float(np.abs(up).max()) > 0 for up in np.moveaxis(run.upstream, -1, 0)) == 1:
        row = (
            "Only the last step adds to this loss; under a loss at every step each one has a row "
            "here."
        )
    alone = " No later step sees a: the loss of its own step alone feels it."
    return row + ("" if moved_by(run, ["a"]).any() else alone)


def moves_alike(run):
    """Whether a step moves all states alike, wherever they are."""
    return np.ptp(moved_by(run, run.cell.states), axis=1).max() < 1e-9


def moved_by(run, moved):
    """How far a step's end moves with some states before it, at twenty drawn places."""
    random, n_a, n_x = np.random.RandomState(0), run.trace.n_a, run.trace.n_x
    x = random.randn(n_x, 20, 1)
    before = {name: random.randn(n_a, 20) ** 2 for name in run.cell.states}
    params = {name: np.array(value, float) for name, value in run.params.items()}
    later = {name: state + 0.5 * (name in moved) for name, state in before.items()}
    ends = (forward(run.cell, params, x, states).states.values() for states in (before, later))
    first, then = (np.concatenate([*states])[..., 0] for states in ends)
    return then - first


def why(runs):
    """Of each cell that keeps some of its gradient: its gate's mean, or its steps' mean stretch."""
    kept = {}
    for name, run in runs.items():
        if run.trace.T_x > 1 and run.gradients.finite_steps == run.trace.T_x and share(run):
            kept[name] = share(run)
    if len(kept) > 3:
        kept = {name: kept[name] for name in (max(kept, key=kept.get), min(kept, key=kept.get))}
    clauses = []
    for name, left in kept.items():
        run, more = runs[name], "along the gradient's own"
        steps = run.trace.T_x - 1
        if run.cell.memory:
            gate, sign = run.cell.memory
            values = [float(v) for v in run.trace.gates[gate][..., 1:].flat]
            base = math.fsum(v if sign > 0 else 1 - v for v in values) / len(values)
            words, more = f"{gate} gate keeps {said(base)} of the memory a step", "along all paths"
        else:
            base = stretch(run)
            if not base:
                continue
            words = f"step {'stretches' if base > 1 else 'shrinks'} a direction to {said(base)}"
        raised = "".join(RAISED[c] for c in str(steps))
        power = f"{said(base)}{raised} = {said(float(f'{base:.3g}') ** steps, 2)}"
        power += " along it alone" if run.cell.memory else ""
        beside = left / base**steps if base else math.inf
        side = "more" if beside > 1.01 else "less" if beside < 0.99 else "as much"
        clauses.append(f"the {TITLES[name]}'s {words}, {power}, {side} {more}")
    return f"\n\nWhy, on average: {'; '.join(clauses)}." if clauses else ""


def stretch(run, move=1e-5):
    """What a step makes of a direction, by differences: each number of the state before moved."""
    trace, cell = run.trace, run.cell
    x = np.concatenate([trace.x[:, j, 1:].T for j in range(trace.m)]).T[..., None].astype(float)
    params = {name: np.array(value, float) for name, value in run.params.items()}
    before = {
        name: np.concatenate([trace.state(name)[1:-1, :, j] for j in range(trace.m)]).T.astype(
            float
        )
        for name in cell.states
    }

    def after(name, unit, by):
        moved = {state: value.copy() for state, value in before.items()}
        moved[name][unit] += by
        return np.concatenate([*forward(cell, params, x, moved).states.values()])[..., 0]

    total = 0.0
    for name in cell.states:
        for unit in range(trace.n_a):
            slope = (after(name, unit, move) - after(name, unit, -move)) / (2 * move)
            total = total + (slope**2).sum(axis=0)
    every = np.sqrt(total / (trace.n_a * len(cell.states)))
    return math.exp(np.log(every).mean()) if every.all() else 0.0


def compare_states(runs, **_):
    return reach(runs) + why(runs)


def reach(runs):
    kept = {}
    for name, run in runs.items():
        first, last = norm(run, "a", 0), norm(run, "a", run.trace.T_x - 1)
        kept[TITLES[name]] = first / last if last else 0.0
    words = ", ".join(f"{title} {said(share)}" for title, share in kept.items())
    sentence = f"Gradient at the first step against the last: {words}"
    top = [title for title, share in kept.items() if share == max(kept.values())]
    if len(kept) == 1:
        return f"{sentence}."
    if len(top) == len(kept):
        return f"{sentence}; all keep the same share of it."
    bold = listed([f"**{title}**" for title in top])
    return f"{sentence}; the {bold} keep{'s' if len(top) == 1 else ''} the most of it."


def learned(run):
    """How many numbers a cell learns, its readout left out, one by one."""
    return sum(1 for name, p in run.params.items() if name not in run.cell.readout for _ in p.flat)


def share(run):
    """The gradient's norm at the first step over that at the last."""
    first, last = norm(run, "a", 0), norm(run, "a", run.trace.T_x - 1)
    return first / last if last else 0.0


def workshop_beside(runs, **_):
    before, after = runs.values()
    a, b = (run.trace.states["a"].astype(float) for run in (before, after))
    far, place = 0.0, None
    for unit in range(a.shape[0]):
        for sequence in range(a.shape[1]):
            for t in range(a.shape[2]):
                if abs(a[unit, sequence, t] - b[unit, sequence, t]) > far:
                    far = abs(a[unit, sequence, t] - b[unit, sequence, t])
                    place = unit + 1, sequence + 1, t + 1
    apart = "The hidden states are the same, to the last bit"
    if place:
        apart = (
            f"The hidden states differ by up to **{said(far)}**, in unit {place[0]} of sequence "
            f"{place[1]} at t = {place[2]}"
        )
    n, m = learned(after), learned(before)
    size = f"as many parameters, {n:,}" if n == m else f"{n:,} parameters, the other {m:,}"
    left = ", ".join(f"{run.cell.title} {said(share(run))}" for run in (before, after))
    return (
        f"{apart}. Gradient at the first step against the last: {left}; "
        f"**{after.cell.title}** has {size}."
    )


def workshop_opened(runs, **_):
    shares = {name: share(run) for name, run in runs.items()}
    left = ", ".join(f"{run.cell.title} {said(shares[name])}" for name, run in runs.items())
    sentence = f"Gradient at the first step against the last: {left}"
    (_, own), *others = shares.items()
    factor = {n.split(" ", 1)[1]: abs(math.log(one / own)) for n, one in others if one and own}
    if len(factor) < max(2, len(others)):
        return f"{sentence}."
    top = [name for name, value in factor.items() if value == max(factor.values())]
    if len(top) == len(factor):
        return f"{sentence}; all gates change it by the same factor."
    gates = "gate changes" if len(top) == 1 else "gates change"
    return f"{sentence}; the **{listed(top)}** {gates} it most."


CAPTIONS = {
    "workshop-beside": workshop_beside,
    "workshop-opened": workshop_opened,
    "states-overview": states_overview,
    "gates-overview": gates_overview,
    "gradients-norms": gradients_norms,
    "gradients-itemised": gradients_itemised,
    "gradients-singular_values": gradients_singular_values,
    "compare-states": compare_states,
}


# -- titles with numbers, and text alternatives ----------------------------------------------------


def flow_title(run, t=0, sequence=0, **_):
    return f"{TITLES[run.cell.name]}: one step, t = {t + 1}, sequence {sequence + 1}"


def flow_description(run, t=0, sequence=0, unit=0, **_):
    value = run.trace.states["a"][unit, sequence, t]
    return f"Unit {unit + 1} of sequence {sequence + 1} at t = {t + 1}: a = {value:.6g}."


def states_description(run, sequence=0, **_):
    a = run.trace.states["a"][:, sequence]
    low, high = min(map(float, a.ravel())), max(map(float, a.ravel()))
    return (
        f"Heatmap of {a.shape[0]} units over {a.shape[1]} steps of sequence {sequence + 1}; the "
        f"hidden state lies between {told(low)} and {told(high)}."
    )


def saturation_description(run, **_):
    stuck = mean(abs(one) > 0.95 for one in run.trace.states["a"].ravel())
    return f"On average {stuck:.1%} of the units are saturated."


def gates_description(run, sequence=0, **_):
    gates = run.cell.shown_gates
    means = [f"{g.name} {mean(run.trace.gates[g.name][:, sequence].ravel()):.2f}" for g in gates]
    of = f"of sequence {sequence + 1}"
    return f"Gates over {run.trace.T_x} steps {of}, means: {', '.join(means)}."


def stuck_description(run, **_):
    words = []
    for gate in (g for g in run.cell.shown_gates if g.squash == "sigmoid"):
        values = [float(one) for one in run.trace.gates[gate.name].ravel()]
        shut, wide = mean(v < 0.1 for v in values), mean(v > 0.9 for v in values)
        words.append(f"{gate.name} {shut:.0%} shut, {wide:.0%} open")
    return "; ".join(words) + "."


def memory_description(run, **_):
    lives = half_lives(run)
    return f"Half-lives from {said(min(lives))} to {said(max(lives))} steps."


def norms_description(run, **_):
    ends = {s: (norm(run, s, 0), norm(run, s, run.trace.T_x - 1)) for s in run.cell.states}
    return (
        "; ".join(
            f"{STATES.get(s, s)} {told(first)} at the first step, {told(last)} at the last"
            for s, (first, last) in ends.items()
        )
        + "."
    )


def compare_description(runs, sequence=0, **_):
    words = []
    for name, run in runs.items():
        top = max(abs(float(a)) for a in run.trace.states["a"][:, sequence].ravel())
        words.append(f"{TITLES[name]} {told(top)}")
    return f"Largest hidden state of sequence {sequence + 1}: {', '.join(words)}."


def compare_norms_description(runs, **_):
    words = [f"{TITLES[name]} {told(norm(run, 'a', 0))}" for name, run in runs.items()]
    return f"Gradient norm at the first step: {', '.join(words)}."


def parameters_description(runs, **_):
    words = []
    for name, run in runs.items():
        n_x, n_a = run.experiment.n_x, run.experiment.n_a
        count = COUNTS[name](n_x, n_a) if name in COUNTS else learned(run)
        words.append(f"{TITLES[name]} {count:,}")
    return f"Parameters: {', '.join(words)}."


def beside_description(runs, sequence=0, **_):
    words = []
    for run in runs.values():
        top = max(abs(float(a)) for a in run.trace.states["a"][:, sequence].ravel())
        words.append(f"{run.cell.title} {told(top)}, {told(norm(run, 'a', 0))}")
    return (
        f"Largest hidden state of sequence {sequence + 1} and gradient norm at the first step: "
        f"{'; '.join(words)}."
    )


def opened_description(runs, **_):
    words = [f"{run.cell.title} {told(norm(run, 'a', 0))}" for run in runs.values()]
    return f"Gradient norm at the first step: {', '.join(words)}."


def opened_title(runs, **_):
    first = next(iter(runs.values()))
    return f"{TITLES[first.cell.name]}: each gate held open, one at a time"


def path_description(run, sequence=0, **_):
    shares = components(run, sequence)
    return (
        f"Path of the hidden state over {run.trace.T_x} steps; two components hold "
        f"{sum(shares[:2]):.0%} of its variance."
    )


def components(run, sequence):
    """Shares of the variance of one sequence's states, the largest first, by their covariance."""
    a = run.trace.states["a"][:, sequence].astype(float)
    centred = a - a.mean(axis=1, keepdims=True)
    values = np.linalg.eigvalsh(centred @ centred.T)
    return sorted((max(0.0, v) / (sum(values) or 1.0) for v in values), reverse=True)


def itemised_description(run, norms, apart, **_):
    rows = [t for t in range(run.trace.T_x) if run.losses[t]]
    losses = "loss" if len(rows) == 1 else "losses"
    top = max(float(one) for row in norms for one in row)
    return (
        f"Norms of the gradients of {len(rows)} {losses}; the largest is 10^{math.log10(top):.2f}."
    )


def singular_description(run, values, some, **_):
    tops = [max(map(float, row)) for row in values]
    return f"The largest singular value lies between {told(min(tops))} and {told(max(tops))}."


def band_description(runs, bands, seeds=20, **_):
    words, silent = [], []
    for name, run in runs.items():
        each = norms_of_seeds(run.experiment, seeds)
        words.append(f"{TITLES[name]} {told(median([norms[0] for norms in each]))}")
        if few := [norms for norms in each if 0.0 in norms]:
            last = max(len(norms) - norms[::-1].index(0.0) for norms in few)
            silent.append(
                f"{TITLES[name]}: {len(few)} of {len(each)} seeds have a gradient of exactly 0 "
                f"from t = {last} back, and no part in its band."
            )
    return " ".join([f"Median norm at the first step: {', '.join(words)}.", *silent])


def norms_of_seeds(experiment, seeds):
    """||dL/da|| at each step, of each seed from the experiment's own on, run one by one."""
    each = (rnnviz.run(replace(experiment, seed=experiment.seed + n)) for n in range(seeds))
    return [[norm(run, "a", t) for t in range(run.trace.T_x)] for run in each]


def percentile(ordered, share):
    """The share's place among ordered numbers, between the two nearest of them."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (place - low) * (ordered[high] - ordered[low]))


def band_title(runs, bands, seeds=20, **_):
    return f"Over {seeds} seeds: median, and 10 to 90 % as a band"


TITLES_OF = {
    "step-flow": flow_title,
    "states-overview": lambda run, **_: f"{TITLES[run.cell.name]}: what each unit holds over time",
    "gates-overview": lambda run, **_: f"{TITLES[run.cell.name]}: when each gate opens",
    "gradients-norms": lambda run, **_: (
        f"{TITLES[run.cell.name]}: how strongly each step is felt by the loss"
    ),
    "compare-band": band_title,
    "workshop-opened": opened_title,
}
DESCRIPTIONS = {
    "states-trajectory": path_description,
    "gradients-itemised": itemised_description,
    "gradients-singular_values": singular_description,
    "compare-band": band_description,
    "step-flow": flow_description,
    "states-overview": states_description,
    "states-saturation": saturation_description,
    "gates-overview": gates_description,
    "gates-saturation": stuck_description,
    "gates-memory": memory_description,
    "gradients-norms": norms_description,
    "compare-states": compare_description,
    "compare-norms": compare_norms_description,
    "compare-parameters": parameters_description,
    "workshop-beside": beside_description,
    "workshop-opened": opened_description,
}


# -- the equations with numbers --------------------------------------------------------------------


def latex(value):
    """Four digits; a negative number stands in brackets."""
    text = f"{abs(value):.4g}"
    head, _, power = text.partition("e")
    text = rf"{head} \times 10^{{{int(power)}}}" if power else head
    return f"(-{text})" if math.copysign(1, value) < 0 else text


def substituted(run, t, sequence, unit):
    """Every gate's value from its weighted sum, and every state from the cell's own template."""
    trace, names = run.trace, {}
    for name, state in trace.states.items():
        before = trace.initial[name][unit, sequence] if t == 0 else state[unit, sequence, t - 1]
        names |= {name: state[unit, sequence, t], f"{name}_prev": before}
    names |= {name: gate[unit, sequence, t] for name, gate in trace.gates.items()}
    walk = walked(run, t, sequence)
    names |= {f"z_{name}": z[unit, sequence, t] for name, z in trace.preactivations.items()}
    sums = {gate.name: gate.letter for gate in run.cell.gates if gate.letter in walk.taken}
    names |= {f"z_{name}": walk.taken[letter][unit] for name, letter in sums.items()}
    names |= {name: run.params[name][unit, 0] for name in run.cell.derived.vectors}
    letters = re.findall(r"^\s*(\w+) =", run.cell.text, re.MULTILINE)
    names = {letter: walk.known[letter][unit] for letter in letters} | names
    templates = {equation.defines: equation.numbers for equation in run.cell.equations}
    gates = {gate.letter: gate for gate in run.cell.gates}
    lines = []
    for letter in letters:
        if letter in templates:
            filled = re.sub(r"\{([\w -]+)\}", lambda m: latex(names[m[1]]), templates[letter])
            left, _, right = filled.partition(" = ")
            right = re.sub(r"\((\([^()]*\))\)", r"\1", right.replace("{{", "{").replace("}}", "}"))
            symbol = run.cell.letters.get(letter, letter)
            symbol += "" if letter in FIXED else "_t"
            lines.append(f"{symbol} = {right} = {bare(left)}")
            continue
        gate = gates[letter]
        z = latex(names[f"z_{gate.name}"])
        call = {"sigmoid": r"\sigma", "tanh": r"\tanh"}.get(gate.squash)
        inner = z if z.startswith("(") else f"({z})"
        value = latex(names[gate.name]) if call else ""
        lines.append(f"{gate.symbol}_t = {call}{inner} = {bare(value)}" if call
                     else f"{gate.symbol}_t = {bare(z)}")  # fmt: skip
    return lines


FIXED = ("D", "r")  # lines of parameters alone: they bear no time


def walked(run, t, sequence):
    """The step by hand, number by number: what each letter and each weighted sum comes to."""
    trace, known = run.trace, {"x": run.trace.x[:, sequence, t].tolist()}
    for name, state in trace.states.items():
        before = trace.initial[name][:, sequence] if t == 0 else state[:, sequence, t - 1]
        known[f"{name}_prev"] = before.tolist()
    known |= {name: run.params[name].tolist() for name in run.cell.draws}
    walk = hand.Walk(known, trace.n_a, run.cell.activation)
    walk.lines(run.cell.text)
    return walk


def bare(text):
    return text[1:-1] if text.startswith("(") else text


def together(runs, sequence=0):
    most = max(
        abs(float(run.gradients.state(state)[t, unit, sequence]))
        for run in runs
        for state in run.cell.states
        for t in range(run.trace.T_x + 1)
        for unit in range(run.trace.n_a)
    )
    told = []
    for run in runs:
        name = "c" if "c" in run.cell.states else "a"
        felt, fades = run.gradients.states[name][:, sequence], ""
        for t in range(run.trace.T_x):
            if all(abs(float(one)) * 1e6 < most for one in felt[:, t]):
                fades = f"fades out at t = {t + 1}"
        first, last = size(felt[:, 0]), size(felt[:, -1])
        share = f"{said(first / last)} {'of' if first <= last else 'times'} it at t = 1"
        of = f"the {run.cell.title}'s {name}"
        told.append(f"{of} **{fades or 'stays lit to t = 1'}** ({share})")
    return f"Watch the gradients walk back from t = {run.trace.T_x}: {'; '.join(told)}."
