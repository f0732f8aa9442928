"""A cell could not import a module: which environment lacks it, and which package would bring it.

What is imported and what the package is called are two names, and packages lie in wait under the first. So a package
is named only where it is well known, by its own name or as the one that a module comes from; a module that could as
well be the user's own file (`utils`) names none. Naming installs nothing: what is added is shown, judged and approved
like everything else. The error's text comes from the kernel: anything may stand in it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from fumehood.core.errors import ModuleMissing
from fumehood.protocol.events import Noticed
from fumehood.runtime.desk import Desk
from fumehood.runtime.jupyter import ExecuteReply
from fumehood.runtime.life import is_python

_NAMED: Final = re.compile(r"No module named '([A-Za-z_][A-Za-z0-9_]{0,99})(?:\.[A-Za-z0-9_.]{0,200})?'\Z")
_SHOWN: Final = 80

#: Where a well-known package of the module's own name is another one.
_COMES_FROM: Final = {
    "attr": "attrs",
    "bio": "biopython",
    "bs4": "beautifulsoup4",
    "crypto": "pycryptodome",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "jwt": "pyjwt",
    "kafka": "kafka-python",
    "magic": "python-magic",
    "mysqldb": "mysqlclient",
    "openssl": "pyopenssl",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "umap": "umap-learn",
    "usb": "pyusb",
    "zmq": "pyzmq",
}
#: What people call files of their own.
_COMMON: Final = frozenset(
    word
    for words in (
        "app base common config conf constants core data dataset datasets helper helpers io lib library",
        "main model models module my parser plot plots plotting project scripts settings setup src",
        "test tests tool tools types util utils version",
    )
    for word in words.split()
)


def module_of(reply: ExecuteReply) -> str:
    """The top of what was not found; empty where that is not the error."""
    found = _NAMED.search(reply.evalue) if reply.ename == "ModuleNotFoundError" else None
    return found[1] if found else ""


def package_of(module: str) -> str:
    """The package that would bring it; empty where none is well known."""
    name = module.lower()
    if name in _COMES_FROM:
        return _COMES_FROM[name]
    if name in _COMMON or name.startswith("_"):
        return ""
    from fumehood.trust.lookalikes import Names  # only who misses something needs it

    judged = Names.load().judge(module)
    if judged.rank:
        return name.replace("_", "-")
    called_otherwise = any(reason.startswith(("import:", "alias:")) for reason in judged.reasons)
    return judged.target or "" if called_otherwise else ""


def tell(desk: Desk, cell: str, reply: ExecuteReply) -> None:
    module = module_of(reply)
    kernel = desk.life.kernel
    if not module or kernel is None or not is_python(kernel.spec):
        return
    package = package_of(module)
    if desk.python:
        where = f"this notebook's environment ({Path(desk.python).parent.parent.name[:12]})"
    else:
        where = f"{kernel.spec.display_name[:_SHOWN]}, in which this notebook runs"
    hint = f"Add {package} to this notebook." if package else "If a package brings it, add that to this notebook."
    error = ModuleMissing(f"The module {module} is not in {where}.", hint=hint)
    desk.say(
        Noticed(time=desk.clock(), code=error.code, message=error.message, hint=error.hint, cell=cell, package=package)
    )
