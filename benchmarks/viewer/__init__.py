"""Measures the viewer in a browser beside libraries that draw points. Runs in the environment of peers, `.peers`."""
