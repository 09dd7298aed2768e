"""Progress: what did you predict, and what came?"""

from rnnviz import ui

ui.page("Progress")
ui.progress()
ui.write_link()
