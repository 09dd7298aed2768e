"""What a duel is between: cells over several seeds, or a mistake and the right gradient."""

from dataclasses import replace

import streamlit as st

from rnnviz.core.cells import CELLS
from rnnviz.core.glossary import told
from rnnviz.core.training import MISTAKES, Settings
from rnnviz.tasks.runs.plan import MOST_CELLS, MOST_SEEDS, Plan
from rnnviz.ui import controls
from rnnviz.ui.controls.choices import title_of


def of_cells(plan: Plan) -> Plan:
    """The cells, how many seeds, and whether they are given as many parameters."""
    left, middle, right = st.columns([3, 1, 2], vertical_alignment="bottom")
    cells = left.multiselect(
        "Cells", list(CELLS), format_func=title_of, max_selections=MOST_CELLS,
        key=controls.field("sides", list(plan.cells)), help=told("duel-cells"),
    )  # fmt: skip
    seeds = middle.number_input(
        "Seeds", 1, MOST_SEEDS, key=controls.field("seeds", plan.seeds), help=told("duel-seeds")
    )
    key = controls.field("matched", plan.matched)
    matched = right.toggle("As many parameters", key=key, help=told("duel-matched"))
    if len(cells) < 2:
        st.info("Choose two or three cells.")
        cells = list(plan.cells)
    return replace(plan, cells=tuple(cells), seeds=int(seeds), matched=matched)


def of_mistake(plan: Plan) -> Plan | None:
    """Which mistake; None of a cell that nobody has made one in."""
    offered = possible(plan.settings)
    if not offered:
        st.info("Mistakes are made in the RNN, LSTM and GRU: choose one of them on the left.")
        return None
    before = plan.mistake if plan.mistake in offered else offered[0]
    key = controls.field(f"mistake_{plan.settings.cell}", before)
    left, right = st.columns(2, vertical_alignment="bottom")
    mistake = left.selectbox(
        "Mistake", offered, format_func=lambda name: MISTAKES[name].title, key=key,
        help=told("mistake"),
    )  # fmt: skip
    right.caption(f"{MISTAKES[mistake].sentence[:1].upper()}{MISTAKES[mistake].sentence[1:]}.")
    return replace(plan, mistake=mistake)


def possible(settings: Settings) -> list[str]:
    """The mistakes that can be made with some settings."""
    plain = not settings.equations and settings.activation == "tanh"
    own = [n for n, one in MISTAKES.items() if one.of_gradient and settings.cell in one.cells]
    if not (plain and own):
        return []
    return [*own, *(n for n, one in MISTAKES.items() if not one.of_gradient)]
