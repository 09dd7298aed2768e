"""A wrong player is seen: each deliberate mistake in its text turns the law that it breaks red.

A mistake is (file, right text, wrong text, law): a player with the wrong text is mounted, and the
law's own test is held against it. That the right text passes is that test itself.
"""

import shutil
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest
import test_player_moving as moving
import test_player_several as several
import test_player_tape as tape
from players import FOLDER, PLAYER

from rnnviz.export.modules import one_module
from rnnviz.sitemap import ROOT

pytestmark = pytest.mark.browser
CELLS = partial(
    tape.test_every_cell_of_the_tape_has_the_colour_of_the_engines_number,
    cell_and_mode=("lstm", "light"),
    direction="backward",
)
MARKS = partial(
    tape.test_the_marks_stand_at_the_unit_and_the_step, cell="lstm", direction="forward"
)
CURVE = partial(tape.test_the_curve_is_the_norm_of_the_gradient, cell="lstm")
NAMES = partial(tape.test_the_words_of_the_tape_name_rows_and_times, cell="lstm")
WORDS = partial(
    tape.test_the_players_words_are_of_this_step_unit_and_sequence, cell="lstm", direction="forward"
)
THERE = partial(moving.test_the_way_there_shows_one_step_at_every_instant, cell="lstm")
BACK = partial(moving.test_the_way_back_shows_one_step_at_every_instant, cell="lstm")
SEVERAL = partial(
    several.test_every_cell_shows_the_same_step_at_every_instant,
    cells=("rnn", "lstm"),
    way="forward",
)
ROWS = partial(several.test_the_rows_of_all_cells_are_coloured_on_one_scale, direction="backward")
FAST = partial(moving.test_no_wave_where_no_eye_would_follow_it, speed="8")

SCRIPTS, MESSAGE = "assets/player/", "rnnviz/export/player/message.py"
MUTATIONS = {
    # The tape.
    "states_one_step_off": (
        f"{SCRIPTS}data.js",
        '"gradient" ? run.after[k] : k',
        '"gradient" ? run.before[k] : k',
        CELLS,
    ),
    "gates_one_step_off": (
        f"{SCRIPTS}data.js",
        '"gradient" ? run.after[k] : k',
        '"gradient" ? run.after[k] : Math.max(0, k - 1)',
        CELLS,
    ),
    "another_class_is_likeliest": (
        f"{SCRIPTS}data.js",
        "at(y, row, k) > at(y, best, k)",
        "at(y, row, k) < at(y, best, k)",
        THERE,
    ),
    "an_input_one_step_late": (
        f"{SCRIPTS}diagram.js",
        "at(x, i, this.k)",
        "at(x, i, Math.max(0, this.k - 1))",
        THERE,
    ),
    "outputs_of_another_sequence": (
        MESSAGE,
        "trace.y[:, sequence, steps]",
        "trace.y[:, 0, steps]",
        CELLS,
    ),
    "rows_one_unit_off": (
        f"{SCRIPTS}strip.js",
        "painted[unit * count + k]",
        "painted[((unit + 1) % rows) * count + k]",
        CELLS,
    ),
    "states_in_inverted_colours": (
        f"{SCRIPTS}strip.js",
        "0.5 + value / top / 2",
        "0.5 - value / top / 2",
        CELLS,
    ),
    "gates_in_inverted_colours": (
        f"{SCRIPTS}strip.js",
        "open ? value :",
        "open ? 1 - value :",
        CELLS,
    ),
    "gradients_in_inverted_colours": (
        f"{SCRIPTS}ink.js",
        "0.5 + 0.5 * Math.sign(value)",
        "0.5 - 0.5 * Math.sign(value)",
        CELLS,
    ),
    "scales_exchanged": (
        f"{SCRIPTS}ink.js",
        "gate = ramp(ink.sequential)",
        "gate = ramp(ink.diverging)",
        CELLS,
    ),
    "reached_one_step_too_far": (
        f"{SCRIPTS}tape.js",
        "this.x(backward ? k + 1 - front",
        "this.x(backward ? k - front",
        CELLS,
    ),
    "cursor_one_step_off": (f"{SCRIPTS}tape.js", "k - 1 + front) + 0.5", "k + front) + 0.5", MARKS),
    "mark_at_another_unit": (
        f"{SCRIPTS}tape.js",
        "(unit + 0.5) * row",
        "(unit - 0.5) * row",
        MARKS,
    ),
    "times_one_off": (
        f"{SCRIPTS}labels.js",
        "`${strip.run.steps[k]}`",
        "`${strip.run.steps[k] - 1}`",
        NAMES,
    ),
    # Several cells.
    "every_cell_shows_the_first_run": (
        f"{SCRIPTS}stage.js",
        "cell.show(this.runs[i])",
        "cell.show(this.runs[0])",
        SEVERAL,
    ),
    "rows_of_the_first_run": (
        f"{SCRIPTS}strip.js",
        "this.runs[panel.run].arrays[panel.name]",
        "this.runs[0].arrays[panel.name] ?? this.run.arrays.a",
        ROWS,
    ),
    "each_cell_on_its_own_scale": (
        f"{SCRIPTS}data.js",
        'return "felt"',
        "return `felt ${run.title}`",
        ROWS,
    ),
    "states_of_each_cell_on_their_own_scale": (
        f"{SCRIPTS}data.js",
        'name) ? "held"',
        "name) ? `held ${run.title}`",
        ROWS,
    ),
    # What is sent.
    "states_of_another_sequence": (
        MESSAGE,
        "trace.state(name)[moments, :, sequence]",
        "trace.state(name)[moments, :, 0]",
        CELLS,
    ),
    "gates_of_another_sequence": (
        MESSAGE,
        "trace.gates[gate.name][:, sequence, steps]",
        "trace.gates[gate.name][:, 0, steps]",
        CELLS,
    ),
    "gradients_of_another_sequence": (
        MESSAGE,
        "run.gradients.state(name)[moments, :, sequence]",
        "run.gradients.state(name)[moments, :, 0]",
        CELLS,
    ),
    "norms_of_another_sequence": (
        MESSAGE,
        "sequence_norms[name][sequence, steps]",
        "sequence_norms[name][0, steps]",
        CURVE,
    ),
    "steps_counted_from_0": (MESSAGE, "(steps + 1).tolist()", "steps.tolist()", WORDS),
    # What is said.
    "t_one_off": (
        f"{SCRIPTS}controls.js",
        "`t = ${run.steps[clock.k]} of",
        "`t = ${run.steps[clock.k] - 1} of",
        WORDS,
    ),
    "t_one_off_in_the_sentence": (
        f"{SCRIPTS}stage.js",
        "`step ${run.steps[clock.k]} of",
        "`step ${run.steps[clock.k] - 1} of",
        WORDS,
    ),
    "values_of_the_unit_before": (
        f"{SCRIPTS}data.js",
        "array.values[unit * array.columns + column]",
        "array.values[Math.max(0, unit - 1) * array.columns + column]",
        WORDS,
    ),
    # While it moves.
    "the_wave_takes_the_whole_step": (f"{SCRIPTS}clock.js", "2 * this.front", "this.front", THERE),
    "numbers_that_are_not_there_yet": (
        f"{SCRIPTS}diagram.js",
        'reached ? short(number) : ""',
        "short(number)",
        THERE,
    ),
    "an_equation_ahead_of_its_box": (
        f"{SCRIPTS}cell.js",
        "this.diagram.reaches(node)\n        ? equationOf",
        "true\n        ? equationOf",
        THERE,
    ),
    "boxes_one_step_late": (
        f"{SCRIPTS}diagram.js",
        "const held = reached ? this.now : this.past",
        "const held = this.past ?? this.now",
        BACK,
    ),
    "boxes_in_inverted_colours": (
        f"{SCRIPTS}diagram.js",
        "pick(this.ink.signed, 0.5 + share / 2)",
        "pick(this.ink.signed, 0.5 - share / 2)",
        THERE,
    ),
    "gates_filled_on_the_way_back": (
        f"{SCRIPTS}diagram.js",
        "backward ? 0 : (number",
        "backward ? 0.5 : (number",
        BACK,
    ),
    "a_wave_at_every_speed": (
        f"{SCRIPTS}clock.js",
        "this.speed <= FASTEST_WAVE",
        "this.speed > 0",
        FAST,
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mistake_turns_its_law_red(browser, tmp_path, name):
    file, right, wrong, law = MUTATIONS[name]
    text = (ROOT / file).read_text()
    assert text.count(right) == 1, "the mistake must be made in one place"
    with pytest.raises(AssertionError):
        law(browser, with_text(file, text.replace(right, wrong), tmp_path))


def with_text(file, text, folder):
    """A player with another text in place of one of its files."""
    if file == MESSAGE:
        module = ModuleType("wrong_message")
        exec(compile(text, file, "exec"), vars(module))
        return PLAYER._replace(message=module.message)
    scripts = shutil.copytree(FOLDER, folder / "player")
    (scripts / Path(file).name).write_text(text)
    return PLAYER._replace(script=one_module(scripts / "main.js"))
