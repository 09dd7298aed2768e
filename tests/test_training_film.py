"""The film of a training shows the record's own numbers, frame by frame."""

import numpy as np
import pytest
from PIL import Image, ImageColor

from rnnviz import ExperimentError
from rnnviz.__main__ import main
from rnnviz.core.training import Settings, Training
from rnnviz.export.film.learning import RATE, SIZE, STAYS, Learning, film
from rnnviz.figures import theme
from rnnviz.tasks import TASKS


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
        for value in frames.rows[k]["eigenvalues"]:  # the unit circle: 230 / 3 pixels
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
