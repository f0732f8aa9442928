"""An agent's code in a person's kernel has the person's power, so a person is asked first (design, section 5).

A grant is for one request, or for this room as long as the agent's connection lasts; it can be seen and taken back.
An agent is its connection, not the name it gives itself. Nothing here is kept on disk: a new daemon asks again.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from fumehood.core import limits
from fumehood.core.errors import Busy, GrantDenied, GrantMissing, TimedOut
from fumehood.daemon.subscribers import Listener
from fumehood.protocol import events as ev
from fumehood.protocol.methods import Grant, GrantParams, Grants


@dataclass(slots=True, eq=False)
class _Waiting:
    agent: str
    number: int
    cells: tuple[str, ...]
    settled: asyncio.Future[bool]


class RoomGrants:
    def __init__(self, say: Callable[[ev.Passing], None]) -> None:
        self._say = say
        self._allowed: dict[str, int] = {}
        """Agent to the number of its connection."""
        self._waiting: dict[str, _Waiting] = {}

    async def ask(self, agent: Listener, cells: tuple[str, ...]) -> None:
        """Returns when a person allows it. Raises GrantDenied, TimedOut, Busy."""
        if agent.who in self._allowed:
            return
        if len(self._waiting) >= limits.GRANTS_WAITING:
            raise Busy("Too many requests of agents wait for a person in this notebook.")
        request = secrets.token_hex(8)
        waiting = _Waiting(agent.who, agent.number, cells, asyncio.get_running_loop().create_future())
        self._waiting[request] = waiting
        self._say(ev.GrantAsked(request=request, agent=agent.who, cells=cells))
        allowed = False
        try:
            async with asyncio.timeout(limits.GRANT_SECONDS):
                allowed = await waiting.settled
        except TimeoutError as error:
            raise TimedOut("Nobody answered whether the agent may run code.") from error
        finally:
            self._waiting.pop(request, None)
            self._say(ev.GrantSettled(request=request, allowed=allowed))
        if not allowed:
            raise GrantDenied("A person did not allow it.")

    def settle(self, params: GrantParams) -> None:
        waiting = self._waiting.get(params.request)
        if waiting is None or waiting.settled.done():
            raise GrantMissing("There is no such request any more.")
        if params.allow and params.scope == "room":
            self._allowed[waiting.agent] = waiting.number
            for other in self._waiting.values():
                if other.agent == waiting.agent and not other.settled.done():
                    other.settled.set_result(True)
            return
        waiting.settled.set_result(params.allow)

    def revoke(self, agent: str) -> None:
        self._allowed.pop(agent, None)

    def listed(self) -> Grants:
        return Grants(
            grants=(
                *(Grant(agent=agent) for agent in self._allowed),
                *(Grant(agent=one.agent, request=request, cells=one.cells) for request, one in self._waiting.items()),
            )
        )

    def gone(self, number: int) -> None:
        """The connection has ended: what it waited for is withdrawn, what it was allowed is over."""
        for agent, owner in list(self._allowed.items()):
            if owner == number:
                del self._allowed[agent]
        for waiting in self._waiting.values():
            if waiting.number == number and not waiting.settled.done():
                waiting.settled.set_result(False)
