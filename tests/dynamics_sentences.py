"""What the sentences of the page Dynamics must say, from the arrays of its pictures alone.

As in `sentences`, nothing of what the sentences themselves are made with is used here.
"""

import math

import numpy as np
from sentences import TITLES, listed, said

DECIDED = 0.005
EPS = float(np.finfo(float).eps)


def kind_of(point):
    """What a point is, by how many of its eigenvalues are above 1 in size."""
    sizes = [abs(complex(one)) for one in point.eigenvalues]
    above = sum(size > 1 + 1e-9 for size in sizes)
    if above:
        return "unstable" if above == len(sizes) else "saddle"
    return "neutral" if any(abs(size - 1) <= 1e-9 for size in sizes) else "stable"


def proved(point):
    """Whether Newton's method tells it from what is beside it (Kantorovich)."""
    near = min(abs(1 - complex(one)) for one in point.eigenvalues)
    return 4 * max(point.residual, EPS) <= near * near


def index_of(point):
    """The sign of det(I - J), pair by pair."""
    ratio = complex(1)
    for one in point.eigenvalues:
        ratio *= (1 - complex(one)) / abs(1 - complex(one))
    return 1 if ratio.real > 0 else -1


def plural(count, one, many):
    return f"{count} {one if count == 1 else many}"


def places(settling):
    """How many ends are slow: those below a tenth of the median step of the paths."""
    paths = settling.paths
    moves = [math.dist(paths[:, 1, k], paths[:, 0, k]) for k in range(paths.shape[2])]
    moves = sorted(move for move in moves if math.isfinite(move))
    half = len(moves) // 2
    middle = moves[half] if len(moves) % 2 else (moves[half - 1] + moves[half]) / 2
    return sum(float(speed) < 0.1 * middle for speed in settling.found.speeds)


def parts(spectrum):
    if spectrum is None:
        return "Its states overflow, so there are no exponents."
    first = float(spectrum.exponents[0])
    if not math.isfinite(first):
        return "Neighbouring states become one."
    told = f"λ₁ = {said(first)} a step over {spectrum.steps} steps"
    if abs(first) < DECIDED:
        return f"Whether neighbouring states part is **undecided**: {told}."
    return f"Neighbouring states **{'part' if first > 0 else 'come together'}**: {told}."


def portrait(run, settling, sequence=0, **_):
    """Of a drawn network without input."""
    found, title = settling.found, TITLES[run.cell.name]
    points = [one for one in found.points if proved(one)]
    flat = [one for one in found.points if not proved(one)]
    kinds = [kind_of(one) for one in points]
    front, where = f"With no input the {title}", "within what it visits, from"
    if not points:
        told = [f"{front} has **no fixed point** {where} {found.starts} starts."]
        told = [f"{front} stands **at a border**."] if flat else told
    else:
        each = [
            f"{kinds.count(kind)} {kind}{'s' * (kind == 'saddle' and kinds.count(kind) > 1)}"
            for kind in ("stable", "neutral", "saddle", "unstable")
            if kind in kinds
        ]
        if len(points) == 1:
            each = ["it is a saddle" if kinds == ["saddle"] else f"it is {kinds[0]}"]
        count = plural(len(points), "fixed point", "fixed points")
        told = [f"{front} has **{count}** {where} {found.starts} starts: {listed(each)}."]
    if flat:
        near = min(abs(1 - complex(one)) for point in flat for one in point.eigenvalues)
        ends = "1 search ends" if len(flat) == 1 else f"Searches end at {len(flat)} places"
        told.append(
            f"{ends} where the state stays up to rounding, and whether that is one point or many "
            f"cannot be told (|1 − λ| = {said(near, 2)})."
        )
    if slow := places(settling):
        told.append(
            plural(slow, "place is slow, and not", "places are slow, and none is") + " fixed."
        )
    if found.beyond:
        ended = plural(found.beyond, "search", "searches")
        verb = "is" if found.beyond == 1 else "are"
        told.append(f"{ended} ended beyond its reach and {verb} left out.")
    total = sum(index_of(one) for one in points)
    if points and total != 1:
        told.append(
            f"Their indices add up to {said(total)}, which of a complete set is 1: some are "
            "missing, or out of reach."
        )
    if "neutral" in kinds:
        told.append("At a neutral point a small distance stays as it is: the border itself.")
    told += [parts(settling.exponents), *_plane(settling, points, kinds, sequence)]
    return " ".join(told)


def _plane(settling, points, kinds, sequence):
    """What the plane is, where there is one of two numbers or through three points."""
    N, shaded = settling.of.N, "Shaded: at which stable point a state there comes to rest."
    if N == 2:
        return [shaded] if kinds.count("stable") > 1 else []
    flat = [f"Drawn are two of {N} directions: what meets here may be far apart."] if N > 2 else []
    if sorted(kinds) != ["saddle", "stable", "stable"]:
        return flat
    first, second = (p.state for p, kind in zip(points, kinds, strict=True) if kind == "stable")
    saddle = points[kinds.index("saddle")].state
    basis = np.stack([second - first, saddle - first], axis=1)
    (Q, _), along = np.linalg.qr(basis), (second - first) / np.linalg.norm(second - first)
    across = (saddle - first) - along * (along @ (saddle - first))
    if np.linalg.norm(across) < 0.02 * np.linalg.norm(second - first):
        return flat
    away = settling.visited[:, :, sequence] - first[:, None]
    apart = np.linalg.norm(away - Q @ (Q.T @ away), axis=0)
    return [
        "Drawn is the plane through the three points; other states are moved straight onto it, "
        f"those of this run by {said(np.median(apart[np.isfinite(apart)]))} (median). {shaded}"
    ]


def exponents(run, settling, **_):
    spectrum = settling.exponents
    if spectrum is None:
        return parts(spectrum)
    every = [float(one) for one in spectrum.exponents]
    above = sum(one > DECIDED for one in every)
    told = f"{above} of {len(every)} exponents, means along one path, are above {DECIDED}"
    gone = sum(one == -math.inf for one in every)
    told += f"; {gone} directions vanish in a step" if gone else ""
    if len(every) < run.trace.n_a * len(run.cell.states):
        return f"{told}; of so many states only the first are computed."
    total, k = 0.0, 0
    while k < len(every) and total + every[k] >= 0:
        total, k = total + every[k], k + 1
    dimension = k + total / abs(every[k]) if k < len(every) else float(k)
    return f"{told}; the Kaplan-Yorke dimension is {said(dimension)}."


def convergence(run, settling, **_):
    spectrum, parting = settling.exponents, settling.parting
    if spectrum is None:
        return ""
    if parting != parting:
        return (
            "The state stands on a corner, as that of a ReLU, where neighbours on either side part "
            "at another rate: there is no second estimate."
        )
    if math.isinf(parting):
        return "Two trajectories become one: there is no second estimate."
    return (
        f"The level is λ₁ by two neighbouring trajectories, {said(parting)}, which need no "
        "Jacobian. All are of one path: elsewhere states may part otherwise."
    )


def life_of(curve):
    """The lag at which it is first at half of what it begins with, by equal factors between."""
    curve = [float(one) for one in curve]
    if not 0 < curve[0] < math.inf:
        return math.nan
    for k, value in enumerate(curve):
        if value <= curve[0] / 2:
            if value <= 0:
                return float(k)
            before = curve[k - 1] / curve[0]
            return k - 1 + math.log(before / 0.5) / math.log(before / (value / curve[0]))
    return math.inf


def half_lives(run, curves, **_):
    def steps(life):
        if life != life:
            return "no time that could be told"
        lags = len(curves[0]) - 1
        return f"**more than {lags} steps**" if life == math.inf else f"**{said(life)} steps**"

    gradient, push, readout = map(life_of, curves)
    told = (
        f"The last loss's gradient is half as large after {steps(gradient)}; a small push is half "
        f"as large after {steps(push)}. "
    )
    if readout != readout:
        return f"{told}No linear readout tells the input here: too few steps, or nothing to tell."
    return (
        f"{told}A linear readout of the state explains {curves[2][0]:.0%} of the input's variance "
        f"as it comes in, and half of that after {steps(readout)}. It is linear: what it cannot "
        "tell may be there still, and an input that repeats itself is told without being "
        "remembered."
    )


def counterfactual(run, after, rate, what, begun, sequence=0, **_):
    """The distance over all states at two steps, and how it grew beside the exponent."""
    cell, T_x = run.cell, run.trace.T_x

    def apart(t):
        pairs = ((after[name], run.trace.states[name]) for name in cell.states)
        gaps = (one[:, sequence, t] - other[:, sequence, t] for one, other in pairs)
        return math.sqrt(math.fsum(float(gap) ** 2 for each in gaps for gap in each))

    first, last = apart(begun - 1), apart(T_x - 1)
    told = f"{what} from t = {begun} on"
    if not any(apart(t) for t in range(T_x)):
        return f"{told}: nothing changes, to the last bit."
    told += f", the states are {said(first)} apart after that step and {said(last)} at the last"
    if all(math.isnan(one) for one in rate):
        return f"{told}. That is one intervention: others may do what this unit or gate does."
    every = np.concatenate([run.trace.states[name].ravel() for name in cell.states]).astype(float)
    scale = 1e-4 * (math.sqrt((every**2).mean()) or 1.0)
    random = np.random.RandomState(0)
    drawn = [random.standard_normal(run.trace.n_a) for _ in cell.states]
    pushed, count = scale * math.sqrt(sum(float((one**2).sum()) for one in drawn)), T_x - begun + 1
    grown = said(math.log(last / pushed) / count) if last else "−∞"
    exponent = math.log(rate[-1] / pushed) / count if rate[-1] > 0 else -math.inf
    return (
        f"{told}: it goes by **{grown}** a step, and the exponent of the same {count} steps is "
        f"{said(exponent)}. A push in another direction goes otherwise for a while."
    )


def cube(run, settling, answers, **_):
    """Of a flip-flop: its points by how many directions lead away, and the corners they are at."""
    above = [sum(abs(complex(v)) > 1 + 1e-9 for v in p.eigenvalues) for p in settling.points]
    each = [
        f"{above.count(k)} " + ("stable" if not k else f"with {k} way{'s' * (k > 1)} out")
        for k in sorted({*above})
    ]
    states = [p.state for p, k in zip(settling.points, above, strict=True) if not k]
    W, b = answers.W, answers.b[:, 0]
    corners = {tuple((W @ state[: W.shape[1]] + b > 0).tolist()) for state in states}
    have = (
        "have a stable point of their own" if len(corners) != 1 else "has a stable point of its own"
    )
    share = "all" if answers.right > 0.99995 else f"{answers.right:.2%}"
    return (
        f"With no input the {answers.cell} has **{len(above)} fixed points**: {listed(each)}; "
        f"{len(corners)} of the 8 memories {have}. Of its answers on sequences that it was not "
        f"trained on, {share} are right. That is one training: another seed may leave other points."
    )


def bifurcation(run, diagram, hears="Without input", trained=False, **_):
    """At how many values of what changes all ends are one, several, or none."""
    kinds = []
    for ends in diagram.values.astype(float):
        if not np.isfinite(ends).all():
            kinds.append("overflow")
        elif max(max(each) - min(each) for each in ends) > 1e-3:
            kinds.append("moves")
        else:
            kinds.append("several" if ends.max() - ends.min() > 1e-3 else "one")
    along = diagram.along
    word = "factor" if trained else "gain"
    noun, has = (word, f"has {word}") if along == "gain" else ("value", "is")
    if along == "input":
        still = hears == "Without input"
        hears = (
            "With every input held at one value" if still else f"{hears}, made larger or smaller"
        )

    def count(kind):
        many = kinds.count(kind)
        return f"{many or 'no'} {noun}{'' if many == 1 else 's'}"

    titles = {"forget_bias": "forget bias shift" if trained else "forget bias"}
    titles |= {"input": "input size"}
    of = "" if along == "gain" else f" of {titles.get(along, along)}"
    told = (
        f"{hears}, from {diagram.starts.shape[1] // 2} random states and their opposites, "
        f"after {diagram.steps} steps: at **{count('one')}**{of} all end at one value, at "
        f"{count('several')} they end at several, and at {count('moves')} some keep moving."
    )
    if "overflow" in kinds:
        told += f" At {count('overflow')} they overflow."
    if "moves" in kinds:
        told += f" The first that moves {has} {said(diagram.gains[kinds.index('moves')])}."
    if "several" in kinds:
        first = said(diagram.gains[kinds.index("several")])
        told += f" The first with several ends {has} {first}."
    told += " Ends that none of these few starts comes to are not seen."
    if trained and along == "gain":
        told += (
            " Only at a factor of 1 is it the network that was trained: what the others do nobody "
            "has trained."
        )
    return told


def corrections(run, gains, exponents, counts, solved):
    """Newton's corrections of all steps at once."""
    when = "after" if solved[0] else "not after"
    stars = "**" if solved[0] else ""
    missed = sum(not one for one in solved)
    many = f"{missed} of {len(solved)} gains are given up" if missed else "No gain is given up"
    return (
        f"Guess all {run.trace.T_x} states at once, and correct them together by what is linear "
        f"about the guess: at this gain, where λ₁ = {said(exponents[0])}, they are right {when} "
        f"{stars}{counts[0]}{stars} corrections. {many}. Where neighbouring states come together "
        "few corrections do; where they part, errors grow as fast. It counts rounds, not seconds: "
        "each holds all Jacobians."
    )


def portrait_description(run, settling, **_):
    found = settling.found
    kinds = [kind_of(one) for one in found.points if proved(one)]
    slow = places(settling) + sum(not proved(one) for one in found.points)
    each = [
        f"{kinds.count(kind)} {kind}{'s' * (kind == 'saddle' and kinds.count(kind) > 1)}"
        for kind in ("stable", "neutral", "saddle", "unstable")
        if kind in kinds
    ]
    count = plural(len(kinds) or "no", "fixed point", "fixed points")
    told = [count, *each, *([f"{slow} slow"] if slow else [])]
    return f"State of {settling.of.N} numbers with no input: {', '.join(told)}."


def scene(run, settling, sequence=0, **_):
    """Of a drawn network without input: its points, and the variance along three directions."""
    front = portrait_description(run, settling).split("with no input: ")[1]
    turn, N = "Drag to turn it, scroll to come near.", settling.of.N
    if N == 3:
        return f"With no input: {front} Drawn are the state's three numbers as they are. {turn}"
    points = np.array([point.state for point in settling.found.points if proved(point)])
    drawn = [settling.visited[:, :, sequence], settling.paths.reshape(N, -1), *settling.ways]
    states = np.concatenate([*drawn, points.reshape(-1, N).T], axis=1)
    states = states[:, np.isfinite(states).all(0)]
    sizes = np.sort(np.linalg.eigvalsh(np.cov(states / np.abs(states).max(), bias=True)))
    share = f"{sizes[-3:].sum() / sizes.sum():.0%}"
    share = "nearly all" if share == "100%" else share
    return (
        f"With no input: {front} Drawn are three of {N} directions, with **{share}** of the "
        f"variance: what meets here may be far apart in the others. {turn}"
    )


def exponents_description(run, settling, **_):
    spectrum = settling.exponents
    every = [float(one) for one in spectrum.exponents] if spectrum else []
    finite = [one for one in every if math.isfinite(one)]
    if not finite:
        return "There are no exponents to draw."
    return f"The largest of {len(finite)} exponents is {said(finite[0])}."


CAPTIONS = {
    "dynamics-portrait": portrait,
    "dynamics-exponents": exponents,
    "dynamics-convergence": convergence,
    "memory-half_lives": half_lives,
    "surgery-counterfactual": counterfactual,
    "flip_flop-cube": cube,
    "flip_flop-other_cube": cube,
    "newton-corrections": lambda run, *arrays, **_: corrections(run, *arrays),
    "solid-portrait": scene,
}
DESCRIPTIONS = {
    "dynamics-portrait": portrait_description,
    "dynamics-exponents": exponents_description,
    "solid-portrait": portrait_description,
}
