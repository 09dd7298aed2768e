"""The drawer that films a run: how, a bar while it is made, and the film."""

import base64
from html import escape

import streamlit as st

from rnnviz.core.errors import ExperimentError
from rnnviz.core.types import Run
from rnnviz.export.film.choices import BOUNDS, CHOICES, Film
from rnnviz.export.film.jobs import Folder
from rnnviz.jobs import folder as job
from rnnviz.jobs.folder import OVER
from rnnviz.jobs.once import Once
from rnnviz.ui import controls
from rnnviz.ui.cache import films
from rnnviz.ui.foot import part
from rnnviz.ui.letters import letter_by_letter
from rnnviz.ui.show import mode

_WAYS = {"both": "Forward, then back", "forward": "Forward", "backward": "Back"}
_PICTURES = {"tape": "The tape", "diagram": "The cell's diagram", "both": "Diagram and tape"}
FORMATS = {"webp": "WebP", "apng": "APNG", "gif": "GIF", "mp4": "MP4"}
KINDS = {"webp": "image/webp", "apng": "image/png", "gif": "image/gif", "mp4": "video/mp4"}
_HEIGHTS = {1080: "1920 × 1080", 720: "1280 × 720", 540: "960 × 540", 360: "640 × 360"}
_PACES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # seconds a step, to begin with
_SHOWN = 4 * 2**20  # bytes of a film that is played on the page itself


def film(run: Run, sequence: int = 0, unit: int = 0) -> None:
    """What the page shows, as a film of one sequence and unit (from 0), made in a worker."""
    place = part("Film")
    if place is None:
        return
    with place:
        asked = _choose(run, sequence, unit)
        try:
            asked.check(run.experiment)
        except ExperimentError as error:
            st.error(f"{letter_by_letter(error)}.")
            return
        _offer(run, asked)
        _follow_before(run, asked)


def _choose(run: Run, sequence: int, unit: int) -> Film:
    left, middle, right = st.columns(3)
    direction = left.selectbox("Time runs", _WAYS, format_func=_WAYS.__getitem__, key="film way")
    low, high = BOUNDS["pace"]
    pace = middle.number_input(
        "Seconds a step", low, high, _pace(run), step=0.05, format="%g", key="film pace"
    )
    kind = right.selectbox("Format", FORMATS, format_func=FORMATS.__getitem__, key="film format")
    height = left.selectbox("Size", _HEIGHTS, format_func=_HEIGHTS.__getitem__, key="film size")
    themes = CHOICES["theme"]
    theme = right.selectbox(
        "Theme", themes, index=themes.index(mode()), format_func=str.capitalize, key="film theme"
    )
    shows = middle.selectbox(
        "It shows", _PICTURES, format_func=_PICTURES.__getitem__, key="film picture"
    )
    loop = left.toggle("Again and again", value=True, key="film loop")
    return Film(
        direction=direction, sequence=sequence, unit=unit, pace=pace, height=height, theme=theme,
        format=kind, loop=loop, picture=shows,
    )  # fmt: skip


def _pace(run: Run) -> float:
    """At first, what lets one way last about ten seconds."""
    return min(_PACES, key=lambda pace: abs(pace * run.trace.T_x - 10))


def _offer(run: Run, asked: Film) -> None:
    """The button, the bar or the film: whichever this very film has come to."""
    folder = films().find(run.experiment, asked)
    state = folder.progress()["state"] if folder else ""
    if folder and state == "done":
        _give(run, asked, folder)
    elif folder and state not in OVER:
        follow(films(), folder)
    else:
        if folder and state == "failed":
            st.error(f"{letter_by_letter(folder.progress().get('reason', 'The film failed'))}.")
        shots = list(asked.shots(run.trace.T_x))
        seconds = sum(shot.ticks for shot in shots) / asked.rate
        st.caption(
            f"Sequence {asked.sequence + 1}, unit {asked.unit + 1}: {len(shots)} pictures, "
            f"{seconds:.0f} s."
        )
        if st.button("Make the film", key="film make"):
            try:
                controls.check_share(films())
                folder = films().submit(run.experiment, asked)
                controls.claim(folder)
                controls.say("film", folder.id)
            except ExperimentError as error:
                st.error(f"{letter_by_letter(error)}.")
                return
            st.rerun()


def _follow_before(run: Run, asked: Film) -> None:
    """The bar of what this session asked for before it chose otherwise, if it is still made."""
    before = films().named(controls.word("film"))
    if before and before.progress()["state"] not in OVER:
        here = films().find(run.experiment, asked)
        if before != here:
            follow(films(), before, "The film asked for before: ")


def follow(queue: Once, folder: job.Folder, title: str = "The film: ") -> None:
    """The bar of a film that is made, with the button that stops it."""

    @st.fragment(run_every=0.5)
    def live():
        progress = folder.progress()
        if progress["state"] in OVER:
            st.rerun()
        done, count = progress.get("done", 0), progress.get("count", 0)
        words = f"picture {done} of {count}" if count else "starting"
        if progress["state"] == "queued":
            ahead = queue.place(folder)
            words = f"waiting, {ahead} before it" if ahead else "waiting"
        left, right = st.columns([5, 1], vertical_alignment="center")
        left.progress(done / count if count else 0.0, title + words)
        if controls.mine(folder) and right.button("Cancel", key=f"film cancel {folder.id}"):
            queue.cancel(folder)

    live()


def _give(run: Run, asked: Film, folder: Folder) -> None:
    content, e = folder.file(asked).read_bytes(), run.experiment
    told = f"Film of the {run.cell.title}, {_WAYS[asked.direction].lower()} through time"
    play(content, asked.format, told, asked.loop)
    name = f"rnnviz-{e.file_name}-{asked.direction}.{asked.ending}"
    label, kind = f"Download ({len(content) / 1e6:.1f} MB)", KINDS[asked.format]
    st.download_button(label, content, name, kind, on_click="ignore", key="film take")


def play(content: bytes, format: str, told: str, loop: bool = True) -> None:
    """A film on the page itself, where it is small enough; `told` in place of it."""
    if len(content) > _SHOWN or not st.toggle("Play it here", value=True, key="film play"):
        return
    if format == "mp4":
        st.video(content, loop=loop, autoplay=True, muted=True)
        return
    data = base64.b64encode(content).decode()  # st.image would keep the first picture only
    source = f"data:{KINDS[format]};base64,{data}"
    st.html(f'<img src="{source}" alt="{escape(told)}" style="width: 100%">')
