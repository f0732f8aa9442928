"""Folders that a dataset was exported to: by ours, or by cellucid 0.0.9 (files named after keys), 0.9.1 and 0.9.2
(after numbers, under the same name of the format), 0.9.3 and 0.9.4 (another manifest).

What the manifests declare is the whole of such a folder: nothing else in it is ever opened, whatever is asked for.
"""

from fumehood.datasets.exported.dataset import ExportedDataset, open_exported
from fumehood.datasets.exported.finding import exports_in, is_export

__all__ = ["ExportedDataset", "exports_in", "is_export", "open_exported"]
