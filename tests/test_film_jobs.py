"""Films made in a worker: progress, cancel, no orphan; the command and the drawer that ask."""

import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import pick
from PIL import Image
from test_faults import Later
from test_pages import open_page

import rnnviz
from rnnviz import ExperimentError
from rnnviz.__main__ import main
from rnnviz.export.film import Film, video
from rnnviz.export.film import jobs as film_jobs
from rnnviz.export.film.jobs import Films
from rnnviz.jobs import once
from rnnviz.jobs.folder import OVER
from rnnviz.ui.cache import films

SHORT = rnnviz.Experiment(n_a=3, T_x=6, m=2)
LONG = rnnviz.Experiment(n_a=3, T_x=5000, m=2)
QUICK, SLOW = Film(height=360), Film(height=1080, pace=0.1)


def until(true, seconds=60.0):
    """Wait for something; fail where it does not come."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def over(folder):
    return folder.progress()["state"] in OVER


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    with open(f"/proc/{pid}/stat") as file:
        return file.read().split()[2] == "Z"


@pytest.fixture
def queue(tmp_path):
    """A queue of films in a folder of the test's own."""
    films = Films(tmp_path)
    yield films
    for folder in film_jobs.Folder.every(tmp_path):
        films.cancel(folder)
        until(lambda folder=folder: over(folder))


@pytest.mark.slow
def test_a_film_is_made_in_a_worker_and_found_again(queue):
    assert queue.find(SHORT, QUICK) is None
    folder = queue.submit(SHORT, QUICK)
    until(lambda: over(folder))
    assert folder.progress()["state"] == "done", folder.progress()
    with Image.open(folder.file(QUICK)) as film:
        assert film.n_frames == 12 and film.size == (640, 360)
    assert folder.asked == (SHORT, QUICK)
    assert queue.find(SHORT, QUICK) == folder == queue.submit(SHORT, QUICK)
    assert queue.find(SHORT, Film(height=360, unit=1)) is None
    folder.file(QUICK).unlink()
    assert queue.find(SHORT, QUICK) is None


@pytest.mark.slow
def test_a_film_counts_waits_and_stops_at_once(queue):
    first, second = queue.submit(LONG, SLOW), queue.submit(SHORT, QUICK)
    until(lambda: first.progress().get("done", 0) >= 2)
    progress = first.progress()
    assert progress["count"] == 10_000 and progress["pid"] != os.getpid()
    assert second.progress()["state"] == "queued" and queue.place(second) == 0
    start = time.monotonic()
    queue.cancel(first)
    until(lambda: over(first))
    assert time.monotonic() - start < 2
    assert first.progress()["state"] == "cancelled" and gone(progress["pid"])
    assert not [path for path in first.path.iterdir() if "film" in path.name]
    until(lambda: over(second))
    assert second.progress()["state"] == "done"
    again = queue.submit(LONG, SLOW)
    assert again == first and again.progress()["state"] in ("queued", "running")


@pytest.mark.slow
def test_a_killed_worker_is_shown(queue):
    folder = queue.submit(LONG, SLOW)
    until(lambda: folder.progress().get("done", 0) >= 1)
    os.kill(folder.progress()["pid"], signal.SIGKILL)
    until(lambda: over(folder))
    progress = folder.progress()
    assert progress["state"] == "failed" and "killed by signal 9" in progress["reason"]


@pytest.mark.parametrize("end", ["killed", "stopped"])
def test_a_worker_dies_with_its_server(tmp_path, end):
    source = f"""
import time
from pathlib import Path
import rnnviz
from rnnviz.export.film.choices import Film
from rnnviz.export.film.jobs import Films
folder = Films(Path({str(tmp_path)!r})).submit(rnnviz.{LONG!r}, {SLOW!r})
while not folder.progress().get("done"):
    time.sleep(0.05)
print(folder.progress()["pid"], flush=True)
input()
"""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    parent = subprocess.Popen([sys.executable, "-c", source], **pipes)
    pid = int(parent.stdout.readline())
    assert not gone(pid)
    if end == "killed":
        parent.kill()
    else:
        parent.stdin.write(b"\n")  # the program comes to its own end
    parent.stdin.close()
    parent.wait(5)
    parent.stdout.close()
    until(lambda: gone(pid), 5)
    # Another server takes over what the first one left waiting.
    (folder,) = film_jobs.Folder.every(tmp_path)
    folder.note("queued")
    queue = Films(tmp_path, Later())
    assert queue.find(LONG, SLOW).id == folder.id and list(queue.futures) == [folder.id]


def test_what_cannot_be_made_is_refused_before_it_waits(queue, monkeypatch):
    with pytest.raises(ExperimentError, match="unit must be between 1 and 3, got 6"):
        queue.submit(SHORT, Film(unit=5))
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(ExperimentError, match="mp4 needs ffmpeg"):
        queue.submit(SHORT, Film(format="mp4"))
    assert not list(queue.root.iterdir())


@pytest.mark.slow
def test_what_goes_wrong_in_the_worker_is_one_sentence(queue):
    asked = {"experiment": {"cell": "evil"}, "film": {}}
    folder = film_jobs.Folder.create(queue.root, asked)
    queue.start(folder)
    until(lambda: over(folder))
    assert folder.progress()["reason"].startswith("cell must be one of")


def test_only_the_last_films_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(once, "MOST_KEPT", 2)
    queue = Films(tmp_path)
    monkeypatch.setattr(queue, "start", lambda folder: folder.note("done"))
    for unit in (0, 1, 2):
        queue.submit(SHORT, Film(unit=unit))
    kept = {folder.asked[1].unit for folder in film_jobs.Folder.every(tmp_path)}
    assert kept == {1, 2}


# -- the command -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.webp", "a.png", "a.apng", "a.gif"])
def test_the_command_writes_a_film(tmp_path, capsys, name):
    out = tmp_path / "new" / name
    words = ["film", "--cell", "gru", "--steps", "5", "--n-a", "3", "--height", "360"]
    assert main([*words, "--direction", "backward", "--out", str(out)]) == 0
    assert capsys.readouterr().out.split() == [str(out)]
    with Image.open(out) as film:
        assert film.n_frames == 5 and film.size == (640, 360)


@pytest.mark.slow
def test_the_command_takes_a_speed_in_three_ways(tmp_path):
    words = ["film", "--steps", "8", "--n-a", "2", "--height", "360", "--direction", "forward"]
    for speed, milliseconds in (
        (("--pace", "0.5"), 8 * 500 + 1000),
        (("--frames", "5", "--rate", "10"), 8 * 500 + 1000),
        (("--seconds", "3"), 3000),
    ):
        assert main([*words, *speed, "--out", str(tmp_path / "a.webp")]) == 0
        with Image.open(tmp_path / "a.webp") as film:
            lasts = 0
            for index in range(film.n_frames):
                film.seek(index)
                film.load()
                lasts += film.info["duration"]
        assert lasts == milliseconds


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--n-a", "0"], "n_a must be between 1 and 256, got 0"),
        (["--out", "film.exe"], "format must be one of webp, apng, gif, mp4, got exe"),
        (["--out", "film"], "format must be one of webp, apng, gif, mp4, got nothing"),
        (["--format", "\x1b[31m"], "format must be one of webp, apng, gif, mp4, got ?[31m"),
        (["--sequence", "11"], "sequence must be between 1 and 10, got 11"),
        (["--unit", "0"], "unit must be a whole number between 1 and 256, got 0"),
        (["--pace", "nan"], "pace must be between 0.0002 and 60.0, got nan"),
        (["--frames", "inf"], "pace must be between 0.0002 and 60.0, got inf"),
        (["--rate", "0"], "rate must be a whole number between 1 and 50, got 0"),
        (["--seconds", "nan"], "seconds must be between 2.02 and 1800 for T_x = 50, got nan"),
        (["--seconds", "1e9"], "seconds must be between 2.02 and 1800 for T_x = 50, got 1000"),
        (["--height", "4320"], "height must be a whole number between 360 and 1080, got 4320"),
        (["--direction", "up"], "direction must be one of both, forward, backward, got up"),
        (["--theme", "pink"], "theme must be one of light, dark, got pink"),
        (["--steps", "5000", "--pace", "1"], "a film must have at most 12000 pictures"),
    ],
)
def test_the_command_refuses_in_one_sentence(tmp_path, monkeypatch, capsys, words, sentence):
    monkeypatch.chdir(tmp_path)
    assert main(["film", "--out", "film.webp", *words]) == 2
    said = capsys.readouterr().err
    assert said.startswith("rnnviz film: ") and sentence in said and said.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_the_command_without_ffmpeg_says_what_works(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert main(["film", "--out", str(tmp_path / "a.mp4")]) in (1, 2)
    assert capsys.readouterr().err == f"rnnviz film: {video.MISSING}\n"


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["film", "--steps", "3", "--out", str(tmp_path / "file" / "a.gif")]) in (1, 2)
    assert "the film cannot be written: " in capsys.readouterr().err


# -- the drawer ------------------------------------------------------------------------------------


@pytest.fixture
def step():
    """The Step page with the drawer open and a small film chosen."""
    app = open_page("pages/1_Step.py", v="2", n_a="3", T_x="6", sequence="2", unit="3")
    app.session_state["drawer Film"] = True
    app.run()
    app.selectbox(key="film size").set_value(360)
    return app.selectbox(key="film way").set_value("forward").run()


def asked_film(app):
    pace = app.number_input(key="film pace").value
    return Film(direction="forward", sequence=1, unit=2, pace=pace, height=360)


def test_the_drawer_makes_a_film_that_survives_reruns(step):
    assert not step.exception and not step.error
    assert any("Sequence 2, unit 3: 6 pictures" in caption.value for caption in step.caption)
    step.button(key="film make").click().run()
    assert not step.exception and not step.error
    experiment = rnnviz.Experiment(n_a=3, T_x=6)
    folder = films().find(experiment, asked_film(step))
    until(lambda: over(folder))
    assert folder.progress()["state"] == "done", folder.progress()
    step.run()
    assert not step.exception
    (button,) = [one for one in step.get("download_button") if "MB)" in one.label]
    assert "0." in button.label
    # Whoever opens the page anew and asks for the same, finds it.
    other = open_page("pages/1_Step.py", v="2", n_a="3", T_x="6", sequence="2", unit="3")
    assert films().find(experiment, asked_film(step)) == folder and not other.exception


@pytest.mark.slow
def test_the_drawer_follows_and_cancels(step):
    experiment = rnnviz.Experiment(n_a=3, T_x=6)
    hold = films().submit(LONG, SLOW)  # so that the next one waits
    try:
        step.selectbox(key="film format").set_value("gif").run()
        step.button(key="film make").click().run()
        assert not step.exception
        folder = films().find(experiment, Film(
            direction="forward", sequence=1, unit=2, height=360, format="gif",
            pace=step.number_input(key="film pace").value,
        ))  # fmt: skip
        assert folder.progress()["state"] == "queued"
        # Another choice does not lose sight of it.
        step.selectbox(key="film format").set_value("apng").run()
        assert step.button(key="film make")
        step.button(key=f"film cancel {folder.id}").click().run()
        until(lambda: over(folder))
        assert folder.progress()["state"] == "cancelled"
    finally:
        films().cancel(hold)
        until(lambda: over(hold))


@pytest.mark.slow
def test_the_drawer_says_what_cannot_be_filmed(step, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    step.selectbox(key="film format").set_value("mp4").run()
    step.button(key="film make").click().run()
    assert not step.exception
    assert "mp4 needs ffmpeg" in step.error[0].value


@pytest.mark.browser
def test_a_film_is_downloaded_from_the_page(browser, server, tmp_path):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{server}/Step?v=1&cell=gru&T_x=5&n_a=3")
    page.get_by_role("button", name="Film", exact=True).click(timeout=60_000)
    pick(page, "Size", "640 × 360")
    page.get_by_role("button", name="Make the film").click()
    button = page.get_by_role("button", name="Download (")
    button.wait_for(timeout=60_000)
    with page.expect_download() as caught:
        button.click()
    assert caught.value.suggested_filename == "rnnviz-gru-seed1-both.webp"
    with Image.open(caught.value.path()) as film:
        assert film.n_frames == 10 and film.size == (640, 360)
    # It plays on the page: the browser has decoded the very file.
    playing = page.locator("img[alt^='Film of the GRU']")
    playing.wait_for()
    assert playing.evaluate("image => image.decode().then(() => image.naturalWidth)") == 640
    context.close()
