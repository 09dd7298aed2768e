"""The film of a training shows the record's own numbers, frame by frame."""

import numpy as np
import pytest
from PIL import Image, ImageColor

from rnnviz import ExperimentError
from rnnviz.__main__ import main
from rnnviz.core.training import Settings, Training
from rnnviz.export.film.duel import DuelLearning, Side
from rnnviz.export.film.learning import RATE, SIZE, STAYS, Learning, film
from rnnviz.export.film.training_jobs import Asked, Folder, _make
from rnnviz.figures import theme
from rnnviz.tasks import TASKS
from rnnviz.tasks.find import Asked as TaskAsked
from rnnviz.tasks.runs import carry_out, prepared


@pytest.fixture(scope="module")
def one():
    training = Training(TASKS["adding"], Settings(cell="gru", units=6, steps=12, updates=35))
    for _ in training.run():
        pass
    return training


def near(picture, place, colour):
    """Whether a pixel at a place, or one beside it, has a colour or nearly."""
    x, y = (round(float(number)) for number in place)
    wanted = np.array(ImageColor.getrgb(colour))
    some = np.asarray(picture)[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3).astype(int)
    return bool((np.abs(some - wanted).max(axis=1) < 40).any())


@pytest.mark.parametrize("mode", theme.MODES)
def test_a_picture_draws_the_loss_so_far_and_the_eigenvalues_of_its_update(one, mode):
    drawing, frames = Learning(one, "Adding", 1 / 6, mode), one.record.frames
    blue, loss = theme.MODES[mode].lines["blue"], np.log10(one.record.loss)
    low, high = np.floor(min(loss.min(), -1)), np.ceil(max(loss.max(), np.log10(1 / 6)))
    for k, update in enumerate(frames.updates):
        picture = drawing.picture(k)
        assert picture.size == SIZE
        for n in (1, update, len(loss)):  # the box of the loss: 520 by 220 pixels from (90, 350)
            if n == 0:
                continue
            place = (90 + 520 * n / len(loss), 350 - 220 * (loss[n - 1] - low) / (high - low))
            assert near(picture, place, blue) == (n <= max(update, 1)), (update, n)
        for value in one.eigenvalues(k):  # the unit circle: 230 / 3 pixels
            if abs(value) < 1.4:
                assert near(picture, (980 + 230 / 3 * value.real, 545 - 230 / 3 * value.imag), blue)


def test_a_film_has_a_picture_a_frame_and_stays_at_the_last(one, tmp_path):
    film(Learning(one, "Adding", 1 / 6), tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as read:
        durations = []
        for k in range(read.n_frames):
            read.seek(k)
            durations.append(read.info["duration"])
    count = len(one.record.frames.rows)
    assert len(durations) == count and sum(durations) == 1000 / RATE * (count - 1 + STAYS)


@pytest.mark.parametrize("mode", theme.MODES)
def test_a_duels_picture_draws_every_loss_so_far(mode):
    sides = []
    for cell in ("rnn", "gru"):
        each = []
        for seed in (1, 2, 3):
            settings = Settings(cell=cell, units=4, steps=6, batch=4, updates=45, seed=seed)
            one = Training(TASKS["adding"], settings)
            list(one.run())
            each.append(one)
        sides.append(Side(cell, cell, each))
    drawing = DuelLearning(sides, "Adding", 1 / 6, mode)
    assert drawing.updates == list(range(46)) and drawing.count == 46
    losses = [one.record.loss for side in sides for one in side.each]
    means = [[np.mean(one[max(0, n - 10) : n]) for n in range(1, 46)] for one in losses]
    every = np.log10([*np.ravel(means), 1 / 6])
    low, high = np.floor(every.min()), max(np.ceil(every.max()), np.floor(every.min()) + 1)
    for k in (1, 17, 45):
        picture = drawing.picture(k)
        assert picture.size == SIZE
        for n, side in enumerate(sides):  # the box: 1140 by 260 pixels from (90, 390)
            colour = theme.line(side.hue, mode)["color"]
            for update in (9, 16, 44):
                for mean in means[3 * n : 3 * n + 3]:
                    height = (np.log10(mean[update - 1]) - low) / (high - low)
                    place = (90 + 1140 * update / 45, 390 - 260 * height)
                    if update <= k and side is sides[-1]:  # the last one lies over the others
                        assert near(picture, place, colour), (k, update)
            beyond = np.asarray(picture)[133:387, 90 + round(1140 * (k + 1) / 45) + 2 : 1226]
            wanted = np.array(ImageColor.getrgb(colour))
            apart = np.abs(beyond.astype(int) - wanted).max(axis=-1)
            assert not (apart < 8).any(), (k, side.name)


def test_a_duel_is_filmed_by_its_job(tmp_path):
    names = []
    for cell in ("rnn", "gru"):
        settings = Settings(cell=cell, units=4, steps=6, batch=4, updates=12)
        folder = prepared(tmp_path / cell, TaskAsked("adding"), settings)
        carry_out(folder)
        names.append((cell.upper(), cell, [str(folder.path)]))
    asked = Asked(names[0][2][0], 12, "gif", "dark", names)
    folder = Folder.create(tmp_path / "films", asked._asdict(), "0badcafe")
    _make(folder)
    assert folder.progress()["state"] == "done"
    with Image.open(folder.file) as read:
        assert read.n_frames == 13 and read.size == SIZE


def test_what_cannot_be_filmed_is_a_sentence(one, tmp_path):
    with pytest.raises(ExperimentError, match="format of the film must be"):
        film(Learning(one, "Adding", 1 / 6), tmp_path / "film.doc")
    fresh = Training(TASKS["adding"], one.settings)
    with pytest.raises(ExperimentError, match="must have made an update"):
        film(Learning(fresh, "Adding", 1 / 6), tmp_path / "film.gif")


def test_one_that_ended_at_a_nan_is_filmed(tmp_path):
    settings = Settings(cell="rnn", units=6, steps=12, updates=40, rate=100.0, clip=0.0,
                        optimiser="sgd")  # fmt: skip
    broken = Training(TASKS["adding"], settings)
    for _ in broken.run():
        pass
    assert broken.fault
    film(Learning(broken, "Adding", 1 / 6), tmp_path / "film.webp")
    assert (tmp_path / "film.webp").stat().st_size


def test_the_command_films(tmp_path, capsys):
    words = "train --task parity --cell rnn --units 4 --steps 5 --updates 12 --out".split()
    path = tmp_path / "film.apng"
    assert main([*words, str(tmp_path / "there"), "--film", str(path)]) == 0
    assert path.read_bytes()[:4] == b"\x89PNG" and str(path) in capsys.readouterr().out
