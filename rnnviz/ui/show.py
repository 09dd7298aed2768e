"""What stands on a page: pictures with their text alternative, tables, snippets, warnings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import partial

import pandas as pd
import streamlit as st

from rnnviz.core.experiment import Experiment
from rnnviz.core.prose import no_gradient, no_states
from rnnviz.core.types import Run
from rnnviz.export.catalogue import Picture
from rnnviz.export.dress import footer, signed
from rnnviz.figures import sheet
from rnnviz.figures.columns import columns as behind_of
from rnnviz.ui import drawn, saving
from rnnviz.ui.chart import chart
from rnnviz.ui.page import large, settle
from rnnviz.ui.proof import proof as prove


def mode() -> str:
    """ "light" or "dark", as the browser shows the page."""
    return "dark" if st.context.theme.type == "dark" else "light"


def picture(
    figure: Callable,
    *arguments,
    place: str = "",
    of: Sequence[Experiment] | str = (),
    proof: tuple = (),
    **choices,
) -> None:
    """Call a function of rnnviz.figures in the page's mode, draw what it returns, to be saved, and
    what it was checked against.

    The first picture of a page comes after its controls, so that it also settles the link. `place`
    tells apart two pictures of one kind. The footer of what is saved names the experiments of the
    Runs among the arguments; or `of`, where it is others, or none but words. `proof` is given to
    the checks in place of the arguments where those do not say enough.
    """
    settle()
    name = f"{figure.__module__.rsplit('.', 1)[-1]}-{figure.__name__}"
    words = signed(of) if isinstance(of, str) else footer(*(of or _experiments(arguments)))
    one = Picture(f"{name}{place}", partial(figure, *arguments, **choices), words)
    drawn.keep(one)
    fig = one.draw(mode=mode())
    if large():
        fig = sheet.enlarged(fig)
    asked = chart(fig, one.name, mode(), saving.missing() is None)
    if asked is not None:
        saving.save(one, one.name, asked)
    given, chosen = (proof, {}) if proof else (arguments, choices)
    prove(name, *given, place=place, **chosen)


def _experiments(arguments: tuple) -> list[Experiment]:
    """Those of the Runs among some arguments, one by one or by cell."""
    found = []
    for argument in arguments:
        several = argument.values() if isinstance(argument, Mapping) else (argument,)
        found += [run.experiment for run in several if isinstance(run, Run)]
    return found


def folded(label: str) -> "st.delta_generator.DeltaGenerator":
    """A closed drawer; `if drawer.open` guards what is dear to compute until somebody looks."""
    return st.expander(label, key=f"drawer {label}", on_change="rerun")


def table(columns: Mapping | list[Mapping], name: str) -> None:
    """The exact numbers of the page's main picture, or of another one, folded away, to download."""
    drawer = folded("The exact numbers")
    if not drawer.open:
        return
    frame = pd.DataFrame(columns)
    others = {one.name: one for one in drawn.so_far()[1:]}
    with drawer:
        if others:
            titles = {key: one.draw(mode=mode()).layout.title.text for key, one in others.items()}
            chosen = st.selectbox(
                "Of", ["", *others], format_func=lambda key: titles.get(key, "the main picture"),
                key=f"table {name}",
            )  # fmt: skip
            if chosen in others:
                name, behind = chosen, behind_of(others[chosen].draw(mode=mode()))
                frame = pd.DataFrame({key: pd.Series(values) for key, values in behind.items()})
        st.dataframe(frame, hide_index=True)
        st.download_button(
            "Download as CSV", frame.to_csv(index=False), f"rnnviz-{name}.csv", "text/csv"
        )


def python(experiment: Experiment, call: str, setup: tuple[str, ...] = ()) -> None:
    """The same in Python: lines that run as they stand and end in the page's figure."""
    drawer = folded("The same in Python")
    if drawer.open:
        drawer.code(snippet(experiment, call, setup), language="python")


def snippet(experiment: Experiment, call: str, setup: tuple[str, ...] = ()) -> str:
    """The lines themselves; `call` is an expression over `run` and what `setup` defines."""
    default = Experiment()
    given = {f.name: getattr(experiment, f.name) for f in fields(Experiment)}
    shown = ("cell", "seed", "n_x", "n_a", "n_y", "m", "T_x")
    words = ", ".join(
        f"{name}={value!r}"
        for name, value in given.items()
        if name in shown or value != getattr(default, name)
    )
    lines = ["import rnnviz", "from rnnviz import figures", ""]
    lines += [f"experiment = rnnviz.Experiment({words})", "run = rnnviz.run(experiment)", *setup]
    return "\n".join([*lines, f"fig = {call}", "fig.show()"])


def broken(*runs: Run) -> None:
    """One sentence for each run that left the finite numbers; the cell's name where they differ."""
    for run in runs:
        sentence = overflow(run)
        if sentence:
            st.warning(f"{run.cell.title}: {sentence}" if len(runs) > 1 else sentence)


def overflow(run: Run) -> str:
    """Where a run left the finite numbers, and what is drawn nevertheless; or nothing."""
    most = f"what {run.experiment.dtype} can hold"
    if reason := no_states(run):
        before = "The pictures show what there is" if run.trace.finite_steps else "There is nothing"
        return f"Numbers grow beyond {most}: {reason}. {before} before."
    if reason := no_gradient(run):
        return f"On its way back from the last step the gradient grows beyond {most}: {reason}."
    return ""
