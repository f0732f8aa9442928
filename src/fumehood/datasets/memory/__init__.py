"""AnnData objects that the user holds: in memory, backed by a file, or lazy. Nothing of them is copied whole."""
