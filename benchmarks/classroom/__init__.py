"""A class at a dashboard, played by one process: its browsers, what they ask, and whether the
answers are right."""
