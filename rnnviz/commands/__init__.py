"""The command line's words: one file a command, with `add(commands)` and `main(chosen)`."""
