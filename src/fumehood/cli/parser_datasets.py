"""The words of the commands that are about datasets: `view` and `export`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from fumehood.cli.parts import EXIT_STATUS, FILE_NAMES, add, complete, json_flag, loader


def view(commands: Any) -> None:
    parser = add(
        commands,
        "view",
        "look at a dataset in the viewer",
        "Serves a dataset to the viewer in your browser, and to nobody else, until Ctrl-C. PATH is an h5ad file, a "
        "zarr folder, an exported folder or a folder of exported ones. Nothing leaves this machine.",
        EXIT_STATUS,
    )
    complete(parser.add_argument("path", metavar="PATH", help="the dataset"), FILE_NAMES)
    parser.add_argument("--browser", metavar="CMD", help="open it with this command; %%s in it stands for the address")
    parser.add_argument("--no-browser", action="store_true", help="start no browser; print a link that works once")
    parser.add_argument("--port", metavar="N", type=_port, default=0, help="listen at this port (default: a free one)")
    parser.add_argument(
        "--public-port",
        metavar="N",
        type=_port,
        action="append",
        default=[],
        help="a tunnel or proxy of yours leads to it by this port of 127.0.0.1; may be repeated",
    )
    parser.add_argument(
        "--host",
        metavar="ADDRESS",
        default="127.0.0.1",
        help="listen at another address than 127.0.0.1; needs the next three and your word. SSH needs none of it",
    )
    parser.add_argument("--tls-cert", metavar="FILE", type=Path, help="with --host: the certificate's chain, PEM")
    parser.add_argument("--tls-key", metavar="FILE", type=Path, help="with --host: its key, PEM")
    parser.add_argument("--token-file", metavar="FILE", type=Path, help="with --host: a bearer of yours, mode 0600")
    parser.add_argument(
        "--legacy",
        action="store_true",
        help="for clients of cellucid 0.0.9: no bearer is asked of reads and events; any program of this machine can "
        "read the data",
    )
    _matrix(parser)
    parser.add_argument(
        "--genes-beside",
        action="store_true",
        help="keep the store that genes come from beside PATH, for all who read that, and not in a folder of yours",
    )
    parser.add_argument(
        "--at", metavar="LINK", default="", help="begin with the view of a link that a page of this dataset gave"
    )
    parser.add_argument(
        "--viewer-from",
        metavar="URL",
        help="show the page from there instead of ours: HTTPS, ending in #sha256-HEX of its manifest.json; kept for "
        "when there is no network",
    )
    json_flag(
        parser, "start no browser; one line when it serves: url, link, bearer, ssh, pid, datasets. Ends with its parent"
    )
    parser.set_defaults(load=loader("view"))


def _matrix(of: Any) -> None:
    of.add_argument(
        "--matrix", metavar="NAME", default="X", help="where genes are read: X, raw or layers/NAME (default: X)"
    )
    of.add_argument("--gene-names", metavar="COLUMN", default="", help="the column of var that names genes")


def _port(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 65535:
        raise argparse.ArgumentTypeError("must be a port, 1 to 65535")
    return value


def export(commands: Any) -> None:
    parser = add(
        commands,
        "export",
        "write a notebook as one HTML file, or a dataset as a folder for any web host",
        "Writes a notebook as one HTML file that needs nothing else. Text, pictures and Markdown are static; outputs "
        "that can act are in sealed frames, which reach neither the page around them nor the network. Nothing is run."
        "\n\n"
        "Writes a dataset (h5ad, zarr) as a folder OUT that any static web host serves, that `hood view OUT` opens, "
        "and that cellucid 0.0.9 reads. It is there whole or not at all; when it was interrupted, the same command "
        "goes on. "
        "With --check it says what is wrong with such a folder, whoever wrote it.",
        EXIT_STATUS + "\n\nexit status 1 of --check: the folder has defects",
    )
    complete(
        parser.add_argument("path", metavar="PATH", help="a notebook, a dataset, or with --check an exported folder"),
        FILE_NAMES,
    )
    complete(
        parser.add_argument("out", metavar="OUT", nargs="?", help="the folder that a dataset is written to, or s3://…"),
        FILE_NAMES,
    )
    notebook = parser.add_argument_group("of a notebook")
    notebook.add_argument("-t", "--to", choices=("html",), default="html", help="what to write (default: html)")
    output = notebook.add_argument(
        "-o", "--output", metavar="FILE", help="write here (default: beside the notebook; -: to standard output)"
    )
    complete(output, FILE_NAMES)
    notebook.add_argument("--force", action="store_true", help="replace FILE if it exists")
    _export_dataset(parser.add_argument_group("of a dataset"))
    json_flag(parser, "of a dataset: one JSON object a line: plan, step, ..., exported; of --check: what is wrong")
    parser.set_defaults(load=loader("export"))


def _export_dataset(of: Any) -> None:
    of.add_argument("--check", action="store_true", help="write nothing; say what is wrong with the folder PATH")
    of.add_argument("--replace", action="store_true", help="replace an older export, whole and at the end")
    of.add_argument(
        "--genes",
        choices=("files", "shards", "both", "none"),
        default="files",
        help="one file for each gene, which cellucid reads; shards for our viewer, fewer and smaller; both (default: "
        "files)",
    )
    of.add_argument(
        "--bits",
        type=int,
        choices=(8, 16, 32),
        default=8,
        help="of a gene's value; 32: floats (default: 8)",
    )
    of.add_argument(
        "--column-bits", type=int, choices=(8, 16, 32), default=16, help="of continuous columns (default: 16)"
    )
    of.add_argument("--gzip", metavar="LEVEL", type=int, default=6, help="1 to 9; 0: not compressed (default: 6)")
    of.add_argument(
        "--names",
        choices=("name", "index"),
        default="name",
        help="files after columns and genes (cellucid 0.0.9) or after their numbers (0.9.1, 0.9.2) (default: name)",
    )
    of.add_argument("--gene", dest="only_genes", metavar="GENE", action="append", help="only this one; may be repeated")
    of.add_argument(
        "--column",
        dest="only_columns",
        metavar="COLUMN",
        action="append",
        help="only this of obs; may be repeated",
    )
    _matrix(of)
    of.add_argument("--latent", metavar="KEY", default="", help="the member of obsm that distances are taken in")
    for word, what in (
        ("id", "the dataset's id"),
        ("title", "its name"),
        ("description", "a sentence about it"),
        ("source", "where it comes from"),
        ("url", "where that is"),
        ("citation", "how it is cited"),
    ):
        of.add_argument(f"--{word}", metavar="TEXT", default="", help=what)
    of.add_argument("--with-page", action="store_true", help="put the viewer's page into the folder, too")
    of.add_argument("--workers", metavar="N", type=int, help="how many threads (default: one for each core)")
    of.add_argument(
        "--memory",
        metavar="MB",
        type=int,
        default=1024,
        help="to turn the matrix in (default: 1024)",
    )
    of.add_argument(
        "--scheduler", metavar="ADDRESS", help="of dask.distributed: its workers do the work (needs fumehood[scale])"
    )
    of.add_argument(
        "--store",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="an option of the object store, as endpoint=http://…; keys are taken from the environment",
    )
