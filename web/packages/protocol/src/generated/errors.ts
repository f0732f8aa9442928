// Generated from src/fumehood by `make generate`. Do not edit.

/// Every code that an error may have, with its hint and the exit status of `hood`.
export const errors = {
  /// Something that we did not foresee. The log has the details; the message has none of the user's data.
  "internal": {"status": 70, "hint": "`hood daemon logs` has the details; please report it."},
  /// The bytes of a gene, on a wire or in a store, do not add up.
  "dataset.gene_damaged": {"status": 2, "hint": "What was made from the dataset is made again; if the dataset itself is damaged, write it again."},
  /// The file or folder is damaged, truncated, or of no format that can be opened.
  "dataset.unreadable": {"status": 2, "hint": "An h5ad file, a zarr folder of AnnData, an exported folder or an AnnData object can be opened."},
  /// An HDF5 file or zarr folder that holds no AnnData.
  "dataset.not_anndata": {"status": 2, "hint": "Write it with `adata.write_h5ad(...)` or `adata.write_zarr(...)`."},
  /// One member of a dataset cannot be used: of another length, of a type that is not read, damaged.
  "dataset.member_unreadable": {"status": 2, "hint": "The rest of the dataset can be used without it."},
  /// A viewer cannot be shown or told so.
  "viewer.argument": {"status": 2, "hint": ""},
  /// What was asked of a dataset cannot be answered: groups that share cells, a group of one cell, no such gene.
  "analysis.question": {"status": 2, "hint": ""},
  /// The file is no session of a viewer, or one that was damaged or made to do harm.
  "session.unreadable": {"status": 2, "hint": "Save the session again from the viewer."},
  /// A session of a format that is not read here.
  "session.format": {"status": 2, "hint": "Format 1 is read, which cellucid wrote up to 0.9.4 and fumehood writes."},
  /// A session does not hold what was asked of it.
  "session.chunk_missing": {"status": 3, "hint": "`hood session show FILE` lists what it holds."},
  /// A dataset without a member of `obsm` that could be drawn.
  "dataset.no_embedding": {"status": 3, "hint": "Compute one, for example `sc.pp.neighbors(adata); sc.tl.umap(adata)`, and write the file again."},
  /// A column, gene, embedding, layer or cell that the dataset does not have.
  "dataset.no_such_member": {"status": 3, "hint": ""},
  /// What an export would be called is there already.
  "export.exists": {"status": 4, "hint": "Name another folder, or say --replace: an older export is replaced whole, at the end."},
  /// Another program writes the same export.
  "export.busy": {"status": 4, "hint": "Wait until it is done, or name another folder."},
  /// A session was drawn on other data, or on the same cells in another order.
  "session.mismatch": {"status": 4, "hint": "Apply it to the data that it was drawn on, or name that data's cells."},
  /// A session's column would take the place of one that is not the session's.
  "session.column_taken": {"status": 4, "hint": "Let it take another name, or name the column that may be replaced."},
  /// A dataset has other cells or genes than when it was opened.
  "dataset.replaced": {"status": 4, "hint": "Open it again."},
  /// A dataset that would make us read other files or run code: by a link, external storage, a plugin, a pickle.
  "dataset.reaches_out": {"status": 5, "hint": "An honest dataset has none. Ask who made it, or copy the data into a new file with anndata."},
  /// A viewer's page from elsewhere is not the one whose hash the user gave.
  "view.page_refused": {"status": 5, "hint": "Nothing of it was kept or shown. Leave --viewer-from out for the page that came with fumehood."},
  /// A dataset server was to listen where other machines reach it, without what protects it there.
  "view.exposed": {"status": 5, "hint": "Leave --host out and reach it through SSH."},
  /// A viewer's page could not be fetched, and none is kept.
  "view.page_unreachable": {"status": 6, "hint": "Leave --viewer-from out for the page that came with fumehood."},
  /// Somebody else listens at the port that was asked for.
  "door.port_taken": {"status": 6, "hint": "Leave --port out, or name another one."},
  /// What is waited for comes to the very thread that would wait.
  "viewer.would_wait": {"status": 6, "hint": "Use a hook (`@viewer.on_selection`), or show it with `transport=\"http\"`."},
  /// There is nothing here that could show a viewer.
  "viewer.no_place": {"status": 6, "hint": "In a terminal say `hood view PATH`, or `fumehood.serve(...)` in a program."},
  "viewer.stopped": {"status": 6, "hint": "Run `fumehood.show(...)` again."},
  /// What writes AnnData's files is not installed beside fumehood.
  "dataset.no_anndata": {"status": 6, "hint": "`pip install anndata` where fumehood is installed."},
  /// What exports beyond this machine need is not installed.
  "scale.missing": {"status": 6, "hint": "Say: pip install 'fumehood[scale]'."},
  /// The user's cluster cannot be reached, or lost too many workers.
  "scale.failed": {"status": 6, "hint": "What was done is kept: the same command goes on."},
  /// A dataset was read after it was closed.
  "dataset.closed": {"status": 6, "hint": "Open it again."},
  /// The page could not do what it was told; `near` are the names that are like the one that was said.
  "viewer.command": {"status": 1, "hint": ""},
  /// A computation over a dataset was ended on request.
  "analysis.cancelled": {"status": 1, "hint": ""},
  /// The file is not a notebook that can be parsed; it opens as read-only text.
  "notebook.unreadable": {"status": 2, "hint": "The file is left as it is. Open it as text to repair it."},
  /// An edit, run or save was asked of a file that opened as read-only text.
  "notebook.read_only": {"status": 2, "hint": "Repair the file with a text editor, then open it again."},
  /// The path is a folder, a FIFO, a device or a dangling link.
  "file.not_regular": {"status": 2, "hint": "Name a regular .ipynb file."},
  "files.not_a_folder": {"status": 2, "hint": "Name a folder by its absolute path."},
  /// A name that no new notebook should have: empty, hidden, with a slash or with characters that nobody sees.
  "files.bad_name": {"status": 2, "hint": "Use letters, digits, spaces, '-', '_' and '.'."},
  /// Something is larger, deeper or more than `core.limits` allows.
  "limit.exceeded": {"status": 2, "hint": "Make it smaller, or divide it."},
  /// A message that does not parse, or parses into something that no one may say.
  "protocol.bad_message": {"status": 2, "hint": "This is a defect of the program that sent it."},
  /// A setting or a command-line option has a value that cannot be used.
  "setting.invalid": {"status": 2, "hint": ""},
  /// A policy file that cannot be used: nothing is reached until it can.
  "policy.invalid": {"status": 2, "hint": "`hood policy check FILE` names each line."},
  /// What a notebook asks for cannot be had together, or not in a form that can be installed.
  "environment.unresolvable": {"status": 2, "hint": "Change what the notebook asks for, then check it again."},
  /// What was given does not say which cells of a viewer are meant.
  "viewer.cells": {"status": 2, "hint": "Give places (integers), names, or a boolean for each cell."},
  "file.missing": {"status": 3, "hint": "Check the path."},
  "room.missing": {"status": 3, "hint": "`hood ps` lists the open notebooks."},
  "cell.missing": {"status": 3, "hint": "It may have been deleted; deleted cells are in the notebook's trash."},
  "kernelspec.missing": {"status": 3, "hint": "`hood kernels` lists what is installed."},
  "blob.missing": {"status": 3, "hint": "The output was replaced or cleared; run the cell again."},
  "protocol.method_missing": {"status": 3, "hint": "The daemon may be of another version: `hood daemon status`."},
  /// The request was settled already, withdrawn, or never made.
  "agent.grant_missing": {"status": 3, "hint": "`grant.list` has the requests that wait."},
  /// No Python of this machine is one that the notebook asks for; none is downloaded.
  "environment.no_python": {"status": 3, "hint": "Install such a Python, or change the notebook's constraint."},
  /// A cell imported what the notebook's environment does not have.
  "environment.module_missing": {"status": 3, "hint": "Add the package to this notebook."},
  /// A cell tried to install packages: they are added through the notebook's dependencies.
  "environment.cells_do_not_install": {"status": 5, "hint": "Add the packages to this notebook."},
  "environment.missing": {"status": 3, "hint": "`hood env list` names those that there are."},
  /// `execute` named a source that is not the document's any more.
  "cell.stale_source": {"status": 4, "hint": "Look at the cell again, then run it."},
  /// An edit was based on a version that is not the current one.
  "cell.stale_version": {"status": 4, "hint": "Read the cell again and repeat the edit."},
  /// The file on disk is neither what was read nor what was written last.
  "file.changed_outside": {"status": 4, "hint": "Open it again to merge, or save under another name."},
  /// A run was asked for in a notebook whose kernel holds somebody's variables, or is running.
  "kernel.in_use": {"status": 4, "hint": "`hood attach` shows it; `hood run --restart` takes a fresh kernel, `--reuse` this one."},
  /// What a notebook asks for, or what it comes to, is not what the person was shown; nothing was approved.
  "trust.changed": {"status": 4, "hint": "Look at it again, then approve."},
  /// An approval of what was never resolved: nobody can say what it would install.
  "trust.unchecked": {"status": 4, "hint": "Check it first: `hood trust review NOTEBOOK`."},
  /// A kernel runs in the environment that was to be removed.
  "environment.in_use": {"status": 4, "hint": "End its kernels first: `hood ps`, `hood kill NOTEBOOK`."},
  /// A notebook asks for packages that no person has approved: no kernel starts for it.
  "trust.unapproved": {"status": 5, "hint": "`hood trust review NOTEBOOK` shows what it asks for."},
  /// A process that may not use this socket.
  "peer.refused": {"status": 5, "hint": "Code inside a kernel cannot control fumehood; use a terminal."},
  /// The socket that was reached does not carry this power.
  "protocol.forbidden": {"status": 5, "hint": "A person can do it: `hood` in a terminal."},
  /// A page looks into the folders that the person opened, and into no others.
  "files.not_granted": {"status": 5, "hint": "`hood open FOLDER` opens it to the page."},
  /// More than this machine's policy, or the notebook's own narrowing, lets outputs reach.
  "policy.forbids": {"status": 5, "hint": "`hood policy show NOTEBOOK` says where the bound comes from."},
  /// A person did not let an agent run code in their kernel.
  "agent.grant_denied": {"status": 5, "hint": ""},
  /// A Yjs update that would leave the document's schema; nothing of it was taken.
  "document.update_refused": {"status": 5, "hint": "Reload the notebook: this window's copy is not the document any more."},
  /// A host that the notebook or its folder names, and that no person has accepted, would be contacted.
  "environment.host": {"status": 5, "hint": "Accept the host by name, or take it out of what the notebook asks for."},
  /// A kernelspec that somebody else could have written.
  "kernelspec.unsafe": {"status": 5, "hint": "Make its folder and files yours (or root's) and writable by nobody else."},
  /// A folder of ours that others can write, or that is not ours.
  "place.unsafe": {"status": 5, "hint": "Remove it or set it to mode 0700."},
  /// A one-time code or a bearer that this gateway did not give out, or does not take any more.
  "gateway.pass_refused": {"status": 5, "hint": "Run `hood open` again."},
  "daemon.unreachable": {"status": 6, "hint": "`hood daemon status` and `hood daemon logs` say more."},
  /// Whoever answers on the socket is not the daemon of the lock file.
  "daemon.foreign": {"status": 6, "hint": "Stop the process that listens on the socket, then try again."},
  /// The built page is not where it should be.
  "page.not_built": {"status": 6, "hint": "In a checkout `make setup` builds it; otherwise install fumehood again."},
  /// The process between browser and daemon did not come up.
  "gateway.failed": {"status": 6, "hint": "Try again; what it said is in gateway.log beside the daemon's log (`hood daemon status`)."},
  /// The key that approvals are signed with is missing, damaged, or was open to others.
  "trust.key": {"status": 6, "hint": ""},
  "daemon.version": {"status": 6, "hint": "`hood daemon stop`, then repeat the command."},
  /// A bound on what may wait at once was reached.
  "limit.busy": {"status": 6, "hint": "Wait, then try again."},
  /// Disk full, quota, read-only file system or an I/O error: what was asked is not kept.
  "storage.failed": {"status": 6, "hint": "Free some space, then save again. Nothing that was saved before is lost."},
  /// The journal could not be read at start: it was set aside, never deleted, and a new one begun.
  "journal.damaged": {"status": 6, "hint": ""},
  "kernel.none": {"status": 6, "hint": "Start one by running a cell."},
  "kernel.died": {"status": 6, "hint": "Restart the kernel; its variables are gone."},
  /// A kernel sent messages that cannot be used; they were dropped.
  "kernel.misspoke": {"status": 6, "hint": "Some of its output may be missing; if it goes on, restart the kernel."},
  /// A kernel does not react to interrupts.
  "kernel.unresponsive": {"status": 6, "hint": "Wait, or restart the kernel; its variables would be gone."},
  "kernel.start_failed": {"status": 6, "hint": "`hood kernels` shows the command; try it in a terminal."},
  /// An environment could not be built; nothing of it is left.
  "environment.failed": {"status": 6, "hint": "Try again; what was downloaded is kept."},
  /// `uv` is not in our own installation.
  "environment.no_installer": {"status": 6, "hint": "Install fumehood again, with its dependencies."},
  /// A program is missing, cannot be run, or may not be: nobody safe put it there.
  "process.start_failed": {"status": 6, "hint": "Check that the program is installed and on PATH."},
  /// Nothing came within the time that the caller gave.
  "timeout": {"status": 6, "hint": "It may still happen: wait, then look again."},
  /// A cell raised.
  "run.cell_failed": {"status": 1, "hint": ""},
  /// A run was interrupted or cancelled before its end.
  "run.cancelled": {"status": 1, "hint": ""},
} as const;

export type ErrorCode = keyof typeof errors;
