"""An approval is a person's: code in a kernel and agents find no call, no socket and no terminal that gives one."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from fumehood.core.paths import Paths
from fumehood.trust import keys
from tests.daemon import trusted
from tests.daemon.notebook import Driven, ask
from tests.daemon.programs import Program
from tests.doors.bench import code_of, greeted
from tests.security.conftest import notebook

pytestmark = pytest.mark.timeout(120)

ATTEMPT = f"""
import asyncio, json, os, pty, subprocess, sys
program = '''
import asyncio, json
from fumehood.client import connect
from fumehood.core.errors import HoodError
from fumehood.protocol.trust import ApproveParams, CheckParams, DependenciesParams
async def said(agent, *calls):
    found = []
    try:
        async with connect("cell", start=False, agent=agent) as client:
            for method, params in calls:
                try:
                    await client.call(method, params)
                    found.append("done")
                except HoodError as error:
                    found.append(error.code)
    except HoodError as error:
        found.append(error.code)
    return found
room = ROOM
calls = [("trust.check", CheckParams(room)), ("trust.approve", ApproveParams(room, "0")),
         ("dependencies.edit", DependenciesParams(room, ("evil",)))]
print(json.dumps([asyncio.run(said(False)), asyncio.run(said(True, *calls))]))
'''
own = [{sys.executable!r}, "-P"]
ran = subprocess.run([*own, "-c", program.replace("ROOM", repr(ROOM_ID))], capture_output=True, text=True)
master, slave = pty.openpty()
review = subprocess.Popen(["setsid", "--ctty", *own, "-m", "fumehood.cli.main", "trust", "review", PATH],
                          stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
os.write(master, b"approve\\n" * 5)
out, err = review.communicate(timeout=60)
print(json.dumps([*json.loads(ran.stdout), review.returncode, err]))
"""


async def test_code_in_a_cell_and_an_agent_cannot_approve(target: Program, places: Paths, tmp_path: Path) -> None:
    path = trusted.notebook(tmp_path / "wishes.ipynb", "numpy")
    async with greeted(places.control_socket) as person, notebook(places, tmp_path / "kernel.ipynb") as kernel:
        wishes = (await ask(person, "room.open", {"path": str(path)}))["room"]
        code = ATTEMPT.replace("ROOM_ID", repr(wishes)).replace("PATH", repr(str(path)))
        outside, inside, status, said = json.loads(await kernel.run(code))
        assert outside == ["peer.refused"]
        assert inside[:2] == ["protocol.forbidden", "protocol.forbidden"]
        assert inside[2] != "done", "it reaches its own notebook only, and changes no wishes"
        assert (status, "peer.refused" in said) == (5, True), said
        async with greeted(places.agent_socket) as agent:
            for method in ("trust.sheet", "trust.check", "trust.approve", "trust.offer", "trust.revoke", "trust.list"):
                assert code_of(await agent.call(method)) == "protocol.forbidden", method
            await agent.call("room.attach", {"room": wishes})
            edited = await ask(agent, "dependencies.edit", {"room": wishes, "add": ["evil"]})
            assert edited["status"] == "proposed"
            for method in ("kernel.start", "kernel.restart"):
                assert code_of(await agent.call(method, {"room": wishes, "without": True})) == "protocol.forbidden"
        sheet = await ask(person, "trust.sheet", {"room": wishes})
        assert sheet["status"] == "proposed" and "(agent)" in sheet["proposed_by"]
        assert (await ask(person, "trust.list", {}))["approvals"] == []


async def test_an_unsandboxed_kernel_can_read_the_key(target: Program, places: Paths, tmp_path: Path) -> None:
    """The other side of the line: it runs as its user, and only the sandbox is a boundary (docs/threat-model.md)."""
    keys.load_or_make(places)
    kernel: Driven
    async with notebook(places, tmp_path / "kernel.ipynb") as kernel:
        read = await kernel.run(f"print(len(open({str(places.trust_key)!r}, 'rb').read()))")
        assert read == "32\n"
