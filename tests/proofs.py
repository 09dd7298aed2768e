"""Every check of an experiment, by the name of the picture under which it stands."""

import rnnviz
from rnnviz.core import dynamics
from rnnviz.core.checks import Check, pictures


def everything(experiment: rnnviz.Experiment) -> dict[str, list]:
    """All verdicts on a run, and on the same of all cells side by side."""
    done, e = rnnviz.run(experiment), experiment
    steps, some, lag = dynamics.itemised_steps(done), dynamics.jacobian_steps(done), e.T_x // 2
    sequence = e.m - 1
    values = dynamics.singular_values(done, sequence, some)
    size = done.gradients.param_norm
    clip = size / 3 if 0 < size < float("inf") else 1.0
    found = {
        "player": pictures.player(done, sequence),
        "step-flow": pictures.step_flow(done, e.T_x - 1, sequence, e.n_a - 1),
        "states-overview": pictures.states_overview(done, sequence),
        "states-trajectory": pictures.states_trajectory(done, sequence),
        "states-saturation": pictures.states_saturation(done),
        "gates-overview": pictures.gates_overview(done, sequence),
        "gates-saturation": pictures.gates_saturation(done),
        "gates-memory": pictures.gates_memory(done) if done.cell.memory else [],
        "gradients-norms": pictures.gradients_norms(done, None, clip),
        "gradients-itemised": pictures.gradients_itemised(
            done, dynamics.itemised(done, steps, lag), steps, lag
        ),
        "gradients-singular_values": pictures.gradients_singular_values(
            done, values, some, sequence
        ),
        "compare-parameters": pictures.compare_parameters({e.cell: done}),
        "compare-norms": pictures.compare_norms({e.cell: done}),
        "compare-states": pictures.compare_states({e.cell: done}, sequence),
    }
    if e.T_x <= 100:
        seeds = [min(e.seed, 2**32 - 3) + i for i in range(3)]
        bands = {e.cell: rnnviz.run_many(e, seeds).gradients.norms["a"]}
        found["compare-band"] = pictures.compare_band(e, bands)
    return found


def red(found: dict[str, list]) -> list[tuple]:
    """The checks that disagree, with the picture's name."""
    return [
        (name, one)
        for name, rows in found.items()
        for one in rows
        if isinstance(one, Check) and not one.passed
    ]
