"""Measures a notebook page in a real browser. Runs in the peers' environment (`.peers`), where Playwright is."""
