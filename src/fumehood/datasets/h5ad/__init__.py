"""AnnData in HDF5 files."""
