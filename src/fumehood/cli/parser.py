"""The command line as a parser: every command's words, and nothing that a command needs.

Shell completion and docs/reference/command-line.md are made from it. Building it imports no command's machinery, so
that `hood --help` is quick; a test counts the modules.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from typing import Any, Final

from fumehood import __version__
from fumehood.cli import parser_datasets as datasets
from fumehood.cli.parts import EXIT_STATUS, FILE_NAMES, NOTEBOOK_NAMES, add, complete, json_flag, loader, notebook


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hood",
        description="Notebooks that are safe to open. Runs them in a daemon of your own, so that nothing is lost when "
        "a terminal is closed.",
        epilog="`hood COMMAND --help` says more about each. Guide: docs/guide/command-line.md",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"hood {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, title="commands")
    for add_command in (
        _open,
        datasets.view,
        _run,
        _attach,
        _ps,
        _interrupt,
        _restart,
        _kill,
        _kernels,
        _policy,
        _scan,
        _trust,
        _env,
        _session,
        _daemon,
        _convert,
        datasets.export,
        _completion,
    ):
        add_command(commands)
    return parser


def _seconds(text: str) -> float:
    value = float(text)
    if not math.isfinite(value) or value <= 0:
        raise argparse.ArgumentTypeError("must be a number of seconds above 0")
    return value


def _open(commands: Any) -> None:
    parser = add(
        commands,
        "open",
        "open notebooks in the browser; nothing is run",
        "Opens notebooks in the browser, or the list of a folder's notebooks; without PATH the list of those that were "
        "opened last. Opening runs nothing. The page may list and make notebooks in the folders that were opened this "
        "way, and in no others.",
        EXIT_STATUS,
    )
    complete(parser.add_argument("paths", metavar="PATH", nargs="*", help="a notebook or a folder"), FILE_NAMES)
    parser.add_argument("--create", action="store_true", help="make notebooks that are not there")
    parser.add_argument(
        "--browser",
        metavar="CMD",
        help="open it with this command; %%s in it stands for the address (default: $BROWSER, else the desktop's own)",
    )
    parser.add_argument(
        "--no-browser",
        action="store_true",
        help="start no browser; print the address of the file that leads to the page, once and within a minute",
    )
    parser.add_argument(
        "--link",
        action="store_true",
        help="start no browser; print the link itself, for a browser that may not read that file (snap, flatpak) or "
        "that comes through a tunnel; it works once and within a minute, and whoever has it is you",
    )
    json_flag(parser, "one JSON object for each page: path, url (of the page's server), redirect (the file), pid")
    parser.set_defaults(load=loader("open"))


def _run(commands: Any) -> None:
    parser = add(
        commands,
        "run",
        "run a notebook and write its results",
        "Runs every code cell of a notebook in a fresh kernel, shows what it prints, and writes the results into the "
        "file (or into another one with -o), also when a cell fails. The daemon runs it: when this terminal is closed "
        "it goes on, and `hood attach` shows it again. Ctrl-C asks once, then interrupts.",
        EXIT_STATUS,
    )
    notebook(parser)
    parser.add_argument(
        "-p",
        "--parameter",
        dest="parameters",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="set a parameter: VALUE as JSON or a Python literal, else as text; may be repeated",
    )
    parser.add_argument(
        "-r",
        "--raw-parameter",
        dest="raw_parameters",
        metavar="NAME=TEXT",
        action="append",
        default=[],
        help="set a parameter to a text, whatever it looks like",
    )
    file = parser.add_argument(
        "-f", "--parameters-file", metavar="FILE", help="read parameters from a .json or .toml file; -p and -r win"
    )
    complete(file, FILE_NAMES)
    output = parser.add_argument(
        "-o", "--output", metavar="OUT", help="write the notebook with its results here, and leave NOTEBOOK as it is"
    )
    complete(output, NOTEBOOK_NAMES)
    parser.add_argument("-k", "--kernel", metavar="SPEC", default="", help="run in this kernel (see `hood kernels`)")
    parser.add_argument("--timeout", metavar="SECONDS", type=_seconds, help="interrupt the whole run after this long")
    parser.add_argument("--cell-timeout", metavar="SECONDS", type=_seconds, help="interrupt a cell after this long")
    parser.add_argument("--allow-errors", action="store_true", help="go on after a cell that failed; exit status 0")
    live = parser.add_mutually_exclusive_group()
    live.add_argument(
        "--restart", action="store_true", help="if the notebook has a kernel: restart it (its variables are lost)"
    )
    live.add_argument("--reuse", action="store_true", help="if the notebook has a kernel: run in it as it is")
    installing = parser.add_mutually_exclusive_group()
    installing.add_argument(
        "--approved",
        metavar="DIGEST",
        default="",
        help="for CI: install what it asks for if that comes to exactly this lock (`hood trust review` says which)",
    )
    installing.add_argument(
        "--without", action="store_true", help="run in an installed kernel, without what the notebook asks for"
    )
    parser.add_argument(
        "--accept-host",
        dest="hosts",
        metavar="HOST",
        action="append",
        default=[],
        help="with --approved: a host that the notebook names may be asked; may be repeated",
    )
    parser.add_argument(
        "--allow-build",
        dest="builds",
        metavar="NAME",
        action="append",
        default=[],
        help="with --approved: this package may run its own code while it is installed; may be repeated",
    )
    parser.add_argument("--keep", action="store_true", help="leave the kernel running at the end")
    parser.add_argument("-q", "--quiet", action="store_true", help="do not show what the cells print")
    json_flag(parser, "one JSON object a line on standard output: started, stream, display, finished, ..., result")
    parser.set_defaults(load=loader("run"))


def _attach(commands: Any) -> None:
    parser = add(
        commands,
        "attach",
        "show what a notebook printed, and follow it until its queue is empty",
        "Shows everything that the notebook's cells printed since they were run, to the byte, and follows them until "
        "nothing is queued any more. Ctrl-C leaves; the notebook goes on.",
        EXIT_STATUS,
    )
    notebook(parser)
    parser.add_argument("--no-follow", action="store_true", help="show what there is and leave")
    json_flag(parser, "one JSON object a line on standard output")
    parser.set_defaults(load=loader("attach"))


def _ps(commands: Any) -> None:
    parser = add(commands, "ps", "list the open notebooks and what they are doing")
    json_flag(parser, "the list as JSON")
    parser.set_defaults(load=loader("ps"))


def _interrupt(commands: Any) -> None:
    parser = add(commands, "interrupt", "interrupt the running cell and cancel what waits")
    notebook(parser)
    json_flag(parser, "the result as JSON")
    parser.set_defaults(load=loader("interrupt"))


def _restart(commands: Any) -> None:
    parser = add(commands, "restart", "restart a notebook's kernel; its variables are lost")
    notebook(parser)
    parser.add_argument("-k", "--kernel", metavar="SPEC", default="", help="with another kernel (see `hood kernels`)")
    json_flag(parser, "the result as JSON")
    parser.set_defaults(load=loader("restart"))


def _kill(commands: Any) -> None:
    parser = add(
        commands,
        "kill",
        "end the kernels of notebooks and close them",
        "Ends the kernels of notebooks and closes them. What they printed is saved.",
    )
    notebook(parser, "the notebooks' files", nargs="*")
    parser.add_argument("--all", action="store_true", help="every open notebook")
    parser.add_argument("--force", action="store_true", help="kill the kernel instead of asking it to end")
    json_flag(parser, "the result as JSON")
    parser.set_defaults(load=loader("kill"))


def _kernels(commands: Any) -> None:
    parser = add(commands, "kernels", "list the installed kernels, and why one is refused")
    json_flag(parser, "the list as JSON")
    parser.set_defaults(load=loader("kernels"))


def _policy(commands: Any) -> None:
    parser = add(
        commands,
        "policy",
        "what outputs may reach: show it, check a policy file",
        "What the outputs of notebooks may load from elsewhere. policy.toml of the machine (/etc/fumehood) bounds that "
        "of the user (~/.config/fumehood); a notebook's own keys only narrow.",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True, title="commands")
    show = add(
        verbs,
        "show",
        "show what outputs may reach, and whose word that is",
        "Shows what outputs may reach, lever by lever, and whose word that is. With NOTEBOOK also what its own keys "
        "narrow and what you allowed for it. Nothing is run.",
        "exit status 2: a policy file cannot be used; nothing is reached until it can",
    )
    notebook(show, nargs="?")
    json_flag(show, "the policy as JSON")
    check = add(
        verbs,
        "check",
        "say what is wrong with a policy file, line by line",
        "Says what is wrong with a policy file, line by line.",
        "exit status 2: something is",
    )
    complete(check.add_argument("file", metavar="FILE", help="a policy.toml"), FILE_NAMES)
    json_flag(check, "what is wrong as JSON")
    for one in (show, check):
        one.set_defaults(load=loader("policy"), name="policy")


def _scan(commands: Any) -> None:
    parser = add(
        commands,
        "scan",
        "look through notebooks without opening them: what they ask for, what they would do",
        "Looks through notebooks, and folders with all that is below them: the packages that they ask for and whether "
        "a name looks like another's, cells that install, run commands or run what they download, saved outputs with "
        "scripts, other indexes, sizes. Nothing is run, nothing is contacted, no daemon is asked. The rules: "
        "docs/guide/scan.md",
        """exit status:
  0    nothing was found, or notes only
  1    errors or warnings were found (with --strict: notes, too)
  2    something could not be read""",
    )
    complete(
        parser.add_argument("paths", metavar="PATH", nargs="+", help="a notebook, or a folder of notebooks"), FILE_NAMES
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object: notebooks, problems, totals")
    form.add_argument("--sarif", action="store_true", help="SARIF 2.1.0, which forges and editors read")
    parser.add_argument(
        "--ignore", metavar="RULE", action="append", default=[], help="leave out what this rule finds; may be repeated"
    )
    parser.add_argument("--strict", action="store_true", help="notes count for the exit status")
    parser.set_defaults(load=loader("scan"))


def _trust(commands: Any) -> None:
    parser = add(
        commands,
        "trust",
        "what notebooks may install: look at it before it is",
        "What notebooks ask for, and what was approved.",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True, title="commands")
    for verb, words in _TRUST.items():
        words(verbs).set_defaults(load=loader(f"trust.{verb}"), name="trust")


def _trust_check(verbs: Any) -> argparse.ArgumentParser:
    parser = add(
        verbs,
        "check",
        "say of package names what they look like",
        "Says of each name what it looks like, offline: ok, warn (another one may be meant), stop (another one likely "
        "is, or no index has it), block (no index can have it). Without NAME the names are read from standard input, "
        "one a line. `ok` says something about the name, and nothing about the package.",
        "exit status 1: one of them is stop or block",
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help="the name of a package, without a version")
    json_flag(parser, "one JSON object a line: name, verdict, score, target, target_rank, rank, known, reasons")
    return parser


def _trust_review(verbs: Any) -> argparse.ArgumentParser:
    parser = add(
        verbs,
        "review",
        "show what a notebook asks for, check it, and approve it by typed words",
        "Shows what a notebook asks to have installed, resolves it, and shows everything that comes with it. Approves "
        "exactly that when you type so at the terminal; a pipe cannot, and asks no index either. `/text` instead of an "
        "answer searches the list. Installs nothing and runs nothing.",
        "exit status 5: it is not approved",
    )
    notebook(parser)
    parser.add_argument(
        "--take", metavar="FILE", action="append", default=[], help="take up what a file beside the notebook asks for"
    )
    parser.add_argument(
        "--add", metavar="PACKAGE", action="append", default=[], help="let the notebook ask for this, too"
    )
    parser.add_argument(
        "--drop", metavar="NAME", action="append", default=[], help="let its own table not ask for this any more"
    )
    parser.add_argument("--check", action="store_true", help="with --json: resolve it first, at your own indexes only")
    json_flag(parser, "the sheet as JSON; nothing is asked and nothing approved")
    return parser


def _trust_list(verbs: Any) -> argparse.ArgumentParser:
    parser = add(verbs, "list", "list what was approved, and whether it holds")
    json_flag(parser, "the list as JSON")
    return parser


def _trust_show(verbs: Any) -> argparse.ArgumentParser:
    parser = add(verbs, "show", "show one approval: who, when, what exactly")
    notebook(parser, "the notebook's file, or the beginning of its id")
    json_flag(parser, "the approval as JSON")
    return parser


def _trust_revoke(verbs: Any) -> argparse.ArgumentParser:
    parser = add(
        verbs,
        "revoke",
        "take approvals back",
        "Takes approvals back. A kernel that runs goes on; the next start asks again.",
    )
    notebook(parser, "the notebooks' files, or the beginnings of their ids", nargs="*")
    parser.add_argument("--all", action="store_true", help="every approval")
    json_flag(parser, "what was taken back as JSON")
    return parser


_TRUST: Final[dict[str, Callable[[Any], argparse.ArgumentParser]]] = {
    "review": _trust_review,
    "list": _trust_list,
    "show": _trust_show,
    "revoke": _trust_revoke,
    "check": _trust_check,
}
"""The commands of `hood trust`; each is a module of its own in `commands/trust`."""


def _env(commands: Any) -> None:
    parser = add(
        commands,
        "env",
        "the environments that were built for notebooks: list, remove, prune",
        "The environments that were built for notebooks, from what a person approved. Notebooks with the same packages "
        "share one. What is removed is built again when a notebook needs it.",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True, title="commands")
    json_flag(
        add(
            verbs,
            "list",
            "list the environments, the last used first",
            "Lists the environments, the last used first, with what they take on the disk and whom they served.",
        ),
        "the list as JSON",
    )
    remove = add(
        verbs, "remove", "remove environments; never one in which a kernel runs", epilog="exit status 4: one is in use"
    )
    remove.add_argument("names", metavar="NAME", nargs="+", help="as `hood env list` shows it")
    json_flag(remove, "what was removed, as JSON")
    prune = add(
        verbs,
        "prune",
        "remove what is of no use, and the environments that were not used for longest",
        "Removes environments that were changed or cannot be used any more, then those that were not used for longest, "
        "until all that is left, with its cache, takes less than the budget. Never one in which a kernel runs, and "
        "never one that was used in the last minutes.",
    )
    prune.add_argument(
        "--budget", metavar="GB", type=_gigabytes, help="what may be left (default: 20, which also holds by itself)"
    )
    json_flag(prune, "what was removed, as JSON")
    for verb in verbs.choices.values():
        verb.set_defaults(load=loader("env"), name="env")


def _gigabytes(text: str) -> float:
    value = float(text)
    if not math.isfinite(value) or value < 0:
        raise argparse.ArgumentTypeError("must be a number of gigabytes, or 0")
    return value


def _session(commands: Any) -> None:
    parser = add(
        commands,
        "session",
        "the viewer's session files: show, check, apply",
        "Session files (*.cellucid-session) hold what was highlighted, named and set in the viewer. They are treated "
        "as a stranger's: read within bounds, and written so that only you can read them.",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True, title="commands")
    show = add(verbs, "show", "show what a session holds, and on which data it was drawn")
    check = add(
        verbs,
        "check",
        "read everything in a session, and say what is wrong with it",
        "Reads everything in a session, within bounds, and says what is wrong with it; with --data also whether it "
        "fits.",
        "exit status 1: something is wrong",
    )
    complete(check.add_argument("--data", metavar="H5AD", help="also: does it fit this file?"), FILE_NAMES)
    apply = add(
        verbs,
        "apply",
        "write a copy of h5ad or zarr data that has the session's groups and fields as columns",
        "Writes a copy of an h5ad file or a zarr folder with more columns: each highlighted group as true and false, "
        "each field of the user's as categories. The matrix is copied, never read. Cells are found by their names "
        "where the session has them; a session that does not fit is an error, and a column that is there already is "
        "never replaced unless you name it.",
        EXIT_STATUS,
    )
    for verb in (show, check, apply):
        complete(verb.add_argument("file", metavar="FILE", help="the session's file"), FILE_NAMES)
    complete(apply.add_argument("data", metavar="H5AD", help="the data that it was drawn on"), FILE_NAMES)
    output = apply.add_argument("-o", "--output", metavar="OUT", required=True, help="write the copy here")
    complete(output, FILE_NAMES)
    apply.add_argument("--force", action="store_true", help="replace OUT if it exists")
    apply.add_argument(
        "--conflict",
        choices=("suffix", "error", "overwrite"),
        default="suffix",
        help="a column is there already: name the new one NAME__2 (default), stop, or replace what a session made",
    )
    apply.add_argument(
        "--replace", metavar="NAME", action="append", default=[], help="this column may be replaced; may be repeated"
    )
    apply.add_argument("--prefix", default="cellucid_highlight__", help="of the groups' columns (default: %(default)s)")
    apply.add_argument("--by-label", action="store_true", help="name the groups' columns by their labels")
    apply.add_argument("--no-highlights", action="store_true", help="leave the groups out")
    apply.add_argument("--no-fields", action="store_true", help="leave the fields out")
    apply.add_argument("--dataset-id", metavar="ID", help="stop if the session was drawn on another dataset")
    apply.add_argument(
        "--cell-names",
        metavar="NAMES",
        help="a text file with the names of the cells that it was drawn on, one a line, for sessions without them",
    )
    json_flag(show, "what it holds as JSON")
    json_flag(check, "what was found as JSON")
    json_flag(apply, "what became of it as JSON")
    for verb in verbs.choices.values():
        verb.set_defaults(load=loader("session"), name="session")


def _daemon(commands: Any) -> None:
    parser = add(
        commands,
        "daemon",
        "the process that keeps the notebooks: start, stop, status, logs",
        "The daemon keeps open notebooks and their kernels. It starts by itself when it is needed and ends when it has "
        "nothing to do.",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True, title="commands")
    start = add(verbs, "start", "start it, if it does not run")
    json_flag(start, "its status as JSON")
    stop = add(
        verbs,
        "stop",
        "end it; kernels go on and the next daemon finds them",
        "Saves everything and ends the daemon. Kernels go on, and the next daemon finds them.",
    )
    stop.add_argument("--kill", action="store_true", help="end the kernels too")
    json_flag(stop, "the result as JSON")
    status = add(verbs, "status", "show its pid, sockets and open notebooks", epilog="exit status 6: it does not run")
    json_flag(status, "the status as JSON")
    logs = add(verbs, "logs", "show its log")
    logs.add_argument("-n", "--lines", metavar="N", type=int, default=100, help="the last N lines (default: 100)")
    logs.add_argument("-f", "--follow", action="store_true", help="go on as more is written")
    for one in (start, stop, status, logs):
        one.set_defaults(load=loader("daemon"), name="daemon")


def _convert(commands: Any) -> None:
    parser = add(
        commands,
        "convert",
        "write a notebook as a script or as text",
        "Writes a notebook as a script (cells marked with `# %%`) or as text with its outputs. Nothing is run.",
    )
    notebook(parser)
    parser.add_argument(
        "-t", "--to", choices=("script", "text"), default="script", help="what to write (default: script)"
    )
    output = parser.add_argument("-o", "--output", metavar="FILE", help="write here instead of to standard output")
    complete(output, FILE_NAMES)
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")
    parser.set_defaults(load=loader("convert"))


def _completion(commands: Any) -> None:
    parser = add(
        commands,
        "completion",
        "print the completion script of a shell",
        "Prints what makes a shell complete `hood` commands.",
        "bash:  hood completion bash > ~/.local/share/bash-completion/completions/hood\n"
        "zsh:   hood completion zsh > ~/.zfunc/_hood    (a folder in $fpath)\n"
        "fish:  hood completion fish > ~/.config/fish/completions/hood.fish",
    )
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="which shell")
    parser.set_defaults(load=loader("completion"))
