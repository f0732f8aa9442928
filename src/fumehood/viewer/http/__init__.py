"""The way over HTTP, for frames in any page and for a browser's window: a dataset server of this viewer's own, in a
thread of its own. Used where it was asked for, and where no notebook could carry a widget.
"""
