"""Status: how is this server?"""

from rnnviz import ui

ui.page("Status")
ui.status()
ui.write_link()
