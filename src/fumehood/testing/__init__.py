"""For tests of programs that use fumehood, and for ours: throw-away installations, notebooks, a client that misbehaves.

`pytest_plugins = ["fumehood.testing.plugin"]` in a top-level conftest gives the fixtures; docs/guide/python-client.md
shows them. Nothing of the program imports this package.
"""
