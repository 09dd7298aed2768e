"""Lessons: what do you think will happen, and why?"""

from rnnviz import ui
from rnnviz.ui import lessons

ui.page("Lessons")
lesson = lessons.chosen()
if lesson is None:
    lessons.cards()
elif lessons.ask(lesson):
    lessons.show(lesson)
