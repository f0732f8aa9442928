"""A notebook driven through the sockets of a real daemon, by nothing but messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fumehood.core.ids import new_execution_id
from tests.doors.bench import Caller


class Driven:
    def __init__(self, caller: Caller, room: str) -> None:
        self.caller = caller
        self.room = room

    @classmethod
    async def open(cls, caller: Caller, path: Path) -> Driven:
        opened = await ask(caller, "room.open", {"path": str(path), "create": True})
        return cls(caller, opened["room"])

    async def start(self, source: str) -> str:
        """Queues a new cell with this source. Gives the execution."""
        cell = await ask(self.caller, "cell.insert", {"room": self.room, "source": source})
        execution = new_execution_id()
        reference = {"cell": cell["cell"], "source_hash": cell["version"], "execution": execution}
        await ask(self.caller, "cell.execute", {"room": self.room, "cells": [reference]})
        return execution

    async def finished(self, execution: str) -> tuple[str, str]:
        """Its status, and what it printed, from the events of this connection."""
        text = ""
        seen = 0
        while True:
            for note in self.caller.notes[seen:]:
                for event in json.loads(bytes(note.params)).get("events", ()):
                    if event.get("execution") != execution:
                        continue
                    if event["type"] == "output":
                        text += event["output"].get("text", "") or event["output"].get("evalue", "")
                    elif event["type"] == "stream":
                        text = text[: event["at"]] + event["text"]
                    elif event["type"] == "finished":
                        return event["status"], text
            seen = len(self.caller.notes)
            message = await self.caller.receive()
            assert message is not None, "the daemon went away"
            self.caller.notes.append(message)

    async def run(self, source: str) -> str:
        """What a new cell with this source prints."""
        status, text = await self.finished(await self.start(source))
        assert status == "ok", text
        return text


async def ask(caller: Caller, method: str, params: Any) -> Any:
    answer = await caller.call(method, params)
    assert answer.error is None, answer.error
    return json.loads(bytes(answer.result))
