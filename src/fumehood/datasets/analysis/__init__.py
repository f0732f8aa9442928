"""What a dataset is asked: comparisons, markers, scores and correlations, with Scanpy's numbers, gene by gene."""
