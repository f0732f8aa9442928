"""All that a runtime knows while it runs, in one record. The modules beside it act on it: `running` what the queue
does, `hearing` what the kernel says, `obeying` what the daemon wants, `lifecycle` what takes time.

Has no behaviour of its own but `say`, which is short for the way out.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from fumehood.core.errors import HoodError, LimitExceeded
from fumehood.protocol.events import Noticed
from fumehood.runtime.asks import Asks
from fumehood.runtime.captures import Capture, Captures
from fumehood.runtime.changes import Changes
from fumehood.runtime.comms import Comms
from fumehood.runtime.displays import Displays
from fumehood.runtime.execution import Body, Execution
from fumehood.runtime.executions import Executions
from fumehood.runtime.handed import Handed
from fumehood.runtime.inputs import Inputs
from fumehood.runtime.jupyter import ExecuteReply
from fumehood.runtime.life import Life
from fumehood.runtime.outlet import Outlet, Passing
from fumehood.runtime.queue import Queue
from fumehood.runtime.teller import Teller

log = logging.getLogger(__name__)


async def _guarded(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        log.exception("a task of the runtime failed")


@dataclass(slots=True)
class Running:
    """The execution that the kernel has."""

    execution: Execution
    message: str
    reply: ExecuteReply | None = None
    idle: bool = False
    patience: asyncio.TimerHandle | None = None
    probe: str = ""
    """A kernel_info_request whose answer stands for the half of the answer that does not come."""


@dataclass(slots=True)
class Desk:
    id: str
    tasks: asyncio.TaskGroup
    outlet: Outlet
    teller: Teller
    life: Life
    end: Callable[[], None]
    """Lets the program end."""
    room: str = ""
    spec: str = ""
    python: str = ""
    """Of a built environment; empty: the kernelspec says what is started."""
    cwd: str = ""
    env: dict[str, str] = field(default_factory=dict)
    queue: Queue = field(default_factory=Queue)
    executions: Executions = field(default_factory=Executions)
    displays: Displays = field(default_factory=Displays)
    inputs: Inputs = field(default_factory=Inputs)
    asks: Asks = field(default_factory=Asks)
    handed: Handed = field(default_factory=Handed)
    comms: Comms = field(default_factory=Comms)
    captures: Captures = field(default_factory=Captures)
    captured: dict[str, Capture] = field(default_factory=dict)
    """Areas of Output widgets that hold what nobody was told yet, by comm."""
    capture_timer: asyncio.TimerHandle | None = None
    changes: Changes = field(default_factory=Changes)
    changes_timer: asyncio.TimerHandle | None = None
    changes_due: float = 0.0
    """Of the loop's clock: before then the room is not told of widgets again, unless something depends on it."""
    moment: float = 0.0
    prompt: int = 0
    """When the moment began in which messages of widgets are counted, and how many of them were told at once."""
    untaught: dict[str, Capture] = field(default_factory=dict)
    """Areas of which the kernel itself does not know what they caught; it learns it when it is idle."""
    running: Running | None = None
    busy: bool = False
    """By the kernel's own word, for whatever reason."""
    operation: asyncio.Task[None] | None = None
    interrupting: asyncio.Task[None] | None = None
    greeted: bool = False
    """A daemon is connected."""
    leaving: bool = False
    clock: Callable[[], float] = time.time
    misspoken: int = 0
    """Messages of the kernel that made no sense."""
    published: int = 0
    """Messages that came on IOPub."""
    told_busy: bool = False
    """What the room believes."""

    def say(self, *reports: Body | Passing) -> None:
        for report in reports:
            try:
                self.outlet.leave(report)
            except LimitExceeded as error:
                log.error("%s could not leave: %s", type(report).__name__, error)

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Held and awaited by the program; a defect in it is logged and does not end the kernel."""
        return self.tasks.create_task(_guarded(work), name=name)

    def notice(self, error: HoodError, cell: str | None = None) -> None:
        self.say(Noticed(time=self.clock(), code=error.code, message=error.message, hint=error.hint, cell=cell))
