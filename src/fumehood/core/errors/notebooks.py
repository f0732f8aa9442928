"""Leaves: notebooks, kernels, environments, trust, the daemon and its doors."""

from __future__ import annotations

from fumehood.core.errors.base import BadInput, Conflict, Failed, NotFound, Refused, Unavailable

# -- bad input


class NotebookUnreadable(BadInput):
    """The file is not a notebook that can be parsed; it opens as read-only text."""

    code = "notebook.unreadable"
    default_hint = "The file is left as it is. Open it as text to repair it."


class NotebookReadOnly(BadInput):
    """An edit, run or save was asked of a file that opened as read-only text."""

    code = "notebook.read_only"
    default_hint = "Repair the file with a text editor, then open it again."


class NotAFile(BadInput):
    """The path is a folder, a FIFO, a device or a dangling link."""

    code = "file.not_regular"
    default_hint = "Name a regular .ipynb file."


class NotAFolder(BadInput):
    code = "files.not_a_folder"
    default_hint = "Name a folder by its absolute path."


class BadFileName(BadInput):
    """A name that no new notebook should have: empty, hidden, with a slash or with characters that nobody sees."""

    code = "files.bad_name"
    default_hint = "Use letters, digits, spaces, '-', '_' and '.'."


class LimitExceeded(BadInput):
    """Something is larger, deeper or more than `core.limits` allows."""

    code = "limit.exceeded"
    default_hint = "Make it smaller, or divide it."


class BadMessage(BadInput):
    """A message that does not parse, or parses into something that no one may say."""

    code = "protocol.bad_message"
    default_hint = "This is a defect of the program that sent it."


class BadSetting(BadInput):
    """A setting or a command-line option has a value that cannot be used."""

    code = "setting.invalid"


class PolicyInvalid(BadInput):
    """A policy file that cannot be used: nothing is reached until it can."""

    code = "policy.invalid"
    default_hint = "`hood policy check FILE` names each line."


class PlanImpossible(BadInput):
    """What a notebook asks for cannot be had together, or not in a form that can be installed."""

    code = "environment.unresolvable"
    default_hint = "Change what the notebook asks for, then check it again."


class CellsUnknown(BadInput):
    """What was given does not say which cells of a viewer are meant."""

    code = "viewer.cells"
    default_hint = "Give places (integers), names, or a boolean for each cell."


# -- not found


class FileMissing(NotFound):
    code = "file.missing"
    default_hint = "Check the path."


class RoomMissing(NotFound):
    code = "room.missing"
    default_hint = "`hood ps` lists the open notebooks."


class CellMissing(NotFound):
    code = "cell.missing"
    default_hint = "It may have been deleted; deleted cells are in the notebook's trash."


class KernelSpecMissing(NotFound):
    code = "kernelspec.missing"
    default_hint = "`hood kernels` lists what is installed."


class BlobMissing(NotFound):
    code = "blob.missing"
    default_hint = "The output was replaced or cleared; run the cell again."


class MethodMissing(NotFound):
    code = "protocol.method_missing"
    default_hint = "The daemon may be of another version: `hood daemon status`."


class GrantMissing(NotFound):
    """The request was settled already, withdrawn, or never made."""

    code = "agent.grant_missing"
    default_hint = "`grant.list` has the requests that wait."


class PythonMissing(NotFound):
    """No Python of this machine is one that the notebook asks for; none is downloaded."""

    code = "environment.no_python"
    default_hint = "Install such a Python, or change the notebook's constraint."


class ModuleMissing(NotFound):
    """A cell imported what the notebook's environment does not have."""

    code = "environment.module_missing"
    default_hint = "Add the package to this notebook."


class InstallRefused(Refused):
    """A cell tried to install packages: they are added through the notebook's dependencies."""

    code = "environment.cells_do_not_install"
    default_hint = "Add the packages to this notebook."


class EnvironmentMissing(NotFound):
    code = "environment.missing"
    default_hint = "`hood env list` names those that there are."


# -- conflict


class StaleSource(Conflict):
    """`execute` named a source that is not the document's any more."""

    code = "cell.stale_source"
    default_hint = "Look at the cell again, then run it."


class StaleVersion(Conflict):
    """An edit was based on a version that is not the current one."""

    code = "cell.stale_version"
    default_hint = "Read the cell again and repeat the edit."


class FileChanged(Conflict):
    """The file on disk is neither what was read nor what was written last."""

    code = "file.changed_outside"
    default_hint = "Open it again to merge, or save under another name."


class KernelInUse(Conflict):
    """A run was asked for in a notebook whose kernel holds somebody's variables, or is running."""

    code = "kernel.in_use"
    default_hint = "`hood attach` shows it; `hood run --restart` takes a fresh kernel, `--reuse` this one."


class SheetChanged(Conflict):
    """What a notebook asks for, or what it comes to, is not what the person was shown; nothing was approved."""

    code = "trust.changed"
    default_hint = "Look at it again, then approve."


class NotChecked(Conflict):
    """An approval of what was never resolved: nobody can say what it would install."""

    code = "trust.unchecked"
    default_hint = "Check it first: `hood trust review NOTEBOOK`."


class EnvironmentInUse(Conflict):
    """A kernel runs in the environment that was to be removed."""

    code = "environment.in_use"
    default_hint = "End its kernels first: `hood ps`, `hood kill NOTEBOOK`."


# -- refused


class NotApproved(Refused):
    """A notebook asks for packages that no person has approved: no kernel starts for it."""

    code = "trust.unapproved"
    default_hint = "`hood trust review NOTEBOOK` shows what it asks for."


class PeerRefused(Refused):
    """A process that may not use this socket."""

    code = "peer.refused"
    default_hint = "Code inside a kernel cannot control fumehood; use a terminal."


class MethodForbidden(Refused):
    """The socket that was reached does not carry this power."""

    code = "protocol.forbidden"
    default_hint = "A person can do it: `hood` in a terminal."


class FolderNotGranted(Refused):
    """A page looks into the folders that the person opened, and into no others."""

    code = "files.not_granted"
    default_hint = "`hood open FOLDER` opens it to the page."


class PolicyForbids(Refused):
    """More than this machine's policy, or the notebook's own narrowing, lets outputs reach."""

    code = "policy.forbids"
    default_hint = "`hood policy show NOTEBOOK` says where the bound comes from."


class GrantDenied(Refused):
    """A person did not let an agent run code in their kernel."""

    code = "agent.grant_denied"


class UpdateRefused(Refused):
    """A Yjs update that would leave the document's schema; nothing of it was taken."""

    code = "document.update_refused"
    default_hint = "Reload the notebook: this window's copy is not the document any more."


class HostNotAccepted(Refused):
    """A host that the notebook or its folder names, and that no person has accepted, would be contacted."""

    code = "environment.host"
    default_hint = "Accept the host by name, or take it out of what the notebook asks for."


class KernelSpecUnsafe(Refused):
    """A kernelspec that somebody else could have written."""

    code = "kernelspec.unsafe"
    default_hint = "Make its folder and files yours (or root's) and writable by nobody else."


class PlaceUnsafe(Refused):
    """A folder of ours that others can write, or that is not ours."""

    code = "place.unsafe"
    default_hint = "Remove it or set it to mode 0700."


class PassRefused(Refused):
    """A one-time code or a bearer that this gateway did not give out, or does not take any more."""

    code = "gateway.pass_refused"
    default_hint = "Run `hood open` again."


# -- unavailable


class DaemonUnreachable(Unavailable):
    code = "daemon.unreachable"
    default_hint = "`hood daemon status` and `hood daemon logs` say more."


class DaemonForeign(Unavailable):
    """Whoever answers on the socket is not the daemon of the lock file."""

    code = "daemon.foreign"
    default_hint = "Stop the process that listens on the socket, then try again."


class AssetsMissing(Unavailable):
    """The built page is not where it should be."""

    code = "page.not_built"
    default_hint = "In a checkout `make setup` builds it; otherwise install fumehood again."


class GatewayFailed(Unavailable):
    """The process between browser and daemon did not come up."""

    code = "gateway.failed"
    default_hint = "Try again; what it said is in gateway.log beside the daemon's log (`hood daemon status`)."


class TrustKeyUnusable(Unavailable):
    """The key that approvals are signed with is missing, damaged, or was open to others."""

    code = "trust.key"


class VersionMismatch(Unavailable):
    code = "daemon.version"
    default_hint = "`hood daemon stop`, then repeat the command."


class Busy(Unavailable):
    """A bound on what may wait at once was reached."""

    code = "limit.busy"
    default_hint = "Wait, then try again."


class StorageFailed(Unavailable):
    """Disk full, quota, read-only file system or an I/O error: what was asked is not kept."""

    code = "storage.failed"
    default_hint = "Free some space, then save again. Nothing that was saved before is lost."


class JournalDamaged(Unavailable):
    """The journal could not be read at start: it was set aside, never deleted, and a new one begun."""

    code = "journal.damaged"


class NoKernel(Unavailable):
    code = "kernel.none"
    default_hint = "Start one by running a cell."


class KernelDied(Unavailable):
    code = "kernel.died"
    default_hint = "Restart the kernel; its variables are gone."


class KernelMisspoke(Unavailable):
    """A kernel sent messages that cannot be used; they were dropped."""

    code = "kernel.misspoke"
    default_hint = "Some of its output may be missing; if it goes on, restart the kernel."


class KernelSilent(Unavailable):
    """A kernel does not react to interrupts."""

    code = "kernel.unresponsive"
    default_hint = "Wait, or restart the kernel; its variables would be gone."


class KernelStartFailed(Unavailable):
    code = "kernel.start_failed"
    default_hint = "`hood kernels` shows the command; try it in a terminal."


class EnvironmentFailed(Unavailable):
    """An environment could not be built; nothing of it is left."""

    code = "environment.failed"
    default_hint = "Try again; what was downloaded is kept."


class InstallerMissing(Unavailable):
    """`uv` is not in our own installation."""

    code = "environment.no_installer"
    default_hint = "Install fumehood again, with its dependencies."


class ProcessStartFailed(Unavailable):
    """A program is missing, cannot be run, or may not be: nobody safe put it there."""

    code = "process.start_failed"
    default_hint = "Check that the program is installed and on PATH."


class TimedOut(Unavailable):
    """Nothing came within the time that the caller gave."""

    code = "timeout"
    default_hint = "It may still happen: wait, then look again."


# -- failed


class CellFailed(Failed):
    """A cell raised."""

    code = "run.cell_failed"


class RunCancelled(Failed):
    """A run was interrupted or cancelled before its end."""

    code = "run.cancelled"
