"""Inside: what did the trained model see, word by word?"""

import streamlit as st

from rnnviz import ui
from rnnviz.ui import inside, reviews

ui.page("Inside")
with st.sidebar:
    models = inside.models()
several = reviews.readings_of(models, inside.look(models))
ui.write_link()
for n, (column, one) in enumerate(zip(st.columns(len(several) or 1), several, strict=False)):
    with column:
        of = f"trained {one.run.cell.title}, {one.title}"
        ui.exhibits("Inside", one, place=str(n), of=of)
        inside.open_reading(one, str(n))
inside.details(several, models)
ui.download_pictures()
