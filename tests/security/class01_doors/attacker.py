"""A program that tries to come in: `python attacker.py MODE SOCKET [UID]`. Says what it got, as a line of JSON.

With `ATTACK_REQUESTS` in the environment (a JSON list) it comes once for each of these requests.

Waits for a line on stdin first, so that whoever started it can write down its pid. It speaks to the socket with
nothing of ours: what code in a cell could do. In the modes below "runtime" the process plays a runtime, and what it
forks plays a kernel.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import sys
import time

HELLO = b'{"jsonrpc":"2.0","id":1,"method":"daemon.hello","params":{"version":1,"client":"attacker"}}'


def attempts(path: str) -> dict[str, object]:
    """`attempt`, or for each request of `ATTACK_REQUESTS` the HTTP status, or the code of the error, or "done"."""
    texts = json.loads(os.environ.get("ATTACK_REQUESTS", "null"))
    if texts is None:
        return attempt(path)
    found: dict[str, object] = {}
    for text in texts:
        got = attempt(path, text.encode())
        method = json.loads(text)["method"]
        if "answer" in got:
            error = got["answer"].get("error")  # type: ignore[attr-defined]
            found[method] = error["data"]["code"] if error else "done"
        else:
            found[method] = got["status"]
    return found


def attempt(path: str, request: bytes | None = None) -> dict[str, object]:
    """The HTTP status, and after 101 the role and what a request got."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(20)
        try:
            sock.connect(path)
            sock.sendall(
                b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
            head = _until(sock, b"\r\n\r\n")
            if not head:
                return {"status": 0}
            status = int(head.split()[1])
            found: dict[str, object] = {"status": status}
            if status == 101:
                found["role"] = json.loads(_exchange(sock, HELLO)).get("result", {}).get("role")
                if request is not None:
                    found["answer"] = json.loads(_exchange(sock, request))
            return found
        except OSError as error:
            return {"status": 0, "error": type(error).__name__}


def _until(sock: socket.socket, end: bytes) -> bytes:
    data = b""
    while not data.endswith(end):
        byte = sock.recv(1)
        if not byte:
            return b""
        data += byte
    return data


def _exactly(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise ConnectionError
        data += more
    return data


def _exchange(sock: socket.socket, text: bytes) -> bytes:
    """One text message out, the next one in (RFC 6455; the mask is zero)."""
    size = bytes([0x80 | len(text)]) if len(text) < 126 else b"\xfe" + struct.pack("!H", len(text))
    sock.sendall(b"\x81" + size + bytes(4) + text)
    _, length = _exactly(sock, 2)
    if length == 126:
        (length,) = struct.unpack("!H", _exactly(sock, 2))
    elif length == 127:
        (length,) = struct.unpack("!Q", _exactly(sock, 8))
    return _exactly(sock, length)


def say(found: dict[str, object]) -> None:
    os.write(1, json.dumps(found).encode() + b"\n")


def orphaned(parent: int) -> None:
    """Waits until the parent has ended and somebody else is it."""
    while os.getppid() == parent:
        time.sleep(0.005)


def main() -> None:
    mode, path = sys.argv[1:3]
    if not mode.startswith("unmarked"):
        from fumehood.sandbox.mark import become_subreaper, carry_mark

        carry_mark()
        become_subreaper()
    if len(sys.argv) > 3:  # another user; here, because that user may not even read this interpreter
        os.setgroups([])
        os.setgid(int(sys.argv[3]))
        os.setuid(int(sys.argv[3]))
    if mode != "unmarked-now":
        sys.stdin.readline()
    match mode.removeprefix("unmarked-"):
        case "direct" | "now":
            say(attempts(path))
        case "exec":
            os.execv(sys.executable, [sys.executable, __file__, "unmarked-now", path])
        case "child":
            if os.fork() == 0:
                say(attempts(path))
                os._exit(0)
            os.wait()
        case "double-forked":
            if (middle := os.fork()) == 0:
                middle = os.getpid()
                os.setsid()
                if os.fork() == 0:
                    os.setsid()
                    orphaned(middle)
                    say(attempts(path))
                os._exit(0)
            os.waitpid(middle, 0)
            os.read(0, 1)  # a runtime stays, and is the subreaper
        case "killed-runtime":
            runtime = os.getpid()
            if os.fork() == 0:
                os.setsid()
                os.kill(runtime, signal.SIGKILL)
                orphaned(runtime)
                say(attempts(path))
                os._exit(0)
            signal.pause()


if __name__ == "__main__":
    main()
