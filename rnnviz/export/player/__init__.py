"""The player as data: what a cell is to it, what a run is, and both as one message."""
