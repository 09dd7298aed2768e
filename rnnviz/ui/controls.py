"""The controls that all pages share, the link that holds them, and each page's own choices.

The one module that touches the session and the address bar. A link that we did not write ourselves
(a deep link, a page link with words, the browser's back) is the authority; else the session is.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import streamlit as st

from rnnviz.core.cells import CELLS
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.experiment import BOUNDS, CHOICES, Experiment
from rnnviz.core.link import from_link, to_link, to_token
from rnnviz.core.series import read_csv
from rnnviz.lessons.base import Lesson, Setting

SLIDERS = {  # what a slider spans; numbers beyond are typed
    "n_x": (1, 32),
    "n_a": (1, 32),
    "n_y": (1, 32),
    "m": (1, 32),
    "T_x": (1, 200),
    "gain": (0.0, 3.0),
    "forget_bias": (-5.0, 5.0),
}
LABELS = {
    "cell": "Cell",
    "seed": "Seed",
    "n_x": "Inputs n_x",
    "n_a": "Hidden units n_a",
    "n_y": "Outputs n_y",
    "m": "Sequences m",
    "T_x": "Time steps T_x",
    "init": "Weights start as",
    "gain": "Gain of the recurrent weights",
    "forget_bias": "Forget bias",
    "signal": "Input signal",
    "loss": "Loss",
    "activation": "Activation",
    "dtype": "Numbers",
}
_OWN = ("v", "x", "lesson")  # words of a link that are no choice of a page
_ECHO = 5.0  # seconds in which an address of our own may still come back from a slow browser


@dataclass
class Store:
    """What a session keeps between reruns and pages."""

    experiment: Experiment = field(default_factory=Experiment)
    view: dict[str, str] = field(default_factory=dict)
    usual: dict[str, str] = field(default_factory=dict)  # a page's choices at their defaults
    page: str = ""
    navigation: object = None  # the row above the picture, until it is filled
    redraw: bool = False  # in this rerun the widgets take their values from here
    written: list[tuple[float, dict[str, str]]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    settings: dict[str, Setting] = field(default_factory=dict)  # by lesson
    predictions: dict[str, str] = field(default_factory=dict)  # by lesson; in no link
    lesson: dict[str, str] = field(default_factory=dict)  # the link's words to the one on the page
    opened: str = ""  # the upload that was taken over last
    adopted: bool = False  # and whether no widget shows it yet


def store() -> Store:
    """This session's store, made at its first rerun."""
    return st.session_state.setdefault("store", Store())


def experiment() -> Experiment:
    """Draw the shared controls in the sidebar; the experiment that they and the link describe."""
    kept = store()
    for problem in kept.problems:
        st.warning(problem)
    with st.sidebar:
        values = _draw(kept.experiment, kept.redraw)
    try:
        kept.experiment = Experiment(**values)
    except ExperimentError as error:
        st.error(f"{error}. The picture still shows the last experiment that could run.")
    return kept.experiment


def enter(page: str, navigation) -> None:
    """Tell which page is drawn, and read its link; on another page the widgets are new."""
    kept = store()
    moved, kept.page = kept.page != page, page
    kept.redraw = moved | _take_link(kept) | kept.adopted
    kept.adopted = False
    kept.navigation, kept.lesson = navigation, {}


def settle(pages: dict[str, str]) -> None:
    """Once all choices of a rerun are made: the address bar, and the links to the other pages.

    One write a rerun, and links that carry the words, so that the browser's back finds few steps.
    """
    kept = store()
    if kept.navigation is None:
        return
    words = _words(kept)
    _write_link(kept, words | kept.lesson)
    for name, script in pages.items():
        label = f"**{name}**" if name == kept.page else name
        kept.navigation.page_link(script, label=label, query_params=words)
    kept.navigation = None


def link_to(changed: dict) -> dict[str, str]:
    """The words of a link to the present experiment with some fields and choices changed."""
    kept = store()
    names = {f.name for f in fields(Experiment)}
    base = replace(kept.experiment, **{k: v for k, v in changed.items() if k in names})
    return to_link(base) | {k: str(v) for k, v in changed.items() if k not in names}


def short_link() -> dict[str, str]:
    """The words of a short link to this page as it is: what stands at its default is left out."""
    kept = store()
    view = {name: word for name, word in kept.view.items() if kept.usual.get(name) != word}
    return {"x": to_token(kept.experiment)} | view


def adopt(experiment: Experiment, upload: str) -> None:
    """Take an experiment over from an upload, once, and begin the rerun anew with it."""
    kept = store()
    if kept.opened != upload:
        kept.opened, kept.experiment, kept.adopted = upload, experiment, True
        kept.problems = []
        st.rerun()


def _take_link(kept: Store) -> bool:
    """Read the address bar where it holds something that this session did not write itself.

    In a link to a lesson the experiment is the lesson's own: see `lesson`.
    """
    words = _foreign(kept)
    if not words:
        return False
    if "lesson" not in words or kept.page != "Lessons":
        kept.experiment, kept.problems = from_link(words)
    names = {f.name for f in fields(Experiment)}
    kept.view |= {k: v for k, v in words.items() if k not in names and k.isidentifier()}
    kept.view = {k: v[:40] for k, v in list(kept.view.items())[:20] if k not in _OWN}
    return True


def _foreign(kept: Store) -> dict[str, str]:
    """The words of the address bar where this session did not write them itself, else none."""
    words = st.query_params.to_dict()
    now = time.monotonic()
    ours = [link for _, link in kept.written[-1:]]
    ours += [link for when, link in kept.written if now - when < _ECHO]
    return {} if words in ours else words


def _words(kept: Store) -> dict[str, str]:
    """The words of a link to the experiment that the pages share."""
    try:
        return to_link(kept.experiment) | kept.view
    except ExperimentError as error:
        st.sidebar.caption(f"This experiment cannot be linked: {error}.")
        return {}


def _write_link(kept: Store, words: dict[str, str]) -> None:
    # Noted before it is sent: the next move of a slider may end this rerun at any call of st,
    # and an address that only the browser knows would undo that move.
    kept.written = [*kept.written[-30:], (time.monotonic(), words)]
    if st.query_params.to_dict() != words:
        st.query_params.from_dict(words)


# -- lessons: an experiment of their own, and what was predicted -----------------------------------


def lesson(lessons: Mapping[str, Lesson]) -> Lesson | None:
    """The lesson that the link names, its setting taken from the link; None where there is none.

    The experiment that the other pages share stays as it is.
    """
    kept = store()
    word, words = st.query_params.get("lesson", ""), _foreign(kept)
    found = lessons.get(word)
    if found is None:
        if words:
            kept.experiment, kept.problems = from_link(words)
        if word:
            names = ", ".join(lessons)
            st.warning(f"lesson must be one of {names}, got {shown(word)}. Choose one here.")
        return None
    if words or word not in kept.settings:
        kept.settings[word] = found.at(words)
    kept.lesson = kept.settings[word].words | {"lesson": word}
    return found


def setting(name: str) -> Setting:
    """Where the student has moved an open lesson's controls."""
    return store().settings[name]


def move(found: Lesson, words: Mapping[str, str]) -> None:
    """Set some of an open lesson's controls, in the words of a link; none brings back its own."""
    kept = store()
    kept.settings[found.name] = (
        found.changed(kept.settings[found.name], words) if words else found.own
    )


def predict(name: str, word: str) -> None:
    """Keep what was predicted in a lesson, for this session alone."""
    store().predictions.setdefault(name, word)


def predicted(name: str) -> str | None:
    """What was predicted in a lesson; None before that."""
    return store().predictions.get(name)


# -- the widgets ---------------------------------------------------------------------------------


def _key(name: str, value, redraw: bool) -> str:
    """The widget's key, its value put in place where the session forgot it or a link changed it."""
    key = f"control_{name}"
    if redraw or key not in st.session_state:
        st.session_state[key] = value
    return key


def _draw(kept: Experiment, redraw: bool) -> dict:
    values = {f.name: getattr(kept, f.name) for f in fields(Experiment)}

    def menu(name, entries, titles):
        key = _key(name, values[name], redraw)
        values[name] = st.selectbox(LABELS[name], entries, format_func=titles.get, key=key)

    def number(name, exact=False, disabled=False):
        low, high = SLIDERS.get(name, BOUNDS[name])
        key = _key(name, values[name], redraw or disabled)
        wide = exact or name not in SLIDERS or not low <= st.session_state[key] <= high
        if wide:
            step = 1 if isinstance(low, int) else 0.1
            values[name] = st.number_input(
                LABELS[name], *BOUNDS[name], step=step, key=key, disabled=disabled
            )
        else:
            values[name] = st.slider(LABELS[name], low, high, key=key, disabled=disabled)

    menu("cell", list(CELLS), {name: cell.title for name, cell in CELLS.items()})
    cell = CELLS[values["cell"]]
    number("seed")
    exact = st.session_state.get("control_exact", False)
    csv = values["signal"] == "csv" and bool(values["series"])
    for name in ("n_a", "T_x", "m", "n_x", "n_y"):
        number(name, exact, disabled=csv and name in ("n_x", "T_x"))
    number("gain", exact)
    if cell.memory is not None:
        number("forget_bias", exact)
    if cell != cell.with_activation("relu"):
        menu("activation", list(CHOICES["activation"]), {a: a for a in CHOICES["activation"]})
    titles = {name: _title(name) for choices in CHOICES.values() for name in choices}
    menu("loss", list(CHOICES["loss"]), titles)
    with st.expander("Advanced"):
        menu("init", list(CHOICES["init"]), titles)
        st.caption(CHOICES["init"][values["init"]])
        menu("signal", list(CHOICES["signal"]), titles)
        st.caption(CHOICES["signal"][values["signal"]])
        _draw_series(values, redraw)
        menu("dtype", list(CHOICES["dtype"]), titles)
        st.toggle("Type numbers instead of sliding", key="control_exact", value=exact)
    return values


def _draw_series(values: dict, redraw: bool) -> None:
    """The upload of a CSV, which sets n_x and T_x; without one the signal stays what it was."""
    if values["signal"] != "csv":
        values["series"] = ()
        return
    # A key by what was opened last: the series of a capsule is not put back by an older CSV.
    kind, key = ["csv", "txt"], f"csv_{store().opened}"
    file = st.file_uploader("CSV: rows are time steps, columns are inputs", type=kind, key=key)
    if file is not None:
        try:
            values["series"] = read_csv(file.getvalue())
        except ExperimentError as error:
            st.error(f"{shown(file.name)}: {error}")
    if values["series"]:
        values["T_x"], values["n_x"] = len(values["series"]), len(values["series"][0])
        st.caption(f"{values['T_x']} steps of {values['n_x']} inputs are in use.")
    else:
        values["signal"] = "gaussian"
        st.caption("Until a file is here, the Gaussian signal runs.")


def _title(name: str) -> str:
    words = {
        "cross_entropy_last": "cross-entropy, last step",
        "cross_entropy_every": "cross-entropy, every step",
        "upstream_last": "given gradient, last step",
        "upstream_every": "given gradient, every step",
        "csv": "your own CSV",
    }
    return words.get(name, name)


# -- a page's own choices --------------------------------------------------------------------------


def choose(name: str, label: str, low, high, default, step=None):
    """A slider of the page itself, part of the link; drawn only where there is a choice."""
    kept, value = store(), chosen(name, low, high, default)
    key = f"choice_{kept.page}_{name}"
    if kept.redraw or key not in st.session_state:
        st.session_state[key] = value
    st.session_state[key] = min(max(st.session_state[key], low), high)
    if low < high:
        value = st.slider(label, low, high, step=step, key=key)
    kept.view[name], kept.usual[name] = str(value), str(default)
    return value


def switch(name: str, label: str, place=st, **more) -> bool:
    """A toggle that is part of the link of every page; off unless the link says 1."""
    kept, key = store(), f"choice_{name}"
    if kept.redraw or key not in st.session_state:
        st.session_state[key] = word(name) == "1"
    on = place.toggle(label, key=key, **more)
    say(name, "1" if on else "")
    return on


def chosen(name: str, low, high, default):
    """A number of this page's link within its bounds, where the page draws no slider for it."""
    kept, kind = store(), type(default)
    try:
        value = kind(kept.view.get(name, default))
    except ValueError:
        value = default
    value = min(max(value, low), high) if value == value else default
    kept.view[name] = str(value)
    return value


def hear(key: str, numbers: tuple[str, ...], words: dict[str, tuple[str, ...]]) -> None:
    """Put what a component's trigger `chosen` said into this page's link.

    `numbers` count from 0 there and from 1 in the link; `words` may be one of those given. Anything
    else is not ours, and is left out.
    """
    said = st.session_state.get(key, {}).get("chosen")
    if not isinstance(said, dict):
        return
    for name in numbers:
        if type(said.get(name)) is int and 0 <= said[name] < 10**6:
            say(name, str(said[name] + 1))
    for name, choices in words.items():
        if said.get(name) in choices:
            say(name, said[name])


def word(name: str) -> str:
    """A word of this page's link, such as the runs that it shows; "" where there is none."""
    return store().view.get(name, "")


def say(name: str, value: str) -> None:
    """Put a word into this page's link, or take it out ("")."""
    view = store().view
    view.pop(name, None)
    if value:
        view[name] = value


def options(name: str, label: str, entries: list, default: list) -> list:
    """Several of some entries (numbers from 1), as part of the link."""
    kept = store()
    words = kept.view.get(name, "").split("-")
    chosen = [int(w) for w in words if w.isascii() and w.isdigit() and int(w[:6]) in entries]
    key = f"choice_{kept.page}_{name}"
    if kept.redraw or key not in st.session_state:
        st.session_state[key] = chosen or default
    st.session_state[key] = [e for e in st.session_state[key] if e in entries] or default
    picked = st.multiselect(label, entries, key=key, max_selections=8) or default
    kept.view[name], kept.usual[name] = ("-".join(map(str, one)) for one in (picked, default))
    return picked


def sequence(run) -> int:
    """The sequence to look at, from 0; shown from 1."""
    return choose("sequence", "Sequence", 1, run.experiment.m, 1) - 1


def unit(run) -> int:
    """The unit to look at, from 0; shown from 1."""
    return choose("unit", "Unit", 1, run.experiment.n_a, 1) - 1


def time_step(run) -> int:
    """The time step to look at, from 0; shown from 1."""
    return choose("t", "Time step t", 1, run.experiment.T_x, 1) - 1
