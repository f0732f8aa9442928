"""What `hood run` does about packages: refuses with the list and the command that mends it, or takes a lock's digest.

`--approved DIGEST` is a person's word, given where the digest was written down (a CI's configuration): what the
notebook asks for is resolved anew, and approved only if it comes to exactly that lock.
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Awaitable
from dataclasses import dataclass

from fumehood.cli import terminal, words
from fumehood.cli.connecting import short_path
from fumehood.client.notebook import Notebook
from fumehood.client.watching import EventStream
from fumehood.core.errors import NotApproved
from fumehood.protocol.trust import TrustChanged


@dataclass(frozen=True, slots=True)
class Gate:
    approved: str
    """The digest of a plan; empty: none was given."""
    without: bool
    hosts: tuple[str, ...]
    builds: tuple[str, ...]

    async def passed(self, notebook: Notebook) -> None:
        """Raises NotApproved where it comes to another lock, and what `check` and `approve` raise."""
        if not self.approved:
            return
        shown = await notebook.trust()
        if shown.status in ("nothing", "offered"):
            return
        if shown.status == "approved" and shown.plan is not None and shown.plan.digest == self.approved:
            return
        shown = await notebook.check(*self.hosts)
        if shown.plan is None:
            raise NotApproved(shown.problem or "What it asks for could not be resolved.", hint="")
        if shown.plan.digest != self.approved:
            raise NotApproved(f"What it asks for comes to {shown.plan.digest}, which is not what was approved.")
        await notebook.approve(shown, builds=self.builds)


async def _say_steps(events: EventStream) -> None:
    said = ""
    async for event in events:
        if isinstance(event, TrustChanged) and event.step and event.step != said:
            said = event.step
            words.note(f"{terminal.line(said)} …", words.DIM)


async def told(notebook: Notebook, starting: Awaitable[None]) -> None:
    """Starts it, and says what is installed on the way; packages that nobody approved are listed. Raises as it does."""
    try:
        async with notebook.events() as events:
            saying = asyncio.create_task(_say_steps(events))
            try:
                await starting
            finally:
                saying.cancel()
        if environment := notebook.state.trust.environment:
            words.note(f"It runs in the environment {terminal.line(environment)}.", words.DIM)
    except NotApproved as error:
        wanted = error.data.get("requirements")
        for one in wanted if isinstance(wanted, list) else ():
            words.note(f"  asks for {terminal.line(str(one))}", words.YELLOW)
        name = shlex.quote(short_path(notebook.path))
        raise NotApproved(error.message, hint=f"Look at it: hood trust review {name}", **error.data) from error
