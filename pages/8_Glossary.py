"""Glossary: what does each symbol and control mean?"""

from rnnviz import ui

ui.page("Glossary")
ui.glossary()
ui.write_link()
