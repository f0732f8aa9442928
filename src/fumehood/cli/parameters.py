"""Parameters of a run, as papermill has them: values from the command line, written as a cell into the notebook.

The cell that is tagged `parameters` holds the defaults; below it comes a cell tagged `injected-parameters`, which
replaces one that is there already; without a `parameters` cell it comes first.
"""

from __future__ import annotations

import ast
import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fumehood.core.errors import BadSetting, FileMissing

if TYPE_CHECKING:
    from fumehood.client.notebook import Notebook

INJECTED: Final = "injected-parameters"
PARAMETERS: Final = "parameters"
_MOST: Final = 1_000_000


def parse(words: Sequence[str], raw: Sequence[str] = (), file: Path | None = None) -> dict[str, Any]:
    """`name=value` words over the values of a .json or .toml file. Raises `BadSetting`, `FileMissing`."""
    found: dict[str, Any] = {} if file is None else _read(file)
    for word in words:
        name, value = _split(word)
        found[name] = literal(value)
    for word in raw:
        name, value = _split(word)
        found[name] = value
    for name in found:
        if not name.isidentifier():
            raise BadSetting(f"{name!r} cannot be the name of a parameter.")
    return found


def _split(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        raise BadSetting(f"{word!r} is not of the form name=value.")
    return name.strip(), value


def literal(text: str) -> Any:
    """A JSON value, else a Python literal of JSON's kinds, else the text itself."""
    if len(text) > _MOST:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        value = ast.literal_eval(text.strip())
        return value if _is_plain(value) else text
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return text


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(_is_plain(one) for one in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(one) for key, one in value.items())
    return value is None or isinstance(value, (str, int, float))


def _read(file: Path) -> dict[str, Any]:
    try:
        data = file.read_bytes()
        found = tomllib.loads(data.decode()) if file.suffix == ".toml" else json.loads(data)
    except FileNotFoundError as error:
        raise FileMissing(f"{file} is not there.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise BadSetting(f"{file} cannot be read as parameters: {error}.") from error
    if not isinstance(found, dict):
        raise BadSetting(f"{file} must hold names and values.")
    return found


def source(values: Mapping[str, Any], language: str) -> str:
    """The cell's text. Raises `BadSetting` for a language that it cannot be written in."""
    writer = _WRITERS.get(language.lower())
    if writer is None:
        raise BadSetting(f"Parameters cannot be written in {language}.", hint="Python, R and Julia can have them.")
    assign, value = writer
    try:
        return "# Parameters\n" + "".join(f"{name} {assign} {value(one)}\n" for name, one in values.items())
    except TypeError as error:
        raise BadSetting(f"A parameter cannot be written in {language}: {error}.") from error


def _python(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, (list, tuple)):
        inner = ", ".join(_python(one) for one in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' if len(value) == 1 else ''})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_python(key)}: {_python(one)}" for key, one in value.items()) + "}"
    if value is None or isinstance(value, (str, bool, int, float)):
        return ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    raise TypeError(f"{type(value).__name__} is no plain value")


def _r(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Inf" if value > 0 else "-Inf"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return f"list({', '.join(_r(one) for one in value)})"
    if isinstance(value, dict):
        return f"list({', '.join(f'{json.dumps(key)} = {_r(one)}' for key, one in value.items())})"
    raise TypeError(f"{type(value).__name__} is no plain value")


def _julia(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Inf" if value > 0 else "-Inf"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("$", "\\$")
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_julia(one) for one in value)}]"
    if isinstance(value, dict):
        return f"Dict({', '.join(f'{_julia(key)} => {_julia(one)}' for key, one in value.items())})"
    raise TypeError(f"{type(value).__name__} is no plain value")


_WRITERS: Final = {"python": ("=", _python), "r": ("=", _r), "julia": ("=", _julia)}


def inject(notebook: Notebook, values: Mapping[str, Any], language: str) -> str:
    """Writes the parameters into the notebook; returns the cell's id. Other injected cells of earlier runs go."""
    text = source(values, language)
    cells = notebook.cells
    injected = [cell.id for cell in cells if INJECTED in tags(cell.metadata)]
    if injected:
        for extra in injected[1:]:
            notebook.delete(extra)
        notebook.edit(injected[0], text)
        return injected[0]
    after = next((cell.id for cell in cells if PARAMETERS in tags(cell.metadata)), None)
    return notebook.insert(text, after=after, metadata={"tags": [INJECTED]}).cell


def tags(metadata: Mapping[str, Any]) -> list[str]:
    found = metadata.get("tags")
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
