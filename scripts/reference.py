"""docs/reference/: the command line from its parser, the errors from their classes, the protocol from its structs."""

from __future__ import annotations

import argparse
import ast
import inspect
import os
import re
import textwrap
import types
import typing
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from fumehood.cli.parser import make_parser
from fumehood.cli.parts import EXIT_STATUS
from fumehood.core import errors
from fumehood.protocol import events, methods, outputs, state
from fumehood.protocol.frames import Document, Kind

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
NOTE = "<!-- Written by `make generate`; do not edit. -->\n"


def files() -> dict[Path, str]:
    return {
        FOLDER / "command-line.md": command_line(),
        FOLDER / "errors.md": error_list(),
        FOLDER / "protocol.md": protocol(),
    }


# -- the command line


def command_line() -> str:
    with _neutral():
        return _command_line()


@contextmanager
def _neutral() -> Iterator[None]:
    """argparse breaks lines by the width of whoever runs it, and may colour them."""
    wanted = {"COLUMNS": "100", "NO_COLOR": "1"}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _command_line() -> str:
    parser = make_parser()
    parts = [
        "# The command line\n",
        NOTE,
        "Every command prints an error as `error[code]: message` and a hint on standard error; "
        "[errors.md](errors.md) lists the codes. With `--json` standard output is JSON only. "
        "Colours are for terminals, and for no one where `NO_COLOR` is set.\n",
        "```text\n" + textwrap.dedent(EXIT_STATUS) + "\n```\n",
    ]
    for name, command, level in _commands(parser, "hood"):
        text = command.format_help().replace(EXIT_STATUS, "").rstrip()
        parts.append(f"{'#' * level} `{name}`\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def _commands(
    parser: argparse.ArgumentParser, name: str, level: int = 2
) -> Iterator[tuple[str, argparse.ArgumentParser, int]]:
    yield name, parser, level
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, below in action.choices.items():
                yield from _commands(below, f"{name} {word}", min(level + 1, 4))


# -- the errors


def error_list() -> str:
    parts = [
        "# Errors\n",
        NOTE,
        "A program may match on a code: it is never renamed or used for something else. "
        "`hood` ends with the exit status; over the wire the code is `error.data.code`.\n",
    ]
    classes = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.HoodError)]
    families = [one for one in classes if errors.HoodError in one.__bases__]
    for family in families:
        leaves = [one for one in classes if "code" in vars(one) and issubclass(one, family)]
        what = re.search(rf"{family.__name__} +(.+?) +\(exit", errors.__doc__ or "")
        title = what[1] if what else family.__name__
        parts.append(f"## {family.__name__}: {title} (exit status {family.exit_status})\n")
        parts.append("| code | class | when | way out |\n|---|---|---|---|")
        for leaf in leaves:
            when = _paragraph(leaf.__doc__ if "__doc__" in vars(leaf) else "")
            parts.append(f"| `{leaf.code}` | `{leaf.__name__}` | {when} | {_cell(leaf.default_hint)} |")
        parts.append("")
    return "\n".join(parts)


# -- the protocol


def protocol() -> str:
    parts = [
        "# The protocol\n",
        NOTE,
        _prose(methods.__doc__),
        f"Version {methods.VERSION}. WebSocket on a Unix socket, `GET /ws`: a text message is JSON-RPC 2.0, a binary "
        "one is a frame of room id (16 bytes), document, kind and payload. The first message must be `daemon.hello`.\n",
        "| byte 16, document | | byte 17, kind | |\n|---|---|---|---|",
        *(
            f"| {left} | {right} |"
            for left, right in zip(
                [f"{one.value} | {one.name.lower()}" for one in Document] + [" | "] * (len(Kind) - len(Document)),
                [f"{one.value} | {one.name.lower()}" for one in Kind],
                strict=True,
            )
        ),
        "\n## Methods\n",
    ]
    used: dict[str, type] = {}
    for name, method in methods.METHODS.items():
        roles = ", ".join(role for role in ("person", "agent", "cell") if role in method.roles)
        parts.append(f"### `{name}`\n\nFor: {roles}. Result: {_named(method.result, used)}.\n")
        parts.append(_struct(method.params, used))
    parts.append("## Notifications\n\nFrom the daemon to a client.\n")
    for name, kind in methods.NOTIFICATIONS.items():
        parts.append(f"### `{name}`\n\n{_about(kind)}{_struct(kind, used)}")
    parts.append("## Events\n\n" + _prose(events.__doc__))
    for kind in typing.get_args(events.AnyEvent):
        parts.append(f"### `{kind.__struct_config__.tag}`\n\n{_about(kind)}{_struct(kind, used)}")
    parts.append("## Outputs\n\n" + _prose(outputs.__doc__))
    for kind in typing.get_args(outputs.Output):
        parts.append(f"### `{kind.__struct_config__.tag}`\n\n{_about(kind)}{_struct(kind, used)}")
    parts.append("## Values\n")
    known = {*typing.get_args(events.AnyEvent), *typing.get_args(outputs.Output), methods.Empty}
    done: set[type] = set()
    used["RoomState"] = state.RoomState
    while rest := [kind for kind in used.values() if kind not in done and kind not in known]:
        for kind in sorted(rest, key=lambda one: one.__name__):
            done.add(kind)
            parts.append(f"### {kind.__name__}\n\n{_about(kind)}{_struct(kind, used)}")
    return "\n".join(parts)


def _about(kind: type) -> str:
    text = kind.__doc__ if "__doc__" in vars(kind) else ""
    return f"{_paragraph(text)}\n\n" if text else ""


def _struct(kind: type, used: dict[str, type]) -> str:
    fields = msgspec.structs.fields(kind)
    if not fields:
        return "No fields.\n"
    notes = _notes(kind)
    rows = ["| field | type | default | |", "|---|---|---|---|"]
    for field in fields:
        default = "" if field.required else f"`{msgspec.json.encode(_default(field)).decode()}`"
        rows.append(f"| `{field.name}` | {_named(field.type, used)} | {default} | {_cell(notes.get(field.name, ''))} |")
    return "\n".join(rows) + "\n"


def _default(field: Any) -> Any:
    return field.default if field.default is not msgspec.NODEFAULT else field.default_factory()


def _notes(kind: type) -> dict[str, str]:
    """The strings below the fields: what they say is nowhere at run time."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(tree, ast.ClassDef)
    notes = {}
    for before, after in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(before, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            assert isinstance(before.target, ast.Name)
            notes[before.target.id] = inspect.cleandoc(str(after.value.value))
    return notes


def _named(kind: Any, used: dict[str, type]) -> str:
    """A type as a reader of JSON knows it, with links to the structs."""
    if kind is None or kind is type(None):
        return "null"
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        tag = kind.__struct_config__.tag
        if tag is not None:
            return f"[{tag}](#{tag})"
        if kind is not methods.Empty:
            used[kind.__name__] = kind
            return f"[{kind.__name__}](#{kind.__name__.lower()})"
        return "nothing"
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return " or ".join(f"`{one}`" for one in arguments)
    if origin in (tuple, list):
        inner = [one for one in arguments if one is not Ellipsis]
        return f"list of {', '.join(_named(one, used) for one in inner)}" if inner else "list"
    if origin is dict:
        return f"object of {_named(arguments[1], used)}"
    if origin in (typing.Union, types.UnionType):
        if set(arguments) >= set(typing.get_args(events.AnyEvent)):
            return "[event](#events)"
        if set(arguments) == set(typing.get_args(outputs.Output)):
            return "[output](#outputs)"
        return " or ".join(_named(one, used) for one in arguments)
    names = {
        str: "text",
        int: "integer",
        float: "number",
        bool: "true or false",
        bytes: "base64",
        Any: "any",
        dict: "object",
    }
    return names[kind]


def _paragraph(text: str | None) -> str:
    return _cell(inspect.cleandoc(text or ""))


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("``", "`").split())


def _prose(text: str | None) -> str:
    return inspect.cleandoc(text or "").replace("``", "`") + "\n"
