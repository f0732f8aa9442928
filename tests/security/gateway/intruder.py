"""A program that wants to be a person, as code in a kernel or as another user: says what it got, as a line of JSON.

`own HOME ASSETS honest|bent`: starts a gateway of its own and plays its browser; `bent` takes out of that gateway, and
out of the client in it, the question whether it runs inside a kernel. `uid UID URL REDIRECT PID`: as that user, tries
the link, the process and the door of somebody else's gateway.
"""

from __future__ import annotations

import encodings.idna  # noqa: F401 - another user may not be able to read it later
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

BENT = (
    "import os, sys\n"
    "import fumehood.client.reach as reach, fumehood.doors.gateway.main as main\n"
    "reach.refuse_inside_runtime = main.refuse_inside_runtime = lambda paths: None\n"
    "sys.exit(main.run(os.environ))\n"
)
HONEST = "import os, sys, fumehood.doors.gateway.main as main; sys.exit(main.run(os.environ))"
HELLO = '{"jsonrpc":"2.0","id":1,"method":"daemon.hello","params":{"version":1,"client":"intruder"}}'


def own(home: str, assets: str, kind: str) -> dict[str, Any]:
    environment = {"FUMEHOOD_HOME": home, "FUMEHOOD_ASSETS": assets, "PATH": "/usr/bin:/bin", "HOME": "/"}
    with subprocess.Popen(
        [sys.executable, "-c", BENT if kind == "bent" else HONEST],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as gateway:
        assert gateway.stdin is not None
        assert gateway.stdout is not None
        gateway.stdin.write(b'{"targets":[{}]}')
        gateway.stdin.close()
        said = json.loads(gateway.stdout.readline() or "{}")
        try:
            if said.get("failure"):
                return {"failure": said["failure"]["code"]}
            code = code_of(said["redirects"][0])
            bearer = json.loads(post(said["url"], {"code": code}))["bearer"]
            return {"served": status(said["url"]), **socket(said["url"], bearer)}
        finally:
            gateway.kill()


def code_of(redirect: str) -> str:
    found = re.search(r"code=([\w-]+)", Path(redirect).read_text())
    assert found
    return found[1]


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def post(url: str, body: Any) -> bytes:
    headers = {"Content-Type": "application/json", "Origin": url}
    request = urllib.request.Request(f"{url}/session", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return bytes(answer.read())


def socket(url: str, bearer: str) -> dict[str, Any]:
    """The role that a WebSocket with this bearer has, or how it was closed."""
    import asyncio

    import aiohttp

    async def go() -> dict[str, Any]:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{url}/ws", headers={"Origin": url}) as page,
        ):
            asked, host = "5a" * 32, url.removeprefix("http://")
            await page.send_str(f"Page {hashlib.sha256(bearer.encode()).hexdigest()} {asked}")
            _, answered, _ = (await page.receive_str()).split(" ")
            said_of = "\n".join(("fumehood", "page", host, asked, answered))
            await page.send_str(f"Proof {hmac.new(bearer.encode(), said_of.encode(), 'sha256').hexdigest()}")
            await page.receive_str()
            await page.send_str(HELLO)
            said = await page.receive(timeout=60)
            if said.type is aiohttp.WSMsgType.TEXT:
                return {"role": json.loads(said.data)["result"]["role"]}
            return {"closed": page.close_code, "reason": str(said.extra)}

    return asyncio.run(go())


def uid(number: str, url: str, redirect: str, pid: str) -> dict[str, Any]:
    os.setgroups([])
    os.setgid(int(number))
    os.setuid(int(number))
    found: dict[str, Any] = {"served": status(url)}
    for name in ("environ", "mem", "fd/0", "maps"):
        found[name] = readable(f"/proc/{pid}/{name}")
    found["listed"] = listed(str(Path(redirect).parent))
    found["redirect"] = readable(redirect)
    for guess in ("", "A" * 43):
        try:
            found["guess"] = json.loads(post(url, {"code": guess}))
        except urllib.error.HTTPError as error:
            found["guess"] = error.code
    if found["redirect"]:
        found["session"] = "bearer" in json.loads(post(url, {"code": code_of(redirect)}))
    return found


def readable(path: str) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - some of these are no files
            file.read(1)
    except OSError:
        return False
    return True


def listed(folder: str) -> bool:
    try:
        return bool(os.listdir(folder))  # noqa: PTH208
    except OSError:
        return False


if __name__ == "__main__":
    what, *words = sys.argv[1:]
    print(json.dumps(own(*words) if what == "own" else uid(*words)), flush=True)
