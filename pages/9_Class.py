"""Class: what does the class think?"""

from rnnviz import ui
from rnnviz.ui import classroom

ui.page("Class")
room = classroom.entered()
if room is None:
    classroom.door()
elif classroom.leads(room):
    classroom.lead(room)
else:
    classroom.take_part(room)
