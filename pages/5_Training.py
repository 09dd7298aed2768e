"""Training: how does a memory come into being?"""

from rnnviz import ui
from rnnviz.ui import learning

ui.page("Training")
chosen = learning.choose()
ui.write_link()
if chosen:
    learning.show(chosen)
    ui.table()
    ui.download_pictures()
    learning.take(chosen)
