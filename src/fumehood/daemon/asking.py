"""Completion, inspection, history: questions to a live kernel, and what a kernel that lies may answer."""

from __future__ import annotations

from typing import Any

from fumehood.daemon.kernels import alive
from fumehood.daemon.room import Room
from fumehood.protocol.methods import (
    CompleteParams,
    CompleteResult,
    HistoryParams,
    HistoryResult,
    InspectParams,
    InspectResult,
)

_MATCHES = 5_000
_ENTRIES = 10_000


async def complete(room: Room, params: CompleteParams) -> CompleteResult:
    """Raises NoKernel, TimedOut."""
    content = await alive(room).link.ask("complete", {"code": params.code, "cursor_pos": params.cursor})
    matches = tuple(one for one in _list(content.get("matches")) if isinstance(one, str))[:_MATCHES]
    return CompleteResult(
        matches=matches,
        start=_number(content.get("cursor_start"), params.cursor),
        end=_number(content.get("cursor_end"), params.cursor),
        metadata=_dict(content.get("metadata")),
    )


async def inspect(room: Room, params: InspectParams) -> InspectResult:
    content = await alive(room).link.ask(
        "inspect", {"code": params.code, "cursor_pos": params.cursor, "detail_level": 1 if params.detail else 0}
    )
    return InspectResult(found=content.get("found") is True, data=_dict(content.get("data")))


async def history(room: Room, params: HistoryParams) -> HistoryResult:
    count = max(1, min(params.n, _ENTRIES))
    content: dict[str, Any] = {"output": False, "raw": True, "n": count}
    content |= (
        {"hist_access_type": "search", "pattern": params.pattern, "unique": True}
        if params.pattern
        else {"hist_access_type": "tail"}
    )
    answer = await alive(room).link.ask("history", content)
    entries = []
    for entry in _list(answer.get("history"))[-count:]:
        match entry:
            case [int(session), int(line), str(source)]:
                entries.append((session, line, source))
    return HistoryResult(entries=tuple(entries))


def _number(value: Any, default: int) -> int:
    return value if type(value) is int and value >= 0 else default


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
