"""TypeScript of the messages on the sockets and of a viewer's page, from the msgspec structs that Python uses itself.

What is reachable from the method table, the notifications and the envelopes is written, with its documentation, in
the order in which it stands in the Python modules. A field with a default may be absent on the wire (`omit_defaults`),
so it is optional here. Unions keep the names that they have in Python.
"""

from __future__ import annotations

import ast
import inspect
import json
import types
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from fumehood.core import errors, limits
from fumehood.core.limits import datasets, notebooks
from fumehood.protocol import events, frames, jsonrpc, methods, outputs, policy, state, trust, viewer

TARGET = Path(__file__).resolve().parent.parent / "web" / "packages" / "protocol" / "src" / "generated"
MODULES = (outputs, policy, trust, events, state, methods, jsonrpc)
HEAD = "// Generated from src/fumehood by `make generate`. Do not edit.\n"
SIMPLE = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null", Any: "unknown"}
BASE64 = "/// Bytes in JSON, as base64.\nexport type Base64 = string;\n"
SIMPLE |= {bytes: "Base64", msgspec.Raw: "unknown"}


def _is_alias(value: Any) -> bool:
    return isinstance(value, types.UnionType) or typing.get_origin(value) in (typing.Union, typing.Literal)


def _members(kind: Any) -> frozenset[Any]:
    """The parts of a union; a Literal counts as a union of its values."""
    if typing.get_origin(kind) is typing.Literal:
        return frozenset(typing.get_args(kind))
    return frozenset(typing.get_args(kind))


ALIASES: dict[str, Any] = {}
for _module in (*MODULES, viewer):
    for _name, _value in vars(_module).items():
        if _is_alias(_value) and not _name.startswith("_"):
            ALIASES.setdefault(_name, _value)


def _union(kind: Any, without: str = "") -> str:
    """A union in words: named unions first, the largest that fit, then what is left, in Python's order."""
    left = list(typing.get_args(kind))
    literal = typing.get_origin(kind) is typing.Literal
    named = []
    for name, alias in sorted(ALIASES.items(), key=lambda item: -len(_members(item[1]))):
        same_kind = (typing.get_origin(alias) is typing.Literal) == literal
        if name != without and same_kind and _members(alias) <= set(left):
            named.append((left.index(typing.get_args(alias)[0]), name))
            left = [part for part in left if part not in _members(alias)]
    order = list(typing.get_args(kind))
    parts = [(order.index(part), json.dumps(part) if literal else translate(part)) for part in left]
    return " | ".join(text for _, text in sorted([*named, *parts]))


def translate(kind: Any) -> str:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if kind in SIMPLE:
        return SIMPLE[kind]
    if _is_alias(kind):
        return _union(kind)
    if origin is tuple:
        if args[-1] is Ellipsis:
            return f"readonly {_item(args[0])}[]"
        return f"readonly [{', '.join(translate(arg) for arg in args)}]"
    if origin is list:
        return f"{_item(args[0])}[]"
    if origin is dict:
        return f"Record<string, {translate(args[1])}>"
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind.__name__
    raise TypeError(f"{kind} has no TypeScript")


def _item(kind: Any) -> str:
    text = translate(kind)
    return f"({text})" if " " in text else text


def _comment(text: str | None, indent: str = "") -> str:
    if not text:
        return ""
    return "".join(f"{indent}/// {line}".rstrip() + "\n" for line in inspect.cleandoc(text).splitlines())


def _documentation(kind: type) -> dict[str, str]:
    """Field name to the string that follows it in the source."""
    tree = ast.parse(inspect.getsource(kind)).body[0]
    assert isinstance(tree, ast.ClassDef)
    found: dict[str, str] = {}
    for before, after in zip(tree.body, tree.body[1:], strict=False):
        if (
            isinstance(before, ast.AnnAssign)
            and isinstance(before.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            found[before.target.id] = str(after.value.value)
    return found


def _own_doc(kind: type) -> str | None:
    return kind.__dict__.get("__doc__")


def interface(kind: type[msgspec.Struct]) -> str:
    hints = typing.get_type_hints(kind)
    docs = _documentation(kind)
    frozen = "readonly " if kind.__struct_config__.frozen else ""
    lines = [_comment(_own_doc(kind)) + f"export interface {kind.__name__} {{\n"]
    if kind.__struct_config__.tag_field:
        lines.append(f"  readonly {kind.__struct_config__.tag_field}: {json.dumps(kind.__struct_config__.tag)};\n")
    for field in msgspec.structs.fields(kind):
        lines.append(_comment(docs.get(field.name), "  "))
        optional = "" if field.required else "?"
        lines.append(f"  {frozen}{field.encode_name}{optional}: {translate(hints[field.name])};\n")
    return "".join([*lines, "}\n"])


def _parts(kind: Any) -> Iterator[Any]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield from typing.get_type_hints(kind).values()
    else:
        yield from typing.get_args(kind)


def reachable(roots: list[Any]) -> set[Any]:
    seen: set[Any] = set()
    todo = list(roots)
    while todo:
        kind = todo.pop()
        if not typing.get_args(kind) and not isinstance(kind, type):
            continue
        if kind not in seen:
            seen.add(kind)
            todo.extend(_parts(kind))
    return seen


def viewer_messages() -> str:
    """What a viewer's page says and hears; the page shares nothing else with the sockets."""
    return _written((viewer,), reachable([viewer.ToPage, viewer.FromPage, viewer.Line, viewer.AskLine]), [HEAD, BASE64])


def messages() -> str:
    table = [kind for method in methods.METHODS.values() for kind in (method.params, method.result)]
    wanted = reachable([*table, *methods.NOTIFICATIONS.values(), jsonrpc.Incoming, jsonrpc.Request])
    return _written(MODULES, wanted, [HEAD, BASE64])


def _written(modules: tuple[types.ModuleType, ...], wanted: set[Any], chunks: list[str]) -> str:
    done: set[str] = set()
    for module in modules:
        for name, value in vars(module).items():
            if name.startswith("_") or name in done:
                continue
            if isinstance(value, type) and value in wanted and value.__module__ == module.__name__:
                done.add(name)
                chunks.append(interface(value))
            elif name in ALIASES and value == ALIASES[name]:
                done.add(name)
                chunks.append(f"export type {name} = {_union(value, name)};\n")
    return "\n".join(chunks)


def method_table() -> str:
    names = sorted({kind.__name__ for m in methods.METHODS.values() for kind in (m.params, m.result)})
    names = sorted({*names, *(kind.__name__ for kind in methods.NOTIFICATIONS.values()), "Role"})
    lines = [HEAD, "import type {\n" + "".join(f"  {name},\n" for name in names) + '} from "./messages.js";\n']
    lines.append(f"export const VERSION = {methods.VERSION};\n")
    lines.append("/// All that a client can ask.\nexport interface Methods {")
    for name, method in methods.METHODS.items():
        pair = f"{{ params: {method.params.__name__}; result: {method.result.__name__} }}"
        lines.append(f"  {json.dumps(name)}: {pair};")
    lines.append("}\n\n/// Which sockets carry it.")
    lines.append("export const ROLES: { readonly [M in keyof Methods]: readonly Role[] } = {")
    order = typing.get_args(methods.Role)
    for name, method in methods.METHODS.items():
        lines.append(f"  {json.dumps(name)}: {json.dumps([role for role in order if role in method.roles])},")
    lines.append("};\n\n/// What the daemon says unasked.\nexport interface Notifications {")
    lines += [f"  {json.dumps(name)}: {kind.__name__};" for name, kind in methods.NOTIFICATIONS.items()]
    return "\n".join([*lines, "}\n"])


def limit_table() -> str:
    lines = [HEAD, "/// Bytes unless the name says otherwise; times in seconds.\nexport const limits = {"]
    for module in (notebooks, datasets):
        tree = ast.parse(inspect.getsource(module))
        for index, node in enumerate(tree.body):
            if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
                continue
            after = tree.body[index + 1] if index + 1 < len(tree.body) else None
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                lines.append(_comment(str(after.value.value), "  ").rstrip("\n"))
            lines.append(f"  {node.target.id}: {json.dumps(getattr(limits, node.target.id))},")
    return "\n".join([*lines, "} as const;\n"])


def error_table() -> str:
    lines = [
        HEAD,
        "/// Every code that an error may have, with its hint and the exit status of `hood`.\nexport const errors = {",
    ]
    for code, leaf in errors.BY_CODE.items():
        entry = {"status": leaf.exit_status, "hint": leaf.default_hint}
        lines.append(_comment(_own_doc(leaf), "  ").rstrip("\n") if _own_doc(leaf) else "")
        lines.append(f"  {json.dumps(code)}: {json.dumps(entry)},")
    return "\n".join(
        [*(line for line in lines if line), "} as const;\n", "export type ErrorCode = keyof typeof errors;\n"]
    )


def frame_table() -> str:
    def values(kind: type[frames.Document] | type[frames.Kind]) -> str:
        return "".join(f"  {member.name}: {member.value},\n" for member in kind)

    return (
        f"{HEAD}\n/// Bytes before the payload.\nexport const HEAD = {frames.HEAD};\n\n"
        f"export const Document = {{\n{values(frames.Document)}}} as const;\n\n"
        f"export const Kind = {{\n{values(frames.Kind)}}} as const;\n"
    )


FILES: dict[str, Callable[[], str]] = {
    "messages.ts": messages,
    "viewer.ts": viewer_messages,
    "methods.ts": method_table,
    "limits.ts": limit_table,
    "errors.ts": error_table,
    "frames.ts": frame_table,
}


def files() -> dict[Path, str]:
    return {TARGET / name: make() for name, make in FILES.items()}
