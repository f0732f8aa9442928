"""fumehood: notebooks that are safe to open, with a single-cell data viewer inside.

Importing this package loads nothing else; see `fumehood.client` for programs.
"""

__version__ = "0.1.0"
