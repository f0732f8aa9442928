"""`environment.yml` and pixi's tables: conda's packages, and PyPI's beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fumehood.environments.asking import pip_lines, pythons, requirement
from fumehood.environments.asking.gathering import Gathered, plain
from fumehood.protocol.trust import Asker


def environment(value: object, asker: Asker, gathered: Gathered) -> None:
    """The value of an environment.yml."""
    if not isinstance(value, Mapping):
        gathered.complain(asker, "It is not a table.")
        return
    _channels(value.get("channels"), asker, gathered)
    wanted = value.get("dependencies")
    if not isinstance(wanted, list):
        if wanted is not None:
            gathered.complain(asker, "`dependencies` is not a list.")
        return
    for one in wanted:
        if isinstance(one, Mapping):
            for key, texts in one.items():
                if key == "pip" and isinstance(texts, list):
                    for text in texts:
                        _pip(text, asker, gathered)
                else:
                    gathered.complain(asker, f"{plain(str(key), 80)!r} below `dependencies` is not known here.")
        else:
            requirement.conda(one, asker, gathered)


def _pip(text: object, asker: Asker, gathered: Gathered) -> None:
    if not isinstance(text, str):
        gathered.complain(asker, "A requirement must be a text.")
    elif (file := pip_lines.take(text.strip(), asker, gathered)) is not None:
        gathered.complain(asker, f"{plain(file, 120)!r} is named by it, and not read through it.")


def pixi(value: Mapping[str, Any], asker: Asker, gathered: Gathered) -> None:
    """`pixi.toml`, or `[tool.pixi]`."""
    for key in ("workspace", "project"):
        workspace = value.get(key)
        if isinstance(workspace, Mapping):
            _channels(workspace.get("channels"), asker, gathered)
    _channels(value.get("channels"), asker, gathered)
    _pixi_part(value, asker, gathered)
    for key in ("feature", "target"):
        parts = value.get(key)
        for part in parts.values() if isinstance(parts, Mapping) else ():
            if isinstance(part, Mapping):
                _channels(part.get("channels"), asker, gathered)
                _pixi_part(part, asker, gathered)


def _pixi_part(part: Mapping[str, Any], asker: Asker, gathered: Gathered) -> None:
    for key in ("dependencies", "host-dependencies", "build-dependencies"):
        for name, spec in _pairs(part.get(key), key, asker, gathered):
            if name == "python" and asker.kind != "file":
                version = spec.get("version") if isinstance(spec, Mapping) else spec
                if found := pythons.constraint(version, asker, gathered):
                    gathered.pythons.append(found)
                continue
            requirement.conda(_match(name, spec), asker, gathered)
    for name, spec in _pairs(part.get("pypi-dependencies"), "pypi-dependencies", asker, gathered):
        requirement.pypi(_pypi(name, spec, asker, gathered), asker, gathered)
    options = part.get("pypi-options")
    if isinstance(options, Mapping):
        for url in _texts(options.get("index-url")):
            gathered.index(url, "default", asker)
        for url in _texts(options.get("extra-index-urls")):
            gathered.index(url, "extra", asker)
        links = options.get("find-links")
        for one in links if isinstance(links, list) else ():
            for url in _texts(one.get("url") if isinstance(one, Mapping) else one):
                gathered.index(url, "links", asker)


def _pairs(value: object, key: str, asker: Asker, gathered: Gathered) -> list[tuple[str, object]]:
    if value is None:
        return []
    if isinstance(value, Mapping):
        return [(str(name), spec) for name, spec in value.items()]
    gathered.complain(asker, f"`{key}` is not a table.")
    return []


def _texts(value: object) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _match(name: str, spec: object) -> str:
    """As a match specification; an address as itself."""
    if isinstance(spec, Mapping):
        for key in ("url", "git", "path"):
            if isinstance(spec.get(key), str):
                address = str(spec[key])
                return f"git+{address}" if key == "git" else f"./{address}" if key == "path" else address
        channel = f"{spec['channel']}::" if isinstance(spec.get("channel"), str) else ""
        version = spec.get("version")
        return f"{channel}{name}{_version(version)}"
    return f"{name}{_version(spec)}"


def _version(spec: object) -> str:
    if not isinstance(spec, str) or spec in ("", "*"):
        return ""
    return spec if spec[0] in "<>=!~^" else f" {spec}"


def _pypi(name: str, spec: object, asker: Asker, gathered: Gathered) -> str:
    if not isinstance(spec, Mapping):
        return f"{name}{_pep440(spec)}"
    extras = spec.get("extras")
    names = [one for one in extras if isinstance(one, str)] if isinstance(extras, list) else []
    whole = f"{name}[{','.join(names)}]" if names else name
    return requirement.sourced(whole, spec, asker, gathered) or f"{whole}{_pep440(spec.get('version'))}"


def _pep440(spec: object) -> str:
    if not isinstance(spec, str) or spec.strip() in ("", "*"):
        return ""
    return spec if spec[0] in "<>=!~" else f"=={spec}"


def _channels(value: object, asker: Asker, gathered: Gathered) -> None:
    for one in value if isinstance(value, list) else ():
        name = one.get("channel") if isinstance(one, Mapping) else one
        if isinstance(name, str) and name != "nodefaults":
            gathered.channel(name, asker)
        elif not isinstance(name, str):
            gathered.complain(asker, "A channel must be a text.")
