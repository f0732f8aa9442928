"""A small kernel that lies on request: `python hostile_kernel.py -f CONNECTION_FILE`, needs pyzmq alone.

Each line of the code that it is asked to execute is a trick and its argument; `TRICKS` is the list. Around them it
does what a good kernel does, unless a trick keeps it from that. `install` makes it a kernelspec.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import zmq

Frames = list[bytes]


def install(kernels: Path, name: str = "hostile", **extra: Any) -> Path:
    """Writes the kernelspec `name` below `kernels`, a folder of kernelspecs. `extra` goes into kernel.json."""
    folder = kernels / name
    folder.mkdir(parents=True)
    argv = [sys.executable, str(Path(__file__).resolve()), "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(
        json.dumps({"argv": argv, "display_name": "Hostile", "language": "lies", **extra})
    )
    return folder


class Hostile:
    def __init__(self, connection_file: str) -> None:
        info = json.loads(Path(connection_file).read_text())
        self.key = info["key"].encode()
        self.session = uuid.uuid4().hex
        self.context = zmq.Context()
        self.sockets: dict[str, zmq.Socket[bytes]] = {}
        for name, kind in (("shell", zmq.ROUTER), ("stdin", zmq.ROUTER), ("control", zmq.ROUTER), ("iopub", zmq.PUB)):
            socket = self.context.socket(kind)
            socket.setsockopt(zmq.SNDHWM, 0)
            socket.bind(f"ipc://{info['ip']}-{info[name + '_port']}")
            self.sockets[name] = socket
        self.idents: Frames = []
        self.parent: dict[str, Any] = {}
        self.count = 0
        self.reply = True
        self.idle = True

    # -- saying things

    def header(self, msg_type: str) -> dict[str, Any]:
        return {
            "msg_id": uuid.uuid4().hex,
            "session": self.session,
            "username": "kernel",
            "date": "2026-01-01T00:00:00Z",
            "msg_type": msg_type,
            "version": "5.3",
        }

    def sign(self, parts: Frames) -> bytes:
        return hmac.new(self.key, b"".join(parts), hashlib.sha256).hexdigest().encode()

    def parts(self, msg_type: str, content: Any, parent: Any = None) -> Frames:
        above = self.parent if parent is None else parent
        return [json.dumps(part).encode() for part in (self.header(msg_type), above, {}, content)]

    def put(self, channel: str, parts: Frames, buffers: Frames | None = None, signature: bytes | None = None) -> None:
        head = self.idents if channel != "iopub" else [b"topic"]
        signed = self.sign(parts) if signature is None else signature
        self.sockets[channel].send_multipart([*head, b"<IDS|MSG>", signed, *parts, *(buffers or [])])

    def say(self, msg_type: str, content: Any, channel: str = "iopub") -> None:
        self.put(channel, self.parts(msg_type, content))

    def stream(self, text: str) -> None:
        self.say("stream", {"name": "stdout", "text": text})

    # -- the loop

    def run(self) -> None:
        poller = zmq.Poller()
        for name in ("shell", "control"):
            poller.register(self.sockets[name], zmq.POLLIN)
        while True:
            ready = dict(poller.poll())
            for name in ("control", "shell"):
                if self.sockets[name] in ready:
                    self.serve(name, self.sockets[name].recv_multipart())

    def serve(self, channel: str, frames: Frames) -> None:
        at = frames.index(b"<IDS|MSG>")
        self.idents, parts = frames[:at], frames[at + 2 :]
        self.parent, content = json.loads(parts[0]), json.loads(parts[3])
        kind = self.parent["msg_type"]
        self.reply = self.idle = True
        self.say("status", {"execution_state": "busy"})
        if kind == "kernel_info_request":
            answer: dict[str, Any] = {
                "status": "ok",
                "protocol_version": "5.3",
                "implementation": "hostile",
                "implementation_version": "1",
                "language_info": {"name": "lies", "version": "1", "mimetype": "text/plain", "file_extension": ".lie"},
                "banner": "",
            }
        elif kind == "execute_request":
            self.count += not content["silent"]
            for line in content["code"].splitlines():
                name, _, argument = line.partition(" ")
                TRICKS[name](self, argument)
            answer = {"status": "ok", "execution_count": self.count, "user_expressions": {}, "payload": []}
        else:
            answer = {"status": "ok"}
        if self.reply:
            self.say(kind.replace("_request", "_reply"), answer, channel)
        if self.idle:
            self.say("status", {"execution_state": "idle"})
        if kind == "shutdown_request":
            self.context.destroy(linger=500)
            sys.exit(0)


def _signed_raw(kernel: Hostile, content: bytes) -> None:
    kernel.put("iopub", [*kernel.parts("display_data", {})[:3], content])


def _deep(kernel: Hostile, argument: str) -> None:
    depth = int(argument or 5000)
    _signed_raw(kernel, b'{"a":' * depth + b"1" + b"}" * depth)


def _huge(kernel: Hostile, argument: str) -> None:
    size = int(argument or 500_000_000)
    kernel.put("iopub", kernel.parts("display_data", {"data": {}, "metadata": {}}), [bytes(size)])


def _flood(kernel: Hostile, argument: str) -> None:
    for number in range(int(argument)):
        kernel.stream(f"{number}\n")


def _flood_of_walls(kernel: Hostile, argument: str) -> None:
    for _ in range(int(argument)):
        kernel.stream("x" * 50_000)


def _flood_of_lies(kernel: Hostile, argument: str) -> None:
    parts = kernel.parts("stream", {"name": "stdout", "text": "lie"})
    for _ in range(int(argument)):
        kernel.put("iopub", parts, signature=b"0" * 64)


def _no_reply(kernel: Hostile, _: str) -> None:
    kernel.reply = False


def _no_idle(kernel: Hostile, _: str) -> None:
    kernel.idle = False


def _mute(kernel: Hostile, _: str) -> None:
    """From now on it says nothing on IOPub, not even that it is busy or idle."""
    kernel.sockets["iopub"].close(0)
    kernel.sockets["iopub"] = kernel.context.socket(zmq.PUB)


def _ignore_signals(_kernel: Hostile, _: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


TRICKS: dict[str, Callable[[Hostile, str], object]] = {
    "print": lambda k, a: k.stream(a + "\n"),
    "bad_signature": lambda k, _: k.put("iopub", k.parts("stream", {"name": "stdout", "text": "x"}), None, b"0" * 64),
    "unsigned": lambda k, _: k.put("iopub", k.parts("stream", {"name": "stdout", "text": "x"}), None, b""),
    "wrong_parent": lambda k, _: k.put(
        "iopub", k.parts("stream", {"name": "stdout", "text": "x"}, {**k.parent, "msg_id": "never-sent"})
    ),
    "future_parent": lambda k, _: k.put(
        "iopub",
        k.parts("stream", {"name": "stdout", "text": "x"}, {**k.parent, "msg_id": f"{k.parent['session']}_999999"}),
    ),
    "wrong_session": lambda k, _: k.put(
        "iopub", k.parts("stream", {"name": "stdout", "text": "x"}, {**k.parent, "session": "somebody-else"})
    ),
    "no_parent": lambda k, a: k.put("iopub", k.parts("stream", {"name": "stdout", "text": a or "x"}, {})),
    "parent_is_a_list": lambda k, _: k.put("iopub", k.parts("stream", {"name": "stdout", "text": "x"}, [1])),
    "no_type": lambda k, _: k.put("iopub", [b"{}", *k.parts("stream", {})[1:]]),
    "big_header": lambda k, _: k.put("iopub", [json.dumps({"x": "y" * 100_000}).encode(), *k.parts("s", {})[1:]]),
    "invalid_json": lambda k, _: _signed_raw(k, b'{"data": '),
    "not_an_object": lambda k, _: _signed_raw(k, b"[1, 2]"),
    "wrong_types": lambda k, _: k.say("stream", {"name": 5, "text": ["x"]}),
    "nan": lambda k, _: _signed_raw(k, b'{"data": {"application/json": [NaN, Infinity, 1e999, 1]}, "metadata": {}}'),
    "surrogate": lambda k, _: _signed_raw(k, b'{"data": {"text/plain": "a\\ud800b"}, "metadata": {}}'),
    "bad_utf8": lambda k, _: _signed_raw(k, b'{"data": {"text/plain": "a\xffb"}, "metadata": {}}'),
    "deep": _deep,
    "buffers": lambda k, _: k.put("iopub", k.parts("comm_msg", {"comm_id": "1", "data": {}}), [b"\0\xff", b""]),
    "many_buffers": lambda k, _: k.put("iopub", k.parts("comm_msg", {"comm_id": "1", "data": {}}), [b""] * 2000),
    "few_frames": lambda k, _: k.sockets["iopub"].send_multipart([b"t", b"<IDS|MSG>", b"x", b"{}"]),
    "no_delimiter": lambda k, _: k.sockets["iopub"].send_multipart([b"hello"] * 7),
    "huge": _huge,
    "flood": _flood,
    "flood_of_walls": _flood_of_walls,
    "flood_of_lies": _flood_of_lies,
    "no_reply": _no_reply,
    "no_idle": _no_idle,
    "mute": _mute,
    "hang": lambda _k, a: time.sleep(float(a or 3600)),
    "ignore_signals": _ignore_signals,
    "write_all": lambda k, _: k.context.destroy(linger=10_000),
    "exit": lambda _k, a: os._exit(int(a or 0)),
    "die": lambda _k, a: os.kill(os.getpid(), int(a or 9)),
    "scream": lambda _k, a: print(a * 1000, file=sys.stderr, flush=True),
}


if __name__ == "__main__":
    Hostile(sys.argv[sys.argv.index("-f") + 1]).run()
