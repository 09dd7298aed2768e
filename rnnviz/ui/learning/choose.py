"""What is trained: the task, the cell, how long and how; all of it one word of the link."""

from dataclasses import replace
from typing import Any, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rnnviz.core.cells import CELLS
from rnnviz.core.cells.own import NAME, own
from rnnviz.core.errors import ExperimentError
from rnnviz.core.glossary import told
from rnnviz.core.settings import SETTINGS
from rnnviz.core.training import OPTIMISERS, SCHEDULES, Settings
from rnnviz.tasks import TASKS, Task
from rnnviz.tasks.find import COLUMNS, Asked, names
from rnnviz.tasks.runs import plan as plans
from rnnviz.tasks.runs.plan import MOST, OWN, Plan
from rnnviz.ui import controls
from rnnviz.ui.controls.choices import title_of
from rnnviz.ui.learning import sides, table
from rnnviz.ui.letters import letter_by_letter

_VIEWS = {"one": "One network", "duel": "A duel", "mistake": "A mistake"}
_OPTIMISERS = {"adam": "Adam", "rmsprop": "RMSProp", "sgd": "SGD with momentum"}


class Chosen(NamedTuple):
    """What was chosen, the task of it, the user's file, and the row for the buttons."""

    plan: Plan
    task: Task
    data: bytes | None
    row: DeltaGenerator


def choose() -> Chosen | None:
    """Draw the controls; None where a task needs a file that is not there yet."""
    origin, equations = controls.own_equations()
    before, problems = plans.read(controls.word("training"), equations, origin)
    for problem in problems:
        st.warning(f"{letter_by_letter(problem)}.")
    with st.sidebar:
        asked, data = _task(before)
        before = _brought(before, asked)
        settings, is_own = _network(before, asked, (origin, equations))
        with st.expander("How it learns"):
            settings = _how(settings, before.view == "duel")
    row = st.container(horizontal=True, vertical_alignment="center", key="training-row")
    view = row.segmented_control(
        "What to watch", list(_VIEWS), format_func=_VIEWS.__getitem__, required=True,
        key=controls.field("view", before.view), label_visibility="collapsed", width="content",
    )  # fmt: skip
    chosen = replace(before, asked=asked, settings=settings, own=is_own, view=view or "one")
    if chosen.view == "duel":
        chosen = sides.of_cells(chosen)
    ready = sides.of_mistake(chosen) if chosen.view == "mistake" else chosen
    chosen = ready or chosen
    controls.say("training", "" if chosen == Plan() else plans.written(chosen))
    if asked.name == COLUMNS and data is None:
        st.info("Send a CSV on the left: rows are steps, the last column is what is to come out.")
        return None
    if ready is None:
        return None
    try:
        task = asked.task(data)
        task.batch(plans.FIRST_KEY, 2, settings.steps)
    except ExperimentError as error:
        st.error(f"{str(error).partition(' (--')[0]}.")
        return None
    return Chosen(chosen, task, data, row)


def _task(before: Plan) -> tuple[Asked, bytes | None]:
    name = controls.menu(
        "Task", names(), format_func=lambda one: TASKS[one].title if one in TASKS else "Your CSV",
        key=controls.field("task", before.asked.name), help=told("task"),
    )  # fmt: skip
    if name == COLUMNS:
        return table.asked()
    asked = Asked(name)
    if name == "echo":
        key = controls.field("delay", before.asked.delay)
        delay = st.number_input("Delay in steps", 1, 100, key=key, help=told("delay"))
        asked = replace(asked, delay=int(delay))
    st.caption(TASKS[name].sentence)
    return asked, table.text() if name == "characters" else None


def _brought(before: Plan, asked: Asked) -> Plan:
    """With the settings that another task brings along, but for those that somebody changed."""
    if asked.name == before.asked.name:
        return before
    left, now, settings = plans.usual(before.asked), plans.usual(asked), before.settings
    brought = {n: now[n] for n in plans.USUAL if getattr(settings, n) == left[n]}
    if before.own:
        brought.pop("cell", None)
    for name, value in brought.items():
        controls.put(name, value)
    return replace(before, settings=replace(settings, **brought))


def _network(before: Plan, asked: Asked, mine: tuple[str, str]) -> tuple[Settings, bool]:
    origin, equations = mine
    cells = [*CELLS, *([OWN] if equations else [])]
    title = own(equations, origin).title if equations else NAME
    cell = controls.menu(
        "Cell", cells, format_func=lambda one: title if one == OWN else title_of(one),
        key=controls.field("cell", OWN if before.own else before.settings.cell), help=told("cell"),
    )  # fmt: skip
    values: dict[str, Any] = {"cell": cell, "equations": ""}
    if cell == OWN:
        values = {"cell": origin, "equations": equations}
    settings = before.settings
    steps = settings.steps if asked.name == before.asked.name else _usual(asked)
    least = TASKS[asked.name].least if asked.name in TASKS else 2
    for name, label, low, value, term in (
        ("units", "Units", 1, settings.units, "width"),
        ("steps", _length(asked), least, max(least, steps), "task-steps"),
    ):
        key = controls.field(f"{name}_{asked.name}" if name == "steps" else name, value)
        values[name] = st.slider(label, low, MOST[name], key=key, help=told(term))
    for name, label, low, high, term in (
        ("updates", "Updates", 1, MOST["updates"], "updates"),
        ("seed", "Seed", *SETTINGS["seed"].bounds, "seed"),
    ):
        key = controls.field(name, getattr(settings, name))
        values[name] = int(st.number_input(label, low, high, key=key, help=told(term)))
    return replace(settings, **values), cell == OWN


def _usual(asked: Asked) -> int:
    return min(TASKS[asked.name].steps, MOST["steps"]) if asked.name in TASKS else 20


def _length(asked: Asked) -> str:
    return (TASKS[asked.name].length_is if asked.name in TASKS else "steps").capitalize()


def _titled(name: str) -> str:
    return _OPTIMISERS.get(name, name)


def _how(settings: Settings, several: bool) -> Settings:
    """Whatever else it learns by; a cell alone that keeps no memory has no gate for a bias."""
    keeps = several or settings.cell_object.memory is not None
    values: dict[str, Any] = {}
    for name, label, options in (
        ("optimiser", "Optimiser", OPTIMISERS),
        ("schedule", "Learning rate over time", SCHEDULES),
        ("dtype", "Numbers", SETTINGS["dtype"].choices),
    ):
        key = controls.field(name, getattr(settings, name))
        values[name] = controls.menu(
            label, list(options), format_func=_titled, key=key, help=told(name)
        )
    for name, label, low, high, step, term in (
        ("rate", "Learning rate", 0.0, 10.0, 0.001, "training-rate"),
        ("forget_bias", "Forget bias", *SETTINGS["forget_bias"].bounds, 0.5, "forget_bias"),
        ("clip", "Clip the gradient's norm at (0: not)", 0.0, 1000.0, 0.1, "training-clip"),
        ("decay", "Weight decay", 0.0, 1.0, 0.001, "training-decay"),
    ):
        key = controls.field(name, float(getattr(settings, name)))
        values[name] = st.number_input(
            label, low, high, step=step, format="%g", key=key, help=told(term),
            disabled=name == "forget_bias" and not keeps,
        )  # fmt: skip
    key = controls.field("truncation", settings.truncation)
    values["truncation"] = int(
        st.number_input("Cut the way back every (0: nowhere)", 0, MOST["steps"], key=key,
                        help=told("truncation"))
    )  # fmt: skip
    return replace(settings, **values)
