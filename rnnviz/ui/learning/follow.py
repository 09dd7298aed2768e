"""One network that learns: start it, watch it, stop it, go through it again."""

import hashlib

import streamlit as st

from rnnviz.core.errors import ExperimentError
from rnnviz.core.training import Settings, Training
from rnnviz.exhibits.training import Watched, now_of
from rnnviz.tasks.runs import NETWORK, Folder, live
from rnnviz.tasks.runs.queue import id_of, leave_all
from rnnviz.ui import cache, controls
from rnnviz.ui.learning import beyond, when
from rnnviz.ui.learning.choose import Chosen
from rnnviz.ui.learning.replay import replay
from rnnviz.ui.letters import letter_by_letter
from rnnviz.ui.opened import open_in
from rnnviz.ui.show import exhibits

_EVERY = 0.3  # seconds between two looks
BUSY = ("queued", "running")


def follow(chosen: Chosen) -> None:
    """The buttons, where it stands, and the pictures, which are redrawn as it learns."""
    queue, settings = cache.trainings(), chosen.plan.settings
    folder = queue.find(chosen.plan.asked, settings, chosen.data)
    state = stands(folder)
    said = None
    if state == "":
        said = when.ask(chosen)
        queue.await_start()
    _buttons(chosen, folder, state, said)

    @st.fragment(run_every=_EVERY if state in BUSY else None)
    def draw():
        now = stands(folder)
        if now != state:
            st.rerun()
        one = watched(chosen, settings, folder, now)
        press = _press(one, folder, now)
        place = st.container(key="training-at")
        with place:
            last = len(one.one.record.frames.rows) - 1
            frame = last if press else _where(one, folder, now)
        still = cache.still(one.key, frame, one)
        exhibits("Training", one, of=one.of, frame=frame, now=now_of(one, frame), still=still)
        if press:  # the pictures stand by now
            with place:
                _play(one, press)

    with st.container(key="training-live"):
        draw()
    if folder and state == "done" and (folder.path / NETWORK).exists():
        one = watched(chosen, settings, folder, state)
        when.tell(chosen, one, f"updates {folder.id}")
        if not one.one.fault:
            beyond.ask(chosen, one, folder.id)
        open_in("Open the trained network", f"task-{folder.id}")


def _buttons(chosen: Chosen, folder: Folder | None, state: str, said: float | None) -> None:
    with chosen.row:
        if folder and state in BUSY:
            leave(chosen, [folder])
            return
        label, icon = {
            "": ("Start", ":material/play_arrow:"),
            "done": ("Train again", ":material/refresh:"),
        }.get(state, ("Go on", ":material/play_arrow:"))
        st.button(label, key="training-start", icon=icon, on_click=_start,
                  args=(chosen, state == "done", said))  # fmt: skip
        if folder and begun(folder):
            st.button("Play", key="training-play", icon=":material/replay:",
                      on_click=controls.replay, args=(folder.id,))  # fmt: skip
        if folder and state == "failed":
            st.error(f"{letter_by_letter(folder.progress().get('reason', 'It failed'))}.")


def _start(chosen: Chosen, anew: bool, said: float | None) -> None:
    settings = chosen.plan.settings
    if said is not None:
        controls.keep_guess(f"updates {id_of(chosen.plan.asked, settings, chosen.data)}", said)
    submit(chosen, [settings], anew)


def _press(one: Watched, folder: Folder | None, state: str) -> int:
    """The press of Play that plays a training now, 0 without one; by itself once where it was over
    before anybody saw it learn."""
    if folder and state in BUSY and begun(folder):
        controls.looked(folder.id, one.one.done)
    if folder is None or state in BUSY or len(one.one.record.frames.rows) < 2:
        return 0
    if controls.hardly_seen(folder.id):
        controls.replay(folder.id)
    return controls.playing(folder.id)


def _play(one: Watched, press: int) -> None:
    at = replay(one, press)
    if at is not None:
        updates = one.one.record.frames.updates
        controls.look_at(updates[at] if at < len(updates) - 1 else None)
        st.rerun()


def submit(chosen: Chosen, several: list[Settings], anew: bool = False) -> None:
    """Start trainings, as a button is pressed; what refuses is said in one sentence."""
    controls.look_at(None)
    try:
        queue, asked = cache.trainings(), chosen.plan.asked
        for settings in several:
            before = queue.find(asked, settings, chosen.data)
            own = before is None or controls.mine(before)  # nobody throws another's training away
            controls.check_share(queue)
            folder = queue.submit(asked, settings, chosen.data, anew=anew and own)
            controls.claim(folder)
            controls.started(folder.id)
    except ExperimentError as error:
        st.error(f"{letter_by_letter(error)}.")


def _where(one: Watched, folder: Folder | None, state: str) -> int:
    """The bar of what runs, the slider of what ran; the frame that is looked at."""
    settings, record = one.one.settings, one.one.record
    if state in BUSY:
        done = one.one.done if begun(folder) else 0
        rate = folder.progress().get("rate") if folder else None
        told = f", {rate:.0f} a second" if rate else ""
        st.progress(min(1.0, done / settings.updates), f"update {done} of {settings.updates}{told}")
        return len(record.frames.rows) - 1
    if not folder or len(record.frames.updates) < 2:
        st.progress(0.0, "Before the first update: press Start")
        return len(record.frames.rows) - 1
    return controls.frame(record.frames.updates)


def watched(chosen: Chosen, settings: Settings, folder: Folder | None, state: str) -> Watched:
    """A training as far as it is; after its first update where it has not begun."""
    task, asked = chosen.task, chosen.plan.asked
    one = _as_far_as_it_is(folder, state)
    key = f"{folder.id if folder else ''} {state} {one.done if one else 0}"
    if one is None:
        digest = hashlib.sha256(chosen.data or b"").hexdigest()
        one = cache.begun(asked, settings, digest, chosen.data)
        key = f"{id_of(asked, settings, chosen.data)} begun"
    chance = task.chance(settings.steps)
    measure, value = task.solved[:2]
    goal = {"loss": value, "share": value * chance}.get(measure)
    solved = (n for n, loss, right in one.record.tests if task.solved.holds(loss, right, chance))
    of = (f"{task.title}, {one.cell.title}, {settings.units} units, {settings.steps} steps, seed "
          f"{settings.seed}, {one.done} updates")  # fmt: skip
    return Watched(one, task.title, chance, goal, next(solved, None), _seconds(folder, state), key,
                   of)  # fmt: skip


def stands(folder: Folder | None) -> str:
    """Where a training stands that is looked at; "" without one."""
    if folder is None:
        return ""
    queue = cache.trainings()
    state = queue.state(folder)
    if state in BUSY:
        queue.look(folder, controls.who())
    return state


def leave(chosen: Chosen, folders: list[Folder]) -> None:
    """The button that stops trainings, for oneself where others watch them, too."""
    queue, who = cache.trainings(), controls.who()
    going = [one for one in folders if queue.state(one) in BUSY]
    own = [one for one in folders if controls.mine(one)]
    if going and not own:
        chosen.row.caption("Somebody else started it: it goes on.", width="content")
        return
    if going and all(queue.left(one, who) for one in going):
        chosen.row.caption("Somebody else watches it: it goes on.", width="content")
        return
    chosen.row.button("Cancel", key="training-cancel", on_click=leave_all,
                      args=(queue, own, who))  # fmt: skip


def begun(folder: Folder | None) -> bool:
    """Whether there is anything of a training to see."""
    return folder is not None and (folder.path / live.NAME).exists()


def _as_far_as_it_is(folder: Folder | None, state: str) -> Training | None:
    if folder is None:
        return None
    try:
        if state in BUSY:
            return folder.followed(whole=False)
        changed = (folder.path / "progress.json").stat().st_mtime
        return cache.learned(str(folder.path), changed)
    except (ExperimentError, OSError):
        return None


def _seconds(folder: Folder | None, state: str) -> float | None:
    if folder is None or state != "done":
        return None
    try:
        return float(folder.read("record.json")["seconds"])
    except (ExperimentError, KeyError):
        return None
