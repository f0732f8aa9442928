"""Leaves: datasets, their viewer, its server, sessions, exports, analyses."""

from __future__ import annotations

from fumehood.core.errors.base import BadInput, Conflict, Failed, NotFound, Refused, Unavailable


class GeneDamaged(BadInput):
    """The bytes of a gene, on a wire or in a store, do not add up."""

    code = "dataset.gene_damaged"
    default_hint = "What was made from the dataset is made again; if the dataset itself is damaged, write it again."


class DatasetUnreadable(BadInput):
    """The file or folder is damaged, truncated, or of no format that can be opened."""

    code = "dataset.unreadable"
    default_hint = "An h5ad file, a zarr folder of AnnData, an exported folder or an AnnData object can be opened."


class NotAnnData(BadInput):
    """An HDF5 file or zarr folder that holds no AnnData."""

    code = "dataset.not_anndata"
    default_hint = "Write it with `adata.write_h5ad(...)` or `adata.write_zarr(...)`."


class DatasetMemberUnreadable(BadInput):
    """One member of a dataset cannot be used: of another length, of a type that is not read, damaged."""

    code = "dataset.member_unreadable"
    default_hint = "The rest of the dataset can be used without it."


class ViewerArgument(BadInput):
    """A viewer cannot be shown or told so."""

    code = "viewer.argument"


class BadQuestion(BadInput):
    """What was asked of a dataset cannot be answered: groups that share cells, a group of one cell, no such gene."""

    code = "analysis.question"


class SessionUnreadable(BadInput):
    """The file is no session of a viewer, or one that was damaged or made to do harm."""

    code = "session.unreadable"
    default_hint = "Save the session again from the viewer."


class SessionFormat(BadInput):
    """A session of a format that is not read here."""

    code = "session.format"
    default_hint = "Format 1 is read, which cellucid wrote up to 0.9.4 and fumehood writes."


class ChunkMissing(NotFound):
    """A session does not hold what was asked of it."""

    code = "session.chunk_missing"
    default_hint = "`hood session show FILE` lists what it holds."


class NoEmbedding(NotFound):
    """A dataset without a member of `obsm` that could be drawn."""

    code = "dataset.no_embedding"
    default_hint = "Compute one, for example `sc.pp.neighbors(adata); sc.tl.umap(adata)`, and write the file again."


class DatasetMemberMissing(NotFound):
    """A column, gene, embedding, layer or cell that the dataset does not have."""

    code = "dataset.no_such_member"


class ExportExists(Conflict):
    """What an export would be called is there already."""

    code = "export.exists"
    default_hint = "Name another folder, or say --replace: an older export is replaced whole, at the end."


class ExportBusy(Conflict):
    """Another program writes the same export."""

    code = "export.busy"
    default_hint = "Wait until it is done, or name another folder."


class SessionMismatch(Conflict):
    """A session was drawn on other data, or on the same cells in another order."""

    code = "session.mismatch"
    default_hint = "Apply it to the data that it was drawn on, or name that data's cells."


class ColumnTaken(Conflict):
    """A session's column would take the place of one that is not the session's."""

    code = "session.column_taken"
    default_hint = "Let it take another name, or name the column that may be replaced."


class DatasetReplaced(Conflict):
    """A dataset has other cells or genes than when it was opened."""

    code = "dataset.replaced"
    default_hint = "Open it again."


class DatasetReachesOut(Refused):
    """A dataset that would make us read other files or run code: by a link, external storage, a plugin, a pickle."""

    code = "dataset.reaches_out"
    default_hint = "An honest dataset has none. Ask who made it, or copy the data into a new file with anndata."


class HostedPageRefused(Refused):
    """A viewer's page from elsewhere is not the one whose hash the user gave."""

    code = "view.page_refused"
    default_hint = "Nothing of it was kept or shown. Leave --viewer-from out for the page that came with fumehood."


class ExposureRefused(Refused):
    """A dataset server was to listen where other machines reach it, without what protects it there."""

    code = "view.exposed"
    default_hint = "Leave --host out and reach it through SSH."


class HostedPageUnreachable(Unavailable):
    """A viewer's page could not be fetched, and none is kept."""

    code = "view.page_unreachable"
    default_hint = "Leave --viewer-from out for the page that came with fumehood."


class PortTaken(Unavailable):
    """Somebody else listens at the port that was asked for."""

    code = "door.port_taken"
    default_hint = "Leave --port out, or name another one."


class ViewerWouldWait(Unavailable):
    """What is waited for comes to the very thread that would wait."""

    code = "viewer.would_wait"
    default_hint = 'Use a hook (`@viewer.on_selection`), or show it with `transport="http"`.'


class ViewerUnplaced(Unavailable):
    """There is nothing here that could show a viewer."""

    code = "viewer.no_place"
    default_hint = "In a terminal say `hood view PATH`, or `fumehood.serve(...)` in a program."


class ViewerStopped(Unavailable):
    code = "viewer.stopped"
    default_hint = "Run `fumehood.show(...)` again."


class AnnDataMissing(Unavailable):
    """What writes AnnData's files is not installed beside fumehood."""

    code = "dataset.no_anndata"
    default_hint = "`pip install anndata` where fumehood is installed."


class ScaleMissing(Unavailable):
    """What exports beyond this machine need is not installed."""

    code = "scale.missing"
    default_hint = "Say: pip install 'fumehood[scale]'."


class ScaleFailed(Unavailable):
    """The user's cluster cannot be reached, or lost too many workers."""

    code = "scale.failed"
    default_hint = "What was done is kept: the same command goes on."


class DatasetClosed(Unavailable):
    """A dataset was read after it was closed."""

    code = "dataset.closed"
    default_hint = "Open it again."


class ViewerCommandFailed(Failed):
    """The page could not do what it was told; `near` are the names that are like the one that was said."""

    code = "viewer.command"


class AnalysisCancelled(Failed):
    """A computation over a dataset was ended on request."""

    code = "analysis.cancelled"
