"""A dataset in the output of a cell, and Python's end of it: `fumehood.show(adata)`.

`viewer` is what a user holds; `hooks`, `waiting` and `pages` are what happens to what a page says, `commands` what
becomes of what it is told; `comm` and `http` are the two ways between them. Nothing of it is imported with `fumehood`.
"""
