"""What is written around a film's pictures: title, names, scales, time axis, footer."""

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from rnnviz.core.prose import no_gradient, no_states
from rnnviz.export.dress import footer
from rnnviz.export.film import canvas, rows

if TYPE_CHECKING:
    from rnnviz.export.film.scene import Box, Scene


def head(scene: "Scene", picture: Image.Image) -> None:
    """Title, what is seen, which way time runs."""
    em, ink, way = scene.em, scene.ink, scene.way
    title = f"{scene.run.cell.title}: {way} through time"
    canvas.text(picture, (1.6 * em, 2.7 * em), title, 1.7 * em, ink.text, weight=600, serif=True)
    place = (1.6 * em, 4.5 * em)
    canvas.text(picture, place, _subtitle(scene), em, ink.quiet)
    arrow = "forward →" if way == "forward" else "← backward"
    place = (picture.width - 1.6 * em, 4.5 * em)
    canvas.text(picture, place, arrow, em, ink.quiet, align="right")
    left, top = scene.boxes[0][:2]
    y, small = top - 0.55 * em, 0.78 * em
    canvas.text(picture, (left - 0.5 * em, y), "unit", small, ink.quiet, align="right")
    place = (picture.width - 1.6 * em, y)
    words = f"unit {scene.film.unit + 1} now"
    canvas.text(picture, place, words, small, ink.quiet, align="right")


def _subtitle(scene: "Scene") -> str:
    sequence = f"sequence {scene.film.sequence + 1} of {scene.run.experiment.m}"
    if scene.way == "forward":
        return f"What each unit holds at each step; {sequence}"
    where = "every step" if scene.run.experiment.loss.endswith("every") else "the last step"
    return f"How the loss at {where} is felt by each state before it; {sequence}"


def beside(scene: "Scene", picture: Image.Image, row: rows.Row, box: "Box") -> None:
    """A row's name, its units, the chosen one's mark, its line and its scale."""
    em, ink = scene.em, scene.ink
    left, top, right, bottom = box
    middle, tall, small = (top + bottom) / 2, bottom - top, 0.72 * em
    words, colour = {"align": "right", "anchor": "m"}, scene.line(row.hue)["colour"]
    place = (left - 2.3 * em, middle)
    canvas.text(picture, place, row.title, em, colour, weight=500, **words)
    if row.per_unit and scene.way == "forward":
        sample(scene, picture, row.hue, middle)
    n, taken = len(row.numbers), []
    own = (scene.film.unit,) if row.per_unit else ()
    for unit in (*own, 0, n - 1, *(range(n) if n < 4 else ())):
        y = top + (unit + 0.5) * tall / n
        y = min(max(y, top + 0.36 * small), bottom - 0.36 * small)
        if any(abs(y - other) < 0.8 * small for other in taken):
            continue
        taken.append(y)
        place, colour = (left - 0.75 * em, y), ink.now if unit in own else ink.quiet
        canvas.text(picture, place, str(unit + 1), small, colour, **words)
    if row.per_unit:
        y, reach = top + (scene.film.unit + 0.5) * tall / n, 0.26 * em
        tip = left - 0.15 * em
        mark = [(tip - 0.4 * em, y - reach), (tip, y), (tip - 0.4 * em, y + reach)]
        canvas.polygon(picture, mark, ink.now)
    _scale(scene, picture, row, (right, top, bottom))


def _scale(scene: "Scene", picture: Image.Image, row: rows.Row, place: tuple[int, ...]) -> None:
    """The colours from one limit to the other, beside the row."""
    right, top, bottom = place
    em, tall = scene.em, bottom - top
    wide, x = max(3, round(0.45 * em)), right + round(0.55 * em)
    low, high = row.limits
    values = high * np.linspace(1, low / high, tall)[:, None].repeat(wide, 1)
    colours = rows.coloured(values, row.limits, scene.film.theme)
    picture.paste(Image.fromarray(colours), (x, top))
    small = 0.72 * em
    if tall > 1.9 * small:
        low, high = map(rows.short, row.ends)
        for words, y in ((high, top + 0.36 * small), (low, bottom - 0.36 * small)):
            place = (x + wide + 0.35 * em, y)
            canvas.text(picture, place, words, small, scene.ink.quiet, anchor="m")


def sample(scene: "Scene", picture: Image.Image, hue: str, y: float) -> None:
    """A piece of a quantity's line, beside the number that stands at the right."""
    em, start = scene.em, scene.panel_box[2] + 4.4 * scene.em
    around = (int(start - em), int(y - em), int(start + 3 * em), int(y + em))
    ends = np.array([[start, y], [start + 2.1 * em, y]])
    canvas.curve(picture, around, ends, **scene.line(hue))


def below(scene: "Scene", picture: Image.Image) -> None:
    """The axis of time."""
    em, ink = scene.em, scene.ink
    left, _, right, bottom = scene.panel_box
    pen, y = ImageDraw.Draw(picture), bottom + 0.28 * em
    room = max(2, int((right - left) / (3.2 * em)))
    for t in ticks(scene.T_x, room):
        x = float(scene.middle(t - 1))
        pen.line((x, bottom, x, y), ink.quiet, max(1, round(em / 20)))
        place = (x, bottom + 1.15 * em)
        canvas.text(picture, place, str(t), 0.85 * em, ink.quiet, align="middle")
    place = ((left + right) / 2, bottom + 2.35 * em)
    canvas.text(picture, place, "time step *t*", em, ink.text, align="middle")


def foot(scene: "Scene", picture: Image.Image) -> None:
    """What makes the run again, and what the reader must know about it."""
    em = scene.em
    y, small, quiet = picture.height - 1.2 * em, 0.78 * em, scene.ink.quiet
    words = footer(scene.run.experiment)
    remark = _remark(scene)
    room = picture.width - 5 * em - canvas.length(remark, small)
    fits = small * min(1, room / canvas.length(words, small))
    canvas.text(picture, (1.6 * em, y), words, fits, quiet)
    place = (picture.width - 1.6 * em, y)
    canvas.text(picture, place, remark, small, quiet, align="right")


def _remark(scene: "Scene") -> str:
    backward = scene.way == "backward"
    if reason := no_states(scene.run) or (backward and no_gradient(scene.run)):
        return reason
    every = scene.T_x / (scene.panel_box[2] - scene.panel_box[0])
    if every > 1:
        return f"one step in {every:.1f} is drawn at this width"
    return f"d*L* in colour: a log scale of {rows.DECADES} decades" if backward else ""


def ticks(most: int, room: int) -> list[int]:
    """Round numbers from 1 to `most`, at most about `room` of them."""
    if most <= room:
        return list(range(1, most + 1))
    power = 10 ** int(np.log10(most / room))
    step = next(power * k for k in (1, 2, 5, 10, 20) if most / (power * k) <= room)
    found = [1, *range(step, most + 1, step)]
    return [t for t in found if t == 1 or t - 1 > 0.5 * step]
