"""The film of a training or of a duel: its format and theme, the button, the bar, the film."""

import streamlit as st

from rnnviz.core.errors import ExperimentError
from rnnviz.export.film.training_jobs import Asked
from rnnviz.ui import cache, controls
from rnnviz.ui.film import FORMATS as TITLES
from rnnviz.ui.film import KINDS, follow, play
from rnnviz.ui.letters import letter_by_letter
from rnnviz.ui.show import mode


def offer(asked: Asked, pictures: int, told: str) -> None:
    """Whichever this very film has come to; `told` is what it is of."""
    left, right = st.columns(2)
    kind = left.selectbox("Format", list(TITLES), format_func=TITLES.__getitem__, key="film format")
    themes = ("light", "dark")
    theme = right.selectbox("Theme", themes, index=themes.index(mode()),
                            format_func=str.capitalize, key="film theme")  # fmt: skip
    asked, queue = asked._replace(format=kind, theme=theme), cache.training_films()
    folder = queue.find(asked)
    progress = folder.progress() if folder else {"state": ""}
    if folder and progress["state"] == "done":
        content = folder.file.read_bytes()
        play(content, asked.format, f"Film of {'a duel' if asked.sides else 'a training'}: {told}")
        st.download_button(f"Download ({len(content) / 1e6:.1f} MB)", content,
                           f"rnnviz-training.{asked.format}", KINDS[asked.format],
                           on_click="ignore", key="film take")  # fmt: skip
        return
    if folder and progress["state"] in ("queued", "running"):
        follow(queue, folder)
        return
    if progress["state"] == "failed":
        st.error(f"{letter_by_letter(progress.get('reason', 'The film failed'))}.")
    st.caption(f"{pictures} pictures, from the first update to the last.")
    if st.button("Make the film", key="film make"):
        try:
            controls.check_share(queue)
            controls.claim(queue.submit(asked))
        except ExperimentError as error:
            st.error(f"{letter_by_letter(error)}.")
            return
        st.rerun()
