"""Under each picture, folded away: what its numbers were checked against, for this very run."""

from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from rnnviz.core.checks import Check, Verdict, pictures
from rnnviz.core.prose import number
from rnnviz.sentiment import checks as sentiment
from rnnviz.sentiment.reading import Reading
from rnnviz.ui import cache

LABEL = "What is this checked against?"
CHECKS: Mapping[str, Callable[..., list[Verdict]]] = {  # by picture; they take what it takes
    "player": pictures.player,
    "step-flow": pictures.step_flow,
    "states-overview": pictures.states_overview,
    "states-trajectory": pictures.states_trajectory,
    "states-saturation": pictures.states_saturation,
    "gates-overview": pictures.gates_overview,
    "gates-saturation": pictures.gates_saturation,
    "gates-memory": pictures.gates_memory,
    "gradients-norms": pictures.gradients_norms,
    "gradients-itemised": pictures.gradients_itemised,
    "gradients-singular_values": pictures.gradients_singular_values,
    "compare-states": pictures.compare_states,
    "compare-norms": pictures.compare_norms,
    "compare-band": pictures.compare_band,
    "compare-parameters": pictures.compare_parameters,
    "reviews-accuracy": sentiment.accuracy,
    "reviews-distance": sentiment.distance,
    "reviews-calibration": sentiment.calibration,
    "reviews-confusion": sentiment.confusion,
}
READ: Mapping[str, Callable[[Reading], list[Verdict]]] = {  # the same of a trained model's reading
    "reviews-verdict": sentiment.verdict,
    "states-overview": sentiment.states,
    "gates-overview": sentiment.gates,
    "gradients-norms": sentiment.gradients,
}
UNCHECKED = {  # pictures that show nothing which this program computes
    "reviews-curves": "accuracy and loss as Keras reports them while it trains",
}


def proof(name: str, *given, place: str = "", **choices) -> None:
    """The drawer under the picture of that name; its checks are made once it is opened, and kept.

    `given` and `choices` are what the picture was drawn from, or what its checks take in their
    place; `place` tells apart two pictures of one kind.
    """
    read = given and isinstance(given[0], Reading)
    checks = (READ if read else CHECKS).get(name)
    if checks is None:
        return
    key = f"proof {name}{place}"
    drawer = st.expander(LABEL, key=key, type="compact", on_change="rerun")
    if not drawer.open:
        return
    with drawer, st.spinner("Checking ..", show_time=False):
        found = cache.checks(name, checks, *given, **choices)
    drawer.markdown(heading(found))
    drawer.dataframe(pd.DataFrame([row(one) for one in found]), hide_index=True)


def heading(found: tuple[Verdict, ...]) -> str:
    """ "Checked: 5 of 5", and what could not be."""
    made = [one for one in found if isinstance(one, Check)]
    passed = sum(one.passed for one in made)
    left = len(found) - len(made)
    more = f" {left} could not be checked in this run." if left else ""
    return f"**Checked: {passed} of {len(made)}** agree within their tolerance.{more}"


def row(one: Verdict) -> dict[str, str]:
    """One line of the table; the verdict is a word and a mark."""
    if not isinstance(one, Check):
        return {"verdict": "– not checked", "what": one.what, "expected from": one.reason}
    return {
        "verdict": "✓ agrees" if one.passed else "✗ disagrees",
        "what": one.what,
        "computed": number(one.computed, 8),
        "expected": number(one.expected, 8),
        "difference": number(one.error, 2),
        "tolerance": number(one.tolerance, 2),
        "expected from": one.source,
    }
