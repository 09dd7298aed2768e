"""What is written around a film's pictures: title, names, scales, time axis, footer."""

import numpy as np
from PIL import Image

from rnnviz.core.phrases import no_gradient, no_states
from rnnviz.exhibits.footer import footer
from rnnviz.export.film import canvas, rows
from rnnviz.export.film.geometry import Box
from rnnviz.export.film.view import View
from rnnviz.export.sheet import Sheet


def heading(view: View, picture: canvas.Picture) -> None:
    """Title, what is seen, which way time runs."""
    em, ink, way = view.geometry.em, view.ink, view.way
    title = f"{view.run.cell.title}: {way} through time"
    place = (view.geometry.margin, 2.7 * em)
    canvas.text(picture, place, title, 1.7 * em, ink.text, weight=600, serif=True)
    place = (view.geometry.margin, 4.5 * em)
    canvas.text(picture, place, _subtitle(view), em, ink.quiet)
    arrow = "forward →" if way == "forward" else "← backward"
    place = (view.geometry.right_edge, 4.5 * em)
    canvas.text(picture, place, arrow, em, ink.quiet, align="right")


def columns(view: View, picture: canvas.Picture) -> None:
    """What stands over the rows' numbers, at their left and at their right."""
    em, ink = view.geometry.em, view.ink
    left, top = view.geometry.boxes[0][:2]
    y, small = top - 0.55 * em, 0.78 * em
    canvas.text(picture, (left - 0.5 * em, y), "unit", small, ink.quiet, align="right")
    place = (view.geometry.right_edge, y)
    words = f"unit {view.film.unit + 1} now"
    canvas.text(picture, place, words, small, ink.quiet, align="right")


def counter(view: View, picture: canvas.Picture, t: int) -> None:
    """Which step (from 0) it is, and of how many."""
    em, ink, right = view.geometry.em, view.ink, view.geometry.right_edge
    of = f" of {view.geometry.T_x}"
    canvas.text(picture, (right, 2.7 * em), of, 1.1 * em, ink.quiet, align="right")
    place, words = (right - canvas.length(of, 1.1 * em), 2.7 * em), f"*t* = {t + 1}"
    canvas.text(picture, place, words, 1.7 * em, ink.now, weight=600, align="right")


def _subtitle(view: View) -> str:
    sequence = f"sequence {view.film.sequence + 1} of {view.run.experiment.m}"
    unit, alone = f"unit {view.film.unit + 1}", view.film.picture == "diagram"
    sequence += {"tape": "", "both": f"; the diagram is of {unit}", "diagram": f", {unit}"}[
        view.film.picture
    ]
    if view.way == "forward":
        what = "What every box and wire carries" if alone else "What each unit holds"
        return f"{what} at each step; {sequence}"
    where = "every step" if view.run.experiment.objective.every else "the last step"
    by = "every box of the cell" if alone else "each state before it"
    return f"How the loss at {where} is felt by {by}; {sequence}"


def row_labels(view: View, picture: canvas.Picture, row: rows.Row, box: Box) -> None:
    """A row's name, its units, the chosen one's mark, its line and its scale."""
    em, ink = view.geometry.em, view.ink
    left, top, right, bottom = box
    middle, tall, small = (top + bottom) / 2, bottom - top, 0.72 * em
    place, colour = (left - 2.3 * em, middle), view.line(row.hue)["colour"]
    canvas.text(picture, place, row.title, em, colour, weight=500, align="right", anchor="m")
    if row.per_unit and view.way == "forward":
        line_sample(view, picture, row.hue, middle)
    n = len(row.numbers)
    taken: list[float] = []
    own = (view.film.unit,) if row.per_unit else ()
    for unit in (*own, 0, n - 1, *(range(n) if n < 4 else ())):
        y = top + (unit + 0.5) * tall / n
        y = min(max(y, top + 0.36 * small), bottom - 0.36 * small)
        if any(abs(y - other) < 0.8 * small for other in taken):
            continue
        taken.append(y)
        place, colour = (left - 0.75 * em, y), ink.now if unit in own else ink.quiet
        canvas.text(picture, place, str(unit + 1), small, colour, align="right", anchor="m")
    if row.per_unit:
        y, reach = top + (view.film.unit + 0.5) * tall / n, 0.26 * em
        tip = left - 0.15 * em
        mark = [(tip - 0.4 * em, y - reach), (tip, y), (tip - 0.4 * em, y + reach)]
        canvas.polygon(picture, mark, ink.now)
    _scale(view, picture, row, (right, top, bottom))


def _scale(view: View, picture: canvas.Picture, row: rows.Row, place: tuple[int, int, int]) -> None:
    """The colours from one limit to the other, beside the row."""
    right, top, bottom = place
    em, tall = view.geometry.em, bottom - top
    wide, x = max(3, round(0.45 * em)), right + round(0.55 * em)
    low, high = row.limits
    values = high * np.linspace(1, low / high, tall)[:, None].repeat(wide, 1)
    colours = rows.coloured(values, row.limits, view.film.theme)
    if isinstance(picture, Sheet):
        picture.block(colours[:, :1], (x, top, x + wide, bottom))
    else:
        picture.paste(Image.fromarray(colours), (x, top))
    small = 0.72 * em
    if tall > 1.9 * small:
        left, reach = x + wide + 0.35 * em, 0.36 * small
        for end, y in zip(row.ends, (bottom - reach, top + reach), strict=True):
            canvas.text(picture, (left, y), rows.short(end), small, view.ink.quiet, anchor="m")


def line_sample(view: View, picture: canvas.Picture, hue: str, y: float) -> None:
    """A piece of a quantity's line, beside the number that stands at the right."""
    em = view.geometry.em
    start = view.geometry.panel[2] + 4.4 * em
    box = (int(start - em), int(y - em), int(start + 3 * em), int(y + em))
    ends = np.array([[start, y], [start + 2.1 * em, y]])
    canvas.curve(picture, box, ends, **view.line(hue))


def time_axis(view: View, picture: canvas.Picture) -> None:
    """The axis of time."""
    em, ink = view.geometry.em, view.ink
    left, _, right, bottom = view.geometry.panel
    y = bottom + 0.28 * em
    room = max(2, int((right - left) / (3.2 * em)))
    for t in ticks(view.geometry.T_x, room):
        x = float(view.geometry.middle(t - 1))
        canvas.segment(picture, (x, bottom, x, y), ink.quiet, max(1, round(em / 20)))
        place = (x, bottom + 1.15 * em)
        canvas.text(picture, place, str(t), 0.85 * em, ink.quiet, align="middle")
    place = ((left + right) / 2, bottom + 2.35 * em)
    canvas.text(picture, place, "time step *t*", em, ink.text, align="middle")


def foot_line(view: View, picture: canvas.Picture) -> None:
    """What makes the run again, and what the reader must know about it."""
    em = view.geometry.em
    y, small, quiet = picture.height - 1.2 * em, 0.78 * em, view.ink.quiet
    words = footer(view.run.experiment)
    remark = _remark(view)
    room = picture.width - 5 * em - canvas.length(remark, small)
    fits = small * min(1, room / canvas.length(words, small))
    canvas.text(picture, (view.geometry.margin, y), words, fits, quiet)
    place = (view.geometry.right_edge, y)
    canvas.text(picture, place, remark, small, quiet, align="right")


def _remark(view: View) -> str:
    backward = view.way == "backward"
    if reason := no_states(view.run) or (backward and no_gradient(view.run)):
        return reason
    left, _, right, _ = view.geometry.panel
    every = view.geometry.T_x / (right - left)
    if every > 1 and view.film.picture != "diagram":
        return f"one step in {every:.1f} is drawn at this width"
    return f"d*L* in colour: a log scale of {rows.DECADES} decades" if backward else ""


def ticks(most: int, room: int) -> list[int]:
    """Round numbers from 1 to `most`, at most about `room` of them."""
    if most <= room:
        return list(range(1, most + 1))
    power = 10 ** int(np.log10(most / room))
    step = next(power * k for k in (1, 2, 5, 10, 20) if most / (power * k) <= room)
    return [1, *(t for t in range(step, most + 1, step) if t - 1 > 0.5 * step)]
