"""Sessions of the viewer: files that hold what somebody drew, named and set, read and written as hostile content."""
