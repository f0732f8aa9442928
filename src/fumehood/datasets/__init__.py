"""What an AnnData, a zarr or an exported folder holds, read column by column, and what a viewer is given of it."""
