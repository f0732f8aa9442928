"""Formats 2 and 3 as 4.5, by nbformat itself. The only module that imports nbformat; that costs a second."""

from __future__ import annotations

import copy
import json
import logging
from typing import Any

from fumehood.core.errors import NotebookUnreadable


def upgraded(top: dict[str, Any], major: int) -> dict[str, Any]:
    """The content of a file of format 2 or 3 as format 4.5 has it. Raises `NotebookUnreadable`."""
    from nbformat import NBFormatError, ValidationError, convert, versions

    # nbformat logs what it finds wrong, with pieces of the notebook; a log is no place for those.
    log = logging.getLogger("traitlets")
    before, log.disabled = log.disabled, True
    try:
        node = convert(versions[major].to_notebook_json(copy.deepcopy(top)), 4)  # type: ignore[no-untyped-call]
        result: dict[str, Any] = json.loads(json.dumps(node))
    except RecursionError as error:
        raise NotebookUnreadable(f"The notebook of format {major} is nested too deeply.") from error
    except (NBFormatError, ValidationError, ValueError, LookupError, TypeError, AttributeError) as error:
        reason = str(error).partition("\n")[0][:200]
        raise NotebookUnreadable(f"The notebook of format {major} cannot be upgraded: {reason}.") from error
    finally:
        log.disabled = before
    # nbformat gives random ids; ours come from content, so that each reading finds the same cells.
    for cell in result.get("cells", []):
        cell.pop("id", None)
    return result
