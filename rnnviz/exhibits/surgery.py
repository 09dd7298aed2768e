"""Dynamics: what would have happened? A run that is interfered with, beside the true one."""

from collections.abc import Mapping

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.checks import Unchecked, Verdict
from rnnviz.core.checks.check import compare, epsilon
from rnnviz.core.checks.forward import by_hand
from rnnviz.core.dynamics import PUSH, Surgery
from rnnviz.core.errors import ExperimentError, check_bounds, check_choice, shown
from rnnviz.core.phrases import number
from rnnviz.core.types import Pass
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Item, line, log_line, on, steps, upright
from rnnviz.exhibits.within import within_reach
from rnnviz.figures import surgery as figures

PUSHED, SILENT = "push", "silence"
PLACE = 80  # behind all others: its controls stand above it
_FEWEST = 12  # steps
_ENTRIES = 16_000_000  # of the Jacobians of one sequence
_HELD = ("0", "0.5", "1")  # what a menu offers to hold a gate at; any number between may be said
_FAR = 60.0  # a pre-activation at which a sigmoid is 1 to the last bit
States = Mapping[str, np.ndarray]


def done_to(run: Pass) -> dict[str, str]:
    """What may be done to a run, as a menu says it: a push, a unit silenced, a gate held."""
    held = {
        f"{letter}-{value}": f"{title} {value}"
        for letter, title in held_at(run).items()
        for value in _HELD
    }
    return {PUSHED: "Every state pushed a little", SILENT: "The unit silenced"} | held


def held_at(run: Pass) -> dict[str, str]:
    """Gates that can be held at any number from 0 to 1, by their letters, as a menu says it."""
    return {
        gate.letter: f"{gate.name.capitalize()} gate held at"
        for gate in run.cell.shown_gates
        if gate.squash == "sigmoid" and gate.bias and gate.letter
    }


def _named(run: Pass, surgery: str) -> str:
    """What is done, as a menu says it. Raises ExperimentError on what cannot be done."""
    letter, _, value = surgery.rpartition("-")
    if surgery not in done_to(run) and letter in held_at(run):
        try:
            number_held = float(value)
        except ValueError:
            number_held = np.nan
        if not 0 <= number_held <= 1:
            raise ExperimentError(
                f"a gate must be held at a number from 0 to 1, got {shown(value)}"
            )
        return f"{held_at(run)[letter]} {number_held:g}"
    check_choice("surgery", surgery, done_to(run))
    return done_to(run)[surgery]


def operable(run: Pass) -> bool:
    """Whether a run is long enough, finite, and small enough for its Jacobians."""
    entries = run.trace.T_x * (run.trace.n_a * len(run.cell.states)) ** 2
    return entries <= _ENTRIES and within_reach(run, _FEWEST)


def push(run: Pass) -> dict[str, np.ndarray]:
    """The push (n_a,) of each state: drawn, `PUSH` as large as the states are on average."""
    random, every = np.random.RandomState(0), [run.trace.states[n] for n in run.cell.states]
    mean = np.mean([np.square(one, dtype=float).mean() for one in every])
    scale = PUSH * (float(np.sqrt(mean)) or 1.0)
    return {name: scale * random.standard_normal(run.trace.n_a) for name in run.cell.states}


def counterfactual(
    run: Pass, surgery: str = PUSHED, since: int | None = None, sequence: int = 0, unit: int = 0
) -> tuple[States, np.ndarray, str, int]:
    """The states that follow, how far a push goes at the rate of the window's own exponent (T_x,)
    (NaN of what is no push), what is done, and from which step (from 1) on."""
    what, T_x = _named(run, surgery), run.trace.T_x
    since = max(1, T_x // 3) if since is None else since
    check_bounds("since", since, 1, T_x)
    rate = np.full(T_x, np.nan)
    if surgery == PUSHED:
        pushed = push(run)
        one = Surgery(since, push=pushed)
        unseen = run.trace.n_a if run.cell.derived.only_shown else 0  # a that no step looks at
        J = dynamics.jacobians(run, sequence, range(since - 1, T_x)).astype(float)
        first = dynamics.spectrum([J[:, unseen:, unseen:]], first=1).exponents[0]
        size = float(np.sqrt(sum(np.square(p).sum() for p in pushed.values())))
        with np.errstate(all="ignore"):
            rate[since - 1 :] = size * np.exp(first * np.arange(1, T_x - since + 2))
    elif surgery == SILENT:
        one = Surgery(since, ablated=(unit,))
    else:
        letter, _, value = surgery.rpartition("-")
        one = Surgery(since, hold={letter: float(value)})
    return dynamics.operated(run, one), rate, what, since


def counterfactual_marks(
    run: Pass, after: States, rate: np.ndarray, what: str, begun: int, sequence=0, unit=0
) -> list[Item]:
    """Both states of the unit, and the distance of all states, step by step."""
    t, apart = steps(run.trace.T_x), dynamics.distance(run, after)[sequence]
    states = [one["a"][unit, sequence] for one in (run.trace.states, after)]
    marks = on(
        (figures.TIME, f"a of unit {unit + 1}"),
        line(states[0], t, "a", name=figures.AS_IT_WAS),
        line(states[1], t, 2, name=figures.AS_IT_IS),
    )
    far = [log_line(apart, t, 2, name=figures.AS_IT_IS)]
    if np.isfinite(rate).any():
        far.append(log_line(rate, t, "x", name=figures.RATE))
    return [*marks, *on((figures.TIME, figures.APART), *far), upright(begun)]


def counterfactual_checks(
    run: Pass, after: States, rate: np.ndarray, what: str, begun: int, sequence=0, unit=0
) -> list[Verdict]:
    """The first and the last step of what follows, by hand; of a gate that is held with weights
    that hold it."""
    kind = next((word for word, title in done_to(run).items() if title == what), "")
    params = {name: np.asarray(param, float) for name, param in run.params.items()}
    for gate in run.cell.shown_gates:
        title = held_at(run).get(gate.letter)
        if title and gate.bias and what.startswith(f"{title} "):
            params |= {name: 0 * params[name] for name in gate.weights}
            params[gate.bias] = 0 * params[gate.bias] + _logit(float(what.rpartition(" ")[2]))
    computed, expected, size = [], [], 1.0
    for t in {begun - 1, run.trace.T_x - 1}:
        told = after if t >= begun else run.trace.states
        before = {n: told[n][:, sequence, t - 1] if t else run.trace.initial[n][:, sequence]
                  for n in run.cell.states}  # fmt: skip
        before = {name: state.astype(float) for name, state in before.items()}
        if kind == PUSHED and t == begun - 1:
            before = {n: s + push(run)[n] for n, s in before.items()}
        if kind == SILENT:
            before = {n: np.where(np.arange(len(s)) == unit, 0, s) for n, s in before.items()}
        given = {name: state.tolist() for name, state in before.items()}
        x = run.trace.x[:, sequence, t].astype(float).tolist()
        try:
            numbers, grown = by_hand(run.cell, params, given, x)
        except (ValueError, KeyError, OverflowError, SyntaxError) as error:
            return [Unchecked("two steps", str(error))]
        for name in run.cell.states:
            due = np.array(numbers[name])
            expected.append(
                np.where(np.arange(len(due)) == unit, 0, due) if kind == SILENT else due
            )
            computed.append(after[name][:, sequence, t])
        size = max(size, grown)
    sums = run.trace.n_a + run.trace.n_x + 1
    allowed = 64 * sums * epsilon(run) * size * max(1.0, np.abs(np.concatenate(expected)).max())
    source = "the cell's equations, by hand"
    return [compare("two steps of what follows", np.array(computed), np.array(expected), allowed,
                    source)]  # fmt: skip


def _logit(value: float) -> float:
    """The pre-activation at which a sigmoid has the value."""
    with np.errstate(divide="ignore"):
        return float(np.clip(np.log(value) - np.log1p(-value), -_FAR, _FAR))


def counterfactual_caption(
    run: Pass, after: States, rate: np.ndarray, what: str, begun: int, sequence=0, unit=0
) -> str:
    """How far the states are apart at first and at last, beside what the exponent says."""
    apart = dynamics.distance(run, after)[sequence]
    first, last = float(apart[begun - 1]), float(apart[-1])
    told = f"{what} from t = {begun} on"
    if not apart.any():
        return f"{told}: nothing changes, to the last bit."
    told += f", the states are {number(first)} apart after that step and {number(last)} at the last"
    if not np.isfinite(rate).any():
        return f"{told}. That is one intervention: others may do what this unit or gate does."
    count = run.trace.T_x - begun + 1
    size = float(np.sqrt(sum(np.square(p).sum() for p in push(run).values())))
    grown = "−∞" if not last else number(float(np.log(last / size)) / count)
    exponent = float(np.log(rate[-1] / size)) / count if rate[-1] > 0 else -np.inf
    return (
        f"{told}: it goes by **{grown}** a step, and the exponent of the same {count} steps is "
        f"{number(exponent)}. A push in another direction goes otherwise for a while."
    )


def _lines(run: Pass, surgery: str = PUSHED, since: int | None = None, sequence: int = 0,
           unit: int = 0) -> tuple[str, ...]:  # fmt: skip
    given = {"surgery": surgery, "since": since, "sequence": sequence, "unit": unit}
    words = ", ".join(f"{name}={value!r}" for name, value in given.items())
    return (
        "from rnnviz.exhibits.surgery import counterfactual",
        f"computed = counterfactual(run, {words})",
    )


register(
    Exhibit(
        page="Dynamics",
        place=PLACE,
        figure=figures.counterfactual,
        compute=counterfactual,
        marks=counterfactual_marks,
        checks=counterfactual_checks,
        caption=counterfactual_caption,
        fits=operable,
        setup=_lines,
        call="run, *computed",
    )
)
