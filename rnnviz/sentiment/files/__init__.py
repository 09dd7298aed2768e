"""Files of trained models, read without running any of it; `sentiment/bridge.py` is the door."""
