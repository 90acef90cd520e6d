"""The command line: one thin file per verb; `main.py` joins them into panels."""
