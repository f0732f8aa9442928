"""The way through a notebook's own comm, as a widget that every host of anywidgets shows: no port is open.

`widget` is what the front end sees, `feeding` answers its requests for data, `beside` has messages come in a thread of
their own where the kernel can do that, so that a running cell holds up neither data nor events.
"""
