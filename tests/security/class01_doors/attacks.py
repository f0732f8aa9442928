"""Runs `attacker.py` in a process of its own, as it would come from a kernel."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from fumehood.core.identity import Identity, identity

ATTACKER = Path(__file__).with_name("attacker.py")


async def attack(
    mode: str,
    socket_path: Path,
    record: Callable[[Identity], None] = lambda _: None,
    uid: int | None = None,
    requests: Sequence[str] | None = None,
) -> dict[str, object]:
    """What the attacker got. `record` is told the process that plays the runtime, before it begins."""
    process = subprocess.Popen(  # noqa: ASYNC220 - it starts at once, and what is waited for is its answer
        [sys.executable, str(ATTACKER), mode, str(socket_path), *([] if uid is None else [str(uid)])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, **({} if requests is None else {"ATTACK_REQUESTS": json.dumps(requests)})},
    )
    with process:
        who = identity(process.pid)
        assert who is not None
        record(who)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
        try:
            line = await asyncio.wait_for(asyncio.to_thread(process.stdout.readline), 20)
        finally:
            process.kill()
    found: dict[str, object] = json.loads(line)
    return found
