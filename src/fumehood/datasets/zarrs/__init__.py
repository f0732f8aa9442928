"""AnnData in zarr folders."""
