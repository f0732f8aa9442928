"""Golden vectors: what the Python code makes of frames, hashes and event logs, for the TypeScript code to agree with.

Logs are drawn at random with a fixed seed, among them events that nobody should send (unknown executions, patches past
the end), because both sides must ignore the same ones.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import msgspec

from fumehood.core import limits
from fumehood.core.errors import HoodError
from fumehood.core.ids import RoomId, source_hash
from fumehood.protocol import events as ev
from fumehood.protocol import frames
from fumehood.protocol.outputs import BlobRef, DisplayOutput, ErrorOutput, Output, ResultOutput, StreamOutput
from fumehood.protocol.state import RoomState
from fumehood.protocol.trust import TrustChanged

TARGET = Path(__file__).resolve().parent.parent / "web" / "packages" / "protocol" / "golden" / "vectors.json"
CELLS = ("alpha", "beta", "gamma")
WORDS = ("done\n", "42%\r", "größe ", "細胞\n", "🧫🧬 ", "\x1b[31mred\x1b[0m", "", "e\u0301\n")
LOGS = 16
EVENTS = 48


def frame_vectors() -> list[dict[str, Any]]:
    room = RoomId("00112233445566778899aabbccddeeff")
    vectors = []
    for document in frames.Document:
        for kind in frames.Kind:
            frame = frames.Frame(room=room, document=document, kind=kind, payload=bytes(range(kind + 3)))
            vectors.append(
                {
                    "room": room,
                    "document": int(document),
                    "kind": int(kind),
                    "payload": frame.payload.hex(),
                    "bytes": frames.encode_frame(frame).hex(),
                }
            )
    return vectors


def refused_frames() -> list[dict[str, Any]]:
    """Frames that may not be read, each with the code of its error. `zeros` more bytes of 0 follow `bytes`."""
    head = "00" * 16
    found: list[dict[str, Any]] = []
    for data, zeros in (
        ("", 0),
        ("00" * 17, 0),
        (head + "0200", 0),
        (head + "0004", 0),
        (head + "ffff", 1),
        (head + "0003", limits.AWARENESS_MESSAGE + 1),
    ):
        try:
            frames.decode_frame(bytes.fromhex(data) + bytes(zeros))
        except HoodError as error:
            found.append({"bytes": data, "zeros": zeros, "code": error.code})
        else:
            raise AssertionError(data)
    return found


def hash_vectors() -> list[dict[str, str]]:
    texts = ("", "1+1", "a\nb", "a\r\nb", "a\rb\r\r\n", "größe 🧬", "\ufeffx", "e\u0301")
    return [{"source": text, "hash": source_hash(text)} for text in texts]


def _output(draw: random.Random) -> Output:
    ref = BlobRef(blob=f"{draw.getrandbits(256):064x}", size=draw.randrange(10**7))
    return draw.choice(
        (
            StreamOutput(name=draw.choice(("stdout", "stderr")), text=draw.choice(WORDS)),
            StreamOutput(name="stdout", parts=(ref,), text=draw.choice(WORDS), dropped=draw.randrange(3)),
            DisplayOutput(data={"image/png": ref, "text/plain": "<Figure>"}, display_id="d"),
            ResultOutput(data={"text/plain": draw.choice(WORDS)}, count=draw.randrange(9), metadata={"k": [1, None]}),
            ErrorOutput(ename="ValueError", evalue=draw.choice(WORDS), traceback=("a", ref)),
        )
    )


def _event(draw: random.Random, time: float) -> ev.AnyEvent:
    run = f"{draw.randrange(6):032x}"
    cell = draw.choice(CELLS)
    index = draw.randrange(4)
    request = f"r{draw.randrange(3)}"
    ref = BlobRef(blob=f"{draw.getrandbits(256):064x}", size=draw.randrange(10**7))
    common: list[ev.AnyEvent] = [
        ev.Queued(
            execution=run,
            cell=cell,
            source_hash=source_hash(cell),
            by="hood run #1",
            time=time,
            origin=draw.choice(("own", "boxed")),
        ),
        ev.Started(execution=run, time=time),
        ev.OutputAdded(execution=run, index=index, output=_output(draw)),
        ev.StreamPatched(execution=run, index=index, at=draw.randrange(12), text=draw.choice(WORDS)),
        ev.Finished(execution=run, status=draw.choice(("ok", "error", "cancelled", "lost")), time=time, count=index),
    ]
    rare: list[ev.AnyEvent] = [
        ev.KernelChanged(
            status=draw.choice(("idle", "busy", "starting", "dead", "restarting", "unresponsive")),
            spec=draw.choice(("", "python3")),
            language=draw.choice(("", "python")),
            language_info=draw.choice(({}, {"name": "python"})),
            pid=draw.choice((None, 4711)),
            reason=draw.choice(("", "It was killed (signal 9).")),
            peak_memory=draw.choice((None, 10**9)),
        ),
        ev.Counted(execution=run, count=draw.randrange(100)),
        ev.OutputReplaced(execution=run, index=index, output=_output(draw)),
        ev.StreamSealed(execution=run, index=index, chars=draw.randrange(8), part=ref),
        ev.OutputDropped(execution=run, dropped=draw.randrange(10**6)),
        ev.OutputsCleared(execution=run),
        ev.InputRequested(execution=run, request=request, prompt="Name? ", password=draw.random() < 0.5),
        ev.InputClosed(execution=run, request=request),
        ev.NextInput(execution=run, text="x", replace=False),
        ev.OutputsLoaded(
            cell=cell,
            outputs=tuple(_output(draw) for _ in range(index)),
            count=draw.choice((None, 7)),
            origin=draw.choice(("stranger", "own")),
        ),
        ev.CellOutputsCleared(cell=cell),
        ev.RuntimeLost(since=time, reason="gone"),
        ev.FileSaved(path="a.ipynb", time=time, digest="ab" * 32),
        ev.FileMerged(time=time, edited=(cell,)),
        ev.Noticed(time=time, code="storage.failed", message="The disk is full.", cell=draw.choice((None, cell))),
        ev.DirtyChanged(dirty=draw.random() < 0.5),
        ev.SavingChanged(manual=draw.random() < 0.5),
        TrustChanged(status=draw.choice(("nothing", "proposed", "approved")), step=draw.choice(("", "x")), total=index),
        ev.CommOpened(comm="c", target="jupyter.widget", data={}),
        ev.GrantAsked(request=request, agent="a", cells=(cell,)),
        ev.PolicyChanged(),
    ]
    return draw.choice(common if draw.random() < 0.7 else rare)


def log_vectors() -> list[dict[str, Any]]:
    """Logs with the state after each third and after all of it."""
    logs = []
    for seed in range(LOGS):
        draw = random.Random(seed)
        state = RoomState()
        steps = []
        batch = []
        for number in range(1, EVENTS + 1):
            event = _event(draw, 1_700_000_000.25 + number)
            batch.append(msgspec.to_builtins(event))
            state.apply(event)
            if number % (EVENTS // 3) == 0:
                steps.append({"events": batch, "state": msgspec.to_builtins(state)})
                batch = []
        logs.append({"seed": seed, "steps": steps})
    return logs


def files() -> dict[Path, str]:
    vectors = {
        "frames": frame_vectors(),
        "refused": refused_frames(),
        "hashes": hash_vectors(),
        "logs": log_vectors(),
    }
    lines = [
        f"{json.dumps(name)}: [\n" + ",\n".join(json.dumps(v, ensure_ascii=False) for v in rows) + "\n]"
        for name, rows in vectors.items()
    ]
    return {TARGET: "{\n" + ",\n".join(lines) + "\n}\n"}
